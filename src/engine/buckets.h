/* Latency SLIs whose threshold is no bucket bound: every request would look slow. */
#ifndef WICK_ENGINE_BUCKETS_H
#define WICK_ENGINE_BUCKETS_H

#include "base/buf.h"
#include "model/slo.h"
#include "source/source.h"

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

/* A look at the buckets of a latency SLO's histogram. */
struct bucket_look {
	const struct slo *slo;
	struct bucket_bounds bounds;
	double strays; /* series without such a bucket */
};

/* Writes down the two questions, as of `at`; the look must stay where it is until they are answered. False where there
 * is nothing to ask. */
bool bucket_look_ask(struct bucket_look *look, struct arena *arena, const struct slo *slo, struct instant at,
		     struct ask asks[2]);
/* By the answers: if the threshold is not among the bounds, or not among those of some series, writes a sentence that
 * names the nearest two and returns true. False where it is, and where there are no buckets. */
bool bucket_look_missing(const struct bucket_look *look, struct buf *reason);

#endif
