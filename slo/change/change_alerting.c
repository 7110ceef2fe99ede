/* When an SLO alerts. */
#include "base/limits.h"
#include "base/num.h"
#include "slo/change/change_parts.h"

/* What changed in a tier: "factor from 14.4 to 10, for from 0s to 2m". */
struct differences {
	struct arena *arena;
	struct str text, from, to;
};

static void differ(struct differences *all, const char *key, struct str from, struct str to)
{
	const char *comma = all->text.len ? ", " : "";

	if (str_eq(from, to))
		return;
	if (!from.len)
		from = STR("none");
	if (!to.len)
		to = STR("none");
	all->text = arena_fmt(all->arena, "%.*s%s%s from %.*s to %.*s", STR_ARG(all->text), comma, key, VALUE_ARG(from),
			      VALUE_ARG(to));
	all->from = arena_fmt(all->arena, "%.*s%s%s: %.*s", STR_ARG(all->from), comma, key, STR_ARG(from));
	all->to = arena_fmt(all->arena, "%.*s%s%s: %.*s", STR_ARG(all->to), comma, key, STR_ARG(to));
}

static void differ_number(struct differences *all, const char *key, double from, double to)
{
	if (!num_same(from, to))
		differ(all, key, arena_fmt(all->arena, "%.15g", from), arena_fmt(all->arena, "%.15g", to));
}

static void differ_span(struct differences *all, const char *key, struct span from, struct span to)
{
	if (from.ms != to.ms)
		differ(all, key, arena_fmt(all->arena, "%s", span_text(from).text),
		       arena_fmt(all->arena, "%s", span_text(to).text));
}

static void differ_labels(struct differences *all, const char *key, struct labels from, struct labels to)
{
	struct buf old, new;

	buf_init(&old, SIZE_MAX);
	buf_init(&new, SIZE_MAX);
	labels_write(&old, from);
	labels_write(&new, to);
	differ(all, key, buf_view(&old), buf_view(&new));
	buf_release(&old);
	buf_release(&new);
}

static struct differences between(struct arena *arena, const struct tier *old, const struct tier *new)
{
	struct differences all = {arena, STR(""), STR(""), STR("")};

	differ(&all, "kind", str_of(tier_kind_names[old->kind]), str_of(tier_kind_names[new->kind]));
	differ(&all, "severity", old->severity, new->severity);
	differ_span(&all, "long", old->long_, new->long_);
	differ_span(&all, "short", old->short_, new->short_);
	differ_number(&all, "factor", old->factor, new->factor);
	differ_number(&all, "consumed", old->consumed, new->consumed);
	differ_span(&all, "within", old->within, new->within);
	differ(&all, "window", old->window, new->window);
	differ_span(&all, "for", old->for_, new->for_);
	differ_span(&all, "keepFiringFor", old->keep_firing_for, new->keep_firing_for);
	differ_number(&all, "minBadEvents", old->min_bad, new->min_bad);
	differ_number(&all, "minEvents", old->min_events, new->min_events);
	differ_labels(&all, "labels", old->labels, new->labels);
	differ_labels(&all, "annotations", old->annotations, new->annotations);
	return all;
}

/* A tier of closed periods comes and goes with its window, which is told by itself. */
static bool goes_with_window(const struct tier *tier, const struct slo *other)
{
	struct alerting_basis basis = slo_alerting_basis(other);

	for (size_t i = 0; i < basis.calendars_len; i++)
		if (str_eq(basis.calendars[i], tier->window))
			return false;
	return tier->kind == TIER_MISSED;
}

static void compare_tiers(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	for (size_t i = 0; i < old->alerting->len; i++) {
		const struct tier *was = &old->alerting->tiers[i], *is = alerting_tier(new->alerting, was->name);
		struct differences all;

		if (!is && goes_with_window(was, new))
			continue;
		if (!is) {
			change_say(comparing, FINDING_WARNING, new->place, "alerting", "alert-tier-disabled",
				   (struct change){CHANGE_SLO, new->id, was->name, STR("")},
				   "alert tier '%.*s' (%.*s) of '%.*s' is disabled", VALUE_ARG(was->name),
				   VALUE_ARG(was->severity), VALUE_ARG(new->id));
			continue;
		}
		all = between(comparing->arena, was, is);
		if (all.text.len)
			change_say(comparing, FINDING_NOTE, new->place, "alerting", "alert-tier-changed",
				   (struct change){CHANGE_SLO, new->id, all.from, all.to},
				   "alert tier '%.*s' of '%.*s' changed: %.*s", VALUE_ARG(was->name),
				   VALUE_ARG(new->id), STR_ARG(all.text));
	}
	for (size_t i = 0; i < new->alerting->len; i++) {
		const struct tier *is = &new->alerting->tiers[i];

		if (!alerting_tier(old->alerting, is->name) && !goes_with_window(is, old))
			change_say(comparing, FINDING_NOTE, new->place, "alerting", "alert-tier-added",
				   (struct change){CHANGE_SLO, new->id, STR(""), is->name},
				   "alert tier '%.*s' (%.*s) of '%.*s' is new", VALUE_ARG(is->name),
				   VALUE_ARG(is->severity), VALUE_ARG(new->id));
	}
}

void change_alerting(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	const struct alerting *was = old->alerting, *is = new->alerting;

	if (!str_eq(was->runbook, is->runbook))
		change_say(comparing, FINDING_NOTE, new->place, "runbook", "runbook-changed",
			   (struct change){CHANGE_SLO, new->id, was->runbook, is->runbook},
			   "runbook of '%.*s' changed from %.*s to %.*s", VALUE_ARG(new->id),
			   VALUE_ARG(was->runbook.len ? was->runbook : STR("wick's own")),
			   VALUE_ARG(is->runbook.len ? is->runbook : STR("wick's own")));
	if (was->len && !is->len)
		change_say(comparing, FINDING_WARNING, new->place, "alerting", "alerts-disabled",
			   (struct change){CHANGE_SLO, new->id, arena_fmt(comparing->arena, "%zu tiers", was->len),
					   STR("")},
			   "'%.*s' alerts no more: none of its %zu tiers is left", VALUE_ARG(new->id), was->len);
	else
		compare_tiers(comparing, old, new);
}
