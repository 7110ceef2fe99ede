/* What lists do not tell of an attempt: when it ended, how earlier attempts of a run went, what a deployment came to,
 * which commit a tag is. */
#include "base/glob.h"
#include "delivery/reading_parts.h"

#include <stdlib.h>

/* A deployment that has come to nothing for so long will hardly come to something; GitHub ends a run after 35 days. */
#define MAY_CHANGE (35 * SPAN_DAY)
/* A younger one is asked for each time. */
#define FRESH (2 * SPAN_DAY)

const struct fact_attempt *known_attempt(const struct repository_facts *known, struct str source, int64_t id,
					 unsigned number)
{
	size_t low = 0, high = known->attempts_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct fact_attempt *one = &known->attempts[middle];
		int order = str_cmp(one->source, source);

		if (order == 0)
			order = one->id != id ? (one->id < id ? -1 : 1)
					      : (one->number < number ? -1 : one->number > number);
		if (order == 0)
			return one;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct fact_pull *known_pull(const struct repository_facts *known, int64_t number)
{
	size_t low = 0, high = known->pulls_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (known->pulls[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < known->pulls_len && known->pulls[low].number == number ? &known->pulls[low] : NULL;
}

/* Nothing was deployed by it, and when exactly it ended makes no difference. */
static bool idle(enum attempt_result result)
{
	return result == ATTEMPT_CANCELLED || result == ATTEMPT_SKIPPED || result == ATTEMPT_UNKNOWN;
}

/* The run's earlier attempt. */
static bool attempt_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct fact_attempt attempt;
	struct github_run run;

	if (!github_read_run(page, &reading->arena, &run, err))
		return false;
	attempt = (struct fact_attempt){.source = errand->listing->source,
					.id = errand->id,
					.number = errand->number,
					.sha = run.sha,
					.ref = run.branch,
					.url = run.url,
					.result = run.result,
					.state = run.state,
					.created = run.created,
					.started = run.started.ms ? run.started : run.created};
	if (idle(attempt.result))
		attempt.finished = attempt.started;
	return reading_put_attempt(reading, &attempt, err);
}

/* It is remembered as one that nobody can tell of, and not asked for again. */
static bool attempt_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	const struct fact_attempt attempt = {.source = errand->listing->source,
					     .id = errand->id,
					     .number = errand->number,
					     .result = ATTEMPT_UNKNOWN,
					     .state = STR("gone"),
					     .created = errand->from,
					     .started = errand->from,
					     .finished = errand->from};

	return reading_put_attempt(reading, &attempt, err);
}

static const struct errand_kind attempt_kind = {"attempt of a workflow run", attempt_page, NULL, attempt_gone, NULL};

struct jobs_pile {
	struct github_job *at;
	size_t len;
};

static bool jobs_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct jobs_pile *pile = errand->pile;
	struct github_jobs jobs;

	if (!github_read_jobs(page, &reading->arena, &jobs, err))
		return false;
	for (size_t i = 0; i < jobs.len; i++) {
		pile->at = arena_grow(&reading->arena, pile->at, pile->len, sizeof(*pile->at));
		pile->at[pile->len++] = jobs.at[i];
	}
	return true;
}

/* Worst first: where a job of several fails, the deployment does. */
static int weight(enum attempt_result result)
{
	static const enum attempt_result order[] = {ATTEMPT_FAILURE,   ATTEMPT_UNKNOWN, ATTEMPT_RUNNING,
						    ATTEMPT_CANCELLED, ATTEMPT_SUCCESS, ATTEMPT_SKIPPED};
	int at = 0;

	while (order[at] != result)
		at++;
	return at;
}

/* What jobs of an attempt, of this name or (empty) all, have come to together. False where there is none. */
static bool sum_up(const struct jobs_pile *pile, unsigned number, struct str name, struct github_job *out)
{
	bool any = false;

	for (size_t i = 0; i < pile->len; i++) {
		const struct github_job *job = &pile->at[i];

		if (job->attempt != number || (name.len && !job_is(name, job->name)))
			continue;
		if (!any || weight(job->result) < weight(out->result)) {
			out->result = job->result;
			out->state = job->state;
		}
		if (!any || (job->started.ms && job->started.ms < out->started.ms))
			out->started = job->started;
		if (!any || job->completed.ms > out->completed.ms)
			out->completed = job->completed;
		any = true;
	}
	return any;
}

/* The job's own attempt: what it came to whatever became of the rest of the run. */
static bool put_job(struct reading *reading, const struct errand *errand, const struct fact_attempt *run,
		    struct str job, struct err *err)
{
	struct fact_attempt attempt = *run;
	struct github_job sum = {0};

