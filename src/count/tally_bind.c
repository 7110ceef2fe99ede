/* Whose events a series counts: SLOs, their groups, and the targets that series come from. */
#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "count/tally_parts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static struct slot *slot_new(struct tally *tally, size_t slo, struct labels group, struct str key)
{
	struct slot *slot = xcalloc(1, sizeof(*slot));

	slot->slo = slo;
	slot->group = labels_copy(&tally->arena, group);
	tally_open_sheet(tally, slot);
	XGROW(tally->slots, tally->slots_len, tally->slots_cap);
	tally->slots[tally->slots_len++] = slot;
	if (key.len)
		map_put(&tally->slot_of, arena_str(&tally->arena, key), slot);
	return slot;
}

static void remember_job(struct tally *tally, struct str job)
{
	struct str copy;

	if (!job.len || map_get(&tally->jobs, job))
		return;
	copy = arena_str(&tally->arena, job);
	map_put(&tally->jobs, copy, tally);
	XGROW(tally->job_list, tally->job_list_len, tally->job_list_cap);
	tally->job_list[tally->job_list_len++] = copy;
}

/* The target, made where it is not known yet. */
static struct target *target_of(struct tally *tally, struct str job, struct str instance)
{
	struct str key = arena_fmt(&tally->scratch, "%.*s\n%.*s", STR_ARG(job), STR_ARG(instance));
	struct target *target = map_get(&tally->targets, key);

	if (target)
		return target;
	target = xcalloc(1, sizeof(*target));
	target->key = (struct str){xmemdup0(key.at, key.len), key.len};
	map_put(&tally->targets, target->key, target);
	remember_job(tally, job);
	return target;
}

void tally_restart(struct tally *tally, struct str job, struct str instance, int64_t started_ms)
{
	struct target *target = target_of(tally, job, instance);

	XGROW(target->starts, target->len, target->cap);
	target->starts[target->len++] = started_ms;
}

size_t tally_jobs(struct tally *tally, struct str **jobs)
{
	*jobs = tally->job_list;
	return tally->job_list_len;
}

/* The jobs that a selector names are known before the first of their series is. */
static void remember_named_jobs(struct tally *tally, const struct promql_node *selector)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_is(selector->matchers[i].name, "job") && selector->matchers[i].op == MATCH_EQ)
			remember_job(tally, selector->matchers[i].value);
}

size_t tally_add_slo(struct tally *tally, const struct plan *plan)
{
	size_t number = tally->plans_len;

	assert(!tally->states && tally->slots_len == number);
	XGROW(tally->plans, tally->plans_len, tally->plans_cap);
	tally->plans[tally->plans_len++] = plan;
	tally->groups = xreallocarray(tally->groups, tally->plans_len, sizeof(*tally->groups));
	tally->groups[number] = (struct groups){0};
	slot_new(tally, number, (struct labels){0}, (struct str){NULL, 0});
	for (size_t i = 0; i < plan->terms_len; i++) {
		watch_set_add(tally->watches, number, &plan->terms[i]);
		if (!plan->terms[i].gauge)
			remember_named_jobs(tally, plan->terms[i].selector);
	}
	return number;
}

static bool has_room(const struct tally *tally, size_t slo)
{
	unsigned limit = tally->plans[slo]->slo->group_limit;
	size_t living = 0;

	if (tally->groups[slo].slots < limit)
		return true;
	for (size_t i = tally->plans_len; i < tally->slots_len; i++)
		living += tally->slots[i]->slo == slo && tally->slots[i] != tally->groups[slo].rest &&
			  slot_lives(tally->slots[i], tally->from);
	return slot_granted(limit, tally->groups[slo].slots, living);
}

/* The slot that groups over the limit share; NULL where the SLO has no rest. */
static struct slot *rest_slot(struct tally *tally, size_t slo)
{
	struct groups *groups = &tally->groups[slo];

