#include "exporters/pages/frame.h"
#include "exporters/pages/parts.h"
#include "exporters/pages/slo_cells.h"
#include "exporters/pages/slo_list.h"
#include "exporters/pages/slo_parts.h"
#include "exporters/table.h"
#include "format/html.h"

#include <math.h>
#include <stdlib.h>

enum { GROUPS_MOST = 50 };

/* The results of one SLO stand side by side. */
struct siblings {
	const struct slo_result *at;
	size_t len;
};

static struct siblings siblings_of(const struct results *results, struct str id)
{
	struct siblings found = {NULL, 0};

	for (size_t i = 0; results && i < results->len; i++)
		if (str_eq(results->list[i].slo->id, id)) {
			found.at = found.at ? found.at : &results->list[i];
			found.len++;
		}
	return found;
}

static int by_worst(const void *a, const void *b)
{
	const struct slo_row *left = a, *right = b;

	return table_worse(&left->row, &right->row);
}

/* The group that is asked for, or the worst one. */
static const struct slo_result *chosen(const struct siblings *siblings, const struct slo_row *rows, struct str wanted)
{
	for (size_t i = 0; i < siblings->len && wanted.len; i++)
		if (str_is(wanted, slo_group_name(siblings->at[i].group).text))
			return &siblings->at[i];
	return wanted.len ? NULL : rows->result;
}

static void put_groups(struct buf *out, const struct slo_view *view, const struct slo_row *rows, size_t len)
{
	buf_cstr(out, "<nav aria-label=\"Groups\"><details><summary>");
	page_count(out, len, "group", "groups");
	buf_cstr(out, ", worst first</summary>\n<ul>\n");
	for (size_t i = 0; i < len && i < GROUPS_MOST; i++) {
		buf_cstr(out, "<li><a href=\"");
		page_up(out, view->depth);
		slo_path_write(out, rows[i].result);
		buf_fmt(out, "\"%s>", rows[i].result == view->result ? " aria-current=\"page\"" : "");
		page_labels(out, rows[i].row.group);
		buf_cstr(out, "</a> ");
		slo_budget_cell(out, rows[i].row.remaining);
		buf_cstr(out, "</li>\n");
	}
	buf_cstr(out, "</ul>\n");
	if (len > GROUPS_MOST) {
		buf_cstr(out, "<p><a href=\"");
		page_up(out, view->depth);
		buf_cstr(out, "?q=");
		page_query_text(out, view->result->slo->id);
		buf_cstr(out, "\">All of them</a></p>\n");
	}
	buf_cstr(out, "</details></nav>\n");
}

static void put_fact(struct buf *out, const char *title) { buf_fmt(out, "<div><dt>%s</dt><dd>", title); }
static void end_fact(struct buf *out) { buf_cstr(out, "</dd></div>\n"); }

static void put_left(struct buf *out, const struct budget *budget)
{
	put_fact(out, "Budget left");
	slo_budget_cell(out, budget->remaining);
	buf_cstr(out, "<small>");
	chart_number_write(out, CHART_NUMBER, budget->remaining_events);
	buf_cstr(out, " bad events, or ");
	chart_number_write(out, CHART_NUMBER, budget->remaining_minutes);
	buf_cstr(out, " minutes of full outage</small>");
	end_fact(out);
	put_fact(out, "Empty in");
	if (budget->remaining <= 0)
		buf_cstr(out, "<span class=\"bad\">it is spent</span>");
	else if (isfinite(budget->exhaustion_seconds))
		chart_number_write(out, CHART_SECONDS, budget->exhaustion_seconds);
	else
		buf_cstr(out, isnan(budget->exhaustion_seconds) ? "-" : "it does not burn");
	buf_cstr(out, "<small>at the burn rate of the last hour</small>");
	end_fact(out);
}

static void put_facts(struct buf *out, const struct slo_view *view)
{
	const struct slo_result *result = view->result;
	const struct table_row row = table_row_of(result);

	buf_cstr(out, "<dl>\n");
	put_left(out, result->budgets);
	put_fact(out, "SLI");
	table_percent_write(out, row.sli, table_sli_decimals(row.objective));
	buf_cstr(out, "<small>the objective is ");
	table_objective_write(out, row.objective);
	buf_cstr(out, " over ");
	page_text(out, result->slo->windows->name, 60);
	buf_cstr(out, "</small>");
	end_fact(out);
	put_fact(out, "Burn rate, 1h");
	slo_burn_cell(out, row.burn_1h);
	buf_cstr(out, "<small>6h: ");
	table_rate_write(out, row.burn_6h);
	buf_cstr(out, "</small>");
	end_fact(out);
	put_fact(out, "Coverage");
	table_percent_write(out, row.coverage, 1);
	end_fact(out);
	put_fact(out, "Data");
	buf_fmt(out, "<span%s>", row.state == DATA_OK ? "" : " class=\"warn\"");
	table_state_write(out, &row);
	buf_cstr(out, "</span>");
	end_fact(out);
	put_fact(out, "Policy");
	if (slo_has_policy(result->slo)) {
		buf_cstr(out, "<a href=\"");
		page_up(out, view->depth);
		buf_fmt(out, "policy\"><span class=\"%s\">%s</span></a>",
			chart_tone_classes[slo_level_tone(result->level)], policy_level_names[result->level]);
	} else {
		buf_cstr(out, "none");
	}
	end_fact(out);
	buf_cstr(out, "</dl>\n");
}

