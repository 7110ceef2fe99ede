/* Reads one repository: asks for what is not known yet, one question at a time, and writes down what comes. Which
 * question is next follows from the facts alone, so it can end at any moment and go on in another process.
 *
 * Lists are walked newest first: workflow runs by windows of their creation (GitHub's search ends at 1,000 results, and
 * a re-run does not move a run to the front), the others until what is known already. Then come details that lists do
 * not have, the commits between deployments, and their pull requests. */
#ifndef WICK_DELIVERY_READING_H
#define WICK_DELIVERY_READING_H

#include "delivery/faults.h"
#include "delivery/target.h"
#include "facts/facts.h"
#include "github/github.h"

struct reading_options {
	struct instant now;
	struct instant horizon; /* nothing that is older is asked for */
	bool whole;             /* lists are walked all the way that may still change, and not just once an hour */
	bool hurried;           /* somebody waits: a question without an answer is given up sooner */
	unsigned most; /* questions, after which it ends with more to do: others have their turn; 0: no limit */
};

struct reading;

/* Both must outlive it. */
struct reading *reading_new(struct facts *facts, const struct target *target, const struct reading_options *options);
void reading_free(struct reading *reading); /* NULL is legal */

/* The next question, to be answered by reading_take before another is asked for; NULL: it is done, or the facts cannot
 * be read or written (`err` says so then, and is untouched else). */
struct github_call *reading_next(struct reading *reading, struct err *err);
/* Its answer is in: with the verdict LATER the same question comes again. False where the facts cannot be written. */
bool reading_take(struct reading *reading, struct err *err);

/* Once it is done. */
struct reading_outcome {
	bool changed;                /* something is new */
	bool more;                   /* it was ended by `most` */
	bool unanswered;             /* it was ended since nothing had an answer */
	size_t asked;                /* questions */
	bool gave_up;                /* a question was given up, and others were not, since the last reading_take */
	const struct faults *faults; /* what could not be had; lives as long as the reading */
};
struct reading_outcome reading_outcome(const struct reading *reading);

/* As of when all that lists told of was followed up for this target, as the facts stand: only then do they fit
 * together. ms == 0: it was not. */
bool reading_settled(struct facts *facts, const struct target *target, struct instant *at, struct err *err);

/* Whether a list is known: it was read, and the right to it was not missing since. Key: struct listing. */
bool reading_listed(struct facts *facts, struct str repository, struct arena *arena, struct str key, bool *listed,
		    struct err *err);

/* Since when the attempts of an environment's source are known; ms == 0: from the beginning. False: not at all yet. */
bool reading_since(struct facts *facts, struct str repository, struct arena *arena,
		   const struct delivery_environment *environment, struct instant *since, struct err *err);

#endif
