/* Why an SLO's numbers are what they are: the sum, the questions, what is known, and the newest steps. */
#include "count/plan.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/parts.h"
#include "exporters/pages/slo_cells.h"
#include "exporters/pages/slo_parts.h"
#include "exporters/table.h"
#include "format/html.h"

#include <math.h>

enum { QUERY = 1500, TERMS_MOST = 12, MEMBERS_MOST = 100 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *event_word(const struct slo *slo) { return slo_per_step(slo) ? "stretches of time" : "events"; }

static void put_number(struct buf *out, double number) { chart_number_write(out, CHART_NUMBER, number); }

/* The formulas with the numbers in them: docs/formulas.md. */
static void put_sum(struct buf *out, const struct slo_result *result)
{
	const struct budget *budget = result->budgets;
	int decimals = table_sli_decimals(result->slo->objective);

	if (isnan(budget->remaining)) {
		buf_cstr(out, "<p class=\"warn\">There is no number to explain: nothing is known of the window.</p>\n");
		return;
	}
	buf_cstr(out, "<ol>\n<li>Of ");
	put_number(out, budget->total);
	buf_fmt(out, " %s in the window ", event_word(result->slo));
	put_number(out, budget->bad);
	buf_cstr(out, " were bad: the SLI is 1 − ");
	put_number(out, budget->bad);
	buf_cstr(out, " / ");
	put_number(out, budget->total);
	buf_cstr(out, " = ");
	table_percent_write(out, budget->sli, decimals);
	buf_cstr(out, ".</li>\n<li>The objective of ");
	table_objective_write(out, result->slo->objective);
	buf_cstr(out, " leaves ");
	table_objective_write(out, 1 - result->slo->objective);
	buf_cstr(out, " of all of them as the budget: ");
	put_number(out, budget->allowed);
	if (budget->known < 1) {
		buf_cstr(out, ", since ");
		table_percent_write(out, budget->known, 1);
		buf_cstr(out, " of the whole window is known, and the rest is taken to be as busy");
	}
	buf_cstr(out, ".</li>\n<li>Left is 1 − ");
	put_number(out, budget->bad);
	buf_cstr(out, " / ");
	put_number(out, budget->allowed);
	buf_cstr(out, " = ");
	table_percent_write(out, budget->remaining, 1);
	buf_cstr(out, ".</li>\n</ol>\n");
}

static void put_query(struct buf *out, const char *title, struct str text)
{
	if (!text.len)
		return;
	buf_fmt(out, "<p>%s</p>\n<pre><code>", title);
	html_write(out, page_cut(text, QUERY));
	buf_cstr(out, page_cut(text, QUERY).len < text.len ? "…</code></pre>\n" : "</code></pre>\n");
}

static void put_latency(struct buf *out, const struct sli *sli)
{
	if (sli->latency.ms)
		buf_fmt(out, "<p>Good up to <code>%s</code></p>\n", span_text(sli->latency).text);
	else
		buf_fmt(out, "<p>Good up to <code>%.15g</code></p>\n", sli->limit);
}

static void put_written(struct buf *out, const struct sli *sli)
{
	buf_cstr(out, "<h3>As it is written</h3>\n");
	put_query(out, "Good", sli->good.text);
	put_query(out, "Bad", sli->bad.text);
	put_query(out, "All", sli->total.text);
	put_query(out, "Metric", sli->metric.text);
	if (sli->kind == SLI_THRESHOLD)
		buf_fmt(out, "<p>Good while it is <code>%s %.15g</code></p>\n",
			sli->comparison == IS_LESS      ? "&lt;"
			: sli->comparison == IS_AT_MOST ? "&lt;="
			: sli->comparison == IS_MORE    ? "&gt;"
							: "&gt;=",
			sli->limit);
	if (sli->kind == SLI_LATENCY)
		put_latency(out, sli);
}

static const char *const readings[] = {
	[READ_BAD] = "Bad events of a step",
	[READ_GOOD] = "Good events of a step",
	[READ_TOTAL] = "All events of a step",
	[READ_THRESHOLD] = "The value that is compared with the limit",
	[READ_BAD_RATIO] = "The bad part of a step",
	[READ_GOOD_RATIO] = "The good part of a step",
	[READ_SEEN] = "Any value shows that the step had data",
};

static void put_term(struct buf *out, const struct plan_term *term)
{
	struct buf text;

	buf_init(&text, out->ceiling);
	promql_print(&text, term->selector);
	buf_cstr(out, "<p>");
	if (term->gauge)
		buf_cstr(out, "Each step of a series is one event, bad by the share of it in which the gauge was 0");
	else if (fabs(term->bad) > 0 || fabs(term->total) > 0)
		buf_fmt(out, "Each event adds %.15g to all and %.15g to bad", term->total, term->bad);
	else
		buf_cstr(out, "Its samples show that the step had data");
	buf_cstr(out, "</p>\n<pre><code>");
	html_write(out, page_cut(buf_view(&text), QUERY));
	buf_cstr(out, "</code></pre>\n");
	buf_release(&text);
}

/* Made again from the definition, in the way in which it is counted. */
static void put_asked(struct buf *out, const struct slo_view *view)
{
	const struct results *results = view->source->results;
	bool by_sample = view->result->way && str_is(str_of(view->result->way), plan_way_names[PLAN_BY_SAMPLE]);
	struct plan_options options = {
		.rewrite = {results->step, results->lookback, results->horizon, true},
		.preference = by_sample ? PLAN_PREFER_SAMPLE : PLAN_PREFER_EXPRESSION,
	};
	struct plan plan;
	struct err err = {0};

	buf_cstr(out, "<h3>As it is asked</h3>\n");
	if (!plan_make(view->arena, view->result->slo, &options, &plan, &err)) {
		buf_cstr(out, "<p class=\"bad\">It cannot be asked: ");
		page_text(out, str_of(err.text), 600);
		buf_cstr(out, "</p>\n");
		return;
	}
	buf_fmt(out, "<p>By %s, %s. ", plan_way_names[plan.way],
		plan.exact ? "exactly: every event is counted once" : "as exactly as the query's own windows are");
	page_text(out, plan.note, 600);
	buf_cstr(out, "</p>\n");
	for (size_t i = 0; i < plan.terms_len && i < TERMS_MOST; i++)
		put_term(out, &plan.terms[i]);
	for (size_t i = 0; i < plan.query_len; i++)
		put_query(out, readings[plan.query[i].reading], plan.query[i].text);
}

static void put_members(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"Member", "num:Weight", "num:SLI", "num:Known", "num:Part of what is bad"};
	const struct composite *composite = view->result->slo->sli.composite;

