/* Default tiers against tables worked out by hand. */
#include "model/alerting.h"
#include "tests/unit/unit.h"

#include <math.h>

struct tier_row {
	const char *name, *severity, *long_, *short_;
	double factor;
};

/* 30 days: The Site Reliability Workbook, "Alerting on SLOs", table 5-8 (2 % in 1 h, 5 % in 6 h, 10 % in 3 d), and the
 * tier of 10 % in 1 d that goes between. 28 days: the same parts of a budget of 672 h, as sloth has them: 0.02 * 672 =
 * 13.44, 0.05 * 672 / 6 = 5.6, 0.1 * 672 / 24 = 2.8, 0.1 * 672 / 72 = 0.9333. 7 days: 1 h * 7 / 30 = 14 min is told as
 * 15 min, 0.02 * 168 / 0.25 = 13.44; 84 min as 1 h, 8.4; 5.6 h as 6 h, 2.8; 16.8 h as 12 h, 1.4. 1 day: 1 h / 30 = 2
 * min is too short, so 5 min with the factor of 30 days. */
static const struct {
	struct span window;
	struct tier_row tiers[4];
} cases[] = {
	{{30 * SPAN_DAY},
	 {{"page-fast", "page", "1h", "5m", 14.4},
	  {"page-slow", "page", "6h", "30m", 6},
	  {"ticket-fast", "ticket", "1d", "2h", 3},
	  {"ticket-slow", "ticket", "3d", "6h", 1}}},
	{{28 * SPAN_DAY},
	 {{"page-fast", "page", "1h", "5m", 13.44},
	  {"page-slow", "page", "6h", "30m", 5.6},
	  {"ticket-fast", "ticket", "1d", "2h", 2.8},
	  {"ticket-slow", "ticket", "3d", "6h", 2.8 / 3}}},
	{{7 * SPAN_DAY},
	 {{"page-fast", "page", "15m", "1m", 13.44},
	  {"page-slow", "page", "1h", "5m", 8.4},
	  {"ticket-fast", "ticket", "6h", "30m", 2.8},
	  {"ticket-slow", "ticket", "12h", "1h", 1.4}}},
	{{SPAN_DAY},
	 {{"page-fast", "page", "5m", "1m", 14.4},
	  {"page-slow", "page", "10m", "1m", 7.2},
	  {"ticket-fast", "ticket", "1h", "5m", 2.4},
	  {"ticket-slow", "ticket", "2h", "10m", 1.2}}},
	{{90 * SPAN_DAY},
	 {{"page-fast", "page", "3h", "15m", 14.4},
	  {"page-slow", "page", "1d", "2h", 4.5},
	  {"ticket-fast", "ticket", "3d", "6h", 3},
	  {"ticket-slow", "ticket", "7d", "12h", 9.0 / 7}}},
};

