/* What is wrong with single SLOs although they are counted: kept by the SLO's place in the set, beyond the cohorts that
 * come and go. */
#ifndef WICK_ENGINE_NOTES_H
#define WICK_ENGINE_NOTES_H

#include "engine/cohort.h"
#include "slo/definitions.h"

struct note {
	char *reason;      /* a sentence, or NULL */
	bool untrue;       /* the counts are wrong, not only suspicious */
	step_no looked_at; /* the step for which the buckets were looked at last */
};

struct note *notes_new(size_t len);
void notes_free(struct note *notes, size_t len); /* NULL is legal */

/* What the members of a cohort had to say of their last stretch takes the place of what was noted before. */
void notes_take(struct note *notes, const struct slo_set *set, const struct cohort *cohort);

/* A latency SLI that never saw a fast request may have a threshold that is no bucket bound: asks the source, now and
 * then. */
void notes_look_at_buckets(struct note *notes, const struct slo_set *set, struct source *source, struct store *store,
			   struct span step);

#endif
