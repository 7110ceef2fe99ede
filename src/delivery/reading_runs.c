/* What lists do not tell of workflow runs: how earlier attempts went, when each ended, what became of single jobs. */
#include "delivery/reading_parts.h"

/* Jobs tell of their end that much later than the run, at the most. */
#define LAG (2 * SPAN_DAY)

/* Nothing was deployed by it, and when exactly it ended makes no difference. */
static bool idle(enum attempt_result result)
{
	return result == ATTEMPT_CANCELLED || result == ATTEMPT_SKIPPED || result == ATTEMPT_UNKNOWN;
}

/* What is asked about one run: its earlier attempts come before its jobs. */
struct run_pile {
	const struct fact_attempt *latest; /* as the list told of it */
	struct fact_attempt *earlier;      /* that were told just now */
	size_t earlier_len;
	const struct str *names; /* of jobs that deploy by themselves */
	size_t names_len;
	struct github_job *at;
	size_t len;
};

static bool put_earlier(struct reading *reading, struct run_pile *pile, const struct fact_attempt *attempt,
			struct err *err)
{
	pile->earlier = arena_grow(&reading->arena, pile->earlier, pile->earlier_len, sizeof(*pile->earlier));
	pile->earlier[pile->earlier_len++] = *attempt;
	return reading_put_attempt(reading, attempt, err);
}

/* The run's earlier attempt. */
static bool attempt_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct fact_attempt attempt;
	struct github_run run;

	if (!github_read_run(page, &reading->arena, &run, err))
		return false;
	attempt = (struct fact_attempt){.source = errand->of->source,
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
	return put_earlier(reading, errand->pile, &attempt, err);
}

/* It is remembered as one that nobody can tell of, and not asked for again. Of which commit and branch it was, the
 * latest attempt tells. */
static bool attempt_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	struct run_pile *pile = errand->pile;
	struct fact_attempt attempt = *pile->latest;

	attempt.number = errand->number;
	attempt.result = ATTEMPT_UNKNOWN;
	attempt.state = STR("gone");
	attempt.started = attempt.finished = attempt.created;
	return put_earlier(reading, pile, &attempt, err);
}

static const struct errand_kind attempt_kind = {"attempt of a workflow run", attempt_page, NULL, attempt_gone, NULL};

