/* Which SLOs are counted together: parties of those that are read back, those that part because one cannot be counted,
 * and those that have met. */
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/engine_parts.h"
#include "engine/window.h"
#include "slo/sources.h"

#include <stdlib.h>

/* SLOs that are read back go in parties of this size, so that a piece of work stays small. */
enum { PARTY = 8 };
#define RETRY_SLO ((struct span){SPAN_MINUTE}) /* one that the source refuses */

/* Where the counting of an SLO begins or goes on. */
static step_no begin_of(const struct engine *engine, const struct slo *slo, step_no target)
{
	const struct counting_options *counting = &engine->options.counting;
	step_no oldest = windows_reach(slo, target, counting->step) - counting->before.ms / counting->step.ms;
	step_no slice = slo->budgeting.slice.ms / counting->step.ms, position;

	oldest -= slice > 1 ? oldest % slice : 0; /* one that a window begins within is judged whole */
	position = slo_position(engine->store, slo, engine->options.backfill ? oldest : target);
	/* After an absence longer than the window, what lies before it is of no use any more. */
	return position < oldest ? oldest : position;
}

/* What a composite's alerts and closed periods hang on: nothing is ever posted to it. */
static struct account *anchor_of(const struct engine *engine, const struct slo *slo)
{
	struct ledger_key key = {slo->id, slo->counts_hash, {0}};
	struct ledger_shape shape = ledger_shape_default(engine->options.counting.step, (struct span){SPAN_DAY});
	struct account *account = store_find(engine->store, &key);

	return account ? account : store_create(engine->store, &key, &shape, 0);
}

static void remember_members(struct engine *engine)
{
	free(engine->members);
	engine->members = xcalloc(engine->set->len, sizeof(*engine->members));
	for (size_t i = 0; i < engine->set->len; i++)
		if (slo_composed(&engine->set->slos[i]))
			engine->members[i].account = anchor_of(engine, &engine->set->slos[i]);
	for (size_t t = 0; t < engine->tasks.len; t++) {
		struct member *members;
		size_t len = cohort_members(engine->tasks.at[t]->cohort, &members);

		for (size_t i = 0; i < len; i++)
			engine->members[members[i].slo - engine->set->slos] =
				(struct member_link){&members[i], engine->tasks.at[t], members[i].root};
	}
}

struct station *engine_station_of(const struct engine *engine, const struct slo *slo)
{
	for (size_t i = 0; i < engine->stations_len; i++)
		if (str_eq(engine->stations[i].named->name, slo->source.name))
			return &engine->stations[i];
	return slo->source.soft ? engine->stations : NULL;
}

static struct task *add_task(struct engine *engine, struct station *station, const struct slo *const *slos, size_t len,
			     step_no position)
{
	struct source *source = station ? station->source : NULL;
	struct task *task =
		task_new(cohort_new(&engine->options.counting, source, engine->store, slos, len, position), station);

	task_list_add(&engine->tasks, task);
	return task;
}

/* What cohorts that are given up have counted goes on in the totals. */
void cohorts_retire(struct engine *engine, struct task *task)
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
	struct station *station;
	step_no position;
};

static int by_position(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;

	if (left->station != right->station)
		return left->station < right->station ? -1 : 1;
	if (left->position != right->position)
		return left->position > right->position ? -1 : 1; /* the newest first */
	return (left->slo > right->slo) - (left->slo < right->slo);
}

