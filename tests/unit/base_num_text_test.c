/* Numbers to text: the fast path must give what printf and reading back give. */
#include "base/num.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The second way: as few digits from 15 up as read back, by the C library alone. */
static size_t by_printf(char text[static NUM_TEXT], double value)
{
	int len = 0;

	for (int digits = 15; digits <= 17; digits++) {
		len = snprintf(text, NUM_TEXT, "%.*g", digits, value);
		if (num_same(strtod(text, NULL), value))
			break;
	}
	return (size_t)len;
}

static void check_number(double value)
{
	char ours[NUM_TEXT], theirs[NUM_TEXT];
	size_t len = num_text(ours, value), expected = by_printf(theirs, value);

	ck_assert_msg(len == expected && memcmp(ours, theirs, len) == 0, "'%.*s' where printf says '%.*s'", (int)len,
		      ours, (int)expected, theirs);
}

START_TEST(numbers_of_every_size_read_as_printf_writes_them)
{
	uint64_t state = 88172645463325252u;

	for (int i = 0; i < 200000; i++) {
		double part;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		part = (double)(state >> 11) * 0x1p-53;
		check_number(ldexp(part, (int)(i % 60) - 20));
		check_number(-part);
		check_number(1 - part * 1e-4);
		check_number(floor(part * 1e6) / 1e6);
	}
}
END_TEST

START_TEST(numbers_around_powers_of_ten_and_two_read_back)
{
	for (int exponent = -8; exponent < 14; exponent++) {
		double ten = pow(10, exponent), two = ldexp(1, exponent - 4);

		check_number(ten);
		check_number(ten * 0.1);
		check_number(nextafter(ten, 0));
		check_number(nextafter(ten, HUGE_VAL));
		check_number(nextafter(two, 0));
		check_number(nextafter(two, HUGE_VAL));
	}
}
END_TEST

static const struct {
	double value;
	const char *text, *about;
} rows[] = {
	{0, "0", "nothing"},
	{-0.0, "0", "no negative zero: it would read as a change"},
	{42, "42", "a whole number"},
	{-7, "-7", "a negative whole number"},
	{0.999, "0.999", "an objective"},
	{-0.25, "-0.25", "a negative fraction"},
	{0.0001, "0.0001", "the smallest in plain notation"},
	{1e15, "1e+15", "a large number"},
	{(double)NAN, "NaN", "not a number"},
	{HUGE_VAL, "+Inf", "never"},
	{-HUGE_VAL, "-Inf", "minus infinity"},
};

START_TEST(special_numbers_read_as_prometheus_writes_them)
{
	char text[NUM_TEXT];
	size_t len = num_text(text, rows[_i].value);

	ck_assert_msg(len == strlen(rows[_i].text) && memcmp(text, rows[_i].text, len) == 0, "%s: '%.*s'",
		      rows[_i].about, (int)len, text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base num text");
	TCase *cases = tcase_create("text");
	SRunner *runner;
	int failed;

	tcase_add_test(cases, numbers_of_every_size_read_as_printf_writes_them);
	tcase_add_test(cases, numbers_around_powers_of_ten_and_two_read_back);
	tcase_add_loop_test(cases, special_numbers_read_as_prometheus_writes_them, 0, sizeof(rows) / sizeof(*rows));
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
