/* Exclusions and adjustments of a set of definitions, and which SLOs each is for: scopes go across files, so that is
 * worked out when all files are read. */
#ifndef WICK_SLO_CORRECTIONS_CORRECTIONS_H
#define WICK_SLO_CORRECTIONS_CORRECTIONS_H

#include "slo/definitions.h"
#include "slo/loader.h"

/* What is over the limit with this file is an error of it. */
void corrections_check(const struct slo_set *set, const struct loaded *loaded, struct findings *findings);
/* The file's corrections become the set's. */
void corrections_take(struct slo_set *set, const struct loaded *loaded);
/* Those of the last good version of a file that is broken; true if there are some. */
bool corrections_keep(struct slo_set *set, const struct slo_set *before, const struct definition_file *file);

/* Gives each SLO those that are for it; what was kept of a broken file goes where another file has the same by now. An
 * id that no SLO has, a scope that no SLO is in, and the same twice are warnings. Files and SLOs are sorted. */
void corrections_resolve(struct slo_set *set, struct findings *findings);

/* Not for what was imported: which SLOs a silence is for is worked out by slo/corrections/import.h alone. */
bool correction_is_for(const struct correction_scope *scope, const struct slo *slo);

#endif
