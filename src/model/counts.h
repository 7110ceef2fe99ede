/* What was counted in a stretch of grid steps: plain numbers that add up. */
#ifndef WICK_MODEL_COUNTS_H
#define WICK_MODEL_COUNTS_H

#include <stddef.h>
#include <stdint.h>

/* The evaluation grid: step number n ends at the instant n * step (Unix time); it holds what happened in
 * ((n-1) * step, n * step]. Numbers are used instead of instants so that nothing can lie between two steps. */
typedef int64_t step_no;

struct counts {
	double bad, total; /* events; whole numbers for counters */
	double covered;    /* steps for which there were data */
	double bridged;    /* steps without data whose events are known from the difference across the hole;
			      never counted in `covered` too */
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

#endif
