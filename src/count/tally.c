#include "count/tally.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "count/histogram.h"
#include "count/watch.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* What one event of a series does: a plan's term, bound to a slot. */
struct effect {
	struct slot *slot;
	const struct plan_term *term;
	size_t bound; /* the place of the term's bound among the series'; ALL_EVENTS: none */
};
#define ALL_EVENTS SIZE_MAX

/* What is scraped: its processes start and end, and its counters with them. */
struct target {
	struct str key;  /* owned */
	int64_t *starts; /* of processes in this stretch, in no order */
	size_t len, cap;
	bool used; /* while targets are forgotten */
};

struct tally_series {
	struct tally *tally;
	struct target *target;
	struct effect *effects;
	size_t effects_len;
	double *bounds; /* of a native histogram: what it is counted by, each once */
	size_t bounds_len;
	struct level last; /* ms == 0: none yet */
	double *last_below;
	struct str raw; /* owned */
	size_t watch;
	bool native; /* histograms, not numbers */
	bool counter, gauge;
};

struct watch_state {
	const struct watch *watch;
	struct map series; /* raw labels -> struct tally_series */
};

struct tally {
	struct tally_options options;
	struct arena arena;   /* group labels and keys */
	struct arena scratch; /* for the length of a stretch */
	struct watch_set *watches;
	struct watch_state *states; /* one per watch, once settled */
	size_t states_len;
	const struct plan **plans;
	size_t plans_len, plans_cap;
	struct slot **slots; /* the SLOs' own in the order of their numbers, then groups */
	size_t slots_len, slots_cap;
	struct map slot_of;              /* "number{labels}" -> slot */
	size_t *groups, *groups_dropped; /* per SLO */
	struct map targets;              /* "job\ninstance" -> struct target */
	struct map jobs;                 /* -> its own key, as a set */
	struct str *job_list;
	size_t job_list_len, job_list_cap;
	struct tally_birth *births;
	size_t births_len, births_cap;
	struct sample *kept; /* room for the samples of one series */
	size_t kept_cap;
	step_no from, to;
	struct tally_stats stats;
};

struct tally *tally_new(const struct tally_options *options)
{
	struct tally *tally = xcalloc(1, sizeof(*tally));

	tally->options = *options;
	arena_init(&tally->arena);
	arena_init(&tally->scratch);
	map_init(&tally->slot_of);
	map_init(&tally->targets);
	map_init(&tally->jobs);
	tally->watches = watch_set_new();
	return tally;
}

static void series_free(struct tally_series *series)
{
	free(series->effects);
	free(series->bounds);
	free(series->last_below);
	free((void *)(uintptr_t)series->raw.at);
	free(series);
}

static void target_free(struct target *target)
{
	free((void *)(uintptr_t)target->key.at);
	free(target->starts);
	free(target);
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	for (size_t i = 0; i < tally->states_len; i++) {
		for (struct map_entry *e = NULL; (e = map_next(&tally->states[i].series, e));)
			series_free(e->value);
		map_release(&tally->states[i].series);
	}
	for (size_t i = 0; i < tally->slots_len; i++) {
		sheet_release(&tally->slots[i]->sheet);
		free(tally->slots[i]);
	}
	for (struct map_entry *e = NULL; (e = map_next(&tally->targets, e));)
		target_free(e->value);
	map_release(&tally->targets);
	map_release(&tally->jobs);
	free(tally->job_list);
	free(tally->states);
	free(tally->slots);
	free(tally->plans);
	free(tally->groups);
	free(tally->groups_dropped);
	free(tally->births);
	free(tally->kept);
	map_release(&tally->slot_of);
	watch_set_free(tally->watches);
	arena_release(&tally->arena);
	arena_release(&tally->scratch);
	free(tally);
}

static step_no step_of(const struct tally *tally, int64_t ms)
{
	int64_t step = tally->options.step.ms;

	return ms / step + (ms % step > 0);
}

