/* The delivery metrics of one service and environment, and what they were worked out of: plain data, made by src/dora.
 * The names and definitions are those of dora.dev; docs/delivery.md says how each is read here. */
#ifndef WICK_MODEL_DORA_H
#define WICK_MODEL_DORA_H

#include "model/delivery.h"
#include "model/fact.h"

/* An incident that counts for a service. */
struct incident {
	enum incident_source source;
	struct str name; /* "slo shop/checkout page-fast", "#17 Checkout is down" */
	struct str url;
	struct instant opened, closed; /* closed.ms == 0: open */
};

/* Why a deployment is said to have failed. */
enum evidence { EVIDENCE_INCIDENT, EVIDENCE_ROLLBACK, EVIDENCE_REVERT, EVIDENCE_HOTFIX };
enum { EVIDENCES = EVIDENCE_HOTFIX + 1 };
extern const char *const evidence_names[EVIDENCES]; /* "incident", "rollback", "revert", "hotfix" */

struct dora_evidence {
	enum evidence kind;
	struct instant
		at; /* when the failure was seen: incident opened, commit reverted, rollback or hotfix deployed */
	struct instant recovered;                 /* when that is over; ms == 0: not yet */
	const struct incident *incident;          /* EVIDENCE_INCIDENT */
	const struct dora_deployment *deployment; /* of the others: the one that undoes it */
	struct str commit; /* EVIDENCE_REVERT: what was reverted, a sha or "#12", a pull request */
};

/* What was left out of a number, and why. */
enum exclusion_reason {
	LEFT_NO_BASELINE, /* a deployment: nothing before it is known, so neither are its commits */
	LEFT_COMMIT_GONE, /* a deployment: its commit, or the one before, does not exist any more */
	LEFT_NOT_LINEAR, /* a deployment: neither ahead of the one before it nor behind it, and it brings nothing new */
	LEFT_SAME_COMMIT,   /* an attempt: its commit was live already */
	LEFT_OTHER_SERVICE, /* a deployment or commit: touches none of the service's paths, has none of its labels */
	LEFT_MERGE_COMMIT,  /* a commit: a merge changes nothing by itself */
	LEFT_BOT,           /* a commit: a bot's */
	LEFT_AUTHOR,        /* a commit: of an author who is left out */
	LEFT_CLOCK_SKEW,    /* a commit: written after it was deployed, says its author date */
	LEFT_NO_PULL,       /* a commit, where lead time is counted per pull request: it belongs to none */
	LEFT_UNKNOWN_STATE, /* an attempt: of a state that nobody knows, or a success of no known end */
	LEFT_NO_DATE,       /* a commit: nothing is known of it, or not from when its lead time runs */
	LEFT_NOT_READ,      /* a deployment: its commits could not be read, or were not yet */
};
enum { EXCLUSION_REASONS = LEFT_NOT_READ + 1 };
extern const char *const exclusion_reason_names[EXCLUSION_REASONS]; /* "no_baseline", "commit_gone", ... */

/* The stages of a change's way, each from the end of the one before. */
enum dora_stage {
	STAGE_CODING,  /* first commit -> pull request opened */
	STAGE_PICKUP,  /* -> first review */
	STAGE_REVIEW,  /* -> merged */
	STAGE_WAITING, /* -> the deployment begins */
	STAGE_DEPLOY,  /* -> it has succeeded */
};
enum { DORA_STAGES = STAGE_DEPLOY + 1 };
extern const char *const dora_stage_names[DORA_STAGES]; /* "coding", "pickup", "review", "waiting", "deploy" */

/* One change of a deployment: a commit, or a pull request where lead time is counted per pull request. */
struct dora_change {
	const struct fact_commit *commit; /* of a pull request: the one that brought it in */
	const struct fact_pull *pull;     /* NULL: none is known */
	bool counts;                      /* has a lead time */
	enum exclusion_reason reason;     /* where it does not */
	double lead_seconds;
	/* NaN where an end of it is not known, or comes before its beginning. Of a pull request's commits the first
	 * that counts has them, and the others none. */
	double stage_seconds[DORA_STAGES];
};

struct dora_deployment {
	const struct fact_attempt *success; /* the first attempt that succeeded; its end is the deployment's time */
	struct str sha;
	struct instant at;
	size_t attempts;                      /* tries of this commit up to the success, that one included */
	const struct dora_deployment *before; /* of the same service and environment; NULL: none */
	enum range_status range; /* against what was live before it in the environment, whichever service that was of */
	bool baseline;           /* its commits are not known */
	enum exclusion_reason baseline_reason;
	bool rollback, hotfix, reverts; /* unplanned: what it undoes */
	const struct dora_change *changes;
	size_t changes_len;
	const struct dora_evidence *evidence; /* failed where there is any, in the order of time */
	size_t evidence_len;
	struct instant recovered; /* ms == 0 of a failed one: not yet */
};

/* What the host could not be asked for, though the definition takes it. */
struct dora_unread {
	bool pulls, issues;
};

