#include "exporters/families.h"

#include <assert.h>
#include <math.h>

const char *const axis_labels[AXES] = {
	[AXIS_NONE] = "",
	[AXIS_OWN_WINDOW] = "window",
	[AXIS_WINDOW] = "window",
	[AXIS_BURN_WINDOW] = "window",
	[AXIS_OUTCOME] = "outcome",
	[AXIS_STATE] = "state",
	[AXIS_INFO] = "window, objective, sli, slo_id, slo_group, alerting",
	[AXIS_WAY] = "way, exact",
	[AXIS_POLICY] = "policy",
	[AXIS_ALERT] = "tier, kind, severity, long, short, factor, window, period",
	[AXIS_EACH_WINDOW] = "window",
	[AXIS_CORRECTED_WINDOW] = "window",
	[AXIS_CLOSED_PERIOD] = "window",
	[AXIS_CLOSED_EVENTS] = "window, outcome",
	[AXIS_TIERS] = "alerting, tier, severity, long, short",
};

static double seconds_of(struct instant instant) { return instant.ms ? (double)instant.ms / 1000.0 : (double)NAN; }

static double one(const struct slo_result *result, size_t position)
{
	(void)result;
	(void)position;
	return 1;
}

static double objective(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->slo->objective;
}

static bool is_own_window(size_t position) { return position > SIZE_MAX - SLO_WINDOWS; }

static const struct budget *own_budget(const struct slo_result *result, size_t position)
{
	return &result->budgets[SIZE_MAX - position];
}

static double sli(const struct slo_result *result, size_t position)
{
	return is_own_window(position) ? own_budget(result, position)->sli : result->burn[position].sli;
}

static double coverage(const struct slo_result *result, size_t position)
{
	return is_own_window(position) ? own_budget(result, position)->coverage : result->burn[position].coverage;
}

static double burn_rate(const struct slo_result *result, size_t position) { return result->burn[position].rate; }

static double known(const struct slo_result *result, size_t position) { return own_budget(result, position)->known; }

static double each_consumed(const struct slo_result *result, size_t position)
{
	return own_budget(result, position)->consumed;
}

static double each_remaining(const struct slo_result *result, size_t position)
{
	return own_budget(result, position)->remaining;
}

static double each_begin(const struct slo_result *result, size_t position)
{
	return seconds_of(own_budget(result, position)->from);
}

static double each_end(const struct slo_result *result, size_t position)
{
	return seconds_of(own_budget(result, position)->to);
}

static double raw_sli(const struct slo_result *result, size_t position) { return result->raw[SIZE_MAX - position].sli; }

static double raw_remaining(const struct slo_result *result, size_t position)
{
	return result->raw[SIZE_MAX - position].remaining;
}

static double excluded_seconds(const struct slo_result *result, size_t position)
{
	return own_budget(result, position)->excluded_seconds;
}

static double adjusted_good(const struct slo_result *result, size_t position)
{
	return own_budget(result, position)->adjusted_good;
}

static double adjusted_bad(const struct slo_result *result, size_t position)
{
	return own_budget(result, position)->adjusted_bad;
}

static double excluded_now(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->raw ? result->exclusion != NULL : (double)NAN;
}

/* The last period of that window that was closed, or NULL. */
static const struct period_record *last_closed(const struct slo_result *result, size_t position)
{
	return period_last(result->periods, result->periods_len, result->slo->windows[SIZE_MAX - position].name,
			   (struct instant){INT64_MAX});
}

static double closed_objective(const struct slo_result *result, size_t position)
{
	const struct period_record *last = last_closed(result, position);

	return last ? last->objective : (double)NAN;
}

static double closed_missed(const struct slo_result *result, size_t position)
{
	const struct period_record *last = last_closed(result, position);
	enum period_verdict verdict = last ? period_verdict(last) : PERIOD_UNKNOWN;

	return verdict == PERIOD_UNKNOWN ? (double)NAN : verdict == PERIOD_MISSED;
}

static double closed_events(const struct slo_result *result, size_t position)
{
	bool bad = !is_own_window(position);
	const struct period_record *last = last_closed(result, bad ? position + SLO_WINDOWS : position);

	if (!last)
		return (double)NAN;
	return bad ? fmax(last->counts.bad, 0) : last->counts.total - fmax(last->counts.bad, 0);
}

