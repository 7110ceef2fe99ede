#include "source/decimal.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	DIGITS_MAX = 19,   /* 10^19 - 1 fits 64 bits */
	DECIMALS_MAX = 27, /* 5^27 fits 63 bits */
	EXACT_POWERS = 23, /* 10^0 to 10^22 are exact as doubles */
};

static const double powers_of_ten[EXACT_POWERS] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
						   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
						   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static uint64_t power_of_five(unsigned exponent)
{
	uint64_t power = 1, base = 5;

	for (; exponent; exponent >>= 1, base *= base)
		if (exponent & 1)
			power *= base;
	return power;
}

/* For exponents of normal doubles. */
static double power_of_two(int exponent)
{
	uint64_t bits = (uint64_t)(1023 + exponent) << 52;
	double power;

	memcpy(&power, &bits, sizeof(power));
	return power;
}

/* digits / 10^decimals, rounded to nearest, ties to even: digits / 5^decimals by one division of 128 by 64 bits, whose
 * quotient has 62 to 64 bits and whose remainder tells a tie from what is beyond it, then scaled by a power of two. */
static double divide(uint64_t digits, unsigned decimals)
{
	uint64_t divisor = power_of_five(decimals);
	int up = __builtin_clzll(digits), down = __builtin_clzll(divisor);
	__uint128_t dividend = (__uint128_t)(digits << up) << 63;
	uint64_t quotient, rest;
	int drop;

	divisor <<= down;
	quotient = (uint64_t)(dividend / divisor);
	drop = 11 - __builtin_clzll(quotient); /* bits below the 53 that a double keeps */
	rest = quotient & (((uint64_t)1 << drop) - 1);
	rest = rest << 1 | (quotient * (__uint128_t)divisor != dividend);
	quotient >>= drop;
	if (rest > (uint64_t)1 << drop || (rest == (uint64_t)1 << drop && (quotient & 1)))
		quotient++;
	return (double)quotient * power_of_two(drop - 63 - up + down - (int)decimals);
}

static double compose(uint64_t digits, unsigned decimals)
{
	if (decimals == 0 || digits == 0)
		return (double)digits;
	/* both exact as doubles: one division rounds once */
	if (digits <= (uint64_t)1 << 53 && decimals < EXACT_POWERS)
		return (double)digits / powers_of_ten[decimals];
	return divide(digits, decimals);
}

static int is_digit(char c) { return (unsigned char)(c - '0') < 10; }

const char *decimal_read(const char *at, const char *end, double *value)
{
	const char *first, *point;
	uint64_t digits = 0;
	size_t significant, decimals = 0;
	int minus = at < end && *at == '-';

	at += minus;
	for (first = at; at < end && is_digit(*at); at++)
		digits = digits * 10 + (uint64_t)(*at - '0');
	point = at;
	if (at == first)
		return NULL;
	if (at < end && *at == '.') {
		for (at++; at < end && is_digit(*at); at++)
			digits = digits * 10 + (uint64_t)(*at - '0');
		decimals = (size_t)(at - point) - 1;
		if (decimals == 0 || decimals > DECIMALS_MAX)
			return NULL;
	}
	significant = (size_t)(at - first) - (decimals > 0);
	for (; significant > DIGITS_MAX && (*first == '0' || *first == '.'); first++)
		significant -= *first == '0';
	if (significant > DIGITS_MAX)
		return NULL;
	if (value) {
		double read = compose(digits, (unsigned)decimals);

		*value = minus ? -read : read;
	}
	return at;
}
