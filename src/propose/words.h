/* What is said of a proposal: whole sentences, the same in the file and in the summary. Pure. */
#ifndef WICK_PROPOSE_WORDS_H
#define WICK_PROPOSE_WORDS_H

#include "propose/proposal.h"

/* How the objective was found: "in 30d 12 of 3400 HTTP requests were bad (SLI 99.647%), of which ..." */
struct str words_measured(struct arena *arena, const struct proposal *proposal, struct span since);
/* What is bad, or how the threshold was found. */
struct str words_choice(struct arena *arena, const struct proposal *proposal);
/* Which label names the service, and why. */
struct str words_service(struct arena *arena, const struct proposal *proposal);
/* The SLO's description. */
struct str words_description(struct arena *arena, const struct proposal *proposal);
/* The threshold as a definition takes it: a duration where the unit is known and it is whole milliseconds. */
struct str words_threshold(struct arena *arena, const struct proposal *proposal);

#endif
