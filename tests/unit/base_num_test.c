#include "base/num.h"
#include "tests/unit/unit.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/* Digits of a number without sign, point, leading zeros and exponent. */
static size_t significant_digits(const char *text)
{
	size_t digits = 0, zeros = 0;

	for (; *text && *text != 'e'; text++) {
		if (!ascii_digit(*text) || (digits == 0 && *text == '0'))
			continue;
		zeros = *text == '0' ? zeros + 1 : 0;
		digits++;
	}
	return digits - zeros;
}

/* The fewest digits that printf needs for strtod to read the same double back. */
static size_t fewest_digits(double value)
{
	char text[64];

	for (int digits = 1; digits < 17; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, value);
		if (num_same(strtod(text, NULL), value))
			return (size_t)digits;
	}
	return 17;
}

static void check_round_trip(double value)
{
	struct buf buf;
	double back = NAN;

	buf_init(&buf, 100);
	ck_assert(num_write_double(&buf, value));
	ck_assert_msg(num_same(strtod(buf.at, NULL), value), "%a is written '%s'", value, buf.at);
	ck_assert_msg(num_read_double(buf_view(&buf), &back) && num_same(back, value), "'%s' is read as %a, not %a",
		      buf.at, back, value);
	ck_assert_msg(significant_digits(buf.at) <= fewest_digits(value), "%a is written '%s', %zu digits are enough",
		      value, buf.at, fewest_digits(value));
	buf_release(&buf);
}

START_TEST(every_double_is_written_in_the_fewest_digits_that_read_back)
{
	static const double edges[] = {0.1,
				       0.99,
				       1e-5,
				       1e15,
				       1e16,
				       9007199254740991.0,
				       9007199254740993.0,
				       DBL_MAX,
				       DBL_MIN,
				       5e-324,
				       1.0 / 3,
				       1e21,
				       1e22,
				       123456789012345680.0,
				       0.3,
				       2e-310,
				       4503599627370497.5,
				       -0.5,
				       -1e-320};
	uint64_t state = 1;

	for (size_t i = 0; i < COUNT_OF(edges); i++)
		check_round_trip(edges[i]);
	for (unsigned i = 0; i < 200000; i++) {
		uint64_t bits = unit_random(&state);
		double value;

		memcpy(&value, &bits, sizeof(value));
		if (isfinite(value))
			check_round_trip(value);
	}
}
END_TEST

START_TEST(numbers_of_everyday_size_are_written_in_the_fewest_digits_too)
{
	uint64_t state = 2;

	for (unsigned i = 0; i < 200000; i++) {
		double part = (double)(unit_random(&state) >> 11) / 9007199254740992.0;

		check_round_trip(part * pow(10, (double)(unit_random(&state) % 16) - 4));
		check_round_trip((double)(unit_random(&state) % 100000) / 1000);
	}
}
END_TEST

START_TEST(values_without_digits_are_written_as_prometheus_does)
{
	struct buf buf;

	buf_init(&buf, 100);
	num_write_double(&buf, (double)NAN);
	buf_char(&buf, ' ');
	num_write_double(&buf, HUGE_VAL);
	buf_char(&buf, ' ');
	num_write_double(&buf, -HUGE_VAL);
	ck_assert_str_eq(buf.at, "NaN +Inf -Inf");
	buf_release(&buf);
}
END_TEST

START_TEST(a_percentage_is_exactly_the_double_that_the_fraction_would_be)
{
	static const struct {
		const char *text;
		int exponent;
		double value;
	} rows[] = {
		{"99.9", -2, 0.999}, {"99.5", -2, 0.995},   {"99.99", -2, 0.9999}, {"99.999", -2, 0.99999},
		{"95", -2, 0.95},    {"99.95", -2, 0.9995}, {"58.3", -2, 0.583},   {"1e2", -2, 1.0},
		{"0.5e1", -2, 0.05}, {"500", -3, 0.5},      {"+99.9", -2, 0.999},  {".5", -2, 0.005},
		{"5.", -2, 0.05},    {"1e-7", 3, 1e-4},     {"-7", -2, -0.07},     {"99.9999999", -2, 0.999999999},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		double value = NAN;

		ck_assert_msg(num_read_scaled(str_of(rows[i].text), rows[i].exponent, &value), "'%s' is refused",
			      rows[i].text);
		ck_assert_msg(num_same(value, rows[i].value), "'%s' is %.17g, not %.17g", rows[i].text, value,
			      rows[i].value);
	}
}
END_TEST

/* The second way: the decimal point is moved in the text before the C library reads it. */
START_TEST(scaling_moves_the_decimal_point_and_nothing_else)
{
	uint64_t state = 3;

	for (unsigned i = 0; i < 100000; i++) {
		unsigned long whole = unit_random(&state) % 100, part = unit_random(&state) % 1000000;
		char percent[40], fraction[40];
		double value = NAN;

		snprintf(percent, sizeof(percent), "%02lu.%06lu", whole, part);
		snprintf(fraction, sizeof(fraction), "0.%02lu%06lu", whole, part);
		ck_assert(num_read_scaled(str_of(percent), -2, &value));
		ck_assert_msg(num_same(value, strtod(fraction, NULL)), "'%s' %% is %.17g", percent, value);
	}
}
END_TEST

