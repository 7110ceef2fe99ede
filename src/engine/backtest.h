/* What would have been: the alerts of an SLO over its history, step by step, by the same judgements as live. */
#ifndef WICK_ENGINE_BACKTEST_H
#define WICK_ENGINE_BACKTEST_H

#include "ledger/store.h"
#include "model/backtest.h"

struct backtest_options {
	struct span step, since, stale_after;
	size_t points; /* of the curve */
};

/* Plays the history that the ledgers hold: up to their end, from `since` before it. One backtest per group, or one for
 * the SLO without groupBy; all in the arena. The ledgers should be exact and reach a window further back. */
size_t backtest_play(struct store *store, const struct slo *slo, const struct backtest_options *options,
		     struct arena *arena, struct backtest **out);

#endif
