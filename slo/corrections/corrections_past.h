/* Which corrections have no effect any more. Pure. */
#ifndef WICK_SLO_CORRECTIONS_CORRECTIONS_PAST_H
#define WICK_SLO_CORRECTIONS_CORRECTIONS_PAST_H

#include "slo/definitions.h"

/* Where the longest window of an SLO begins. Periods that are closed are corrected for good: 1970 for an SLO with a
 * calendar window. */
struct instant corrections_reach(const struct slo *slo, struct instant now);

/* Notes those that lie further back at `now` than every window of the SLOs that they are for. What is for an SLO with
 * a calendar window is never too old: it may be of a period that is closed. */
void corrections_past(const struct slo_set *set, struct instant now, struct findings *findings);

#endif
