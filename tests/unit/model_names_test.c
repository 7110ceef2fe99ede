/* The tables of names that go with the model's enums. */
#include "model/result.h"
#include "tests/unit/unit.h"

static void check_distinct(const char *const *names, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		ck_assert_msg(names[i] && *names[i], "value %zu has no name", i);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(names[i], names[j]);
	}
}

START_TEST(every_value_of_an_enum_has_a_name_of_its_own)
{
	check_distinct(sli_kind_names, SLI_KINDS);
	check_distinct(comparison_signs, COMPARISONS);
	check_distinct(data_state_names, DATA_STATES);
	check_distinct(burn_window_names, BURN_WINDOWS);
}
END_TEST

START_TEST(burn_windows_rise_and_are_named_by_their_length)
{
	for (size_t i = 0; i < BURN_WINDOWS; i++) {
		struct span span = {0};

		ck_assert(span_read(str_of(burn_window_names[i]), &span));
		ck_assert_int_eq(span.ms, burn_windows[i].ms);
		ck_assert(i == 0 || burn_windows[i].ms > burn_windows[i - 1].ms);
	}
}
END_TEST

UNIT_MAIN("model/names", every_value_of_an_enum_has_a_name_of_its_own, burn_windows_rise_and_are_named_by_their_length)
