/* How services are delivered, side by side. */
#include "exporters/dashboards/parts.h"

#define CHOSEN_SERVICES "service=~\"$service\",team=~\"$team\",environment=~\"$environment\""
#define EACH            "max by (service, environment) "
#define NOW(name, more) EACH "(wick_dora_" name "{" CHOSEN_SERVICES more "})"
#define IN(name, more)  NOW(name, ",window=\"$window\"" more)
/* The same window one window earlier. */
#define EARLIER(name, more, window)                                                                                    \
	"last_over_time(wick_dora_" name "{" CHOSEN_SERVICES ",window=\"$window\",window=\"" window "\"" more          \
	"}[1d] offset " window ")"
#define BEFORE(name, more)                                                                                             \
	EACH "(" EARLIER(name, more, "7d") " or " EARLIER(name, more, "30d") " or " EARLIER(name, more, "90d") ")"
/* History that was worked out afterwards has a sample a day. */
#define TREND(name, more)                                                                                              \
	EACH "(last_over_time(wick_dora_" name "{" CHOSEN_SERVICES ",window=\"$window\"" more "}[1d]))"
#define MEDIAN      ",quantile=\"0.5\""
#define LEVEL(name) NOW("level", ",metric=\"" name "\"")
#define SCORE(name) NOW("score", ",metric=\"" name "\"")
#define LEGEND      "{{service}} {{environment}}"

#define OF_MANY(of, name, more)                                                                                        \
	"max by (" of ", environment) (wick_dora_" of "_" name "{environment=~\"$environment\"" more "})"
#define OF_MANY_IN(of, name, more) OF_MANY(of, name, ",window=\"$window\"" more)
#define QUERIES_OF_MANY(of)                                                                                            \
	{                                                                                                              \
		{.expr = OF_MANY(of, "services", "")}, {.expr = OF_MANY_IN(of, "deployments_per_day", "")},            \
			{.expr = OF_MANY_IN(of, "lead_time_seconds", MEDIAN)},                                         \
			{.expr = OF_MANY_IN(of, "change_failure_ratio", "")},                                          \
			{.expr = OF_MANY_IN(of, "recovery_seconds", MEDIAN)},                                          \
			{.expr = OF_MANY_IN(of, "rework_ratio", "")}, {.expr = OF_MANY(of, "overall_score", "")},      \
			{.expr = OF_MANY(of, "open_incidents", "")},                                                   \
	}

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	DASH_VARIABLE_WICK,
	{DASH_OF_QUERY, "team", "Team", .query = "label_values(wick_dora_info, team)", .many = true, .all = true},
	{DASH_OF_QUERY, "service", "Service", .query = "label_values(wick_dora_info{team=~\"$team\"}, service)",
	 .many = true, .all = true},
	{DASH_OF_QUERY, "environment", "Environment",
	 .query = "label_values(wick_dora_info{service=~\"$service\"}, environment)", .many = true, .all = true},
	{DASH_OF_LIST, "window", "Window", .query = "7d,30d,90d", .current = "30d"},
	{.name = NULL},
};

static const struct dash_note notes[] = {
	{"Deployments",
	 "max by (service, environment) (wick_dora_last_deployment_timestamp_seconds{" CHOSEN_SERVICES "}) * 1000",
	 "{{service}} was deployed to {{environment}}", "", "service,environment", "blue", .at_value = true,
	 .off = true},
	{.name = "Incidents",
	 "max by (service, environment) (wick_dora_open_incidents{" CHOSEN_SERVICES "})",
	 "Incident of {{service}}",
	 "{{environment}}",
	 "service",
	 "red"},
	{.name = NULL},
};

static const struct dash_link links[] = {
	{"wick", .url = "${wick:raw}/"},
	{"How the metrics are worked out", .url = "https://dora.dev/guides/dora-metrics/"},
	{.title = NULL},
};

#define TO_DELIVERY                                                                                                    \
	"/d/wick-delivery?var-datasource=${datasource}&var-service=${__data.fields.Service:percentencode}&var-"        \
	"environment=${__data.fields.Environment:percentencode}&${__url_time_range}"
#define SERVICE_COLUMNS                                                                                                \
	{"service", "Service", .link_title = "How this service is delivered", .link = TO_DELIVERY},                    \
	{                                                                                                              \
		.field = "environment", .title = "Environment"                                                         \
	}

static const struct dash_column metrics[] = {
	SERVICE_COLUMNS,
	{"A", "Deployments per day", DASH_NUMBER, .decimals = 3},
	{"B", "Per day, before", DASH_NUMBER, .decimals = 3},
	{"C", "Lead time", .unit = DASH_SECONDS, .decimals = 2},
	{"D", "Lead time, before", .unit = DASH_SECONDS, .decimals = 2},
	{"E", "Failed changes", .unit = DASH_RATIO, .decimals = 2},
	{"F", "Failed changes, before", .unit = DASH_RATIO, .decimals = 2},
	{"G", "Recovery", .unit = DASH_SECONDS, .decimals = 2},
	{"H", "Recovery, before", .unit = DASH_SECONDS, .decimals = 2},
	{"I", "Rework", .unit = DASH_RATIO, .decimals = 2},
	{"J", "Rework, before", .unit = DASH_RATIO, .decimals = 2},
	{"K", "Score", .scale = DASH_SCALE_SCORE, .decimals = 2},
	{.field = NULL},
};

