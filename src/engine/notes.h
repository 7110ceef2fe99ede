/* What is wrong with single SLOs although they are counted: kept by the SLO's place in the set, beyond the cohorts that
 * come and go. */
#ifndef WICK_ENGINE_NOTES_H
#define WICK_ENGINE_NOTES_H

#include "engine/cohort.h"
#include "slo/definitions.h"

struct note {
	char *reason;      /* a sentence, or NULL */
	bool untrue;       /* the counts are wrong, not only suspicious */
	step_no looked_at; /* the step for which the histogram was looked at last */
	bool there;        /* it had samples then: each case is looked at in its own time */
	bool left_out;     /* the limit of its groupBy keeps groups out, which was logged */
};

struct note *notes_new(size_t len);
void notes_free(struct note *notes, size_t len); /* NULL is legal */

/* What the members of a cohort had to say of their last stretch takes the place of what was noted before. */
void notes_take(struct note *notes, const struct slo_set *set, const struct cohort *cohort);

/* What a look at the SLO's histogram found (engine/looks.h): whether its counts are wrong, and the sentence that says
 * so.
 */
void note_untrue(struct note *note, bool untrue, struct str reason);

#endif
