/* What was counted in a stretch of grid steps: plain numbers that add up. */
#ifndef WICK_MODEL_COUNTS_H
#define WICK_MODEL_COUNTS_H

#include "base/when.h"

#include <stdbool.h>
#include <stddef.h>

/* The evaluation grid: step number n ends at the instant n * step (Unix time); it holds what happened in
 * ((n-1) * step, n * step]. Numbers are used instead of instants so that nothing can lie between two steps. */
typedef int64_t step_no;

struct counts {
	double bad, total; /* events; whole numbers for counters */
	double covered;    /* steps for which there were data */
	double bridged;    /* steps without data whose events are known from the difference across the hole;
			      never counted in `covered` too */
};

/* One window as it stands: what of it is over was counted, as far as it is known. */
struct window_reading {
	struct counts counts;
	struct instant from, to; /* of a calendar window `to` is the period's end, to come */
	double steps, past;      /* steps of the whole window, and those of them that are over */
	/* What corrections (model/correction.h) have done to it: steps that are over and no part of it, and events. */
	double excluded, adjusted_good, adjusted_bad;
};

/* Counts for consecutive steps: at[i] belongs to step `first + i`. */
struct posting {
	step_no first;
	struct counts *at;
	size_t len;
	/* Steps, rising, whose sums a ledger is to remember exactly however old they get: where a calendar period or an
	 * exclusion begins or ends. Those outside of the posting are for others. */
	const step_no *pins;
	size_t pins_len;
};

/* Whether the step is to be pinned; `at`, 0 at first, goes along with rising steps. */
static inline bool posting_pins(const struct posting *posting, step_no step, size_t *at)
{
	while (*at < posting->pins_len && posting->pins[*at] < step)
		++*at;
	return *at < posting->pins_len && posting->pins[*at] == step;
}

#endif
