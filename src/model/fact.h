/* What a code host (GitHub) told of a repository: facts as they were told, of which the delivery metrics are worked
 * out. Plain data. Any text may be empty and any time unknown (ms == 0): hosts leave out what they please. */
#ifndef WICK_MODEL_FACT_H
#define WICK_MODEL_FACT_H

#include "base/str.h"
#include "base/when.h"

enum attempt_result {
	ATTEMPT_UNKNOWN, /* a state that nobody knows */
	ATTEMPT_RUNNING, /* queued, waiting, in progress */
	ATTEMPT_SUCCESS,
	ATTEMPT_FAILURE,   /* failure, error, timed out, startup failure */
	ATTEMPT_CANCELLED, /* by a person or by a newer run: neither */
	ATTEMPT_SKIPPED,   /* skipped, neutral, stale, action required: nothing was deployed */
};
enum { ATTEMPT_RESULTS = ATTEMPT_SKIPPED + 1 };
extern const char *const attempt_result_names[ATTEMPT_RESULTS]; /* "unknown", "running", "success", ... */

/* One try to deploy: an attempt of a workflow run (or of one job in it), a deployment with its statuses, a release. */
struct fact_attempt {
	struct str
		source; /* which of the repository's sources told it: "workflow deploy.yml", "deployments production" */
	int64_t id;     /* of the run, the deployment, the release */
	unsigned number;     /* the attempt of a run, from 1 on; 1 for others */
	struct str sha, ref; /* ref: branch or tag */
	struct str url;      /* for people */
	enum attempt_result result;
	struct str state;       /* the host's own word for it */
	struct instant created; /* of the run: not moved by a re-run */
	struct instant started;
	/* The end: of the last job of the attempt (or of the one job); the first status `success`; the release's
	 * publication. Never the time of an update. ms == 0 while it runs. */
	struct instant finished;
};

struct fact_commit {
	struct str sha;
	struct str author; /* login, or the author's name where no account is known */
	bool bot;
	struct instant authored, committed;
	struct str subject; /* the first line of the message */
	/* The sha that "This reverts commit ..." names, else "#12" of "Reverts #12", a pull request; empty: none. */
	struct str reverts;
	const struct str *parents;
	size_t parents_len;
};

/* compare/base...head. `commits` are those reachable from head and not from base, the oldest first. */
enum range_status {
	RANGE_AHEAD,
	RANGE_BEHIND,
	RANGE_DIVERGED,
	RANGE_IDENTICAL,
	RANGE_GONE /* a commit is not there any more */
};
enum { RANGE_STATUSES = RANGE_GONE + 1 };
extern const char *const range_status_names[RANGE_STATUSES]; /* "ahead", "behind", "diverged", "identical", "gone" */
struct fact_range {
	struct str base, head;
	enum range_status status;
	const struct str *commits; /* shas */
	size_t commits_len;
};

struct fact_pull {
	int64_t number;
	struct str title, head_ref, base_ref, author, url;
	bool bot;
	struct str merge_sha;                                      /* may be empty: newer API versions do not tell it */
	struct instant opened, merged, first_commit, first_review; /* merged.ms == 0: not merged */
	int64_t reverts; /* the pull request that its body says it reverts; 0: none */
	const struct str *labels;
	size_t labels_len;
};

struct fact_issue {
	int64_t number;
	struct str title, url;
	struct instant opened, closed; /* closed.ms == 0: open */
	const struct str *labels;
	size_t labels_len;
};

#endif
