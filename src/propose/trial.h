/* Proposals tried on the history: definitions that count them, and what the counts then say. The counting itself is the
 * engine's, as for every SLO. Pure. */
#ifndef WICK_PROPOSE_TRIAL_H
#define WICK_PROPOSE_TRIAL_H

#include "base/buf.h"
#include "model/result.h"
#include "propose/proposal.h"

/* How much of the history can be read in good time: `since`, or the longest of some shorter spans whose samples are not
 * too many. Proposals for which even a day would be too much are taken out of the survey, with a remark. */
struct span trial_span(struct survey *survey, struct span since);

/* The definitions: an SLO per proposal, of a latency one per bound, each over a window of `since`. */
bool trial_write(struct buf *out, const struct survey *survey, struct span since);

/* Takes the results of these definitions into the proposals. */
void trial_judge(struct survey *survey, const struct results *results, struct span since);

#endif
