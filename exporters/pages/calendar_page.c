/* Calendar periods side by side: the one that runs, and those that are closed. */
#include "exporters/pages/chart.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"
#include "exporters/pages/slo_cells.h"
#include "exporters/pages/slo_list.h"
#include "exporters/table.h"
#include "format/html.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 50, PERIODS = 6, WINDOWS_MOST = 30 };

struct column {
	struct str name;
	struct instant begin;
};

/* What is shown of all periods: those of one window, by its name. */
struct calendar_view {
	const struct page_source *source;
	struct str window;
	struct column columns[PERIODS]; /* the newest first */
	size_t columns_len;
	bool earlier, later; /* there are more */
};

static int by_text(const void *a, const void *b)
{
	const struct str *left = a, *right = b;

	return str_cmp(*left, *right);
}

/* Each name once, "month" first where it is. */
static struct str *window_names(struct arena *arena, const struct results *results, size_t *len)
{
	struct str *names = arena_array(arena, WINDOWS_MOST, sizeof(*names));

	*len = 0;
	for (size_t i = 0; i < results->len; i++)
		for (size_t w = 0; w < results->list[i].slo->windows_len; w++) {
			const struct slo_window *window = &results->list[i].slo->windows[w];
			bool known = false;

			for (size_t n = 0; n < *len; n++)
				known |= str_eq(names[n], window->name);
			if (window->calendar && !known && *len < WINDOWS_MOST)
				names[(*len)++] = window->name;
		}
	qsort(names, *len, sizeof(*names), by_text);
	for (size_t n = 1; n < *len; n++)
		if (str_is(names[n], "month")) {
			struct str month = names[n];

			memmove(names + 1, names, n * sizeof(*names));
			names[0] = month;
		}
	return names;
}

static const struct slo_window *window_of(const struct slo_result *result, struct str name,
					  const struct budget **budget)
{
	for (size_t i = 0; i < result->slo->windows_len; i++)
		if (result->slo->windows[i].calendar && str_eq(result->slo->windows[i].name, name)) {
			*budget = &result->budgets[i];
			return &result->slo->windows[i];
		}
	return NULL;
}

/* The newest PERIODS columns that begin before `before` (empty: all do). */
static void add_column(struct calendar_view *view, struct str name, struct instant begin, struct str before)
{
	size_t place = 0;

	if (before.len && str_cmp(name, before) >= 0) {
		view->later = true;
		return;
	}
	while (place < view->columns_len && view->columns[place].begin.ms > begin.ms)
		place++;
	if (place < view->columns_len && view->columns[place].begin.ms == begin.ms)
		return;
	if (view->columns_len == PERIODS)
		view->earlier = true;
	if (place == PERIODS)
		return;
	if (view->columns_len < PERIODS)
		view->columns_len++;
	memmove(&view->columns[place + 1], &view->columns[place],
		(view->columns_len - place - 1) * sizeof(*view->columns));
	view->columns[place] = (struct column){name, begin};
}

static void find_columns(struct calendar_view *view)
{
	const struct results *results = view->source->results;
	struct str before = page_query_get(view->source->query, "before");

	for (size_t i = 0; i < results->len; i++)
		for (size_t p = 0; p < results->list[i].periods_len; p++) {
			const struct period_record *record = results->list[i].periods[p];

			if (str_eq(record->window, view->window))
				add_column(view, record->name, record->begin, before);
		}
}

/* The filters stay; periods and parts are those of another window. */
static void put_windows(struct buf *out, const struct calendar_view *view, const struct str *names, size_t len)
{
	struct page_query query = page_query_without(view->source->query, "before");

	query = page_query_without(&query, "page");

	if (len < 2)
		return;
	buf_cstr(out, "<nav aria-label=\"Windows\"><ul>");
	for (size_t i = 0; i < len; i++) {
		buf_cstr(out, "<li><a href=\"");
		page_query_write(out, &query, "window", names[i]);
		buf_fmt(out, "\"%s>", str_eq(names[i], view->window) ? " aria-current=\"page\"" : "");
		page_text(out, names[i], 60);
		buf_cstr(out, "</a></li>");
	}
	buf_cstr(out, "</ul></nav>\n");
}

static void put_head(struct buf *out, const struct calendar_view *view)
{
	buf_cstr(
		out,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Periods\"><table>\n<caption>Of each "
		"period: the SLI, and the part of its budget that was used</caption>\n<thead><tr><th scope=\"col\">SLO</th>"
		"<th scope=\"col\" class=\"num\">Now</th>");
	for (size_t i = 0; i < view->columns_len; i++) {
		buf_cstr(out, "<th scope=\"col\" class=\"num\">");
		html_write(out, view->columns[i].name);
		buf_cstr(out, "</th>");
	}
	buf_cstr(out, "</tr></thead>\n<tbody>\n");
}

