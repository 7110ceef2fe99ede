#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"
#include "exporters/pages/slo_cells.h"
#include "exporters/pages/slo_list.h"
#include "format/html.h"

#include <math.h>

enum { ROWS = 40, CHOICES_MOST = 100, DESCRIPTION = 120, REASON = 120 };

static const struct {
	enum slo_order order;
	const char *class_, *title;
} columns[] = {
	{ORDER_NAME, "", "SLO"},
	{ORDER_OBJECTIVE, "num wide", "Objective"},
	{ORDER_SLI, "num", "SLI"},
	{ORDER_WORST, "num", "Budget left"},
	{ORDER_BURN_1H, "num", "Burn 1h"},
	{ORDER_BURN_6H, "num wide", "Burn 6h"},
	{ORDER_COVERAGE, "num wide", "Coverage"},
};

static void put_name(struct buf *out, const struct slo_row *row)
{
	buf_cstr(out, "<th scope=\"row\" class=\"name\"><a href=\"");
	slo_path_write(out, row->result);
	buf_cstr(out, "\">");
	page_text(out, row->row.id, 300);
	buf_cstr(out, "</a>");
	if (row->row.display_name.len) {
		buf_cstr(out, "<br>");
		page_text(out, row->row.display_name, DESCRIPTION);
	}
	if (row->row.group.len) {
		buf_cstr(out, "<br><span class=\"soft\">");
		page_labels(out, row->row.group);
		buf_cstr(out, "</span>");
	}
	if (row->row.rest_groups)
		buf_fmt(out, "<br><span class=\"soft\">%zu groups together</span>", row->row.rest_groups);
	if (row->row.description.len) {
		buf_cstr(out, "<br><span class=\"soft\">");
		page_text(out, row->row.description, DESCRIPTION);
		buf_cstr(out, "</span>");
	}
	buf_cstr(out, "</th>");
}

static void put_state(struct buf *out, const struct table_row *row)
{
	buf_fmt(out, "<td%s>", row->state == DATA_OK ? "" : " class=\"warn\"");
	table_state_write(out, row);
	if (row->firing) {
		buf_cstr(out, "<br><span class=\"bad\">");
		page_count(out, row->firing, "alert fires", "alerts fire");
		buf_cstr(out, "</span>");
	}
	if (row->reason.len) {
		buf_cstr(out, "<br><span class=\"soft\">");
		page_text(out, row->reason, REASON);
		buf_cstr(out, "</span>");
	}
	if (row->level > POLICY_NORMAL)
		buf_fmt(out, "<br><a class=\"%s\" href=\"policy\">%s</a>", row->level == POLICY_FREEZE ? "bad" : "warn",
			policy_level_names[row->level]);
	buf_cstr(out, "</td>");
}

static void put_row(struct buf *out, const struct slo_row *row)
{
	buf_cstr(out, "<tr>");
	put_name(out, row);
	buf_cstr(out, "<td class=\"num wide\">");
	table_objective_write(out, row->row.objective);
	buf_cstr(out, "</td><td class=\"num\">");
	table_percent_write(out, row->row.sli, table_sli_decimals(row->row.objective));
	buf_cstr(out, "</td><td class=\"num\">");
	slo_budget_cell(out, row->row.remaining);
	buf_cstr(out, "</td><td class=\"num\">");
	slo_burn_cell(out, row->row.burn_1h);
	buf_cstr(out, "</td><td class=\"num wide\">");
	slo_burn_cell(out, row->row.burn_6h);
	buf_cstr(out, "</td><td class=\"num wide\">");
	table_percent_write(out, row->row.coverage, 0);
	buf_cstr(out, "</td>");
	put_state(out, &row->row);
	buf_cstr(out, "</tr>\n");
}

/* Every column is a link to its order, so that sorting needs no script. */
static void put_head(struct buf *out, const struct page_query *query)
{
	struct str sort = page_query_get(query, "sort");

	buf_cstr(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"SLOs\"><table>\n<thead><tr>");
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		const char *name = slo_order_names[columns[i].order];
		bool chosen = str_is(sort, name) || (!sort.len && columns[i].order == ORDER_WORST);

		buf_fmt(out, "<th scope=\"col\" class=\"%s\"%s><a href=\"", columns[i].class_,
			!chosen ? ""
			: columns[i].order == ORDER_OBJECTIVE || columns[i].order == ORDER_BURN_1H ||
					columns[i].order == ORDER_BURN_6H
				? " aria-sort=\"descending\""
				: " aria-sort=\"ascending\"");
		page_query_write(out, query, "sort", columns[i].order == ORDER_WORST ? STR("") : str_of(name));
		buf_fmt(out, "\">%s</a></th>", columns[i].title);
	}
	buf_cstr(out, "<th scope=\"col\">Data</th></tr></thead>\n<tbody>\n");
}

static void put_option(struct buf *out, struct str value, struct str text, struct str chosen)
{
	buf_cstr(out, "<option value=\"");
	html_write(out, value);
	buf_cstr(out, str_eq(value, chosen) ? "\" selected>" : "\">");
	html_write(out, page_cut(text, 60));
	buf_cstr(out, "</option>");
}

