/* What has become of the code of the demo's system: two years of commits, pull requests, workflow runs and issues that
 * end at the story's `until`, and all the time after. Pure as the story is: the same seed and `until` give the same,
 * however the time is cut into steps; what repository_deploy() is told comes on top.
 *
 * Things are made when they are due (repository_advance), so that what lies in the future is not there. A run that is
 * under way has its end in it already: whoever shows it compares with the clock. Times are whole seconds. Used by one
 * thread. */
#ifndef WICK_DEMO_REPOSITORY_H
#define WICK_DEMO_REPOSITORY_H

#include "base/buf.h"
#include "demo/story.h"

/* A demo that goes on for longer than a year makes up nothing new: its memory has an end. */
enum { REPOSITORY_DAYS = 730, REPOSITORY_LIVE_DAYS = 366, RUN_ATTEMPTS = 4, SHA_BYTES = 41 };
#define NOTHING UINT32_MAX /* no index */

/* Accounts: DEVELOPERS of them write, the others do what their names say. */
enum { DEVELOPERS = 6, ACCOUNT_SRE = DEVELOPERS, ACCOUNT_BOT, ACCOUNT_OWNER, ACCOUNT_WEB, ACCOUNTS };
extern const char *const account_logins[ACCOUNTS];

struct made_commit {
	char sha[SHA_BYTES];
	bool on_main;
	unsigned ordinal; /* which of its pull request's */
	uint32_t place;   /* on main: which of it, from 0; on a branch: where that left it */
	uint32_t pull;    /* NOTHING for the first of all */
	uint32_t branch;  /* of a merge: the last commit of the branch, else NOTHING */
	uint32_t reverts; /* or NOTHING */
	struct instant authored, committed;
};

enum pull_kind { PULL_FEATURE, PULL_BOT, PULL_HOTFIX, PULL_REVERT };
enum merge_style { MERGE_COMMIT, MERGE_SQUASH, MERGE_REBASE };

struct made_pull {
	enum pull_kind kind;
	enum merge_style style;
	unsigned number; /* 0: it is not opened yet, and nobody knows of it */
	unsigned author, reviewer, verb, noun;
	bool worker;  /* changes what is below worker/, and nothing else */
	bool urgent;  /* waits for nothing, and goes live at once */
	bool dropped; /* is closed in the end, and not merged */
	struct instant first, opened, reviewed, approved;
	struct instant ends;           /* when it is to be merged or closed; it may have to wait */
	struct instant live;           /* when its deployment ends, where the story says so; else ms == 0 */
	struct instant closed;         /* ms == 0: it is open */
	uint32_t commits, commits_len; /* of its branch, which stand together */
	uint32_t merge;                /* the last commit that it brought to main; NOTHING: it is not merged */
	uint32_t undoes;               /* the pull request that it reverts, or NOTHING */
};

struct made_issue {
	unsigned number, title;
	bool incident;
	struct instant opened, closed; /* ms == 0: nobody knows when it will be */
};

enum made_workflow { WORKFLOW_PRODUCTION, WORKFLOW_STAGING };
enum { WORKFLOWS = WORKFLOW_STAGING + 1 };
enum made_job { JOB_BUILD, JOB_DEPLOY, JOB_WORKER, JOBS }; /* staging has no worker of its own */
enum outcome { OUTCOME_SUCCESS, OUTCOME_FAILURE, OUTCOME_CANCELLED, OUTCOME_SKIPPED };

struct made_attempt {
	struct instant created, began, finished;
	int64_t length; /* ms from `began` on, were it not cancelled */
	enum outcome outcome;
	enum made_job broken; /* of a failure: the job that fails */
	bool partly;          /* only what had failed is run again: the other jobs are those of the attempt before */
	unsigned actor;
};

struct made_run {
	enum made_workflow workflow;
	unsigned number; /* of its workflow */
	bool by_hand;    /* workflow_dispatch, not push */
	uint32_t commit;
	struct made_attempt attempts[RUN_ATTEMPTS];
	unsigned attempts_len;
};

/* A number of a pull request or an issue: they share them. */
struct made_number {
	bool issue;
	uint32_t index;
};

struct repository {
	const struct story *story;
	struct instant created;
	struct made_commit *commits;
	uint32_t *mains; /* the commits of main, in their order */
	struct made_pull *pulls;
	struct made_issue *issues;
	struct made_run *runs;       /* in the order in which they were created */
	struct made_number *numbers; /* number 1 is the first */
	size_t commits_len, commits_cap, mains_len, mains_cap, pulls_len, pulls_cap, issues_len, issues_cap, runs_len,
		runs_cap, numbers_len, numbers_cap;

	struct event *pending; /* in no order */
	size_t pending_len, pending_cap;
	uint64_t pushed;            /* events so far: of two at the same time the earlier one comes first */
	int64_t planned;            /* the first day that has no plan yet */
	struct instant at;          /* all until then is there */
	struct instant free;        /* what is merged next has to wait until then */
	uint32_t live, live_before; /* the run that made what is live, and what was before it; NOTHING: none */
	bool told_to_fail;          /* what is live was rolled out to fail */
};

/* The story must outlive it. */
void repository_init(struct repository *repository, const struct story *story);
void repository_release(struct repository *repository);
/* Makes everything that is due up to the instant; one in the past changes nothing. */
void repository_advance(struct repository *repository, struct instant to);
/* A version is rolled out by hand: a pull request that was merged a few minutes ago, and a run that has just ended.
 * What is still under way is cancelled. One that does not fail, after one that does, is a hotfix. */
void repository_deploy(struct repository *repository, struct instant at, bool fails);

/* One attempt's job; false where it is none of the workflow's. `began` of one that is skipped is its end. */
struct made_job_run {
	struct instant began, ended;
	enum outcome outcome;
	unsigned attempt; /* in which it ran, from 0 */
};
bool run_job(const struct made_run *run, unsigned attempt, enum made_job job, struct made_job_run *out);
/* How many attempts there are by then; 0: not even the run. */
unsigned run_attempts(const struct made_run *run, struct instant at);

/* Whether `inner` is `outer` or one of its ancestors. */
bool commit_holds(const struct repository *repository, uint32_t outer, uint32_t inner);
/* The parents of a commit: how many, and which. */
unsigned commit_parents(const struct repository *repository, uint32_t commit, uint32_t parents[2]);
unsigned commit_author(const struct repository *repository, uint32_t commit);
bool commit_is_merge(const struct repository *repository, uint32_t commit);

/* Texts. A message has its subject in its first line. */
void commit_message(const struct repository *repository, uint32_t commit, struct buf *out);
void pull_title(const struct repository *repository, uint32_t pull, struct buf *out);
void pull_branch(const struct repository *repository, uint32_t pull, struct buf *out);
const char *issue_title(const struct made_issue *issue);
/* The files that a commit changes (a merge none), at most FILES_MAX; false behind the last one. */
enum { FILES_MAX = 3 };
bool commit_file(const struct repository *repository, uint32_t commit, unsigned which, struct buf *out);

#endif
