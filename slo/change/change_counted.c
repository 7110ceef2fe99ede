/* What an SLO counts, and over which times. */
#include "base/limits.h"
#include "base/num.h"
#include "model/source_name.h"
#include "slo/change/change_parts.h"

#include <stdio.h>

/* A part of what is counted: its key, and how it is written. */
struct part {
	const char *key;
	struct str text;
	struct place place;
};

enum { PARTS = 10 };

static struct str joined(struct arena *arena, const struct str *names, size_t len)
{
	struct str all = STR("");

	for (size_t i = 0; i < len; i++)
		all = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(names[i]));
	return len ? arena_fmt(arena, "[%.*s]", STR_ARG(all)) : all;
}

static const char *metric_key(enum sli_kind kind)
{
	switch (kind) {
	case SLI_LATENCY:
		return "histogram";
	case SLI_PROBE:
		return "probe";
	case SLI_EVENTS:
	case SLI_THRESHOLD:
	case SLI_RATIO:
	case SLI_COMPOSITE:
		return "query";
	}
	return "query";
}

static struct str limit_text(struct arena *arena, const struct sli *sli)
{
	if (sli->kind != SLI_LATENCY && sli->kind != SLI_THRESHOLD)
		return STR("");
	if (sli->latency.ms)
		return arena_fmt(arena, "%s", span_text(sli->latency).text);
	return arena_fmt(arena, "%.15g", sli->limit);
}

static void parts_of(struct arena *arena, const struct slo *slo, struct part parts[PARTS])
{
	const struct sli *sli = &slo->sli;
	bool compared = sli->kind == SLI_THRESHOLD;
	const struct part all[PARTS] = {
		{"sli", str_of(sli_kind_names[sli->kind]), slo->place},
		{"good", sli->good.text, sli->good.place},
		{"bad", sli->bad.text, sli->bad.place},
		{"total", sli->total.text, sli->total.place},
		{metric_key(sli->kind), sli->metric.text, sli->metric.place},
		{compared ? "value" : "threshold", limit_text(arena, sli), sli->limit_place},
		{"operator", str_of(compared ? comparison_signs[sli->comparison] : ""), sli->limit_place},
		{"native", str_of(sli->native ? "true" : ""), slo->place},
		{"source", source_shown_name(slo->source.soft ? STR("") : slo->source.name), slo->source.place},
		{"groupBy", joined(arena, slo->group_by, slo->group_by_len), slo->place},
	};

	memcpy(parts, all, sizeof(all));
}

static const char starts_anew[] = "what is counted changed, so it starts a new history";

static void say_groups(struct comparing *comparing, const struct slo *slo, struct str from, struct str to)
{
	change_say(comparing, FINDING_WARNING, slo->place, "groupBy", "groups-changed",
		   (struct change){CHANGE_SLO, slo->id, from, to}, "groupBy of '%.*s' changed from %.*s to %.*s: %s",
		   VALUE_ARG(slo->id), VALUE_ARG(from.len ? from : STR("none")), VALUE_ARG(to.len ? to : STR("none")),
		   starts_anew);
}

/* One line for all parts that changed, at the first of them that is still there. */
static void say_parts(struct comparing *comparing, const struct slo *slo, const struct part *old,
		      const struct part *new)
{
	struct str keys = STR(""), from = STR(""), to = STR("");
	struct place place = {NULL, 0, 0};
	struct arena *arena = comparing->arena;
	size_t changed = 0, last = 0;

	for (size_t i = 0; i + 1 < PARTS; i++) {
		if (str_eq(old[i].text, new[i].text))
			continue;
		keys = arena_fmt(arena, "%.*s%s%s", STR_ARG(keys), changed ? ", " : "", new[i].key);
		from = arena_fmt(arena, "%.*s%s%s: %.*s", STR_ARG(from), changed ? "\n" : "", old[i].key,
				 STR_ARG(old[i].text));
		to = arena_fmt(arena, "%.*s%s%s: %.*s", STR_ARG(to), changed ? "\n" : "", new[i].key,
			       STR_ARG(new[i].text));
		if (!place.line && new[i].text.len)
			place = new[i].place;
		changed++;
		last = i;
	}
	if (!place.line)
		place = slo->place;
	if (changed == 1 && old[last].text.len && new[last].text.len)
		change_say(comparing, FINDING_WARNING, place, new[last].key, "query-changed",
			   (struct change){CHANGE_SLO, slo->id, old[last].text, new[last].text},
			   "%s of '%.*s' changed from '%.*s' to '%.*s': %s", new[last].key, VALUE_ARG(slo->id),
			   VALUE_ARG(old[last].text), VALUE_ARG(new[last].text), starts_anew);
	else if (changed)
		change_say(comparing, FINDING_WARNING, place, "sli", "query-changed",
			   (struct change){CHANGE_SLO, slo->id, from, to}, "%.*s of '%.*s' changed: %s", STR_ARG(keys),
			   VALUE_ARG(slo->id), starts_anew);
}

/* "equal of shop/cart * 2, shop/payment; noData: bad" */
static struct str composite_text(struct arena *arena, const struct composite *composite)
{
	struct str text = arena_fmt(arena, "%s of ", composite_weighting_names[composite->weighting]);

