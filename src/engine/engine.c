#include "engine/engine.h"

#include "base/log.h"
#include "base/mem.h"
#include "engine/engine_parts.h"

#include <stdlib.h>

/* SLOs that lag by no more than this are up to date, or nearly: they go before those being read back, and together. */
enum { RECENT_STEPS = 60 };
/* SLOs that are read back go in parties of this size, so that a piece of work stays small. */
enum { PARTY = 8 };
#define RETRY_SLO    ((struct span){SPAN_MINUTE})      /* one that the source refuses */
#define RETRY_SOURCE ((struct span){15 * SPAN_SECOND}) /* one that does not answer */
#define RETRY_STORE  ((struct span){10 * SPAN_SECOND})

struct engine *engine_new(const struct engine_options *options, struct source *source, struct store *store)
{
	struct engine *engine = xcalloc(1, sizeof(*engine));

	*engine = (struct engine){
		.options = *options, .source = source, .store = store, .source_up = true, .store_ok = true};
	return engine;
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	task_list_release(&engine->tasks);
	notes_free(engine->notes, engine->set ? engine->set->len : 0);
	slo_set_unref(engine->set);
	free(engine->members);
	free(engine);
}

const char *engine_error(const struct engine *engine) { return engine->err.text; }

const char *engine_warning(const struct engine *engine) { return engine->warned; }

/* The newest settled step by our own clock. */
static step_no own_target(const struct engine *engine, struct instant now)
{
	return (now.ms - engine->options.settle.ms) / engine->options.counting.step.ms;
}

step_no engine_target(const struct engine *engine, struct instant now)
{
	step_no target = own_target(engine, now);

	return engine->clock_limit && target > engine->clock_limit ? engine->clock_limit : target;
}

/* Where the counting of an SLO begins or goes on. */
static step_no begin_of(const struct engine *engine, const struct slo *slo, step_no target)
{
	step_no oldest = target - slo->window.ms / engine->options.counting.step.ms;
	step_no position = slo_position(engine->store, slo, engine->options.backfill ? oldest : target);

	/* After an absence longer than the window, what lies before it is of no use any more. */
	return position < oldest ? oldest : position;
}

static void remember_members(struct engine *engine)
{
	free(engine->members);
	engine->members = xcalloc(engine->set->len, sizeof(*engine->members));
	for (size_t t = 0; t < engine->tasks.len; t++) {
		struct member *members;
		size_t len = cohort_members(engine->tasks.at[t]->cohort, &members);

		for (size_t i = 0; i < len; i++)
			engine->members[members[i].slo - engine->set->slos] =
				(struct member_link){&members[i], engine->tasks.at[t]};
	}
}

static struct task *add_task(struct engine *engine, const struct slo *const *slos, size_t len, step_no position)
{
	struct task *task =
		task_new(cohort_new(&engine->options.counting, engine->source, engine->store, slos, len, position));

	task_list_add(&engine->tasks, task);
	return task;
}

/* What cohorts that are given up have counted goes on in the totals. */
static void retire(struct engine *engine, struct task *task)
{
	struct cohort_stats stats = cohort_stats(task->cohort);

	engine->retired.births_counted += stats.births_counted;
	engine->retired.births_unknown += stats.births_unknown;
	engine->retired.resets += stats.resets;
	engine->retired.holes += stats.holes;
	task_free(task);
}

struct placed {
	const struct slo *slo;
	step_no position;
};

static int by_position(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;

	if (left->position != right->position)
		return left->position > right->position ? -1 : 1; /* the newest first */
	return (left->slo > right->slo) - (left->slo < right->slo);
}

/* SLOs with the same position from `from` on that make one cohort. */
static size_t party_len(const struct placed *placed, size_t from, size_t len, step_no target)
{
	bool recent = target - placed[from].position <= RECENT_STEPS;
	size_t n = 1;

	while (from + n < len && placed[from + n].position == placed[from].position &&
	       (recent || (n < PARTY && str_eq(placed[from + n].slo->service, placed[from].slo->service))))
		n++;
	return n;
}

/* A query that was edited counts something else: its history begins anew, and the old one stays in the store. */
static void tell_of_old_history(const struct engine *engine, const struct slo *slo)
{
	size_t others = store_other_histories(engine->store, slo->id, slo->counts_hash);

	if (others && slo_position(engine->store, slo, -1) < 0)
		log_info("what an SLO counts was edited: a new history begins, the old one is kept",
			 F_STR("slo", slo->id), F_INT("old_histories", others));
}

