/* One sample of a native histogram, as a source hands it out and as it is counted. */
#ifndef WICK_MODEL_HISTOGRAM_H
#define WICK_MODEL_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/* Observations above `lower` and at or below `upper`; either may be infinite. */
struct histogram_bucket {
	double lower, upper, count;
};

struct histogram {
	int64_t ms;   /* since 1970 */
	double count; /* of all observations: more than the buckets hold where some were no numbers */
	const struct histogram_bucket *buckets; /* those that are not empty, in no order */
	size_t len;
};

#endif
