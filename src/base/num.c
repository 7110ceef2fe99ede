#include "base/num.h"

#include <errno.h>
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

bool num_read_double(struct str s, double *value)
{
	return num_read_scaled(s, 0, value);
}

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

	if (!num_read_u64(str_slice(s, minus, s.len), &read) || read > (uint64_t)INT64_MAX)
		return false;
	*value = minus ? -(int64_t)read : (int64_t)read;
	return true;
}

bool num_whole(double value)
{
	return fabs(value) < 9007199254740992.0 && num_same(value, trunc(value));
}

bool num_write_double(struct buf *buf, double value)
{
	char text[32];

	if (isnan(value))
		return buf_cstr(buf, "NaN");
	if (isinf(value))
		return buf_cstr(buf, value > 0 ? "+Inf" : "-Inf");
	if (num_whole(value) && fabs(value) < 1e15)
		return buf_fmt(buf, "%lld", (long long)value);
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (num_same(strtod(text, NULL), value))
			break;
	}
	return buf_cstr(buf, text);
}
