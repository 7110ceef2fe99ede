#include "demo/delivered.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

#define ATTRIBUTION SPAN_DAY

/* The environments of the examples. */
static const struct view {
	const char *service, *environment;
	enum made_workflow workflow;
	bool worker;    /* by its job, and only what touches its paths */
	bool incidents; /* issues count against it */
} views[DELIVERED] = {
	{"anvila-api", "production", WORKFLOW_PRODUCTION, .incidents = true},
	{"anvila-api", "staging", WORKFLOW_STAGING, .incidents = false},
	{"anvila-worker", "production", WORKFLOW_PRODUCTION, .worker = true},
};

struct success {
	struct instant began, ended;
	uint32_t run, place;
};

struct deployment {
	struct instant at;
	uint32_t from, to; /* places on main that it brought: [from, to) */
	bool failed;
};

struct count {
	const struct repository *repository;
	const struct view *view;
	struct success *successes;
	struct deployment *deployments;
	double *leads;
	size_t successes_len, successes_cap, deployments_len, deployments_cap, leads_len, leads_cap;
};

static const struct made_commit *commit_at(const struct count *count, uint32_t place)
{
	return &count->repository->commits[count->repository->mains[place]];
}

static void add_success(struct count *count, uint32_t run, struct instant began, struct instant ended)
{
	uint32_t place = count->repository->commits[count->repository->runs[run].commit].place;

	XGROW(count->successes, count->successes_len, count->successes_cap);
	count->successes[count->successes_len++] = (struct success){began, ended, run, place};
}

/* Of a job that was not run again only the attempt counts that it ran in. */
static void find_successes(struct count *count, struct instant to)
{
	for (uint32_t i = 0; i < count->repository->runs_len; i++) {
		const struct made_run *run = &count->repository->runs[i];

		for (unsigned k = 0; run->workflow == count->view->workflow && k < run_attempts(run, to); k++) {
			const struct made_attempt *attempt = &run->attempts[k];
			struct made_job_run job = {
				.ended = attempt->finished, .outcome = attempt->outcome, .attempt = k};

			if (count->view->worker)
				run_job(run, k, JOB_WORKER, &job);
			if (job.outcome == OUTCOME_SUCCESS && job.attempt == k && job.ended.ms <= to.ms)
				add_success(count, i, attempt->created, job.ended);
		}
	}
}

static int by_end(const void *left, const void *right)
{
	const struct success *a = left, *b = right;

	if (a->ended.ms != b->ended.ms)
		return a->ended.ms < b->ended.ms ? -1 : 1;
	return a->began.ms < b->began.ms ? -1 : a->began.ms > b->began.ms;
}

static bool is_mine(const struct count *count, uint32_t pull)
{
	const struct made_pull *one = pull == NOTHING ? NULL : &count->repository->pulls[pull];

	return !count->view->worker || !one || one->worker || one->kind == PULL_BOT;
}

/* A commit of the service has come with a deployment: how long it took. Bots are left out of the API's lead times. */
static void add_lead(struct count *count, uint32_t commit, struct instant live)
{
	const struct made_commit *one = &count->repository->commits[commit];
	bool bot = commit_author(count->repository, commit) == ACCOUNT_BOT;

	if (commit_is_merge(count->repository, commit) || !is_mine(count, one->pull) || (bot && !count->view->worker) ||
	    one->authored.ms > live.ms)
		return;
	XGROW(count->leads, count->leads_len, count->leads_cap);
	count->leads[count->leads_len++] = (double)(live.ms - one->authored.ms) / 1000;
}

static void add_leads(struct count *count, const struct deployment *deployment)
{
	for (uint32_t place = deployment->from; place < deployment->to; place++) {
		uint32_t commit = count->repository->mains[place];
		const struct made_pull *pull = &count->repository->pulls[count->repository->commits[commit].pull];

		add_lead(count, commit, deployment->at);
		for (uint32_t i = 0; commit_is_merge(count->repository, commit) && i < pull->commits_len; i++)
			add_lead(count, pull->commits + i, deployment->at);
	}
}

static bool any_mine(const struct count *count, uint32_t from, uint32_t to)
{
	for (uint32_t place = from; place < to; place++)
		if (is_mine(count, commit_at(count, place)->pull))
			return true;
	return false;
}

