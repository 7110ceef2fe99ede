/* One SLO, and its groups. */
#include "exporters/dashboards/parts.h"

/* The SLO's id chooses; its service and name, which follow from the id, keep the other SLOs out of the question. */
#define THE        "service=\"$service\",slo=\"$name\""
#define THE_GROUPS "slo_id=\"$slo\",slo_group=~\"$group\""
#define S(name)    "wick_slo_" name "{" THE "}"

#define BY_GROUP(series)            "max by (slo_group) (" SLO_SERIES(series, THE_GROUPS) ")"
#define BY_GROUP_AND(label, series) "max by (slo_group, " label ") (" SLO_SERIES(series, THE_GROUPS) ")"
#define OWN_WINDOW(series)          "max by (slo_group) (" SLO_OWN_WINDOW(series, THE_GROUPS) ")"
#define GROUP_LEGEND(text)          text " {{slo_group}}"

/* Events of the last days, as the difference of two counters: what is not known of all of that time has no number. */
#define GOOD          "wick_slo_events_total{" THE ",outcome=\"good\"}"
#define SINCE(x, age) "(" x " - " x " offset " age " >= 0)"
#define SLI_OF(age)                                                                                                    \
	"(sum without (outcome) " SINCE(GOOD, age) " / (sum without (outcome) " SINCE(S("events_total"), age) " > 0))"
#define WAS_MET(age) BY_GROUP("(" SLI_OF(age) " >= bool " S("objective_ratio") ")")

/* A whole budget, in seconds of full outage; what of it would be spent at an even pace since the range began. */
#define BUDGET_SECONDS "(" S("error_budget_remaining_seconds") " / (" S("error_budget_remaining_ratio") " != 0))"
#define SINCE_BEGIN    "(time() - $__from / 1000)"
#define BAD            "wick_slo_events_total{" THE ",outcome=\"bad\"}"
#define SPENT_SINCE_BEGIN                                                                                              \
	"sum without (outcome) (" BAD " - " BAD " @ start() >= 0) / (" S("error_budget_events") " > 0)"

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	DASH_VARIABLE_WICK,
	{DASH_OF_QUERY, "slo", "SLO", .query = "label_values(wick_slo_info, slo_id)"},
	{DASH_OF_QUERY, "group", "Group", .query = "label_values(wick_slo_info{slo_id=\"$slo\"}, slo_group)",
	 .many = true, .all = true},
	{DASH_OF_QUERY, "service", "Service", .query = "label_values(wick_slo_info{slo_id=\"$slo\"}, service)",
	 .hidden = true},
	{DASH_OF_QUERY, "name", "Name", .query = "label_values(wick_slo_info{slo_id=\"$slo\"}, slo)", .hidden = true},
	{.name = NULL},
};

static const struct dash_note notes[] = {
	{.name = "Deployments",
	 "max by (environment) (wick_dora_last_deployment_timestamp_seconds{service=\"$service\"}) * 1000",
	 "Deployed to {{environment}}",
	 "$service",
	 "environment",
	 "blue",
	 .at_value = true},
	{.name = "Pages",
	 "max by (tier, severity) (wick_slo_alert_firing{" THE ",severity=\"page\"})",
	 "{{tier}}",
	 "An alert that pages fires.",
	 "severity",
	 "red"},
	{.name = "Tickets",
	 "max by (tier, severity) (wick_slo_alert_firing{" THE ",severity!=\"page\"})",
	 "{{tier}}",
	 "An alert fires.",
	 "severity",
	 "orange",
	 .off = true},
	{.name = "Exclusions",
	 "max(wick_slo_excluded{" THE "})",
	 "Excluded",
	 "This time does not count.",
	 "",
	 "purple"},
	{.name = NULL},
};