static void put_record(struct buf *out, const struct period_record *record)
{
	struct slo_verdict verdict = slo_verdict_of(record);

	buf_cstr(out, "<td class=\"num\">");
	table_percent_write(out, period_sli(record), table_sli_decimals(record->objective));
	buf_fmt(out, "<br><span class=\"%s\">%s, ", chart_tone_classes[verdict.tone], verdict.text);
	table_percent_write(out, period_consumed(record), 1);
	buf_cstr(out, "</span>");
	if (period_partial(record)) {
		buf_cstr(out, "<br><span class=\"soft\">known: ");
		slo_known_write(out, period_known(record));
		buf_cstr(out, "</span>");
	}
	buf_fmt(out, "%s</td>", period_corrected(record) ? "<br><span class=\"soft\">corrected</span>" : "");
}

static const struct period_record *record_of(const struct slo_result *result, const struct calendar_view *view,
					     const struct column *column)
{
	for (size_t i = 0; i < result->periods_len; i++)
		if (result->periods[i]->begin.ms == column->begin.ms &&
		    str_eq(result->periods[i]->window, view->window))
			return result->periods[i];
	return NULL;
}

static void put_row(struct buf *out, const struct calendar_view *view, const struct slo_row *row)
{
	const struct budget *budget;

	if (!window_of(row->result, view->window, &budget))
		return;
	buf_cstr(out, "<tr><th scope=\"row\" class=\"name\"><a href=\"");
	slo_path_write(out, row->result);
	buf_cstr(out, "\">");
	page_text(out, row->row.id, 300);
	buf_cstr(out, "</a> ");
	page_labels(out, row->row.group);
	buf_cstr(out, "<br><span class=\"soft\">objective ");
	table_objective_write(out, row->row.objective);
	buf_cstr(out, "</span></th><td class=\"num\">");
	table_percent_write(out, budget->sli, table_sli_decimals(row->row.objective));
	buf_fmt(out, "<br><span class=\"%s\">", chart_tone_classes[slo_budget_tone(budget->remaining)]);
	table_percent_write(out, budget->consumed, 1);
	buf_cstr(out, "</span></td>");
	for (size_t i = 0; i < view->columns_len; i++) {
		const struct period_record *record = record_of(row->result, view, &view->columns[i]);

		if (record)
			put_record(out, record);
		else
			buf_cstr(out, "<td class=\"num soft\">no record</td>");
	}
	buf_cstr(out, "</tr>\n");
}

static void put_moves(struct buf *out, const struct calendar_view *view)
{
	if (!view->earlier && !view->later)
		return;
	buf_cstr(out, "<nav class=\"pages\" aria-label=\"Periods\">");
	if (view->later) {
		buf_cstr(out, "<a href=\"");
		page_query_write(out, view->source->query, "before", STR(""));
		buf_cstr(out, "\">The newest</a>");
	}
	if (view->earlier) {
		buf_cstr(out, "<a href=\"");
		page_query_write(out, view->source->query, "before", view->columns[view->columns_len - 1].name);
		buf_cstr(out, "\">Earlier</a>");
	}
	buf_cstr(out, "</nav>\n");
}

/* Only those that have the window; in the order of their names unless the reader wants another. */
static struct slo_list rows_of(struct arena *arena, const struct calendar_view *view)
{
	struct page_query query = *view->source->query;
	const struct budget *budget;
	struct slo_list list;
	size_t kept = 0;

	if (!page_query_get(&query, "sort").len && query.len < PAGE_PARAMETERS)
		query.at[query.len++] = (struct page_parameter){STR("sort"), STR("name")};
	list = slo_list_make(arena, view->source->results, &query);
	for (size_t i = 0; i < list.len; i++)
		if (window_of(list.at[i].result, view->window, &budget))
			list.at[kept++] = list.at[i];
	list.len = kept;
	return list;
}

static void put_calendar(struct buf *out, const struct page_source *source)
{
	struct calendar_view view = {.source = source, .window = page_query_get(source->query, "window")};
	struct arena arena;
	struct str *names;
	struct slo_list list;
	struct page_part part;
	size_t len;

	arena_init(&arena);
	names = window_names(&arena, source->results, &len);
	if (!view.window.len && len)
		view.window = names[0];
	find_columns(&view);
	list = rows_of(&arena, &view);
	part = page_part_of(source->query, list.len, ROWS);
	put_windows(out, &view, names, len);
	if (list.len) {
		put_moves(out, &view);
		put_head(out, &view);
		for (size_t i = part.from; i < part.to; i++)
			put_row(out, &view, &list.at[i]);
		page_table_end(out);
		page_part_links(out, source->query, &part);
	} else {
		buf_cstr(out, "<p>No SLO has a calendar window of this kind. An SLO gets one by a window such as "
			      "<code>month</code> in its definition; rolling windows have no periods that end.</p>\n");
	}
	arena_release(&arena);
}

bool calendar_page_write(struct buf *out, const struct page_source *source)
{
	struct page_frame frame = {STR("Calendar"), PLACE_CALENDAR, 0, page_renewal(source), false};

	page_begin(out, &frame);
	if (page_state(out, source))
		put_calendar(out, source);
	page_end(out, &frame, "<a href=\"api/v1/slos\">JSON</a>");
	return !out->full;
}