static void open_sheet(struct tally *tally, struct slot *slot)
{
	step_no reach = tally->options.horizon.ms / tally->options.step.ms;

	sheet_release(&slot->sheet);
	sheet_init(&slot->sheet, tally->from, tally->to, tally->from - reach);
	slot->used = false;
}

static struct slot *slot_new(struct tally *tally, size_t slo, struct labels group, struct str key)
{
	struct slot *slot = xcalloc(1, sizeof(*slot));

	slot->slo = slo;
	slot->group = labels_copy(&tally->arena, group);
	open_sheet(tally, slot);
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

	assert(tally->states_len == 0 && tally->slots_len == number);
	XGROW(tally->plans, tally->plans_len, tally->plans_cap);
	tally->plans[tally->plans_len++] = plan;
	tally->groups = xreallocarray(tally->groups, tally->plans_len, sizeof(*tally->groups));
	tally->groups_dropped = xreallocarray(tally->groups_dropped, tally->plans_len, sizeof(*tally->groups_dropped));
	tally->groups[number] = tally->groups_dropped[number] = 0;
	slot_new(tally, number, (struct labels){0}, (struct str){NULL, 0});
	for (size_t i = 0; i < plan->terms_len; i++) {
		watch_set_add(tally->watches, number, &plan->terms[i]);
		if (!plan->terms[i].gauge)
			remember_named_jobs(tally, plan->terms[i].selector);
	}
	return number;
}

/* The slot of a group, made unless the SLO has as many as it may; then NULL. */
static struct slot *group_slot(struct tally *tally, size_t slo, struct labels group)
{
	struct slot *slot;
	struct buf key;

	buf_init(&key, LIMIT_PROMQL_PRINTED);
	buf_fmt(&key, "%zu", slo);
	labels_write(&key, group);
	slot = map_get(&tally->slot_of, buf_view(&key));
	if (!slot && tally->groups[slo] < tally->plans[slo]->slo->group_limit) {
		slot = slot_new(tally, slo, group, buf_view(&key));
		tally->groups[slo]++;
	} else if (!slot) {
		tally->groups_dropped[slo]++;
	}
	buf_release(&key);
	return slot;
}

struct slot *tally_add_group(struct tally *tally, size_t slo, struct labels group)
{
	return group_slot(tally, slo, group);
}

size_t tally_groups_dropped(const struct tally *tally, size_t slo) { return tally->groups_dropped[slo]; }

