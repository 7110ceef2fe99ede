/* The delivery of one service: its metrics, their course by week, its deployments, and what was left out. */
#include "base/limits.h"
#include "dora/dora.h"
#include "exporters/delivery/earlier.h"
#include "exporters/delivery/report_parts.h"
#include "exporters/delivery/shown.h"
#include "exporters/pages/chart.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"
#include "format/html.h"

#include <math.h>

enum { DEPLOYMENTS = 30, WEEKS = 13, OPEN_MOST = 20, EVIDENCE_MOST = 4, TEXT = 200 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What is shown: one environment of the service. */
struct service_view {
	const struct page_source *source;
	const struct dora_result *result;
	const struct dora_history *history;
	unsigned depth;
	struct arena *arena;
};

static void html_escape(struct buf *out, struct str text) { html_write(out, text); }

static void put_environments(struct buf *out, const struct service_view *view)
{
	const struct dora_results *results = view->source->results->deliveries;
	struct page_query none = {.len = 0};

	buf_cstr(out, "<nav aria-label=\"Environments\"><ul>");
	for (size_t i = 0; i < results->len; i++) {
		const struct dora_result *one = &results->at[i];

		if (one->scope != DORA_OF_SERVICE || !str_eq(one->name, view->result->name))
			continue;
		buf_cstr(out, "<li><a href=\"");
		page_query_write(out, &none, "environment", one->environment);
		buf_fmt(out, "\"%s>", one == view->result ? " aria-current=\"page\"" : "");
		page_text(out, one->environment, 100);
		buf_cstr(out, "</a></li>");
	}
	buf_cstr(out, "</ul></nav>\n");
}

static void put_window(struct buf *out, const struct dora_result *result, size_t window)
{
	buf_cstr(out, "<tr>");
	for (size_t c = 0; c < REPORT_COLUMNS; c++) {
		buf_cstr(out, c == REPORT_WINDOW ? "<th scope=\"row\">" : "<td class=\"num\">");
		report_cell_write(out, result, window, (enum report_column)c, "–");
		buf_cstr(out, c == REPORT_WINDOW ? "</th>" : "</td>");
	}
	buf_cstr(out, "</tr>\n");
}

static void put_windows(struct buf *out, const struct service_view *view)
{
	struct dora_result earlier = dora_earlier(view->result, SHOWN_30D, STR("the 30d before"));
	const char *titles[REPORT_COLUMNS];
	struct buf line;

	for (size_t c = 0; c < REPORT_COLUMNS; c++)
		titles[c] =
			c == REPORT_WINDOW ? report_titles[c] : arena_fmt(view->arena, "num:%s", report_titles[c]).at;
	page_table(out, STR("By window"), titles, REPORT_COLUMNS);
	for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++) {
		put_window(out, view->result, window);
		if (window == SHOWN_30D)
			put_window(out, &earlier, window);
	}
	page_table_end(out);
	buf_init(&line, LIMIT_OUTPUT_BYTES);
	buf_cstr(out, "<ul>\n");
	for (size_t i = 0; i < REPORT_DETAILS; i++) {
		buf_clear(&line);
		report_detail_write(&line, view->result, (enum report_detail)i, html_escape);
		if (line.len)
			buf_fmt(out, "<li>%.*s</li>\n", (int)line.len, line.at);
	}
	buf_cstr(out, "<li>");
	dora_choices_write(out, view->history->delivery);
	buf_cstr(out, "</li>\n</ul>\n");
	buf_release(&line);
}

/* By week, the last one up to now. */
struct weeks {
	struct instant at[WEEKS];
	double deployments[WEEKS], failed[WEEKS], lead[WEEKS], failure[WEEKS], rework[WEEKS], recovery[WEEKS];
};

/* A week that the history does not hold from its beginning on is not known. */
static struct weeks *weeks_of(const struct service_view *view)
{
	struct weeks *weeks = arena_alloc(view->arena, sizeof(*weeks));
	bool seen = dora_result_seen(view->result);

	for (int i = 0; i < WEEKS; i++) {
		struct dora_window window = {.to = {view->history->at.ms - (WEEKS - 1 - i) * 7 * SPAN_DAY}};
		struct dora_metrics metrics;

		window.from.ms = window.to.ms - 7 * SPAN_DAY;
		weeks->at[i] = window.to;
		weeks->deployments[i] = weeks->failed[i] = weeks->lead[i] = (double)NAN;
		weeks->failure[i] = weeks->rework[i] = weeks->recovery[i] = (double)NAN;
		if (!seen || window.from.ms < view->history->since.ms)
			continue;
		dora_measure(view->result->histories, view->result->services, &window, &metrics);
		weeks->deployments[i] = metrics.unknown.deployments ? (double)NAN : (double)metrics.deployments;
		weeks->failed[i] = metrics.unknown.failures ? (double)NAN : (double)metrics.failed;
		weeks->lead[i] = dora_quantile(&metrics.lead, 0);
		weeks->failure[i] = metrics.change_failure_ratio;
		weeks->rework[i] = metrics.rework_ratio;
		weeks->recovery[i] = dora_quantile(&metrics.recovery, 0);
	}
	return weeks;
}