START_TEST(what_is_not_wholly_a_decimal_number_is_refused)
{
	static const char *const rows[] = {"",           " 1",       "1 ",       "1\n",       "0x10",  "inf",   "nan",
					   "NaN",        "Infinity", "1e",       "1e+",       "e5",    ".",     "+",
					   "-",          "--1",      "+-1",      "1,5",       "1_000", "1.2.3", "1e5.0",
					   "1e400",      "-1e400",   "1e999999", "1e9999999", "99.9%", "1d",    "1f",
					   "\xC2\xA0-1", "٣",        "1e 5"};
	double value = 42;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ck_assert_msg(!num_read_double(str_of(rows[i]), &value), "'%s' is taken for %g", rows[i], value);
	ck_assert_msg(!num_read_double((struct str){"1\0002", 3}, &value), "a NUL inside is taken");
	ck_assert_msg(num_same(value, 42), "a refusal changed the value");
}
END_TEST

START_TEST(a_number_with_more_digits_than_any_double_needs_is_refused_and_a_long_one_read)
{
	char text[600];
	double value = 0;

	memset(text, '0', sizeof(text));
	text[0] = '1';
	ck_assert(num_read_double((struct str){text, 300}, &value));
	ck_assert(num_same(value, 1e299));
	ck_assert(!num_read_double((struct str){text, sizeof(text)}, &value));
	text[1] = '.';
	ck_assert(num_read_double((struct str){text, 400}, &value));
	ck_assert(num_same(value, 1));
}
END_TEST

START_TEST(sample_values_may_be_nan_and_infinite_in_any_case)
{
	static const struct {
		const char *text;
		double value;
	} rows[] = {{"Inf", HUGE_VAL}, {"+Inf", HUGE_VAL},  {"-Inf", -HUGE_VAL},
		    {"inf", HUGE_VAL}, {"-INF", -HUGE_VAL}, {"1.5", 1.5}};
	static const char *const refused[] = {"", "in", "Infi", "+", "+NaN", "nanx", "N/A", "infinity"};
	double value = 0;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ck_assert_msg(num_read_sample(str_of(rows[i].text), &value), "'%s' is refused", rows[i].text);
		ck_assert_msg(num_same(value, rows[i].value), "'%s' is %g", rows[i].text, value);
	}
	ck_assert(num_read_sample(STR("NaN"), &value) && isnan(value));
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		ck_assert_msg(!num_read_sample(str_of(refused[i]), &value), "'%s' is taken", refused[i]);
}
END_TEST

START_TEST(whole_numbers_are_read_up_to_their_bounds_and_not_beyond)
{
	static const struct {
		const char *text;
		bool is_u64, is_i64;
		uint64_t u64;
		int64_t i64;
	} rows[] = {
		{"0", true, true, 0, 0},
		{"007", true, true, 7, 7},
		{"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
		{"9223372036854775808", true, false, (uint64_t)INT64_MAX + 1, 0},
		{"18446744073709551615", true, false, UINT64_MAX, 0},
		{"18446744073709551616", false, false, 0, 0},
		{"99999999999999999999999", false, false, 0, 0},
		{"-1", false, true, 0, -1},
		{"-9223372036854775808", false, true, 0, INT64_MIN},
		{"-9223372036854775809", false, false, 0, 0},
		{"", false, false, 0, 0},
		{"-", false, false, 0, 0},
		{"--1", false, false, 0, 0},
		{"+1", false, false, 0, 0},
		{"1.0", false, false, 0, 0},
		{" 1", false, false, 0, 0},
		{"1e3", false, false, 0, 0},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint64_t u64 = 0;
		int64_t i64 = 0;

		ck_assert_msg(num_read_u64(str_of(rows[i].text), &u64) == rows[i].is_u64, "'%s' as u64", rows[i].text);
		ck_assert_msg(num_read_i64(str_of(rows[i].text), &i64) == rows[i].is_i64, "'%s' as i64", rows[i].text);
		ck_assert_msg(u64 == rows[i].u64 && i64 == rows[i].i64, "'%s' has another value", rows[i].text);
	}
}
END_TEST

START_TEST(a_double_is_whole_up_to_the_last_that_has_no_gap_behind_it)
{
	ck_assert(num_whole(0) && num_whole(-3) && num_whole(9007199254740991.0));
	ck_assert(!num_whole(0.5) && !num_whole(9007199254740992.0) && !num_whole((double)NAN) && !num_whole(HUGE_VAL));
}
END_TEST

UNIT_MAIN("base/num", every_double_is_written_in_the_fewest_digits_that_read_back,
	  numbers_of_everyday_size_are_written_in_the_fewest_digits_too,
	  values_without_digits_are_written_as_prometheus_does,
	  a_percentage_is_exactly_the_double_that_the_fraction_would_be,
	  scaling_moves_the_decimal_point_and_nothing_else, what_is_not_wholly_a_decimal_number_is_refused,
	  a_number_with_more_digits_than_any_double_needs_is_refused_and_a_long_one_read,
	  sample_values_may_be_nan_and_infinite_in_any_case, whole_numbers_are_read_up_to_their_bounds_and_not_beyond,
	  a_double_is_whole_up_to_the_last_that_has_no_gap_behind_it)
