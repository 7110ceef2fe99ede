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

static const struct {
	const char *summary, *description;
} texts[TIER_KINDS] = {
	[TIER_BURN] =
		{SLO " burns its error budget {{ $value | humanize }} times too fast",
		 "Over {{ $labels.long }} and {{ $labels.short }} the burn rates are above {{ $labels.factor }}. " LEFT
			 EMPTY_IN},
	[TIER_BUDGET] = {SLO " has spent {{ $value | humanizePercentage }} of its error budget", LEFT EMPTY_IN},
	[TIER_EXHAUSTS] = {"The error budget of " SLO " will be empty in {{ $value | humanizeDuration }}", LEFT},
	[TIER_NO_DATA] =
		{SLO " has no data",
		 "Nothing is known of its whole window: its metrics may have other names, or were never there."},
	[TIER_VANISHED] =
		{"The data of " SLO " have vanished",
		 "There were data, and none come any more: a target is gone, or its metrics have other names."},
	[TIER_ERROR] = {SLO " cannot be evaluated",
			"Its query is refused, or its numbers cannot be right. wick's page and log say why."},
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
