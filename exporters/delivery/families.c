#include "exporters/delivery/families.h"

#include "exporters/delivery/shown.h"

#include <assert.h>
#include <math.h>

const char *const dora_axis_labels[DORA_AXES] = {
	[DORA_PLAIN] = "",
	[DORA_BY_WINDOW] = "window",
	[DORA_BY_WINDOW_RESULT] = "window, result",
	[DORA_BY_WINDOW_EVIDENCE] = "window, evidence",
	[DORA_BY_WINDOW_REASON] = "window, reason",
	[DORA_QUANTILES_BY_WINDOW] = "window, quantile",
	[DORA_QUANTILES_BY_WINDOW_STAGE] = "window, stage, quantile",
	[DORA_BY_RESULT] = "result",
	[DORA_BY_METRIC] = "metric",
	[DORA_BY_METRIC_YEAR] = "metric, year",
	[DORA_HISTOGRAM] = "le",
	[DORA_INFO] = "source, lead_time, attribution, recovery",
};

static double seconds_of(struct instant instant) { return instant.ms ? (double)instant.ms / 1000.0 : (double)NAN; }

/* The window's metrics, or NULL where they are not to be shown. */
static const struct dora_metrics *metrics_of(const struct dora_result *result, size_t window)
{
	return dora_window_shown(result, window) ? &result->windows[window] : NULL;
}

/* A number of a window that is shown. `position` stands for nothing where the expression does not name it. */
#define OF_WINDOW(name, expression)                                                                                    \
	static double name(const struct dora_result *result, size_t window, size_t position)                           \
	{                                                                                                              \
		const struct dora_metrics *metrics = metrics_of(result, window);                                       \
                                                                                                                       \
		(void)position;                                                                                        \
		return metrics ? (double)(expression) : (double)NAN;                                                   \
	}
/* A number that has no window. */
#define OF_RESULT(name, condition, expression)                                                                         \
	static double name(const struct dora_result *result, size_t window, size_t position)                           \
	{                                                                                                              \
		(void)result;                                                                                          \
		(void)window;                                                                                          \
		(void)position;                                                                                        \
		return (condition) ? (double)(expression) : (double)NAN;                                               \
	}

/* The same where it is not made of something that could not be read. */
#define OF_KNOWN(name, what, expression) OF_WINDOW(name, metrics->unknown.what ? (double)NAN : (double)(expression))

/* Results that an attempt can end with; what has not ended, and what nobody knows, may turn into another one. */
static bool has_ended(size_t attempt_result) { return attempt_result >= ATTEMPT_SUCCESS; }

OF_KNOWN(deployments, deployments, metrics->deployments)
OF_WINDOW(attempts, has_ended(position) ? (double)metrics->attempts[position] : (double)NAN)
OF_WINDOW(per_day, metrics->deployments_per_day)
OF_WINDOW(lead, dora_quantile(&metrics->lead, position))
OF_KNOWN(lead_changes, lead, metrics->lead.count)
OF_WINDOW(stage, dora_quantile(&metrics->stages[position / DORA_QUANTILES], position % DORA_QUANTILES))
OF_WINDOW(failure_ratio, metrics->change_failure_ratio)
OF_KNOWN(failed, failures, metrics->failed)
OF_KNOWN(failed_by, evidence[position], metrics->failed_by[position])
OF_WINDOW(recovery, dora_quantile(&metrics->recovery, position))
OF_KNOWN(recovered, recovery, metrics->recovery.count)
OF_KNOWN(unplanned, rework, metrics->unplanned)
OF_WINDOW(rework, metrics->rework_ratio)
/* Most reasons never occur: a series for each would be most of the page. */
OF_WINDOW(left_out, metrics->left_out[position] ? (double)metrics->left_out[position] : (double)NAN)

OF_RESULT(one, true, 1)
OF_RESULT(services, true, result->services)
OF_RESULT(open_incidents, dora_open_shown(result), result->standing.open_incidents)
OF_RESULT(open_failures, dora_open_shown(result), result->standing.open_failures)
OF_RESULT(failure_age, dora_now_shown(result), result->standing.oldest_failure_seconds)
OF_RESULT(last_deployment, true, seconds_of(result->standing.last_deployment))
OF_RESULT(level, dora_window_shown(result, SHOWN_30D) && result->grades.levels[position] != LEVEL_NONE,
	  result->grades.levels[position] - LEVEL_NONE)
