/* The report for programs: JSON and CSV. */
#include "base/num.h"
#include "exporters/csv.h"
#include "exporters/delivery/report_parts.h"
#include "exporters/delivery/shown.h"
#include "format/json_write.h"

#include <math.h>

static void key_count(struct json_writer *json, const char *key, bool shown, size_t count)
{
	json_key(json, key);
	if (shown)
		json_int(json, (int64_t)count);
	else
		json_null(json);
}

static void key_quantiles(struct json_writer *json, const char *key, bool shown, const struct dora_quantiles *quantiles)
{
	static const char *const names[DORA_QUANTILES] = {"p50", "p75", "p90"};

	json_key(json, key);
	json_object(json);
	for (size_t i = 0; i < DORA_QUANTILES; i++)
		json_key_num(json, names[i], shown ? dora_quantile(quantiles, i) : (double)NAN);
	key_count(json, "count", shown, quantiles->count);
	json_object_end(json);
}

static void key_text_or_null(struct json_writer *json, const char *key, struct str text)
{
	json_key(json, key);
	if (text.len)
		json_str(json, text);
	else
		json_null(json);
}

static void put_identity(struct json_writer *json, const struct dora_result *result)
{
	static const struct str none = {"", 0};
	const struct delivery *delivery = result->scope == DORA_OF_SERVICE ? result->histories[0]->delivery : NULL;

	json_key_text(json, "scope", str_of(dora_scope_names[result->scope]));
	key_text_or_null(json, "service", delivery ? result->name : none);
	key_text_or_null(json, "team", delivery ? delivery->team : result->scope == DORA_OF_TEAM ? result->name : none);
	key_text_or_null(json, "group",
			 delivery                         ? delivery->group
			 : result->scope == DORA_OF_GROUP ? result->name
							  : none);
	json_key_text(json, "environment", result->environment);
	key_text_or_null(json, "repository", result->repository);
	json_key(json, "services");
	json_int(json, (int64_t)result->services);
}

static void put_attempts(struct json_writer *json, const struct dora_metrics *metrics, bool shown)
{
	key_count(json, "attempts", shown, dora_attempts(metrics));
	json_key(json, "attempts_by_result");
	json_object(json);
	for (size_t i = 0; i < ATTEMPT_RESULTS; i++)
		key_count(json, attempt_result_names[i], shown, metrics->attempts[i]);
	json_object_end(json);
}

static void put_failures(struct json_writer *json, const struct dora_metrics *metrics, bool shown)
{
	const struct dora_unknown *unknown = &metrics->unknown;

	json_key_num(json, "change_failure_ratio", shown ? metrics->change_failure_ratio : (double)NAN);
	key_count(json, "failed_deployments", shown && !unknown->failures, metrics->failed);
	json_key(json, "evidence");
	json_object(json);
	for (size_t i = 0; i < EVIDENCES; i++)
		key_count(json, evidence_names[i], shown && !unknown->evidence[i], metrics->failed_by[i]);
	json_object_end(json);
	key_quantiles(json, "recovery_time_seconds", shown && !unknown->recovery, &metrics->recovery);
	key_count(json, "unplanned_deployments", shown && !unknown->rework, metrics->unplanned);
	json_key_num(json, "rework_ratio", shown ? metrics->rework_ratio : (double)NAN);
}

/* Of the window that they are worked out of; null in the others. */
static void put_grades(struct json_writer *json, const struct dora_grades *grades, bool shown)
{
	json_key(json, "levels");
	json_object(json);
	json_key(json, "year");
	json_int(json, grades->year);
	for (size_t i = 0; i < DORA_METRICS; i++)
		key_text_or_null(json, dora_metric_names[i],
				 shown && grades->levels[i] != LEVEL_NONE ? str_of(dora_level_names[grades->levels[i]])
									  : (struct str){"", 0});
	json_object_end(json);
	json_key(json, "scores");
	json_object(json);
	for (size_t i = 0; i < DORA_METRICS; i++)
		json_key_num(json, dora_metric_names[i], shown ? grades->scores[i] : (double)NAN);
	json_key_num(json, "overall", shown ? grades->score : (double)NAN);
	json_object_end(json);
}

static void put_excluded(struct json_writer *json, const struct dora_metrics *metrics, bool shown)
{
	json_key(json, "excluded");
	json_object(json);
	for (size_t i = 0; shown && i < EXCLUSION_REASONS; i++)
		if (metrics->left_out[i])
			key_count(json, exclusion_reason_names[i], true, metrics->left_out[i]);
	json_object_end(json);
}

static void put_stages(struct json_writer *json, const struct dora_metrics *metrics, bool shown)
{
	json_key(json, "stages");
	json_object(json);
	for (size_t i = 0; i < DORA_STAGES; i++)
		key_quantiles(json, dora_stage_names[i], shown && !metrics->unknown.stages, &metrics->stages[i]);
	json_object_end(json);
}