	if (!groups->rest && slo_has_rest(tally->plans[slo]->slo))
		groups->rest = slot_new(tally, slo, slo_rest_group(&tally->scratch, tally->plans[slo]->slo),
					(struct str){NULL, 0});
	return groups->rest;
}

/* The slot of a group, made unless the SLO has as many as it may; then that of the rest, or NULL. */
static struct slot *group_slot(struct tally *tally, size_t slo, struct labels group)
{
	struct groups *groups = &tally->groups[slo];
	struct slot *slot;
	struct buf key;

	if (slo_is_rest(tally->plans[slo]->slo, group))
		return rest_slot(tally, slo);
	buf_init(&key, LIMIT_PROMQL_PRINTED);
	buf_fmt(&key, "%zu", slo);
	labels_write(&key, group);
	slot = map_get(&tally->slot_of, buf_view(&key));
	if (!slot && has_room(tally, slo)) {
		slot = slot_new(tally, slo, group, buf_view(&key));
		slot->seen = tally->to; /* it is here because it has data */
		groups->slots++;
	} else if (!slot) {
		if (groups->left_out.len < LIMIT_GROUPS_MAX && !map_get(&groups->left_out, buf_view(&key)))
			map_put(&groups->left_out, (struct str){xmemdup0(key.at, key.len), key.len}, tally);
		slot = rest_slot(tally, slo);
	}
	buf_release(&key);
	return slot;
}

void tally_forget_left_out(struct groups *groups)
{
	for (struct map_entry *e = NULL; (e = map_next(&groups->left_out, e));)
		free((void *)(uintptr_t)e->key.at);
	map_release(&groups->left_out);
	map_init(&groups->left_out);
}

struct slot *tally_add_group(struct tally *tally, size_t slo, struct labels group, step_no seen)
{
	struct slot *slot = group_slot(tally, slo, group);

	if (slot)
		slot->seen = seen;
	return slot;
}

size_t tally_groups_dropped(const struct tally *tally, size_t slo) { return tally->groups[slo].left_out.len; }

static bool counts_for(const struct tally_series *series, const struct slot *slot)
{
	for (size_t i = 0; i < series->effects_len; i++)
		if (series->effects[i].slot == slot)
			return true;
	return false;
}

/* Series that no SLO wants, and those that are counted as the rest, are forgotten: what comes of them again is looked
 * up like a birth, and bound anew. */
static void forget_unplaced(struct tally *tally, size_t watch, const struct slot *rest)
{
	struct map *map = &tally->states[watch].series, kept;

	map_init(&kept);
	for (struct map_entry *e = NULL; (e = map_next(map, e));) {
		struct tally_series *series = e->value;

		if (tally_series_idle(series) || (rest && counts_for(series, rest)))
			tally_series_free(series);
		else
			map_put(&kept, series->raw, series);
	}
	map_release(map);
	*map = kept;
}

void tally_reconsider(struct tally *tally)
{
	for (size_t slo = 0; slo < tally->plans_len; slo++) {
		struct groups *groups = &tally->groups[slo];

		if (groups->left_out.len == 0 || !has_room(tally, slo))
			continue;
		tally_forget_left_out(groups);
		for (size_t watch = 0; watch < tally->states_len; watch++)
			if (tally_watch_serves(tally, watch, slo))
				forget_unplaced(tally, watch, groups->rest);
	}
}

size_t tally_watches(struct tally *tally)
{
	if (!tally->states) {
		watch_set_settle(tally->watches);
		tally->states_len = watch_set_len(tally->watches);
		tally->states = xcalloc(tally->states_len + 1, sizeof(*tally->states));
		for (size_t i = 0; i < tally->states_len; i++)
			tally->states[i].watch = watch_set_at(tally->watches, i);
	}
	return tally->states_len;
}

struct str tally_watch_selector(struct tally *tally, size_t watch)
{
	return watch_selector(tally->states[watch].watch);
}

