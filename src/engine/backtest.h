/* What would have been: the alerts of an SLO over its history, step by step, by the same judgements as live. */
#ifndef WICK_ENGINE_BACKTEST_H
#define WICK_ENGINE_BACKTEST_H

#include "engine/view.h"
#include "model/backtest.h"

struct backtest_options {
	struct span step, since, stale_after;
	struct span lead; /* so much is judged before, to know which alerts fire already; 0: none does */
	size_t points;    /* of the curve */
};

/* A lead that is enough for all but tiers with a `for` or a `keepFiringFor` of its length. */
#define BACKTEST_LEAD ((struct span){SPAN_DAY})

/* Plays the history that the ledgers hold: up to their end, from `since` before it. One backtest per group, or one for
 * the SLO without groupBy; all in the arena. The ledgers should be exact and reach a window and the lead further back.
 */
size_t backtest_play(struct store *store, const struct slo *slo, const struct backtest_options *options,
		     struct arena *arena, struct backtest **out);

/* What is played of an SLO: its groups, as many as its limit, or the SLO without groupBy. Where it shows a top of
 * groups, those that have it at the end, and the rest. */
struct backtest_part {
	struct labels group; /* the store's */
	struct view raw;     /* in the arena, if it is a composite's */
	struct ledger *made; /* NULL: it is the store's */
};
size_t backtest_parts(struct store *store, const struct slo *slo, struct span step, struct arena *arena,
		      struct backtest_part **out);
void backtest_parts_free(struct backtest_part *parts, size_t len);
/* Plays the steps (from, to] of a view as it was counted; `since` is not looked at, and the group is left empty. */
void backtest_play_steps(const struct view *raw, step_no from, step_no to, const struct backtest_options *options,
			 struct arena *arena, struct backtest *out);
/* The part of the budget that is left at the end of a step; NaN: not known. */
double backtest_remaining(const struct view *raw, step_no at);

#endif
