#include "engine/engine.h"

#include "base/log.h"
#include "base/mem.h"
#include "engine/engine_parts.h"

#include <stdlib.h>

#define RETRY_STORE ((struct span){10 * SPAN_SECOND})

struct engine *engine_new(const struct engine_options *options, const struct sources *sources, struct store *store)
{
	struct engine *engine = xcalloc(1, sizeof(*engine));

	*engine = (struct engine){
		.options = *options,
		.stations = xcalloc(sources->len, sizeof(*engine->stations)),
		.stations_len = sources->len,
		.store = store,
		.store_ok = true,
		.alerts = alerts_new(store),
		.curves = curves_new(),
		.alerts_kept = true,
		.periods_kept = true,
		.tops_kept = true,
		.audit_kept = true,
	};
	for (size_t i = 0; i < sources->len; i++)
		station_init(&engine->stations[i], &sources->at[i]);
	engine->tops = tops_new(store, engine->alerts);
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
	for (size_t i = 0; i < engine->stations_len; i++)
		station_release(&engine->stations[i]);
	free(engine->stations);
	task_list_release(&engine->tasks);
	notes_free(engine->notes, engine->set ? engine->set->len : 0);
	tops_free(engine->tops);
	alerts_free(engine->alerts);
	curves_free(engine->curves);
	periods_free(engine->periods);
	audit_free(engine->audit);
	slo_set_unref(engine->set);
	free(engine->members);
	free(engine->shown_to);
	free(engine);
}

const char *engine_error(const struct engine *engine) { return engine->err.text; }

const char *engine_source_error(const struct engine *engine, size_t place)
{
	const struct station *station = &engine->stations[place];

	return engine_in_use(engine, station) && !station->up ? station->err.text : NULL;
}

const char *engine_warning(const struct engine *engine)
{
	for (size_t i = 0; i < engine->stations_len; i++)
		if (engine->stations[i].warned[0])
			return engine->stations[i].warned;
	return "";
}

/* The newest settled step by our own clock. */
static step_no own_target(const struct engine *engine, struct instant now)
{
	return (now.ms - engine->options.settle.ms) / engine->options.counting.step.ms;
}

step_no engine_station_target(const struct engine *engine, const struct station *station, struct instant now)
{
	step_no own = own_target(engine, now);

	return station ? station_target(station, own) : own;
}

bool engine_in_use(const struct engine *engine, const struct station *station)
{
	return station->slos_len || (station == engine->stations && engine->set && engine->set->len == 0);
}

