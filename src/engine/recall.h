/* Points that are wanted of ledgers after their time: the bounds of an exclusion that is written down when all is over,
 * or of a calendar window that is new. What is still exact is remembered as it is; for what has been thinned the source
 * is asked once more for the slot around it, by the one path, into a ledger that is thrown away. Where the source has
 * forgotten it too, a read there stays interpolated. */
#ifndef WICK_ENGINE_RECALL_H
#define WICK_ENGINE_RECALL_H

#include "engine/cohort.h"
#include "slo/definitions.h"

struct recall;

/* These SLOs of the set, which have the same source, are to be looked at. All of it is the caller's and must outlive
 * it. */
struct recall *recall_new(const struct counting_options *options, const struct slo_set *set, struct slo_places places,
			  struct source *source, struct store *store);
void recall_free(struct recall *recall); /* NULL is legal */

enum recalled {
	RECALL_NOTHING, /* nothing is wanted, or only of SLOs that are still being read back */
	RECALL_LOOKED,  /* some SLOs were looked at; there may be more */
	RECALL_PINNED,  /* ledgers remember more than before */
	RECALL_UNAVAILABLE,
	RECALL_INTERRUPTED,
	RECALL_NOT_STORED,
	RECALL_ASKING, /* questions are at the source: again once they are answered */
};
/* Does one bounded piece of work, in rounds of questions; `err` is set where the source or the store fails, after which
 * the same is tried again. */
enum recalled recall_turn(struct recall *recall, step_no target, struct err *err);

#endif
