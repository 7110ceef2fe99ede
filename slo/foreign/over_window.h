/* Counters that other tools put a window and increase() around. */
#ifndef WICK_SLO_FOREIGN_OVER_WINDOW_H
#define WICK_SLO_FOREIGN_OVER_WINDOW_H

#include "slo/draft.h"

/* Turns a selector with an offset, with `[$window]` behind it or without, into `sum(increase(selector[$window] offset
 * ...))`, by the labels that the SLO is grouped by: what lies back in time is counted by expression. Leaves all others
 * as they are. */
void over_window_take(struct reader *reader, struct written_query *query, const struct slo *slo);

#endif
