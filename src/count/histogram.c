#include "count/histogram.h"

#include <math.h>
#include <stdbool.h>

/* The sides of 0 on which there are buckets. */
struct sides {
	bool below, above;
};

static struct sides sides_of(const struct histogram *histogram)
{
	struct sides sides = {false, false};

	for (size_t i = 0; i < histogram->len; i++) {
		sides.below |= histogram->buckets[i].upper <= 0;
		sides.above |= histogram->buckets[i].lower >= 0;
	}
	return sides;
}

/* A bucket around 0 without the side that nothing else was observed on; one without a lower end begins at 0. */
static struct histogram_bucket narrowed(struct histogram_bucket bucket, struct sides sides)
{
	if (!(bucket.lower < 0 && bucket.upper > 0))
		return bucket;
	if (isinf(bucket.lower) || (sides.above && !sides.below))
		bucket.lower = 0;
	else if (sides.below && !sides.above)
		bucket.upper = 0;
	return bucket;
}

static double share_at_or_below(struct histogram_bucket bucket, double bound)
{
	if (bound >= bucket.upper)
		return bucket.count;
	/* Where in a bucket without an end its observations lie cannot be said: not yet below. */
	if (bound <= bucket.lower || isinf(bucket.upper - bucket.lower))
		return 0;
	return bucket.count * (bound - bucket.lower) / (bucket.upper - bucket.lower);
}

double histogram_at_or_below(const struct histogram *histogram, double bound)
{
	struct sides sides = sides_of(histogram);
	double sum = 0;

	for (size_t i = 0; i < histogram->len; i++)
		sum += share_at_or_below(narrowed(histogram->buckets[i], sides), bound);
	return sum;
}
