/* A window's reading, put right by hand. Pure. */
#ifndef WICK_EVAL_CORRECT_H
#define WICK_EVAL_CORRECT_H

#include "model/correction.h"
#include "model/counts.h"

/* Takes steps out of a reading: `counts` are theirs, `past` of the `steps` are over. */
void reading_exclude(struct window_reading *reading, struct counts counts, double steps, double past);

/* Adds the adjustments whose time is in [reading->from, until). Minutes of outage are bad events at the reading's own
 * mean traffic: bad += minutes * total / (known minutes). Neither bad nor all events get below 0 by that, nor more of
 * them bad than there are; `corrections` may be NULL. */
void reading_adjust(struct window_reading *reading, const struct corrections *corrections, struct instant until,
		    struct span step);

#endif