static const struct dash_link links[] = {
	{"Runbook", .url = "${wick:raw}/runbooks/error-budget-burn/${slo:percentencode}"},
	{"Definition", .url = "${wick:raw}/slo/${slo:percentencode}"},
	{"Policy", .url = "${wick:raw}/policy"},
	{"Explore", .explore = "wick_slo_burn_rate{service=\"${service:percentencode}\",slo=\"${name:percentencode}\"}",
	 .source = DASH_PROMETHEUS},
	{"Logs and traces", .url = "/d/wick-unified?var-datasource=${datasource}&var-service=${service:percentencode}",
	 .here = true},
	{"Golden signals",
	 .url = "/d/wick-golden-signals?var-datasource=${datasource}&var-service=${service:percentencode}",
	 .here = true},
	{"Delivery", .url = "/d/wick-delivery?var-datasource=${datasource}&var-service=${service:percentencode}",
	 .here = true},
	{.title = NULL},
};

static const struct dash_column alerts[] = {
	{.field = "tier", .title = "Tier"},
	{.field = "severity", .title = "Severity"},
	{.field = "long", .title = "Long window"},
	{.field = "short", .title = "Short window"},
	{"A", "State", .words = DASH_WORDS_FIRING},
	{"B", "Value", DASH_NUMBER, .decimals = 3},
	{.field = "C", .title = "Since", .unit = DASH_TIME},
	{.field = NULL},
};
#define ALERT(name) "max by (tier, severity, long, short) (wick_slo_alert_" name "{" THE "})"