static void fail(struct deployment *deployment, struct instant seen)
{
	int64_t after = seen.ms - deployment->at.ms;

	deployment->failed |= after >= 0 && after <= ATTRIBUTION;
}

/* What this one says of those before it: a hotfix of the one right before, a revert of whichever brought it. */
static void judge_earlier(struct count *count, const struct deployment *now)
{
	for (uint32_t place = now->from; place < now->to; place++) {
		const struct made_commit *commit = commit_at(count, place);
		const struct made_pull *pull = &count->repository->pulls[commit->pull];
		uint32_t undone =
			commit->reverts == NOTHING ? NOTHING : count->repository->commits[commit->reverts].place;

		if (!is_mine(count, commit->pull))
			continue;
		if (pull->kind == PULL_HOTFIX && now > count->deployments)
			fail(&count->deployments[now - count->deployments - 1], now->at);
		for (struct deployment *one = count->deployments; one < now && undone != NOTHING; one++)
			if (one->from <= undone && undone < one->to)
				fail(one, commit->committed);
	}
}

static void add_deployment(struct count *count, const struct success *success, uint32_t from, uint32_t to, bool back)
{
	struct deployment *now;

	XGROW(count->deployments, count->deployments_len, count->deployments_cap);
	now = &count->deployments[count->deployments_len++];
	*now = (struct deployment){.at = success->ended, .from = from, .to = to};
	if (back && count->deployments_len > 1)
		fail(now - 1, now->at);
	judge_earlier(count, now);
}

/* What was live before decides what a success is: nothing new, a step ahead, or a step back. `most` is what was live
 * ever: what came once does not come again. */
static void find_deployments(struct count *count)
{
	uint32_t live = NOTHING, most = 0;

	for (size_t i = 0; i < count->successes_len; i++) {
		const struct success *success = &count->successes[i];
		uint32_t place = success->place, first = live + 1;
		bool back = live != NOTHING && place < live;

		if (live == place)
			continue;
		if (live == NOTHING)
			add_deployment(count, success, place + 1, place + 1, false);
		else if (any_mine(count, back ? place + 1 : first, back ? live + 1 : place + 1))
			add_deployment(count, success, most + 1, place > most ? place + 1 : most + 1, back);
		live = place;
		if (place > most)
			most = place;
	}
}

static void judge_incidents(struct count *count, struct instant to)
{
	for (size_t i = 0; i < count->repository->issues_len && count->view->incidents; i++) {
		const struct made_issue *issue = &count->repository->issues[i];
		struct deployment *before = NULL;

		for (size_t k = 0; k < count->deployments_len; k++)
			if (count->deployments[k].at.ms <= issue->opened.ms)
				before = &count->deployments[k];
		if (issue->incident && before && issue->opened.ms <= to.ms)
			fail(before, issue->opened);
	}
}

static int by_size(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static double median(double *numbers, size_t len)
{
	if (len == 0)
		return NAN;
	qsort(numbers, len, sizeof(*numbers), by_size);
	return (numbers[(len - 1) / 2] + numbers[len / 2]) / 2;
}

static void tell(struct count *count, struct instant from, struct instant to, struct delivered *out)
{
	find_successes(count, to);
	if (count->successes_len)
		qsort(count->successes, count->successes_len, sizeof(*count->successes), by_end);
	find_deployments(count);
	judge_incidents(count, to);
	*out = (struct delivered){.service = count->view->service, .environment = count->view->environment};
	for (size_t i = 0; i < count->deployments_len; i++) {
		const struct deployment *one = &count->deployments[i];

		if (one->at.ms <= from.ms)
			continue;
		out->deployments++;
		out->failed += one->failed;
		add_leads(count, one);
	}
	out->changes = count->leads_len;
	out->lead_seconds = median(count->leads, count->leads_len);
	free(count->successes);
	free(count->deployments);
	free(count->leads);
}

void delivered_tell(const struct repository *repository, struct instant from, struct instant to,
		    struct delivered out[DELIVERED])
{
	for (size_t i = 0; i < DELIVERED; i++) {
		struct count count = {.repository = repository, .view = &views[i]};

		tell(&count, from, to, &out[i]);
	}
}