size_t tally_watches(struct tally *tally)
{
	if (tally->states_len == 0) {
		watch_set_settle(tally->watches);
		tally->states_len = watch_set_len(tally->watches);
		tally->states = xcalloc(tally->states_len, sizeof(*tally->states));
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

void tally_begin(struct tally *tally, step_no from, step_no to)
{
	tally->from = from;
	tally->to = to;
	tally->births_len = 0;
	arena_release(&tally->scratch);
	for (struct map_entry *e = NULL; (e = map_next(&tally->targets, e));)
		((struct target *)e->value)->len = 0;
	for (size_t i = 0; i < tally->slots_len; i++)
		open_sheet(tally, tally->slots[i]);
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

static struct level level_of(struct sample sample) { return (struct level){.ms = sample.ms, .value = sample.value}; }

/* `below` has room for each bound of the series. */
static struct level native_level(const struct tally_series *series, const struct histogram *histogram, double *below)
{
	for (size_t i = 0; i < series->bounds_len; i++)
		below[i] = histogram_at_or_below(histogram, series->bounds[i]);
	return (struct level){.ms = histogram->ms, .value = histogram->count, .below = below};
}

static void set_last(struct tally_series *series, struct level level)
{
	series->last = level;
	if (!level.below)
		return;
	memcpy(series->last_below, level.below, series->bounds_len * sizeof(*level.below));
	series->last.below = series->last_below;
}

void tally_remember(struct tally_series *series, const struct sample *samples, size_t len)
{
	for (size_t i = 0; i < len && !series->native; i++)
		if (isfinite(samples[i].value) && samples[i].ms > series->last.ms)
			series->last = level_of(samples[i]);
}

void tally_remember_native(struct tally_series *series, const struct histogram *histograms, size_t len)
{
	for (size_t i = 0; i < len && series->native; i++)
		if (isfinite(histograms[i].count) && histograms[i].ms > series->last.ms)
			series->last = native_level(series, &histograms[i], series->last_below);
}

static struct sheet *sheet_of(struct slot *slot)
{
	slot->used = true;
	return &slot->sheet;
}

/* True if the counter began at 0 again between the samples. */
static bool was_reset(const struct tally_series *series, struct level before, struct level now)
{
	const struct target *target = series->target;

	for (size_t i = 0; target && i < target->len; i++)
		if (target->starts[i] > before.ms && target->starts[i] <= now.ms)
			return true;
	return now.value < before.value;
}

static bool is_hole(const struct tally *tally, struct level before, struct level now)
{
	return now.ms - before.ms > tally->options.lookback.ms;
}

/* What came between two samples for one effect. A histogram that changes its buckets may seem to move observations over
 * a bound that lies inside of one: still none is taken back, and no more came than came in all. */
static double events_between(const struct effect *effect, struct level before, struct level now, bool reset)
{
	double all = now.value - (reset ? 0 : before.value), below;

	if (effect->bound == ALL_EVENTS)
		return all;
	below = now.below[effect->bound] - (reset || !before.below ? 0 : before.below[effect->bound]);
	return fmin(fmax(below, 0), all);
}

/* Two samples of a counter in a row. */
static void count_events(struct tally *tally, struct tally_series *series, struct level before, struct level now,
			 bool reset)
{
	step_no from = step_of(tally, before.ms), to = step_of(tally, now.ms);
	bool hole = is_hole(tally, before, now);

	for (size_t i = 0; i < series->effects_len; i++) {
		const struct plan_term *term = series->effects[i].term;
		double events = events_between(&series->effects[i], before, now, reset);
		struct sheet *sheet;

		if (term->gauge || !(events > 0))
			continue;
		sheet = sheet_of(series->effects[i].slot);
		if (hole)
			sheet_spread(sheet, from, to, events, term->bad, term->total);
		else
			sheet_add(sheet, to, events * term->bad, events * term->total);
	}
	tally->stats.resets += reset;
}

/* The steps between two samples have data if the samples are not further apart than the lookback. */
static void cover_steps(struct tally *tally, struct tally_series *series, struct level before, struct level now)
{
	step_no from = step_of(tally, before.ms), to = step_of(tally, now.ms);
	bool hole = is_hole(tally, before, now);

	for (size_t i = 0; i < series->effects_len; i++) {
		const struct plan_term *term = series->effects[i].term;
		struct sheet *sheet;

		if (!term->covers)
			continue;
		sheet = sheet_of(series->effects[i].slot);
		sheet_cover(sheet, hole ? to - 1 : from, to);
		if (hole && !term->gauge)
			sheet_bridge(sheet, from, to - 1);
	}
	tally->stats.holes += hole;
}

/* A probe's failing share of one step. */
static void probe_step(struct tally_series *series, step_no step, double failing)
{
	for (size_t i = 0; i < series->effects_len; i++) {
		const struct plan_term *term = series->effects[i].term;

		if (term->gauge)
			sheet_add(sheet_of(series->effects[i].slot), step, failing * term->bad, term->total);
	}
}

static bool probe_fails(double value) { return value < 0.5; }

/* Samples of a gauge: each step is one sample, bad by the share of its own that failed; a step without its own, between
 * samples that are not too far apart, is as the one before. */
static void count_probes(struct tally *tally, struct tally_series *series, struct sample before,
			 const struct sample *samples, size_t len)
{
	for (size_t i = 0; i < len;) {
		step_no step = step_of(tally, samples[i].ms);
		double taken = 0, failed = 0;

		if (before.ms && samples[i].ms - before.ms <= tally->options.lookback.ms)
			for (step_no between = step_of(tally, before.ms) + 1; between < step; between++)
				probe_step(series, between, probe_fails(before.value) ? 1 : 0);
		for (; i < len && step_of(tally, samples[i].ms) == step; i++) {
			taken++;
			failed += probe_fails(samples[i].value) ? 1 : 0;
			before = samples[i];
		}
		probe_step(series, step, failed / taken);
	}
}

/* A level that lasts as long as the stretch. */
static struct level kept_level(struct tally *tally, const struct tally_series *series, struct level level)
{
	double *below;

	if (!level.below)
		return level;
	below = arena_array(&tally->scratch, series->bounds_len, sizeof(*below));
	memcpy(below, level.below, series->bounds_len * sizeof(*below));
	level.below = below;
	return level;
}

static void note_birth(struct tally *tally, struct tally_series *series, struct level first)
{
	struct tally_birth birth = {
		.series = series,
		.watch = series->watch,
		.raw_labels = series->raw,
		.first = kept_level(tally, series, first),
	};

	if (series->last.ms && first.ms - series->last.ms <= tally->options.horizon.ms)
		birth.before = kept_level(tally, series, series->last);
	XGROW(tally->births, tally->births_len, tally->births_cap);
	tally->births[tally->births_len++] = birth;
}

static void count_one(struct tally *tally, struct tally_series *series, struct level now)
{
	if (series->last.ms && !is_hole(tally, series->last, now)) {
		if (series->counter)
			count_events(tally, series, series->last, now, was_reset(series, series->last, now));
		cover_steps(tally, series, series->last, now);
	} else {
		if (series->counter)
			note_birth(tally, series, now);
		cover_steps(tally, series, (struct level){.ms = (step_of(tally, now.ms) - 1) * tally->options.step.ms},
			    now);
	}
	set_last(series, now);
}

/* The samples that belong to the stretch and can be counted, moved to the front of `kept`. */
static size_t usable(const struct tally *tally, const struct tally_series *series, const struct sample *samples,
		     size_t len, struct sample *kept)
{
	int64_t begin = tally->from * tally->options.step.ms, end = tally->to * tally->options.step.ms;
	int64_t newest = series->last.ms > begin ? series->last.ms : begin;
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		if (samples[i].ms <= newest || samples[i].ms > end || !isfinite(samples[i].value))
			continue;
		newest = samples[i].ms;
		kept[count++] = samples[i];
	}
	return count;
}

void tally_count(struct tally *tally, struct tally_series *series, const struct sample *samples, size_t len)
{
	struct sample before = {series->last.ms, series->last.value};

	if (tally_series_idle(series)) {
		tally_remember(series, samples, len); /* only so that it can be forgotten in time */
		return;
	}
	if (series->native)
		return;
	if (tally->kept_cap < len) {
		tally->kept = xreallocarray(tally->kept, len, sizeof(*tally->kept));
		tally->kept_cap = len;
	}
	len = usable(tally, series, samples, len, tally->kept);
	tally->stats.samples += len;
	for (size_t i = 0; i < len; i++)
		count_one(tally, series, level_of(tally->kept[i]));
	if (series->gauge)
		count_probes(tally, series, before, tally->kept, len);
}

void tally_count_native(struct tally *tally, struct tally_series *series, const struct histogram *histograms,
			size_t len)
{
	int64_t begin = tally->from * tally->options.step.ms, end = tally->to * tally->options.step.ms;
	double *below;

	if (tally_series_idle(series)) {
		tally_remember_native(series, histograms, len);
		return;
	}
	if (!series->native)
		return;
	below = arena_array(&tally->scratch, series->bounds_len, sizeof(*below));
	for (size_t i = 0; i < len; i++) {
		const struct histogram *now = &histograms[i];

		if (now->ms <= begin || now->ms <= series->last.ms || now->ms > end || !isfinite(now->count))
			continue;
		count_one(tally, series, native_level(series, now, below));
		tally->stats.samples++;
	}
}

size_t tally_births(struct tally *tally, struct tally_birth **births)
{
	*births = tally->births;
	return tally->births_len;
}

struct level tally_birth_level(struct tally *tally, const struct tally_birth *birth, const struct histogram *histogram)
{
	const struct tally_series *series = birth->series;

	return native_level(series, histogram, arena_array(&tally->scratch, series->bounds_len, sizeof(double)));
}

void tally_birth_continues(struct tally *tally, const struct tally_birth *birth, struct level before)
{
	/* Whether the process began anew in between was looked up: a beginning is told by `before`. */
	count_events(tally, birth->series, before, birth->first, birth->first.value < before.value);
	cover_steps(tally, birth->series, before, birth->first);
	tally->stats.births_continued++;
}

void tally_birth_restarts(struct tally *tally, const struct tally_birth *birth, struct level before, int64_t begun_ms)
{
	/* What the old process counted behind its last sample is in no sample: the hole is known as well as it can be.
	 */
	count_events(tally, birth->series, (struct level){.ms = begun_ms}, birth->first, true);
	cover_steps(tally, birth->series, before, birth->first);
	tally->stats.births_continued++;
}

void tally_birth_counts(struct tally *tally, const struct tally_birth *birth)
{
	/* From 0, within the step: a pair whose first sample is made up. */
	struct level zero = {.ms = birth->first.ms - 1};

	count_events(tally, birth->series, zero, birth->first, false);
	tally->stats.births_counted++;
}

void tally_birth_unknown(struct tally *tally, const struct tally_birth *birth)
{
	for (size_t i = 0; i < birth->series->effects_len; i++)
		if (birth->series->effects[i].term->covers && birth->first.value > 0)
			sheet_lose(sheet_of(birth->series->effects[i].slot), step_of(tally, birth->first.ms));
	tally->stats.births_unknown++;
}

size_t tally_slots(struct tally *tally, struct slot ***slots)
{
	*slots = tally->slots;
	return tally->slots_len;
}

struct tally_stats tally_stats(const struct tally *tally)
{
	struct tally_stats stats = tally->stats;

	for (size_t i = 0; i < tally->states_len; i++) {
		stats.series += tally->states[i].series.len;
		stats.bytes += tally->states[i].series.cap * sizeof(struct map_entry);
		for (struct map_entry *e = NULL; (e = map_next(&tally->states[i].series, e));) {
			const struct tally_series *series = e->value;

			stats.series_idle += tally_series_idle(series);
			stats.bytes += sizeof(*series) + series->raw.len;
			stats.bytes += series->effects_len * sizeof(struct effect);
			stats.bytes += 2 * series->bounds_len * sizeof(double);
		}
	}
	stats.bytes += tally->targets.cap * sizeof(struct map_entry) + tally->targets.len * sizeof(struct target);
	stats.bytes += tally->slots_len * sizeof(struct slot) + tally->arena.bytes;
	return stats;
}

/* Targets come and go with their series. */
static void forget_targets(struct tally *tally)
{
	struct map kept;

	map_init(&kept);
	for (struct map_entry *e = NULL; (e = map_next(&tally->targets, e));)
		((struct target *)e->value)->used = false;
	for (size_t i = 0; i < tally->states_len; i++)
		for (struct map_entry *e = NULL; (e = map_next(&tally->states[i].series, e));) {
			const struct tally_series *series = e->value;

			if (series->target)
				series->target->used = true;
		}
	for (struct map_entry *e = NULL; (e = map_next(&tally->targets, e));) {
		struct target *target = e->value;

		if (target->used)
			map_put(&kept, target->key, target);
		else
			target_free(target);
	}
	map_release(&tally->targets);
	tally->targets = kept;
}

void tally_forget(struct tally *tally, struct instant before)
{
	for (size_t i = 0; i < tally->states_len; i++) {
		struct map *map = &tally->states[i].series, kept;

		map_init(&kept);
		for (struct map_entry *e = NULL; (e = map_next(map, e));) {
			struct tally_series *series = e->value;

			if (series->last.ms && series->last.ms < before.ms)
				series_free(series);
			else
				map_put(&kept, series->raw, series);
		}
		map_release(map);
		*map = kept;
	}
	forget_targets(tally);
}
