/* Deployments as GitHub lists them for an environment, which each run of a workflow makes one of; the repository
 * itself, and the quota. */
#include "demo/hub_parts.h"

static const char *const environments[WORKFLOWS] = {
	[WORKFLOW_PRODUCTION] = "production", [WORKFLOW_STAGING] = "staging"};

void hub_repository(struct ask *ask) { put_repository(ask, FORM_FULL); }

static void put_listed_repository(struct ask *ask, const struct found *found)
{
	(void)found;
	put_repository(ask, FORM_MINIMAL);
}

void hub_organisation(struct ask *ask)
{
	struct listing listing = {.at = NULL};

	listing_add(&listing, 0, 0, 0);
	listing_answer(ask, &listing, false, NULL, put_listed_repository);
}

static void put_rate(struct ask *ask, const char *key, int64_t limit, int64_t used)
{
	json_key(&ask->json, key);
	json_object(&ask->json);
	put_int(ask, "limit", limit);
	put_int(ask, "used", used);
	put_int(ask, "remaining", limit - used);
	put_int(ask, "reset", ask->hub->reset.ms / SPAN_SECOND);
	json_object_end(&ask->json);
}

void hub_rate(struct ask *ask)
{
	json_object(&ask->json);
	json_key(&ask->json, "resources");
	json_object(&ask->json);
	put_rate(ask, "core", HUB_LIMIT, ask->hub->used);
	put_rate(ask, "search", 30, 0);
	json_object_end(&ask->json);
	if (!ask->newer)
		put_rate(ask, "rate", HUB_LIMIT, ask->hub->used);
	json_object_end(&ask->json);
}

/* The job that deploys, of an attempt in which it ran; false where it did not, or not yet. */
static bool deploying(const struct ask *ask, uint32_t run, unsigned attempt, struct made_job_run *job)
{
	const struct made_run *one = &ask->repository->runs[run];

	return attempt < run_attempts(one, ask->now) && run_job(one, attempt, JOB_DEPLOY, job) &&
	       job->attempt == attempt && job->outcome != OUTCOME_SKIPPED && job->began.ms <= ask->now.ms;
}

/* When the next one of the environment succeeds; ms == 0: none has, by now. */
static struct instant replaced(const struct ask *ask, const struct found *found, struct instant ended)
{
	enum made_workflow workflow = ask->repository->runs[found->index].workflow;
	struct made_job_run job;
	struct instant first = {0};

	for (uint32_t i = 0; i < ask->repository->runs_len; i++)
		for (unsigned k = 0; k < ask->repository->runs[i].attempts_len; k++)
			if (ask->repository->runs[i].workflow == workflow && deploying(ask, i, k, &job) &&
			    job.outcome == OUTCOME_SUCCESS && job.ended.ms > ended.ms && job.ended.ms <= ask->now.ms &&
			    (!first.ms || job.ended.ms < first.ms))
				first = job.ended;
	return first;
}

enum { STATUSES_MAX = 3 };
struct status {
	const char *state;
	struct instant at;
};

/* The oldest first. */
static size_t statuses_of(const struct ask *ask, const struct found *found, struct status out[STATUSES_MAX])
{
	static const char *const ends[] = {"success", "failure", "error", "error"};
	struct made_job_run job;
	struct instant next;
	size_t len = 1;

	deploying(ask, found->index, found->inner, &job);
	out[0] = (struct status){"in_progress", job.began};
	if (job.ended.ms > ask->now.ms)
		return len;
	out[len++] = (struct status){ends[job.outcome], job.ended};
	next = job.outcome == OUTCOME_SUCCESS ? replaced(ask, found, job.ended) : (struct instant){0};
	if (next.ms)
		out[len++] = (struct status){"inactive", next};
	return len;
}

static int64_t deployment_id(const struct found *found)
{
	return (RUN_ID + (int64_t)found->index) * RUN_ATTEMPTS + found->inner;
}

static void put_deployment(struct ask *ask, const struct found *found)
{
	const struct made_run *run = &ask->repository->runs[found->index];
	const char *environment = environments[run->workflow];
	struct status statuses[STATUSES_MAX];
	size_t len = statuses_of(ask, found, statuses);
	long long id = deployment_id(found);

	json_object(&ask->json);
	put_int(ask, "id", id);
	put_node(ask, "D", id);
	put_text(ask, "url", "%s/deployments/%lld", ask->url, id);
	put_text(ask, "sha", "%s", ask->repository->commits[run->commit].sha);
	put_text(ask, "ref", "%s", run->workflow == WORKFLOW_STAGING ? "staging" : "main");
	put_text(ask, "task", "deploy");
	json_key(&ask->json, "payload");
	json_object(&ask->json);
	json_object_end(&ask->json);
	put_text(ask, "original_environment", "%s", environment);
	put_text(ask, "environment", "%s", environment);
	put_null(ask, "description");
	put_account(ask, "creator", run->attempts[found->inner].actor);
	put_time(ask, "created_at", statuses[0].at);
	put_time(ask, "updated_at", statuses[len - 1].at);
	put_text(ask, "statuses_url", "%s/deployments/%lld/statuses", ask->url, id);
	put_text(ask, "repository_url", "%s", ask->url);
	put_bool(ask, "transient_environment", false);
	put_bool(ask, "production_environment", run->workflow == WORKFLOW_PRODUCTION);
	put_null(ask, "performed_via_github_app");
	json_object_end(&ask->json);
}