OF_RESULT(score, dora_window_shown(result, SHOWN_30D), result->grades.scores[position])
OF_RESULT(overall_score, dora_window_shown(result, SHOWN_30D), result->grades.score)
OF_RESULT(complete, true, result->complete)
OF_RESULT(up, result->read_at.ms || result->error.len, result->error.len == 0)
OF_RESULT(read_at, true, seconds_of(result->read_at))
OF_RESULT(since, result->services == 1, seconds_of(result->histories[0]->since))

/* Counters and the histogram go over all of the history that is known. They are shown once it is read: until then it
 * changes at its far end, and a counter must not fall. */
static double attempts_ever(const struct dora_result *result, size_t window, size_t position)
{
	size_t count = 0;

	(void)window;
	if (!result->complete || !dora_result_seen(result) || !has_ended(position))
		return (double)NAN;
	for (size_t i = 0; i < result->services; i++)
		for (size_t k = 0; k < result->histories[i]->attempts_len; k++)
			count += (size_t)result->histories[i]->attempts[k]->result == position;
	return (double)count;
}

static bool commits_read(const struct dora_history *history)
{
	for (size_t i = 0; i < history->deployments_len; i++)
		if (history->deployments[i].baseline && history->deployments[i].baseline_reason == LEFT_NOT_READ)
			return false;
	return true;
}

/* Whose a deployment is can be told. */
static bool owner_read(const struct dora_history *history)
{
	const struct delivery *delivery = history->delivery;

	return (!history->unread.pulls || !delivery->pull_labels.len) &&
	       ((!delivery->pull_labels.len && !delivery->paths.len) || commits_read(history));
}

static double deployments_ever(const struct dora_result *result, size_t window, size_t position)
{
	size_t count = 0;

	(void)window;
	(void)position;
	if (!result->complete || !dora_result_seen(result))
		return (double)NAN;
	for (size_t i = 0; i < result->services; i++) {
		if (!owner_read(result->histories[i]))
			return (double)NAN;
		count += result->histories[i]->deployments_len;
	}
	return (double)count;
}

static double bucket_of(const struct dora_deployment *deployment, size_t position)
{
	double found = 0;

	for (size_t i = 0; i < deployment->changes_len; i++) {
		const struct dora_change *change = &deployment->changes[i];

		if (change->counts && position == DORA_BUCKETS)
			found += change->lead_seconds;
		else if (change->counts)
			found += change->lead_seconds <= dora_bucket_seconds[position];
	}
	return found;
}

static bool lead_read(const struct dora_history *history)
{
	return commits_read(history) && (!history->unread.pulls || history->delivery->lead_time == LEAD_COMMIT);
}

static double lead_ever(const struct dora_result *result, size_t window, size_t position)
{
	double found = 0;

	(void)window;
	if (!result->complete || !dora_result_seen(result))
		return (double)NAN;
	for (size_t i = 0; i < result->services; i++)
		if (!lead_read(result->histories[i]))
			return (double)NAN;
	for (size_t i = 0; i < result->services; i++)
		for (size_t k = 0; k < result->histories[i]->deployments_len; k++)
			found += bucket_of(&result->histories[i]->deployments[k], position);
	return found;
}

#define GAUGE(name, unit, help)                                                                                        \
	{                                                                                                              \
		name, METRIC_GAUGE, unit, help                                                                         \
	}
#define COUNTER(name, help)                                                                                            \
	{                                                                                                              \
		name, METRIC_COUNTER, NULL, help                                                                       \
	}
#define SUMMARY(name, help)                                                                                            \
	{                                                                                                              \
		name, METRIC_SUMMARY, "seconds", help                                                                  \
	}

