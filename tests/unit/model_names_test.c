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
	check_distinct(tier_kind_names, TIER_KINDS);
	check_distinct(alert_phase_names, ALERT_PHASES);
}
END_TEST

UNIT_MAIN("model/names", every_value_of_an_enum_has_a_name_of_its_own)
