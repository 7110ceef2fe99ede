/* For those who decide what is worked on: services by month, levels of policies, and who is in a freeze. Months are
 * those of UTC. */
#include "exporters/dashboards/parts.h"

#define OF(series)     EACH_BUDGET(SLO_SERIES(series, CHOSEN))
#define OF_OWN(series) EACH_BUDGET(SLO_OWN_WINDOW(series, CHOSEN))
#define LEVEL          SLO_SERIES("wick_slo_policy_level", CHOSEN)

/* The part of the budget that was used between two moments: bad events, by those that all events of that time allow. */
#define SERVICE              "service=~\"$service\""
#define BAD                  "wick_slo_events_total{" SERVICE ",outcome=\"bad\"}"
#define EVERY                "wick_slo_events_total{" SERVICE "}"
#define BETWEEN(x, from, to) "(" x to " - " x from " >= 0)"
#define ALLOWED(from, to)                                                                                              \
	"((1 - wick_slo_objective_ratio{" SERVICE "}) * sum without (outcome) " BETWEEN(EVERY, from, to) " > 0)"
#define USED(from, to) "sum without (outcome) " BETWEEN(BAD, from, to) " / " ALLOWED(from, to)
#define SLI_OF(from, to)                                                                                               \
	"1 - sum without (outcome) " BETWEEN(BAD, from, to) " / (sum without (outcome) " BETWEEN(EVERY, from,          \
												 to) " > 0)"

/* A month is told on its last day, at midnight: it began as many days before as it has, but for one, and ends a day
 * later. Dashboards ask for times that are whole days. */
#define MONTH(days, before)                                                                                            \
	"(" USED(" offset " before, " offset -1d") ") and on () (days_in_month() == " days                             \
						   " and day_of_month() == " days ")"
#define BY_MONTH MONTH("31", "30d") " or " MONTH("30", "29d") " or " MONTH("28", "27d") " or " MONTH("29", "28d")

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE, DASH_VARIABLE_WICK, CHOICE_OF_SLOS, {.name = NULL}};

static const struct dash_link links[] = {
	{"Error budget policy", .url = "${wick:raw}/policy"},
	{.title = NULL},
};

static const struct dash_column services[] = {
	{.field = "namespace", .title = "Namespace"},
	{.field = "service", .title = "Service"},
	{"A", "Policy", .scale = DASH_SCALE_POLICY, .words = DASH_WORDS_POLICY},
	{"B", "Least budget left", DASH_RATIO, DASH_SCALE_BUDGET, .decimals = 2},
	{.field = "C", .title = "Error budgets"},
	{"D", "Spent", .scale = DASH_SCALE_NONE_GOOD},
	{.field = NULL},
};

static const struct dash_column frozen[] = {
	BUDGET_COLUMNS,
	{"B", "Budget left", DASH_RATIO, DASH_SCALE_BUDGET, .decimals = 2},
	{"C", "Empty, or to be", DASH_SECONDS, .words = DASH_WORDS_EXHAUSTION},
	{.field = NULL},
};

static const struct dash_column range[] = {
	BUDGET_COLUMNS,
	{"A", "Budget used", DASH_RATIO, .decimals = 2},
	{"B", "SLI", DASH_RATIO, .decimals = 4},
	{"C", "Objective", DASH_RATIO, .decimals = 4},
	{"D", "Bad events", DASH_COUNT, .decimals = 1},
	{"E", "All events", DASH_COUNT, .decimals = 1},
	{.field = NULL},
};