/* A field to type into: what was asked for stands in it. */
static void put_field(struct buf *out, const struct page_query *query, const char *name, const char *title,
		      const char *type, const char *hint)
{
	buf_fmt(out, "<label>%s<input type=\"%s\" name=\"%s\" value=\"", title, type, name);
	html_write(out, page_query_get(query, name));
	buf_fmt(out, "\" placeholder=\"%s\"></label>\n", hint);
}

/* A choice, as long as it is one that can be looked over; else a field. */
static void put_choice(struct buf *out, const struct page_source *source, const char *name, const char *title,
		       const char *label)
{
	struct str chosen = page_query_get(source->query, name), *values;
	struct arena arena;
	size_t len;

	arena_init(&arena);
	values = slo_list_values(&arena, source->results, label, CHOICES_MOST, &len);
	if (len > CHOICES_MOST) {
		put_field(out, source->query, name, title, "text", "its whole name");
	} else if (len) {
		buf_fmt(out, "<label>%s<select name=\"%s\">", title, name);
		put_option(out, STR(""), STR("all"), chosen);
		for (size_t i = 0; i < len; i++)
			put_option(out, values[i], values[i], chosen);
		buf_cstr(out, "</select></label>\n");
	}
	arena_release(&arena);
}

static void put_states(struct buf *out, const struct page_query *query)
{
	static const char *const texts[] = {"budget spent", "an alert fires", "excluded now", "deployments frozen"};
	struct str chosen = page_query_get(query, "state");

	buf_cstr(out, "<label>State<select name=\"state\">");
	put_option(out, STR(""), STR("any"), chosen);
	for (size_t i = 0; slo_conditions[i]; i++)
		put_option(out, str_of(slo_conditions[i]), str_of(texts[i]), chosen);
	for (size_t i = 0; i < DATA_STATES; i++)
		put_option(out, str_of(data_state_names[i]), str_of(data_state_names[i]), chosen);
	buf_cstr(out, "</select></label>\n");
}

static void put_form(struct buf *out, const struct page_source *source)
{
	struct str sort = page_query_get(source->query, "sort");

	buf_cstr(out, "<form method=\"get\" role=\"search\" aria-label=\"Filter\">\n");
	put_field(out, source->query, "q", "Search", "search", "name, label, text");
	put_choice(out, source, "service", "Service", NULL);
	put_choice(out, source, "team", "Team", "team");
	put_field(out, source->query, "label", "Label", "text", "name=value");
	put_states(out, source->query);
	if (sort.len) {
		buf_cstr(out, "<input type=\"hidden\" name=\"sort\" value=\"");
		html_write(out, sort);
		buf_cstr(out, "\">\n");
	}
	buf_cstr(out, "<button>Show</button> <a href=\"?\">All</a>\n</form>\n");
}

static void put_sums(struct buf *out, const struct slo_list *list)
{
	buf_cstr(out, "<p>");
	if (list->len < list->all)
		buf_fmt(out, "%zu of ", list->len);
	page_count(out, list->all, "budget", "budgets");
	buf_cstr(out, ": ");
	if (list->spent)
		buf_fmt(out, "<span class=\"bad\">%zu spent</span>, ", list->spent);
	if (list->unknown)
		buf_fmt(out, "<span class=\"warn\">%zu not known</span>, ", list->unknown);
	page_count(out, list->firing, "alert fires", "alerts fire");
	buf_cstr(out, ".</p>\n");
	if (list->bad_state)
		buf_cstr(out, "<p class=\"warn\">There is no such state: those of any are shown.</p>\n");
	if (list->bad_order)
		buf_cstr(out, "<p class=\"warn\">There is no such order: the worst stand first.</p>\n");
}

static void put_list(struct buf *out, const struct page_source *source)
{
	struct arena arena;
	struct slo_list list;
	struct page_part part;

	arena_init(&arena);
	list = slo_list_make(&arena, source->results, source->query);
	part = page_part_of(source->query, list.len, ROWS);
	put_form(out, source);
	put_sums(out, &list);
	if (list.len) {
		put_head(out, source->query);
		for (size_t i = part.from; i < part.to; i++)
			put_row(out, &list.at[i]);
		page_table_end(out);
	} else {
		buf_cstr(out, "<p>No SLO is like that. <a href=\"?\">Show all</a></p>\n");
	}
	page_part_links(out, source->query, &part);
	arena_release(&arena);
}

bool slos_page_write(struct buf *out, const struct page_source *source)
{
	struct page_frame frame = {STR("Error budgets"), PLACE_SLOS, 0, page_renewal(source), false};

	page_begin(out, &frame);
	if (page_state(out, source)) {
		if (source->results->len)
			put_list(out, source);
		else
			buf_cstr(out, "<p>No SLOs are defined.</p>\n");
	}
	page_end(
		out, &frame,
		"<a href=\"api/v1/slos\">JSON</a> · <a href=\"metrics\">metrics</a> · <a href=\"-/ready\">readiness</a>");
	return !out->full;
}
