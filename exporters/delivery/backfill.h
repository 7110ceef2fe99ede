/* The history of the delivery metrics as OpenMetrics with timestamps, for `promtool tsdb create-blocks-from
 * openmetrics`: the families of series.h, without those that speak of the reading itself. OpenMetrics wants all samples
 * of a series together, in the order of time; results come moment by moment. So the samples are kept, as text, until
 * the end. */
#ifndef WICK_EXPORTERS_DELIVERY_BACKFILL_H
#define WICK_EXPORTERS_DELIVERY_BACKFILL_H

#include "model/dora.h"

struct dora_backfill;

/* `ceiling`: bytes of all samples together. */
struct dora_backfill *dora_backfill_new(size_t ceiling);
void dora_backfill_free(struct dora_backfill *backfill); /* NULL is legal */

/* The results as of a moment, which are not kept; moments come in rising order. False where the ceiling is reached:
 * what was added before is still whole. */
bool dora_backfill_add(struct dora_backfill *backfill, struct instant at, const struct dora_results *results);

/* All of it, with "# EOF" at its end. False where `out` had not enough room. */
bool dora_backfill_write(const struct dora_backfill *backfill, struct buf *out);

#endif
