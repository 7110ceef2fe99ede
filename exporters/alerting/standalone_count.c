#include "base/limits.h"
#include "exporters/alerting/standalone_parts.h"

/* An SLO's rules while they are written. */
struct counting {
	struct page *page;
	const struct slo *slo;
	struct step_events events;
	const char *selector; /* what picks out its series, without braces */
};

static const char *selector_of(struct page *page, const struct slo *slo)
{
	const struct label labels[] = {
		{STR("service"), slo->service}, {STR("slo"), slo->name}, {STR("namespace"), slo->namespace_}};
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		buf_fmt(&buf, "%s%.*s=\"", i ? "," : "", STR_ARG(labels[i].name));
		label_value_write(&buf, labels[i].value);
		buf_char(&buf, '"');
	}
	text = arena_str(&page->arena, buf_view(&buf));
	buf_release(&buf);
	return text.at;
}

/* One value per group of the SLO, without the labels of the SLO itself. */
static const char *by_group(struct counting *counting, struct str inner)
{
	struct arena *arena = &counting->page->arena;
	struct labels group = counting->events.group;
	struct str names = STR("");

	for (size_t i = 0; i < group.len; i++)
		names = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(names), i ? ", " : "", STR_ARG(group.at[i].value));
	if (group.len)
		return arena_fmt(arena, "sum by (%.*s) (%.*s)", STR_ARG(names), STR_ARG(inner)).at;
	return arena_fmt(arena, "sum(%.*s)", STR_ARG(inner)).at;
}

/* What one step holds, with all its labels: those of an evaluation that failed since must not be added twice. */
static const char *fresh(struct counting *counting, const char *outcome)
{
	struct arena *arena = &counting->page->arena;
	struct str series = arena_fmt(arena, "wick_slo_step_events{%s,outcome=\"%s\"}", counting->selector, outcome);

	return arena_fmt(arena, "(%.*s and timestamp(%.*s) == time())", STR_ARG(series), STR_ARG(series)).at;
}

/* Adds to a counter of the SLO. Label sets are matched whole: a series of before an edit of the labels is another one.
 */
static void add_to(struct counting *counting, const char *counter, const char *outcome, struct labels labels,
		   const char *amount)
{
	struct arena *arena = &counting->page->arena;
	const char *before =
		arena_fmt(arena, "sum without (outcome) (last_over_time(%s{%s%s%s%s}" MEMORY "))", counter,
			  counting->selector, outcome ? ",outcome=\"" : "", outcome ? outcome : "", outcome ? "\"" : "")
			.at;

	RECORD(counting->page, counter, labels, "%s + %s or %s", before, amount, amount);
}

/* Arithmetic leaves this of a 0, and no double counts more than that exactly: what is outside, or no number, cannot be
 * a number of events, and nothing is known of its step. */
#define POSSIBLE ">= -1e-9 <= 9007199254740992"

static void count_slo(struct counting *counting)
{
	struct page *page = counting->page;
	struct arena *arena = &page->arena;
	const struct step_events *events = &counting->events;
	struct labels bad = page_label(page, events->identity, "outcome", STR("bad"));
	struct labels good = page_label(page, events->identity, "outcome", STR("good"));
	const char *all, *part, *spoilt;

	RECORD(page, "wick_slo_step_events", page_label(page, events->identity, "outcome", STR("all")),
	       "(%.*s) " POSSIBLE, STR_ARG(events->total));
	all = by_group(counting, str_of(fresh(counting, "all")));
	part = arena_fmt(arena, "((%.*s or %s * 0) " POSSIBLE ")", STR_ARG(events->part), all).at;
	/* below 0 where two metrics are scraped apart: the next steps make up for it */
	if (events->part_is_good)
		RECORD(page, "wick_slo_step_events", bad, "%s - %s", all, part);
	else
		RECORD(page, "wick_slo_step_events", bad, "%s and %s", part, all);
	spoilt = arena_fmt(arena, "sum without (outcome) (%s)", fresh(counting, "bad")).at;
	add_to(counting, "wick_slo_events_total", "bad", bad, spoilt);
	add_to(counting, "wick_slo_events_total", "good", good,
	       arena_fmt(arena, "(sum without (outcome) (%s) - %s)", fresh(counting, "all"), spoilt).at);
	add_to(counting, "wick_slo_steps_total", NULL, events->identity, arena_fmt(arena, "(%s * 0 + 1)", spoilt).at);
	RECORD(page, "wick_slo_objective_ratio", events->identity, "%s * 0 + %s",
	       by_group(counting, arena_fmt(arena, "wick_slo_steps_total{%s}", counting->selector)),
	       page_number(page, counting->slo->objective));
}

