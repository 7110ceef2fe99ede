#include "exporters/alerting/tier_rules.h"

#include "exporters/alerting/names.h"

/* Which SLO an alert is about. */
#define SLO "{{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.service }}/{{ $labels.slo }}"
/* One number of the SLO; of one with groups the least. */
#define LEAST_OF(metric)                                                                                               \
	"with printf \"min(" metric "{service=%q,slo=%q,namespace=%q})\" $labels.service $labels.slo "                 \
	"$labels.namespace | query"
#define GROUPS                                                                                                         \
	"with printf \"count(wick_slo_error_budget_remaining_ratio{service=%q,slo=%q,namespace=%q}) > 1\" "            \
	"$labels.service $labels.slo $labels.namespace | query"
#define LEFT                                                                                                           \
	"{{ " LEAST_OF(                                                                                                \
		"wick_slo_error_budget_remaining_ratio") " }}{{ . | first | value | humanizePercentage }} of the "     \
							 "error budget is left{{ " GROUPS                              \
							 " }} in its worst group{{ end }}. {{ end }}"
#define EMPTY_IN                                                                                                       \
	"{{ " LEAST_OF(                                                                                                \
		"wick_slo_time_to_exhaustion_seconds") " }}{{ with . | first | value }}{{ if lt . 1e9 }}As it burns "  \
						       "now, it is empty in {{ . | humanizeDuration }}.{{ end }}{{ end }}{{ end }}"

/* clang-format off */
/* What was deployed in the last day, where the delivery metrics know it. */
#define DEPLOYED \
	"{{ range printf \"time() - max by (environment) (wick_dora_last_deployment_timestamp_seconds{service=%q}) < 86400\" " \
	"$labels.service | query }} Deployed to {{ .Labels.environment }} {{ . | value | humanizeDuration }} ago.{{ end }}"
/* A number of the closed period that an alert is about, where the SLO has no groups: which one it is a template cannot
 * say. */
#define PERIOD "service=%[1]q,slo=%[2]q,namespace=%[3]q,window=%[4]q"
#define CLOSED(name) "wick_slo_closed_period_" name "{" PERIOD "}"
#define OF_PERIOD(query) \
	"{{ with printf \"" query " and on () count(" CLOSED("begin_timestamp_seconds") ") == 1\" " \
	"$labels.service $labels.slo $labels.namespace $labels.window | query }}"
#define NUMBER(format) "{{ . | first | value | " format " }}"
#define END "{{ end }}"
#define CLOSED_PERIOD \
	OF_PERIOD(CLOSED("sli_ratio")) "The SLI was " NUMBER("printf \"%.6g\"") END \
	OF_PERIOD(CLOSED("objective_ratio")) ", the objective " NUMBER("printf \"%.6g\"") ": " END \
	OF_PERIOD("sum(wick_slo_closed_period_events{outcome=\\\"bad\\\"," PERIOD "})") NUMBER("printf \"%.0f\"") END \
	OF_PERIOD("sum(" CLOSED("events") ")") " of " NUMBER("printf \"%.0f\"") " events were bad. " END \
	OF_PERIOD(CLOSED("coverage_ratio")) "Data were there for " NUMBER("humanizePercentage") " of the period. " END \
	OF_PERIOD(CLOSED("known_ratio")) "{{ with . | first | value }}{{ if lt . 0.9999 }}" \
	"Only {{ . | humanizePercentage }} of it is known, and what is not counts as good." END END END
/* clang-format on */

static const struct {
	const char *summary, *description;
} texts[TIER_KINDS] = {
	[TIER_BURN] =
		{SLO " burns its error budget {{ $value | humanize }} times too fast",
		 "Over {{ $labels.long }} and {{ $labels.short }} the burn rates are above {{ $labels.factor }}. " LEFT
			 EMPTY_IN DEPLOYED},
	[TIER_BUDGET] = {SLO " has spent {{ $value | humanizePercentage }} of its error budget",
			 LEFT EMPTY_IN DEPLOYED},
	[TIER_EXHAUSTS] = {"The error budget of " SLO " will be empty in {{ $value | humanizeDuration }}",
			   LEFT DEPLOYED},
	[TIER_NO_DATA] =
		{SLO " has no data",
		 "Nothing is known of its whole window: its metrics may have other names, or were never there."},
	[TIER_VANISHED] =
		{"The data of " SLO " have vanished",
		 "There were data, and none come any more: a target is gone, or its metrics have other names."},
	[TIER_ERROR] = {SLO " cannot be evaluated",
			"Its query is refused, or its numbers cannot be right. wick's page and log say why."},
	[TIER_MISSED] = {SLO " missed its objective for {{ $labels.period }}: {{ $value | humanizePercentage }} of the "
			     "error budget was used",
			 CLOSED_PERIOD},
};

struct rule tier_rule(struct arena *arena, enum tier_kind kind)
{
	return (struct rule){
		.name = alert_names[kind],
		.runbook = arena_fmt(arena, "%s/" SLO, alert_runbooks[kind]).at,
		.summary = texts[kind].summary,
		.description = texts[kind].description,
	};
}