/* clang-format off */
const struct dora_family dora_families[] = {
	{{"wick_dora", METRIC_INFO, NULL, "What the service and environment are measured by"}, DORA_INFO, DORA_FOR_SERVICES, false, one},
	{GAUGE("wick_dora_services", NULL, "Services and environments that are taken together"), DORA_PLAIN, DORA_FOR_AGGREGATES, false, services},
	{GAUGE("wick_dora_deployments", NULL, "Deployments in the window"), DORA_BY_WINDOW, DORA_FOR_ALL, false, deployments},
	{GAUGE("wick_dora_attempts", NULL, "Attempts to deploy that ended in the window, by how they ended"), DORA_BY_WINDOW_RESULT, DORA_FOR_ALL, false, attempts},
	{GAUGE("wick_dora_deployments_per_day", NULL, "Deployments per day of the window; absent while not all of the window is known"), DORA_BY_WINDOW, DORA_FOR_ALL, false, per_day},
	{SUMMARY("wick_dora_lead_time_seconds", "Lead time of the changes that were deployed in the window: exact quantiles"), DORA_QUANTILES_BY_WINDOW, DORA_FOR_ALL, false, lead},
	{GAUGE("wick_dora_lead_time_changes", NULL, "Changes in the window that have a lead time"), DORA_BY_WINDOW, DORA_FOR_ALL, false, lead_changes},
	{SUMMARY("wick_dora_stage_seconds", "Time that pull requests deployed in the window took in each stage: exact quantiles, of those whose both ends are known"), DORA_QUANTILES_BY_WINDOW_STAGE, DORA_FOR_ALL, false, stage},
	{GAUGE("wick_dora_change_failure_ratio", "ratio", "Failed deployments among those of the window; absent without deployments"), DORA_BY_WINDOW, DORA_FOR_ALL, false, failure_ratio},
	{GAUGE("wick_dora_failed_deployments", NULL, "Deployments of the window that an incident, a rollback, a revert or a hotfix followed"), DORA_BY_WINDOW, DORA_FOR_ALL, false, failed},
	{GAUGE("wick_dora_failed_deployments_by_evidence", NULL, "The same by kind of evidence; a deployment with several kinds is in each of them"), DORA_BY_WINDOW_EVIDENCE, DORA_FOR_ALL, false, failed_by},
	{SUMMARY("wick_dora_recovery_seconds", "Time from a failed deployment of the window to its recovery: exact quantiles of those that have recovered"), DORA_QUANTILES_BY_WINDOW, DORA_FOR_ALL, false, recovery},
	{GAUGE("wick_dora_recovered_deployments", NULL, "Failed deployments of the window that have recovered"), DORA_BY_WINDOW, DORA_FOR_ALL, false, recovered},
	{GAUGE("wick_dora_unplanned_deployments", NULL, "Deployments of the window that undo something: rollbacks, hotfixes, reverts"), DORA_BY_WINDOW, DORA_FOR_ALL, false, unplanned},
	{GAUGE("wick_dora_rework_ratio", "ratio", "Unplanned deployments among those of the window; absent without deployments"), DORA_BY_WINDOW, DORA_FOR_ALL, false, rework},
	{GAUGE("wick_dora_left_out", NULL, "Deployments, commits and attempts that do not count in the window, by reason; a reason that does not occur has no series"), DORA_BY_WINDOW_REASON, DORA_FOR_ALL, false, left_out},

	{GAUGE("wick_dora_open_incidents", NULL, "Incidents that are open"), DORA_PLAIN, DORA_FOR_ALL, false, open_incidents},
	{GAUGE("wick_dora_open_failures", NULL, "Failed deployments that have not recovered"), DORA_PLAIN, DORA_FOR_ALL, false, open_failures},
	{GAUGE("wick_dora_open_failure_age_seconds", "seconds", "Age of the oldest failed deployment that has not recovered; absent without one"), DORA_PLAIN, DORA_FOR_ALL, false, failure_age},
	{GAUGE("wick_dora_last_deployment_timestamp_seconds", "seconds", "When it was last deployed"), DORA_PLAIN, DORA_FOR_ALL, false, last_deployment},

	{GAUGE("wick_dora_level", NULL, "Level of the last 30 days by the table of the report of that year: 1 low, 2 medium, 3 high, 4 elite; absent where the report has none, or too little is known"), DORA_BY_METRIC_YEAR, DORA_FOR_ALL, false, level},
	{GAUGE("wick_dora_score", NULL, "Score of the last 30 days, from 0 to 10, as the quick check of dora.dev gives it"), DORA_BY_METRIC, DORA_FOR_ALL, false, score},
	{GAUGE("wick_dora_overall_score", NULL, "Mean of the scores; absent while one of them is"), DORA_PLAIN, DORA_FOR_ALL, false, overall_score},

	{COUNTER("wick_dora_deployment_attempts", "Attempts to deploy in all of the history that is known, by how they ended; absent until it is read"), DORA_BY_RESULT, DORA_FOR_SERVICES, false, attempts_ever},
	{COUNTER("wick_dora_deployed", "Deployments in all of the history that is known; absent until it is read"), DORA_PLAIN, DORA_FOR_SERVICES, false, deployments_ever},
	{{"wick_dora_change_lead_time_seconds", METRIC_HISTOGRAM, "seconds", "Lead time of each change in all of the history that is known; absent until it is read"}, DORA_HISTOGRAM, DORA_FOR_SERVICES, false, lead_ever},

	{GAUGE("wick_dora_complete", NULL, "1 once the history is read as far back as it is to be; until then windows that reach further back have no series"), DORA_PLAIN, DORA_FOR_ALL, false, complete},
	{GAUGE("wick_dora_up", NULL, "1 while what was asked of the code host was answered, 0 while it is not"), DORA_PLAIN, DORA_FOR_SERVICES, true, up},
	{GAUGE("wick_dora_read_timestamp_seconds", "seconds", "When the code host was last asked for all of it"), DORA_PLAIN, DORA_FOR_SERVICES, true, read_at},
	{GAUGE("wick_dora_history_begin_timestamp_seconds", "seconds", "Where the history that is known begins; absent where it goes back to the repository's beginning"), DORA_PLAIN, DORA_FOR_SERVICES, false, since},
};
/* clang-format on */
const size_t dora_families_len = sizeof(dora_families) / sizeof(*dora_families);