	for (size_t i = 0; i < composite->len; i++) {
		text = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(text), i ? ", " : "", STR_ARG(composite->members[i].id));
		if (!num_same(composite->members[i].weight, 1))
			text = arena_fmt(arena, "%.*s * %.15g", STR_ARG(text), composite->members[i].weight);
	}
	if (composite->missing != MISSING_IGNORED)
		text = arena_fmt(arena, "%.*s; noData: %s", STR_ARG(text), slice_missing_names[composite->missing]);
	return text;
}

/* Nothing is counted for a composite, so that no history begins anew: it is another one from the beginning. */
static void change_composite(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	struct str from = composite_text(comparing->arena, old->sli.composite);
	struct str to = composite_text(comparing->arena, new->sli.composite);

	if (!str_eq(from, to))
		change_say(comparing, FINDING_WARNING, new->sli.composite->members->place, "composite",
			   "composite-changed", (struct change){CHANGE_SLO, new->id, from, to},
			   "'%.*s' is %.*s and was %.*s: its past is read anew as if it always had been",
			   VALUE_ARG(new->id), VALUE_ARG(to), VALUE_ARG(from));
}

static struct str top_text(struct arena *arena, const struct slo *slo)
{
	const struct group_top *top = &slo->top;

	if (!top->most)
		return STR("all groups");
	return arena_fmt(arena, "the %u with the most %s, %s%.*s", top->most,
			 top->by == TOP_BAD ? "bad events" : "events", top->rest.len ? "and " : "without the rest",
			 STR_ARG(top->rest));
}

/* What is counted stays; that less is shown is worth a warning. */
static void say_top(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	struct str from = top_text(comparing->arena, old), to = top_text(comparing->arena, new);
	bool fewer = new->top.most && (!old->top.most || new->top.most < old->top.most);
	bool hidden = new->top.most && !new->top.rest.len && (!old->top.most || old->top.rest.len);

	if (old->group_by_len && new->group_by_len && !str_eq(from, to))
		change_say(comparing, fewer || hidden ? FINDING_WARNING : FINDING_NOTE, new->place, "groupBy",
			   "groups-changed", (struct change){false, new->id, from, to},
			   "groups of '%.*s' that are shown changed from %.*s to %.*s: their history stays",
			   VALUE_ARG(new->id), VALUE_ARG(from), VALUE_ARG(to));
}

void change_counted(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	struct part before[PARTS], now[PARTS];
	const struct part *old_groups = &before[PARTS - 1], *new_groups = &now[PARTS - 1];

	if (old->group_limit != new->group_limit)
		change_say(comparing, new->group_limit < old->group_limit ? FINDING_WARNING : FINDING_NOTE, new->place,
			   "groupLimit", "groups-changed",
			   (struct change){CHANGE_SLO, new->id, arena_fmt(comparing->arena, "%u", old->group_limit),
					   arena_fmt(comparing->arena, "%u", new->group_limit)},
			   "groupLimit of '%.*s' changed from %u to %u", VALUE_ARG(new->id), old->group_limit,
			   new->group_limit);
	if (slo_composed(old) && slo_composed(new))
		change_composite(comparing, old, new);
	say_top(comparing, old, new);
	/* another spelling counts the same */
	if (old->counts_hash == new->counts_hash)
		return;
	parts_of(comparing->arena, old, before);
	parts_of(comparing->arena, new, now);
	say_parts(comparing, new, before, now);
	if (!str_eq(old_groups->text, new_groups->text))
		say_groups(comparing, new, old_groups->text, new_groups->text);
}

/* "30d"; "2 weeks in Europe/Berlin from 2026-01-05T06:00". */
static struct str window_text(struct arena *arena, const struct slo_window *window)
{
	const struct calendar *periods = &window->periods;
	const struct civil *start = &periods->start;
	struct str text;

	if (!window->calendar)
		return arena_fmt(arena, "%s", span_text(window->span).text);
	text = periods->count == 1 ? arena_fmt(arena, "%s", period_unit_names[periods->unit])
				   : arena_fmt(arena, "%u %ss", periods->count, period_unit_names[periods->unit]);
	if (strcmp(zone_name(periods->zone), "UTC") != 0)
		text = arena_fmt(arena, "%.*s in %s", STR_ARG(text), zone_name(periods->zone));
	if (start->year)
		text = arena_fmt(arena, "%.*s from %04d-%02u-%02uT%02u:%02u", STR_ARG(text), start->year, start->month,
				 start->day, start->hour, start->minute);
	return text;
}

static struct str windows_text(struct arena *arena, const struct slo *slo)
{
	struct str texts[SLO_WINDOWS];

	for (size_t i = 0; i < slo->windows_len; i++)
		texts[i] = window_text(arena, &slo->windows[i]);
	return slo->windows_len == 1 ? texts[0] : joined(arena, texts, slo->windows_len);
}

void change_windows(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	struct str from = windows_text(comparing->arena, old), to = windows_text(comparing->arena, new);

	if (!str_eq(from, to))
		change_say(comparing, FINDING_NOTE, new->windows[0].place, "window", "window-changed",
			   (struct change){CHANGE_SLO, new->id, from, to},
			   "window of '%.*s' changed from %.*s to %.*s: its history stays, its budget is another one",
			   VALUE_ARG(new->id), VALUE_ARG(from), VALUE_ARG(to));
}
