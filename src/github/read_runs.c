#include "github/read_parts.h"

/* Conclusions and statuses of runs and jobs. Source: GitHub's OpenAPI description, workflow-run and job;
 * startup_failure and stale are told by webhooks alone. */
static const struct {
	const char *state;
	enum attempt_result result;
} states[] = {
	{"success", ATTEMPT_SUCCESS},         {"failure", ATTEMPT_FAILURE}, {"timed_out", ATTEMPT_FAILURE},
	{"startup_failure", ATTEMPT_FAILURE}, {"error", ATTEMPT_FAILURE},   {"cancelled", ATTEMPT_CANCELLED},
	{"skipped", ATTEMPT_SKIPPED},         {"neutral", ATTEMPT_SKIPPED}, {"stale", ATTEMPT_SKIPPED},
	{"action_required", ATTEMPT_SKIPPED}, {"queued", ATTEMPT_RUNNING},  {"in_progress", ATTEMPT_RUNNING},
	{"requested", ATTEMPT_RUNNING},       {"waiting", ATTEMPT_RUNNING}, {"pending", ATTEMPT_RUNNING},
};
enum { STATES = sizeof(states) / sizeof(states[0]) };

static enum attempt_result result_of(struct str state)
{
	for (size_t i = 0; i < STATES; i++)
		if (str_is(state, states[i].state))
			return states[i].result;
	return ATTEMPT_UNKNOWN;
}

/* The conclusion stands once the status is "completed"; while it runs a conclusion is that of the attempt before. */
static enum attempt_result read_result(const struct json_tree *object, struct arena *arena, struct str *state)
{
	struct str status = read_text(object, "status", arena), conclusion = read_text(object, "conclusion", arena);
	bool running = result_of(status) == ATTEMPT_RUNNING;

	*state = conclusion.len && !running ? conclusion : status;
	return result_of(*state);
}

/* False with the key that is missing. */
static bool take_run(const struct json_tree *run, struct arena *arena, struct github_run *out, const char **lacks)
{
	*out = (struct github_run){
		.attempt = read_count(run, "run_attempt", 1),
		.path = read_text(run, "path", arena),
		.name = read_text(run, "name", arena),
		.sha = read_text(run, "head_sha", arena),
		.branch = read_text(run, "head_branch", arena),
		.event = read_text(run, "event", arena),
		.url = read_text(run, "html_url", arena),
		.actor = read_inner(run, "actor", "login", arena),
		.created = read_time(run, "created_at"),
		.started = read_time(run, "run_started_at"),
	};
	out->path.len = str_find(out->path, '@');
	out->result = read_result(run, arena, &out->state);
	if (!read_id(run, "workflow_id", &out->workflow_id))
		out->workflow_id = 0;
	*lacks = !read_id(run, "id", &out->id) ? "id" : out->sha.len == 0 ? "head_sha" : NULL;
	return !*lacks;
}

bool github_read_runs(const struct json_tree *page, struct arena *arena, struct github_runs *out, struct err *err)
{
	struct read_list list;
	const char *lacks;

	if (!read_list(page, "workflow_runs", &list, err))
		return false;
	*out = (struct github_runs){.at = arena_array(arena, list.len, sizeof(*out->at)),
				    .len = list.len,
				    .total = read_total(page, &list)};
	for (size_t i = 0; i < list.len; i++)
		if (!take_run(json_tree_at(list.at, i), arena, &out->at[i], &lacks))
			return read_lacks(&list, i, lacks, err);
	return true;
}

bool github_read_run(const struct json_tree *run, struct arena *arena, struct github_run *out, struct err *err)
{
	const char *lacks;

	return take_run(run, arena, out, &lacks) || err_set(err, "the run in GitHub's answer has no '%s'", lacks);
}

bool github_read_jobs(const struct json_tree *page, struct arena *arena, struct github_jobs *out, struct err *err)
{
	struct read_list list;

	if (!read_list(page, "jobs", &list, err))
		return false;
	*out = (struct github_jobs){.at = arena_array(arena, list.len, sizeof(*out->at)),
				    .len = list.len,
				    .total = read_total(page, &list)};
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *job = json_tree_at(list.at, i);
		struct github_job *to = &out->at[i];

		if (!read_id(job, "id", &to->id))
			return read_lacks(&list, i, "id", err);
		if (!read_id(job, "run_id", &to->run_id))
			to->run_id = 0;
		to->attempt = read_count(job, "run_attempt", 0);
		to->name = read_text(job, "name", arena);
		to->result = read_result(job, arena, &to->state);
		to->started = read_time(job, "started_at");
		to->completed = read_time(job, "completed_at");
	}
	return true;
}

bool github_read_workflows(const struct json_tree *page, struct arena *arena, struct github_workflows *out,
			   struct err *err)
{
	struct read_list list;

	if (!read_list(page, "workflows", &list, err))
		return false;
	*out = (struct github_workflows){.at = arena_array(arena, list.len, sizeof(*out->at)), .len = list.len};
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *workflow = json_tree_at(list.at, i);
		struct github_workflow *to = &out->at[i];

		if (!read_id(workflow, "id", &to->id))
			return read_lacks(&list, i, "id", err);
		to->path = read_text(workflow, "path", arena);
		to->name = read_text(workflow, "name", arena);
		to->state = read_text(workflow, "state", arena);
	}
	return true;
}
