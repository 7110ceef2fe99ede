/* Results and health as Prometheus reads them: the text format 0.0.4 and OpenMetrics 1.0. Pure: the same input gives
 * the same bytes.
 *
 * Families come in the order of one table, each once, with all of its series; docs/metrics.md is written from the same
 * table. A number that is NaN is left out. No series comes twice: every series of an SLO carries the same label set,
 * ours first, then the group's, then the author's; a name that is taken already gets "exported_" before it, as
 * Prometheus does it on scraping, and names that begin with "__" are left out. Should two results still have equal
 * labels, the first one is shown and the rest are counted in wick_exposition_conflicts. */
#ifndef WICK_EXPORTERS_EXPOSITION_H
#define WICK_EXPORTERS_EXPOSITION_H

#include "exporters/delivery/series.h"
#include "exporters/sample_page.h"
#include "model/health.h"
#include "model/result.h"

extern const char *const exposition_content_types[EXPOSITION_FORMATS];

/* False where `out` had not enough room. `results` may be empty, and NULL before there are any; `delivery` is NULL
 * where no delivery metrics are defined. */
bool exposition_write(struct buf *out, const struct results *results, const struct health *health,
		      const struct delivery_series *delivery, enum exposition_format format);

/* The reference page's tables in Markdown, from the same rows. */
bool exposition_reference_write(struct buf *out);

#endif
