/* How one service is delivered. */
#include "exporters/dashboards/parts.h"

#define THE             "service=\"$service\",environment=\"$environment\""
#define NOW(name, more) "max(wick_dora_" name "{" THE more "})"
#define IN(name, more)  NOW(name, ",window=\"$window\"" more)
#define EARLIER(name, more, window)                                                                                    \
	"last_over_time(wick_dora_" name "{" THE ",window=\"$window\",window=\"" window "\"" more                      \
	"}[1d] offset " window ")"
#define BEFORE(name, more)                                                                                             \
	"max(" EARLIER(name, more, "7d") " or " EARLIER(name, more, "30d") " or " EARLIER(name, more, "90d") ")"
#define TREND(by, name, more) "max by (" by ") (last_over_time(wick_dora_" name "{" THE more "}[1d]))"
#define IN_WINDOW             ",window=\"$window\""
#define MEDIAN                ",quantile=\"0.5\""
#define NOW_AND_BEFORE(name, more)                                                                                     \
	{                                                                                                              \
		{.expr = IN(name, more), "now"}, {.expr = BEFORE(name, more), "before"},                               \
	}

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	DASH_VARIABLE_WICK,
	{DASH_OF_QUERY, "service", "Service", .query = "label_values(wick_dora_info, service)"},
	{DASH_OF_QUERY, "environment", "Environment",
	 .query = "label_values(wick_dora_info{service=\"$service\"}, environment)"},
	{DASH_OF_LIST, "window", "Window", .query = "7d,30d,90d", .current = "30d"},
	{.name = NULL},
};

static const struct dash_note notes[] = {
	{"Deployments", NOW("last_deployment_timestamp_seconds", "") " * 1000", "Deployed", "", "", "blue",
	 .at_value = true},
	{.name = "Incidents", NOW("open_incidents", ""), "Incident", "An incident is open.", "", "red"},
	{.name = NULL},
};

static const struct dash_link links[] = {
	{"SLOs of this service",
	 .url = "/d/wick-slo-overview?var-datasource=${datasource}&var-service=${service:percentencode}", .here = true},
	{"May it be deployed?", .url = "${wick:raw}/api/v1/policy/${service:percentencode}"},
	{"Explore", .explore = "wick_dora_deployments{service=\"${service:percentencode}\"}",
	 .source = DASH_PROMETHEUS},
	{.title = NULL},
};

