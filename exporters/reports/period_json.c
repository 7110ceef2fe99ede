/* A period's report for programs: JSON. */
#include "exporters/delivery/shown.h"
#include "exporters/reports/period_parts.h"

#include <math.h>

static void key_bool(struct json_writer *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}

static void key_count(struct json_writer *json, const char *key, size_t count)
{
	json_key(json, key);
	json_int(json, (int64_t)count);
}

static void key_name(struct json_writer *json, const char *key, const char *name)
{
	json_key(json, key);
	if (name)
		json_cstr(json, name);
	else
		json_null(json);
}

static void key_group(struct json_writer *json, struct labels group)
{
	json_key(json, "group");
	json_object(json);
	for (size_t i = 0; i < group.len; i++) {
		json_key_str(json, group.at[i].name);
		json_str(json, group.at[i].value);
	}
	json_object_end(json);
}

static void key_met(struct json_writer *json, const struct report_numbers *numbers)
{
	enum period_verdict verdict = report_verdict(numbers);

	json_key(json, "met");
	if (verdict == PERIOD_UNKNOWN)
		json_null(json);
	else
		json_bool(json, verdict == PERIOD_MET);
}

/* What was kept when the period was closed. */
static void key_record(struct json_writer *json, const struct period_record *record)
{
	const struct report_numbers kept = {.origin = ORIGIN_RECORD, .record = *record};

	json_key(json, "record");
	json_object(json);
	json_key_num(json, "objective", record->objective);
	key_met(json, &kept);
	json_key_num(json, "sli", period_sli(record));
	json_key_num(json, "bad", record->counts.bad);
	json_key_num(json, "total", record->counts.total);
	json_key_num(json, "budget_consumed", period_consumed(record));
	json_key_num(json, "known", period_known(record));
	json_key_instant(json, "closed_at", record->closed_at);
	json_object_end(json);
}

/* As the API has closed periods; null for what is not known. */
static void put_numbers(struct json_writer *json, const struct report_numbers *numbers, const struct slo *slo)
{
	const struct period_record *record = &numbers->record;
	bool known = numbers->origin != ORIGIN_NONE;
	double none = (double)NAN, consumed = known ? period_consumed(record) : none;

	key_name(json, "numbers_from", known ? report_origin_names[numbers->origin] : NULL);
	if (!known)
		json_key_text(json, "reason", numbers->reason);
	json_key_num(json, "objective", known ? record->objective : slo->objective);
	key_met(json, numbers);
	json_key_num(json, "sli", known ? period_sli(record) : none);
	json_key_num(json, "good", known ? record->counts.total - record->counts.bad : none);
	json_key_num(json, "bad", known ? record->counts.bad : none);
	json_key_num(json, "total", known ? record->counts.total : none);
	json_key_num(json, "budget", known ? period_allowed(record) : none);
	json_key_num(json, "budget_consumed", consumed);
	json_key_num(json, "budget_remaining", 1 - consumed);
	json_key_num(json, "coverage", known ? period_coverage(record) : 0);
	json_key_num(json, "known", known ? period_known(record) : 0);
	if (!known)
		return;
	key_bool(json, "interpolated", numbers->interpolated);
	if (numbers->origin == ORIGIN_RECORD)
		json_key_instant(json, "closed_at", record->closed_at);
	if (numbers->closed)
		key_record(json, numbers->closed);
	if (!period_corrected(record))
		return;
	json_key_num(json, "excluded_steps", record->excluded_steps);
	json_key_num(json, "adjusted_good", record->adjusted_good);
	json_key_num(json, "adjusted_bad", record->adjusted_bad);
	json_key(json, "raw");
	json_object(json);
	json_key_num(json, "good", record->counted.total - record->counted.bad);
	json_key_num(json, "bad", record->counted.bad);
	json_key_num(json, "total", record->counted.total);
	json_object_end(json);
}

static void key_policy(struct json_writer *json, const struct report_slo *slo)
{
	const struct policy *policy = slo->slo->policy;

	json_key(json, "policy");
	if (!policy) {
		json_null(json);
		return;
	}
	json_object(json);
	json_key_text(json, "name", policy->name);
	key_name(json, "level", slo->level == POLICY_UNKNOWN ? NULL : policy_level_names[slo->level]);
	json_key_text(json, "agreed", policy->steps[slo->level].agreed);
	json_object_end(json);
}

