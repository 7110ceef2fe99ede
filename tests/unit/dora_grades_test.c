/* Levels at and beside the bounds of each report, and the scores of the quick check. */
#include "dora/dora.h"
#include "dora/grades.h"
#include "unit.h"

#include <math.h>

#define HOUR 3600.0
#define DAY  86400.0

/* Levels as letters: frequency, lead time, failure rate, recovery; E H M L, and - for none. */
static const struct {
	unsigned year;
	double per_day, lead, failing, recovery;
	const char *levels;
} rows[] = {
	{2024, 1.01, DAY - 1, 0.05, HOUR - 1, "EEEE"},
	{2024, 1, DAY, 0.051, HOUR, "HHHH"},
	{2024, 1.0 / 7, 7 * DAY, 0.2, DAY - 1, "HHHH"},
	{2024, 0.142, 7 * DAY + 1, 0.1, DAY, "MMHL"}, /* medium fails 10 %, high 20 %: the best row that holds */
	{2024, 1.0 / 30, 30 * DAY, 0.201, 8 * DAY, "MMLL"},
	{2024, 0.033, 30 * DAY + 1, 1, 99 * DAY, "LLLL"},
	{2024, 0, NAN, NAN, NAN, "L---"},
	{2024, NAN, NAN, 0, NAN, "--E-"},
	{2023, 2, HOUR, 0.05, HOUR - 1, "EEEE"},
	{2023, 0.9, 2 * DAY, 0.1, DAY - 1, "HHHH"},
	{2023, 0.1, 8 * DAY, 0.15, 7 * DAY, "MMMM"},
	{2023, 0.01, 31 * DAY, 0.16, 8 * DAY, "LLLL"},
	{2022, 9, 1, 0, 1, "HHHH"}, /* nobody is elite */
	{2022, 1, 30 * DAY, 0.3, DAY, "MMMM"},
	{2022, 0.01, 31 * DAY, 0.31, 8 * DAY, "LLLL"},
	{2021, 2, HOUR - 1, 0.15, HOUR - 1, "EEEE"},
	{2021, 1, HOUR, 0.16, HOUR, "HHHH"},
	{2021, 0.03, 8 * DAY, 0.3, DAY, "MMHM"},
	{2021, 0.005, 183 * DAY, 0.31, 8 * DAY, "LLLL"},
	{2025, 9, 1, 0, 1, "----"},
	{2020, 9, 1, 0, 1, "----"},
};

START_TEST(levels_are_the_best_row_that_holds)
{
	struct dora_metrics metrics = {.deployments_per_day = rows[_i].per_day,
				       .lead = {1, rows[_i].lead, 0, 0},
				       .change_failure_ratio = rows[_i].failing,
				       .recovery = {1, rows[_i].recovery, 0, 0},
				       .rework_ratio = 0};
	struct dora_grades grades;
	char levels[5] = "";

	dora_grade(&metrics, rows[_i].year, &grades);
	for (int i = 0; i < 4; i++)
		levels[i] = "-LMHE"[grades.levels[i]];
	ck_assert_msg(strcmp(levels, rows[_i].levels) == 0, "row %d: %s, not %s", _i, levels, rows[_i].levels);
	ck_assert_int_eq(grades.levels[DORA_REWORK_RATE], LEVEL_NONE);
	ck_assert_uint_eq(grades.year, rows[_i].year);
}
END_TEST

static const struct {
	double per_day, lead, failing, recovery, rework;
	double scores[DORA_METRICS], score;
} scored[] = {
	{25, HOUR - 1, 0, 60, 0, {10, 10, 10, 10, 10}, 10},
	{24, HOUR, 0.19, DAY - 1, 0.22, {8, 8, 8.1, 8, 7.8}, 7.98},
	{1, DAY, 0.5, 7 * DAY, 1, {8, 6, 5, 6, 0}, 5},
	{0.5, 8 * DAY, 1, 30 * DAY, 0, {6, 4, 0, 4, 10}, 4.8},
	{1.0 / 7, 31 * DAY, 0, 182 * DAY, 0, {6, 2, 10, 2, 10}, 6},
	{0.1, 183 * DAY, 0, 1, 0, {4, 0, 10, 10, 10}, 6.8},
	{0.01, 1, 0, 1, 0, {2, 10, 10, 10, 10}, 8.4},
	{0, 1, 0, 1, 0, {0, 10, 10, 10, 10}, 8},
	{2, 1, 0, NAN, 0, {8, 10, 10, NAN, 10}, NAN},
};

START_TEST(scores_are_those_of_the_quick_check)
{
	struct dora_metrics metrics = {.deployments_per_day = scored[_i].per_day,
				       .lead = {1, scored[_i].lead, 0, 0},
				       .change_failure_ratio = scored[_i].failing,
				       .recovery = {1, scored[_i].recovery, 0, 0},
				       .rework_ratio = scored[_i].rework};
	struct dora_grades grades;

	dora_grade(&metrics, 2025, &grades);
	for (int i = 0; i < DORA_METRICS; i++) {
		double got = grades.scores[i], due = scored[_i].scores[i];

		ck_assert_msg(isnan(due) ? isnan(got) : fabs(got - due) < 1e-9, "row %d, %s: %g, not %g", _i,
			      dora_metric_names[i], got, due);
	}
	ck_assert_msg(isnan(scored[_i].score) ? isnan(grades.score) : fabs(grades.score - scored[_i].score) < 1e-9,
		      "row %d: %g, not %g", _i, grades.score, scored[_i].score);
}
END_TEST

START_TEST(each_table_says_where_it_is_from)
{
	for (unsigned year = 2021; year <= 2024; year++)
		ck_assert(grade_table_of(year)->source[0] && grade_table_of(year)->year == year);
	ck_assert(!grade_table_of(2025) && !grade_table_of(0));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dora/grades");

	tcase_add_loop_test(tcase, levels_are_the_best_row_that_holds, 0, COUNT_OF(rows));
	tcase_add_loop_test(tcase, scores_are_those_of_the_quick_check, 0, COUNT_OF(scored));
	tcase_add_test(tcase, each_table_says_where_it_is_from);
	return unit_run("dora/grades", tcase);
}