static const struct dash_column left_out[] = {
	{.field = "reason", .title = "Reason"},
	{"A", "Left out", DASH_NUMBER, .decimals = 1},
	{.field = NULL},
};

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Deployments per day", "Of the window, and of the one before it.", 5, 5, DASH_PER_DAY, .decimals = 3, .queries = NOW_AND_BEFORE("deployments_per_day", "")},
	{DASH_STAT, "Lead time, median", "Of the changes that were deployed in the window.", 5, 5, DASH_SECONDS, .decimals = 2, .queries = NOW_AND_BEFORE("lead_time_seconds", MEDIAN)},
	{DASH_STAT, "Failed changes", "Failed deployments among those of the window.", 5, 5, DASH_RATIO, .decimals = 2, .queries = NOW_AND_BEFORE("change_failure_ratio", "")},
	{DASH_STAT, "Recovery, median", "Time from a failed deployment to its recovery.", 5, 5, DASH_SECONDS, .decimals = 2, .queries = NOW_AND_BEFORE("recovery_seconds", MEDIAN)},
	{DASH_STAT, "Rework", "Unplanned deployments among those of the window.", 4, 5, DASH_RATIO, .decimals = 2, .queries = NOW_AND_BEFORE("rework_ratio", "")},
	{DASH_STAT, "Level of the last 30 days", "By the table of the report of the year that the definition names; there is none in 2025.", 12, 4, DASH_NUMBER, .words = DASH_WORDS_LEVEL,
	 .queries = {{.expr = "max by (metric, year) (wick_dora_level{" THE "})", "{{metric}} ({{year}})"}}},
	{DASH_BARS, "Score of the last 30 days", "From 0 to 10, as the quick check of dora.dev gives it.", 6, 4, DASH_NUMBER, DASH_SCALE_SCORE, .flags = DASH_FROM_ZERO | DASH_TO_TEN, .decimals = 2,
	 .queries = {{.expr = "max by (metric) (wick_dora_score{" THE "})", "{{metric}}"}}},
	{DASH_STAT, "Last deployed", "When it was last deployed.", 3, 4, DASH_AGO, .queries = {{.expr = NOW("last_deployment_timestamp_seconds", "") " * 1000"}}},
	{DASH_STAT, "Open", "Incidents that go on, and failed deployments that have not recovered.", 3, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = NOW("open_incidents", ""), "incidents"}, {.expr = NOW("open_failures", ""), "failures"}}},

	{DASH_ROW, .title = "Deployments"},
	{DASH_SERIES, "Deployments per day, over time", "Of the days before each moment.", 12, 8, DASH_PER_DAY, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("window", "deployments_per_day", ""), "{{window}}"}}},
	{DASH_SERIES, "Attempts", "Attempts to deploy that ended in the window before each moment. A failed one is no failed deployment.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = TREND("result", "attempts", IN_WINDOW), "{{result}}"}}},
	{DASH_ROW, .title = "Lead time"},
	{DASH_SERIES, "Lead time", "Exact quantiles of the changes that were deployed in the window before each moment.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("quantile", "lead_time_seconds", IN_WINDOW), "quantile {{quantile}}"}}},
	{DASH_SERIES, "Lead time by stage, median", "Of pull requests whose both ends are known. Medians do not add up to the median of the whole.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO | DASH_STACKED,
	 .queries = {{.expr = TREND("stage", "stage_seconds", IN_WINDOW MEDIAN), "{{stage}}"}}},
	{DASH_ROW, .title = "Failures"},
	{DASH_SERIES, "Failed changes and rework", "Among the deployments of the window before each moment.", 8, 8, DASH_RATIO, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = "max(last_over_time(wick_dora_change_failure_ratio{" THE IN_WINDOW "}[1d]))", "failed"}, {.expr = "max(last_over_time(wick_dora_rework_ratio{" THE IN_WINDOW "}[1d]))", "rework"}}},
	{DASH_SERIES, "Failed deployments by evidence", "One may have several kinds of evidence, and counts in each.", 8, 8, DASH_COUNT, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = TREND("evidence", "failed_deployments_by_evidence", IN_WINDOW), "{{evidence}}"}}},
	{DASH_SERIES, "Recovery", "Exact quantiles of the time from a failed deployment to its recovery.", 8, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("quantile", "recovery_seconds", IN_WINDOW), "quantile {{quantile}}"}}},
	{DASH_ROW, .title = "Beside it"},
	{DASH_SERIES, "Error budgets of the service", "What is left of the budgets of its SLOs. Blue marks are deployments.", 16, 8, DASH_RATIO, DASH_SCALE_BUDGET, .flags = DASH_LINES, .nothing = "no SLO has this service",
	 .queries = {{.expr = "min by (slo) (wick_slo_error_budget_remaining_ratio{service=\"$service\"})", "{{slo}}"}}},
	{DASH_TABLE, "Left out", "What does not count in the window, by reason; 'wick dora explain' lists each one.", 8, 8, DASH_NUMBER, .columns = left_out, .sort = "Left out", .flags = DASH_DESCENDING, .nothing = "nothing, as far as is known",
	 .queries = {{.expr = "max by (reason) (wick_dora_left_out{" THE IN_WINDOW "})"}}},
	{DASH_STAT, "Code host answers", "Whether what was asked of the code host was answered.", 6, 4, DASH_NUMBER, DASH_SCALE_ALL_GOOD, DASH_WORDS_OK, .queries = {{.expr = NOW("up", "")}}},
	{DASH_STAT, "Asked last", "When the code host was last asked for all of it.", 6, 4, DASH_AGO, .queries = {{.expr = NOW("read_timestamp_seconds", "") " * 1000"}}},
	{DASH_STAT, "History is complete", "Whether all of the history is read that is to be. Until then longer windows have no numbers.", 6, 4, DASH_NUMBER, .words = DASH_WORDS_YES, .queries = {{.expr = NOW("complete", "")}}},
	{DASH_STAT, "History begins", "Where what is known begins.", 6, 4, DASH_TIME, .nothing = "with the repository, or it is not read yet", .queries = {{.expr = NOW("history_begin_timestamp_seconds", "") " * 1000"}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_delivery = {
	.name = "delivery",
	.title = "wick: delivery detail",
	.summary = "How one service is delivered: deployments, lead time by stage, failures, recovery",
	.from = "now-90d",
	.to = "now",
	.variables = variables,
	.notes = notes,
	.links = links,
	.panels = panels,
};
