/* Counting by expression: values of a rewritten query at the grid points in, counts per step of one SLO and its groups
 * out. Pure. */
#ifndef WICK_COUNT_GRID_H
#define WICK_COUNT_GRID_H

#include "base/err.h"
#include "count/plan.h"
#include "count/slot.h"
#include "model/sample.h"

struct grid;

enum { GRID_NEVER = -1 }; /* in place of a step: there was none with data */

struct grid_options {
	struct span step, horizon;
};

/* `plan` must outlive the grid. `slo` is the number that its slots carry. `covered_to` is the last step with data of
 * the SLO as a whole, or of the group: what is counted in the first step with data after a hole happened in the hole
 * and is spread over it, if the hole is not longer than the horizon. */
struct grid *grid_new(const struct plan *plan, size_t slo, const struct grid_options *options, step_no covered_to);
void grid_free(struct grid *grid);
/* NULL where there is no place for the group. */
struct slot *grid_add_group(struct grid *grid, struct labels group, step_no covered_to);

/* Begins a stretch of the steps (from, to]. */
void grid_begin(struct grid *grid, step_no from, step_no to);
/* One series of the answer to query number `query`, at the grid points. False where it does not fit: several series for
 * one group. */
bool grid_read(struct grid *grid, size_t query, struct labels labels, const struct sample *samples, size_t len,
	       struct err *err);
/* Puts what was read into the sheets of the slots. */
void grid_end(struct grid *grid);

/* What was wrong with values of this stretch ("NaN", out of range), as a sentence; empty if nothing was. */
struct str grid_complaint(const struct grid *grid);

size_t grid_slots(struct grid *grid, struct slot ***slots);
/* Groups that the SLO's limit kept from being counted by themselves in this stretch. */
size_t grid_groups_dropped(const struct grid *grid);

#endif
