/* The policies of a set of definitions, and which of them each SLO means: names go across files, so they are looked up
 * when all files are read. */
#ifndef WICK_SLO_POLICIES_H
#define WICK_SLO_POLICIES_H

#include "slo/definitions.h"
#include "slo/loader.h"

/* Names that another file, or this one further up, has already are errors, and so is what is over the limit. */
void policies_check(const struct slo_set *set, const struct loaded *loaded, struct findings *findings);
/* The file's policies become the set's; `cap` is of set->policies. */
void policies_take(struct slo_set *set, size_t *cap, const struct loaded *loaded);
/* Those of the last good version of a file that is broken, unless another file has their names by now; true if there
 * are some. */
bool policies_keep(struct slo_set *set, size_t *cap, const struct slo_set *before, const struct definition_file *file);

/* Gives each SLO its policy. A name that is not defined is an error at its place; the SLO stays, without a policy. So
 * do those that name none where the policy named `default` is written but broken: wick's own may allow more. */
void policies_resolve(struct slo_set *set, bool default_broken, struct findings *findings);

#endif