static bool jobs_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct run_pile *pile = errand->pile;
	struct github_jobs jobs;

	if (!github_read_jobs(page, &reading->arena, &jobs, err))
		return false;
	for (size_t i = 0; i < jobs.len; i++) {
		pile->at = arena_grow(&reading->arena, pile->at, pile->len, sizeof(*pile->at));
		pile->at[pile->len] = jobs.at[i];
		if (!jobs.at[i].attempt) /* GitHub does not promise to tell */
			pile->at[pile->len].attempt = pile->latest->number;
		pile->len++;
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

/* Of a run of which some jobs are run again GitHub lists the others once more, as they were. */
static bool is_copy(const struct run_pile *pile, const struct github_job *job)
{
	for (size_t i = 0; i < pile->len; i++) {
		const struct github_job *other = &pile->at[i];

		if (other->attempt < job->attempt && job->completed.ms && other->started.ms == job->started.ms &&
		    other->completed.ms == job->completed.ms && str_eq(other->name, job->name))
			return true;
	}
	return false;
}

/* What jobs of one attempt have come to together. */
struct sum {
	size_t jobs, copies;
	enum attempt_result result;
	struct str state;
	struct instant started, completed;
	bool open; /* one of them has not ended */
};

/* Of this name, or (empty) all of them. Copies have ended, and say nothing else. */
static struct sum sum_up(const struct run_pile *pile, unsigned number, struct str name)
{
	struct sum sum = {0};

	for (size_t i = 0; i < pile->len; i++) {
		const struct github_job *job = &pile->at[i];
		bool first = sum.jobs == sum.copies;

		if (job->attempt != number || (name.len && !job_is(name, job->name)))
			continue;
		sum.jobs++;
		if (job->completed.ms > sum.completed.ms)
			sum.completed = job->completed;
		sum.open |= job->result == ATTEMPT_RUNNING;
		if (is_copy(pile, job)) {
			sum.copies++;
			continue;
		}
		if (first || weight(job->result) < weight(sum.result)) {
			sum.result = job->result;
			sum.state = job->state;
		}
		if (first || (job->started.ms && job->started.ms < sum.started.ms))
			sum.started = job->started;
	}
	return sum;
}

/* Whatever has ended has an end; of a success of which nobody can tell when it came, it is not known whether it was
 * one. */
static void end_at(struct fact_attempt *attempt, struct instant end)
{
	attempt->finished = end.ms ? end : attempt->started;
	if (!end.ms && attempt->result == ATTEMPT_SUCCESS)
		attempt->result = ATTEMPT_UNKNOWN;
}

/* The job's own attempt: what it came to whatever became of the rest of the run. */
static bool put_job(struct reading *reading, const struct run_pile *pile, const struct fact_attempt *run,
		    struct str job, struct err *err)
{
	struct fact_attempt attempt = *run;
	struct sum sum = sum_up(pile, run->number, job);
	bool ran = sum.jobs > sum.copies;

	attempt.source = arena_fmt(&reading->arena, "%.*s job %.*s", STR_ARG(run->source), STR_ARG(job));
	attempt.finished.ms = 0;
	if (!ran && run->result == ATTEMPT_RUNNING)
		return true;
	if (ran) {
		attempt.result = sum.result;
		attempt.state = sum.state;
		attempt.started = sum.started.ms ? sum.started : run->started;
	} else if (sum_up(pile, run->number, STR("")).jobs > 0 || idle(run->result) ||
		   str_is(run->state, "startup_failure")) {
		attempt.result = ATTEMPT_SKIPPED;
		attempt.state = sum.jobs ? STR("not run again") : STR("no such job");
		sum.completed = attempt.started;
	} else { /* its jobs are forgotten */
		attempt.result = ATTEMPT_UNKNOWN;
	}
	if (attempt.result != ATTEMPT_RUNNING)
		end_at(&attempt, sum.completed);
	return reading_put_attempt(reading, &attempt, err);
}

/* The run says that it is over before its jobs do: they are asked again. */
static bool lags(struct reading *reading, const struct fact_attempt *attempt, const struct sum *sum)
{
	bool young = reading->options.now.ms - attempt->started.ms <= LAG;

	reading->open |= sum->open && young;
	return sum->open && young;
}

static bool put_end(struct reading *reading, const struct run_pile *pile, struct fact_attempt *attempt, struct err *err)
{
	struct sum sum;

	if (attempt->result == ATTEMPT_RUNNING || attempt->finished.ms)
		return true;
	sum = sum_up(pile, attempt->number, STR(""));
	if (lags(reading, attempt, &sum))
		return true;
	end_at(attempt, sum.completed);
	return reading_put_attempt(reading, attempt, err);
}

static const struct fact_attempt *attempt_of(const struct repository_facts *known, const struct errand *errand,
					     unsigned number)
{
	const struct run_pile *pile = errand->pile;

	for (size_t i = 0; i < pile->earlier_len; i++)
		if (pile->earlier[i].number == number)
			return &pile->earlier[i];
	return known_attempt(known, errand->of->source, errand->id, number);
}

static bool jobs_done(struct reading *reading, struct errand *errand, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct run_pile *pile = errand->pile;

	for (unsigned number = 1; known && number <= errand->number; number++) {
		const struct fact_attempt *told = attempt_of(known, errand, number);
		struct fact_attempt attempt;

		if (!told) /* it could not be had */
			continue;
		attempt = *told;
		if (!put_end(reading, pile, &attempt, err))
			return false;
		for (size_t i = 0; i < pile->names_len; i++)
			if (!put_job(reading, pile, told, pile->names[i], err))
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

/* Earlier attempts that no list tells of, and those that were still running when it told of them. True where there are
 * any. */
static bool want_earlier(struct reading *reading, const struct errand *run, const struct fact_attempt *first)
{
	const struct fact_attempt *latest = ((const struct run_pile *)run->pile)->latest;
	struct errand errand = *run;
	bool any = false;

	errand.kind = &attempt_kind;
	for (unsigned number = 1; number < latest->number; number++) {
		bool known = first->number == number;
		bool over = known && first->result != ATTEMPT_RUNNING;

		first += known;
		if (over)
			continue;
		any = true;
		errand.number = number;
		errand.url = repository_url(reading, "/actions/runs/%lld/attempts/%u", (long long)latest->id, number);
		errand_last(reading, &errand);
	}
	return any;
}

/* What became of the jobs that deploy by themselves: true where that has to be asked. Of a run that was skipped all
 * were. */
static bool want_jobs(struct reading *reading, const struct run_pile *pile, const struct fact_attempt *run, bool *wants,
		      struct err *err)
{
	for (size_t i = 0; i < pile->names_len; i++) {
		struct str source =
			arena_fmt(&reading->arena, "%.*s job %.*s", STR_ARG(run->source), STR_ARG(pile->names[i]));
		const struct fact_attempt *job = known_attempt(reading->known, source, run->id, run->number);
		struct fact_attempt skipped = *run;

		reading->open |= run->result == ATTEMPT_RUNNING;
		if (job && job->result != ATTEMPT_RUNNING)
			continue;
		if (!str_is(run->state, "skipped")) {
			*wants = true;
			continue;
		}
		skipped.source = source;
		if (!reading_put_attempt(reading, &skipped, err))
			return false;
	}
	return true;
}

/* Of one run, whose attempts stand together, the latest last. */
static bool want_run(struct reading *reading, const struct listing *listing, struct run_pile pile,
		     const struct fact_attempt *first, size_t len, struct err *err)
{
	const struct fact_attempt *latest = &first[len - 1];
	struct errand errand = {.kind = &jobs_kind, .of = listing, .id = latest->id, .number = latest->number};
	struct run_pile *own = arena_alloc(&reading->arena, sizeof(*own));
	bool wants;

	*own = pile;
	own->latest = latest;
	errand.pile = own;
	wants = want_earlier(reading, &errand, first);
	for (size_t i = 0; i < len; i++) {
		wants |= !first[i].finished.ms && first[i].result != ATTEMPT_RUNNING;
		if (!want_jobs(reading, own, &first[i], &wants, err))
			return false;
	}
	if (!wants)
		return true;
	errand.url = repository_url(reading, "/actions/runs/%lld/jobs?filter=all&per_page=100", (long long)latest->id);
	errand_last(reading, &errand);
	return true;
}

/* Lists of several branches are of the same runs: jobs that any of them names. False where one in front of it has asked
 * for them. */
static bool gather_names(struct reading *reading, const struct listing *listing, struct run_pile *pile)
{
	const struct target *target = reading->target;
	struct str *names = NULL;

	for (size_t i = 0; i < target->listings_len; i++) {
		const struct listing *other = &target->listings[i];

		if (other->kind != LISTING_RUNS || !str_eq(other->source, listing->source))
			continue;
		if (other < listing)
			return false;
		for (size_t k = 0; k < other->jobs_len; k++) {
			size_t at = 0;

			while (at < pile->names_len && !str_eq(names[at], other->jobs[k]))
				at++;
			if (at < pile->names_len)
				continue;
			names = arena_grow(&reading->arena, names, pile->names_len, sizeof(*names));
			names[pile->names_len++] = other->jobs[k];
		}
	}
	pile->names = names;
	return true;
}

bool runs_want(struct reading *reading, const struct listing *listing, struct err *err)
{
	const struct fact_attempt *at = reading->known->attempts;
	struct run_pile pile = {0};

	if (!gather_names(reading, listing, &pile))
		return true;
	/* the newest ids first: what is shown first is right first */
	for (size_t end = reading->known->attempts_len, begin; end > 0; end = begin) {
		begin = end - 1;
		while (begin > 0 && at[begin - 1].id == at[end - 1].id &&
		       str_eq(at[begin - 1].source, at[end - 1].source))
			begin--;
		if (str_eq(at[begin].source, listing->source) &&
		    !want_run(reading, listing, pile, &at[begin], end - begin, err))
			return false;
	}
	return true;
}