static void form_cohorts(struct engine *engine, step_no target)
{
	size_t len = engine->set->len;
	struct placed *placed = xcalloc(len, sizeof(*placed));
	const struct slo **party = xcalloc(len, sizeof(*party));

	for (size_t i = 0; i < len; i++) {
		tell_of_old_history(engine, &engine->set->slos[i]);
		placed[i] = (struct placed){&engine->set->slos[i], begin_of(engine, &engine->set->slos[i], target)};
	}
	if (len)
		qsort(placed, len, sizeof(*placed), by_position);
	for (size_t from = 0, n; from < len; from += n) {
		n = party_len(placed, from, len, target);
		for (size_t i = 0; i < n; i++)
			party[i] = placed[from + i].slo;
		add_task(engine, party, n, placed[from].position);
	}
	free(party);
	free(placed);
}

void engine_load(struct engine *engine, struct slo_set *set, struct instant now)
{
	struct slo_set *before = engine->set;

	while (engine->tasks.len) {
		struct task *task = engine->tasks.at[engine->tasks.len - 1];

		task_list_remove(&engine->tasks, engine->tasks.len - 1);
		retire(engine, task);
	}
	notes_free(engine->notes, before ? before->len : 0);
	engine->notes = notes_new(set->len);
	engine->set = slo_set_ref(set);
	slo_set_unref(before);
	form_cohorts(engine, engine_target(engine, now));
	remember_members(engine);
	log_info("definitions taken up", F_INT("slos", set->len), F_INT("cohorts", engine->tasks.len));
}

static step_no lag_of(const struct task *task, step_no target) { return target - cohort_position(task->cohort); }

/* The next task to go on with: one that is nearly up to date before one that is being read back, the further behind the
 * earlier. */
static struct task *pick(struct engine *engine, step_no target, struct mono now)
{
	struct task *recent = NULL, *backlog = NULL;

	for (size_t i = 0; i < engine->tasks.len; i++) {
		struct task *task = engine->tasks.at[i];
		step_no lag = lag_of(task, target);

		if (lag <= 0 || !task_due(task, now))
			continue;
		if (lag <= RECENT_STEPS)
			recent = !recent || lag > lag_of(recent, target) ? task : recent;
		else
			backlog = !backlog ? task : backlog;
	}
	if (recent)
		return recent;
	return now.ns >= engine->backlog_at.ns ? backlog : NULL;
}

static size_t index_of(const struct engine *engine, const struct task *task)
{
	size_t i = 0;

	while (engine->tasks.at[i] != task)
		i++;
	return i;
}

/* Members that could not be counted go on by themselves, so that they hold nobody up; the others go on together. */
static void part(struct engine *engine, struct task *task, struct mono now)
{
	struct member *members;
	size_t len = cohort_members(task->cohort, &members), well = 0;
	const struct slo **slos = xcalloc(len, sizeof(*slos));

	for (size_t i = 0; i < len; i++) {
		struct task *alone;

		if (!members[i].left_behind) {
			slos[well++] = members[i].slo;
			continue;
		}
		alone = add_task(engine, &members[i].slo, 1, ledger_end(members[i].root->ledger));
		alone->failures = task->failures;
		task_failed(alone, now, RETRY_SLO, members[i].reason.at);
		log_warn("an SLO cannot be counted", F_STR("slo", members[i].slo->id),
			 F_STR("reason", members[i].reason));
	}
	if (well)
		add_task(engine, slos, well, cohort_position(task->cohort))->chunk = task->chunk;
	free(slos);
	task_list_remove(&engine->tasks, index_of(engine, task));
	retire(engine, task);
	remember_members(engine);
}

static bool some_left_behind(const struct task *task)
{
	struct member *members;
	size_t len = cohort_members(task->cohort, &members);

	for (size_t i = 0; i < len; i++)
		if (members[i].left_behind)
			return true;
	return false;
}

/* A single SLO that fails again keeps its task; only the reason is renewed. */
static void after_advance(struct engine *engine, struct task *task, struct mono now)
{
	struct member *members;
	size_t len = cohort_members(task->cohort, &members);

	if (!some_left_behind(task)) {
		if (task->reason)
			log_info("an SLO is counted again", F_STR("slo", members[0].slo->id));
		task_well(task);
	} else if (len > 1) {
		part(engine, task, now);
	} else {
		struct task *again = add_task(engine, &members[0].slo, 1, ledger_end(members[0].root->ledger));

		again->failures = task->failures;
		task_failed(again, now, RETRY_SLO, members[0].reason.at);
		task_list_remove(&engine->tasks, index_of(engine, task));
		retire(engine, task);
		remember_members(engine);
	}
}

