/* What really happened in a stretch of the demo's time, counted in the model and not by way of any scrape: what budgets
 * are judged by. */
#ifndef WICK_DEMO_TRUTH_H
#define WICK_DEMO_TRUTH_H

#include "demo/delivered.h"
#include "demo/world.h"

enum { TRUTH_ROWS_MAX = 32 };

struct truth_row {
	char slo[64];                    /* "anvila-api/availability", as in slo/examples */
	char group[INSTANCE_BYTES + 32]; /* `{instance="..."}`, or "{}" */
	double bad, total;
};

struct truth {
	struct truth_row at[TRUTH_ROWS_MAX];
	size_t len;
	struct delivered deliveries[DELIVERED];
	size_t deliveries_len;
};

/* Events in (from, to]; of what is probed, the samples that were taken once a minute. */
void truth_tell(struct world *world, struct instant from, struct instant to, struct truth *truth);
/* And what was delivered then: comes behind truth_tell. */
void truth_tell_deliveries(struct repository *repository, struct instant from, struct instant to, struct truth *truth);
bool truth_write_json(const struct truth *truth, struct instant from, struct instant to, struct buf *out);
bool truth_write_text(const struct truth *truth, struct buf *out);

#endif
