/* Workflow runs: how long they take, which fail and are run again, and what their jobs do. */
#include "base/mem.h"
#include "demo/repository_parts.h"

#include <assert.h>

enum { KEY_LENGTH = 1100, KEY_FLAKY, KEY_BROKEN, KEY_WAIT };

static struct instant later(struct instant at, int64_t ms) { return (struct instant){at.ms + ms}; }

/* They have become faster. */
static int64_t work_of(const struct repository *repository, enum made_workflow workflow, uint32_t run, unsigned attempt,
		       struct instant at)
{
	double noise = story_noise(repository->story, KEY_LENGTH + attempt * 16, run);
	double seconds = workflow == WORKFLOW_STAGING ? 110 + 100 * noise : 190 + 160 * noise;

	return (int64_t)(seconds * (1 + plan_roughness(repository->story, at))) * SPAN_SECOND;
}

static struct made_attempt attempt_of(const struct repository *repository, uint32_t run, unsigned number,
				      struct instant created, struct instant ends)
{
	enum made_workflow workflow = repository->runs[run].workflow;
	struct made_attempt attempt = {.created = created, .began = later(created, 3 * SPAN_SECOND)};

	attempt.finished = later(attempt.began, work_of(repository, workflow, run, number, created));
	if (ends.ms) {
		attempt.finished = ends;
		if (attempt.began.ms > ends.ms)
			attempt.began = ends;
	}
	attempt.length = attempt.finished.ms - attempt.began.ms;
	return attempt;
}

/* A job that fails ends the run: what comes behind it is skipped. */
static void break_attempt(const struct repository *repository, struct made_attempt *attempt, uint32_t run,
			  enum made_workflow workflow)
{
	double noise = story_noise(repository->story, KEY_BROKEN, run);

	attempt->outcome = OUTCOME_FAILURE;
	attempt->broken = noise < 0.5                                    ? JOB_BUILD
			  : noise < 0.85 || workflow == WORKFLOW_STAGING ? JOB_DEPLOY
									 : JOB_WORKER;
	if (attempt->broken == JOB_BUILD)
		attempt->finished.ms = attempt->began.ms + attempt->length * 45 / 100 / SPAN_SECOND * SPAN_SECOND;
}

struct instant run_add(struct repository *repository, const struct run_order *order)
{
	uint32_t index = (uint32_t)repository->runs_len;
	double share = 0.05 + 0.12 * plan_roughness(repository->story, order->created);
	struct made_run *run;
	unsigned number = 1;

	for (size_t i = repository->runs_len; i > 0 && number == 1; i--)
		if (repository->runs[i - 1].workflow == order->workflow)
			number = repository->runs[i - 1].number + 1;
	XGROW(repository->runs, repository->runs_len, repository->runs_cap);
	run = &repository->runs[repository->runs_len++];
	*run = (struct made_run){
		.workflow = order->workflow, .number = number, .by_hand = order->by_hand, .commit = order->commit};
	run->attempts[0] = attempt_of(repository, index, 0, order->created, order->ends);
	run->attempts[0].actor = order->actor;
	run->attempts_len = 1;
	if (order->flaky && story_noise(repository->story, KEY_FLAKY, index) < share) {
		struct made_attempt *first = &run->attempts[0], *second = &run->attempts[1];
		int64_t wait = 2 + (int64_t)(story_noise(repository->story, KEY_WAIT, index) * 20);

		break_attempt(repository, first, index, order->workflow);
		*second = attempt_of(repository, index, 1, later(first->finished, wait * SPAN_MINUTE),
				     (struct instant){0});
		second->actor = order->actor;
		second->partly = first->broken != JOB_BUILD;
		run->attempts_len = 2;
	}
	return later(run->attempts[run->attempts_len - 1].finished, 2 * SPAN_SECOND);
}

bool run_again(struct repository *repository, uint32_t which, struct instant created, struct instant ends)
{
	struct made_run *run = &repository->runs[which];
	struct made_attempt *attempt = &run->attempts[run->attempts_len];

	if (run->attempts_len == RUN_ATTEMPTS)
		return false;
	*attempt = attempt_of(repository, which, run->attempts_len, created, ends);
	attempt->actor = ACCOUNT_SRE;
	run->attempts_len++;
	return true;
}

void run_cancel_all(struct repository *repository, struct instant at)
{
	/* an old run that is run again stands far behind the newest: all are looked at */
	for (size_t i = 0; i < repository->runs_len; i++) {
		struct made_run *run = &repository->runs[i];
		struct made_attempt *last = &run->attempts[run->attempts_len - 1];

		while (run->attempts_len > 1 && last->created.ms > at.ms) {
			run->attempts_len--;
			last--;
		}
		if (last->finished.ms <= at.ms)
			continue;
		last->outcome = OUTCOME_CANCELLED;
		last->finished = at;
		if (last->created.ms > at.ms) /* it was to begin a moment later */
			last->created = at;
		if (last->began.ms > at.ms)
			last->began = at;
	}
}

unsigned run_attempts(const struct made_run *run, struct instant at)
{
	unsigned len = 0;

	while (len < run->attempts_len && run->attempts[len].created.ms <= at.ms)
		len++;
	return len;
}

/* Builds first, then deploys; the worker is through a little earlier. */
static void plan_job(const struct made_attempt *attempt, enum made_job job, struct made_job_run *out)
{
	int64_t parts[JOBS] = {[JOB_BUILD] = attempt->length * 45 / 100,
			       [JOB_DEPLOY] = attempt->length,
			       [JOB_WORKER] = attempt->partly ? attempt->length : attempt->length * 85 / 100};
	int64_t built = attempt->partly ? 0 : parts[JOB_BUILD] / SPAN_SECOND * SPAN_SECOND;

	out->began = later(attempt->began, job == JOB_BUILD ? 0 : built);
	out->ended = later(attempt->began, job == JOB_BUILD ? built : parts[job] / SPAN_SECOND * SPAN_SECOND);
}

bool run_job(const struct made_run *run, unsigned which, enum made_job job, struct made_job_run *out)
{
	const struct made_attempt *attempt = &run->attempts[which];

	assert(which < run->attempts_len);
	if (job == JOB_WORKER && run->workflow == WORKFLOW_STAGING)
		return false;
	if (attempt->partly && run->attempts[which - 1].broken != job)
		return run_job(run, which - 1, job, out);
	*out = (struct made_job_run){.attempt = which};
	plan_job(attempt, job, out);
	if (attempt->outcome == OUTCOME_FAILURE && job == attempt->broken)
		out->outcome = OUTCOME_FAILURE;
	else if (attempt->outcome == OUTCOME_FAILURE && attempt->broken == JOB_BUILD)
		out->outcome = OUTCOME_SKIPPED;
	else if (attempt->outcome == OUTCOME_CANCELLED && out->ended.ms >= attempt->finished.ms)
		out->outcome = out->began.ms < attempt->finished.ms ? OUTCOME_CANCELLED : OUTCOME_SKIPPED;
	if (out->outcome == OUTCOME_SKIPPED)
		out->began = attempt->finished;
	if (out->outcome == OUTCOME_SKIPPED || out->ended.ms > attempt->finished.ms)
		out->ended = attempt->finished;
	return true;
}
