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

/* The digits of q * 10^-places, without the zeros at the end. */
static size_t put_fixed(char *text, bool minus, uint64_t q, int places)
{
	char digits[24];
	size_t len = 0, out = 0;

	for (; places > 0 && q % 10 == 0; places--)
		q /= 10;
	for (; q > 0 || (int)len <= places; q /= 10)
		digits[len++] = (char)('0' + q % 10);
	if (minus)
		text[out++] = '-';
	while (len > 0) {
		if ((int)len == places)
			text[out++] = '.';
		text[out++] = digits[--len];
	}
	return out;
}

/* What printf's %.15g to %.17g give for a number of everyday size, in whole numbers of 128 bits: value = m * 2^-s, and
 * q = m * 10^places / 2^s rounded to even. It reads back as the same double where it is off by less than half of m's
 * last bit. A page of metrics has hundreds of thousands of numbers; this is nine times as fast as printing and reading
 * back. */
static size_t fast_text(char *text, double value)
{
	static const uint64_t tens[] = {1,       10,       100,       1000,       10000,      100000,
					1000000, 10000000, 100000000, 1000000000, 10000000000};
	double size = fabs(value);
	uint64_t bits, m;
	int s, exponent = -4;

	if (size < 1e-4 || size >= 1e10)
		return 0;
	memcpy(&bits, &size, sizeof(bits));
	m = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
	s = 1075 - (int)(bits >> 52);
	for (double bound = 1e-3; size >= bound; bound *= 10)
		exponent++;
	for (int digits = 15; digits <= 17; digits++) {
		int places = digits - 1 - exponent;
		__uint128_t scale = (__uint128_t)tens[places / 2] * tens[places - places / 2];
		__uint128_t exact = m * scale, half = (__uint128_t)1 << (s - 1), q = exact >> s;
		__uint128_t rest = exact - (q << s);

		if (rest > half || (rest == half && (q & 1))) {
			q++;
			rest = (half << 1) - rest;
		}
		if ((m & (m - 1) ? 2 : 4) * rest < scale)
			return put_fixed(text, value < 0, (uint64_t)q, places);
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
		return put_fixed(text, value < 0, (uint64_t)fabs(value), 0);
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
