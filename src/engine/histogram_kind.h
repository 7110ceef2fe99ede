/* Latency SLIs that ask for the other kind of histogram than there is: nothing would ever be counted. */
#ifndef WICK_ENGINE_HISTOGRAM_KIND_H
#define WICK_ENGINE_HISTOGRAM_KIND_H

#include "base/buf.h"
#include "model/slo.h"
#include "source/source.h"

/* Asks for both kinds of the SLO's histogram as of `at`. If there is only the one that the SLO does not ask for, writes
 * a sentence that says so and returns true. False where it is there, where there is neither, and where the source
 * cannot say. */
bool histogram_kind_wrong(struct source *source, const struct slo *slo, struct instant at, struct buf *reason);

#endif
