/* What GitHub's answers say, as facts. Everything may be missing or null; states that nobody knows are kept as unknown.
 * A list that is no list, or an element without what makes it one (an id, a sha), is an error that names it: nothing of
 * the page is taken then. Texts live in the arena. Field names: GitHub's OpenAPI description. */
#ifndef WICK_GITHUB_READ_H
#define WICK_GITHUB_READ_H

#include "base/arena.h"
#include "format/json_tree.h"
#include "model/fact.h"

/* Of workflow_runs[]: one run, as its latest attempt stands. */
struct github_run {
	int64_t id, workflow_id;
	unsigned attempt;
	struct str path, name, sha, branch, event, url,
		actor; /* path: ".github/workflows/deploy.yml" (what follows an @ is cut) */
	enum attempt_result result;
	struct str state;                /* the conclusion, or the status while there is none */
	struct instant created, started; /* started: of the latest attempt */
};
struct github_runs {
	struct github_run *at;
	size_t len, total; /* total: of the whole listing */
};
bool github_read_runs(const struct json_tree *page, struct arena *arena, struct github_runs *out, struct err *err);
/* One attempt of a run: /actions/runs/{id}/attempts/{n} is of the same shape as an element of workflow_runs. */
bool github_read_run(const struct json_tree *run, struct arena *arena, struct github_run *out, struct err *err);

struct github_job {
	int64_t id, run_id;
	unsigned attempt; /* 0: it is not told */
	struct str name;
	enum attempt_result result;
	struct str state;
	struct instant started, completed;
};
struct github_jobs {
	struct github_job *at;
	size_t len, total;
};
bool github_read_jobs(const struct json_tree *page, struct arena *arena, struct github_jobs *out, struct err *err);

struct github_deployment {
	int64_t id;
	struct str sha, ref, environment, task, url;
	struct instant created;
};
struct github_deployments {
	struct github_deployment *at;
	size_t len;
};
bool github_read_deployments(const struct json_tree *page, struct arena *arena, struct github_deployments *out,
			     struct err *err);
struct github_status {
	int64_t id;
	struct str state; /* success, failure, error, inactive, in_progress, queued, pending, waiting, or another */
	struct instant created;
	struct str url; /* of the log or the environment, for people */
};
struct github_statuses {
	struct github_status *at;
	size_t len;
};
bool github_read_statuses(const struct json_tree *page, struct arena *arena, struct github_statuses *out,
			  struct err *err);
/* What a deployment with these statuses has come to (of all its pages): SUCCESS from its first success on, whatever
 * came later; FAILURE where it failed or erred and never succeeded; its `finished` is the time of that status. */
void github_judge_deployment(const struct github_deployment *deployment, const struct github_statuses *statuses,
			     struct fact_attempt *out);

struct github_release {
	int64_t id;
	struct str tag, name, url;
	bool draft, prerelease;
	struct instant created, published;
};
struct github_releases {
	struct github_release *at;
	size_t len;
};
bool github_read_releases(const struct json_tree *page, struct arena *arena, struct github_releases *out,
			  struct err *err);
/* /releases/{id}: whether it is published. */
bool github_read_published(const struct json_tree *release);

/* A page of /compare/{base}...{head}; `total` commits are on all pages. */
struct github_compare {
	enum range_status status;
	size_t total;
	struct fact_commit *commits; /* the oldest first */
	size_t len;
};
bool github_read_compare(const struct json_tree *page, struct arena *arena, struct github_compare *out,
			 struct err *err);
/* A page of /commits/{sha}: the commit, and the files of this page (with the name before a rename). */
bool github_read_commit(const struct json_tree *page, struct arena *arena, struct fact_commit *out,
			const struct str **files, size_t *files_len, struct err *err);

struct github_pulls {
	struct fact_pull *at;
	struct instant *updated; /* of each: where a listing by update may stop */
	size_t len;
};
/* /pulls and /commits/{sha}/pulls. A pull request is merged where it has merged_at: closed ones have a merge sha too.
 */
bool github_read_pulls(const struct json_tree *page, struct arena *arena, struct github_pulls *out, struct err *err);
/* A page of /pulls/{n}/commits: the earliest author date; ms == 0 for none. */
bool github_read_first_commit(const struct json_tree *page, struct instant *first, struct err *err);
/* A page of /pulls/{n}/reviews: the earliest review by a person other than `author`; ms == 0 for none. */
bool github_read_first_review(const struct json_tree *page, struct str author, struct instant *first, struct err *err);

struct github_issues {
	struct fact_issue *at;
	struct instant *updated;
	size_t len;
};
/* /issues also lists pull requests: those are left out. */
bool github_read_issues(const struct json_tree *page, struct arena *arena, struct github_issues *out, struct err *err);
/* /issues/{n} */
bool github_read_issue(const struct json_tree *issue, struct arena *arena, struct fact_issue *out, struct err *err);

/* What there is: for discovery, and for near misses. */
struct github_repository {
	struct str full_name, default_branch;
	bool archived, disabled, fork, is_private;
	bool no_issues; /* they are turned off */
	struct instant pushed;
	const struct str *topics;
	size_t topics_len;
	struct str *property_names, *property_values; /* custom properties that are texts */
	size_t properties_len;
};
struct github_repositories {
	struct github_repository *at;
	size_t len;
};
/* /orgs/{org}/repos, or /installation/repositories. */
bool github_read_repositories(const struct json_tree *page, struct arena *arena, struct github_repositories *out,
			      struct err *err);
/* /repos/{o}/{r} */
bool github_read_repository(const struct json_tree *page, struct arena *arena, struct github_repository *out,
			    struct err *err);
struct github_workflow {
	int64_t id;
	struct str path, name, state;
};
struct github_workflows {
	struct github_workflow *at;
	size_t len;
};
bool github_read_workflows(const struct json_tree *page, struct arena *arena, struct github_workflows *out,
			   struct err *err);
/* /repos/{o}/{r}/branches, /labels: the names in a list of what has one. */
bool github_read_names(const struct json_tree *page, struct arena *arena, struct str **names, size_t *len,
		       struct err *err);
/* /repos/{o}/{r}/environments: names. */
bool github_read_environments(const struct json_tree *page, struct arena *arena, struct str **names, size_t *len,
			      struct err *err);

#endif