/* Even one step is too much for one answer: the members are asked for one by one. */
static void too_large(struct engine *engine, struct task *task, struct mono now, const struct err *err)
{
	struct member *members;
	size_t len = cohort_members(task->cohort, &members);

	if (task->chunk > 1) {
		task->chunk = task->chunk / 4 ? task->chunk / 4 : 1;
		return;
	}
	if (len == 1) {
		task_failed(task, now, RETRY_SLO, err->text);
		return;
	}
	for (size_t i = 0; i < len; i++)
		add_task(engine, &members[i].slo, 1, cohort_position(task->cohort));
	task_list_remove(&engine->tasks, index_of(engine, task));
	retire(engine, task);
	remember_members(engine);
}

static void source_state(struct engine *engine, bool up, const char *reason)
{
	if (engine->source_up != up && up)
		log_info("the source answers again", F_INT("failures", engine->source_failures));
	if (engine->source_up != up && !up)
		log_warn("the source does not answer", F_CSTR("reason", reason));
	engine->source_up = up;
	engine->source_failures = up ? 0 : engine->source_failures + 1;
}

static enum turn unavailable(struct engine *engine, struct mono now)
{
	int64_t wait = SPAN_SECOND << (engine->source_failures < 5 ? engine->source_failures : 5);

	source_state(engine, false, engine->err.text);
	if (wait > RETRY_SOURCE.ms)
		wait = RETRY_SOURCE.ms;
	engine->source_at.ns = now.ns + wait * 1000000;
	return TURN_UNAVAILABLE;
}

static enum turn not_stored(struct engine *engine, struct mono now)
{
	if (engine->store_ok)
		log_error("the store refuses", F_CSTR("reason", engine->err.text));
	engine->store_ok = false;
	engine->source_at.ns = now.ns + RETRY_STORE.ms * 1000000;
	return TURN_NOT_STORED;
}

/* Reading back keeps to the rate that the operator allows. */
static void hold_back(struct engine *engine, struct mono now, const struct advance_cost *cost)
{
	if (engine->options.samples_per_second > 0)
		engine->backlog_at.ns =
			now.ns + (int64_t)((double)cost->samples / engine->options.samples_per_second * 1e9);
}

static void tell_warning(struct engine *engine, const struct advance_cost *cost)
{
	if (!cost->warning[0] || strcmp(cost->warning, engine->warned) == 0)
		return;
	memcpy(engine->warned, cost->warning, sizeof(engine->warned));
	log_warn("the source answers with a warning", F_CSTR("warning", cost->warning));
}

static enum turn advance(struct engine *engine, struct task *task, step_no target)
{
	step_no position = cohort_position(task->cohort);
	step_no to = target - position > task->chunk ? position + task->chunk : target;
	bool live = target - position <= RECENT_STEPS;
	struct advance_cost cost;
	struct mono now;
	enum advance verdict = cohort_advance(task->cohort, to, &cost, &engine->err);

	now = mono_now();
	engine->work_seconds += cost.seconds;
	tell_warning(engine, &cost);
	switch (verdict) {
	case ADVANCE_DONE:
		source_state(engine, true, "");
		engine->store_ok = true;
		engine->steps += (uint64_t)(to - position);
		engine->backfilled += live ? 0 : (uint64_t)(to - position);
		task_sized(task, to - position, &cost);
		notes_take(engine->notes, engine->set, task->cohort);
		if (!live)
			hold_back(engine, now, &cost);
		after_advance(engine, task, now);
		return TURN_WORKED;
	case ADVANCE_TOO_LARGE:
		too_large(engine, task, now, &engine->err);
		return TURN_WORKED;
	case ADVANCE_UNAVAILABLE:
		return unavailable(engine, now);
	case ADVANCE_INTERRUPTED:
		return TURN_INTERRUPTED;
	case ADVANCE_NOT_STORED:
		return not_stored(engine, now);
	}
	return TURN_IDLE;
}

/* Cohorts that have met become one: one question per metric then serves them all. */
static bool merge(struct engine *engine, step_no target)
{
	const struct slo **slos = xcalloc(engine->set->len, sizeof(*slos));
	size_t met = 0, len = 0;

	for (size_t t = 0; t < engine->tasks.len; t++)
		met += lag_of(engine->tasks.at[t], target) == 0 && !engine->tasks.at[t]->reason;
	for (size_t t = engine->tasks.len; t-- > 0 && met > 1;) {
		struct task *task = engine->tasks.at[t];
		struct member *members;
		size_t count = cohort_members(task->cohort, &members);

		if (lag_of(task, target) != 0 || task->reason)
			continue;
		for (size_t i = 0; i < count; i++)
			slos[len++] = members[i].slo;
		task_list_remove(&engine->tasks, t);
		retire(engine, task);
	}
	if (len) {
		add_task(engine, slos, len, target);
		remember_members(engine);
	}
	free(slos);
	return len > 0;
}

