#include "exporters/definitions/tiers.h"

#include "base/limits.h"
#include "base/num.h"

#include <stdio.h>

const char *const tier_part_names[TIER_PARTS] = {
	[TIER_PART_KIND] = "kind",
	[TIER_PART_SEVERITY] = "severity",
	[TIER_PART_LONG] = "long",
	[TIER_PART_SHORT] = "short",
	[TIER_PART_FACTOR] = "factor",
	[TIER_PART_CONSUMED] = "consumed",
	[TIER_PART_WITHIN] = "within",
	[TIER_PART_WINDOW] = "window",
	[TIER_PART_FOR] = "for",
	[TIER_PART_KEEP] = "keepFiringFor",
	[TIER_PART_MIN_BAD] = "minBadEvents",
	[TIER_PART_MIN_EVENTS] = "minEvents",
	[TIER_PART_LABELS] = "labels",
	[TIER_PART_ANNOTATIONS] = "annotations",
};

struct labels labels_beyond(struct arena *arena, struct labels labels, struct labels less)
{
	struct labels rest = {arena_array(arena, labels.len, sizeof(*rest.at)), 0};

	for (size_t i = 0; i < labels.len; i++) {
		struct str value = labels_get(less, labels.at[i].name);

		if (!value.at || !str_eq(value, labels.at[i].value))
			rest.at[rest.len++] = labels.at[i];
	}
	return rest;
}

static bool says_runbook(struct label annotation, struct str runbook)
{
	return runbook.len && str_eq(annotation.value, runbook) &&
	       (str_is(annotation.name, "runbook") || str_is(annotation.name, "runbook_url"));
}

static bool annotations_within(struct labels a, struct labels b, struct str runbook)
{
	for (size_t i = 0; i < a.len; i++) {
		struct str value = labels_get(b, a.at[i].name);

		if ((!value.at || !str_eq(value, a.at[i].value)) && !says_runbook(a.at[i], runbook))
			return false;
	}
	return true;
}

unsigned tier_differences(const struct tier *a, const struct tier *b, struct str runbook)
{
	const bool differs[TIER_PARTS] = {
		[TIER_PART_KIND] = a->kind != b->kind,
		[TIER_PART_SEVERITY] = !str_eq(a->severity, b->severity),
		[TIER_PART_LONG] = a->long_.ms != b->long_.ms,
		[TIER_PART_SHORT] = a->short_.ms != b->short_.ms,
		[TIER_PART_FACTOR] = !num_same(a->factor, b->factor),
		[TIER_PART_CONSUMED] = !num_same(a->consumed, b->consumed),
		[TIER_PART_WITHIN] = a->within.ms != b->within.ms,
		[TIER_PART_WINDOW] = !str_eq(a->window, b->window),
		[TIER_PART_FOR] = a->for_.ms != b->for_.ms,
		[TIER_PART_KEEP] = a->keep_firing_for.ms != b->keep_firing_for.ms,
		[TIER_PART_MIN_BAD] = !num_same(a->min_bad, b->min_bad),
		[TIER_PART_MIN_EVENTS] = !num_same(a->min_events, b->min_events),
		[TIER_PART_LABELS] = !labels_eq(a->labels, b->labels),
		[TIER_PART_ANNOTATIONS] = !annotations_within(a->annotations, b->annotations, runbook) ||
					  !annotations_within(b->annotations, a->annotations, runbook),
	};
	unsigned bits = 0;

	for (unsigned part = 0; part < TIER_PARTS; part++)
		bits |= differs[part] ? 1U << part : 0;
	return bits;
}

bool tiers_equal(const struct alerting *a, const struct alerting *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		const struct tier *other = alerting_tier(b, a->tiers[i].name);

		if (!other || tier_differences(&a->tiers[i], other, a->runbook))
			return false;
	}
	return true;
}

/* "page-fast, page-slow" for those of the tiers that are in the other alerting too with this part another one; without
 * a part, those that are not in the other one. "all" where it is all of several. */
static void put_tiers(struct buf *out, const struct alerting *from, const struct alerting *other, unsigned part)
{
	size_t put = 0;

	for (size_t i = 0; i < from->len; i++) {
		const struct tier *tier = &from->tiers[i], *twin = alerting_tier(other, tier->name);

		if (part == TIER_PARTS ? twin != NULL
				       : !twin || !(tier_differences(tier, twin, from->runbook) & 1U << part))
			continue;
		buf_fmt(out, "%s%.*s", put++ ? ", " : "", STR_ARG(tier->name));
	}
	if (put > 1 && put == from->len) {
		buf_clear(out);
		buf_cstr(out, "all");
	}
}

static void put_sentence(struct buf *out, const char *before, const struct buf *tiers, const char *behind)
{
	if (tiers->len)
		buf_fmt(out, "%s%s%s%s", out->len ? "; " : "", before, tiers->at, behind);
}

void tiers_note(struct writing *writing, const struct alerting *made)
{
	const struct alerting *own = writing->slo->alerting;
	struct buf text, tiers;

	buf_init(&text, LIMIT_LINE_BYTES / 2);
	buf_init(&tiers, LIMIT_LINE_BYTES / 4);
	for (unsigned part = 0; part < TIER_PARTS; part++) {
		char before[64] = "";

		buf_clear(&tiers);
		put_tiers(&tiers, own, made, part);
		snprintf(before, sizeof(before), "%s of ", tier_part_names[part]);
		put_sentence(&text, before, &tiers, "");
	}
	buf_clear(&tiers);
	put_tiers(&tiers, own, made, TIER_PARTS);
	put_sentence(&text, "", &tiers, "");
	if (text.len)
		buf_cstr(&text, " cannot be said");
	buf_clear(&tiers);
	put_tiers(&tiers, made, own, TIER_PARTS);
	put_sentence(&text, "", &tiers, " come instead, or beside them");
	if (text.len)
		writing_lost(writing, CARRIED_ALERTS, writing->slo->place, "of the alerts in %s: %s",
			     writing->conversion->to->name, text.at);
	buf_release(&text);
	buf_release(&tiers);
	if (own->runbook.len && !str_eq(own->runbook, made->runbook))
		writing_lost(writing, CARRIED_RUNBOOK, writing->slo->place, "%s has no place for the runbook '%.*s'",
			     writing->conversion->to->name, VALUE_ARG(own->runbook));
}

struct alerting *tiers_new(struct arena *arena, size_t most, struct tier **tiers)
{
	struct alerting *alerting = arena_alloc(arena, sizeof(*alerting));

	*tiers = arena_array(arena, most, sizeof(**tiers));
	alerting->tiers = *tiers;
	return alerting;
}

const struct alerting *tiers_default(struct arena *arena, const struct slo *slo)
{
	struct alerting_basis basis = slo_alerting_basis(slo);

	return alerting_default(arena, &basis);
}

static struct labels texts_of(const struct tier *tier, enum tier_texts which)
{
	return which == TIER_LABELS ? tier->labels : tier->annotations;
}

struct labels tiers_common(struct arena *arena, const struct tier *const *tiers, size_t len, enum tier_texts which)
{
	struct labels first = len ? texts_of(tiers[0], which) : (struct labels){NULL, 0}, common;

	common = (struct labels){arena_array(arena, first.len, sizeof(*common.at)), 0};
	for (size_t i = 0; i < first.len; i++) {
		bool all = true;

		for (size_t k = 1; k < len && all; k++) {
			struct str value = labels_get(texts_of(tiers[k], which), first.at[i].name);

			all = value.at && str_eq(value, first.at[i].value);
		}
		if (all)
			common.at[common.len++] = first.at[i];
	}
	return common;
}
