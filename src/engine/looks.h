/* Looks at histograms beside the counting. A latency SLI may have a threshold that is no bucket bound, or with a new
 * release none any more; one that never saw a request may ask for a native histogram where there is a classic one, or
 * the other way round. Each is looked at once an hour of steps, a few at once, in one round of questions. */
#ifndef WICK_ENGINE_LOOKS_H
#define WICK_ENGINE_LOOKS_H

#include "engine/notes.h"
#include "source/source.h"

struct looks;

/* The looks that are due among these SLOs, which all have one source, as of the step `target`. NULL: none is. The notes
 * and the set must outlive it. */
struct looks *looks_new(struct note *notes, const struct slo_set *set, struct slo_places places, struct store *store,
			step_no target, struct span step);
void looks_free(struct looks *looks); /* NULL is legal */

/* The questions, which stay the callee's. */
size_t looks_ask(struct looks *looks, struct ask **asks);
/* Notes what the answers say. Where an answer did not come, what was noted stays, and the next step looks again. */
void looks_take(struct looks *looks);

#endif
