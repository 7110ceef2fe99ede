/* The explanation for programs. */
#include "exporters/delivery/explain_parts.h"
#include "exporters/delivery/shown.h"
#include "format/json_write.h"

#include <math.h>

static void key_count(struct json_writer *json, const char *key, size_t count)
{
	json_key(json, key);
	json_int(json, (int64_t)count);
}

static void key_bool(struct json_writer *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}

static void put_pull(struct json_writer *json, const struct fact_pull *pull)
{
	json_key(json, "pull_request");
	if (!pull) {
		json_null(json);
		return;
	}
	json_object(json);
	json_key(json, "number");
	json_int(json, pull->number);
	json_key_text(json, "title", pull->title);
	json_key_text(json, "url", pull->url);
	json_object_end(json);
}

static void put_change(struct json_writer *json, const struct dora_change *change)
{
	static const struct fact_commit unknown;
	const struct fact_commit *commit = change->commit ? change->commit : &unknown; /* of a pull request it may be */

	json_object(json);
	json_key_text(json, "sha", commit->sha);
	json_key_text(json, "author", commit->author);
	json_key_text(json, "subject", commit->subject);
	json_key_instant(json, "authored", commit->authored);
	put_pull(json, change->pull);
	json_key_num(json, "lead_time_seconds", change->counts ? change->lead_seconds : (double)NAN);
	json_key(json, "left_out");
	if (change->counts)
		json_null(json);
	else
		json_cstr(json, exclusion_reason_names[change->reason]);
	json_key(json, "stages");
	json_object(json);
	for (size_t i = 0; i < DORA_STAGES; i++)
		json_key_num(json, dora_stage_names[i], change->stage_seconds[i]);
	json_object_end(json);
	json_object_end(json);
}

static void put_evidence(struct json_writer *json, const struct dora_evidence *evidence)
{
	const struct str none = {"", 0};
	const struct incident *incident = evidence->incident;
	const struct dora_deployment *undoes = evidence->deployment;

	json_object(json);
	json_key_text(json, "kind", str_of(evidence_names[evidence->kind]));
	json_key_instant(json, "at", evidence->at);
	json_key_instant(json, "recovered", evidence->recovered);
	json_key_text(json, "incident", incident ? incident->name : none);
	json_key_text(json, "incident_source", str_of(incident ? incident_source_names[incident->source] : ""));
	json_key_text(json, "undone_by", undoes ? undoes->sha : none);
	json_key_text(json, "commit", evidence->commit);
	json_key_text(json, "url", incident ? incident->url : undoes ? undoes->success->url : none);
	json_object_end(json);
}

static void put_marks(struct json_writer *json, const struct dora_deployment *deployment)
{
	key_bool(json, "baseline", deployment->baseline);
	json_key(json, "baseline_reason");
	if (deployment->baseline)
		json_cstr(json, exclusion_reason_names[deployment->baseline_reason]);
	else
		json_null(json);
	key_bool(json, "rollback", deployment->rollback);
	key_bool(json, "hotfix", deployment->hotfix);
	key_bool(json, "reverts", deployment->reverts);
}

static void put_deployment(struct json_writer *json, const struct dora_history *history,
			   const struct dora_deployment *deployment)
{
	bool recovered = deployment->evidence_len && deployment->recovered.ms;

	json_object(json);
	json_key_text(json, "service", history->delivery->service);
	json_key_text(json, "sha", deployment->sha);
	json_key_instant(json, "at", deployment->at);
	key_count(json, "attempts", deployment->attempts);
	json_key_text(json, "url", deployment->success->url);
	put_marks(json, deployment);
	json_key(json, "changes");
	json_array(json);
	for (size_t i = 0; i < deployment->changes_len; i++)
		put_change(json, &deployment->changes[i]);
	json_array_end(json);
	key_bool(json, "failed", deployment->evidence_len > 0);
	json_key(json, "evidence");
	json_array(json);
	for (size_t i = 0; i < deployment->evidence_len; i++)
		put_evidence(json, &deployment->evidence[i]);
	json_array_end(json);
	json_key_instant(json, "recovered", deployment->recovered);
	json_key_num(json, "recovery_seconds",
		     recovered ? (double)(deployment->recovered.ms - deployment->at.ms) / 1000.0 : (double)NAN);
	json_object_end(json);
}

static void put_attempt(struct json_writer *json, const struct fact_attempt *attempt)
{
	json_object(json);
	json_key_text(json, "source", attempt->source);
	json_key(json, "id");
	json_int(json, attempt->id);
	key_count(json, "number", attempt->number);
	json_key_text(json, "sha", attempt->sha);
	json_key_text(json, "ref", attempt->ref);
	json_key_text(json, "result", str_of(attempt_result_names[attempt->result]));
	json_key_text(json, "state", attempt->state);
	json_key_instant(json, "started", attempt->started);
	json_key_instant(json, "finished", attempt->finished);
	json_key_text(json, "url", attempt->url);
	json_object_end(json);
}

static void put_list(struct json_writer *json, const struct dora_history *history, const struct dora_window *window,
		     enum explain_metric metric)
{
	if (metric == EXPLAIN_ATTEMPTS) {
		for (size_t i = 0; i < history->attempts_len; i++)
			if (explain_within(window, explain_attempt_time(history->attempts[i])))
				put_attempt(json, history->attempts[i]);
		return;
	}
	for (size_t i = 0; i < history->deployments_len; i++)
		if (explain_within(window, history->deployments[i].at) &&
		    explain_wants(metric, &history->deployments[i]))
			put_deployment(json, history, &history->deployments[i]);
}

