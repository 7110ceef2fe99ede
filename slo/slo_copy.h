/* An SLO that outlives the set it came from. */
#ifndef WICK_SLO_SLO_COPY_H
#define WICK_SLO_SLO_COPY_H

#include "model/slo.h"

/* A deep copy in `arena`, whose members, if it is a composite, are to be found (slo/composites.h), and without what is
 * kept for converting; its places name `file`, which lives as long as the arena. */
struct slo slo_copy(struct arena *arena, const struct slo *from, const char *file);

#endif