void hub_deployments(struct ask *ask)
{
	struct listing listing = {.at = NULL};
	struct made_job_run job;

	for (uint32_t i = 0; i < ask->repository->runs_len; i++) {
		const struct made_run *run = &ask->repository->runs[i];

		if (!ask_is(ask, "environment", environments[run->workflow], true) ||
		    !ask_is(ask, "sha", ask->repository->commits[run->commit].sha, true) ||
		    !ask_is(ask, "ref", run->workflow == WORKFLOW_STAGING ? "staging" : "main", true) ||
		    !ask_is(ask, "task", "deploy", true))
			continue;
		for (unsigned k = 0; k < run->attempts_len; k++)
			if (deploying(ask, i, k, &job))
				listing_add(&listing, job.began.ms, i, k);
	}
	listing_answer(ask, &listing, true, NULL, put_deployment);
}

static bool deployment_of_path(struct ask *ask, struct found *found)
{
	struct made_job_run job;
	int64_t id;

	if (ask_number(ask->parts[1], &id) && id / RUN_ATTEMPTS >= RUN_ID &&
	    id / RUN_ATTEMPTS - RUN_ID < (int64_t)ask->repository->runs_len) {
		*found = (struct found){.index = (uint32_t)(id / RUN_ATTEMPTS - RUN_ID),
					.inner = (uint32_t)(id % RUN_ATTEMPTS)};
		if (deploying(ask, found->index, found->inner, &job))
			return true;
	}
	ask_refuse(ask, 404, "Not Found");
	return false;
}

void hub_deployment(struct ask *ask)
{
	struct found found;

	if (deployment_of_path(ask, &found))
		put_deployment(ask, &found);
}

/* `inner` is the attempt and which of its statuses. */
static void put_status(struct ask *ask, const struct found *found)
{
	const struct made_run *run = &ask->repository->runs[found->index];
	struct found of = {.index = found->index, .inner = found->inner / STATUSES_MAX};
	unsigned which = found->inner % STATUSES_MAX;
	struct status statuses[STATUSES_MAX];
	long long deployment = deployment_id(&of), id = deployment * STATUSES_MAX + which;

	statuses_of(ask, &of, statuses);
	json_object(&ask->json);
	put_int(ask, "id", id);
	put_node(ask, "DS", id);
	put_text(ask, "url", "%s/deployments/%lld/statuses/%lld", ask->url, deployment, id);
	put_text(ask, "state", "%s", statuses[which].state);
	put_account(ask, "creator", run->attempts[of.inner].actor);
	put_text(ask, "description", "%s", "");
	put_text(ask, "environment", "%s", environments[run->workflow]);
	put_text(ask, "target_url", "%s/actions/runs/%lld", ask->url, (long long)RUN_ID + found->index);
	put_text(ask, "log_url", "%s/actions/runs/%lld", ask->url, (long long)RUN_ID + found->index);
	put_time(ask, "created_at", statuses[which].at);
	put_time(ask, "updated_at", statuses[which].at);
	put_text(ask, "deployment_url", "%s/deployments/%lld", ask->url, deployment);
	put_text(ask, "repository_url", "%s", ask->url);
	put_null(ask, "performed_via_github_app");
	json_object_end(&ask->json);
}

void hub_statuses(struct ask *ask)
{
	struct listing listing = {.at = NULL};
	struct status statuses[STATUSES_MAX];
	struct found found;
	size_t len;

	if (!deployment_of_path(ask, &found))
		return;
	len = statuses_of(ask, &found, statuses);
	for (size_t i = 0; i < len; i++)
		listing_add(&listing, (int64_t)i, found.index, found.inner * STATUSES_MAX + (uint32_t)i);
	listing_answer(ask, &listing, true, NULL, put_status);
}

static void put_environment(struct ask *ask, const struct found *found)
{
	const char *name = environments[found->index];

	json_object(&ask->json);
	put_int(ask, "id", 5001 + (int64_t)found->index);
	put_node(ask, "EN", 5001 + (int64_t)found->index);
	put_text(ask, "name", "%s", name);
	put_text(ask, "url", "%s/environments/%s", ask->url, name);
	put_text(ask, "html_url", "%s/environments/%s", ask->url, name);
	put_time(ask, "created_at", ask->repository->created);
	put_time(ask, "updated_at", ask->repository->created);
	json_key(&ask->json, "protection_rules");
	json_array(&ask->json);
	json_array_end(&ask->json);
	put_null(ask, "deployment_branch_policy");
	json_object_end(&ask->json);
}

void hub_environments(struct ask *ask)
{
	struct listing listing = {.at = NULL};

	for (uint32_t i = 0; i < WORKFLOWS; i++)
		listing_add(&listing, i, i, 0);
	listing_answer(ask, &listing, false, "environments", put_environment);
}

void hub_properties(struct ask *ask)
{
	json_array(&ask->json);
	json_object(&ask->json);
	put_text(ask, "property_name", "team");
	put_text(ask, "value", "platform");
	json_object_end(&ask->json);
	json_array_end(&ask->json);
}

void hub_nothing(struct ask *ask)
{
	struct listing listing = {.at = NULL};

	listing_answer(ask, &listing, false, NULL, put_environment);
}