bool dora_family_named(const struct dora_family *row, enum dora_scope scope, char name[static DORA_FAMILY_NAME],
		       struct family *family)
{
	size_t stem = strlen("wick_dora_");
	const char *middle = dora_scope_names[scope];

	if (row->scope != DORA_FOR_ALL && (row->scope == DORA_FOR_SERVICES) != (scope == DORA_OF_SERVICE))
		return false;
	*family = row->family;
	if (scope == DORA_OF_SERVICE)
		return true;
	assert(strlen(row->family.name) + strlen(middle) + 2 <= DORA_FAMILY_NAME);
	stpcpy(stpcpy(stpcpy(stpcpy(name, "wick_dora_"), middle), "_"), row->family.name + stem);
	family->name = name;
	return true;
}

#define OF_HEALTH(name, expression)                                                                                    \
	static double github_##name(const struct github_health *health, size_t position)                               \
	{                                                                                                              \
		(void)position;                                                                                        \
		return (double)(expression);                                                                           \
	}

OF_HEALTH(up, health->up)
OF_HEALTH(requests, health->calls[position])
OF_HEALTH(retries, health->retries)
OF_HEALTH(tokens, health->tokens)
OF_HEALTH(refused, health->refused[0] != '\0')
OF_HEALTH(limited, health->limited)
OF_HEALTH(limit, health->limited ? health->limit : (double)NAN)
OF_HEALTH(remaining, health->limited ? health->remaining : (double)NAN)
OF_HEALTH(reset, seconds_of(health->reset))
OF_HEALTH(paused, seconds_of(health->paused_until))

/* clang-format off */
const struct github_family github_families[] = {
	{GAUGE("wick_github_up", NULL, "1 while the last request was answered"), false, github_up},
	{COUNTER("wick_github_requests", "Requests by how they ended; `unchanged` is a 304, which costs no quota"), true, github_requests},
	{COUNTER("wick_github_retries", "Requests that repeated an earlier one"), false, github_retries},
	{COUNTER("wick_github_tokens", "Tokens that were taken out for an App"), false, github_tokens},
	{GAUGE("wick_github_permission_missing", NULL, "1 where a request was refused for want of a permission"), false, github_refused},
	{GAUGE("wick_github_quota_told", NULL, "1 where the host tells of a quota, which an Enterprise Server need not have"), false, github_limited},
	{GAUGE("wick_github_quota_requests", NULL, "Requests that the present hour's quota has"), false, github_limit},
	{GAUGE("wick_github_quota_left_requests", NULL, "Requests that are left of it"), false, github_remaining},
	{GAUGE("wick_github_quota_reset_timestamp_seconds", "seconds", "When the quota is full again"), false, github_reset},
	{GAUGE("wick_github_paused_until_timestamp_seconds", "seconds", "When requests go on; absent while they are not held back"), false, github_paused},
};
/* clang-format on */
const size_t github_families_len = sizeof(github_families) / sizeof(*github_families);
