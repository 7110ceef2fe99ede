#include "model/dora.h"

#include <math.h>

const char *const evidence_names[EVIDENCES] = {"incident", "rollback", "revert", "hotfix"};
const char *const exclusion_reason_names[EXCLUSION_REASONS] = {
	[LEFT_NO_BASELINE] = "no_baseline",
	[LEFT_COMMIT_GONE] = "commit_gone",
	[LEFT_NOT_LINEAR] = "not_linear",
	[LEFT_SAME_COMMIT] = "same_commit",
	[LEFT_OTHER_SERVICE] = "other_service",
	[LEFT_MERGE_COMMIT] = "merge_commit",
	[LEFT_BOT] = "bot",
	[LEFT_AUTHOR] = "author",
	[LEFT_CLOCK_SKEW] = "clock_skew",
	[LEFT_NO_PULL] = "no_pull_request",
	[LEFT_UNKNOWN_STATE] = "unknown_state",
	[LEFT_NO_DATE] = "no_date",
	[LEFT_NOT_READ] = "not_read",
};
const char *const dora_stage_names[DORA_STAGES] = {"coding", "pickup", "review", "waiting", "deploy"};
const double dora_bucket_seconds[DORA_BUCKETS] = {3600, 86400, 604800, 2592000, 15724800, INFINITY};
const char *const dora_metric_names[DORA_METRICS] = {"deployment_frequency", "lead_time", "change_failure_rate",
						     "recovery_time", "rework_rate"};
const char *const dora_level_names[DORA_LEVELS] = {"none", "low", "medium", "high", "elite"};
const char *const dora_scope_names[DORA_SCOPES] = {"service", "team", "group"};