static const struct dash_column levels[] = {
	SERVICE_COLUMNS,
	{"A", "Frequency", .words = DASH_WORDS_LEVEL},
	{"B", "Lead time", .words = DASH_WORDS_LEVEL},
	{"C", "Failed changes", .words = DASH_WORDS_LEVEL},
	{"D", "Recovery", .words = DASH_WORDS_LEVEL},
	{"E", "Frequency, score", .scale = DASH_SCALE_SCORE, .decimals = 2},
	{"F", "Lead time, score", .scale = DASH_SCALE_SCORE, .decimals = 2},
	{"G", "Failed changes, score", .scale = DASH_SCALE_SCORE, .decimals = 2},
	{"H", "Recovery, score", .scale = DASH_SCALE_SCORE, .decimals = 2},
	{"I", "Rework, score", .scale = DASH_SCALE_SCORE, .decimals = 2},
	{.field = NULL},
};

static const struct dash_column stages[] = {
	SERVICE_COLUMNS,
	{"A", "Coding", .unit = DASH_SECONDS},
	{"B", "Pickup", .unit = DASH_SECONDS},
	{"C", "Review", .unit = DASH_SECONDS},
	{"D", "Waiting", .unit = DASH_SECONDS},
	{"E", "Deploy", .unit = DASH_SECONDS},
	{.field = NULL},
};
#define STAGE(name) IN("stage_seconds", MEDIAN ",stage=\"" name "\"")

static const struct dash_column failures[] = {
	SERVICE_COLUMNS,
	{.field = "A", .title = "Failed"},
	{.field = "B", .title = "Incident"},
	{.field = "C", .title = "Rollback"},
	{.field = "D", .title = "Revert"},
	{.field = "E", .title = "Hotfix"},
	{.field = "F", .title = "Recovered"},
	{.field = NULL},
};
#define EVIDENCE(name) IN("failed_deployments_by_evidence", ",evidence=\"" name "\"")

static const struct dash_column deployments[] = {
	SERVICE_COLUMNS,
	{.field = "A", .title = "Deployments"},
	{.field = "B", .title = "Unplanned"},
	{.field = "C", .title = "Attempts that failed"},
	{"D", "Last", .unit = DASH_AGO},
	{"E", "Open incidents", .scale = DASH_SCALE_NONE_GOOD},
	{"F", "Failed and not recovered", .scale = DASH_SCALE_NONE_GOOD},
	{"G", "For", .unit = DASH_SECONDS},
	{.field = NULL},
};

#define COLUMNS_OF_MANY(label, name)                                                                                   \
	{.field = label, .title = name}, {.field = "environment", .title = "Environment"},                             \
		{.field = "A", .title = "Services"}, {"B", "Deployments per day", DASH_NUMBER, .decimals = 3},         \
		{"C", "Lead time", .unit = DASH_SECONDS, .decimals = 2},                                               \
		{"D", "Failed changes", .unit = DASH_RATIO, .decimals = 2},                                            \
		{"E", "Recovery", .unit = DASH_SECONDS, .decimals = 2},                                                \
		{"F", "Rework", .unit = DASH_RATIO, .decimals = 2},                                                    \
		{"G", "Score", .scale = DASH_SCALE_SCORE, .decimals = 2},                                              \
	{                                                                                                              \
		"H", "Open incidents", .scale = DASH_SCALE_NONE_GOOD                                                   \
	}

