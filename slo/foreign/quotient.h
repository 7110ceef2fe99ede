/* Ratios that are quotients of counts after all. */
#ifndef WICK_SLO_FOREIGN_QUOTIENT_H
#define WICK_SLO_FOREIGN_QUOTIENT_H

#include "slo/draft.h"

/* Two counts, each as one series, in the arena that was given. */
struct quotient {
	struct promql_node *part, *total;
	bool rest; /* the ratio is 1 minus the quotient */
};

/* Whether a ratio is `events / all events` over $window, or 1 minus that: sums, or counters of which each series of the
 * one has its own of the other (`ignoring (le)`). */
bool quotient_of(struct arena *arena, const struct promql_node *ratio, struct quotient *quotient);

/* Turns an SLI_RATIO whose query is such a quotient into SLI_EVENTS of the two: an average of ratios over time gives a
 * quiet hour the weight of a busy one, and the two counts are there to be had. Leaves all others as they are. A note
 * says what was done. Before draft_finish_sli. */
void quotient_take(struct reader *reader, struct draft *draft);

#endif
