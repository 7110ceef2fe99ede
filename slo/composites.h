/* The composites of a set of definitions, and the SLOs that their members are: ids go across files, so they are looked
 * up when all files are read. */
#ifndef WICK_SLO_COMPOSITES_H
#define WICK_SLO_COMPOSITES_H

#include "slo/definitions.h"

/* Finds the members of all composites, and tells each SLO which composites are above it. The SLOs are sorted by id. A
 * member that no file defines, a circle, and what is over the limits are errors at the member's place, and of its file;
 * such a composite, and one with such a member, gives way to what it was in `before` (may be NULL), else it is left
 * out. */
void composites_resolve(struct slo_set *set, const struct slo_set *before, struct findings *findings);

/* Those of a set whose SLOs were copied from another's, in the same places (slo/corrections/import.h): from now on they
 * refer to the copies. */
void composites_follow(struct slo_set *set, const struct slo_set *from);

#endif
