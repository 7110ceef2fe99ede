/* Workflows, their runs and jobs: which of them an address shows, and what they look like. */
#include "base/limits.h"
#include "demo/hub_parts.h"

#include <stdio.h>

enum { WORKFLOW_ID = 9001, SEARCH_RESULTS = 1000 };

static const struct {
	const char *file, *name, *branch, *jobs[JOBS];
} workflows[WORKFLOWS] = {
	[WORKFLOW_PRODUCTION] = {"deploy-production.yml", "Deploy production", "main", {"build", "api", "worker"}},
	[WORKFLOW_STAGING] = {"deploy-staging.yml", "Deploy staging", "staging", {"build", "deploy", NULL}},
};

static const char *const outcomes[] = {"success", "failure", "cancelled", "skipped"};

/* ms == 0: not yet. */
static struct instant known(const struct ask *ask, struct instant at)
{
	return at.ms <= ask->now.ms ? at : (struct instant){0};
}

static void put_workflow(struct ask *ask, const struct found *found)
{
	const char *file = workflows[found->index].file;

	json_object(&ask->json);
	put_int(ask, "id", WORKFLOW_ID + (int64_t)found->index);
	put_node(ask, "W", WORKFLOW_ID + (int64_t)found->index);
	put_text(ask, "name", "%s", workflows[found->index].name);
	put_text(ask, "path", ".github/workflows/%s", file);
	put_text(ask, "state", "active");
	put_time(ask, "created_at", ask->repository->created);
	put_time(ask, "updated_at", ask->repository->created);
	put_text(ask, "url", "%s/actions/workflows/%s", ask->url, file);
	put_text(ask, "html_url", "%s/actions/workflows/%s", ask->url, file);
	put_text(ask, "badge_url", "%s/actions/workflows/%s/badge.svg", ask->url, file);
	json_object_end(&ask->json);
}

void hub_workflows(struct ask *ask)
{
	struct listing listing = {.at = NULL};

	for (uint32_t i = 0; i < WORKFLOWS; i++)
		listing_add(&listing, i, i, 0);
	listing_answer(ask, &listing, false, "workflows", put_workflow);
}

/* By its file or its id; WORKFLOWS: there is none. */
static uint32_t find_workflow(struct str text)
{
	int64_t id;
	uint32_t i = 0;

	while (i < WORKFLOWS && !str_is(text, workflows[i].file) &&
	       !(ask_number(text, &id) && id == WORKFLOW_ID + (int64_t)i))
		i++;
	return i;
}

void hub_workflow(struct ask *ask)
{
	struct found found = {.index = find_workflow(ask->parts[2])};

	if (found.index == WORKFLOWS)
		ask_refuse(ask, 404, "Not Found");
	else
		put_workflow(ask, &found);
}

/* --- runs */

struct state {
	const char *status, *conclusion; /* NULL: there is none yet */
	struct instant updated;
};

static struct state state_of(const struct ask *ask, struct instant created, struct instant began, struct instant ended,
			     enum outcome outcome)
{
	if (ended.ms <= ask->now.ms)
		return (struct state){"completed", outcomes[outcome], ended};
	if (began.ms <= ask->now.ms)
		return (struct state){"in_progress", NULL, began};
	return (struct state){"queued", NULL, created};
}

static struct state attempt_state(const struct ask *ask, const struct made_attempt *attempt)
{
	return state_of(ask, attempt->created, attempt->began, attempt->finished, attempt->outcome);
}

static void put_maybe(struct ask *ask, const char *key, const char *text)
{
	if (text)
		put_text(ask, key, "%s", text);
	else
		put_null(ask, key);
}

static void put_head_commit(struct ask *ask, uint32_t which)
{
	const struct made_commit *commit = &ask->repository->commits[which];
	const char *author = account_logins[commit_author(ask->repository, which)];
	static const char *const keys[] = {"author", "committer"};
	struct buf message;

	buf_init(&message, LIMIT_LINE_BYTES);
	commit_message(ask->repository, which, &message);
	put_text(ask, "display_title", "%.*s", (int)str_find(buf_view(&message), '\n'), message.at);
	json_key(&ask->json, "head_commit");
	json_object(&ask->json);
	put_text(ask, "id", "%s", commit->sha);
	put_text(ask, "tree_id", "%s", commit->sha);
	json_key_text(&ask->json, "message", buf_view(&message));
	put_time(ask, "timestamp", commit->committed);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_key(&ask->json, keys[i]);
		json_object(&ask->json);
		put_text(ask, "name", "%s", author);
		put_text(ask, "email", "%s@anvila.example", author);
		json_object_end(&ask->json);
	}
	json_object_end(&ask->json);
	buf_release(&message);
}

