#include "exporters/delivery/report.h"

#include "base/limits.h"
#include "exporters/delivery/report_parts.h"
#include "exporters/delivery/shown.h"

#include <assert.h>
#include <math.h>

const char *const report_format_names[REPORT_FORMATS] = {"table", "json", "markdown", "csv", "html"};

const char *const report_titles[REPORT_COLUMNS] = {
	[REPORT_WINDOW] = "Window",
	[REPORT_DEPLOYMENTS] = "Deployments",
	[REPORT_ATTEMPTS] = "Attempts",
	[REPORT_PER_DAY] = "Per day",
	[REPORT_LEAD_P50] = "Lead time p50",
	[REPORT_LEAD_P75] = "Lead time p75",
	[REPORT_LEAD_P90] = "Lead time p90",
	[REPORT_FAILED] = "Failed",
	[REPORT_FAILURE_RATIO] = "Change failure ratio",
	[REPORT_RECOVERY] = "Recovery p50",
	[REPORT_REWORK] = "Rework ratio",
};

static void put_per_day(struct buf *out, double per_day)
{
	if (isnan(per_day))
		buf_char(out, '-');
	else
		buf_fmt(out, "%.2f", per_day);
}

static void put_known(struct buf *out, const struct dora_metrics *metrics, enum report_column column)
{
	switch (column) {
	case REPORT_WINDOW:
		buf_str(out, metrics->window.name);
		break;
	case REPORT_DEPLOYMENTS:
		if (!metrics->unknown.deployments)
			buf_fmt(out, "%zu", metrics->deployments);
		break;
	case REPORT_ATTEMPTS:
		buf_fmt(out, "%zu", dora_attempts(metrics));
		break;
	case REPORT_PER_DAY:
		put_per_day(out, metrics->deployments_per_day);
		break;
	case REPORT_LEAD_P50:
	case REPORT_LEAD_P75:
	case REPORT_LEAD_P90:
		dora_time_write(out, dora_quantile(&metrics->lead, column - REPORT_LEAD_P50));
		break;
	case REPORT_FAILED:
		if (!metrics->unknown.failures)
			buf_fmt(out, "%zu", metrics->failed);
		break;
	case REPORT_FAILURE_RATIO:
		dora_percent_write(out, metrics->change_failure_ratio);
		break;
	case REPORT_RECOVERY:
		dora_time_write(out, dora_quantile(&metrics->recovery, 0));
		break;
	case REPORT_REWORK:
		dora_percent_write(out, metrics->rework_ratio);
		break;
	}
}

void report_cell_write(struct buf *out, const struct dora_result *result, size_t window, enum report_column column,
		       const char *unknown)
{
	size_t before = out->len;

	if (column == REPORT_WINDOW || dora_window_shown(result, window))
		put_known(out, &result->windows[window], column);
	if (out->len == before || str_is(str_slice(buf_view(out), before, out->len), "-")) {
		out->len = before;
		buf_cstr(out, unknown);
	}
}

void report_name_write(struct buf *out, const struct dora_result *result, report_escape *escape)
{
	if (result->scope != DORA_OF_SERVICE)
		buf_fmt(out, "%s ", dora_scope_names[result->scope]);
	escape(out, result->name);
	buf_char(out, ' ');
	escape(out, result->environment);
	if (result->scope != DORA_OF_SERVICE) {
		buf_fmt(out, " (%zu service%s)", result->services, result->services == 1 ? "" : "s");
	} else if (result->repository.len) {
		buf_cstr(out, " (");
		escape(out, result->repository);
		buf_char(out, ')');
	}
}

/* Of the longest window: what is missing in a shorter one is missing in it. */
static void put_unread(struct buf *out, const struct dora_result *result, const char *between)
{
	size_t before = out->len;

	buf_cstr(out, between);
	if (!dora_unread_write(out, result, SHOWN_90D))
		out->len = before;
}