/* Every deployment of one service and environment up to a moment, in the order of time. */
struct dora_history {
	const struct delivery *delivery;
	const struct delivery_environment *environment;
	struct str repository;
	struct instant at;    /* nothing later is known of */
	struct instant since; /* the history is known from here on; ms == 0: from the repository's beginning */
	struct dora_unread unread;
	const struct fact_attempt *const *attempts; /* all, failed ones too */
	size_t attempts_len;
	const struct dora_deployment *deployments;
	size_t deployments_len;
	const struct incident *incidents; /* all that count for the service */
	size_t incidents_len;
	/* what was left out, and when, in the order of time: dora_metrics counts by window */
	const struct dora_left_out *left_out;
	size_t left_out_len;
};

struct dora_left_out {
	struct instant at; /* of the deployment or attempt that it belongs to */
	enum exclusion_reason reason;
	struct str what; /* for people: a sha, "run 17 attempt 2" */
};

/* Exact quantiles, linear between neighbours (the PERCENTILE_CONT of SQL). NaN where count is 0. */
struct dora_quantiles {
	size_t count;
	double p50, p75, p90;
};

/* Upper bounds of the histogram: 1 h, 1 d, 7 d, 30 d, 182 d, and the rest. */
enum { DORA_BUCKETS = 6 };
extern const double dora_bucket_seconds[DORA_BUCKETS]; /* the last is infinite */

/* (from, to]; of a rolling window `to` is the history's `at`. */
struct dora_window {
	struct str name; /* "7d", "30d", "90d", or a calendar month "2026-10" */
	struct instant from, to;
};

/* What stays unknown since what it is made of was not read. Its numbers are NaN, and its counts say nothing. */
struct dora_unknown {
	bool deployments; /* whose they are; then so is all below */
	bool lead, stages, failures, recovery, rework;
	bool evidence[EVIDENCES];
};

/* What is known of one window. NaN: no data, and never 0. */
struct dora_metrics {
	struct dora_window window;
	bool whole; /* the history reaches back to its beginning */
	struct dora_unknown unknown;
	size_t attempts[ATTEMPT_RESULTS]; /* by result, by their end (or begin) in the window */
	size_t deployments;
	double deployments_per_day; /* NaN where the window is not whole */
	struct dora_quantiles lead;
	double lead_sum_seconds;
	size_t lead_buckets[DORA_BUCKETS]; /* cumulative, as in Prometheus */
	struct dora_quantiles stages[DORA_STAGES];
	size_t failed;
	size_t failed_by[EVIDENCES];    /* one deployment may have several kinds */
	double change_failure_ratio;    /* NaN without deployments */
	struct dora_quantiles recovery; /* of failed deployments of the window that have recovered */
	size_t unplanned;
	double rework_ratio; /* NaN without deployments */
	size_t left_out[EXCLUSION_REASONS];
};

/* As of the history's end, whatever the window. */
struct dora_standing {
	size_t open_incidents, open_failures;
	double oldest_failure_seconds;  /* age of the oldest deployment that has not recovered; NaN: none */
	struct instant last_deployment; /* ms == 0: none */
	bool unknown;                   /* incidents could not be read: how many are open, and what has not recovered */
};

/* One of the metrics that DORA has thresholds for. */
enum dora_metric {
	DORA_DEPLOYMENT_FREQUENCY,
	DORA_LEAD_TIME,
	DORA_CHANGE_FAILURE_RATE,
	DORA_RECOVERY_TIME,
	DORA_REWORK_RATE,
};
enum { DORA_METRICS = DORA_REWORK_RATE + 1 };
extern const char *const dora_metric_names[DORA_METRICS]; /* "deployment_frequency", "lead_time", ... */

/* In rising order; none comes first, so that what is not known is not low. */
enum dora_level { LEVEL_NONE, LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH, LEVEL_ELITE };
enum { DORA_LEVELS = LEVEL_ELITE + 1 };
extern const char *const dora_level_names[DORA_LEVELS]; /* "none", "low", ... */

struct dora_grades {
	unsigned year; /* of the report that the levels are from */
	enum dora_level levels[DORA_METRICS];
	double scores[DORA_METRICS]; /* 0-10, dora.dev's quick check; NaN: not known */
	double score;                /* their mean; NaN where one is not known */
};

/* What is shown of one service and environment; or of a team or group, where several are taken together. */
enum dora_scope { DORA_OF_SERVICE, DORA_OF_TEAM, DORA_OF_GROUP };
enum { DORA_SCOPES = DORA_OF_GROUP + 1 };
extern const char *const dora_scope_names[DORA_SCOPES]; /* "service", "team", "group" */

/* Rolling windows of 7, 30 and 90 days, and the calendar month. */
enum { DORA_SHOWN_WINDOWS = 4 };
struct dora_result {
	enum dora_scope scope;
	struct str name, environment, repository; /* of a team or group: its name, and no repository */
	struct labels labels;
	size_t services; /* that were taken together; 1 for a service */
	bool complete; /* the host was read back as far as it is to be; else windows that are not whole show nothing */
	struct instant read_at; /* when the host was last asked for all of it; ms == 0: not yet */
	struct instant at;      /* where the windows end: nothing later is known */
	struct str error;       /* why there is nothing newer, empty for none */
	struct dora_metrics windows[DORA_SHOWN_WINDOWS];
	struct dora_standing standing;
	struct dora_grades grades;                   /* of the window of 30 days */
	const struct dora_history *const *histories; /* that it was worked out of, `services` of them */
};

struct dora_results {
	struct dora_result *at; /* services first, then teams, then groups; each by name and environment */
	size_t len;
};

#endif