static void put_element(struct json_writer *json, const struct dora_result *result, size_t window)
{
	const struct dora_metrics *metrics = &result->windows[window];
	bool shown = dora_window_shown(result, window);

	json_object(json);
	put_identity(json, result);
	json_key_text(json, "window", metrics->window.name);
	json_key_instant(json, "from", metrics->window.from);
	json_key_instant(json, "to", metrics->window.to);
	key_count(json, "deployments", shown && !metrics->unknown.deployments, metrics->deployments);
	put_attempts(json, metrics, shown);
	json_key_num(json, "deployments_per_day", shown ? metrics->deployments_per_day : (double)NAN);
	key_quantiles(json, "lead_time_seconds", shown && !metrics->unknown.lead, &metrics->lead);
	put_stages(json, metrics, shown);
	put_failures(json, metrics, shown);
	key_count(json, "open_incidents", dora_open_shown(result), result->standing.open_incidents);
	key_count(json, "open_failures", dora_open_shown(result), result->standing.open_failures);
	json_key_num(json, "oldest_failure_seconds",
		     dora_now_shown(result) ? result->standing.oldest_failure_seconds : (double)NAN);
	json_key_instant(json, "last_deployment", result->standing.last_deployment);
	put_excluded(json, metrics, shown);
	put_grades(json, &result->grades, shown && window == SHOWN_30D);
	json_key(json, "complete");
	json_bool(json, result->complete);
	json_key(json, "whole");
	json_bool(json, metrics->whole);
	json_key_instant(json, "read_at", result->read_at);
	key_text_or_null(json, "error", result->error);
	json_object_end(json);
}

void report_json_write(struct buf *out, const struct dora_results *results)
{
	struct json_writer json;

	json_begin(&json, out, true);
	json_array(&json);
	for (size_t i = 0; i < results->len; i++)
		for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++)
			put_element(&json, &results->at[i], window);
	json_array_end(&json);
	buf_char(out, '\n');
}

static const char csv_head[] =
	"scope,name,environment,repository,window,from,to,deployments,attempts,deployments_per_day,lead_time_p50_seconds,"
	"lead_time_p75_seconds,lead_time_p90_seconds,lead_time_count,change_failure_ratio,failed_deployments,"
	"failed_by_incident,failed_by_rollback,failed_by_revert,failed_by_hotfix,recovery_time_p50_seconds,"
	"recovery_time_p75_seconds,recovery_time_p90_seconds,recovery_time_count,rework_ratio,open_incidents,complete\n";

/* Behind a comma; nothing where it is not known. */
static void csv_number(struct buf *out, bool shown, double number)
{
	buf_char(out, ',');
	if (shown && !isnan(number))
		num_write_double(out, number);
}

static void csv_quantiles(struct buf *out, bool shown, const struct dora_quantiles *quantiles)
{
	for (size_t i = 0; i < DORA_QUANTILES; i++)
		csv_number(out, shown, dora_quantile(quantiles, i));
	csv_number(out, shown, (double)quantiles->count);
}

static void csv_line(struct buf *out, const struct dora_result *result, size_t window)
{
	const struct dora_metrics *metrics = &result->windows[window];
	const struct dora_unknown *unknown = &metrics->unknown;
	const struct str texts[] = {result->name, result->environment, result->repository, metrics->window.name};
	bool shown = dora_window_shown(result, window);

	buf_cstr(out, dora_scope_names[result->scope]);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		buf_char(out, ',');
		csv_text(out, texts[i]);
	}
	buf_fmt(out, ",%s,%s", instant_text(metrics->window.from).text, instant_text(metrics->window.to).text);
	csv_number(out, shown && !unknown->deployments, (double)metrics->deployments);
	csv_number(out, shown, (double)dora_attempts(metrics));
	csv_number(out, shown, metrics->deployments_per_day);
	csv_quantiles(out, shown && !unknown->lead, &metrics->lead);
	csv_number(out, shown, metrics->change_failure_ratio);
	csv_number(out, shown && !unknown->failures, (double)metrics->failed);
	for (size_t i = 0; i < EVIDENCES; i++)
		csv_number(out, shown && !unknown->evidence[i], (double)metrics->failed_by[i]);
	csv_quantiles(out, shown && !unknown->recovery, &metrics->recovery);
	csv_number(out, shown, metrics->rework_ratio);
	csv_number(out, dora_open_shown(result), (double)result->standing.open_incidents);
	buf_fmt(out, ",%s\n", result->complete ? "true" : "false");
}

void report_csv_write(struct buf *out, const struct dora_results *results)
{
	buf_cstr(out, csv_head);
	for (size_t i = 0; i < results->len; i++)
		for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++)
			csv_line(out, &results->at[i], window);
}
