#include "engine/exclusions.h"

#include <stdlib.h>

static step_no floor_step(int64_t ms, int64_t step) { return ms / step - (ms % step < 0); }

/* Whole steps, or whole slices where those are counted. What ends where the stretch begins is before it. */
static struct stretch stretch_of(const struct slo *counted, struct period period, struct span step)
{
	struct span unit = counted->budgeting.slice.ms ? counted->budgeting.slice : step;
	step_no steps = unit.ms / step.ms;

	return (struct stretch){floor_step(period.begin.ms, unit.ms) * steps,
				-floor_step(-period.end.ms, unit.ms) * steps};
}

/* Over whatever takes a step of (from, to] out: all that has a part in it, or in a slice that has. */
static struct recurrence_walk walk_over(const struct slo *counted, const struct exclusion *exclusion, step_no from,
					step_no to, struct span step)
{
	struct stretch whole = stretch_of(counted, (struct period){{from * step.ms}, {to * step.ms}}, step);

	return recurrence_between(&exclusion->when, (struct instant){whole.from * step.ms},
				  (struct instant){whole.to * step.ms});
}

static int by_begin(const void *a, const void *b)
{
	const struct stretch *left = a, *right = b;

	return (left->from > right->from) - (left->from < right->from);
}

static void merge(struct stretch_list *list)
{
	size_t kept = 0;

	if (list->len > 1)
		qsort(list->at, list->len, sizeof(*list->at), by_begin);
	for (size_t i = 0; i < list->len; i++) {
		struct stretch *last = kept ? &list->at[kept - 1] : NULL;

		if (!last || list->at[i].from > last->to)
			list->at[kept++] = list->at[i];
		else if (list->at[i].to > last->to)
			last->to = list->at[i].to;
	}
	list->len = kept;
}

static void append(struct stretch_list *list, struct arena *arena, struct stretch stretch)
{
	list->at = arena_grow(arena, list->at, list->len, sizeof(*list->at));
	list->at[list->len++] = stretch;
}

struct stretch_list exclusion_stretches(const struct slo *counted, const struct slo *slo, struct arena *arena,
					step_no from, step_no to, struct span step)
{
	struct stretch_list list = {NULL, 0};
	struct period period;

	for (size_t i = 0; slo->corrections && i < slo->corrections->exclusions_len; i++) {
		struct recurrence_walk walk = walk_over(counted, slo->corrections->exclusions[i], from, to, step);

		while (recurrence_next(&walk, &period))
			append(&list, arena, stretch_of(counted, period, step));
	}
	merge(&list);
	return list;
}

size_t stretches_behind(const struct stretch_list *list, step_no step)
{
	size_t low = 0, high = list->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->at[middle].to > step)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct stretch_list stretches_either(const struct stretch_list *a, const struct stretch_list *b, struct arena *arena)
{
	struct stretch_list list = {NULL, 0};

	if (!a->len || !b->len)
		return a->len ? *a : *b;
	for (size_t i = 0; i < a->len; i++)
		append(&list, arena, a->at[i]);
	for (size_t i = 0; i < b->len; i++)
		append(&list, arena, b->at[i]);
	merge(&list);
	return list;
}

struct stretch_list stretches_both(const struct stretch_list *a, const struct stretch_list *b, struct arena *arena)
{
	struct stretch_list list = {NULL, 0};

	for (size_t i = 0, k = 0; i < a->len && k < b->len;) {
		step_no from = a->at[i].from > b->at[k].from ? a->at[i].from : b->at[k].from;
		step_no to = a->at[i].to < b->at[k].to ? a->at[i].to : b->at[k].to;

		if (from < to)
			append(&list, arena, (struct stretch){from, to});
		if (a->at[i].to < b->at[k].to)
			i++;
		else
			k++;
	}
	return list;
}

const struct exclusion *exclusion_at(const struct slo *slo, step_no at, struct span step)
{
	struct period period;

	for (size_t i = 0; slo->corrections && i < slo->corrections->exclusions_len; i++) {
		struct recurrence_walk walk = walk_over(slo, slo->corrections->exclusions[i], at - 1, at, step);

		if (recurrence_next(&walk, &period))
			return slo->corrections->exclusions[i];
	}
	return NULL;
}
