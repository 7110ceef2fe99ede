/* All SLOs, the worst first. */
#include "exporters/dashboards/parts.h"

#define OF(series)      EACH_BUDGET(SLO_SERIES(series, CHOSEN))
#define OF_OWN(series)  EACH_BUDGET(SLO_OWN_WINDOW(series, CHOSEN))
#define BUDGETS         "max by (slo_id, slo_group) (wick_slo_info{" CHOSEN "})"
#define LEFT            OF("wick_slo_error_budget_remaining_ratio")
#define BURN(window)    OF("wick_slo_burn_rate{window=\"" window "\"}")
#define AT_LAST(series) EACH_BUDGET(SLO_SERIES_AT(series, CHOSEN, " @ end()"))
#define STATES(series)  "max by (slo_id, slo_group, state) (" SLO_SERIES(series, CHOSEN) ")"
#define LEVEL           OF("wick_slo_policy_level")

/* 1 for an SLO of which such an alert fires, and 0 for one of which none does: alerts that do not fire have no series.
 * Who tells of the data's state tells of alerts, too; rules without a daemon tell of neither. */
#define SLOS_WITH(alerts)                                                                                              \
	"sum(max by (namespace, service, slo) (" alerts " and on (namespace, service, slo) wick_slo_info{" CHOSEN      \
	"}) or max by (namespace, service, slo) (" SLO_SERIES("wick_slo_data_state", CHOSEN) ") * 0)"

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE, DASH_VARIABLE_WICK, CHOICE_OF_SLOS, {.name = NULL}};

static const struct dash_link links[] = {
	{"wick", .url = "${wick:raw}/"},
	{"Error budget policy", .url = "${wick:raw}/policy"},
	{"Explore", .explore = "sort(wick_slo_error_budget_remaining_ratio{service=~\"${service:regex}\"})",
	 .source = DASH_PROMETHEUS},
	{.title = NULL},
};

static const struct dash_column columns[] = {
	BUDGET_COLUMNS,
	{"A", "Budget left", DASH_RATIO, DASH_SCALE_BUDGET, .decimals = 2, .width = 110},
	{"B", "Objective", DASH_RATIO, .width = 100},
	{"C", "SLI", DASH_RATIO, .decimals = 4, .width = 100},
	{"D", "Burn 1h", DASH_NUMBER, DASH_SCALE_BURN, .decimals = 3, .width = 90},
	{"E", "Burn 6h", DASH_NUMBER, DASH_SCALE_BURN, .decimals = 3, .width = 90},
	{"F", "Empty in", DASH_SECONDS, .words = DASH_WORDS_EXHAUSTION, .width = 140},
	{"state", "Data", .width = 100},
	{"H", "Known", DASH_RATIO, DASH_SCALE_COVERAGE, .decimals = 1, .width = 90},
	{"I", "Policy", .scale = DASH_SCALE_POLICY, .words = DASH_WORDS_POLICY, .width = 90},
	{.field = NULL},
};

static const struct dash_panel panels[] = {
	{DASH_STAT, "Error budgets", "SLOs, and groups of them, that are chosen above.", 4, 4, DASH_NUMBER,
	 .queries = {{.expr = "count(" BUDGETS ")"}}},
	{DASH_STAT, "Spent", "Error budgets of which nothing is left. Those that are not known are not among them.", 4,
	 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD, .queries = {{.expr = "sum(" LEFT " <= bool 0)"}}},
	{DASH_STAT, "Burning faster than allowed",
	 "Error budgets that the last hour, if it goes on like this, empties before their window is over.", 4, 4,
	 DASH_NUMBER, DASH_SCALE_NONE_USUAL, .queries = {{.expr = "sum(" BURN("1h") " > bool 1)"}}},
	{DASH_STAT, "SLOs that page", "SLOs of which an alert fires that pages somebody.", 4, 4, DASH_NUMBER,
	 DASH_SCALE_NONE_GOOD, .queries = {{.expr = SLOS_WITH("wick_slo_alert_firing{severity=\"page\"} == 1")}}},
	{DASH_STAT, "Services in a freeze", "Services of which an SLO has reached the highest level of its policy.", 4,
	 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = "sum(max by (namespace, service) (" SLO_SERIES("wick_slo_policy_level",
									     CHOSEN) ") == bool 3)"}}},
	{DASH_STAT, "Without sound data",
	 "Error budgets that have no data, old data, or an error: what they say is not the present.", 4, 4, DASH_NUMBER,
	 DASH_SCALE_NONE_GOOD,
	 .queries = {{.expr = "sum(" OF("wick_slo_data_state{state=~\"no_data|stale|error\"}") ")"}}},

	{DASH_TABLE, "Error budgets, the worst first",
	 "What is left of each budget, over the SLO's own window. An empty cell is a number that is not known. Names lead to all about that SLO.",
	 24, 14, DASH_NUMBER, .columns = columns, .sort = "Budget left",
	 .queries = {{.expr = LEFT},
		     {.expr = OF("wick_slo_objective_ratio")},
		     {.expr = OF_OWN("wick_slo_sli_ratio")},
		     {.expr = BURN("1h")},
		     {.expr = BURN("6h")},
		     {.expr = "clamp_max(" OF("wick_slo_time_to_exhaustion_seconds") ", " DASH_NEVER ")"},
		     {.expr = STATES("wick_slo_data_state") " == 1"},
		     {.expr = OF_OWN("wick_slo_known_ratio")},
		     {.expr = LEVEL}}},

	{DASH_SERIES, "Budget left, of the ten that have least",
	 "What is left of the error budgets that have least now.", 12, 10, DASH_RATIO, DASH_SCALE_BUDGET,
	 .flags = DASH_LINES,
	 .queries = {{.expr = LEFT " and bottomk(10, " AT_LAST("wick_slo_error_budget_remaining_ratio") ")",
		      BUDGET_LEGEND}}},
	{DASH_SERIES, "Burn rate over 1 h, of the ten that burn fastest",
	 "How many times faster than allowed budgets are spent. Lines are the default alert tiers of an SLO over 30 days; those of an SLO are on its own dashboard.",
	 12, 10, DASH_NUMBER, DASH_SCALE_BURN, .flags = DASH_LINES | DASH_SYMLOG | DASH_FROM_ZERO,
	 .queries = {{.expr = BURN("1h") " and topk(10, " AT_LAST("wick_slo_burn_rate{window=\"1h\"}") ")",
		      BUDGET_LEGEND}}},
	{.title = NULL},
};

const struct dashboard dashboard_slo_overview = {
	.name = "slo-overview",
	.title = "wick: SLO overview",
	.summary = "All error budgets, the worst first",
	.from = "now-7d",
	.to = "now",
	.variables = variables,
	.links = links,
	.panels = panels,
};