static void put_run_links(struct ask *ask, const char *url, const struct made_run *run, unsigned attempt)
{
	static const char *const tails[] = {"jobs", "logs", "artifacts", "cancel", "rerun"};
	char key[32];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(key, sizeof(key), "%s_url", tails[i]);
		put_text(ask, key, "%s/%s", url, tails[i]);
	}
	put_text(ask, "url", "%s", url);
	put_text(ask, "html_url", "%s", url);
	put_text(ask, "check_suite_url", "%s/check-suites/%u", ask->url, run->number);
	put_text(ask, "workflow_url", "%s/actions/workflows/%d", ask->url, WORKFLOW_ID + (int)run->workflow);
	if (attempt > 0)
		put_text(ask, "previous_attempt_url", "%s/attempts/%u", url, attempt);
	else
		put_null(ask, "previous_attempt_url");
}

static void put_run(struct ask *ask, uint32_t which, unsigned number)
{
	const struct made_run *run = &ask->repository->runs[which];
	const struct made_attempt *attempt = &run->attempts[number];
	struct state state = attempt_state(ask, attempt);
	int64_t id = RUN_ID + (int64_t)which;
	char url[2 * HUB_URL_BYTES];

	snprintf(url, sizeof(url), "%s/actions/runs/%lld", ask->url, (long long)id);
	json_object(&ask->json);
	put_int(ask, "id", id);
	put_node(ask, "WR", id);
	put_text(ask, "name", "%s", workflows[run->workflow].name);
	put_text(ask, "path", ".github/workflows/%s", workflows[run->workflow].file);
	put_text(ask, "head_branch", "%s", workflows[run->workflow].branch);
	put_text(ask, "head_sha", "%s", ask->repository->commits[run->commit].sha);
	put_int(ask, "run_number", run->number);
	put_int(ask, "run_attempt", number + 1);
	put_text(ask, "event", "%s", run->by_hand ? "workflow_dispatch" : "push");
	put_text(ask, "status", "%s", state.status);
	put_maybe(ask, "conclusion", state.conclusion);
	put_int(ask, "workflow_id", WORKFLOW_ID + (int64_t)run->workflow);
	put_int(ask, "check_suite_id", id);
	put_text(ask, "check_suite_node_id", "CS_%lld", (long long)id);
	put_time(ask, "created_at", run->attempts[0].created);
	put_time(ask, "run_started_at", attempt->created);
	put_time(ask, "updated_at", state.updated);
	put_account(ask, "actor", run->attempts[0].actor);
	put_account(ask, "triggering_actor", attempt->actor);
	for (int i = 0; i < 2; i++) {
		json_key(&ask->json, i ? "referenced_workflows" : "pull_requests");
		json_array(&ask->json);
		json_array_end(&ask->json);
	}
	put_run_links(ask, url, run, number);
	put_head_commit(ask, run->commit);
	for (int i = 0; i < 2; i++) {
		json_key(&ask->json, i ? "head_repository" : "repository");
		put_repository(ask, FORM_MINIMAL);
	}
	json_object_end(&ask->json);
}

/* A date, or a time; as the end of something a date is the end of that day. */
static bool read_moment(struct str text, bool end, struct instant *out)
{
	if (str_is(text, "*"))
		return true;
	if (!instant_read(text, out))
		return false;
	if (end && text.len == strlen("2026-01-01"))
		out->ms += SPAN_DAY - SPAN_SECOND;
	return true;
}

