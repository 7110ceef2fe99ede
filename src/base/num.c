#include "base/num.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS_MAX = 400 }; /* longer than any double's decimal form needs */

/* sign? digits? (. digits)? ((e|E) sign? digits)?, with at least one digit before the exponent */
static bool decimal_form(struct str s, size_t *exponent_at)
{
	size_t pos = 0, digits = 0;

	if (pos < s.len && (s.at[pos] == '+' || s.at[pos] == '-'))
		pos++;
	for (; pos < s.len && ascii_digit(s.at[pos]); pos++)
		digits++;
	if (pos < s.len && s.at[pos] == '.')
		for (pos++; pos < s.len && ascii_digit(s.at[pos]); pos++)
			digits++;
	*exponent_at = pos;
	if (digits == 0 || pos == s.len)
		return digits > 0;
	if (s.at[pos] != 'e' && s.at[pos] != 'E')
		return false;
	pos++;
	if (pos < s.len && (s.at[pos] == '+' || s.at[pos] == '-'))
		pos++;
	if (pos == s.len || s.len - pos > 6)
		return false;
	while (pos < s.len && ascii_digit(s.at[pos]))
		pos++;
	return pos == s.len;
}

bool num_read_scaled(struct str s, int exponent, double *value)
{
	char text[DIGITS_MAX + 16];
	size_t exponent_at;
	double read;
	long own = 0;

	if (s.len == 0 || s.len > DIGITS_MAX || !decimal_form(s, &exponent_at))
		return false;
	memcpy(text, s.at, s.len);
	text[s.len] = '\0';
	if (exponent_at < s.len)
		own = strtol(text + exponent_at + 1, NULL, 10);
	snprintf(text + exponent_at, sizeof(text) - exponent_at, "e%ld", own + exponent);
	read = strtod(text, NULL);
	if (!isfinite(read))
		return false;
	*value = read;
	return true;
}

bool num_read_double(struct str s, double *value) { return num_read_scaled(s, 0, value); }

bool num_read_sample(struct str s, double *value)
{
	char word[5] = "";
	size_t sign = s.len && (s.at[0] == '+' || s.at[0] == '-');

	if (s.len - sign == 3) {
		for (size_t i = 0; i < 3; i++)
			word[i] = ascii_lower(s.at[sign + i]);
		if (strcmp(word, "nan") == 0 && !sign)
			return *value = (double)NAN, true;
		if (strcmp(word, "inf") == 0)
			return *value = s.at[0] == '-' ? -HUGE_VAL : HUGE_VAL, true;
	}
	return num_read_double(s, value);
}

bool num_read_u64(struct str s, uint64_t *value)
{
	uint64_t read = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_digit(s.at[i]) || __builtin_mul_overflow(read, 10, &read) ||
		    __builtin_add_overflow(read, (uint64_t)(s.at[i] - '0'), &read))
			return false;
	*value = read;
	return true;
}

bool num_read_i64(struct str s, int64_t *value)
{
	bool minus = s.len && s.at[0] == '-';
	uint64_t read;

	if (!num_read_u64(str_slice(s, minus, s.len), &read) || read > (uint64_t)INT64_MAX + minus)
		return false;
	*value = (int64_t)(minus ? -read : read);
	return true;
}

bool num_whole(double value) { return fabs(value) < 9007199254740992.0 && num_same(value, trunc(value)); }

static const uint64_t tens[] = {
	UINT64_C(1),
	UINT64_C(10),
	UINT64_C(100),
	UINT64_C(1000),
	UINT64_C(10000),
	UINT64_C(100000),
	UINT64_C(1000000),
	UINT64_C(10000000),
	UINT64_C(100000000),
	UINT64_C(1000000000),
	UINT64_C(10000000000),
	UINT64_C(100000000000),
	UINT64_C(1000000000000),
	UINT64_C(10000000000000),
	UINT64_C(100000000000000),
	UINT64_C(1000000000000000),
	UINT64_C(10000000000000000),
	UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000),
};

/* How many digits a number below 10^18 has; 0 has one. */
static int digits_of(uint64_t q)
{
	int len = 1;

	while (q >= tens[len])
		len++;
	return len;
}

