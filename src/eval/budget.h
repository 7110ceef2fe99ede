/* Error budgets and burn rates from counts. Pure: counts and a time in, numbers out; no clock, no I/O. The formulas
 * with their sources stand in docs/formulas.md. */
#ifndef WICK_EVAL_BUDGET_H
#define WICK_EVAL_BUDGET_H

#include "model/counts.h"
#include "model/result.h"

/* What a ledger says of one SLO and group at one instant. */
struct readings {
	const struct window_reading *windows; /* by slo->windows */
	const struct window_reading *raw;     /* the same as they were counted; NULL where nothing corrects them */
	const struct counts *burn;            /* by slo->alerting->windows */
	struct counts ever;                   /* since the ledger began */
	struct instant counted_to;            /* the end of the last counted step; ms == 0: none yet */
	struct instant data_seen;             /* the end of the last step with data; ms == 0: none yet */
	struct span excluded_since;           /* what exclusions took out of the time since then */
};

struct budget_options {
	struct span step;        /* the grid */
	struct span stale_after; /* data older than this at `now` is stale */
	struct instant now;
	bool untrue; /* the counts are known to be wrong (`reason` says why): no number is shown */
};

/* From this share of known steps on, those of a window that are over count as whole: a budget that is judged on it is
 * off by less than 1
 * %. */
#define BUDGET_WHOLE 0.99

/* Why the counts of a window cannot be right, as a static sentence; NULL where they can. */
const char *budget_impossible(struct counts window);

/* Fills in everything but slo's own links; result->burn has room for every burn window, and result->budgets for every
 * window (so has result->raw where there are raw readings): group and reason are left alone, a reason that is there
 * makes the state DATA_ERROR: a window that is not whole then has no numbers. Every number that cannot be known is NaN.
 * A text that this function gives as reason is static. */
void budget_evaluate(const struct slo *slo, const struct readings *readings, const struct budget_options *options,
		     struct slo_result *result);

#endif
