/* The points of one level against an array of them: small sums, sums beyond 32 bits, sums that fall and fractions. */
#include "ledger/ring.h"
#include "tests/unit/unit.h"

enum { POINTS = 3000, MOST = 200 };

static uint64_t state = 1;

static uint64_t dice(uint64_t sides) { return unit_random(&state) % sides; }

static void agree(const struct ring *ring, const struct ring_point *points, int64_t offset, const char *what)
{
	for (int64_t k = ring->first; k <= ring->last; k++) {
		struct ring_point got = ring_get(ring, k), wanted = points[k - offset];

		ck_assert_msg(got.bad.whole == wanted.bad.whole && got.bad.part == wanted.bad.part &&
				      got.total.whole == wanted.total.whole && got.total.part == wanted.total.part,
			      "%s: point %lld", what, (long long)k);
	}
}

static const struct {
	const char *what;
	uint64_t begin; /* the first sum */
	uint64_t grow;  /* per point, at most */
	unsigned falls; /* one point in so many is less than the one before; 0: none */
	bool parts;
	size_t bytes; /* at most, once it is full */
} rows[] = {
	{"a small service", 0, 1000, 0, false, MOST * 8},
	{"one that has counted for years", UINT64_C(1) << 50, 1000000, 0, false, MOST * 8},
	{"one that passes 2^32 again and again", UINT64_C(0xFFFFFF00), 20000000, 0, false, MOST * 8},
	{"more in the level than fits 32 bits", 0, UINT64_C(1) << 40, 0, false, MOST * 16},
	{"sums that fall, below 0 too", 0, 1000, 2, false, MOST * 16},
	{"fractions", 5, 100, 9, true, MOST * 24},
};

START_TEST(every_point_is_kept_bit_for_bit)
{
	static struct ring_point points[POINTS];
	struct ring_point sums = {{rows[_i].begin, 0}, {rows[_i].begin, 0}};
	int64_t offset = -1234; /* numbers below 0 are legal */
	struct ring ring, copy;

	ring_init(&ring, MOST);
	for (int64_t i = 0; i < POINTS; i++) {
		int64_t k = offset + i, first = i < MOST ? offset : k - MOST + 1, late;

		sums.bad.whole += dice(rows[_i].grow);
		sums.total.whole += dice(rows[_i].grow);
		if (rows[_i].falls && dice(rows[_i].falls) == 0)
			sums.bad.whole -= dice(2 * rows[_i].grow);
		sums.total.part = rows[_i].parts ? (uint32_t)dice(UINT32_MAX) : 0;
		ring_append(&ring, first, k, points[i] = sums);
		late = first + (int64_t)dice((uint64_t)(k - first + 1));
		points[late - offset].bad.whole += dice(rows[_i].grow);
		ring_set(&ring, late, points[late - offset]);
		if (i % 97 == 0)
			agree(&ring, points, offset, rows[_i].what);
	}
	copy = ring_copy(&ring);
	agree(&ring, points, offset, rows[_i].what);
	ck_assert_uint_le(ring_bytes(&ring), rows[_i].bytes);
	ring_release(&ring);
	agree(&copy, points, offset, rows[_i].what);
	ring_release(&copy);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("ledger/ring");

	tcase_add_loop_test(tcase, every_point_is_kept_bit_for_bit, 0, (int)COUNT_OF(rows));
	return unit_run("ledger/ring", tcase);
}