static double closed_sli(const struct slo_result *result, size_t position)
{
	const struct period_record *last = last_closed(result, position);

	return last ? period_sli(last) : (double)NAN;
}

static double closed_consumed(const struct slo_result *result, size_t position)
{
	const struct period_record *last = last_closed(result, position);

	return last ? period_consumed(last) : (double)NAN;
}

static double closed_coverage(const struct slo_result *result, size_t position)
{
	const struct period_record *last = last_closed(result, position);

	return last ? period_coverage(last) : (double)NAN;
}

static double closed_known(const struct slo_result *result, size_t position)
{
	const struct period_record *last = last_closed(result, position);

	return last ? period_known(last) : (double)NAN;
}

static double closed_begin(const struct slo_result *result, size_t position)
{
	const struct period_record *last = last_closed(result, position);

	return last ? seconds_of(last->begin) : (double)NAN;
}

static double window_events(const struct slo_result *result, size_t position)
{
	return position ? result->budgets->bad : result->budgets->good;
}

static double events_ever(const struct slo_result *result, size_t position)
{
	return position ? result->bad_ever : result->good_ever;
}

static double budget(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->budgets->allowed;
}

static double consumed(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->budgets->consumed;
}

static double remaining(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->budgets->remaining;
}

static double remaining_observed(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->budgets->remaining_observed;
}

static double remaining_events(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->budgets->remaining_events;
}

static double remaining_seconds(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->budgets->remaining_minutes * 60;
}

static double exhaustion(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->budgets->exhaustion_seconds;
}

static double rest_groups(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->rest ? (double)result->rest_groups : (double)NAN;
}

/* 0 for normal; what is unknown has no series. */
static double policy_level(const struct slo_result *result, size_t position)
{
	(void)position;
	return result->level == POLICY_UNKNOWN ? (double)NAN : (double)(result->level - POLICY_NORMAL);
}

static double data_state(const struct slo_result *result, size_t position) { return position == (size_t)result->state; }

static double data_seen(const struct slo_result *result, size_t position)
{
	(void)position;
	return seconds_of(result->data_seen);
}

static double counted_to(const struct slo_result *result, size_t position)
{
	(void)position;
	return seconds_of(result->counted_to);
}

static double alert_firing(const struct slo_result *result, size_t position)
{
	enum alert_phase phase = result->alerts[position].state.phase;

	return phase == ALERT_INACTIVE ? (double)NAN : phase == ALERT_FIRING;
}

/* What has no number of its own is 1, so that there is a series. */
static double alert_value(const struct slo_result *result, size_t position)
{
	const struct alert *alert = &result->alerts[position];

	if (alert->state.phase == ALERT_INACTIVE)
		return (double)NAN;
	return isnan(alert->value) ? 1 : alert->value;
}

/* Of an alert that goes by a number, while that is known. */
static bool has_events(const struct alert *alert)
{
	return alert->state.phase != ALERT_INACTIVE && !isnan(alert->value);
}

static double alert_bad(const struct slo_result *result, size_t position)
{
	const struct alert *alert = &result->alerts[position];

	return has_events(alert) ? alert->bad : (double)NAN;
}

static double alert_events(const struct slo_result *result, size_t position)
{
	const struct alert *alert = &result->alerts[position];

	return has_events(alert) ? alert->total : (double)NAN;
}

static double alert_info(const struct slo_result *result, size_t position)
{
	return result->alerts[position].state.phase == ALERT_FIRING ? 1 : (double)NAN;
}

static double alert_active(const struct slo_result *result, size_t position)
{
	return seconds_of(result->alerts[position].state.active_at);
}

static double tier_factor(const struct slo_result *result, size_t position)
{
	const struct tier *tier = &result->slo->alerting->tiers[position];

	return tier->kind == TIER_BURN ? tier->factor : (double)NAN;
}

#define GAUGE(name, unit, help)                                                                                        \
	{                                                                                                              \
		name, METRIC_GAUGE, unit, help                                                                         \
	}
#define COUNTER(name, unit, help)                                                                                      \
	{                                                                                                              \
		name, METRIC_COUNTER, unit, help                                                                       \
	}

