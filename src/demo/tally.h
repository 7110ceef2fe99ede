/* What one process has counted since it started: whole events, exact and the same however the time is cut into
 * steps. */
#ifndef WICK_DEMO_TALLY_H
#define WICK_DEMO_TALLY_H

#include "demo/story.h"

enum { LATENCY_BOUNDS = 11, LATENCY_CELLS = LATENCY_BOUNDS + 1 };
extern const double latency_bounds[LATENCY_BOUNDS]; /* seconds; the last cell has none */

/* Cells of an API pod; the two checkout streams have one for each bucket of the histogram. */
enum {
	CELL_ITEMS_OK,
	CELL_ITEMS_MISSING,
	CELL_ITEMS_FAILED,
	CELL_CHECKOUT_OK,
	CELL_CHECKOUT_FAILED = CELL_CHECKOUT_OK + LATENCY_CELLS,
	CELLS_API = CELL_CHECKOUT_FAILED + LATENCY_CELLS,
	/* and of a worker */
	CELL_MAILS_OK = 0,
	CELL_MAILS_FAILED,
	CELL_INVOICES_OK,
	CELL_INVOICES_FAILED,
	CELLS_WORKER,
};

enum { DEMO_PODS = 4, DEMO_WORKERS = 2, DEMO_PROBES = 3 };
enum process { PROCESS_API, PROCESS_WORKER, PROCESS_BLACKBOX };

/* Each cell holds events in units of 2^-30, filled by whole units per millisecond: sums do not depend on the steps. */
struct tally {
	enum process process;
	unsigned slot; /* which of the job's processes: its share differs from the others' */
	struct instant at;
	uint64_t cells[CELLS_API];
};

void tally_init(struct tally *tally, const struct story *story, enum process process, unsigned slot,
		struct instant born);
/* Counts on to `to`; an instant in the past changes nothing. */
void tally_advance(struct tally *tally, const struct story *story, struct instant to);
/* Whole events in the cells [first, first + count). */
uint64_t tally_events(const struct tally *tally, unsigned first, unsigned count);
/* The seconds that the requests in the cells took together. */
double tally_seconds(const struct tally *tally, unsigned first);

#endif