/* GitHub's syntax for ranges: "A..B", ">=A", ">A", "<=A", "<A", or "A"; both ends are inside of the first. */
static bool read_range(struct str text, struct instant *from, struct instant *to)
{
	const char *dots = memmem(text.at, text.len, "..", 2);
	bool more = text.len && text.at[0] == '>', less = text.len && text.at[0] == '<';
	bool same = text.len > 1 && text.at[1] == '=';
	struct str rest = str_slice(text, same ? 2 : 1, text.len);

	from->ms = INT64_MIN;
	to->ms = INT64_MAX;
	if (!text.len)
		return true;
	if (dots)
		return read_moment((struct str){text.at, (size_t)(dots - text.at)}, false, from) &&
		       read_moment(str_slice(text, (size_t)(dots - text.at) + 2, text.len), true, to);
	if (more) {
		if (!read_moment(rest, !same, from))
			return false;
		from->ms += same ? 0 : SPAN_SECOND;
		return true;
	}
	if (less) {
		if (!read_moment(rest, same, to))
			return false;
		to->ms -= same ? 0 : SPAN_SECOND;
		return true;
	}
	return read_moment(text, false, from) && read_moment(text, true, to);
}

static bool status_fits(const struct ask *ask, const struct made_run *run)
{
	struct state state = attempt_state(ask, &run->attempts[run_attempts(run, ask->now) - 1]);

	return ask_is(ask, "status", state.status, true) ||
	       (state.conclusion && ask_is(ask, "status", state.conclusion, true));
}

static bool run_fits(const struct ask *ask, const struct made_run *run)
{
	return ask_is(ask, "branch", workflows[run->workflow].branch, true) &&
	       ask_is(ask, "event", run->by_hand ? "workflow_dispatch" : "push", true) &&
	       ask_is(ask, "head_sha", ask->repository->commits[run->commit].sha, true) &&
	       ask_is(ask, "actor", account_logins[run->attempts[0].actor], true) && status_fits(ask, run);
}

static void put_listed_run(struct ask *ask, const struct found *found)
{
	put_run(ask, found->index, run_attempts(&ask->repository->runs[found->index], ask->now) - 1);
}

static bool status_ok(const struct ask *ask)
{
	static const char *const words[] = {"completed", "action_required", "cancelled", "failure",   "neutral",
					    "skipped",   "stale",           "success",   "timed_out", "in_progress",
					    "queued",    "requested",       "waiting",   "pending"};
	bool ok = false;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ok |= ask_is(ask, "status", words[i], true);
	return ok;
}

void hub_runs(struct ask *ask)
{
	bool of_one = ask->parts_len == 4;
	uint32_t workflow = of_one ? find_workflow(ask->parts[2]) : 0;
	struct listing listing = {.ceiling = SEARCH_RESULTS};
	struct instant from, to;
	struct buf buf;
	bool ok;

	if (workflow == WORKFLOWS) {
		ask_refuse(ask, 404, "Not Found");
		return;
	}
	buf_init(&buf, LIMIT_LINE_BYTES);
	ok = read_range(ask_value(ask, "created", &buf), &from, &to) && status_ok(ask);
	buf_release(&buf);
	if (!ok) {
		ask_refuse(ask, 422, "Validation Failed");
		return;
	}
	for (uint32_t i = 0; i < ask->repository->runs_len; i++) {
		const struct made_run *run = &ask->repository->runs[i];
		int64_t created = run->attempts[0].created.ms;

		if (created <= ask->now.ms && created >= from.ms && created <= to.ms &&
		    (!of_one || run->workflow == workflow) && run_fits(ask, run))
			listing_add(&listing, created, i, 0);
	}
	listing_answer(ask, &listing, true, "workflow_runs", put_listed_run);
}

/* The run and the attempt of the path, that or its latest; false where they are not there. */
static bool run_of_path(struct ask *ask, uint32_t *which, unsigned *number)
{
	int64_t id, attempt;
	unsigned len = 0;

	if (ask_number(ask->parts[2], &id) && id >= RUN_ID && id - RUN_ID < (int64_t)ask->repository->runs_len) {
		*which = (uint32_t)(id - RUN_ID);
		len = run_attempts(&ask->repository->runs[*which], ask->now);
	}
	*number = len - 1;
	if (len && ask->parts_len > 4) {
		if (!ask_number(ask->parts[4], &attempt) || attempt < 1 || attempt > len)
			len = 0;
		else
			*number = (unsigned)attempt - 1;
	}
	if (!len)
		ask_refuse(ask, 404, "Not Found");
	return len > 0;
}