static void put_state(struct buf *out, const struct dora_result *result, report_escape *escape)
{
	const char *between = "";

	if (result->error.len) {
		buf_cstr(out, "not up to date: ");
		escape(out, result->error);
		between = "; ";
	}
	if (!result->complete) {
		buf_fmt(out, "%snot all of the history is read, and windows that reach further back show nothing",
			between);
		between = "; ";
	}
	if (!dora_result_seen(result)) {
		buf_fmt(out, "%sno attempt to deploy was ever seen", between);
		return;
	}
	put_unread(out, result, between);
}

static void put_levels(struct buf *out, const struct dora_result *result)
{
	static const char *const names[DORA_METRICS] = {"frequency", "lead time", "failure rate", "recovery", "rework"};
	bool any = false;

	for (size_t i = 0; i < DORA_METRICS; i++) {
		if (result->grades.levels[i] == LEVEL_NONE)
			continue;
		if (any)
			buf_cstr(out, ", ");
		else
			buf_fmt(out, "levels of %u: ", result->grades.year);
		buf_fmt(out, "%s %s", names[i], dora_level_names[result->grades.levels[i]]);
		any = true;
	}
	if (!isnan(result->grades.score))
		buf_fmt(out, "%sscore %.1f", any ? "; " : "", result->grades.score);
}

static void put_stages(struct buf *out, const struct dora_metrics *metrics)
{
	bool any = false;

	for (size_t i = 0; i < DORA_STAGES; i++) {
		if (metrics->stages[i].count == 0)
			continue;
		buf_cstr(out, any ? ", " : "stages in 30d (p50): ");
		buf_fmt(out, "%s ", dora_stage_names[i]);
		dora_time_write(out, metrics->stages[i].p50);
		any = true;
	}
}

/* "head: 2 incident, 1 rollback" of those that are not 0. */
static void put_counts(struct buf *out, const char *head, const char *const *names, const size_t *counts, size_t len,
		       const bool *unknown)
{
	bool any = false;

	for (size_t i = 0; i < len; i++) {
		if (counts[i] == 0 || (unknown && unknown[i]))
			continue;
		buf_fmt(out, "%s%zu %s", any ? ", " : head, counts[i], names[i]);
		any = true;
	}
}

static void put_open(struct buf *out, const struct dora_standing *standing)
{
	if (standing->open_incidents)
		buf_fmt(out, "open: %zu incident%s", standing->open_incidents,
			standing->open_incidents == 1 ? "" : "s");
	if (standing->open_failures)
		buf_fmt(out, "%s%zu failed deployment%s not recovered",
			standing->open_incidents ? "; " : "open: ", standing->open_failures,
			standing->open_failures == 1 ? "" : "s");
	if (standing->open_failures && !isnan(standing->oldest_failure_seconds)) {
		buf_cstr(out, standing->open_failures == 1 ? ", for " : ", the oldest for ");
		dora_time_write(out, standing->oldest_failure_seconds);
	}
}

void report_detail_write(struct buf *out, const struct dora_result *result, enum report_detail detail,
			 report_escape *escape)
{
	const struct dora_metrics *month = &result->windows[SHOWN_30D];
	bool shown = dora_window_shown(result, SHOWN_30D);

	switch (detail) {
	case REPORT_DETAIL_STATE:
		put_state(out, result, escape);
		break;
	case REPORT_DETAIL_LEVELS:
		if (shown)
			put_levels(out, result);
		break;
	case REPORT_DETAIL_STAGES:
		if (shown)
			put_stages(out, month);
		break;
	case REPORT_DETAIL_EVIDENCE:
		if (shown)
			put_counts(out, "failed in 30d, by evidence: ", evidence_names, month->failed_by, EVIDENCES,
				   month->unknown.evidence);
		break;
	case REPORT_DETAIL_OPEN:
		if (dora_open_shown(result))
			put_open(out, &result->standing);
		break;
	case REPORT_DETAIL_LEFT_OUT:
		if (shown)
			put_counts(out, "left out in 30d: ", exclusion_reason_names, month->left_out, EXCLUSION_REASONS,
				   NULL);
		break;
	}
}

