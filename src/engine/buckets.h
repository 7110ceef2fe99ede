/* Latency SLIs whose threshold is no bucket bound: every request would look slow. */
#ifndef WICK_ENGINE_BUCKETS_H
#define WICK_ENGINE_BUCKETS_H

#include "base/buf.h"
#include "model/slo.h"
#include "source/source.h"

/* Asks for the bounds of the SLO's histogram as of `at`. If its threshold is not among them, or not among those of some
 * of its series, writes a sentence that names the nearest two and returns true. False where it is, where there are no
 * buckets, and where the source cannot say. */
bool bucket_missing(struct source *source, const struct slo *slo, struct instant at, struct buf *reason);

/* The same in pieces, for asking about many SLOs at once. */
struct bucket_bounds {
	double wanted, below, above; /* the threshold and the bounds next to it; NaN where there is none */
	bool there;                  /* the threshold is a bound */
	size_t len;
};

/* The question whose answer has a series per bound; empty where the SLO's metric is no plain selector. */
struct str bucket_question(struct arena *arena, const struct slo *slo, struct bucket_bounds *bounds);
/* Takes the label `le` of a series in; what is no number is passed over. */
void bucket_bounds_add(struct bucket_bounds *bounds, struct str le);
/* The sentence for a threshold that is no bound. */
void bucket_reason(struct buf *reason, const struct slo *slo, const struct bucket_bounds *bounds);

#endif
