/* Latency SLIs whose threshold is no bucket bound: every request would look slow. */
#ifndef WICK_ENGINE_BUCKETS_H
#define WICK_ENGINE_BUCKETS_H

#include "base/buf.h"
#include "model/slo.h"
#include "source/source.h"

/* Asks for the bounds of the SLO's histogram as of `at`. If its threshold is not among them, writes a sentence that
 * names the nearest two and returns true. False where it is, where there are no buckets, and where the source cannot
 * say. */
bool bucket_missing(struct source *source, const struct slo *slo, struct instant at, struct buf *reason);

#endif
