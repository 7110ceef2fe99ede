#include "exporters/alerting/tier_rules.h"

#include "exporters/alerting/names.h"

/* clang-format off */
/* What wick was last heard of is true for so long. */
#define LATELY "[15m]"
#define FIRES "wick_slo_alert_value and wick_slo_alert_firing == 1"
#define AT_WICK "on (job, instance) wick_ready"
#define EACH_SLO "on (job, namespace, service, slo) "
#define COUNTED "wick_slo_counted_timestamp_seconds"
#define MEMORY "wick:slo_alert_value:firing"

/* An alert that fired in the evaluation before goes on while the wick that spoke of its SLO is away, or has started
 * lately and not caught up yet. One that was over before is not in the memory, and one that wick has counted on from is
 * over. */
const struct rule tier_memory = {
	.name = MEMORY,
	.expr = "max without (instance) (" FIRES " and " AT_WICK ") or (" FIRES " unless " AT_WICK ") or "
		"(" MEMORY " and " EACH_SLO "(last_over_time(" COUNTED LATELY ") unless " AT_WICK " == 1 "
		"unless on (job, instance) process_start_time_seconds < time() - 900) "
		"unless " EACH_SLO COUNTED " > time() - 600)",
};

/* Labels of alerts that are no group's. */
#define NO_GROUPS "`^(__.*|service|slo|namespace|tier|kind|severity|long|short|factor|window|period)$`"
/* Labels that series of an SLO have and its alerts have not, without being a group's. */
#define NO_LACK "`^(window|objective|sli|slo_id|slo_group|alerting|instance)$`"
/* $of: the matchers of the alert's SLO and group; of a label that other groups of it have, that it has none. */
#define OF \
	"{{ $of := printf `service=%q,slo=%q,namespace=%q` $labels.service $labels.slo $labels.namespace }}" \
	"{{ range $k, $v := $labels }}{{ if not (match " NO_GROUPS " $k) }}" \
	"{{ if printf `last_over_time(wick_slo_info{%s,%s=%q}" LATELY ")` $of $k $v | query }}{{ $of = printf `%s,%s=%q` $of $k $v }}{{ end }}" \
	"{{ end }}{{ end }}" \
	"{{ range printf `last_over_time(wick_slo_info{%s}" LATELY ")` $of | query }}{{ range $k, $v := .Labels }}" \
	"{{ if not (or (match " NO_GROUPS " $k) (match " NO_LACK " $k) (index $labels $k) (match (printf `,%s=` $k) $of)) }}" \
	"{{ $of = printf `%s,%s=\"\"` $of $k }}{{ end }}{{ end }}{{ end }}"
/* Which SLO an alert is about. */
#define SLO "{{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.service }}/{{ $labels.slo }}"
/* And which group: the labels whose values wick_slo_info has in slo_group. */
#define GROUP \
	"{{ $group := `` }}{{ range printf `last_over_time(wick_slo_info{%s,slo_group!=\"\"}" LATELY ")` $of | query }}" \
	"{{ $group = . | label `slo_group` }}{{ end }}{{ $sep := ` {` }}{{ range $k, $v := $labels }}" \
	"{{ if and (not (match " NO_GROUPS " $k)) (match (printf `(^|, )%s(, |$)` (reReplaceAll `[\\\\.+*?()|\\[\\]{}^$]` `\\$0` $v)) $group) }}" \
	"{{ $sep }}{{ reReplaceAll `^exported_` `` $k }}={{ $v }}{{ $sep = `, ` }}{{ end }}{{ end }}{{ if eq $sep `, ` }}}{{ end }}"
#define NAME SLO GROUP
/* One number of it. */
#define NUMBER_OF(metric) "with printf `min(" metric "{%s})` $of | query"
#define FIRST(format) "{{ . | first | value | " format " }}"
#define LEFT \
	"{{ " NUMBER_OF("wick_slo_error_budget_remaining_ratio") " }}{{ with . | first | value }}{{ if gt . 0.0 }}" \
	"{{ . | humanizePercentage }} of the error budget is left. {{ else }}Nothing of the error budget is left. {{ end }}" \
	"{{ else }}Nothing of the error budget is left. {{ end }}{{ end }}"