/* clang-format off */
const struct slo_family slo_families[] = {
	{{"wick_slo", METRIC_INFO, NULL, "What the SLO is: its window, its objective as written and the kind of its SLI, its id, the values of its group, and which set of alert tiers it has"}, AXIS_INFO, one},
	{GAUGE("wick_slo_way", NULL, "1 for the way the SLO is counted: from plain samples, or by an expression that the source works out; not exact where events can be missed"), AXIS_WAY, one},
	{GAUGE("wick_slo_objective_ratio", "ratio", "Share of events that the SLO wants to be good"), AXIS_NONE, objective},
	{GAUGE("wick_slo_sli_ratio", "ratio", "Share of events that were good in the window; absent without events"), AXIS_WINDOW, sli},
	{COUNTER("wick_slo_events", "events", "Events counted since the ledger of the SLO began; absent for a composite that weighs equally"), AXIS_OUTCOME, events_ever},
	{GAUGE("wick_slo_window_events", "events", "Events in the SLO's window"), AXIS_OUTCOME, window_events},
	{GAUGE("wick_slo_error_budget_events", "events", "Events that may be bad in the SLO's window"), AXIS_NONE, budget},
	{GAUGE("wick_slo_error_budget_consumed_ratio", "ratio", "Part of the error budget that is spent; above 1 when more than all of it is"), AXIS_NONE, consumed},
	{GAUGE("wick_slo_error_budget_remaining_ratio", "ratio", "Part of the error budget that is left; below 0 when more than all of it is spent"), AXIS_NONE, remaining},
	{GAUGE("wick_slo_error_budget_remaining_observed_ratio", "ratio", "Part of the error budget that is left, judged against the events seen only; differs while a part of the window is unknown"), AXIS_NONE, remaining_observed},
	{GAUGE("wick_slo_error_budget_remaining_events", "events", "Bad events that the rest of the budget allows"), AXIS_NONE, remaining_events},
	{GAUGE("wick_slo_error_budget_remaining_seconds", "seconds", "Time of full outage that the rest of the budget stands for"), AXIS_NONE, remaining_seconds},
	{GAUGE("wick_slo_burn_rate", NULL, "How many times faster than allowed the budget is spent; at 1 it lasts exactly one window"), AXIS_BURN_WINDOW, burn_rate},
	{GAUGE("wick_slo_time_to_exhaustion_seconds", "seconds", "Time until the budget is empty at the burn rate of the last hour; +Inf while it does not burn"), AXIS_NONE, exhaustion},
	{GAUGE("wick_slo_coverage_ratio", "ratio", "Part of the window for which there are data"), AXIS_WINDOW, coverage},
	{GAUGE("wick_slo_known_ratio", "ratio", "Part of the window whose events are known: from data, or from the difference across a hole in them"), AXIS_OWN_WINDOW, known},
	{GAUGE("wick_slo_window_error_budget_consumed_ratio", "ratio", "Part of the error budget of each window that is spent, for SLOs that have several, or one by the calendar"), AXIS_EACH_WINDOW, each_consumed},
	{GAUGE("wick_slo_window_error_budget_remaining_ratio", "ratio", "Part of the error budget of each window that is left, for the same SLOs"), AXIS_EACH_WINDOW, each_remaining},
	{GAUGE("wick_slo_rest_groups", NULL, "Groups that are not shown by themselves, of the one that stands for all of them"), AXIS_NONE, rest_groups},
	{GAUGE("wick_slo_window_begin_timestamp_seconds", "seconds", "Beginning of each window, for the same SLOs"), AXIS_EACH_WINDOW, each_begin},
	{GAUGE("wick_slo_window_end_timestamp_seconds", "seconds", "End of each window; of a calendar window that of the period, which is to come"), AXIS_EACH_WINDOW, each_end},
	{GAUGE("wick_slo_raw_sli_ratio", "ratio", "Share of events that were good in each window as it was counted, for SLOs with exclusions or adjustments"), AXIS_CORRECTED_WINDOW, raw_sli},
	{GAUGE("wick_slo_raw_error_budget_remaining_ratio", "ratio", "Part of the error budget of each window that would be left without exclusions and adjustments"), AXIS_CORRECTED_WINDOW, raw_remaining},
	{GAUGE("wick_slo_excluded_seconds", "seconds", "Time that exclusions take out of each window"), AXIS_CORRECTED_WINDOW, excluded_seconds},
	{GAUGE("wick_slo_adjusted_good_events", "events", "Good events that adjustments add to each window; negative where they take some away"), AXIS_CORRECTED_WINDOW, adjusted_good},
	{GAUGE("wick_slo_adjusted_bad_events", "events", "Bad events that adjustments add to each window; negative where they take some away"), AXIS_CORRECTED_WINDOW, adjusted_bad},
	{GAUGE("wick_slo_excluded", NULL, "1 while an exclusion is in force, 0 while none is, for SLOs with exclusions or adjustments"), AXIS_NONE, excluded_now},
	{GAUGE("wick_slo_closed_period_sli_ratio", "ratio", "Share of good events in the last calendar period that was closed"), AXIS_CLOSED_PERIOD, closed_sli},
	{GAUGE("wick_slo_closed_period_objective_ratio", "ratio", "Objective that the last calendar period that was closed is held to"), AXIS_CLOSED_PERIOD, closed_objective},
	{GAUGE("wick_slo_closed_period_missed", NULL, "1 where the last calendar period that was closed missed its objective, 0 where what is known of it met it; no series where too little of it is known to tell"), AXIS_CLOSED_PERIOD, closed_missed},
	{GAUGE("wick_slo_closed_period_events", "events", "Events in the last calendar period that was closed"), AXIS_CLOSED_EVENTS, closed_events},
	{GAUGE("wick_slo_closed_period_error_budget_consumed_ratio", "ratio", "Part of the error budget that was used in the last calendar period that was closed"), AXIS_CLOSED_PERIOD, closed_consumed},
	{GAUGE("wick_slo_closed_period_coverage_ratio", "ratio", "Part of the last closed calendar period for which there were data"), AXIS_CLOSED_PERIOD, closed_coverage},
	{GAUGE("wick_slo_closed_period_known_ratio", "ratio", "Part of the last closed calendar period whose events are known"), AXIS_CLOSED_PERIOD, closed_known},
	{GAUGE("wick_slo_closed_period_begin_timestamp_seconds", "seconds", "Beginning of the last calendar period that was closed"), AXIS_CLOSED_PERIOD, closed_begin},
	{GAUGE("wick_slo_policy_level", NULL, "Level of the error budget policy that is in force: 0 normal, 1 review, 2 approval, 3 freeze; no series while the budget is not known"), AXIS_POLICY, policy_level},
	{GAUGE("wick_slo_tier_burn_rate", NULL, "Burn rate above which a tier of alerts is true; once for each set of tiers, which wick_slo_info names as alerting"), AXIS_TIERS, tier_factor},
	{GAUGE("wick_slo_alert_firing", NULL, "1 while the alert fires, 0 while it is pending; no series where it is neither"), AXIS_ALERT, alert_firing},
	{GAUGE("wick_slo_alert_value", NULL, "What a pending or firing alert goes by: the burn rate of its long window, the part of the budget that is consumed, or of a closed period was used, or the seconds until it is empty; 1 where it goes by no number"), AXIS_ALERT, alert_value},
	{GAUGE("wick_slo_alert_events", NULL, "Events that a pending or firing alert goes by: of its long window, of the SLO's where it has none, of a closed period; no series while they are not known"), AXIS_ALERT, alert_events},
	{GAUGE("wick_slo_alert_bad_events", NULL, "The bad ones of these"), AXIS_ALERT, alert_bad},
	{{"wick_slo_alert", METRIC_INFO, NULL, "What the definitions say of an alert that fires: its annotations, runbook_url and slo_description, each as a label with annotation_ before its name"}, AXIS_ALERT, alert_info},
	{GAUGE("wick_slo_alert_active_timestamp_seconds", "seconds", "When a pending or firing alert became true"), AXIS_ALERT, alert_active},
	{GAUGE("wick_slo_data_state", NULL, "1 for the state that the SLO's data are in, 0 for the others"), AXIS_STATE, data_state},
	{GAUGE("wick_slo_data_timestamp_seconds", "seconds", "End of the last step for which there were data"), AXIS_NONE, data_seen},
	{GAUGE("wick_slo_counted_timestamp_seconds", "seconds", "End of the last step that was counted"), AXIS_NONE, counted_to},
};
const size_t slo_families_len = sizeof(slo_families) / sizeof(*slo_families);