/* The values of a group as one label, as the daemon has it. */
static const char *named_groups(struct counting *counting, const char *series)
{
	struct arena *arena = &counting->page->arena;
	struct str text = arena_fmt(arena, "label_join(%s * 0 + 1, \"slo_group\", \", \"", series);

	for (size_t i = 0; i < counting->events.group.len; i++)
		text = arena_fmt(arena, "%.*s, \"%.*s\"", STR_ARG(text), STR_ARG(counting->events.group.at[i].value));
	return arena_fmt(arena, "%.*s)", STR_ARG(text)).at;
}

/* A series per SLO that is there from the beginning, whether there are data or not; and one per group that has some. */
static void put_info(struct counting *counting, size_t alerting)
{
	struct labels labels = counting->events.identity;
	struct page *page = counting->page;
	const struct slo *slo = counting->slo;

	labels = page_label(page, labels, "window", arena_str(&page->arena, str_of(span_text(slo->window).text)));
	labels = page_label(page, labels, "objective", slo->objective_text);
	labels = page_label(page, labels, "sli", str_of(sli_kind_names[slo->sli.kind]));
	labels = page_label(page, labels, "slo_id", slo->id);
	labels = page_label(page, labels, "alerting", arena_fmt(&page->arena, "%zu", alerting + 1));
	if (counting->events.group.len)
		RECORD(page, "wick_slo_info", labels, "%s or vector(1)",
		       named_groups(counting, by_group(counting, arena_fmt(&page->arena, "wick_slo_steps_total{%s}",
									   counting->selector))));
	else
		RECORD(page, "wick_slo_info", labels, "vector(1)");
}

static void note_name(struct page *page, struct name_list *list, struct str name)
{
	for (size_t i = 0; i < list->len; i++)
		if (str_eq(list->at[i], name))
			return;
	if (list->len == list->cap) {
		struct str *old = list->at;

		list->cap = list->cap ? 2 * list->cap : 8;
		list->at = arena_array(&page->arena, list->cap, sizeof(*list->at));
		if (list->len)
			memcpy(list->at, old, list->len * sizeof(*old));
	}
	list->at[list->len++] = name;
}

static void note_names(struct page *page, const struct step_events *events)
{
	for (size_t i = 0; i < events->identity.len; i++) {
		struct str name = events->identity.at[i].name;

		if (!str_is(name, "service") && !str_is(name, "slo") && !str_is(name, "namespace"))
			note_name(page, &page->own, name);
	}
	for (size_t i = 0; i < events->group.len; i++)
		note_name(page, &page->grouped, events->group.at[i].value);
}

bool page_put_slo(struct page *page, const struct slo *slo, size_t set, struct err *err)
{
	struct counting counting = {.page = page, .slo = slo, .selector = selector_of(page, slo)};
	struct err why;

	if (!step_events_of(&page->arena, slo, &page->options->counting, &counting.events, &why))
		return err_set(err, "%s:%u:%u: '%.*s': %s", slo->place.file, slo->place.line, slo->place.col,
			       STR_ARG(slo->id), why.text);
	rule_file_group(&page->file, arena_fmt(&page->arena, "wick-slo-%.*s", STR_ARG(slo->id)).at,
			span_text(page->options->counting.step).text);
	put_info(&counting, set);
	count_slo(&counting);
	note_names(page, &counting.events);
	return true;
}
