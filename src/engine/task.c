#include "engine/task.h"

#include "base/mem.h"

#include <stdlib.h>

enum {
	FIRST_CHUNK = 60,       /* steps: small, since nothing is known of the series yet */
	CHUNK_MOST = 2880,      /* steps: two days of minutes */
	CHUNK_SAMPLES = 400000, /* raw samples of one piece: about 12 MB of JSON */
	CHUNK_GROWTH = 8,
};
#define CHUNK_SECONDS 2.0 /* a piece that takes longer delays the live steps of others */

struct task *task_new(struct cohort *cohort, struct station *station)
{
	struct task *task = xcalloc(1, sizeof(*task));

	task->cohort = cohort;
	task->station = station;
	task->chunk = FIRST_CHUNK;
	return task;
}

void task_free(struct task *task)
{
	if (!task)
		return;
	cohort_free(task->cohort);
	free(task->reason);
	free(task);
}

void task_list_add(struct task_list *list, struct task *task)
{
	XGROW(list->at, list->len, list->cap);
	list->at[list->len++] = task;
}

void task_list_remove(struct task_list *list, size_t i)
{
	for (; i + 1 < list->len; i++)
		list->at[i] = list->at[i + 1];
	list->len--;
}

void task_list_release(struct task_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		task_free(list->at[i]);
	free(list->at);
	*list = (struct task_list){0};
}

bool task_due(const struct task *task, struct mono now) { return now.ns >= task->retry_at.ns; }

static step_no clamp_chunk(double steps, step_no most)
{
	if (steps > (double)most)
		return most;
	return steps < 1 ? 1 : (step_no)steps;
}

void task_sized(struct task *task, step_no steps, const struct advance_cost *cost)
{
	double per_step = (double)cost->samples / (double)steps;
	step_no most = task->chunk * CHUNK_GROWTH < CHUNK_MOST ? task->chunk * CHUNK_GROWTH : CHUNK_MOST;

	task->chunk = clamp_chunk(per_step > 0 ? CHUNK_SAMPLES / per_step : (double)most, most);
	if (cost->seconds > CHUNK_SECONDS)
		task->chunk = clamp_chunk((double)steps * CHUNK_SECONDS / cost->seconds, task->chunk);
}

void task_failed(struct task *task, struct mono now, struct span most, const char *reason)
{
	int64_t wait = SPAN_SECOND << (task->failures < 10 ? task->failures : 10);

	task->failures++;
	if (wait > most.ms)
		wait = most.ms;
	task->retry_at.ns = now.ns + wait * 1000000;
	free(task->reason);
	task->reason = xstrdup(reason);
}

void task_well(struct task *task)
{
	task->failures = 0;
	task->retry_at.ns = 0;
	free(task->reason);
	task->reason = NULL;
}
