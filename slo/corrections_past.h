/* Which corrections have no effect any more. Pure. */
#ifndef WICK_SLO_CORRECTIONS_PAST_H
#define WICK_SLO_CORRECTIONS_PAST_H

#include "slo/definitions.h"

/* Notes those that lie further back than every window of the SLOs that they are for; of calendar windows the period
 * before the one at `now` counts, too. */
void corrections_past(const struct slo_set *set, struct instant now, struct findings *findings);

#endif
