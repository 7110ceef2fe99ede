#include "exporters/delivery/explain.h"

#include "base/mem.h"
#include "base/num.h"
#include "exporters/delivery/explain_parts.h"

#include <math.h>
#include <stdlib.h>

const char *const explain_metric_names[EXPLAIN_METRICS] = {"deployments", "lead_time", "change_failure",
							   "recovery",    "rework",    "attempts"};

bool explain_metric_read(struct str text, enum explain_metric *metric, struct err *err)
{
	static const struct {
		const char *name;
		enum explain_metric metric;
	} names[] = {
		{"deployments", EXPLAIN_DEPLOYMENTS},
		{"frequency", EXPLAIN_DEPLOYMENTS},
		{"deployment_frequency", EXPLAIN_DEPLOYMENTS},
		{"deployments_per_day", EXPLAIN_DEPLOYMENTS},
		{"lead_time", EXPLAIN_LEAD_TIME},
		{"lead_time_seconds", EXPLAIN_LEAD_TIME},
		{"change_failure", EXPLAIN_CHANGE_FAILURE},
		{"change_failure_ratio", EXPLAIN_CHANGE_FAILURE},
		{"change_failure_rate", EXPLAIN_CHANGE_FAILURE},
		{"failed_deployments", EXPLAIN_CHANGE_FAILURE},
		{"recovery", EXPLAIN_RECOVERY},
		{"recovery_time", EXPLAIN_RECOVERY},
		{"recovery_time_seconds", EXPLAIN_RECOVERY},
		{"rework", EXPLAIN_REWORK},
		{"rework_ratio", EXPLAIN_REWORK},
		{"rework_rate", EXPLAIN_REWORK},
		{"attempts", EXPLAIN_ATTEMPTS},
	};
	const char *candidates[sizeof(names) / sizeof(*names)], *nearest;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		candidates[i] = names[i].name;
		if (str_is(text, names[i].name)) {
			*metric = names[i].metric;
			return true;
		}
	}
	nearest = str_nearest(text, candidates, sizeof(names) / sizeof(*names));
	if (nearest)
		return err_set(err, "no metric '%.*s'; there is '%s'", STR_ARG(text), nearest);
	return err_set(
		err,
		"no metric '%.*s'; there are 'deployments' (or 'frequency'), 'lead_time', 'change_failure', 'recovery', "
		"'rework' and 'attempts'",
		STR_ARG(text));
}

bool explain_within(const struct dora_window *window, struct instant at)
{
	return at.ms > window->from.ms && at.ms <= window->to.ms;
}

struct instant explain_attempt_time(const struct fact_attempt *attempt)
{
	if (attempt->finished.ms)
		return attempt->finished;
	return attempt->started.ms ? attempt->started : attempt->created;
}

bool explain_wants(enum explain_metric metric, const struct dora_deployment *deployment)
{
	return metric != EXPLAIN_RECOVERY || deployment->evidence_len > 0;
}

bool explain_known(const struct dora_metrics *metrics, enum explain_metric metric)
{
	const struct dora_unknown *unknown = &metrics->unknown;

	switch (metric) {
	case EXPLAIN_DEPLOYMENTS:
		return !unknown->deployments;
	case EXPLAIN_LEAD_TIME:
		return !unknown->lead;
	case EXPLAIN_CHANGE_FAILURE:
		return !unknown->failures;
	case EXPLAIN_RECOVERY:
		return !unknown->recovery;
	case EXPLAIN_REWORK:
		return !unknown->rework;
	case EXPLAIN_ATTEMPTS:
		break;
	}
	return true;
}

bool explain_leaves_out(enum explain_metric metric, enum exclusion_reason reason)
{
	if (reason == LEFT_UNKNOWN_STATE)
		return metric != EXPLAIN_LEAD_TIME;
	if (reason == LEFT_SAME_COMMIT) /* an attempt all the same */
		return metric != EXPLAIN_LEAD_TIME && metric != EXPLAIN_ATTEMPTS;
	if (reason == LEFT_OTHER_SERVICE) /* deployments and commits alike */
		return metric != EXPLAIN_ATTEMPTS;
	return metric == EXPLAIN_LEAD_TIME;
}

static void add_seconds(struct explain_sum *sum, double seconds)
{
	XGROW(sum->seconds, sum->len, sum->cap);
	sum->seconds[sum->len++] = seconds;
}

static void add_deployment(struct explain_sum *sum, const struct dora_deployment *deployment,
			   enum explain_metric metric)
{
	bool kinds[EVIDENCES] = {false};
	bool recovered = deployment->evidence_len && deployment->recovered.ms;

	sum->deployments++;
	sum->failed += deployment->evidence_len > 0;
	sum->recovered += recovered;
	sum->unplanned += deployment->rollback || deployment->hotfix || deployment->reverts;
	for (size_t i = 0; i < deployment->evidence_len; i++)
		kinds[deployment->evidence[i].kind] = true;
	for (size_t i = 0; i < EVIDENCES; i++)
		sum->failed_by[i] += kinds[i];
	for (size_t i = 0; metric == EXPLAIN_LEAD_TIME && i < deployment->changes_len; i++)
		if (deployment->changes[i].counts)
			add_seconds(sum, deployment->changes[i].lead_seconds);
	if (metric == EXPLAIN_RECOVERY && recovered)
		add_seconds(sum, (double)(deployment->recovered.ms - deployment->at.ms) / 1000.0);
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

void explain_sum_make(struct explain_sum *sum, const struct dora_result *result, size_t window,
		      enum explain_metric metric)
{
	const struct dora_window *within = &result->windows[window].window;

	*sum = (struct explain_sum){.len = 0};
	for (size_t i = 0; i < result->services; i++) {
		const struct dora_history *history = result->histories[i];

		for (size_t k = 0; k < history->deployments_len; k++)
			if (explain_within(within, history->deployments[k].at))
				add_deployment(sum, &history->deployments[k], metric);
		for (size_t k = 0; k < history->attempts_len; k++)
			if (explain_within(within, explain_attempt_time(history->attempts[k])))
				sum->attempts[history->attempts[k]->result]++;
	}
	if (sum->len > 1)
		qsort(sum->seconds, sum->len, sizeof(*sum->seconds), by_size);
}

void explain_sum_release(struct explain_sum *sum) { free(sum->seconds); }

struct explain_quantile explain_quantile_of(const double *sorted, size_t len, double quantile)
{
	double position = quantile * (double)(len - 1);
	size_t low = (size_t)floor(position), high = low + 1 < len ? low + 1 : low;
	double part = position - (double)low;

	return (struct explain_quantile){low + 1, high + 1, part, sorted[low] + part * (sorted[high] - sorted[low])};
}
