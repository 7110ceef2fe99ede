/* Latency SLIs that ask for the other kind of histogram than there is: nothing would ever be counted. */
#ifndef WICK_ENGINE_HISTOGRAM_KIND_H
#define WICK_ENGINE_HISTOGRAM_KIND_H

#include "base/buf.h"
#include "model/slo.h"
#include "source/source.h"

/* A look at which kinds of the SLO's histogram are there. */
struct kind_look {
	const struct slo *slo;
	bool native, classic;
};

/* Writes down the two questions, as of `at`; the look must stay where it is until they are answered. False where there
 * is nothing to ask. */
bool kind_look_ask(struct kind_look *look, struct arena *arena, const struct slo *slo, struct instant at,
		   struct ask asks[2]);
/* By the answers: if there is only the one that the SLO does not ask for, writes a sentence that says so and returns
 * true. False where it is there, and where there is neither. */
bool kind_look_wrong(const struct kind_look *look, struct buf *reason);

#endif
