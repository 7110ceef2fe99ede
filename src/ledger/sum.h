/* A sum of events in fixed point: 64 bits before the point, 32 behind it. Unlike sums of doubles these do not depend on
 * the order in which their parts arrive: a hole that is bridged later gives the same bits as one that was never
 * there. */
#ifndef WICK_LEDGER_SUM_H
#define WICK_LEDGER_SUM_H

#include <stdbool.h>
#include <stdint.h>

struct sum {
	uint64_t whole;
	uint32_t part; /* of 2^32 */
};

/* The nearest sum; what is no count (NaN, negative) is 0, and nothing counts more than 2^63. */
static inline struct sum sum_of(double value)
{
	double whole, part;

	if (!(value > 0))
		return (struct sum){0};
	if (value >= 0x1p63)
		return (struct sum){UINT64_C(1) << 63, 0};
	whole = __builtin_floor(value);
	part = __builtin_floor((value - whole) * 0x1p32 + 0.5);
	if (part >= 0x1p32)
		return (struct sum){(uint64_t)whole + 1, 0};
	return (struct sum){(uint64_t)whole, (uint32_t)part};
}

static inline struct sum sum_add(struct sum a, struct sum b)
{
	uint32_t part;
	bool carry = __builtin_add_overflow(a.part, b.part, &part);

	return (struct sum){a.whole + b.whole + carry, part};
}

static inline struct sum sum_sub(struct sum a, struct sum b)
{
	uint32_t part;
	bool borrow = __builtin_sub_overflow(a.part, b.part, &part);

	return (struct sum){a.whole - b.whole - borrow, part};
}

/* The sum times share / of, rounded down; share <= of <= 2^15. */
static inline struct sum sum_share(struct sum sum, uint32_t share, uint32_t of)
{
	uint64_t rest = ((sum.whole % of) << 32 | sum.part) * share / of;

	return (struct sum){sum.whole / of * share + (rest >> 32), (uint32_t)rest};
}

/* Exact for whole numbers below 2^53. */
static inline double sum_value(struct sum sum) { return (double)sum.whole + (double)sum.part * 0x1p-32; }

#endif