	buf_fmt(out, "<p>It is made of others, weighted %s.</p>\n",
		composite->weighting == WEIGHTED_EQUALLY ? "by time" : "by events");
	page_table(out, STR("Members"), titles, COUNT_OF(titles));
	for (size_t i = 0; view->result->members && i < composite->len && i < MEMBERS_MOST; i++) {
		const struct member_result *member = &view->result->members[i];

		buf_cstr(out, "<tr><th scope=\"row\"><a href=\"");
		page_up(out, view->depth);
		buf_cstr(out, "slo/");
		page_path(out, member->slo->id);
		buf_cstr(out, "\">");
		page_text(out, member->slo->id, 300);
		buf_fmt(out, "</a></th><td class=\"num\">%.4g</td><td class=\"num\">", member->weight);
		table_percent_write(out, member->sli, table_sli_decimals(member->slo->objective));
		buf_cstr(out, "</td><td class=\"num\">");
		table_percent_write(out, member->known, 1);
		buf_cstr(out, "</td><td class=\"num\">");
		table_percent_write(out, member->bad_part, 1);
		buf_cstr(out, "</td></tr>\n");
	}
	page_table_end(out);
}

static void put_known(struct buf *out, const struct slo_result *result)
{
	buf_cstr(out, "<h3>What is known</h3>\n<p>Data were there for ");
	table_percent_write(out, result->budgets->coverage, 1);
	buf_cstr(out, " of what is over of the window; the events of ");
	table_percent_write(out, result->budgets->known, 1);
	buf_cstr(out, " of the whole window are known. Counted to ");
	page_time(out, result->counted_to);
	buf_cstr(out, ", the newest data are of ");
	page_time(out, result->data_seen);
	buf_cstr(out, ".</p>\n");
	if (result->averaged)
		buf_cstr(out, "<p>It is averaged over time: the query is a ratio, and has no events.</p>\n");
}

static void put_steps(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"Step ends", "num:Bad", "num:All", "Data"};
	static const char *const seen[] = {[STEP_UNKNOWN] = "nothing is known",
					   [STEP_BRIDGED] = "by the difference across a hole",
					   [STEP_COVERED] = "there"};
	const struct slo_result *result = view->result;
	int64_t step = view->source->results->step.ms;

	if (!result->recent || !result->counted_to.ms)
		return;
	buf_cstr(out, "<h3>The last steps</h3>\n");
	page_table(out, STR("The last steps, as counted"), titles, COUNT_OF(titles));
	for (int i = 0; i < RECENT_SHOWN; i++) {
		const struct recent_step *one = &result->recent[i];
		bool known = one->seen != STEP_UNKNOWN;

		buf_cstr(out, "<tr><th scope=\"row\">");
		page_time(out, (struct instant){result->counted_to.ms - i * step});
		buf_cstr(out, "</th><td class=\"num\">");
		put_number(out, known ? (double)one->bad : (double)NAN);
		buf_cstr(out, "</td><td class=\"num\">");
		put_number(out, known ? (double)one->total : (double)NAN);
		buf_fmt(out, "</td><td>%s%s</td></tr>\n", seen[one->seen], one->excluded ? ", does not count" : "");
	}
	page_table_end(out);
}

void slo_why_write(struct buf *out, const struct slo_view *view)
{
	const struct slo_result *result = view->result;

	buf_cstr(out, "<h2 id=\"why\">Why is this number so</h2>\n");
	put_sum(out, result);
	if (slo_composed(result->slo)) {
		put_members(out, view);
	} else {
		put_written(out, &result->slo->sli);
		put_asked(out, view);
	}
	put_known(out, result);
	put_steps(out, view);
}
