/* Attempts as they were known at a moment, in the order of time. */
#ifndef WICK_DORA_ATTEMPTS_H
#define WICK_DORA_ATTEMPTS_H

#include "dora/dora.h"

struct dora_attempts {
	const struct fact_attempt **at;
	size_t len;
};

/* When an attempt counts: at its end; while it has none, when it began. */
struct instant attempt_time(const struct fact_attempt *attempt);

/* Those that had begun by one->at and had not ended before one->since, by attempt_time; what ended later is running.
 * Where two ended in the same instant, the one that began later comes later. In the arena; the facts are pointed to. */
struct dora_attempts attempts_known(struct arena *arena, const struct dora_case *one);

#endif
