#include "exporters/alerting/rules.h"

#include "exporters/alerting/own_alerts.h"
#include "exporters/alerting/packs.h"
#include "exporters/alerting/sloth_names.h"
#include "exporters/alerting/tier_rules.h"

static const struct rule health_rules[] = {
	{"Watchdog", "vector(1)", NULL, "none", "watchdog", "Alerts get through",
	 "This alert always fires. Whoever receives it should miss it when it does not come."},
	{"WickDown", "up{$job} == 0 or absent(up{$job})", "5m", "page", "wick-down", "wick is down",
	 "Nothing counts error budgets, and no alert about them is sent. What is missed is counted once wick is back."},
	{"WickBehind", "wick_behind_seconds{$job} > 300", "5m", "page", "wick-behind",
	 "wick is {{ $value | humanizeDuration }} behind", "Alerts about error budgets come late by as much."},
	{"WickSourceDown", "wick_source_up{$job} == 0", "5m", "page", "wick-source-down",
	 "wick's source does not answer",
	 "Nothing is counted at the source '{{ $labels.source }}' until it does; then it is counted afterwards."},
	{"WickNotStored", "wick_store_up{$job} == 0", "5m", "page", "wick-not-stored", "wick cannot write to its store",
	 "Nothing is counted that cannot be written down. Is the disk full?"},
	{"WickAlertmanagerDown", "wick_alertmanager_up{$job} == 0", "5m", "ticket", "wick-alertmanager-down",
	 "An Alertmanager does not take alerts from wick",
	 "{{ $labels.url }} refuses them or does not answer; wick tries again, and its log says why."},
	{"WickReloadFailed", "wick_config_last_reload_successful{$job} == 0", "15m", "ticket", "wick-reload-failed",
	 "wick's definitions are not taken up as they stand",
	 "A file is broken, and its last good version is in use. 'wick check' says what is wrong."},
	{"WickGithubDown", "wick_github_up{$job} == 0 or wick_github_permission_missing{$job} == 1", "30m", "ticket",
	 "wick-github-down", "GitHub does not tell wick what was deployed",
	 "{{ $labels.host }} does not answer, or refuses: the delivery metrics are of the past. wick's status says why."},
	{"WickCycleTooLong", "wick_cycle_last_seconds{$job} > 0.75 * wick_step_seconds{$job}", "15m", "ticket",
	 "wick-cycle-too-long", "wick's cycle takes {{ $value | humanizeDuration }}",
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
	struct rule_more more = {0};
	struct arena arena;
	struct rule rule;

	arena_init(&arena);
	rule = tier_rule(&arena, kind);
	rule.expr = arena_fmt(&arena, "%s{kind=\"%s\"}", tier_memory.name, tier_kind_names[kind]).at;
	more.annotations = tier_annotations(&arena, kind, file->options->runbooks);
	rule_file_rule_with(file, &rule, &more);
	arena_release(&arena);
}

/* The daemon's usual windows, and those that SLOs usually have: where there is no such series, nothing is recorded. */
static void put_sloth_names(struct rule_file *file)
{
	static const struct span windows[] = {{5 * SPAN_MINUTE}, {30 * SPAN_MINUTE}, {SPAN_HOUR},   {2 * SPAN_HOUR},
					      {6 * SPAN_HOUR},   {SPAN_DAY},         {3 * SPAN_DAY}};
	static const struct span slo_windows[] = {{7 * SPAN_DAY}, {28 * SPAN_DAY}, {30 * SPAN_DAY}, {90 * SPAN_DAY}};

	rule_file_group(file, "wick-sloth-names", NULL);
	sloth_names_write(file, windows, sizeof(windows) / sizeof(*windows), slo_windows,
			  sizeof(slo_windows) / sizeof(*slo_windows));
}

static void put_own(struct rule_file *file)
{
	if (!file->options->health_only) {
		rule_file_group(file, "wick-slos", NULL);
		rule_file_rule(file, &tier_memory);
	}
	for (size_t kind = 0; kind < TIER_KINDS && !file->options->health_only; kind++)
		put_tier_rule(file, (enum tier_kind)kind);
	if (file->options->sloth)
		put_sloth_names(file);
	rule_file_group(file, "wick", NULL);
	/* a wick that posts to Alertmanager says these by itself */
	for (size_t i = 0; i < HEALTH_RULES; i++)
		if (!file->options->health_only || !own_alert_named(health_rules[i].name))
			rule_file_rule(file, &health_rules[i]);
}

static void put_packs(struct rule_file *file)
{
	for (const struct pack_group *group = pack_groups; group->rules; group++)
		if (group->packs & file->options->packs) {
			file->pack = group->label;
			file->hosts = group->packs != PACK_DELIVERY;
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