	attempt.source = arena_fmt(&reading->arena, "%.*s job %.*s", STR_ARG(run->source), STR_ARG(job));
	if (sum_up(errand->pile, run->number, job, &sum)) {
		attempt.result = sum.result;
		attempt.state = sum.state;
		attempt.started = sum.started.ms ? sum.started : run->started;
		attempt.finished = sum.result == ATTEMPT_RUNNING ? (struct instant){0} : sum.completed;
	} else if (run->result == ATTEMPT_RUNNING) {
		return true;
	} else {
		attempt.result = ATTEMPT_SKIPPED;
		attempt.state = STR("no such job");
	}
	if (attempt.result != ATTEMPT_RUNNING && !attempt.finished.ms)
		attempt.finished = attempt.started;
	return reading_put_attempt(reading, &attempt, err);
}

static bool jobs_done(struct reading *reading, struct errand *errand, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);

	for (unsigned number = 1; known && number <= errand->number; number++) {
		const struct fact_attempt *before = known_attempt(known, errand->listing->source, errand->id, number);
		struct fact_attempt attempt;
		struct github_job sum = {0};

		if (!before) { /* it was put just now, by an errand of its own: the jobs are looked at once more */
			reading->again = true;
			continue;
		}
		attempt = *before;
		if (attempt.result != ATTEMPT_RUNNING && !attempt.finished.ms) {
			attempt.finished = sum_up(errand->pile, number, STR(""), &sum) && sum.completed.ms
						   ? sum.completed
						   : attempt.started;
			if (!reading_put_attempt(reading, &attempt, err))
				return false;
		}
		for (size_t i = 0; i < errand->listing->jobs_len; i++)
			if (!put_job(reading, errand, &attempt, errand->listing->jobs[i], err))
				return false;
	}
	return known;
}

/* GitHub has forgotten its jobs: what the run says is all there is. */
static bool jobs_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	return jobs_done(reading, errand, err);
}

static const struct errand_kind jobs_kind = {"jobs", jobs_page, jobs_done, jobs_gone, NULL};

static bool statuses_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct github_statuses *pile = errand->pile, list;

	if (!github_read_statuses(page, &reading->arena, &list, err))
		return false;
	for (size_t i = 0; i < list.len; i++) {
		pile->at = arena_grow(&reading->arena, pile->at, pile->len, sizeof(*pile->at));
		pile->at[pile->len++] = list.at[i];
	}
	return true;
}

static bool statuses_done(struct reading *reading, struct errand *errand, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct fact_attempt *before = known ? known_attempt(known, errand->text, errand->id, 1) : NULL;
	const struct github_statuses *pile = errand->pile;
	struct github_deployment deployment;
	struct fact_attempt attempt;

	if (!before || (pile->len == 0 && errand->same))
		return known;
	deployment = (struct github_deployment){.id = before->id,
						.sha = before->sha,
						.ref = before->ref,
						.created = before->created,
						.url = before->url};
	attempt = *before;
	github_judge_deployment(&deployment, pile, &attempt);
	attempt.source = before->source;
	attempt.number = 1;
	attempt.url = attempt.url.len ? attempt.url : before->url;
	if (!attempt.state.len)
		attempt.state = STR("no status");
	if (before->result == attempt.result && before->finished.ms == attempt.finished.ms &&
	    str_eq(before->state, attempt.state))
		return true;
	return reading_put_attempt(reading, &attempt, err);
}

static const struct errand_kind statuses_kind = {"statuses of a deployment", statuses_page, statuses_done, NULL, NULL};

static bool tag_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct fact_attempt *before = known ? known_attempt(known, errand->text, errand->id, 1) : NULL;
	struct fact_attempt attempt;
	struct fact_commit commit;
	const struct str *files;
	size_t len;

	if (!before || !github_read_commit(page, &reading->arena, &commit, &files, &len, err))
		return false;
	errand->enough = true;
	attempt = *before;
	attempt.sha = commit.sha;
	return reading_put_attempt(reading, &attempt, err);
}

static bool tag_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct fact_attempt *before = known ? known_attempt(known, errand->text, errand->id, 1) : NULL;
	struct fact_attempt attempt;

	if (!before)
		return known;
	attempt = *before;
	attempt.result = ATTEMPT_UNKNOWN;
	attempt.state = STR("tag is gone");
	return reading_put_attempt(reading, &attempt, err);
}

static const struct errand_kind tag_kind = {"commit of a tag", tag_page, NULL, tag_gone, tag_gone};