static const struct dash_column periods[] = {
	BUDGET_COLUMNS,
	{.field = "window", .title = "Calendar"},
	{"A", "Began", .unit = DASH_TIME},
	{"B", "Budget used", DASH_RATIO, .decimals = 2},
	{"C", "SLI", DASH_RATIO, .decimals = 4},
	{"D", "Objective", DASH_RATIO, .decimals = 4},
	{"E", "Result", .words = DASH_WORDS_MISSED},
	{"F", "Known", DASH_RATIO, DASH_SCALE_COVERAGE, .decimals = 2},
	{.field = NULL},
};
#define CLOSED(name)                                                                                                   \
	"max by (slo_id, slo_group, window) (" SLO_SERIES("wick_slo_closed_period_" name "{" SERVICE "}", CHOSEN) ")"

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Services in a freeze", "Services of which an SLO has reached the highest level of its policy. Levels that are not known are not among them.", 6, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = "sum(max by (namespace, service) (" LEVEL ") == bool 3)"}}},
	{DASH_STAT, "Services that need approval", "Services whose highest level is approval.", 6, 4, DASH_NUMBER, DASH_SCALE_NONE_USUAL,
	 .queries = {{.expr = "sum(max by (namespace, service) (" LEVEL ") == bool 2)"}}},
	{DASH_STAT, "Services as usual", "Services whose highest level is normal or review.", 6, 4, DASH_NUMBER,
	 .queries = {{.expr = "sum(max by (namespace, service) (" LEVEL ") <= bool 1)"}}},
	{DASH_STAT, "Budgets that are not known", "Error budgets that have no number now.", 6, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = "count(max by (slo_id, slo_group) (wick_slo_info{" CHOSEN "})) - count(" OF("wick_slo_error_budget_remaining_ratio") ")"}}},

	{DASH_TABLE, "Services", "The highest level of each service's policies, and its budget of which least is left.", 12, 9, DASH_NUMBER, .columns = services, .sort = "Least budget left",
	 .queries = {{.expr = "max by (namespace, service) (" LEVEL ")"},
		     {.expr = "min by (namespace, service) (" SLO_SERIES("wick_slo_error_budget_remaining_ratio", CHOSEN) ")"},
		     {.expr = "count by (namespace, service) (" SLO_SERIES("wick_slo_error_budget_remaining_ratio", CHOSEN) ")"},
		     {.expr = "sum by (namespace, service) (" SLO_SERIES("wick_slo_error_budget_remaining_ratio", CHOSEN) " <= bool 0)"}}},
	{DASH_TABLE, "Who is in a freeze", "SLOs that have reached the highest level of their policy. What is agreed for it is on wick's page of policies.", 12, 9, DASH_NUMBER, .columns = frozen, .sort = "Budget left", .nothing = "nobody, as far as levels are known",
	 .queries = {{.expr = OF("wick_slo_policy_level") " == 3"},
		     {.expr = OF("wick_slo_error_budget_remaining_ratio") " and on (slo_id, slo_group) " OF("wick_slo_policy_level") " == 3"},
		     {.expr = "clamp_max(" OF("wick_slo_time_to_exhaustion_seconds") ", " DASH_NEVER ") and on (slo_id, slo_group) " OF("wick_slo_policy_level") " == 3"}}},

	{DASH_ROW, .title = "By month"},
	{DASH_MATRIX, "Budget used in each month (UTC)", "Bad events of the month, by those that its objective allows; above 100 % where it was missed. A month has a number where all of it is in Prometheus.", 24, 10, DASH_RATIO, .decimals = 2, .rows = "SLO", .interval = "1d",
	 .queries = {{.expr = OF("(" BY_MONTH ")"), BUDGET_LEGEND}}},
	{DASH_SERIES, "Budget left, over time", "What was left of each budget, over the SLO's own window; of the twenty that have least now.", 24, 9, DASH_RATIO, DASH_SCALE_BUDGET, .flags = DASH_LINES,
	 .queries = {{.expr = OF("wick_slo_error_budget_remaining_ratio") " and bottomk(20, " EACH_BUDGET(SLO_SERIES_AT("wick_slo_error_budget_remaining_ratio", CHOSEN, " @ end()")) ")", BUDGET_LEGEND}}},

	{DASH_ROW, .title = "In the range chosen above"},
	{DASH_TABLE, "Budget used in the range", "Events of the range that is shown. SLOs that are not known for so long have no number.", 24, 10, DASH_NUMBER, .columns = range, .sort = "Budget used", .flags = DASH_DESCENDING,
	 .queries = {{.expr = OF("(" USED(" offset $__range", "") ")")},
		     {.expr = OF("(" SLI_OF(" offset $__range", "") ")")},
		     {.expr = OF("wick_slo_objective_ratio{" SERVICE "}")},
		     {.expr = OF("sum without (outcome) " BETWEEN(BAD, " offset $__range", ""))},
		     {.expr = OF("sum without (outcome) " BETWEEN(EVERY, " offset $__range", ""))}}},

	{DASH_ROW, .title = "Calendar periods"},
	{DASH_TABLE, "The last closed period of each calendar window", "As it was closed: a record that later events do not change.", 24, 9, DASH_NUMBER, .columns = periods, .sort = "Budget used", .flags = DASH_DESCENDING, .nothing = "no calendar window, or none closed yet",
	 .queries = {{.expr = CLOSED("begin_timestamp_seconds") " * 1000"}, {.expr = CLOSED("error_budget_consumed_ratio")}, {.expr = CLOSED("sli_ratio")}, {.expr = CLOSED("objective_ratio")}, {.expr = DASH_CLOSED_RESULT(CLOSED)}, {.expr = CLOSED("known_ratio")}}},
	{DASH_SERIES, "Budget used in closed periods", "The last closed period's, at each moment: a step is a period.", 24, 8, DASH_RATIO, .flags = DASH_STEPPED | DASH_FROM_ZERO, .nothing = "no calendar window, or none closed yet",
	 .queries = {{.expr = CLOSED("error_budget_consumed_ratio"), BUDGET_LEGEND ", {{window}}"}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_budget_report = {
	.name = "budget-report",
	.title = "wick: error budget report",
	.summary = "Error budgets for those who decide what is worked on: by month, levels of policies, freezes",
	.from = "now-90d",
	.to = "now",
	.utc = true,
	.variables = variables,
	.links = links,
	.panels = panels,
};