static const struct dash_column periods[] = {
	{.field = "window", .title = "Calendar"},
	{.field = "slo_group", .title = "Group"},
	{.field = "A", .title = "Began", .unit = DASH_TIME},
	{"B", "SLI", DASH_RATIO, .decimals = 4},
	{"C", "Objective", DASH_RATIO, .decimals = 4},
	{"D", "Budget used", DASH_RATIO, .decimals = 2},
	{"E", "Result", .words = DASH_WORDS_MISSED},
	{"F", "Known", DASH_RATIO, DASH_SCALE_COVERAGE, .decimals = 2},
	{.field = NULL},
};
#define CLOSED(name) BY_GROUP_AND("window", "wick_slo_closed_period_" name "{" THE "}")

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Objective", "The share of events that is to be good.", 3, 4, DASH_RATIO, .decimals = 4,
	 .queries = {{.expr = BY_GROUP(S("objective_ratio")), "{{slo_group}}"}}},
	{DASH_STAT, "SLI", "The share of events that were good in the SLO's window.", 3, 4, DASH_RATIO, .decimals = 5,
	 .queries = {{.expr = OWN_WINDOW(S("sli_ratio")), "{{slo_group}}"}}},
	{DASH_STAT, "Left of the budget", "The part of the error budget that is left; below 0 when more than all of it is spent.", 3, 4, DASH_RATIO, DASH_SCALE_BUDGET, .decimals = 2,
	 .queries = {{.expr = BY_GROUP(S("error_budget_remaining_ratio")), "{{slo_group}}"}}},
	{DASH_STAT, "Budget left, in time", "How long a full outage the rest of the budget stands for.", 3, 4, DASH_SECONDS, .decimals = 2,
	 .queries = {{.expr = BY_GROUP(S("error_budget_remaining_seconds")), "{{slo_group}}"}}},
	{DASH_STAT, "Burn rate over 1 h", "How many times faster than allowed the budget is spent.", 3, 4, DASH_NUMBER, DASH_SCALE_BURN, .decimals = 3,
	 .queries = {{.expr = BY_GROUP("wick_slo_burn_rate{" THE ",window=\"1h\"}"), "{{slo_group}}"}}},
	{DASH_STAT, "Empty in", "When the budget is empty if the last hour goes on.", 3, 4, DASH_SECONDS, .words = DASH_WORDS_EXHAUSTION,
	 .queries = {{.expr = "clamp_max(" BY_GROUP(S("time_to_exhaustion_seconds")) ", " DASH_NEVER ")", "{{slo_group}}"}}},
	{DASH_STAT, "Policy", "The level of the error budget policy that is in force.", 3, 4, DASH_NUMBER, DASH_SCALE_POLICY, DASH_WORDS_POLICY,
	 .queries = {{.expr = BY_GROUP(S("policy_level")), "{{slo_group}}"}}},
	{DASH_STAT, "Data", "The state that the SLO's data are in.", 3, 4, DASH_NUMBER, .flags = DASH_NAMES,
	 .queries = {{.expr = BY_GROUP_AND("state", S("data_state")) " == 1", GROUP_LEGEND("{{state}}")}}},

	{DASH_ROW, .title = "Objective and budget"},
	{DASH_SERIES, "SLI over the window, and the objective", "The share of good events in the SLO's window, at each moment.", 12, 8, DASH_RATIO, .decimals = 4,
	 .queries = {{.expr = OWN_WINDOW(S("sli_ratio")), GROUP_LEGEND("SLI")}, {.expr = "max(" S("objective_ratio") ")", "objective", .style = DASH_DASHED}}},
	{DASH_SERIES, "Budget left", "The part of the error budget that is left. Lines are the levels of wick's own policy.", 12, 8, DASH_RATIO, DASH_SCALE_BUDGET, .flags = DASH_LINES,
	 .queries = {{.expr = BY_GROUP(S("error_budget_remaining_ratio")), GROUP_LEGEND("left")}}},
	{DASH_SERIES, "Budget left, in time of full outage", "How long a full outage the rest of the budget stands for.", 12, 8, DASH_SECONDS,
	 .queries = {{.expr = BY_GROUP(S("error_budget_remaining_seconds")), GROUP_LEGEND("left")}}},
	{DASH_SERIES, "Burn-down since the range began", "A whole budget less what was spent in the range that is shown, and the line of one that lasts exactly one window. Below the line the budget is spent too fast.", 12, 8, DASH_RATIO,
	 .queries = {{.expr = "1 - " BY_GROUP("(" SPENT_SINCE_BEGIN ")"), GROUP_LEGEND("left")},
		     {.expr = "1 - " SINCE_BEGIN " * max((1 - " S("objective_ratio") ") / " BUDGET_SECONDS ")", "at an even pace", .style = DASH_DASHED}}},

	{DASH_ROW, .title = "Burn rates and alerts"},
	{DASH_SERIES, "Burn rate over each window, and the tiers", "How many times faster than allowed the budget is spent. An alert is true while the rates of both of its windows are above its line.", 24, 10, DASH_NUMBER, .flags = DASH_SYMLOG | DASH_FROM_ZERO | DASH_LEGEND, .decimals = 3,
	 .queries = {{.expr = BY_GROUP_AND("window", S("burn_rate")), GROUP_LEGEND("{{window}}")},
		     {.expr = "max by (tier, severity, long, short) (wick_slo_tier_burn_rate and on (alerting) wick_slo_info{" THE "," THE_GROUPS "})", "{{tier}}: {{severity}} over {{long}} and {{short}}", .style = DASH_THRESHOLD}}},
	{DASH_TABLE, "Alerts that are pending or fire", "Of all groups. What an alert goes by is its value: a burn rate, or a part of the budget.", 12, 8, DASH_NUMBER, .columns = alerts, .sort = "Since", .flags = DASH_DESCENDING, .nothing = DASH_NONE_KNOWN,
	 .queries = {{.expr = ALERT("firing")}, {.expr = ALERT("value")}, {.expr = ALERT("active_timestamp_seconds") " * 1000"}}},
	{DASH_TIMELINE, "Alerts over time", "Of all groups, by tier. Where there is nothing the alert was neither pending nor firing.", 12, 8, DASH_NUMBER, .words = DASH_WORDS_FIRING, .nothing = DASH_NONE_KNOWN,
	 .queries = {{.expr = "max by (tier, severity) (" S("alert_firing") ")", "{{tier}} ({{severity}})"}}},

	{DASH_ROW, .title = "Events and compliance"},
	{DASH_SERIES, "Events", "Good and bad events per second. Of probes and thresholds an event is a step.", 12, 8, DASH_EVENT_RATE, .interval = "2m", .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = BY_GROUP("rate(" GOOD "[$__rate_interval])"), GROUP_LEGEND("good"), .style = DASH_GOOD},
		     {.expr = BY_GROUP("rate(" BAD "[$__rate_interval])"), GROUP_LEGEND("bad"), .style = DASH_BAD}}},
	{DASH_SERIES, "SLI over 7 and 30 days", "The share of good events in the days before each moment, by wick's counters. There is a number once these are known for so long.", 12, 8, DASH_RATIO, .decimals = 4,
	 .queries = {{.expr = BY_GROUP(SLI_OF("7d")), GROUP_LEGEND("7 days")}, {.expr = BY_GROUP(SLI_OF("30d")), GROUP_LEGEND("30 days")}, {.expr = "max(" S("objective_ratio") ")", "objective", .style = DASH_DASHED}}},
	{DASH_TIMELINE, "Objective met over the 7 and the 30 days before", "Whether the SLI of the days before each moment reached the objective.", 24, 6, DASH_NUMBER, .words = DASH_WORDS_MET,
	 .queries = {{.expr = WAS_MET("7d"), GROUP_LEGEND("7 days")}, {.expr = WAS_MET("30d"), GROUP_LEGEND("30 days")}}},

	{DASH_ROW, .title = "Calendar periods"},
	{DASH_TABLE, "The last closed period", "Of SLOs with a calendar window: how the last one ended.", 12, 7, DASH_NUMBER, .columns = periods, .nothing = "no calendar window, or none closed yet",
	 .queries = {{.expr = CLOSED("begin_timestamp_seconds") " * 1000"}, {.expr = CLOSED("sli_ratio")}, {.expr = CLOSED("objective_ratio")}, {.expr = CLOSED("error_budget_consumed_ratio")}, {.expr = DASH_CLOSED_RESULT(CLOSED)}, {.expr = CLOSED("known_ratio")}}},
	{DASH_SERIES, "Burn-down of the present period", "What is left of the period's budget, and the line of one that lasts exactly until its end.", 12, 7, DASH_RATIO, .nothing = "no calendar window",
	 .queries = {{.expr = BY_GROUP_AND("window", S("window_error_budget_remaining_ratio")), GROUP_LEGEND("{{window}}")},
		     {.expr = "max by (window) ((" S("window_end_timestamp_seconds") " - time()) / (" S("window_end_timestamp_seconds") " - " S("window_begin_timestamp_seconds") "))", "{{window}}, at an even pace", .style = DASH_DASHED}}},

	{DASH_ROW, .title = "Data"},
	{DASH_SERIES, "Coverage", "The part of each window for which there are data, and the part of the SLO's window whose events are known.", 12, 8, DASH_RATIO, DASH_SCALE_COVERAGE, .flags = DASH_FROM_ZERO | DASH_TO_ONE,
	 .queries = {{.expr = BY_GROUP_AND("window", S("coverage_ratio")), GROUP_LEGEND("{{window}}")}, {.expr = OWN_WINDOW(S("known_ratio")), GROUP_LEGEND("known"), .style = DASH_DASHED}}},
	{DASH_TIMELINE, "State of the data", "Which state the data were in.", 12, 8, DASH_NUMBER, .words = DASH_WORDS_YES,
	 .queries = {{.expr = BY_GROUP_AND("state", S("data_state")) " == 1", GROUP_LEGEND("{{state}}")}}},
	{DASH_SERIES, "Budget left, with and without corrections", "As it is, and as it would be without exclusions and adjustments. Of SLOs that have such.", 12, 8, DASH_RATIO, .nothing = "no corrections, as far as is known",
	 .queries = {{.expr = BY_GROUP_AND("window", S("raw_error_budget_remaining_ratio")), GROUP_LEGEND("as counted, {{window}}"), .style = DASH_DASHED},
		     {.expr = BY_GROUP(S("error_budget_remaining_ratio")) " and on (slo_group) " BY_GROUP(S("excluded")), GROUP_LEGEND("as corrected")}}},
	{DASH_SERIES, "Excluded time", "Time that exclusions take out of the window.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .nothing = "no corrections, as far as is known",
	 .queries = {{.expr = BY_GROUP_AND("window", S("excluded_seconds")), GROUP_LEGEND("{{window}}")}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_slo_detail = {
	.name = "slo-detail",
	.title = "wick: SLO detail",
	.summary = "One SLO: its budget, burn rates, alerts, events, periods and data",
	.from = "now-7d",
	.to = "now",
	.variables = variables,
	.notes = notes,
	.links = links,
	.panels = panels,
};