#define AT(field) offsetof(struct health, field), NULL, false
#define OF_SOURCE(field) offsetof(struct health_source, field), NULL, true
#define OUTCOME(field, outcome) offsetof(struct health_source, field), outcome, true
#define WEBHOOKS(which, outcome) offsetof(struct health, webhooks) + (which) * sizeof(uint64_t), outcome, false

const struct health_family health_families[] = {
	{{"wick_build", METRIC_INFO, NULL, "The version that runs"}, HEALTH_VERSION, AT(version)},
	{GAUGE("wick_ready", NULL, "1 once every ledger whose source answers was caught up since the start, while a source answers"), HEALTH_BOOL, AT(ready)},
	{GAUGE("wick_slos", NULL, "SLOs that are defined"), HEALTH_SIZE, AT(slos)},
	{GAUGE("wick_groups", NULL, "Groups of SLOs that have a ledger"), HEALTH_SIZE, AT(groups)},
	{GAUGE("wick_series", NULL, "Series whose last sample is remembered, for SLOs that are counted by sample"), HEALTH_SIZE, AT(series)},
	{GAUGE("wick_series_idle", NULL, "Series among these that a shared question catches and no SLO wants"), HEALTH_SIZE, AT(series_idle)},
	{GAUGE("wick_groups_dropped", NULL, "Groups left out by the limit of their groupBy"), HEALTH_SIZE, AT(groups_dropped)},
	{GAUGE("wick_groups_hidden", NULL, "Groups that are counted and not shown by themselves, since their SLO shows a top of them"), HEALTH_SIZE, AT(groups_hidden)},

	{COUNTER("wick_cycles", NULL, "Cycles: one evaluation of everything each"), HEALTH_COUNT, AT(cycles)},
	{COUNTER("wick_cycles_failed", NULL, "Cycles in which something could not be counted; the next one catches up"), HEALTH_COUNT, AT(cycles_failed)},
	{COUNTER("wick_cycle_seconds", "seconds", "Time spent in cycles"), HEALTH_NUMBER, AT(cycle_seconds_total)},
	{GAUGE("wick_step_seconds", "seconds", "The grid's step: a cycle must not take longer"), HEALTH_NUMBER, AT(step_seconds)},
	{GAUGE("wick_cycle_last_seconds", "seconds", "Duration of the last cycle"), HEALTH_NUMBER, AT(cycle_seconds)},
	{COUNTER("wick_steps_counted", NULL, "Grid steps counted, live and read back"), HEALTH_COUNT, AT(steps_counted)},
	{GAUGE("wick_counted_timestamp_seconds", "seconds", "End of the newest step that every live SLO has"), HEALTH_INSTANT, AT(counted_to)},
	{GAUGE("wick_behind_seconds", "seconds", "How far counting is behind the newest step that it could have; 0 while up to date"), HEALTH_NUMBER, AT(behind_seconds)},

	{GAUGE("wick_source_up", NULL, "1 while the source answered the last questions to count; sources without SLOs have no series"), HEALTH_BOOL, OF_SOURCE(up)},
	{GAUGE("wick_source_slos", NULL, "SLOs that are counted at the source"), HEALTH_SIZE, OF_SOURCE(slos)},
	{GAUGE("wick_source_behind_seconds", "seconds", "How far counting is behind at the source; 0 while up to date"), HEALTH_NUMBER, OF_SOURCE(behind_seconds)},
	{COUNTER("wick_source_requests", NULL, "HTTP requests to the source, repeated ones too"), HEALTH_COUNT, OF_SOURCE(requests)},
	{COUNTER("wick_source_retries", NULL, "Requests that repeated an earlier one"), HEALTH_COUNT, OF_SOURCE(retries)},
	{COUNTER("wick_source_asks", NULL, "Questions by how they ended"), HEALTH_COUNT, OUTCOME(asks_ok, "ok")},
	{COUNTER("wick_source_asks", NULL, "Questions by how they ended"), HEALTH_COUNT, OUTCOME(asks_refused, "refused")},
	{COUNTER("wick_source_asks", NULL, "Questions by how they ended"), HEALTH_COUNT, OUTCOME(asks_unavailable, "unavailable")},
	{COUNTER("wick_source_asks", NULL, "Questions by how they ended"), HEALTH_COUNT, OUTCOME(asks_too_large, "too_large")},
	{COUNTER("wick_source_seconds", "seconds", "Time that questions took"), HEALTH_NUMBER, OF_SOURCE(seconds_total)},
	{COUNTER("wick_source_received_bytes", "bytes", "Bytes of answers"), HEALTH_COUNT, OF_SOURCE(bytes)},
	{COUNTER("wick_source_series", NULL, "Series in answers"), HEALTH_COUNT, OF_SOURCE(series)},
	{COUNTER("wick_source_samples", NULL, "Samples in answers"), HEALTH_COUNT, OF_SOURCE(samples)},
	{COUNTER("wick_source_warnings", NULL, "Warnings that came with answers"), HEALTH_COUNT, OF_SOURCE(warnings)},

	{GAUGE("wick_backfill_slos", NULL, "SLOs whose history is still being read back"), HEALTH_SIZE, AT(backfill_slos)},
	{GAUGE("wick_backfill_done_ratio", "ratio", "Part of their steps that is read back; absent while there is nothing to read back"), HEALTH_NUMBER, AT(backfill_done_ratio)},
	{COUNTER("wick_backfill_steps", NULL, "Grid steps read back"), HEALTH_COUNT, AT(backfill_steps)},

	{COUNTER("wick_count_births", NULL, "Series born between two steps whose first value was counted"), HEALTH_COUNT, AT(births_counted)},
	{COUNTER("wick_count_births_unknown", NULL, "New series without evidence that they began at 0; their first value was not counted"), HEALTH_COUNT, AT(births_unknown)},
	{COUNTER("wick_count_resets", NULL, "Counters that fell and were counted from 0 again"), HEALTH_COUNT, AT(resets_counted)},
	{COUNTER("wick_count_holes_bridged", NULL, "Holes in the data that were bridged by one difference"), HEALTH_COUNT, AT(holes_bridged)},
	{COUNTER("wick_count_events_dropped", NULL, "Events that came to light for steps that their ledger had forgotten"), HEALTH_COUNT, AT(events_dropped)},

	{GAUGE("wick_definition_files", NULL, "Definition files"), HEALTH_SIZE, AT(files)},
	{GAUGE("wick_definition_files_broken", NULL, "Definition files that are not served as they stand on disk"), HEALTH_SIZE, AT(files_broken)},
	{GAUGE("wick_definition_file_broken", NULL, "1 for each file that is not served as it stands on disk"), HEALTH_BROKEN, AT(broken)},
	{GAUGE("wick_definition_file_kept", NULL, "For each broken file: 1 where its last good version is in use"), HEALTH_KEPT, AT(broken)},
	{GAUGE("wick_config_last_reload_successful", NULL, "1 where the last reload found nothing wrong"), HEALTH_BOOL, AT(reload_ok)},
	{GAUGE("wick_config_last_reload_success_timestamp_seconds", "seconds", "When a reload last succeeded"), HEALTH_INSTANT, AT(reload_at)},
	{COUNTER("wick_config_reloads", NULL, "Reloads"), HEALTH_COUNT, AT(reloads)},
	{COUNTER("wick_config_reloads_failed", NULL, "Reloads that found something wrong"), HEALTH_COUNT, AT(reloads_failed)},

	{GAUGE("wick_alertmanager_up", NULL, "1 while the Alertmanager took what was sent to it last"), HEALTH_PAGER_UP, AT(pagers)},
	{COUNTER("wick_alertmanager_posts", NULL, "Posts of alerts to the Alertmanager, those that failed too"), HEALTH_PAGER_POSTS, AT(pagers)},
	{COUNTER("wick_alertmanager_posts_failed", NULL, "Posts of alerts that the Alertmanager did not take"), HEALTH_PAGER_FAILED, AT(pagers)},
	{GAUGE("wick_alertmanager_sent_timestamp_seconds", "seconds", "When the Alertmanager last took what was sent to it"), HEALTH_PAGER_SENT, AT(pagers)},

	{GAUGE("wick_silences", NULL, "Silences of Alertmanagers that are in force as exclusions; absent while they are not imported"), HEALTH_NUMBER, AT(silences)},
	{GAUGE("wick_silences_not_imported", NULL, "Silences that are no exclusions since they are about alerts, or cannot be; absent while they are not imported"), HEALTH_NUMBER, AT(silences_refused)},
	{GAUGE("wick_silences_up", NULL, "1 while the Alertmanager told its silences when it was asked last"), HEALTH_TELLER_UP, AT(tellers)},
	{GAUGE("wick_silences_answered_timestamp_seconds", "seconds", "When the Alertmanager last told its silences"), HEALTH_TELLER_ANSWERED, AT(tellers)},

	{COUNTER("wick_webhooks", NULL, "Webhooks that came, by what became of them"), HEALTH_COUNT, WEBHOOKS(WEBHOOK_TAKEN, "taken")},
	{COUNTER("wick_webhooks", NULL, "Webhooks that came, by what became of them"), HEALTH_COUNT, WEBHOOKS(WEBHOOK_IGNORED, "ignored")},
	{COUNTER("wick_webhooks", NULL, "Webhooks that came, by what became of them"), HEALTH_COUNT, WEBHOOKS(WEBHOOK_REPEATED, "repeated")},
	{COUNTER("wick_webhooks", NULL, "Webhooks that came, by what became of them"), HEALTH_COUNT, WEBHOOKS(WEBHOOK_BROKEN, "broken")},
	{COUNTER("wick_webhooks", NULL, "Webhooks that came, by what became of them"), HEALTH_COUNT, WEBHOOKS(WEBHOOK_FORGED, "forged")},
	{COUNTER("wick_webhooks", NULL, "Webhooks that came, by what became of them"), HEALTH_COUNT, WEBHOOKS(WEBHOOK_REFUSED, "refused")},

	{GAUGE("wick_store_up", NULL, "1 while ledgers can be written to disk"), HEALTH_BOOL, AT(store_ok)},
	{GAUGE("wick_store_size_bytes", "bytes", "Size of the store on disk"), HEALTH_INTEGER, AT(store_bytes)},
	{GAUGE("wick_ledger_memory_bytes", "bytes", "Memory of all ledgers"), HEALTH_SIZE, AT(ledger_bytes)},
	{COUNTER("wick_store_commits", NULL, "Writes to the store"), HEALTH_COUNT, AT(store_commits)},
	{COUNTER("wick_store_commits_failed", NULL, "Writes to the store that failed"), HEALTH_COUNT, AT(store_commits_failed)},

	{GAUGE("wick_exposition_conflicts", NULL, "Results left out of this page since their labels equal another's"), HEALTH_CONFLICTS, AT(version)},

	{COUNTER("process_cpu_seconds", "seconds", "Processor time that the process used"), HEALTH_NUMBER, AT(cpu_seconds)},
	{GAUGE("process_resident_memory_bytes", "bytes", "Memory of the process"), HEALTH_INTEGER, AT(resident_bytes)},
	{GAUGE("process_start_time_seconds", "seconds", "When the process began"), HEALTH_INSTANT, AT(started_at)},
};
/* clang-format on */
const size_t health_families_len = sizeof(health_families) / sizeof(*health_families);

double health_value(const void *from, const struct health_family *row)
{
	const char *field = (const char *)from + row->offset;

	switch (row->kind) {
	case HEALTH_BOOL:
		return *(const bool *)field;
	case HEALTH_COUNT:
		return (double)*(const uint64_t *)(const void *)field;
	case HEALTH_SIZE:
		return (double)*(const size_t *)(const void *)field;
	case HEALTH_INTEGER:
		return (double)*(const int64_t *)(const void *)field;
	case HEALTH_NUMBER:
		return *(const double *)(const void *)field;
	case HEALTH_INSTANT:
		return seconds_of(*(const struct instant *)(const void *)field);
	case HEALTH_VERSION:
	case HEALTH_BROKEN:
	case HEALTH_KEPT:
	case HEALTH_PAGER_UP:
	case HEALTH_PAGER_POSTS:
	case HEALTH_PAGER_FAILED:
	case HEALTH_PAGER_SENT:
	case HEALTH_TELLER_UP:
	case HEALTH_TELLER_ANSWERED:
	case HEALTH_CONFLICTS:
		break;
	}
	assert(!"a kind without one number");
	return (double)NAN;
}
