/* Where counts of a stretch of steps gather: one slot per SLO, and one per group of an SLO with groupBy. */
#ifndef WICK_COUNT_SLOT_H
#define WICK_COUNT_SLOT_H

#include "count/sheet.h"
#include "model/labels.h"

struct slot {
	size_t slo;          /* the number under which the SLO was added */
	struct labels group; /* empty: the SLO as a whole */
	struct sheet sheet;
	void *owner; /* the caller's account; NULL until it has set one */
	bool used;   /* something was put into the sheet in this stretch */
};

#endif