#define EMPTY_IN \
	"{{ " NUMBER_OF("wick_slo_time_to_exhaustion_seconds") " }}{{ with . | first | value }}{{ if lt . 1e9 }}As it burns " \
	"now, it is empty in {{ . | humanizeDuration }}.{{ end }}{{ end }}{{ end }}"
/* What was deployed in the last day, where the delivery metrics know it. */
#define DEPLOYED \
	"{{ range printf \"time() - max by (environment) (wick_dora_last_deployment_timestamp_seconds{service=%q}) < 86400\" " \
	"$labels.service | query }} Deployed to {{ .Labels.environment }} {{ . | value | humanizeDuration }} ago.{{ end }}"

/* $bad, $all and $short: events of the alert's window and the burn rate of its short one, lists with one number; empty
 * where they are not known now. */
#define EVENTS \
	"{{ range $bad }}{{ . | value | printf `%.0f` }}{{ end }} of {{ range $all }}{{ . | value | printf `%.0f` }}{{ end }} events were bad"
#define SHORT "{{ range $short }} and {{ . | value | humanize }}{{ end }}"

/* A number of the closed period that an alert is about. */
#define PERIOD "%[1]s,window=%[2]q"
#define CLOSED(name) "wick_slo_closed_period_" name "{" PERIOD "}"
#define OF_PERIOD(query) \
	"{{ with printf `" query " and on () count(" CLOSED("begin_timestamp_seconds") ") == 1` $of $labels.window | query }}"
#define END "{{ end }}"
#define CLOSED_PERIOD \
	OF_PERIOD(CLOSED("sli_ratio")) "The SLI was " FIRST("printf `%.6g`") END \
	OF_PERIOD(CLOSED("objective_ratio")) ", the objective " FIRST("printf `%.6g`") ": " END \
	OF_PERIOD("sum(wick_slo_closed_period_events{outcome=\"bad\"," PERIOD "})") FIRST("printf `%.0f`") END \
	OF_PERIOD("sum(" CLOSED("events") ")") " of " FIRST("printf `%.0f`") " events were bad. " END \
	OF_PERIOD(CLOSED("coverage_ratio")) "Data were there for " FIRST("humanizePercentage") " of the period. " END \
	OF_PERIOD(CLOSED("known_ratio")) "{{ with . | first | value }}{{ if lt . 0.9999 }}" \
	"Only {{ . | humanizePercentage }} of it is known, and what is not counts as good." END END END

#define KNOWN(known, unknown) "{{ if $bad }}" known "{{ else }}" unknown "{{ end }}"
#define WINDOWS "Over {{ $labels.long }} and {{ $labels.short }} the burn rates are "

static const struct {
	const char *summary, *description;
} texts[TIER_KINDS] = {
	[TIER_BURN] = {
		NAME KNOWN(" burns its error budget {{ $value | humanize }} times too fast",
			   " burned its error budget too fast, and how fast it does now is not known"),
		KNOWN(WINDOWS "{{ $value | humanize }}" SHORT "; it fires above {{ $labels.factor }}: " EVENTS " in {{ $labels.long }}. ",
		      WINDOWS "not known now; it fired above {{ $labels.factor }}. ")
		LEFT KNOWN(EMPTY_IN, "") DEPLOYED},
	[TIER_BUDGET] = {
		NAME KNOWN(" has spent {{ $value | humanizePercentage }} of its error budget",
			   " had spent too much of its error budget, and how much it has now is not known"),
		KNOWN(EVENTS ". ", "") LEFT KNOWN(EMPTY_IN, "") DEPLOYED},
	[TIER_EXHAUSTS] = {
		"The error budget of " NAME KNOWN(" will be empty in {{ $value | humanizeDuration }}",
						  " was to be empty soon, and when it will be is not known now"),
		KNOWN(EVENTS ". ", "") LEFT DEPLOYED},
	[TIER_NO_DATA] = {
		NAME " has no data",
		"Nothing is known of its whole window: its metrics may have other names, or were never there."},
	[TIER_VANISHED] = {
		"The data of " NAME " have vanished",
		"There were data, and none come any more: a target is gone, or its metrics have other names."},
	[TIER_ERROR] = {
		NAME " cannot be evaluated",
		"Its query is refused, or its numbers cannot be right. wick's page and log say why."},
	[TIER_MISSED] = {
		NAME " missed its objective for {{ $labels.period }}: {{ $value | humanizePercentage }} of the error budget was used",
		CLOSED_PERIOD},
};