static bool same_choices(const struct dora_result *a, const struct dora_result *b)
{
	struct buf left, right;
	bool same;

	buf_init(&left, LIMIT_TEXT_BYTES);
	buf_init(&right, LIMIT_TEXT_BYTES);
	dora_choices_write(&left, a->histories[0]->delivery);
	dora_choices_write(&right, b->histories[0]->delivery);
	same = str_eq(buf_view(&left), buf_view(&right));
	buf_release(&left);
	buf_release(&right);
	return same;
}

/* The result that the note about choices number `which` begins with, or NULL: the first that chose so. */
static const struct dora_result *first_of_choices(const struct dora_results *results, size_t which, bool *only)
{
	const struct dora_result *found = NULL;
	size_t number = 0;

	for (size_t i = 0; i < results->len; i++) {
		bool earlier = results->at[i].scope != DORA_OF_SERVICE;

		for (size_t k = 0; k < i && !earlier; k++)
			earlier = results->at[k].scope == DORA_OF_SERVICE &&
				  same_choices(&results->at[k], &results->at[i]);
		if (!earlier && number++ == which)
			found = &results->at[i];
	}
	*only = number == 1;
	return found;
}

static void put_choices(struct buf *out, const struct dora_results *results, const struct dora_result *first, bool only,
			report_escape *escape)
{
	const char *between = "Of ";

	for (size_t i = 0; i < results->len && !only; i++) {
		const struct dora_result *result = &results->at[i];

		if (result->scope != DORA_OF_SERVICE || !same_choices(first, result))
			continue;
		buf_cstr(out, between);
		escape(out, result->name);
		buf_char(out, ' ');
		escape(out, result->environment);
		between = ", ";
	}
	if (!only)
		buf_cstr(out, ": ");
	dora_choices_write(out, first->histories[0]->delivery);
}

static bool any_aggregate(const struct dora_results *results)
{
	for (size_t i = 0; i < results->len; i++)
		if (results->at[i].scope != DORA_OF_SERVICE)
			return true;
	return false;
}

bool report_note_write(struct buf *out, const struct dora_results *results, size_t which, report_escape *escape)
{
	static const char attempts[] =
		"Attempts are those that ended with success or failure. A red pipeline is a failed attempt, and no failed "
		"deployment.";
	static const char levels[] =
		"Levels are those of the named year's DORA report, scores those of dora.dev's quick "
		"check; both go over the last 30 days, scores from 0 to 10.";
	static const char blends[] =
		"Teams and groups are aggregates: every deployment and change of their services counts once, and quantiles are "
		"of all of them. Read such blends with care: a service that is deployed often hides one that is not, and the "
		"metrics are meant for one service at a time.";
	bool only = false;
	const struct dora_result *first;

	if (which == 0)
		return buf_cstr(out, attempts) || true;
	if (which == 1)
		return buf_cstr(out, levels) || true;
	which -= 2;
	if (any_aggregate(results) && which-- == 0)
		return buf_cstr(out, blends) || true;
	first = first_of_choices(results, which, &only);
	if (first)
		put_choices(out, results, first, only, escape);
	return first != NULL;
}

bool dora_report_write(struct buf *out, const struct dora_results *results, enum report_format format,
		       const struct table_style *style)
{
	static const struct table_style plain = {.ascii = true};

	switch (format) {
	case REPORT_TABLE:
		report_table_write(out, results, style ? style : &plain);
		break;
	case REPORT_JSON:
		report_json_write(out, results);
		break;
	case REPORT_MARKDOWN:
		report_markdown_write(out, results);
		break;
	case REPORT_CSV:
		report_csv_write(out, results);
		break;
	case REPORT_HTML:
		report_html_write(out, results);
		break;
	}
	return !out->full;
}
