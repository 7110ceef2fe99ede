/* The fast reading of decimals gives the very bits that strtod gives. */
#include "source/decimal.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static uint64_t bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* True where decimal_read took the whole text; it must then agree with strtod to the bit. */
static bool agrees(const char *text)
{
	const char *end = text + strlen(text);
	double value = -1, truth = strtod(text, NULL);
	const char *behind = decimal_read(text, end, &value);

	if (behind != end)
		return false;
	/* Check notes down each assertion that holds: too slow for millions */
	if (bits_of(value) != bits_of(truth) || decimal_read(text, end, NULL) != end)
		ck_abort_msg("%s: %.17g instead of %.17g", text, value, truth);
	return true;
}

/* As Go's strconv.FormatFloat(value, 'f', -1, 64) for values with many digits: the fewest that read back, no
 * exponent. */
static void print_the_go_way(double value, char *text, size_t size)
{
	char digits[40];
	int exponent, places;

	for (int precision = 13; precision <= 16; precision++) {
		snprintf(digits, sizeof(digits), "%.*e", precision, value);
		if (bits_of(strtod(digits, NULL)) != bits_of(value))
			continue;
		exponent = (int)strtol(strchr(digits, 'e') + 1, NULL, 10);
		places = precision > exponent ? precision - exponent : 0;
		/* with the digits that are significant there is nothing left to round */
		snprintf(text, size, "%.*f", places, value);
		return;
	}
	ck_abort_msg("17 digits did not tell %a", value);
}

START_TEST(random_doubles_read_as_strtod_reads_them)
{
	uint64_t state = 1;
	size_t fast = 0;

	for (int i = 0; i < 500000; i++) {
		uint64_t random = unit_random(&state);
		/* 2^-20 to 2^40: Prometheus writes what is below 1e-6 with an exponent */
		double value = ldexp((double)(random >> 11) / 9007199254740992.0, (int)(random % 61) - 20);
		char text[64];

		print_the_go_way(random & 1 ? value : -value, text, sizeof(text));
		fast += agrees(text);
	}
	ck_assert_uint_gt(fast, 490000); /* a fast way that is hardly taken would be none */
}
END_TEST

START_TEST(random_digits_read_as_strtod_reads_them)
{
	uint64_t state = 7;

	for (int i = 0; i < 1000000; i++) {
		uint64_t random = unit_random(&state);
		char digits[32], text[64];
		int len = 1 + (int)(random % 19), zeros = (int)((random >> 16) % 9);
		int point = (int)((random >> 8) % (uint64_t)(len + 1));

		for (int d = 0; d < len; d++)
			digits[d] = (char)('0' + unit_random(&state) % 10);
		if (point == 0)
			snprintf(text, sizeof(text), "0.%.*s%.*s", zeros, "00000000", len, digits);
		else if (point == len)
			snprintf(text, sizeof(text), "%.*s", len, digits);
		else
			snprintf(text, sizeof(text), "%.*s.%.*s", point, digits, len - point, digits + point);
		if (!agrees(text))
			ck_abort_msg("%s", text);
	}
}
END_TEST

/* Half-way between two doubles, and one unit of the last digit beside it: where rounding goes wrong first. */
START_TEST(ties_between_two_doubles_round_to_even)
{
	uint64_t state = 3;

	for (int i = 0; i < 200000; i++) {
		/* 54 bits of which the last is set: exactly between two doubles; divided by 2^k it has k decimals */
		uint64_t tie = UINT64_C(1) << 53 | unit_random(&state) >> 11 | 1;
		int k = (int)(unit_random(&state) % 4);
		char text[64];

		snprintf(text, sizeof(text), "%.*Lf", k, (long double)tie / (long double)(1 << k));
		if (!agrees(text))
			ck_abort_msg("%s", text);
		text[strlen(text) - 1] ^= 1;
		if (!agrees(text))
			ck_abort_msg("%s", text);
	}
	ck_assert(agrees("9007199254740993"));
	ck_assert(agrees("9007199254740995"));
	ck_assert(agrees("4503599627370496.5"));
	ck_assert(agrees("4503599627370497.5"));
	ck_assert(agrees("0.500000000000000166"));
}
END_TEST

static const char *const whole[] = {"0",
				    "-0",
				    "0.0",
				    "00012.50",
				    "1",
				    "-1.5",
				    "123456789.125",
				    "0.1",
				    "0.3",
				    "9999999999999999999",
				    "0.000000000000000000000000001",
				    "0.0000000000000000000000000"};

START_TEST(common_forms_are_read_whole)
{
	for (size_t i = 0; i < COUNT_OF(whole); i++)
		ck_assert_msg(agrees(whole[i]), "%s", whole[i]);
}
END_TEST

static const struct {
	const char *description, *text;
} others[] = {
	{"nothing", ""},
	{"a sign alone", "-"},
	{"a plus sign", "+1"},
	{"a point in front", ".5"},
	{"a point behind", "5."},
	{"20 digits", "12345678901234567890"},
	{"28 decimals", "0.0000000000000000000000000001"},
	{"a word", "NaN"},
};

START_TEST(other_forms_are_left_to_others)
{
	for (size_t i = 0; i < COUNT_OF(others); i++)
		ck_assert_msg(!decimal_read(others[i].text, others[i].text + strlen(others[i].text), NULL), "%s",
			      others[i].description);
}
END_TEST

START_TEST(reading_stops_where_the_number_ends)
{
	const char *text = "12.5e3";

	ck_assert_ptr_eq(decimal_read(text, text + 6, NULL), text + 4);
	ck_assert_ptr_eq(decimal_read(text, text + 2, NULL), text + 2);
}
END_TEST

UNIT_MAIN("source/decimal", random_doubles_read_as_strtod_reads_them, random_digits_read_as_strtod_reads_them,
	  ties_between_two_doubles_round_to_even, common_forms_are_read_whole, other_forms_are_left_to_others,
	  reading_stops_where_the_number_ends)
