/* How many observations of a native histogram lie at or below a bound. Pure. */
#ifndef WICK_COUNT_HISTOGRAM_H
#define WICK_COUNT_HISTOGRAM_H

#include "model/histogram.h"

/* Exact where the bound ends a bucket. Inside a bucket its observations are taken to be spread evenly, as Prometheus
 * 2's histogram_fraction() does; a bucket around 0 begins, or ends, there if all others lie on the other side. */
double histogram_at_or_below(const struct histogram *histogram, double bound);

#endif
