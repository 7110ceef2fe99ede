#include "exporters/reports/findings.h"

#include "exporters/delivery/shown.h"
#include "format/json_write.h"

#include <math.h>

static void key_count(struct json_writer *json, const char *key, size_t count)
{
	json_key(json, key);
	json_int(json, (int64_t)count);
}

static void key_known(struct json_writer *json, const char *key, double number)
{
	if (isfinite(number))
		json_key_num(json, key, number);
}

static const char *verdict_of(const struct report_numbers *numbers)
{
	static const char *const texts[] = {
		[PERIOD_UNKNOWN] = "not known", [PERIOD_MET] = "met", [PERIOD_MISSED] = "missed"};

	enum period_verdict verdict = report_verdict(numbers);

	return verdict == PERIOD_MET && report_partial(numbers) ? "met in the part that is known" : texts[verdict];
}

static void put_budget(struct json_writer *json, const struct report_numbers *numbers)
{
	const struct period_record *record = &numbers->record;

	json_key_text(json, "objective_was", str_of(verdict_of(numbers)));
	if (numbers->origin == ORIGIN_NONE)
		return;
	json_key_num(json, "objective", record->objective);
	key_known(json, "sli", period_sli(record));
	json_key_num(json, "bad", record->counts.bad);
	json_key_num(json, "total", record->counts.total);
	key_known(json, "budget_consumed", period_consumed(record));
	if (period_consumed(record) <= 1) /* of less than nothing the sign would be lost in words */
		key_known(json, "budget_remaining", 1 - period_consumed(record));
	if (period_known(record) < 1)
		json_key_num(json, "known", period_known(record));
}

static void put_incidents(struct json_writer *json, const struct report_slo *slo)
{
	if (slo->watch == WATCH_NONE || slo->watch_since.ms)
		return; /* not known, or not for all of the period */
	key_count(json, "incidents_count", slo->incidents_len);
	json_key(json, "incidents");
	json_array(json);
	for (size_t i = 0; i < slo->incidents_len; i++) {
		const struct report_incident *one = &slo->incidents[i];

		json_object(json);
		json_key_text(json, "alerts", one->tiers);
		json_key_instant(json, "from", one->begin);
		json_key_instant(json, "to", one->end);
		json_key_num(json, "lasted_seconds", (double)(one->end.ms - one->begin.ms) / SPAN_SECOND);
		json_key(json, "still_open");
		json_bool(json, one->open);
		if (!one->partial) { /* a number is told as what it was, not as the least that it was */
			key_known(json, "bad", one->bad);
			key_known(json, "budget_cost", one->cost);
		}
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_slo(struct json_writer *json, const struct report_slo *slo)
{
	json_object(json);
	json_key_text(json, "slo", slo->slo->name);
	if (slo->group.len) {
		json_key(json, "group");
		json_object(json);
		for (size_t i = 0; i < slo->group.len; i++) {
			json_key_str(json, slo->group.at[i].name);
			json_str(json, slo->group.at[i].value);
		}
		json_object_end(json);
	}
	put_budget(json, &slo->now);
	if (slo->before.origin != ORIGIN_NONE) {
		json_key(json, "period_before");
		json_object(json);
		put_budget(json, &slo->before);
		json_object_end(json);
	}
	if (slo->level != POLICY_UNKNOWN)
		json_key_text(json, "policy_level", str_of(policy_level_names[slo->level]));
	put_incidents(json, slo);
	json_object_end(json);
}

static void put_metrics(struct json_writer *json, const char *key, const struct dora_metrics *metrics)
{
	json_key(json, key);
	json_object(json);
	if (!metrics->unknown.deployments)
		key_count(json, "deployments", metrics->deployments);
	if (!metrics->unknown.failures)
		key_count(json, "failed_deployments", metrics->failed);
	key_known(json, "deployments_per_day", metrics->deployments_per_day);
	key_known(json, "lead_time_p50_seconds", dora_quantile(&metrics->lead, 0));
	key_known(json, "change_failure_ratio", metrics->change_failure_ratio);
	key_known(json, "recovery_p50_seconds", dora_quantile(&metrics->recovery, 0));
	key_known(json, "rework_ratio", metrics->rework_ratio);
	json_object_end(json);
}

static void put_counts(struct json_writer *json, const struct report_service *service)
{
	size_t counts[] = {[PERIOD_UNKNOWN] = 0, [PERIOD_MET] = 0, [PERIOD_MISSED] = 0}, partly = 0;

	for (size_t i = 0; i < service->slos_len; i++) {
		const struct report_numbers *numbers = &service->slos[i].now;

		partly += report_verdict(numbers) == PERIOD_MET && report_partial(numbers);
		counts[report_verdict(numbers)]++;
	}
	key_count(json, "slos_count", service->slos_len);
	key_count(json, "slos_met", counts[PERIOD_MET] - partly);
	if (partly)
		key_count(json, "slos_met_in_the_part_that_is_known", partly);
	key_count(json, "slos_missed", counts[PERIOD_MISSED]);
	key_count(json, "slos_not_known", counts[PERIOD_UNKNOWN]);
}

void report_findings_write(struct buf *out, const struct period_report *report, const struct report_service *service)
{
	struct json_writer json;

	json_begin(&json, out, false);
	json_object(&json);
	json_key_text(&json, "service", service->id);
	json_key_text(&json, "period", report->name);
	json_key_text(&json, "period_before", report->before);
	json_key_instant(&json, "from", report->period.begin);
	json_key_instant(&json, "to", report->period.end);
	json_key_instant(&json, "before_from", report->period_before.begin);
	json_key_instant(&json, "before_to", report->period_before.end);
	put_counts(&json, service);
	json_key(&json, "slos");
	json_array(&json);
	for (size_t i = 0; i < service->slos_len && i < FINDINGS_SLOS; i++)
		put_slo(&json, &service->slos[i]);
	json_array_end(&json);
	json_key(&json, "deliveries");
	json_array(&json);
	for (size_t i = 0; i < service->deliveries_len; i++) {
		const struct report_delivery *delivery = &service->deliveries[i];

		if (!delivery->now_known)
			continue;
		json_object(&json);
		json_key_text(&json, "environment", delivery->environment);
		put_metrics(&json, "now", &delivery->now);
		if (delivery->before_known)
			put_metrics(&json, "period_before", &delivery->before);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_object_end(&json);
}