bool tally_watch_serves(struct tally *tally, size_t watch, size_t slo)
{
	const struct watch_member *members;
	size_t len = watch_members(tally->states[watch].watch, &members);

	for (size_t i = 0; i < len; i++)
		if (members[i].slo == slo)
			return true;
	return false;
}

struct tally_series *tally_find(struct tally *tally, size_t watch, struct str raw_labels)
{
	return map_get(&tally->states[watch].series, raw_labels);
}

/* The values of the SLO's grouping labels; a label that is missing is empty. */
static struct labels group_of(struct arena *arena, const struct slo *slo, struct labels labels)
{
	struct labels group = {arena_array(arena, slo->group_by_len, sizeof(struct label)), slo->group_by_len};

	for (size_t i = 0; i < slo->group_by_len; i++) {
		struct str value = labels_get(labels, slo->group_by[i]);

		group.at[i] = (struct label){slo->group_by[i], value.at ? value : STR("")};
	}
	return group;
}

struct binding {
	struct tally_series *series;
	struct labels labels;
};

/* The place of the bound among the series', put there where it is new. */
static size_t bound_of(struct tally_series *series, const struct plan_term *term)
{
	if (!term->native || isinf(term->bound))
		return ALL_EVENTS;
	for (size_t i = 0; i < series->bounds_len; i++)
		if (num_same(series->bounds[i], term->bound))
			return i;
	series->bounds = xreallocarray(series->bounds, series->bounds_len + 1, sizeof(*series->bounds));
	series->bounds[series->bounds_len] = term->bound;
	return series->bounds_len++;
}

static void add_effect(struct tally_series *series, struct slot *slot, const struct plan_term *term)
{
	series->effects = xreallocarray(series->effects, series->effects_len + 1, sizeof(*series->effects));
	series->effects[series->effects_len++] = (struct effect){slot, term, bound_of(series, term)};
	series->counter |= !term->gauge;
	series->gauge |= term->gauge;
}

static void bind_member(void *context, const struct watch_member *member)
{
	struct binding *binding = context;
	struct tally *tally = binding->series->tally;
	const struct slo *slo = tally->plans[member->slo]->slo;
	struct slot *slot;

	if (member->term->native != binding->series->native)
		return;
	if (slo->group_by_len) {
		slot = group_slot(tally, member->slo, group_of(&tally->scratch, slo, binding->labels));
		if (!slot)
			return;
		add_effect(binding->series, slot, member->term);
	}
	add_effect(binding->series, tally->slots[member->slo], member->term);
}

static struct tally_series *take_in(struct tally *tally, size_t watch, struct str raw_labels, struct labels labels,
				    bool native)
{
	struct tally_series *series = xcalloc(1, sizeof(*series));
	struct binding binding = {series, labels};
	struct str job = labels_get(labels, STR("job")), instance = labels_get(labels, STR("instance"));

	series->tally = tally;
	series->watch = watch;
	series->native = native;
	series->raw = (struct str){xmemdup0(raw_labels.at, raw_labels.len), raw_labels.len};
	watch_match(tally->states[watch].watch, labels, bind_member, &binding);
	if (series->counter && job.len && instance.len)
		series->target = target_of(tally, job, instance);
	if (series->bounds_len)
		series->last_below = xcalloc(series->bounds_len, sizeof(*series->last_below));
	map_put(&tally->states[watch].series, series->raw, series);
	return series;
}

struct tally_series *tally_take_in(struct tally *tally, size_t watch, struct str raw_labels, struct labels labels)
{
	return take_in(tally, watch, raw_labels, labels, false);
}

struct tally_series *tally_take_in_native(struct tally *tally, size_t watch, struct str raw_labels,
					  struct labels labels)
{
	return take_in(tally, watch, raw_labels, labels, true);
}

bool tally_series_idle(const struct tally_series *series) { return series->effects_len == 0; }
