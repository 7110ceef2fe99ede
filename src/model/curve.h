/* How the events of an SLO's first window lie in it: some sixty slots, for people to look at. Plain data; immutable
 * once it is published, and counted, since snapshots share it while the window has hardly moved. */
#ifndef WICK_MODEL_CURVE_H
#define WICK_MODEL_CURVE_H

#include "base/when.h"

enum { CURVE_SLOTS = 64 };

struct curve {
	int references;          /* atomic */
	struct instant from, to; /* the window as it was: `to` is where it was counted to */
	struct span slot;        /* ends of slots are whole multiples of it; the first and the last are cut */
	unsigned len;
	/* By slot, as counted less what is excluded, without adjustments. */
	float bad[CURVE_SLOTS], total[CURVE_SLOTS];
	/* The part of what counts of the slot that is known: 0 nothing, CURVE_KNOWN all of it. */
	uint8_t known[CURVE_SLOTS];
};
enum { CURVE_KNOWN = 255 };

struct curve *curve_new(void); /* empty, with one reference */
struct curve *curve_ref(struct curve *curve);
void curve_unref(struct curve *curve); /* thread-safe; NULL is legal */

/* The end of a slot. */
struct instant curve_end(const struct curve *curve, unsigned slot);

/* What was counted for one step of the grid. */
enum step_seen { STEP_UNKNOWN, STEP_BRIDGED, STEP_COVERED };
struct recent_step {
	float bad, total;
	uint8_t seen; /* enum step_seen */
	bool excluded;
};
/* So many of them are shown of an SLO: its newest ones. */
enum { RECENT_SHOWN = 10 };

#endif
