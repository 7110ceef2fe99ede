/* A cohort with what the engine has to know to go on with it: how large its next piece is, and when to try again. */
#ifndef WICK_ENGINE_TASK_H
#define WICK_ENGINE_TASK_H

#include "engine/cohort.h"

struct station;

struct task {
	struct cohort *cohort;
	struct station *station; /* where it is counted; NULL: nowhere, and `reason` says why */
	step_no chunk;           /* steps of the next piece */
	unsigned failures;       /* in a row */
	struct mono retry_at;    /* not before; ns == 0: at once */
	char *reason;            /* why its SLOs could not be counted; NULL while they can */
};

struct task_list {
	struct task **at;
	size_t len, cap;
};

struct task *task_new(struct cohort *cohort, struct station *station);
void task_free(struct task *task);
void task_list_add(struct task_list *list, struct task *task);
void task_list_remove(struct task_list *list, size_t i); /* does not free it */
void task_list_release(struct task_list *list);          /* frees all */

bool task_due(const struct task *task, struct mono now);
/* After a piece of `steps` that brought `cost`: the next one is sized so that answers stay near the aim. */
void task_sized(struct task *task, step_no steps, const struct advance_cost *cost);
/* After a failure: waits longer each time, up to `most`. */
void task_failed(struct task *task, struct mono now, struct span most, const char *reason);
void task_well(struct task *task);

#endif
