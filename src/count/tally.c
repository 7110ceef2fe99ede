#include "count/tally_parts.h"

#include "base/mem.h"

#include <stdlib.h>

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

void tally_series_free(struct tally_series *series)
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
			tally_series_free(e->value);
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
	for (size_t i = 0; i < tally->plans_len; i++)
		tally_forget_left_out(&tally->groups[i]);
	free(tally->groups);
	free(tally->births);
	free(tally->kept);
	map_release(&tally->slot_of);
	watch_set_free(tally->watches);
	arena_release(&tally->arena);
	arena_release(&tally->scratch);
	free(tally);
}
step_no tally_step_of(const struct tally *tally, int64_t ms)
{
	int64_t step = tally->options.step.ms;

	return ms / step + (ms % step > 0);
}

void tally_open_sheet(struct tally *tally, struct slot *slot)
{
	step_no reach = tally->options.horizon.ms / tally->options.step.ms;

	sheet_release(&slot->sheet);
	sheet_init(&slot->sheet, tally->from, tally->to, tally->from - reach);
	slot->used = false;
}

void tally_begin(struct tally *tally, step_no from, step_no to)
{
	tally->from = from;
	tally->to = to;
	tally->births_len = 0;
	arena_release(&tally->scratch);
	for (struct map_entry *e = NULL; (e = map_next(&tally->targets, e));)
		((struct target *)e->value)->len = 0;
	tally_reconsider(tally);
	for (size_t i = 0; i < tally->slots_len; i++)
		tally_open_sheet(tally, tally->slots[i]);
}

void tally_end(struct tally *tally)
{
	for (size_t i = 0; i < tally->slots_len; i++) {
		if (tally->slots[i]->used)
			tally->slots[i]->seen = tally->to;
		sheet_release(&tally->slots[i]->sheet);
	}
	free(tally->kept);
	tally->kept = NULL;
	tally->kept_cap = 0;
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
				tally_series_free(series);
			else
				map_put(&kept, series->raw, series);
		}
		map_release(map);
		*map = kept;
	}
	forget_targets(tally);
}