static void key_incidents(struct json_writer *json, const struct report_slo *slo)
{
	key_name(json, "incidents_from", slo->watch == WATCH_NONE ? NULL : report_watch_names[slo->watch]);
	json_key_instant(json, "incidents_since", slo->watch_since);
	json_key(json, "incidents");
	json_array(json);
	for (size_t i = 0; i < slo->incidents_len; i++) {
		const struct report_incident *incident = &slo->incidents[i];

		json_object(json);
		json_key_text(json, "alerts", incident->tiers);
		json_key_instant(json, "from", incident->begin);
		json_key_instant(json, "to", incident->end);
		json_key_num(json, "seconds", (double)(incident->end.ms - incident->begin.ms) / SPAN_SECOND);
		key_bool(json, "began_before", incident->before);
		key_bool(json, "open", incident->open);
		json_key_num(json, "bad", incident->bad);
		json_key_num(json, "budget_cost", incident->cost);
		key_bool(json, "interpolated", incident->interpolated);
		key_bool(json, "partial", incident->partial);
		json_object_end(json);
	}
	json_array_end(json);
}

static void key_corrections(struct json_writer *json, const struct report_slo *slo)
{
	json_key(json, "corrections");
	json_array(json);
	for (size_t i = 0; i < slo->corrections_len; i++) {
		const struct report_correction *one = &slo->corrections[i];

		json_object(json);
		json_key_text(json, "kind", str_of(correction_kind_names[one->kind]));
		json_key_text(json, "when", one->when);
		json_key_text(json, "amount", one->amount);
		json_key_text(json, "reason", one->reason);
		json_key_text(json, "author", one->author);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_slo(struct json_writer *json, const struct report_slo *slo)
{
	json_object(json);
	json_key_text(json, "id", slo->slo->id);
	json_key_text(json, "slo", slo->slo->name);
	key_group(json, slo->group);
	json_key_text(json, "display_name", slo->slo->display_name);
	json_key_text(json, "description", slo->slo->description.at ? slo->slo->description : STR(""));
	key_bool(json, "per_step", slo_per_step(slo->slo));
	put_numbers(json, &slo->now, slo->slo);
	json_key(json, "before");
	json_object(json);
	put_numbers(json, &slo->before, slo->slo);
	json_object_end(json);
	key_policy(json, slo);
	key_incidents(json, slo);
	key_corrections(json, slo);
	json_object_end(json);
}

static void key_known(struct json_writer *json, const char *key, bool known, size_t count)
{
	json_key(json, key);
	if (known)
		json_int(json, (int64_t)count);
	else
		json_null(json);
}

static void put_metrics(struct json_writer *json, const char *key, const struct dora_metrics *metrics, bool known)
{
	json_key(json, key);
	if (!known) {
		json_null(json);
		return;
	}
	json_object(json);
	key_known(json, "deployments", !metrics->unknown.deployments, metrics->deployments);
	key_count(json, "attempts", dora_attempts(metrics));
	json_key_num(json, "deployments_per_day", metrics->deployments_per_day);
	json_key_num(json, "lead_time_p50_seconds", dora_quantile(&metrics->lead, 0));
	json_key_num(json, "lead_time_p75_seconds", dora_quantile(&metrics->lead, 1));
	json_key_num(json, "lead_time_p90_seconds", dora_quantile(&metrics->lead, 2));
	key_known(json, "failed", !metrics->unknown.failures, metrics->failed);
	json_key_num(json, "change_failure_ratio", metrics->change_failure_ratio);
	json_key_num(json, "recovery_p50_seconds", dora_quantile(&metrics->recovery, 0));
	json_key_num(json, "rework_ratio", metrics->rework_ratio);
	json_object_end(json);
}

static void put_delivery(struct json_writer *json, const struct report_delivery *delivery)
{
	json_object(json);
	json_key_text(json, "environment", delivery->environment);
	json_key_text(json, "repository", delivery->repository);
	if (!delivery->now_known)
		json_key_text(json, "reason", delivery->reason);
	put_metrics(json, "now", &delivery->now, delivery->now_known);
	put_metrics(json, "before", &delivery->before, delivery->before_known);
	json_object_end(json);
}

static void put_service(struct json_writer *json, const struct report_service *service)
{
	json_object(json);
	json_key_text(json, "namespace", service->namespace_);
	json_key_text(json, "service", service->name);
	json_key(json, "slos");
	json_array(json);
	for (size_t i = 0; i < service->slos_len; i++)
		put_slo(json, &service->slos[i]);
	json_array_end(json);
	json_key(json, "deliveries");
	json_array(json);
	for (size_t i = 0; i < service->deliveries_len; i++)
		put_delivery(json, &service->deliveries[i]);
	json_array_end(json);
	if (service->narrative.len)
		json_key_text(json, "narrative", service->narrative);
	json_object_end(json);
}

static void put_period(struct json_writer *json, const struct period_report *report)
{
	json_key_text(json, "period", report->name);
	json_key_text(json, "period_before", report->before);
	json_key_text(json, "time_zone", report->zone);
	json_key_instant(json, "from", report->period.begin);
	json_key_instant(json, "to", report->period.end);
}

static void key_counts(struct json_writer *json, const char *key, const char *const *names, const size_t *counts,
		       size_t len)
{
	json_key(json, key);
	json_object(json);
	for (size_t i = 0; i < len; i++)
		key_count(json, names[i], counts[i]);
	json_object_end(json);
}

static void key_sum(struct json_writer *json, const struct report_sum *sum)
{
	json_key(json, "summary");
	json_object(json);
	key_count(json, "services", sum->services);
	key_count(json, "budgets", sum->budgets);
	key_count(json, "met", sum->met);
	key_count(json, "met_of_known", sum->met_of_known);
	key_count(json, "missed", sum->missed);
	key_count(json, "unknown", sum->unknown);
	key_counts(json, "numbers_from", report_origin_names, sum->origins, REPORT_ORIGINS);
	key_count(json, "partial", sum->partial);
	key_count(json, "corrected", sum->corrected);
	key_counts(json, "policy_levels", policy_level_names, sum->levels, POLICY_LEVELS);
	key_count(json, "incidents", sum->incidents);
	key_count(json, "incidents_open", sum->open);
	json_key_num(json, "incident_seconds", sum->incident_seconds);
	key_count(json, "budgets_unwatched", sum->unwatched);
	key_count(json, "environments", sum->environments);
	key_count(json, "environments_unknown", sum->environments_unknown);
	key_count(json, "deployments", sum->deployments);
	key_count(json, "failed_deployments", sum->failed);
	key_count(json, "failures_unknown", sum->failures_unknown);
	json_object_end(json);
}

static void key_changes(struct json_writer *json, const struct period_report *report)
{
	json_key(json, "changes");
	json_array(json);
	for (size_t i = 0; i < report->changes_len; i++) {
		const struct audit_entry *entry = &report->changes[i];
		const struct correction_line *line = audit_subject(entry);

		json_object(json);
		json_key_instant(json, "at", entry->at);
		json_key_text(json, "change", str_of(audit_change_names[entry->change]));
		json_key_text(json, "kind", str_of(correction_kind_names[line->kind]));
		json_key_text(json, "scope", line->scope);
		json_key_text(json, "when", line->when);
		json_key_text(json, "amount", line->amount);
		json_key_text(json, "reason", line->reason);
		json_key_text(json, "author", line->author);
		json_object_end(json);
	}
	json_array_end(json);
}

void period_json_write(struct buf *out, const struct period_report *report)
{
	struct json_writer json;

	json_begin(&json, out, true);
	json_object(&json);
	put_period(&json, report);
	json_key_instant(&json, "made_at", report->made_at);
	key_sum(&json, &report->sum);
	json_key(&json, "services");
	json_array(&json);
	for (size_t i = 0; i < report->len && !out->full; i++)
		put_service(&json, &report->services[i]);
	json_array_end(&json);
	key_changes(&json, report);
	if (report->narrator.len)
		json_key_text(&json, "narrator", report->narrator);
	json_object_end(&json);
	buf_char(out, '\n');
}
