/* The deliveries of a set of definitions: each environment of a service is one's alone, whatever the file. */
#ifndef WICK_SLO_DELIVERIES_H
#define WICK_SLO_DELIVERIES_H

#include "slo/definitions.h"
#include "slo/loader.h"

/* A service's environment that another file, or a document further up, has already is an error, and so is what is over
 * the limit. */
void deliveries_check(const struct slo_set *set, const struct loaded *loaded, struct findings *findings);
/* The file's deliveries become the set's; `cap` is of set->deliveries. */
void deliveries_take(struct slo_set *set, size_t *cap, const struct loaded *loaded);
/* Those of the last good version of a file that is broken, less the environments that another file has by now; true if
 * there are some. */
bool deliveries_keep(struct slo_set *set, size_t *cap, const struct slo_set *before,
		     const struct definition_file *file);

/* Sorts them. What can never come about is a warning: incidents by alerts of SLOs that the service does not have. Files
 * and SLOs are sorted. */
void deliveries_resolve(struct slo_set *set, struct findings *findings);

/* The delivery that is for this repository ("owner/name") by its name; NULL: none is. It wins over those of the
 * organisation, which leave the repository out. */
const struct delivery *deliveries_of_repository(const struct slo_set *set, struct str repository);
/* Both have an environment of the same name. Of two definitions of an organisation that are for the same repository the
 * first measures it then. */
bool deliveries_meet(const struct delivery *a, const struct delivery *b);

/* What each is made of, as a note: for those who ask. */
void deliveries_list(const struct slo_set *set, struct findings *findings);

#endif
