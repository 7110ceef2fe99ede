/* What several dashboards have in common: queries, variables and links as pieces of text. */
#ifndef WICK_EXPORTERS_DASHBOARDS_PARTS_H
#define WICK_EXPORTERS_DASHBOARDS_PARTS_H

#include "exporters/dashboards/dashboards.h"

extern const struct dashboard dashboard_slo_overview, dashboard_slo_detail, dashboard_budget_report, dashboard_dora,
	dashboard_delivery, dashboard_golden_signals, dashboard_unified, dashboard_host, dashboard_blackbox,
	dashboard_prometheus, dashboard_self;

/* A series of SLOs with their ids and the names of their groups, whatever the labels of those are called; `chosen` are
 * matchers of wick_slo_info, which says what is shown. What the SLO's author changed meanwhile does not come twice. */
#define SLO_SERIES(series, chosen) SLO_SERIES_AT(series, chosen, "")
/* The same at another time: " @ end()", " offset 7d". */
#define SLO_SERIES_AT(series, chosen, at)                                                                              \
	series at " * ignoring (window, outcome, state, policy, slo_id, slo_group) group_left (slo_id, slo_group) "    \
		  "max without (window, objective, sli, alerting) (wick_slo_info{" chosen "}" at ")"
/* The same where the series has one window, which is to be the SLO's own. */
#define SLO_OWN_WINDOW(series, chosen)                                                                                 \
	series " * ignoring (slo_id, slo_group) group_left (slo_id, slo_group) max without (objective, sli, "          \
	       "alerting) (wick_slo_info{" chosen "})"

/* One number for each budget: an SLO, or a group of one. What a pair of daemons says of it is one. */
#define EACH_BUDGET(series) "max by (slo_id, slo_group) (" series ")"

/* What people choose SLOs by: any label of wick_slo_info may be `label`, one that an author gave, too. */
#define CHOSEN "service=~\"$service\",team=~\"$team\",$label=~\"$value\""
#define CHOICE_OF_SLOS                                                                                                 \
	{.kind = DASH_OF_QUERY,                                                                                        \
	 .name = "service",                                                                                            \
	 .label = "Service",                                                                                           \
	 .query = "label_values(wick_slo_info, service)",                                                              \
	 .many = true,                                                                                                 \
	 .all = true},                                                                                                 \
		{.kind = DASH_OF_QUERY,                                                                                \
		 .name = "team",                                                                                       \
		 .label = "Team",                                                                                      \
		 .query = "label_values(wick_slo_info{service=~\"$service\"}, team)",                                  \
		 .many = true,                                                                                         \
		 .all = true},                                                                                         \
		{.kind = DASH_OF_QUERY,                                                                                \
		 .name = "label",                                                                                      \
		 .label = "Label",                                                                                     \
		 .query = "label_names(wick_slo_info{service=~\"$service\"})",                                         \
		 .regex = "/^(?!__name__$|job$|alerting$|service$|team$).*/",                                          \
		 .current = "slo"},                                                                                    \
	{                                                                                                              \
		.kind = DASH_OF_QUERY, .name = "value", .label = "is",                                                 \
		.query = "label_values(wick_slo_info{service=~\"$service\",team=~\"$team\"}, $label)", .many = true,   \
		.all = true                                                                                            \
	}

/* The columns that name a budget, and lead to it. */
#define TO_DETAIL                                                                                                      \
	"/d/wick-slo-detail?var-datasource=${datasource}&var-slo=${__data.fields.SLO:percentencode}&${__url_time_range}"
#define BUDGET_COLUMNS                                                                                                 \
	{"slo_id", "SLO", .link_title = "All about this SLO", .link = TO_DETAIL},                                      \
	{                                                                                                              \
		"slo_group", "Group", .link_title = "All about this group",                                            \
				      .link = TO_DETAIL "&var-group=${__data.fields.Group:percentencode}"              \
	}
#define BUDGET_LEGEND "{{slo_id}} {{slo_group}}"

#endif