/* Of one run, whose attempts stand together, the latest last. */
static void want_run(struct reading *reading, const struct listing *listing, const struct fact_attempt *first,
		     size_t len)
{
	const struct repository_facts *known = reading->known;
	const struct fact_attempt *latest = &first[len - 1];
	struct errand errand = {.listing = listing, .id = latest->id, .from = latest->created};
	bool wants_jobs = false;

	for (unsigned number = 1, i = 0; number < latest->number; number++) {
		if (first[i].number == number) {
			i++;
			continue;
		}
		wants_jobs = true;
		errand.kind = &attempt_kind;
		errand.number = number;
		errand.url = repository_url(reading, "/actions/runs/%lld/attempts/%u", (long long)latest->id, number);
		errand_last(reading, &errand);
	}
	for (size_t i = 0; i < len; i++) {
		wants_jobs |= !first[i].finished.ms && first[i].result != ATTEMPT_RUNNING;
		for (size_t k = 0; k < listing->jobs_len; k++) {
			struct str source = arena_fmt(&reading->arena, "%.*s job %.*s", STR_ARG(listing->source),
						      STR_ARG(listing->jobs[k]));
			const struct fact_attempt *job = known_attempt(known, source, first[i].id, first[i].number);

			wants_jobs |= !job || job->result == ATTEMPT_RUNNING;
			reading->open |= first[i].result == ATTEMPT_RUNNING;
		}
	}
	if (!wants_jobs)
		return;
	errand.kind = &jobs_kind;
	errand.number = latest->number;
	errand.pile = arena_alloc(&reading->arena, sizeof(struct jobs_pile));
	errand.url = repository_url(reading, "/actions/runs/%lld/jobs?filter=all&per_page=100", (long long)latest->id);
	errand_last(reading, &errand);
}

static void want_runs(struct reading *reading, const struct listing *listing)
{
	const struct fact_attempt *at = reading->known->attempts;

	/* the newest ids first: what is shown first is right first */
	for (size_t end = reading->known->attempts_len, begin; end > 0; end = begin) {
		begin = end - 1;
		while (begin > 0 && at[begin - 1].id == at[end - 1].id &&
		       str_eq(at[begin - 1].source, at[end - 1].source))
			begin--;
		if (str_eq(at[begin].source, listing->source))
			want_run(reading, listing, &at[begin], end - begin);
	}
}

/* A final one is not asked for again: its first success stays, whatever comes. */
static bool wants_statuses(struct reading *reading, const struct fact_attempt *attempt)
{
	int64_t age = reading->options.now.ms - attempt->created.ms;

	if (attempt->result == ATTEMPT_SUCCESS || (attempt->state.len && age > MAY_CHANGE))
		return false;
	reading->open = true;
	return !attempt->state.len || age <= FRESH || reading->whole;
}

static void want_statuses(struct reading *reading, const struct listing *listing)
{
	for (size_t i = reading->known->attempts_len; i > 0; i--) {
		const struct fact_attempt *one = &reading->known->attempts[i - 1];
		struct errand errand = {.kind = &statuses_kind, .kept = true, .text = listing->source, .id = one->id};

		if (!str_eq(one->source, listing->source) || !wants_statuses(reading, one))
			continue;
		errand.pile = arena_alloc(&reading->arena, sizeof(struct github_statuses));
		errand.url = repository_url(reading, "/deployments/%lld/statuses?per_page=100", (long long)one->id);
		errand_last(reading, &errand);
	}
}

static void want_tags(struct reading *reading, const struct listing *listing)
{
	for (size_t i = reading->known->attempts_len; i > 0; i--) {
		const struct fact_attempt *one = &reading->known->attempts[i - 1];
		struct errand errand = {.kind = &tag_kind, .text = listing->source, .id = one->id};

		if (!str_eq(one->source, listing->source) || one->sha.len || one->result != ATTEMPT_SUCCESS)
			continue;
		errand.url = repository_url(reading, "/commits/%.*s", STR_ARG(escaped(reading, one->ref)));
		errand_last(reading, &errand);
	}
}

bool details_fill(struct reading *reading, struct err *err)
{
	if (!reading_known(reading, err))
		return false;
	for (size_t i = 0; i < reading->target->listings_len; i++) {
		const struct listing *listing = &reading->target->listings[i];

		switch (listing->kind) {
		case LISTING_RUNS:
			want_runs(reading, listing);
			break;
		case LISTING_DEPLOYMENTS:
			want_statuses(reading, listing);
			break;
		case LISTING_RELEASES:
			want_tags(reading, listing);
			break;
		case LISTING_ISSUES:
		case LISTING_PULLS:
			break;
		}
	}
	return true;
}
