/* Exclusions and adjustments. */
#include "model/correction_line.h"
#include "slo/change/change_parts.h"
#include "slo/corrections/corrections.h"

/* One of the two sets, with its corrections as texts. */
struct side {
	const struct slo_set *set;
	struct correction_lines lines;
};

static const struct adjustment *adjustment_of(const struct side *side, size_t at)
{
	const struct correction_list *list = &side->set->corrections;

	return at < list->exclusions_len ? NULL : list->adjustments[at - list->exclusions_len];
}

static const struct correction_scope *scope_of(const struct side *side, size_t at)
{
	const struct adjustment *adjustment = adjustment_of(side, at);

	return adjustment ? &adjustment->scope : &side->set->corrections.exclusions[at]->scope;
}

static struct place place_of(const struct side *side, size_t at)
{
	const struct adjustment *adjustment = adjustment_of(side, at);

	return adjustment ? adjustment->place : side->set->corrections.exclusions[at]->place;
}

/* "'shop/cart', 'shop/pay' and 7 more" */
static struct str touched(struct arena *arena, const struct side *side, size_t at)
{
	enum { NAMED = 3 };
	const struct correction_scope *scope = scope_of(side, at);
	struct str text = STR("");
	size_t count = 0;

	for (size_t i = 0; i < side->set->len; i++) {
		const struct slo *slo = &side->set->slos[i];

		if (correction_is_for(scope, slo) && count++ < NAMED)
			text = arena_fmt(arena, "%.*s%s'%.*s'", STR_ARG(text), text.len ? ", " : "",
					 VALUE_ARG(slo->id));
	}
	if (count > NAMED)
		text = arena_fmt(arena, "%.*s and %zu more", STR_ARG(text), count - NAMED);
	return count ? text : STR("no SLO");
}

/* All that it says, as `from` and `to`. */
static struct str whole_text(struct arena *arena, const struct correction_line *line)
{
	struct str text;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	correction_line_write(&buf, line);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* The same for people, each part up to what values are shown to. */
static struct str brief_text(struct arena *arena, const struct correction_line *line)
{
	struct correction_line brief = *line;
	struct str *const parts[] = {&brief.when, &brief.scope, &brief.author, &brief.reason};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i]->len > FINDING_VALUE_BYTES)
			*parts[i] = arena_fmt(arena, "%.*s...", FINDING_VALUE_BYTES, parts[i]->at);
	return whole_text(arena, &brief);
}

/* How much it takes away from what counts as bad: what an exclusion may do nobody knows from here. */
static bool loosens(const struct adjustment *adjustment)
{
	return !adjustment || adjustment->bad < 0 || adjustment->bad_minutes < 0 || adjustment->good > 0;
}

static bool tightens(const struct adjustment *adjustment)
{
	return adjustment && (adjustment->bad > 0 || adjustment->bad_minutes > 0 || adjustment->good < 0);
}

static void say_added(struct comparing *comparing, struct arena *arena, const struct side *now, size_t at)
{
	const struct correction_line *line = &now->lines.at[at];
	const struct adjustment *adjustment = adjustment_of(now, at);
	struct str brief = brief_text(arena, line), slos = touched(arena, now, at);

	if (change_unknown(comparing->before, line->file.at))
		return;
	change_say(comparing, loosens(adjustment) ? FINDING_WARNING : FINDING_NOTE, place_of(now, at), "",
		   adjustment ? "adjustment-added" : "exclusion-added",
		   (struct change){CHANGE_CORRECTION, line->scope, STR(""), whole_text(arena, line)},
		   "a new %s: %.*s; it is for %.*s", correction_kind_names[line->kind], STR_ARG(brief), STR_ARG(slos));
}

static void say_removed(struct comparing *comparing, struct arena *arena, const struct side *before, size_t at)
{
	const struct correction_line *line = &before->lines.at[at];
	const struct adjustment *adjustment = adjustment_of(before, at);
	struct str brief = brief_text(arena, line), slos = touched(arena, before, at);

	if (change_unknown(comparing->now, line->file.at))
		return;
	change_say(comparing, tightens(adjustment) ? FINDING_WARNING : FINDING_NOTE, change_gone(place_of(before, at)),
		   "", adjustment ? "adjustment-removed" : "exclusion-removed",
		   (struct change){CHANGE_CORRECTION, line->scope, whole_text(arena, line), STR("")},
		   "an %s is removed: %.*s (it was in line %u at '%s'); it was for %.*s",
		   correction_kind_names[line->kind], STR_ARG(brief), line->line, comparing->revision, STR_ARG(slos));
}

/* Whether less may count as bad than before. */
static bool loosened(const struct adjustment *was, const struct adjustment *is, bool moved)
{
	if (!was || !is)
		return moved;
	return is->bad < was->bad || is->bad_minutes < was->bad_minutes || is->good > was->good ||
	       (moved && (loosens(is) || tightens(was)));
}

static void say_changed(struct comparing *comparing, struct arena *arena, const struct side *before, size_t was_at,
			const struct side *now, size_t at)
{
	const struct correction_line *was = &before->lines.at[was_at], *is = &now->lines.at[at];
	const struct adjustment *old = adjustment_of(before, was_at), *new = adjustment_of(now, at);
	const struct {
		const char *key;
		struct str from, to;
	} parts[] = {{"for", was->scope, is->scope},
		     {old ? "at" : "time", was->when, is->when},
		     {"numbers", was->amount, is->amount},
		     {"reason", was->reason, is->reason},
		     {"author", was->author, is->author}};
	struct str changed = STR(""), slos = touched(arena, now, at);
	bool moved = !str_eq(was->scope, is->scope) || !str_eq(was->when, is->when);

	if (correction_line_same(was, is))
		return;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!str_eq(parts[i].from, parts[i].to))
			changed = arena_fmt(arena, "%.*s%s%s from '%.*s' to '%.*s'", STR_ARG(changed),
					    changed.len ? ", " : "", parts[i].key, VALUE_ARG(parts[i].from),
					    VALUE_ARG(parts[i].to));
	change_say(comparing, loosened(old, new, moved) ? FINDING_WARNING : FINDING_NOTE, place_of(now, at), "",
		   new ? "adjustment-changed" : "exclusion-changed",
		   (struct change){CHANGE_CORRECTION, is->scope, whole_text(arena, was), whole_text(arena, is)},
		   "an %s changed: %.*s; it is for %.*s", correction_kind_names[is->kind], STR_ARG(changed),
		   STR_ARG(slos));
}

void change_corrections(struct comparing *comparing)
{
	struct arena arena;
	struct side before = {.set = comparing->before}, now = {.set = comparing->now};
	struct correction_pairs pairs;

	arena_init(&arena);
	before.lines = correction_lines_of(&arena, &before.set->corrections);
	now.lines = correction_lines_of(&arena, &now.set->corrections);
	pairs = correction_lines_pair(&arena, &before.lines, &now.lines);
	for (size_t i = 0; i < pairs.len; i++) {
		const struct correction_pair *pair = &pairs.at[i];

		if (pair->before == SIZE_MAX)
			say_added(comparing, &arena, &now, pair->now);
		else if (pair->now == SIZE_MAX)
			say_removed(comparing, &arena, &before, pair->before);
		else
			say_changed(comparing, &arena, &before, pair->before, &now, pair->now);
	}
	arena_release(&arena);
}