step_no engine_target(const struct engine *engine, struct instant now)
{
	step_no newest = 0;

	for (size_t i = 0; i < engine->stations_len; i++) {
		step_no target = engine_station_target(engine, &engine->stations[i], now);

		if (engine_in_use(engine, &engine->stations[i]) && target > newest)
			newest = target;
	}
	return newest ? newest : own_target(engine, now);
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

const struct firings *engine_firings(const struct engine *engine) { return alerts_firings(engine->alerts); }

void engine_load(struct engine *engine, struct slo_set *set, struct instant now)
{
	struct slo_set *before = engine->set;

	for (size_t i = 0; i < engine->stations_len; i++)
		station_clear(&engine->stations[i]);
	while (engine->tasks.len) {
		struct task *task = engine->tasks.at[engine->tasks.len - 1];

		task_list_remove(&engine->tasks, engine->tasks.len - 1);
		cohorts_retire(engine, task);
	}
	curves_forget(engine->curves);
	notes_free(engine->notes, before ? before->len : 0);
	engine->notes = notes_new(set->len);
	free(engine->shown_to);
	engine->shown_to = xcalloc(set->len, sizeof(*engine->shown_to));
	engine->set = slo_set_ref(set);
	slo_set_unref(before);
	take_audit(engine, now);
	cohorts_form(engine, now);
	if (engine->periods)
		periods_redefined(engine->periods);
	for (size_t i = 0; i < engine->stations_len && !engine->options.counting.exact_ledgers; i++)
		station_recall(&engine->stations[i], &engine->options.counting, engine->set, engine->store);
	log_info("definitions taken up", F_INT("slos", set->len), F_INT("cohorts", engine->tasks.len));
}

/* The next task to go on with: one that is nearly up to date before one that is being read back, the further behind the
 * earlier. */
static struct task *pick(const struct engine *engine, const struct station *station, step_no target, struct mono now)
{
	struct task *recent = NULL, *backlog = NULL;

	for (size_t i = 0; i < engine->tasks.len; i++) {
		struct task *task = engine->tasks.at[i];
		step_no lag = task_lag(task, target);

		if (task->station != station || lag <= 0 || !task_due(task, now))
			continue;
		if (lag <= RECENT_STEPS)
			recent = !recent || lag > task_lag(recent, target) ? task : recent;
		else
			backlog = !backlog ? task : backlog;
	}
	if (recent)
		return recent;
	return now.ns >= station->backlog_at.ns ? backlog : NULL;
}

static enum turn not_stored(struct engine *engine, struct mono now)
{
	if (engine->store_ok)
		log_error("the store refuses", F_CSTR("reason", engine->err.text));
	engine->store_ok = false;
	engine->store_err = engine->err;
	engine->store_at.ns = now.ns + RETRY_STORE.ms * 1000000;
	return TURN_NOT_STORED;
}

/* Reading back keeps to the rate that the operator allows. */
static void hold_back(const struct engine *engine, struct station *station, struct mono now,
		      const struct advance_cost *cost)
{
	if (engine->options.samples_per_second > 0)
		station->backlog_at.ns =
			now.ns + (int64_t)((double)cost->samples / engine->options.samples_per_second * 1e9);
}

static void begin_piece(struct station *station, struct task *task, step_no target)
{
	step_no position = cohort_position(task->cohort);

	station->work = WORK_COUNT;
	station->task = task;
	station->live = target - position <= RECENT_STEPS;
	station->from = position;
	station->to = target - position > task->chunk ? position + task->chunk : target;
	cohort_begin(task->cohort, station->to);
}

static void counted(struct engine *engine, struct station *station, struct task *task, const struct advance_cost *cost)
{
	struct mono now = mono_now();
	step_no steps = station->to - station->from;

	station_well(station);
	engine->store_ok = true;
	engine->steps += (uint64_t)steps;
	engine->backfilled += station->live ? 0 : (uint64_t)steps;
	task_sized(task, steps, cost);
	notes_take(engine->notes, engine->set, task->cohort);
	if (!station->live)
		hold_back(engine, station, now, cost);
	cohorts_after_advance(engine, task, now);
}

/* It is asked again later; or never, and then its SLOs say why they are not counted to the end. */
static enum turn unavailable(struct engine *engine, struct station *station)
{
	struct mono now = mono_now();

	station_failed(station, now, &engine->err);
	if (engine->options.give_up) {
		station->at.ns = INT64_MAX;
		cohorts_give_up(engine, station, now, &engine->err);
	}
	return TURN_UNAVAILABLE;
}

static enum turn go_on(struct engine *engine, struct station *station)
{
	struct task *task = station->task;
	struct advance_cost cost;
	enum advance verdict = cohort_go_on(task->cohort, &cost, &engine->err);

	if (verdict == ADVANCE_ASKING)
		return TURN_WAITING;
	station->work = WORK_NONE;
	station->task = NULL;
	station->work_seconds += cost.seconds;
	station_warn(station, cost.warning);
	switch (verdict) {
	case ADVANCE_DONE:
		counted(engine, station, task, &cost);
		return TURN_WORKED;
	case ADVANCE_TOO_LARGE:
		cohorts_too_large(engine, task, mono_now(), &engine->err);
		return TURN_WORKED;
	case ADVANCE_UNAVAILABLE:
		return unavailable(engine, station);
	case ADVANCE_INTERRUPTED:
		return TURN_INTERRUPTED;
	case ADVANCE_NOT_STORED:
		return not_stored(engine, mono_now());
	case ADVANCE_ASKING:
		break;
	}
	return TURN_WAITING;
}

/* The first source that is through with a step ends the engine's cycle; slower ones make it longer. */
static void end_cycle(struct engine *engine, struct station *station, step_no target, struct instant now)
{
	if (target <= station->cycle_step)
		return;
	station->cycle_step = target;
	station->look_due = true;
	engine->cycle_ended = true;
	if (target > engine->cycle_step) {
		engine->cycle_step = target;
		engine->cycles++;
		engine->cycle_seconds = 0;
		if (!engine->audit_kept)
			take_audit(engine, now);
		if (!store_maintain(engine->store, &engine->err))
			not_stored(engine, mono_now());
	}
	if (station->work_seconds > engine->cycle_seconds) {
		engine->cycle_seconds_total += station->work_seconds - engine->cycle_seconds;
		engine->cycle_seconds = station->work_seconds;
	}
	station->work_seconds = 0;
}

static bool recent_work_left(const struct engine *engine, const struct station *station, step_no target,
			     struct mono now)
{
	for (size_t i = 0; i < engine->tasks.len; i++) {
		const struct task *task = engine->tasks.at[i];
		step_no lag = task_lag(task, target);

		if (task->station == station && lag > 0 && lag <= RECENT_STEPS && task_due(task, now))
			return true;
	}
	return false;
}

static bool ask_looks(struct engine *engine, struct station *station, step_no target)
{
	return station_ask_looks(station, engine->notes, engine->set, engine->store, target,
				 engine->options.counting.step);
}

static bool may_ask(const struct engine *engine, const struct station *station, struct mono now)
{
	return now.ns >= engine->store_at.ns && now.ns >= station->at.ns && engine_in_use(engine, station);
}

/* Begins what is to be done next at a source that is free; false where nothing is. */
static bool begin_work(struct engine *engine, struct station *station, struct instant now)
{
	step_no target;
	struct task *task;

	if (engine->options.check_source_clock && station_ask_clock(station, own_target(engine, now)))
		return true;
	target = engine_station_target(engine, station, now);
	if (station->look_due && ask_looks(engine, station, target))
		return true;
	task = pick(engine, station, target, mono_now());
	if (task) {
		begin_piece(station, task, target);
		return true;
	}
	end_cycle(engine, station, target, now);
	cohorts_merge(engine, station, target);
	return ask_looks(engine, station, target); /* what was read back since the cycle ended may show something */
}

/* Where nothing else is to be done. */
static enum turn recall_points(struct engine *engine, struct station *station, struct instant now)
{
	step_no target = engine_station_target(engine, station, now);

	station->work = WORK_NONE;
	switch (station->recall ? recall_turn(station->recall, target, &engine->err) : RECALL_NOTHING) {
	case RECALL_NOTHING:
		break;
	case RECALL_PINNED:
		if (engine->periods)
			periods_redefined(engine->periods);
		return TURN_WORKED;
	case RECALL_LOOKED:
		return TURN_WORKED;
	case RECALL_UNAVAILABLE:
		return unavailable(engine, station);
	case RECALL_INTERRUPTED:
		return TURN_INTERRUPTED;
	case RECALL_NOT_STORED:
		return not_stored(engine, mono_now());
	case RECALL_ASKING:
		station->work = WORK_RECALL;
		return TURN_WAITING;
	}
	return TURN_IDLE;
}

/* Goes on with what is under way at a source that has answered, or begins something; TURN_WAITING where there is more
 * to be asked, or may be. */
static enum turn go_on_at(struct engine *engine, struct station *station, struct instant now)
{
	switch (station->work) {
	case WORK_NONE:
		if (!may_ask(engine, station, mono_now()))
			return TURN_IDLE;
		return begin_work(engine, station, now) ? TURN_WAITING : recall_points(engine, station, now);
	case WORK_CLOCK:
		station_take_clock(station, now, engine->options.counting.step);
		return TURN_WAITING;
	case WORK_LOOK:
		station_take_looks(station);
		return TURN_WAITING;
	case WORK_COUNT:
		return go_on(engine, station);
	case WORK_RECALL:
		return recall_points(engine, station, now);
	}
	return TURN_IDLE;
}

/* One source's turn: until it has to think, or a piece of work is done. */
static enum turn station_turn(struct engine *engine, struct station *station, struct instant now)
{
	enum turn turn = TURN_WAITING;

	while (turn == TURN_WAITING && source_answered(station->source))
		turn = go_on_at(engine, station, now);
	return turn;
}

enum turn engine_turn(struct engine *engine, struct instant now)
{
	enum turn rest = TURN_IDLE;

	for (size_t i = 0; i < engine->stations_len; i++) {
		struct station *station = &engine->stations[(engine->next_station + i) % engine->stations_len];
		enum turn turn = station_turn(engine, station, now);
		step_no target = engine_station_target(engine, station, now);

		if (turn == TURN_IDLE)
			continue;
		rest = TURN_WAITING;
		if (turn == TURN_WAITING)
			continue;
		engine->next_station = (size_t)(station - engine->stations) + 1;
		engine->cycles_failed += turn == TURN_UNAVAILABLE || turn == TURN_NOT_STORED;
		if (turn == TURN_WORKED && !recent_work_left(engine, station, target, mono_now()))
			end_cycle(engine, station, target, now);
		return turn;
	}
	return rest;
}

void engine_await(struct engine *engine, struct span most) { source_wait(engine->stations[0].source, most); }

/* When a task of a station is to go on; one that is read back keeps to the station's rate. */
static int64_t task_wait(const struct station *station, const struct task *task, step_no target, struct mono begin)
{
	int64_t at = task->retry_at.ns;

	if (task_lag(task, target) > RECENT_STEPS && at < station->backlog_at.ns)
		at = station->backlog_at.ns;
	return (at - begin.ns) / 1000000;
}

/* Of a source that is thinking nothing but its answer is awaited. */
static int64_t station_wait(const struct engine *engine, const struct station *station, struct instant now,
			    struct mono begin)
{
	int64_t step = engine->options.counting.step.ms, wait;
	step_no target = engine_station_target(engine, station, now);

	if (!source_answered(station->source) || !engine_in_use(engine, station))
		return step;
	if (begin.ns < station->at.ns)
		return (station->at.ns - begin.ns) / 1000000;
	wait = (target + 1) * step + engine->options.settle.ms - now.ms;
	for (size_t i = 0; i < engine->tasks.len; i++) {
		const struct task *task = engine->tasks.at[i];

		if (task->station == station && task_lag(task, target) > 0 &&
		    task_wait(station, task, target, begin) < wait)
			wait = task_wait(station, task, target, begin);
	}
	return wait;
}

struct span engine_wait(const struct engine *engine, struct instant now)
{
	struct mono begin = mono_now();
	int64_t wait = engine->options.counting.step.ms;

	for (size_t i = 0; i < engine->stations_len; i++) {
		int64_t other = station_wait(engine, &engine->stations[i], now, begin);

		wait = other < wait ? other : wait;
	}
	if (begin.ns < engine->store_at.ns)
		wait = (engine->store_at.ns - begin.ns) / 1000000;
	return (struct span){wait < 1 ? 1 : wait};
}

bool engine_caught_up(const struct engine *engine, struct instant now)
{
	size_t up = 0;

	for (size_t i = 0; i < engine->stations_len; i++)
		up += engine_in_use(engine, &engine->stations[i]) && engine->stations[i].up;
	for (size_t i = 0; i < engine->tasks.len; i++) {
		const struct task *task = engine->tasks.at[i];

		if (!task->reason && task->station->up &&
		    task_lag(task, engine_station_target(engine, task->station, now)) > 0)
			return false;
	}
	return engine->set != NULL && up > 0;
}

bool engine_cycle_ended(struct engine *engine)
{
	bool ended = engine->cycle_ended;

	engine->cycle_ended = false;
	return ended;
}
