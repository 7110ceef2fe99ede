/* A sum of events in fixed point: 64 bits before the point (two's complement), 32 behind it. Unlike sums of doubles
 * these do not depend on the order in which their parts arrive: a hole that is bridged later gives the same bits as one
 * that was never there. Signed: where good events are counted, a step may hold more of them than its share of all
 * events (two counters scraped apart, a hole in whole events), and the next one fewer; only their sum is right. */
#ifndef WICK_LEDGER_SUM_H
#define WICK_LEDGER_SUM_H

#include <stdbool.h>
#include <stdint.h>

struct sum {
	uint64_t whole;
	uint32_t part; /* of 2^32 */
};

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

static inline bool sum_negative(struct sum sum) { return (int64_t)sum.whole < 0; }

static inline struct sum sum_of_positive(double value)
{
	double whole, part;

	if (value >= 0x1p62)
		return (struct sum){UINT64_C(1) << 62, 0};
	whole = __builtin_floor(value);
	part = __builtin_floor((value - whole) * 0x1p32 + 0.5);
	if (part >= 0x1p32)
		return (struct sum){(uint64_t)whole + 1, 0};
	return (struct sum){(uint64_t)whole, (uint32_t)part};
}

/* The nearest sum; NaN is 0, and nothing counts more than 2^62. */
static inline struct sum sum_of(double value)
{
	if (value < 0)
		return sum_sub((struct sum){0}, sum_of_positive(-value));
	return value > 0 ? sum_of_positive(value) : (struct sum){0};
}

/* The sum times share / of, rounded towards 0; share <= of <= 2^15. */
static inline struct sum sum_share(struct sum sum, uint32_t share, uint32_t of)
{
	bool negative = sum_negative(sum);
	uint64_t rest;

	sum = negative ? sum_sub((struct sum){0}, sum) : sum;
	rest = ((sum.whole % of) << 32 | sum.part) * share / of;
	sum = (struct sum){sum.whole / of * share + (rest >> 32), (uint32_t)rest};
	return negative ? sum_sub((struct sum){0}, sum) : sum;
}

/* Exact for whole numbers below 2^53. */
static inline double sum_value(struct sum sum) { return (double)(int64_t)sum.whole + (double)sum.part * 0x1p-32; }

#endif