static void put_left_out(struct json_writer *json, const struct dora_history *history, const struct dora_window *window,
			 enum explain_metric metric)
{
	for (size_t i = 0; i < history->left_out_len; i++) {
		const struct dora_left_out *left_out = &history->left_out[i];

		if (!explain_within(window, left_out->at) || !explain_leaves_out(metric, left_out->reason))
			continue;
		json_object(json);
		json_key_instant(json, "at", left_out->at);
		json_key_text(json, "reason", str_of(exclusion_reason_names[left_out->reason]));
		json_key_text(json, "what", left_out->what);
		json_object_end(json);
	}
}

static void put_quantiles(struct json_writer *json, const struct explain_sum *sum)
{
	static const struct {
		const char *name;
		double quantile;
	} of[DORA_QUANTILES] = {{"p50", 0.5}, {"p75", 0.75}, {"p90", 0.9}};

	key_count(json, "count", sum->len);
	for (size_t i = 0; i < DORA_QUANTILES; i++)
		json_key_num(json, of[i].name,
			     sum->len ? explain_quantile_of(sum->seconds, sum->len, of[i].quantile).value
				      : (double)NAN);
	json_key(json, "sorted_seconds");
	json_array(json);
	for (size_t i = 0; i < sum->len; i++)
		json_num(json, sum->seconds[i]);
	json_array_end(json);
}

static void key_ratio(struct json_writer *json, size_t part, size_t all)
{
	json_key_num(json, "ratio", all ? (double)part / (double)all : (double)NAN);
}

static void put_sum(struct json_writer *json, const struct dora_metrics *metrics, const struct explain_sum *sum,
		    enum explain_metric metric)
{
	double days = (double)(metrics->window.to.ms - metrics->window.from.ms) / (double)SPAN_DAY;

	if (metric != EXPLAIN_ATTEMPTS)
		key_count(json, "deployments", sum->deployments);
	switch (metric) {
	case EXPLAIN_DEPLOYMENTS:
		json_key_num(json, "days", days);
		json_key_num(json, "deployments_per_day",
			     metrics->whole && days > 0 ? (double)sum->deployments / days : (double)NAN);
		break;
	case EXPLAIN_LEAD_TIME:
		put_quantiles(json, sum);
		break;
	case EXPLAIN_CHANGE_FAILURE:
		key_count(json, "failed_deployments", sum->failed);
		key_ratio(json, sum->failed, sum->deployments);
		for (size_t i = 0; i < EVIDENCES; i++)
			key_count(json, evidence_names[i], sum->failed_by[i]);
		break;
	case EXPLAIN_RECOVERY:
		key_count(json, "failed_deployments", sum->failed);
		key_count(json, "not_recovered", sum->failed - sum->recovered);
		put_quantiles(json, sum);
		break;
	case EXPLAIN_REWORK:
		key_count(json, "unplanned_deployments", sum->unplanned);
		key_ratio(json, sum->unplanned, sum->deployments);
		break;
	case EXPLAIN_ATTEMPTS:
		for (size_t i = 0; i < ATTEMPT_RESULTS; i++)
			key_count(json, attempt_result_names[i], sum->attempts[i]);
		key_count(json, "attempts", sum->attempts[ATTEMPT_SUCCESS] + sum->attempts[ATTEMPT_FAILURE]);
		break;
	}
}

static void put_head(struct json_writer *json, const struct dora_result *result, const struct dora_window *window,
		     enum explain_metric metric)
{
	json_key_text(json, "metric", str_of(explain_metric_names[metric]));
	json_key_text(json, "scope", str_of(dora_scope_names[result->scope]));
	json_key_text(json, "name", result->name);
	json_key_text(json, "environment", result->environment);
	json_key_text(json, "repository", result->repository);
	json_key_text(json, "window", window->name);
	json_key_instant(json, "from", window->from);
	json_key_instant(json, "to", window->to);
}

bool dora_explain_json_write(struct buf *out, const struct dora_result *result, size_t window,
			     enum explain_metric metric)
{
	const struct dora_metrics *metrics = &result->windows[window];
	struct json_writer json;
	struct explain_sum sum;

	json_begin(&json, out, true);
	json_object(&json);
	put_head(&json, result, &metrics->window, metric);
	json_key(&json, metric == EXPLAIN_ATTEMPTS ? "attempts" : "deployments");
	json_array(&json);
	for (size_t i = 0; i < result->services; i++)
		put_list(&json, result->histories[i], &metrics->window, metric);
	json_array_end(&json);
	json_key(&json, "left_out");
	json_array(&json);
	for (size_t i = 0; i < result->services; i++)
		put_left_out(&json, result->histories[i], &metrics->window, metric);
	json_array_end(&json);
	json_key(&json, "sum");
	if (dora_window_shown(result, window) && explain_known(metrics, metric)) {
		explain_sum_make(&sum, result, window, metric);
		json_object(&json);
		put_sum(&json, metrics, &sum, metric);
		json_object_end(&json);
		explain_sum_release(&sum);
	} else {
		json_null(&json);
	}
	json_object_end(&json);
	buf_char(out, '\n');
	return !out->full;
}
