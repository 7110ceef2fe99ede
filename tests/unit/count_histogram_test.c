/* Observations at or below a bound; expected values are worked out by hand. */
#include "count/histogram.h"

#include "tests/unit/unit.h"

#include <math.h>

static const struct {
	const char *what;
	struct histogram_bucket buckets[4];
	size_t len;
	double bound, expected;
} rows[] = {
	{"the end of a bucket belongs to it", {{0.25, 0.5, 3}, {0.5, 1, 4}}, 2, 0.5, 3},
	{"above all buckets", {{0.25, 0.5, 3}, {0.5, 1, 4}}, 2, 2, 7},
	{"below all buckets", {{0.25, 0.5, 3}, {0.5, 1, 4}}, 2, 0.25, 0},
	{"between two buckets", {{0.25, 0.5, 3}, {1, 2, 4}}, 2, 0.75, 3},
	{"inside a bucket, evenly", {{0.25, 0.5, 3}, {0.5, 1, 4}}, 2, 0.75, 5},
	{"buckets in another order", {{0.5, 1, 4}, {0.25, 0.5, 3}}, 2, 0.75, 5},
	{"counts that are not whole", {{0.25, 0.5, 0.5}, {0.5, 1, 1.5}}, 2, 0.75, 1.25},
	{"nothing was observed", {{0, 0, 0}}, 0, 0.5, 0},
	{"zeros are below any latency", {{-0.001, 0.001, 2}, {0.25, 0.5, 3}}, 2, 0.25, 2},
	{"a bucket around 0 begins there where nothing is below it", {{-2, 2, 4}, {2, 4, 1}}, 2, 1, 2},
	{"and ends there where nothing is above it", {{-4, -2, 1}, {-2, 2, 4}}, 2, -1, 3},
	{"with observations on both sides it is whole", {{-4, -2, 1}, {-2, 2, 4}, {2, 4, 1}}, 3, 1, 4},
	{"alone it is whole", {{-2, 2, 4}}, 1, 1, 3},
	{"a bucket without an upper end is above", {{0.5, 1, 1}, {1, (double)INFINITY, 5}}, 2, 3, 1},
	{"a bucket without a lower end begins at 0", {{-(double)INFINITY, 0.4, 4}, {0.4, 1, 1}}, 2, 0.1, 1},
	{"but not where it ends below 0", {{-(double)INFINITY, -1, 4}, {0.4, 1, 1}}, 2, -2, 0},
};

START_TEST(a_bound_parts_the_observations)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct histogram histogram = {.buckets = rows[i].buckets, .len = rows[i].len};
		double got = histogram_at_or_below(&histogram, rows[i].bound);

		ck_assert_msg(fabs(got - rows[i].expected) < 1e-12, "%s: %g, not %g", rows[i].what, got,
			      rows[i].expected);
	}
}
END_TEST

UNIT_MAIN("count/histogram", a_bound_parts_the_observations)