static const struct dash_column teams[] = {COLUMNS_OF_MANY("team", "Team"), {.field = NULL}};
static const struct dash_column groups[] = {COLUMNS_OF_MANY("group", "Group"), {.field = NULL}};

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Open incidents", "Incidents of the chosen services that go on.", 6, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = "sum(" NOW("open_incidents", "") ")"}}},
	{DASH_STAT, "Failed and not recovered", "Deployments that have failed, and have not recovered yet.", 6, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = "sum(" NOW("open_failures", "") ")"}}},
	{DASH_STAT, "Deployments in the window", "Deployments of the chosen services in the window.", 6, 4, DASH_COUNT,
	 .queries = {{.expr = "sum(" IN("deployments", "") ")"}}},
	{DASH_STAT, "Not answered", "Services of which the code host does not answer what is asked: their numbers grow old.", 6, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = "sum(" NOW("up", "") " == bool 0)"}}},

	{DASH_TABLE, "The five metrics, and one window before", "Medians of lead time and recovery. The score, from 0 to 10, is the mean of those that the quick check of dora.dev gives for the last 30 days. An empty cell is not known.", 24, 9, DASH_NUMBER, .columns = metrics, .sort = "Score",
	 .queries = {{.expr = IN("deployments_per_day", "")}, {.expr = BEFORE("deployments_per_day", "")},
		     {.expr = IN("lead_time_seconds", MEDIAN)}, {.expr = BEFORE("lead_time_seconds", MEDIAN)},
		     {.expr = IN("change_failure_ratio", "")}, {.expr = BEFORE("change_failure_ratio", "")},
		     {.expr = IN("recovery_seconds", MEDIAN)}, {.expr = BEFORE("recovery_seconds", MEDIAN)},
		     {.expr = IN("rework_ratio", "")}, {.expr = BEFORE("rework_ratio", "")}, {.expr = NOW("overall_score", "")}}},
	{DASH_TABLE, "Levels and scores of the last 30 days", "Levels by the table of one year's report, which the definition names (no report has levels of rework); scores from 0 to 10 by the quick check of dora.dev, which is today's method.", 24, 8, DASH_NUMBER, .columns = levels,
	 .queries = {{.expr = LEVEL("deployment_frequency")}, {.expr = LEVEL("lead_time")}, {.expr = LEVEL("change_failure_rate")}, {.expr = LEVEL("recovery_time")},
		     {.expr = SCORE("deployment_frequency")}, {.expr = SCORE("lead_time")}, {.expr = SCORE("change_failure_rate")}, {.expr = SCORE("recovery_time")}, {.expr = SCORE("rework_rate")}}},

	{DASH_ROW, .title = "Trends"},
	{DASH_SERIES, "Deployments per day", "Of the window before each moment.", 12, 8, DASH_PER_DAY, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("deployments_per_day", ""), LEGEND}}},
	{DASH_SERIES, "Lead time, median", "Of the changes that were deployed in the window before each moment.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("lead_time_seconds", MEDIAN), LEGEND}}},
	{DASH_SERIES, "Failed changes", "Failed deployments among those of the window before each moment.", 8, 8, DASH_RATIO, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("change_failure_ratio", ""), LEGEND}}},
	{DASH_SERIES, "Recovery, median", "Time from a failed deployment to its recovery.", 8, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("recovery_seconds", MEDIAN), LEGEND}}},
	{DASH_SERIES, "Rework", "Unplanned deployments among those of the window before each moment.", 8, 8, DASH_RATIO, .flags = DASH_FROM_ZERO, .queries = {{.expr = TREND("rework_ratio", ""), LEGEND}}},

	{DASH_ROW, .title = "What they are made of"},
	{DASH_TABLE, "Lead time by stage, median", "Of pull requests that were deployed in the window and whose both ends are known.", 12, 8, DASH_NUMBER, .columns = stages,
	 .queries = {{.expr = STAGE("coding")}, {.expr = STAGE("pickup")}, {.expr = STAGE("review")}, {.expr = STAGE("waiting")}, {.expr = STAGE("deploy")}}},
	{DASH_TABLE, "Failed deployments by evidence", "One may have several kinds of evidence, and counts in each.", 12, 8, DASH_NUMBER, .columns = failures, .sort = "Failed", .flags = DASH_DESCENDING,
	 .queries = {{.expr = IN("failed_deployments", "")}, {.expr = EVIDENCE("incident")}, {.expr = EVIDENCE("rollback")}, {.expr = EVIDENCE("revert")}, {.expr = EVIDENCE("hotfix")}, {.expr = IN("recovered_deployments", "")}}},
	{DASH_TABLE, "Deployments", "Of each service and environment, in the window.", 24, 8, DASH_NUMBER, .columns = deployments, .sort = "Deployments", .flags = DASH_DESCENDING,
	 .queries = {{.expr = IN("deployments", "")}, {.expr = IN("unplanned_deployments", "")}, {.expr = IN("attempts", ",result=\"failure\"")},
		     {.expr = NOW("last_deployment_timestamp_seconds", "") " * 1000"}, {.expr = NOW("open_incidents", "")}, {.expr = NOW("open_failures", "")}, {.expr = NOW("open_failure_age_seconds", "")}}},

	{DASH_ROW, .title = "Teams and groups of services"},
	{DASH_TABLE, "Teams", "All deployments and changes of a team's services taken together. The metrics are meant for one service at a time: a service that is deployed often hides one that is not.", 24, 7, DASH_NUMBER, .columns = teams, .sort = "Score", .queries = QUERIES_OF_MANY("team")},
	{DASH_TABLE, "Groups", "The same of groups of services.", 24, 7, DASH_NUMBER, .columns = groups, .sort = "Score", .nothing = "no groups", .queries = QUERIES_OF_MANY("group")},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_dora = {
	.name = "dora",
	.title = "wick: DORA metrics",
	.summary = "How services are delivered: the five metrics, their trends, levels and scores, by service and team",
	.from = "now-90d",
	.to = "now",
	.variables = variables,
	.notes = notes,
	.links = links,
	.panels = panels,
};
