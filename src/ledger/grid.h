/* Arithmetic on step numbers that rounds towards the past, also below 0. */
#ifndef WICK_LEDGER_GRID_H
#define WICK_LEDGER_GRID_H

#include "model/counts.h"

/* How many whole slots lie before the step; step = slot_floor * slot + slot_rest, 0 <= slot_rest < slot. */
static inline int64_t slot_floor(step_no step, int64_t slot) { return step / slot - (step % slot < 0); }

static inline int64_t slot_ceil(step_no step, int64_t slot) { return step / slot + (step % slot > 0); }

static inline int64_t slot_rest(step_no step, int64_t slot) { return step % slot + (step % slot < 0 ? slot : 0); }

#endif
