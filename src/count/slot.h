/* Where counts of a stretch of steps gather: one slot per SLO, and one per group of an SLO with groupBy. As many living
 * groups as the SLO's limit have one; those whose data have ended keep theirs, but leave their place to others. Groups
 * over the limit are left out, or where the SLO has a rest (slo_has_rest) share one slot that has its labels. */
#ifndef WICK_COUNT_SLOT_H
#define WICK_COUNT_SLOT_H

#include "count/sheet.h"
#include "model/labels.h"

struct slot {
	size_t slo;          /* the number under which the SLO was added */
	struct labels group; /* empty: the SLO as a whole */
	struct sheet sheet;
	void *owner;  /* the caller's account; NULL until it has set one */
	bool used;    /* something was put into the sheet in this stretch */
	step_no seen; /* the last step that something was put in */
};

enum {
	SLOT_LIVING_STEPS = 10, /* a group without data for longer does not live */
	SLOTS_PER_PLACE = 10,   /* so many groups per one of the limit have a slot, living or not */
};

static inline bool slot_lives(const struct slot *slot, step_no from) { return slot->seen >= from - SLOT_LIVING_STEPS; }
/* Whether one more group gets a slot. */
static inline bool slot_granted(unsigned limit, size_t slots, size_t living)
{
	return living < limit && slots < (size_t)limit * SLOTS_PER_PLACE;
}

#endif