static bool on_source_time(void *context, const struct source_series *series, struct err *err)
{
	struct instant *time = context;

	(void)err;
	if (series->len)
		time->ms = (int64_t)(series->samples[0].value * 1000);
	return true;
}

/* A clock of ours that has jumped ahead must not make us count steps that have not happened: the source's own clock is
 * the limit. It is asked once for each step that ours brings. */
static void ask_source_clock(struct engine *engine, struct instant now)
{
	struct instant theirs = {0};
	struct ask ask = {.promql = STR("time()"), .series = on_source_time, .context = &theirs};
	step_no own = own_target(engine, now);
	bool ahead;

	if (!engine->options.check_source_clock || own == engine->clock_asked_for)
		return;
	engine->clock_asked_for = own;
	engine->clock_limit = 0;
	source_ask(engine->source, &ask, 1);
	if (ask.outcome != ASK_OK || theirs.ms == 0)
		return;
	theirs.ms += SPAN_SECOND; /* it answered a moment ago, and clocks differ a little */
	engine->clock_limit = own_target(engine, theirs);
	ahead = now.ms - theirs.ms > SPAN_MINUTE;
	if (ahead && !engine->clock_warned)
		log_warn("our clock is ahead of the source's", F_INT("seconds", (now.ms - theirs.ms) / 1000));
	engine->clock_warned = ahead;
}

static void end_cycle(struct engine *engine, step_no target)
{
	if (target <= engine->cycle_step)
		return;
	engine->cycle_step = target;
	engine->cycle_ended = true;
	engine->cycles++;
	engine->cycle_seconds = engine->work_seconds;
	engine->cycle_seconds_total += engine->work_seconds;
	engine->work_seconds = 0;
	notes_look_at_buckets(engine->notes, engine->set, engine->source, engine->store, engine->options.counting.step);
	if (!store_maintain(engine->store, &engine->err))
		not_stored(engine, mono_now());
}

static bool recent_work_left(const struct engine *engine, step_no target, struct mono now)
{
	for (size_t i = 0; i < engine->tasks.len; i++) {
		step_no lag = lag_of(engine->tasks.at[i], target);

		if (lag > 0 && lag <= RECENT_STEPS && task_due(engine->tasks.at[i], now))
			return true;
	}
	return false;
}

enum turn engine_turn(struct engine *engine, struct instant now)
{
	struct mono begin = mono_now();
	struct task *task;
	enum turn turn;
	step_no target;

	if (begin.ns < engine->source_at.ns)
		return TURN_IDLE;
	ask_source_clock(engine, now);
	target = engine_target(engine, now);
	task = pick(engine, target, begin);
	if (!task) {
		end_cycle(engine, target);
		merge(engine, target);
		return TURN_IDLE;
	}
	turn = advance(engine, task, target);
	engine->cycles_failed += turn == TURN_UNAVAILABLE || turn == TURN_NOT_STORED;
	if (turn == TURN_WORKED && !recent_work_left(engine, target, mono_now()))
		end_cycle(engine, target);
	return turn;
}

struct span engine_wait(const struct engine *engine, struct instant now)
{
	struct mono begin = mono_now();
	int64_t step = engine->options.counting.step.ms;
	int64_t next = (engine_target(engine, now) + 1) * step + engine->options.settle.ms - now.ms;
	int64_t wait = next < step ? next : step;

	for (size_t i = 0; i < engine->tasks.len; i++) {
		int64_t retry = (engine->tasks.at[i]->retry_at.ns - begin.ns) / 1000000;

		if (lag_of(engine->tasks.at[i], engine_target(engine, now)) > 0 && retry < wait)
			wait = retry;
	}
	if (begin.ns < engine->backlog_at.ns && (engine->backlog_at.ns - begin.ns) / 1000000 < wait)
		wait = (engine->backlog_at.ns - begin.ns) / 1000000;
	if (begin.ns < engine->source_at.ns)
		wait = (engine->source_at.ns - begin.ns) / 1000000;
	return (struct span){wait < 1 ? 1 : wait};
}

bool engine_caught_up(const struct engine *engine, struct instant now)
{
	step_no target = engine_target(engine, now);

	for (size_t i = 0; i < engine->tasks.len; i++)
		if (lag_of(engine->tasks.at[i], target) > 0 && !engine->tasks.at[i]->reason)
			return false;
	return engine->set != NULL;
}

bool engine_cycle_ended(struct engine *engine)
{
	bool ended = engine->cycle_ended;

	engine->cycle_ended = false;
	return ended;
}

const struct plan *engine_plan(const struct engine *engine, const struct slo *slo)
{
	return &engine->members[slo - engine->set->slos].member->plan;
}