static void put_course(struct buf *out, const struct service_view *view)
{
	const struct weeks *weeks = weeks_of(view);
	struct chart_series deployments[] = {
		{STR("Deployments"), CHART_BARS, TONE_PLAIN, CHART_NUMBER, weeks->deployments},
		{STR("Of these failed"), CHART_BARS, TONE_BAD, CHART_NUMBER, weeks->failed},
	};
	struct chart_series lead = {STR("Lead time p50"), CHART_LINE, TONE_PLAIN, CHART_SECONDS, weeks->lead};
	struct chart_series parts[] = {
		{STR("Change failure"), CHART_BARS, TONE_BAD, CHART_PERCENT, weeks->failure},
		{STR("Rework"), CHART_LINE, TONE_PLAIN, CHART_PERCENT, weeks->rework},
	};
	struct chart_series recovery = {STR("Recovery p50"), CHART_BARS, TONE_PLAIN, CHART_SECONDS, weeks->recovery};
	struct chart chart = {.id = "deployments",
			      .title = STR("Deployments by week"),
			      .summary = STR("A bar is of seven days; the last one ends now."),
			      .axis = STR("Week until"),
			      .from = {weeks->at[0].ms - 7 * SPAN_DAY},
			      .to = weeks->at[WEEKS - 1],
			      .at = weeks->at,
			      .len = WEEKS,
			      .series = deployments,
			      .series_len = COUNT_OF(deployments),
			      .unit = CHART_NUMBER,
			      .low = (double)NAN,
			      .high = (double)NAN};

	buf_cstr(out, "<h2>Course</h2>\n");
	chart_write(out, &chart);
	chart.id = "lead-time";
	chart.title = STR("Lead time by week");
	chart.summary = STR("Half of the changes that were deployed in the week were faster. No point: nothing was.");
	chart.series = &lead;
	chart.series_len = 1;
	chart.unit = CHART_SECONDS;
	chart.low = 0;
	chart_write(out, &chart);
	chart.id = "failures";
	chart.title = STR("Change failure and rework by week");
	chart.summary = STR(
		"Parts of the week's deployments: that failed, and that were not planned. None: nothing was deployed.");
	chart.series = parts;
	chart.series_len = COUNT_OF(parts);
	chart.unit = CHART_PERCENT;
	chart_write(out, &chart);
	chart.id = "recovery";
	chart.title = STR("Recovery by week");
	chart.summary = STR(
		"Of the week's deployments that failed and have recovered, half were quicker. None: there is no such one.");
	chart.series = &recovery;
	chart.series_len = 1;
	chart.unit = CHART_SECONDS;
	chart_write(out, &chart);
}

static void put_evidence(struct buf *out, const struct dora_evidence *evidence)
{
	buf_fmt(out, "<br><span class=\"bad\">%s</span> ", evidence_names[evidence->kind]);
	if (evidence->incident)
		page_link(out, evidence->incident->url, evidence->incident->name);
	else if (evidence->deployment)
		page_text(out, dora_short(evidence->deployment->sha), 40);
	else
		page_text(out, dora_short(evidence->commit), 40);
}

static double lead_of(const struct dora_deployment *deployment)
{
	double longest = (double)NAN;

	for (size_t i = 0; i < deployment->changes_len; i++)
		if (deployment->changes[i].counts)
			longest = fmax(longest, deployment->changes[i].lead_seconds);
	return longest;
}

static void put_deployment(struct buf *out, const struct dora_deployment *one)
{
	buf_cstr(out, "<tr><th scope=\"row\">");
	page_time(out, one->at);
	buf_cstr(out, "</th><td>");
	page_link(out, one->success->url, dora_short(one->sha));
	buf_fmt(out, "</td><td class=\"num\">%zu</td><td class=\"num\">", one->attempts);
	if (one->baseline)
		buf_cstr(out, "–");
	else
		buf_fmt(out, "%zu", one->changes_len);
	buf_cstr(out, "</td><td class=\"num\">");
	dora_time_write(out, lead_of(one));
	buf_cstr(out, "</td><td>");
	if (one->baseline)
		buf_fmt(out, "<span class=\"soft\">its changes are not known (%s)</span> ",
			exclusion_reason_names[one->baseline_reason]);
	buf_cstr(out, one->rollback ? "rollback " : "");
	buf_cstr(out, one->hotfix ? "hotfix " : "");
	buf_cstr(out, one->reverts ? "revert " : "");
	if (one->evidence_len) {
		buf_cstr(out, one->recovered.ms ? "failed, recovered " : "failed, not recovered");
		if (one->recovered.ms)
			page_time(out, one->recovered);
	}
	for (size_t i = 0; i < one->evidence_len && i < EVIDENCE_MOST; i++)
		put_evidence(out, &one->evidence[i]);
	buf_cstr(out, "</td></tr>\n");
}

