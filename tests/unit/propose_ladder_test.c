/* Histories and the objectives that they would have met: a table worked out by hand. */
#include "propose/ladder.h"

#include "tests/unit/unit.h"

static const struct span month = {30 * SPAN_DAY};

static const struct history {
	double bad, total, known;
	const char *objective; /* NULL: none */
	double left;
	const char *stricter;
	bool too_fine;
} histories[] = {
	{0, 1e6, 1, "99.99%", 1, NULL, false},
	{90, 1e6, 1, "99.99%", 0.1, NULL, false}, /* a tenth is left, and no less */
	{91, 1e6, 1, "99.95%", 0.818, "99.99%", false},
	{999, 1e6, 1, "99.5%", 0.8002, "99.9%", false}, /* met, but by a hair */
	{20000, 1e6, 1, "95%", 0.6, "99%", false},
	{90000, 1e6, 0.5, "90%", 0.1, "95%", false},
	{90001, 1e6, 1, NULL, 0, NULL, false},
	{0, 43200, 1, "99.95%", 1, "99.99%", true}, /* minutes of a month: 4.3 of them are a budget of chance */
	{0, 50, 1, "90%", 1, "95%", true},
	{0, 49, 1, NULL, 0, NULL, false},
	{0, 0, 1, NULL, 0, NULL, false},
	{0, 1e6, 0.8 / 30, "99.99%", 1, NULL, false}, /* a day, nearly */
	{0, 1e6, 0.79 / 30, NULL, 0, NULL, false},
	{0, 1e6, 0, NULL, 0, NULL, false},
};

START_TEST(the_strictest_objective_with_a_tenth_of_its_budget_left_is_taken)
{
	for (size_t i = 0; i < COUNT_OF(histories); i++) {
		const struct history *history = &histories[i];
		struct measured measured = {.bad = history->bad, .total = history->total, .known = history->known};

		ladder_judge(&measured, month);
		ck_assert_msg((measured.objective != NULL) == (history->objective != NULL), "history %zu", i);
		ck_assert_msg((measured.doubt.len == 0) == (history->objective != NULL), "history %zu", i);
		if (!history->objective)
			continue;
		ck_assert_str_eq(measured.objective, history->objective);
		ck_assert_double_eq_tol(measured.left, history->left, 1e-9);
		ck_assert_str_eq(measured.stricter ? measured.stricter : "",
				 history->stricter ? history->stricter : "");
		ck_assert_msg(measured.stricter_too_fine == history->too_fine, "history %zu", i);
	}
}
END_TEST

START_TEST(of_less_than_a_day_most_has_to_be_known)
{
	struct measured measured = {.total = 1000, .known = 0.81};

	ladder_judge(&measured, (struct span){6 * SPAN_HOUR});
	ck_assert_ptr_nonnull(measured.objective);
	measured = (struct measured){.total = 1000, .known = 0.79};
	ladder_judge(&measured, (struct span){6 * SPAN_HOUR});
	ck_assert_ptr_null(measured.objective);
}
END_TEST

UNIT_MAIN("propose/ladder", the_strictest_objective_with_a_tenth_of_its_budget_left_is_taken,
	  of_less_than_a_day_most_has_to_be_known)