START_TEST(burn_tiers_keep_their_part_of_the_budget_in_every_window)
{
	struct arena arena;
	const struct alerting *alerting;

	arena_init(&arena);
	alerting = alerting_default(&arena, &(struct alerting_basis){.window = cases[_i].window});
	for (size_t i = 0; i < 4; i++) {
		const struct tier_row *row = &cases[_i].tiers[i];
		const struct tier *tier = alerting_tier(alerting, str_of(row->name));

		ck_assert_msg(tier != NULL, "%s", row->name);
		ck_assert_int_eq(tier->kind, TIER_BURN);
		ck_assert(str_is(tier->severity, row->severity));
		ck_assert_str_eq(span_text(tier->long_).text, row->long_);
		ck_assert_str_eq(span_text(tier->short_).text, row->short_);
		ck_assert_double_eq_tol(tier->factor, row->factor, 1e-9);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(no_window_rounds_to_nothing_or_reaches_the_slos_own)
{
	struct arena arena;

	arena_init(&arena);
	for (int64_t minutes = 60; minutes <= 366 * 1440; minutes += minutes / 7 + 1) {
		struct span window = {minutes * SPAN_MINUTE};
		const struct alerting *alerting = alerting_default(&arena, &(struct alerting_basis){.window = window});

		for (size_t i = 0; i < alerting->len; i++) {
			const struct tier *tier = &alerting->tiers[i];

			if (tier->kind != TIER_BURN)
				continue;
			ck_assert_int_ge(tier->short_.ms, SPAN_MINUTE);
			ck_assert_int_lt(tier->short_.ms, tier->long_.ms);
			ck_assert_int_lt(tier->long_.ms, window.ms);
			ck_assert_double_gt(tier->factor, 0.5);
			ck_assert_double_lt(tier->factor, 25);
			ck_assert_uint_lt(alerting_window(alerting, tier->long_), alerting->windows_len);
			ck_assert_uint_lt(alerting_window(alerting, tier->short_), alerting->windows_len);
		}
	}
	arena_release(&arena);
}
END_TEST

START_TEST(burn_windows_rise_are_named_by_their_length_and_stay_below_the_slos)
{
	static const int64_t windows[] = {SPAN_HOUR, SPAN_DAY, 7 * SPAN_DAY, 30 * SPAN_DAY, 365 * SPAN_DAY};
	struct arena arena;

	arena_init(&arena);
	for (size_t w = 0; w < COUNT_OF(windows); w++) {
		struct alerting_basis basis = {.window = {windows[w]}, .per_step = true};
		const struct alerting *alerting = alerting_default(&arena, &basis);

		for (size_t i = 0; i < alerting->windows_len; i++) {
			const struct burn_window *window = &alerting->windows[i];
			struct span span = {0};

			ck_assert(span_read(window->name, &span));
			ck_assert_int_eq(span.ms, window->span.ms);
			ck_assert(i == 0 || window->span.ms > window[-1].span.ms);
			ck_assert_int_lt(window->span.ms, windows[w]);
		}
	}
	arena_release(&arena);
}
END_TEST

START_TEST(tiers_of_closed_periods_are_called_by_their_windows)
{
	struct alerting_basis basis = {
		.window = {SPAN_DAY},
		.calendars = {STR("month"), STR("2 weeks"), STR("day Etc/GMT+1"), STR("day Etc/GMT-1")},
		.calendars_len = 4,
	};
	static const char *const names[] = {"month-missed", "2-weeks-missed", "day-Etc-GMT-1-missed",
					    "day-Etc-GMT-1-missed-4"};
	static const char *const others[] = {"missed", "-missed",        "2-missed", "mnoth-missed",
					     "month",  "a-month-missed", ""};
	const struct alerting *alerting;
	struct arena arena;

	arena_init(&arena);
	alerting = alerting_default(&arena, &basis);
	ck_assert_uint_eq(alerting->len, 14);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct tier *tier = &alerting->tiers[10 + i];

		ck_assert_msg(str_is(tier->name, names[i]), "%.*s", STR_ARG(tier->name));
		ck_assert(str_eq(tier->window, basis.calendars[i]) && alerting_is_calendar(tier->window));
		ck_assert(alerting_is_missed_name(tier->name) || i == 3);
	}
	for (size_t i = 0; i < COUNT_OF(others); i++)
		ck_assert_msg(!alerting_is_missed_name(str_of(others[i])), "%s", others[i]);
	arena_release(&arena);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("model/alerting");

	tcase_add_loop_test(tcase, burn_tiers_keep_their_part_of_the_budget_in_every_window, 0, (int)COUNT_OF(cases));
	tcase_add_test(tcase, no_window_rounds_to_nothing_or_reaches_the_slos_own);
	tcase_add_test(tcase, burn_windows_rise_are_named_by_their_length_and_stay_below_the_slos);
	tcase_add_test(tcase, tiers_of_closed_periods_are_called_by_their_windows);
	return unit_run("model/alerting", tcase);
}