static void put_texts(struct buf *out, const struct slo_view *view)
{
	const struct slo *slo = view->result->slo;

	if (slo->display_name.len) {
		buf_cstr(out, "<p><strong>");
		page_text(out, slo->display_name, 600);
		buf_cstr(out, "</strong></p>\n");
	}
	if (view->result->group.len) {
		buf_cstr(out, "<p>");
		page_labels(out, view->result->group);
		buf_cstr(out, "</p>\n");
	}
	if (view->result->rest_groups) {
		buf_cstr(out, "<p>");
		page_count(out, view->result->rest_groups, "group that is not shown by itself",
			   "groups together that are not shown by themselves");
		buf_cstr(out, "</p>\n");
	}
	if (slo->description.len) {
		buf_cstr(out, "<p>");
		page_text(out, slo->description, 1000);
		buf_cstr(out, "</p>\n");
	}
	if (slo->labels.len) {
		buf_cstr(out, "<p class=\"soft\">");
		page_labels(out, slo->labels);
		buf_cstr(out, "</p>\n");
	}
	if (view->result->reason.len) {
		buf_fmt(out, "<p class=\"%s\">%s: ", view->result->state == DATA_ERROR ? "bad" : "warn",
			data_state_names[view->result->state]);
		page_text(out, view->result->reason, 1000);
		buf_cstr(out, "</p>\n");
	}
}

static void put_links(struct buf *out, const struct slo_view *view)
{
	const struct slo *slo = view->result->slo;

	buf_cstr(out, "<p class=\"soft\">");
	page_link(out, slo->alerting->runbook, slo->alerting->runbook.len ? STR("Runbook") : STR(""));
	if (!slo->alerting->runbook.len) {
		buf_cstr(out, "<a href=\"");
		page_up(out, view->depth);
		buf_cstr(out, "runbooks/error-budget-burn/");
		page_path(out, slo->id);
		buf_cstr(out, "\">Runbook</a>");
	}
	buf_cstr(out, " · <a href=\"");
	page_up(out, view->depth);
	buf_cstr(out, "api/v1/slos/");
	page_path(out, slo->id);
	buf_cstr(out, "\">JSON</a>");
	if (slo->place.file) {
		buf_cstr(out, " · defined in ");
		page_text(out, str_of(slo->place.file), 300);
		buf_fmt(out, ", line %u", slo->place.line);
	}
	buf_cstr(out, "</p>\n");
}

static void put_slo(struct buf *out, const struct slo_view *view, const struct slo_row *rows, size_t len)
{
	put_texts(out, view);
	if (len > 1)
		put_groups(out, view, rows, len);
	put_facts(out, view);
	put_links(out, view);
	slo_history_write(out, view);
	slo_burn_write(out, view);
	slo_alerts_write(out, view);
	slo_deployments_write(out, view);
	slo_corrections_write(out, view);
	slo_windows_write(out, view);
	slo_why_write(out, view);
}

bool slo_page_write(struct buf *out, const struct page_source *source, struct str id)
{
	struct siblings siblings = siblings_of(source->results, id);
	struct page_frame frame = {id, PLACE_SLOS, 1 + page_slashes(id), page_renewal(source), false};
	struct slo_row *rows;
	struct arena arena;
	struct slo_view view = {.source = source, .depth = frame.depth, .arena = &arena};

	if (!siblings.len)
		return false;
	arena_init(&arena);
	rows = arena_array(&arena, siblings.len, sizeof(*rows));
	for (size_t i = 0; i < siblings.len; i++)
		rows[i] = (struct slo_row){table_row_of(&siblings.at[i]), &siblings.at[i]};
	qsort(rows, siblings.len, sizeof(*rows), by_worst);
	view.result = chosen(&siblings, rows, page_query_get(source->query, "group"));
	page_begin(out, &frame);
	page_state(out, source);
	if (view.result) {
		put_slo(out, &view, rows, siblings.len);
	} else {
		buf_cstr(out, "<p class=\"warn\">This group is not there any more, or is not shown by itself.</p>\n");
		view.result = rows->result;
		put_groups(out, &view, rows, siblings.len);
	}
	page_end(out, &frame, NULL);
	arena_release(&arena);
	return !out->full;
}
