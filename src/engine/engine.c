#include "engine/engine.h"

#include "base/log.h"
#include "base/mem.h"
#include "engine/engine_parts.h"

#include <stdlib.h>

#define RETRY_SOURCE ((struct span){15 * SPAN_SECOND}) /* one that does not answer */
#define RETRY_STORE  ((struct span){10 * SPAN_SECOND})

struct engine *engine_new(const struct engine_options *options, struct source *source, struct store *store)
{
	struct engine *engine = xcalloc(1, sizeof(*engine));

	*engine = (struct engine){
		.options = *options,
		.source = source,
		.store = store,
		.source_up = true,
		.store_ok = true,
		.alerts = alerts_new(store),
		.alerts_kept = true,
		.periods_kept = true,
		.audit_kept = true,
	};
	engine->periods = periods_new(store, &engine->err);
	if (!engine->periods)
		log_error("no period is closed", F_CSTR("reason", engine->err.text));
	engine->audit = audit_new(store, &engine->err);
	if (!engine->audit)
		log_error("changes of corrections are not noted", F_CSTR("reason", engine->err.text));
	return engine;
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	task_list_release(&engine->tasks);
	notes_free(engine->notes, engine->set ? engine->set->len : 0);
	alerts_free(engine->alerts);
	periods_free(engine->periods);
	recall_free(engine->recall);
	audit_free(engine->audit);
	slo_set_unref(engine->set);
	free(engine->members);
	free(engine->shown_to);
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

/* A store that refuses is tried again with each cycle. */
static void take_audit(struct engine *engine, struct instant now)
{
	struct err err = {0};
	bool kept = !engine->audit || audit_take(engine->audit, engine->set, now, &err);

	if (!kept && engine->audit_kept)
		log_error("changes of corrections cannot be written down", F_CSTR("reason", err.text));
	engine->audit_kept = kept;
}

struct audit_list *engine_audit(const struct engine *engine)
{
	return engine->audit ? audit_list_of(engine->audit) : NULL;
}

void engine_load(struct engine *engine, struct slo_set *set, struct instant now)
{
	struct slo_set *before = engine->set;

	while (engine->tasks.len) {
		struct task *task = engine->tasks.at[engine->tasks.len - 1];

		task_list_remove(&engine->tasks, engine->tasks.len - 1);
		cohorts_retire(engine, task);
	}
	notes_free(engine->notes, before ? before->len : 0);
	engine->notes = notes_new(set->len);
	free(engine->shown_to);
	engine->shown_to = xcalloc(set->len, sizeof(*engine->shown_to));
	engine->set = slo_set_ref(set);
	slo_set_unref(before);
	take_audit(engine, now);
	cohorts_form(engine, engine_target(engine, now));
	if (engine->periods)
		periods_redefined(engine->periods);
	recall_free(engine->recall);
	engine->recall = engine->options.counting.exact_ledgers
				 ? NULL
				 : recall_new(&engine->options.counting, engine->set, engine->source, engine->store);
	log_info("definitions taken up", F_INT("slos", set->len), F_INT("cohorts", engine->tasks.len));
}

/* The next task to go on with: one that is nearly up to date before one that is being read back, the further behind the
 * earlier. */
static struct task *pick(struct engine *engine, step_no target, struct mono now)
{
	struct task *recent = NULL, *backlog = NULL;

	for (size_t i = 0; i < engine->tasks.len; i++) {
		struct task *task = engine->tasks.at[i];
		step_no lag = task_lag(task, target);

		if (lag <= 0 || !task_due(task, now))
			continue;
		if (lag <= RECENT_STEPS)
			recent = !recent || lag > task_lag(recent, target) ? task : recent;
		else
			backlog = !backlog ? task : backlog;
	}
	if (recent)
		return recent;
	return now.ns >= engine->backlog_at.ns ? backlog : NULL;
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
		cohorts_after_advance(engine, task, now);
		return TURN_WORKED;
	case ADVANCE_TOO_LARGE:
		cohorts_too_large(engine, task, now, &engine->err);
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
	theirs.ms += SPAN_SECOND; /* it answered a moment ago */
	/* A step that has ended by its clock is counted when it has settled by ours: a source that is a little behind
	 * delays nothing. */
	engine->clock_limit = theirs.ms / engine->options.counting.step.ms;
	ahead = now.ms - theirs.ms > SPAN_MINUTE;
	if (ahead && !engine->clock_warned)
		log_warn("our clock is ahead of the source's", F_INT("seconds", (now.ms - theirs.ms) / 1000));
	engine->clock_warned = ahead;
}

static void look_at_buckets(struct engine *engine, step_no target)
{
	notes_look_at_buckets(engine->notes, engine->set, engine->source, engine->store, target,
			      engine->options.counting.step);
}

static void end_cycle(struct engine *engine, step_no target, struct instant now)
{
	if (target <= engine->cycle_step)
		return;
	engine->cycle_step = target;
	engine->cycle_ended = true;
	engine->cycles++;
	engine->cycle_seconds = engine->work_seconds;
	engine->cycle_seconds_total += engine->work_seconds;
	engine->work_seconds = 0;
	look_at_buckets(engine, target);
	if (!engine->audit_kept)
		take_audit(engine, now);
	if (!store_maintain(engine->store, &engine->err))
		not_stored(engine, mono_now());
}

static bool recent_work_left(const struct engine *engine, step_no target, struct mono now)
{
	for (size_t i = 0; i < engine->tasks.len; i++) {
		step_no lag = task_lag(engine->tasks.at[i], target);

		if (lag > 0 && lag <= RECENT_STEPS && task_due(engine->tasks.at[i], now))
			return true;
	}
	return false;
}

/* Where nothing else is to be done. */
static enum turn recall_points(struct engine *engine, step_no target)
{
	switch (engine->recall ? recall_turn(engine->recall, target, &engine->err) : RECALL_NOTHING) {
	case RECALL_NOTHING:
		break;
	case RECALL_PINNED:
		if (engine->periods)
			periods_redefined(engine->periods);
		return TURN_WORKED;
	case RECALL_LOOKED:
		return TURN_WORKED;
	case RECALL_UNAVAILABLE:
		return unavailable(engine, mono_now());
	case RECALL_INTERRUPTED:
		return TURN_INTERRUPTED;
	case RECALL_NOT_STORED:
		return not_stored(engine, mono_now());
	}
	return TURN_IDLE;
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
		end_cycle(engine, target, now);
		look_at_buckets(engine, target); /* what was read back since the cycle ended may show something */
		cohorts_merge(engine, target);
		return recall_points(engine, target);
	}
	turn = advance(engine, task, target);
	engine->cycles_failed += turn == TURN_UNAVAILABLE || turn == TURN_NOT_STORED;
	if (turn == TURN_WORKED && !recent_work_left(engine, target, mono_now()))
		end_cycle(engine, target, now);
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

		if (task_lag(engine->tasks.at[i], engine_target(engine, now)) > 0 && retry < wait)
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
		if (task_lag(engine->tasks.at[i], target) > 0 && !engine->tasks.at[i]->reason)
			return false;
	return engine->set != NULL;
}

bool engine_cycle_ended(struct engine *engine)
{
	bool ended = engine->cycle_ended;

	engine->cycle_ended = false;
	return ended;
}
