#include "exporters/alerting/rules.h"

#include "exporters/alerting/names.h"
#include "exporters/alerting/packs.h"

/* The rule for one kind of alert tier: the series say which SLO and tier it is, and how severe. */
struct tier_rule {
	const char *summary, *description;
};

/* Which SLO an alert is about. */
#define SLO "{{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.service }}/{{ $labels.slo }}"
/* One number of the SLO; of one with groups the least. */
#define LEAST_OF(metric)                                                                                               \
	"with printf \"min(" metric "{service=%q,slo=%q,namespace=%q})\" $labels.service $labels.slo "                 \
	"$labels.namespace | query"
#define LEFT                                                                                                           \
	"{{ " LEAST_OF(                                                                                                \
		"wick_slo_error_budget_remaining_ratio") " }}{{ . | first | value | humanizePercentage }} of the "     \
							 "error budget is left. {{ end }}"
#define EMPTY_IN                                                                                                       \
	"{{ " LEAST_OF(                                                                                                \
		"wick_slo_time_to_exhaustion_seconds") " }}{{ with . | first | value }}{{ if lt . 1e9 }}As it burns "  \
						       "now, it is empty in {{ . | humanizeDuration }}.{{ end }}{{ end }}{{ end }}"

static const struct tier_rule tier_rules[TIER_KINDS] = {
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

static const struct rule health_rules[] = {
	{"Watchdog", "vector(1)", NULL, "none", "watchdog", "Alerts get through",
	 "This alert always fires. Whoever receives it should miss it when it does not come."},
	{"WickDown", "up{$job} == 0 or absent(up{$job})", "5m", "page", "wick-down", "wick is down",
	 "Nothing counts error budgets, and no alert about them is sent. What is missed is counted once wick is back."},
	{"WickBehind", "wick_behind_seconds{$job} > 300", "5m", "page", "wick-behind",
	 "wick is {{ $value | humanizeDuration }} behind", "Alerts about error budgets come late by as much."},
	{"WickSourceDown", "wick_source_up{$job} == 0", "5m", "page", "wick-source-down",
	 "wick's source does not answer", "Nothing is counted until it does; then it is counted afterwards."},
	{"WickNotStored", "wick_store_up{$job} == 0", "5m", "page", "wick-not-stored", "wick cannot write to its store",
	 "Nothing is counted that cannot be written down. Is the disk full?"},
	{"WickAlertmanagerDown", "wick_alertmanager_up{$job} == 0", "5m", "ticket", "wick-alertmanager-down",
	 "An Alertmanager does not take alerts from wick",
	 "{{ $labels.url }} refuses them or does not answer; wick tries again, and its log says why."},
	{"WickReloadFailed", "wick_config_last_reload_successful{$job} == 0", "15m", "ticket", "wick-reload-failed",
	 "wick's definitions are not taken up as they stand",
	 "A file is broken, and its last good version is in use. 'wick check' says what is wrong."},
	{"WickCycleTooLong", "wick_cycle_last_seconds{$job} > 45", "15m", "ticket", "wick-cycle-too-long",
	 "wick's cycle takes {{ $value | humanizeDuration }}",
	 "There is too much to do for one step, or the source is slow."},
	{"WickEventsDropped", "increase(wick_count_events_dropped_total{$job}[1h]) > 0", NULL, "ticket",
	 "wick-events-dropped", "wick has dropped events",
	 "{{ $value | humanize }} events came to light later than their ledgers remember."},
	{"WickGroupsDropped", "wick_groups_dropped{$job} > 0", "15m", "ticket", "wick-groups-dropped",
	 "wick leaves {{ $value }} groups out", "The limit of a groupBy is reached; the log says of which SLO."},
};
enum { HEALTH_RULES = sizeof(health_rules) / sizeof(*health_rules) };

static void put_tier_rule(struct rule_file *file, enum tier_kind kind)
{
	struct buf expr, runbook; /* the SLO's own runbook */

	buf_init(&expr, file->out->ceiling);
	buf_init(&runbook, file->out->ceiling);
	buf_fmt(&expr, "wick_slo_alert_value{kind=\"%s\"} and wick_slo_alert_firing == 1", tier_kind_names[kind]);
	buf_fmt(&runbook, "%s/" SLO, alert_runbooks[kind]);
	rule_file_rule(file, &(struct rule){.name = alert_names[kind],
					    .expr = expr.at,
					    .runbook = runbook.at,
					    .summary = tier_rules[kind].summary,
					    .description = tier_rules[kind].description});
	buf_release(&expr);
	buf_release(&runbook);
}

static void put_own(struct rule_file *file)
{
	if (!file->options->health_only)
		rule_file_group(file, "wick-slos", NULL);
	for (size_t kind = 0; kind < TIER_KINDS && !file->options->health_only; kind++)
		put_tier_rule(file, (enum tier_kind)kind);
	rule_file_group(file, "wick", NULL);
	for (size_t i = 0; i < HEALTH_RULES; i++)
		rule_file_rule(file, &health_rules[i]);
}

static void put_packs(struct rule_file *file)
{
	for (const struct pack_group *group = pack_groups; group->rules; group++)
		if (group->packs & file->options->packs) {
			file->pack = group->label;
			rule_file_group(file, group->name, group->interval);
			for (const struct rule *rule = group->rules; rule->name; rule++)
				rule_file_rule(file, rule);
		}
}

bool rules_write(struct buf *out, const struct rules_options *options)
{
	struct rule_file file;

	rule_file_begin(&file, out, options);
	if (options->packs)
		put_packs(&file);
	else
		put_own(&file);
	return !out->full;
}