/* The last `len` digits of q, with zeros in front, two at a time; returns their end. */
static char *put_digits(char *text, uint64_t q, int len)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
				    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
				    "8081828384858687888990919293949596979899";
	int at = len;

	for (; at >= 2; q /= 100) {
		at -= 2;
		memcpy(text + at, pairs + q % 100 * 2, 2);
	}
	if (at == 1)
		text[0] = (char)('0' + q % 10);
	return text + len;
}

static char *without_zeros(char *end)
{
	while (end[-1] == '0')
		end--;
	return end[-1] == '.' ? end - 1 : end;
}

/* q * 10^-places as printf's %g writes it, with an exponent below 1e-4. Every digit is written where it stays: copying
 * what was just written piece by piece would wait for the pieces. */
static size_t put_scaled(char *text, bool minus, uint64_t q, int places)
{
	int len = digits_of(q);
	char *at = text;

	if (minus)
		*at++ = '-';
	if (places - len >= 4) { /* d.ddde-05 */
		char *end = put_digits(at + 1, q, len);

		at[0] = at[1];
		at[1] = '.';
		at = stpcpy(without_zeros(end), "e-");
		at = put_digits(at, (uint64_t)(places - len + 1), 2);
	} else if (places == 0) {
		at = put_digits(at, q, len);
	} else {
		at = put_digits(at, len > places ? q / tens[places] : 0, len > places ? len - places : 1);
		*at++ = '.';
		at = without_zeros(put_digits(at, q, places));
	}
	return (size_t)(at - text);
}

/* What printf's %.15g to %.17g give for a number of everyday size, in whole numbers of 128 bits: value = m * 2^-s, and
 * q = m * 10^places / 2^s has 17 digits, of which the first 15 to 17 are tried, rounded to even. They read back as the
 * same double where they are off by less than half of m's last bit. A page of metrics has hundreds of thousands of
 * numbers; this is many times as fast as printing and reading back. */
static size_t fast_text(char *text, double value)
{
	static const double bounds[] = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1,   1e1, 1e2,
					1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9, 1e10};
	double size = fabs(value);
	__uint128_t scale, exact;
	uint64_t bits, m, q;
	int s, places = 22;

	if (size < 1e-6 || size >= 1e10)
		return 0;
	memcpy(&bits, &size, sizeof(bits));
	m = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
	s = 1075 - (int)(bits >> 52);
	for (size_t i = 0; size >= bounds[i]; i++)
		places--;
	scale = (__uint128_t)tens[places / 2] * tens[places - places / 2];
	exact = m * scale;
	q = (uint64_t)(exact >> s);
	exact -= (__uint128_t)q << s;
	for (int dropped = 2; dropped >= 0; dropped--) {
		uint64_t unit = tens[dropped], head = q / unit;
		__uint128_t rest = exact + ((__uint128_t)(q % unit) << s), half = (__uint128_t)unit << (s - 1);

		if (rest > half || (rest == half && (head & 1))) {
			head++;
			rest = (half << 1) - rest;
		}
		if ((m & (m - 1) ? 2 : 4) * rest < scale)
			return put_scaled(text, value < 0, head, places - dropped);
	}
	return 0;
}

size_t num_text(char text[static NUM_TEXT], double value)
{
	size_t len;

	if (isnan(value))
		return memcpy(text, "NaN", 3), 3;
	if (isinf(value))
		return memcpy(text, value > 0 ? "+Inf" : "-Inf", 4), 4;
	if (num_whole(value) && fabs(value) < 1e15)
		return put_scaled(text, value < 0, (uint64_t)fabs(value), 0);
	len = fast_text(text, value);
	/* 15 digits always read back from what they were printed from, but below DBL_MIN there are fewer to begin
	 * with */
	for (int digits = fabs(value) < DBL_MIN ? 1 : 15; len == 0 && digits <= 17; digits++) {
		int printed = snprintf(text, NUM_TEXT, "%.*g", digits, value);

		if (digits == 17 || num_same(strtod(text, NULL), value))
			len = (size_t)printed;
	}
	return len;
}

bool num_write_double(struct buf *buf, double value)
{
	char text[NUM_TEXT];

	return buf_put(buf, text, num_text(text, value));
}
