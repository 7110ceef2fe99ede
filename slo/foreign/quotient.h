/* Ratios that are quotients of counts after all. */
#ifndef WICK_SLO_FOREIGN_QUOTIENT_H
#define WICK_SLO_FOREIGN_QUOTIENT_H

#include "slo/draft.h"

/* Turns an SLI_RATIO whose query is `events / all events`, or 1 minus that, into SLI_EVENTS of the two: an average of
 * ratios over time gives a quiet hour the weight of a busy one, and the two counts are there to be had. Leaves all
 * others as they are. A note says what was done. Before draft_finish_sli. */
void quotient_take(struct reader *reader, struct draft *draft);

#endif