void hub_run(struct ask *ask)
{
	uint32_t which;
	unsigned number;

	if (run_of_path(ask, &which, &number))
		put_run(ask, which, number);
}

static void put_steps(struct ask *ask, const struct state *state, struct instant began, struct instant ended)
{
	json_key(&ask->json, "steps");
	json_array(&ask->json);
	if (strcmp(state->status, "queued") != 0) {
		json_object(&ask->json);
		put_text(ask, "name", "Set up job");
		put_text(ask, "status", "%s", state->status);
		put_maybe(ask, "conclusion", state->conclusion);
		put_int(ask, "number", 1);
		put_time(ask, "started_at", began);
		put_time(ask, "completed_at", known(ask, ended));
		json_object_end(&ask->json);
	}
	json_array_end(&ask->json);
}

/* `inner` is the attempt and the job: attempt * JOBS + job. */
static void put_job(struct ask *ask, const struct found *found)
{
	const struct made_run *run = &ask->repository->runs[found->index];
	unsigned number = found->inner / JOBS, job = found->inner % JOBS;
	int64_t id = ((RUN_ID + (int64_t)found->index) * RUN_ATTEMPTS + number) * JOBS + job;
	struct instant created = run->attempts[number].created;
	struct made_job_run times;
	struct state state;
	bool queued;

	run_job(run, number, (enum made_job)job, &times);
	state = state_of(ask, created, times.began, times.ended, times.outcome);
	queued = strcmp(state.status, "queued") == 0;
	json_object(&ask->json);
	put_int(ask, "id", id);
	put_node(ask, "J", id);
	put_int(ask, "run_id", RUN_ID + (int64_t)found->index);
	put_int(ask, "run_attempt", number + 1);
	put_text(ask, "workflow_name", "%s", workflows[run->workflow].name);
	put_text(ask, "head_branch", "%s", workflows[run->workflow].branch);
	put_text(ask, "head_sha", "%s", ask->repository->commits[run->commit].sha);
	put_text(ask, "run_url", "%s/actions/runs/%lld", ask->url, (long long)RUN_ID + found->index);
	put_text(ask, "url", "%s/actions/jobs/%lld", ask->url, (long long)id);
	put_text(ask, "html_url", "%s/actions/runs/%lld/job/%lld", ask->url, (long long)RUN_ID + found->index,
		 (long long)id);
	put_text(ask, "check_run_url", "%s/check-runs/%lld", ask->url, (long long)id);
	put_text(ask, "name", "%s", workflows[run->workflow].jobs[job]);
	put_text(ask, "status", "%s", state.status);
	put_maybe(ask, "conclusion", state.conclusion);
	put_time(ask, "created_at", created);
	put_time(ask, "started_at", queued ? created : times.began);
	put_time(ask, "completed_at", known(ask, times.ended));
	put_steps(ask, &state, times.began, times.ended);
	json_key(&ask->json, "labels");
	json_array(&ask->json);
	json_str(&ask->json, STR("ubuntu-latest"));
	json_array_end(&ask->json);
	put_null(ask, "runner_id");
	put_null(ask, "runner_name");
	put_null(ask, "runner_group_id");
	put_null(ask, "runner_group_name");
	json_object_end(&ask->json);
}

/* A job is there once its run's attempt is under way. */
static void add_jobs(const struct ask *ask, struct listing *listing, uint32_t which, unsigned number)
{
	const struct made_run *run = &ask->repository->runs[which];
	struct made_job_run times;

	for (unsigned job = 0; job < JOBS && run->attempts[number].began.ms <= ask->now.ms; job++)
		if (run_job(run, number, (enum made_job)job, &times))
			listing_add(listing, number, which, number * JOBS + job);
}

void hub_jobs(struct ask *ask)
{
	bool all = ask->parts_len == 4 && ask_is(ask, "filter", "all", false);
	struct listing listing = {.at = NULL};
	uint32_t which;
	unsigned number;

	if (!run_of_path(ask, &which, &number))
		return;
	for (unsigned i = all ? 0 : number; i <= number; i++)
		add_jobs(ask, &listing, which, i);
	listing_answer(ask, &listing, false, "jobs", put_job);
}