/* $given: the definitions' annotation of that name, if they have one; a number in it is the alert's. */
#define GIVEN_BY \
	"{{ $given := `` }}{{ with printf `last_over_time(wick_slo_alert_info{%s,tier=%q}" LATELY ")` $of $labels.tier | query }}" \
	"{{ $given = . | first | label `annotation_"
#define GIVEN_TO "` | reReplaceAll `[$]value` (printf `%.4g` $value) }}{{ end }}"
/* clang-format on */

/* What a tier's numbers are asked by: templates that give a query. */
struct queries {
	const char *bad, *all, *short_;
};

static const struct queries of_wick = {
	"printf `max(wick_slo_alert_bad_events{%s,tier=%q})` $of $labels.tier",
	"printf `max(wick_slo_alert_events{%s,tier=%q})` $of $labels.tier",
	"printf `max(wick_slo_burn_rate{%s,window=%q})` $of $labels.short",
};

static struct queries of_rules(struct arena *arena, const struct tier *tier)
{
	const char *series = "wick_slo_window_events{%s";

	if (tier->long_.ms)
		series = arena_fmt(arena, "wick_slo_recent_events{%%s,window=\"%s\"", span_text(tier->long_).text).at;
	return (struct queries){
		arena_fmt(arena, "printf `sum(%s,outcome=\"bad\"})` $of", series).at,
		arena_fmt(arena, "printf `sum(%s})` $of", series).at,
		arena_fmt(arena, "printf `max(wick_slo_burn_rate{%%s,window=\"%s\"})` $of",
			  span_text(tier->short_).text)
			.at,
	};
}

static bool has_numbers(enum tier_kind kind)
{
	return kind == TIER_BURN || kind == TIER_BUDGET || kind == TIER_EXHAUSTS;
}

static struct rule make_rule(struct arena *arena, enum tier_kind kind, const struct queries *queries)
{
	const char *summary = "", *description = "";

	if (has_numbers(kind)) {
		summary = arena_fmt(arena, "{{ $bad := %s | query }}", queries->bad).at;
		description =
			arena_fmt(arena, "{{ $bad := %s | query }}{{ $all := %s | query }}{{ $short := %s | query }}",
				  queries->bad, queries->all, queries->short_)
				.at;
	}
	return (struct rule){
		.name = alert_names[kind],
		.runbook = arena_fmt(arena, "%s/" SLO, alert_runbooks[kind]).at,
		.summary = arena_fmt(arena, "%s%s%s", OF, summary, texts[kind].summary).at,
		.description = arena_fmt(arena, "%s%s%s", OF, description, texts[kind].description).at,
	};
}

struct rule tier_rule(struct arena *arena, enum tier_kind kind) { return make_rule(arena, kind, &of_wick); }

struct rule tier_rule_counted(struct arena *arena, const struct tier *tier)
{
	struct queries queries = of_rules(arena, tier);

	return make_rule(arena, tier->kind, &queries);
}

static struct label given_else(struct arena *arena, const char *name, const char *text)
{
	return (struct label){
		str_of(name),
		arena_fmt(arena, "%s%s%s%s{{ if $given }}{{ $given }}{{ else }}%s{{ end }}", OF, GIVEN_BY, name,
			  GIVEN_TO, text),
	};
}

struct labels tier_annotations(struct arena *arena, enum tier_kind kind, struct str runbooks)
{
	struct rule rule = tier_rule(arena, kind);
	struct labels out = {arena_array(arena, 5, sizeof(struct label)), 0};
	const char *runbook = "";

	if (runbooks.len)
		runbook = arena_fmt(arena, "%.*s%s%s", STR_ARG(runbooks), str_ends(runbooks, STR("/")) ? "" : "/",
				    rule.runbook)
				  .at;
	/* $of is there already */
	out.at[out.len++] = given_else(arena, "summary", rule.summary + sizeof(OF) - 1);
	out.at[out.len++] = given_else(arena, "description", rule.description + sizeof(OF) - 1);
	out.at[out.len++] = given_else(arena, "runbook_url", runbook);
	out.at[out.len++] = given_else(arena, "dashboard", "");
	out.at[out.len++] = given_else(arena, "slo_description", "");
	return out;
}