static void put_deployments(struct buf *out, const struct service_view *view)
{
	static const char *const titles[] = {"At",          "Commit",           "num:Attempts",
					     "num:Changes", "num:Longest lead", "What became of it"};
	const struct dora_history *history = view->history;
	struct page_part part = page_part_of(view->source->query, history->deployments_len, DEPLOYMENTS);

	buf_cstr(out, "<h2>Deployments</h2>\n");
	if (!history->deployments_len) {
		buf_cstr(out, "<p>None is known.</p>\n");
		return;
	}
	page_table(out, STR("Deployments, the newest first"), titles, COUNT_OF(titles));
	for (size_t i = part.from; i < part.to; i++)
		put_deployment(out, &history->deployments[history->deployments_len - 1 - i]);
	page_table_end(out);
	page_part_links(out, view->source->query, &part);
}

static void put_open(struct buf *out, const struct service_view *view)
{
	static const char *const titles[] = {"Since", "Incident", "Told by"};
	const struct dora_history *history = view->history;
	size_t shown = 0;

	for (size_t i = history->incidents_len; i > 0 && shown < OPEN_MOST; i--) {
		const struct incident *incident = &history->incidents[i - 1];

		if (incident->closed.ms)
			continue;
		if (shown++ == 0) {
			buf_cstr(out, "<h2>Open incidents</h2>\n");
			page_table(out, STR("Open incidents"), titles, COUNT_OF(titles));
		}
		buf_cstr(out, "<tr><th scope=\"row\">");
		page_time(out, incident->opened);
		buf_cstr(out, "</th><td>");
		page_link(out, incident->url, incident->name);
		buf_fmt(out, "</td><td>%s</td></tr>\n", incident_source_names[incident->source]);
	}
	if (shown)
		page_table_end(out);
}

/* What each number is made of, as the API has it. */
static void put_explained(struct buf *out, const struct service_view *view)
{
	static const char *const metrics[] = {"deployments", "lead_time", "change_failure",
					      "recovery",    "rework",    "attempts"};

	buf_cstr(out, "<h2>What the numbers are made of</h2>\n<p>Of the last 30 days, as JSON:");
	for (size_t i = 0; i < COUNT_OF(metrics); i++) {
		buf_cstr(out, i ? ", <a href=\"" : " <a href=\"");
		page_up(out, view->depth);
		buf_cstr(out, "api/v1/deliveries/");
		page_path(out, view->result->name);
		buf_fmt(out, "?metric=%s&amp;environment=", metrics[i]);
		page_query_text(out, view->result->environment);
		buf_fmt(out, "\">%s</a>", metrics[i]);
	}
	buf_cstr(out, ". <code>wick dora explain</code> tells the same.</p>\n");
}

/* The environment that is asked for, or the first. */
static const struct dora_result *result_of(const struct page_source *source, struct str service)
{
	const struct dora_results *results = source->results ? source->results->deliveries : NULL;
	struct str environment = page_query_get(source->query, "environment");
	const struct dora_result *first = NULL;

	for (size_t i = 0; results && i < results->len; i++) {
		const struct dora_result *one = &results->at[i];

		if (one->scope != DORA_OF_SERVICE || !str_eq(one->name, service))
			continue;
		if (str_eq(one->environment, environment))
			return one;
		first = first ? first : one;
	}
	return first;
}

bool service_page_write(struct buf *out, const struct page_source *source, struct str service)
{
	struct page_frame frame = {service, PLACE_DORA, 1 + page_slashes(service), page_renewal(source), false};
	struct arena arena;
	struct service_view view = {.source = source, .depth = frame.depth, .arena = &arena};

	view.result = result_of(source, service);
	if (!view.result)
		return false;
	view.history = view.result->histories[0];
	arena_init(&arena);
	page_begin(out, &frame);
	page_state(out, source);
	buf_cstr(out, "<p>Delivery to ");
	page_text(out, view.result->environment, 100);
	if (view.result->repository.len) {
		buf_cstr(out, " from ");
		page_text(out, view.result->repository, TEXT);
	}
	buf_cstr(out, ".</p>\n");
	put_environments(out, &view);
	put_windows(out, &view);
	put_open(out, &view);
	put_course(out, &view);
	put_deployments(out, &view);
	put_explained(out, &view);
	page_end(out, &frame, NULL);
	arena_release(&arena);
	return !out->full;
}