/* SLOs of the same source with the same position from `from` on that make one cohort. */
static size_t party_len(const struct placed *placed, size_t from, size_t len, step_no target)
{
	bool recent = target - placed[from].position <= RECENT_STEPS;
	size_t n = 1;

	while (from + n < len && placed[from + n].station == placed[from].station &&
	       placed[from + n].position == placed[from].position &&
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

static bool is_wanted(const struct engine *engine, const struct slo *slo)
{
	return !engine->options.wanted || engine->options.wanted(engine->options.wanted_by, slo);
}

/* SLOs of a source that nobody knows are shown, and never counted; nor are those that nobody wants to know of. */
static void refuse(const struct engine *engine, struct task *task, const struct slo *slo)
{
	static const char unwanted[] = "it was not asked for";
	struct str *names;
	struct buf reason;

	if (!is_wanted(engine, slo)) {
		task->reason = xmemdup0(unwanted, sizeof(unwanted) - 1);
		return;
	}
	names = xcalloc(engine->stations_len, sizeof(*names));
	for (size_t i = 0; i < engine->stations_len; i++)
		names[i] = engine->stations[i].named->name;
	buf_init(&reason, LIMIT_TEXT_BYTES);
	slo_source_unknown(&reason, slo->source.name, names, engine->stations_len);
	task->reason = xmemdup0(reason.at, reason.len);
	buf_release(&reason);
	free(names);
	log_warn("an SLO cannot be counted", F_STR("slo", slo->id), F_CSTR("reason", task->reason));
}

static void form_party(struct engine *engine, const struct placed *placed, size_t len)
{
	const struct slo **party = xcalloc(len, sizeof(*party));
	struct task *task;

	for (size_t i = 0; i < len; i++)
		party[i] = placed[i].slo;
	task = add_task(engine, placed->station, party, len, placed->position);
	if (!placed->station)
		refuse(engine, task, placed->slo);
	free(party);
}

void cohorts_form(struct engine *engine, struct instant now)
{
	size_t len = 0;
	struct placed *placed = xcalloc(engine->set->len, sizeof(*placed));

	for (size_t i = 0; i < engine->set->len; i++) {
		const struct slo *slo = &engine->set->slos[i];
		struct station *station = is_wanted(engine, slo) ? engine_station_of(engine, slo) : NULL;
		step_no target = engine_station_target(engine, station, now);

		if (slo_composed(slo))
			continue;
		tell_of_old_history(engine, slo);
		placed[len++] = (struct placed){slo, station, begin_of(engine, slo, target)};
		if (station)
			station_add_slo(station, i);
	}
	if (len)
		qsort(placed, len, sizeof(*placed), by_position);
	for (size_t from = 0, n; from < len; from += n) {
		step_no target = engine_station_target(engine, placed[from].station, now);

		n = placed[from].station ? party_len(placed, from, len, target) : 1;
		form_party(engine, placed + from, n);
	}
	free(placed);
	remember_members(engine);
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
		alone = add_task(engine, task->station, &members[i].slo, 1, ledger_end(members[i].root->ledger));
		alone->failures = task->failures;
		task_failed(alone, now, RETRY_SLO, members[i].reason.at);
		log_warn("an SLO cannot be counted", F_STR("slo", members[i].slo->id),
			 F_STR("reason", members[i].reason));
	}
	if (well)
		add_task(engine, task->station, slos, well, cohort_position(task->cohort))->chunk = task->chunk;
	free(slos);
	task_list_remove(&engine->tasks, index_of(engine, task));
	cohorts_retire(engine, task);
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
void cohorts_after_advance(struct engine *engine, struct task *task, struct mono now)
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
		struct task *again =
			add_task(engine, task->station, &members[0].slo, 1, ledger_end(members[0].root->ledger));

		again->failures = task->failures;
		task_failed(again, now, RETRY_SLO, members[0].reason.at);
		task_list_remove(&engine->tasks, index_of(engine, task));
		cohorts_retire(engine, task);
		remember_members(engine);
	}
}

/* Even one step is too much for one answer: the members are asked for one by one. */
void cohorts_too_large(struct engine *engine, struct task *task, struct mono now, const struct err *err)
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
		add_task(engine, task->station, &members[i].slo, 1, cohort_position(task->cohort));
	task_list_remove(&engine->tasks, index_of(engine, task));
	cohorts_retire(engine, task);
	remember_members(engine);
}

void cohorts_give_up(struct engine *engine, const struct station *station, struct mono now, const struct err *err)
{
	struct str name = source_shown_name(station->named->name);
	struct buf reason;

	buf_init(&reason, LIMIT_NOTE_BYTES);
	buf_fmt(&reason, "the source '%.*s' does not answer: %s", STR_ARG(name), err->text);
	buf_char(&reason, '\0');
	for (size_t t = 0; t < engine->tasks.len; t++)
		if (engine->tasks.at[t]->station == station && !engine->tasks.at[t]->reason)
			task_failed(engine->tasks.at[t], now, RETRY_SLO, reason.at);
	buf_release(&reason);
}

static bool has_met(const struct task *task, const struct station *station, step_no target)
{
	return task->station == station && task_lag(task, target) == 0 && !task->reason;
}

/* Cohorts that have met become one: one question per metric then serves them all. */
void cohorts_merge(struct engine *engine, const struct station *station, step_no target)
{
	const struct slo **slos = xcalloc(engine->set->len, sizeof(*slos));
	size_t met = 0, len = 0;

	for (size_t t = 0; t < engine->tasks.len; t++)
		met += has_met(engine->tasks.at[t], station, target);
	for (size_t t = engine->tasks.len; t-- > 0 && met > 1;) {
		struct task *task = engine->tasks.at[t];
		struct member *members;
		size_t count = cohort_members(task->cohort, &members);

		if (!has_met(task, station, target))
			continue;
		for (size_t i = 0; i < count; i++)
			slos[len++] = members[i].slo;
		task_list_remove(&engine->tasks, t);
		cohorts_retire(engine, task);
	}
	if (len) {
		mem_give_back();
		add_task(engine, engine_station_of(engine, slos[0]), slos, len, target);
		remember_members(engine);
	}
	free(slos);
}
