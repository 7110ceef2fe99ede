/* Calendar periods: a table by hand, and against the C library's clock in random places. */
#include "model/period.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

static const struct zone *zone_of(const char *name)
{
	struct err err = {0};
	const struct zone *zone = zone_find(str_of(name), &err);

	ck_assert_msg(zone != NULL, "%s: %s", name, err.text);
	return zone;
}

struct period_case {
	const char *zone;
	enum period_unit unit;
	unsigned count;
	struct civil start;
	const char *at, *begin, *end, *name;
};

/* Worked out from the calendar and the zones' published rules. */
static const struct period_case period_cases[] = {
	{"UTC",
	 PERIOD_MONTH,
	 1,
	 {0},
	 "2026-07-14T12:00:00Z",
	 "2026-07-01T00:00:00Z",
	 "2026-08-01T00:00:00Z",
	 "2026-07"},
	{"UTC",
	 PERIOD_MONTH,
	 1,
	 {0},
	 "2026-08-01T00:00:00Z",
	 "2026-08-01T00:00:00Z",
	 "2026-09-01T00:00:00Z",
	 "2026-08"},
	{"UTC",
	 PERIOD_MONTH,
	 1,
	 {0},
	 "2024-02-29T23:59:59Z",
	 "2024-02-01T00:00:00Z",
	 "2024-03-01T00:00:00Z",
	 "2024-02"},
	{"UTC",
	 PERIOD_QUARTER,
	 1,
	 {0},
	 "2026-12-31T23:59:59Z",
	 "2026-10-01T00:00:00Z",
	 "2027-01-01T00:00:00Z",
	 "2026-Q4"},
	{"UTC", PERIOD_YEAR, 1, {0}, "2024-12-31T00:00:00Z", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2024"},
	{"UTC",
	 PERIOD_WEEK,
	 1,
	 {0},
	 "2026-11-26T00:00:00Z",
	 "2026-11-23T00:00:00Z",
	 "2026-11-30T00:00:00Z",
	 "2026-W48"},
	{"UTC",
	 PERIOD_WEEK,
	 1,
	 {0},
	 "2027-01-01T00:00:00Z",
	 "2026-12-28T00:00:00Z",
	 "2027-01-04T00:00:00Z",
	 "2026-W53"},
	{"UTC",
	 PERIOD_WEEK,
	 1,
	 {0},
	 "2024-12-31T00:00:00Z",
	 "2024-12-30T00:00:00Z",
	 "2025-01-06T00:00:00Z",
	 "2025-W01"},
	/* the days on which clocks change have 23 and 25 hours */
	{"Europe/Berlin",
	 PERIOD_DAY,
	 1,
	 {0},
	 "2026-03-29T12:00:00Z",
	 "2026-03-28T23:00:00Z",
	 "2026-03-29T22:00:00Z",
	 "2026-03-29"},
	{"Europe/Berlin",
	 PERIOD_DAY,
	 1,
	 {0},
	 "2026-10-25T12:00:00Z",
	 "2026-10-24T22:00:00Z",
	 "2026-10-25T23:00:00Z",
	 "2026-10-25"},
	{"Europe/Berlin",
	 PERIOD_MONTH,
	 1,
	 {0},
	 "2026-03-31T22:30:00Z",
	 "2026-03-31T22:00:00Z",
	 "2026-04-30T22:00:00Z",
	 "2026-04"},
	{"America/New_York",
	 PERIOD_YEAR,
	 1,
	 {0},
	 "2026-06-01T00:00:00Z",
	 "2026-01-01T05:00:00Z",
	 "2027-01-01T05:00:00Z",
	 "2026"},
	/* 45 minutes aside */
	{"Asia/Kathmandu",
	 PERIOD_MONTH,
	 1,
	 {0},
	 "2026-01-31T18:14:59Z",
	 "2025-12-31T18:15:00Z",
	 "2026-01-31T18:15:00Z",
	 "2026-01"},
	{"Pacific/Chatham",
	 PERIOD_DAY,
	 1,
	 {0},
	 "2026-01-01T00:00:00Z",
	 "2025-12-31T10:15:00Z",
	 "2026-01-01T10:15:00Z",
	 "2026-01-01"},
	/* a day that was left out, and one that began at one o'clock */
	{"Pacific/Apia",
	 PERIOD_DAY,
	 1,
	 {0},
	 "2011-12-30T09:59:59Z",
	 "2011-12-29T10:00:00Z",
	 "2011-12-30T10:00:00Z",
	 "2011-12-29"},
	{"Pacific/Apia",
	 PERIOD_DAY,
	 1,
	 {0},
	 "2011-12-30T10:00:00Z",
	 "2011-12-30T10:00:00Z",
	 "2011-12-31T10:00:00Z",
	 "2011-12-31"},
	{"America/Sao_Paulo",
	 PERIOD_DAY,
	 1,
	 {0},
	 "2018-11-04T12:00:00Z",
	 "2018-11-04T03:00:00Z",
	 "2018-11-05T02:00:00Z",
	 "2018-11-04"},
	/* a beginning of one's own: the fiscal year, the 31st of each month, every other week, mornings */
	{"UTC",
	 PERIOD_YEAR,
	 1,
	 {2020, 4, 1, 0, 0, 0},
	 "2026-03-31T23:59:59Z",
	 "2025-04-01T00:00:00Z",
	 "2026-04-01T00:00:00Z",
	 "2025-04-01"},
	{"UTC",
	 PERIOD_MONTH,
	 1,
	 {2026, 1, 31, 0, 0, 0},
	 "2026-03-01T00:00:00Z",
	 "2026-02-28T00:00:00Z",
	 "2026-03-31T00:00:00Z",
	 "2026-02-28"},
	{"UTC",
	 PERIOD_MONTH,
	 1,
	 {2026, 1, 31, 0, 0, 0},
	 "2026-04-15T00:00:00Z",
	 "2026-03-31T00:00:00Z",
	 "2026-04-30T00:00:00Z",
	 "2026-03-31"},
	{"UTC",
	 PERIOD_YEAR,
	 1,
	 {2024, 2, 29, 0, 0, 0},
	 "2025-03-01T00:00:00Z",
	 "2025-02-28T00:00:00Z",
	 "2026-02-28T00:00:00Z",
	 "2025-02-28"},
	{"UTC",
	 PERIOD_WEEK,
	 2,
	 {2026, 11, 9, 0, 0, 0},
	 "2026-11-22T23:00:00Z",
	 "2026-11-09T00:00:00Z",
	 "2026-11-23T00:00:00Z",
	 "2026-11-09"},
	{"UTC",
	 PERIOD_WEEK,
	 2,
	 {2030, 1, 7, 0, 0, 0},
	 "2026-11-26T00:00:00Z",
	 "2026-11-16T00:00:00Z",
	 "2026-11-30T00:00:00Z",
	 "2026-11-16"},
	{"Europe/Berlin",
	 PERIOD_DAY,
	 1,
	 {2026, 1, 1, 6, 0, 0},
	 "2026-07-02T03:59:00Z",
	 "2026-07-01T04:00:00Z",
	 "2026-07-02T04:00:00Z",
	 "2026-07-01"},
	{"Europe/Berlin",
	 PERIOD_QUARTER,
	 1,
	 {2026, 2, 1, 0, 0, 0},
	 "2026-04-30T21:59:59Z",
	 "2026-01-31T23:00:00Z",
	 "2026-04-30T22:00:00Z",
	 "2026-02-01"},
};

START_TEST(an_instant_lies_in_one_period)
{
	const struct period_case *c = &period_cases[_i];
	struct calendar calendar = {c->unit, c->count, zone_of(c->zone), c->start};
	struct instant at = {0};
	struct period period;

	ck_assert(instant_read(str_of(c->at), &at));
	period = period_at(&calendar, at);
	ck_assert_str_eq(instant_text(period.begin).text, c->begin);
	ck_assert_str_eq(instant_text(period.end).text, c->end);
	ck_assert_str_eq(period_name(&calendar, period).text, c->name);
}
END_TEST

static struct tm clock_at(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	localtime_r(&seconds, &tm);
	return tm;
}

static bool same_period(enum period_unit unit, const struct tm *a, const struct tm *b)
{
	switch (unit) {
	case PERIOD_DAY:
		return a->tm_yday == b->tm_yday && a->tm_year == b->tm_year;
	case PERIOD_WEEK: {
		char left[16], right[16];

		strftime(left, sizeof(left), "%G-%V", a);
		strftime(right, sizeof(right), "%G-%V", b);
		return strcmp(left, right) == 0;
	}
	case PERIOD_MONTH:
		return a->tm_mon == b->tm_mon && a->tm_year == b->tm_year;
	case PERIOD_QUARTER:
		return a->tm_mon / 3 == b->tm_mon / 3 && a->tm_year == b->tm_year;
	case PERIOD_YEAR:
		return a->tm_year == b->tm_year;
	}
	return false;
}

/* The first and last second of a period are of it by the C library's clock, their neighbours are not, and periods
 * follow each other without a gap. */
START_TEST(periods_are_those_of_the_c_library_s_clock)
{
	static const char *const names[] = {"UTC",          "Europe/Berlin",    "America/St_Johns",  "Asia/Kathmandu",
					    "Pacific/Apia", "America/Santiago", "Africa/Casablanca", "Asia/Tehran"};
	uint64_t state = 11;

	for (size_t z = 0; z < sizeof(names) / sizeof(*names); z++) {
		setenv("TZ", names[z], 1);
		tzset();
		for (int i = 0; i < 2000; i++) {
			struct calendar calendar = {(enum period_unit)(i % PERIOD_UNITS), 1, zone_of(names[z]), {0}};
			struct instant at;
			struct period period;
			struct tm in, first, last, before, after;

			state = state * 6364136223846793005u + 1442695040888963407u;
			at.ms = (int64_t)(state >> 32) * 1000; /* 1970 to 2106 */
			period = period_at(&calendar, at);
			in = clock_at(at.ms);
			first = clock_at(period.begin.ms);
			last = clock_at(period.end.ms - 1000);
			before = clock_at(period.begin.ms - 1000);
			after = clock_at(period.end.ms);
			ck_assert(at.ms >= period.begin.ms && at.ms < period.end.ms);
			ck_assert(same_period(calendar.unit, &in, &first) && same_period(calendar.unit, &in, &last));
			ck_assert(!same_period(calendar.unit, &in, &before) &&
				  !same_period(calendar.unit, &in, &after));
			ck_assert_int_eq(period_before(&calendar, period).end.ms, period.begin.ms);
		}
	}
}
END_TEST

/* Every period is found by its own name, whatever the zone; the names are checked against the C library's clock above.
 */
START_TEST(a_period_is_read_back_by_its_name)
{
	static const char *const names[] = {"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Santiago"};
	uint64_t state = 7;

	for (int i = 0; i < 4000; i++) {
		const struct zone *zone = zone_of(names[i % 4]);
		struct calendar calendar = {(enum period_unit)(i % PERIOD_UNITS), 1, zone, {0}}, read;
		struct period period, back;
		struct period_name name;
		struct err err = {0};

		state = state * 6364136223846793005u + 1442695040888963407u;
		period = period_at(&calendar, (struct instant){SPAN_DAY * 400 + (int64_t)(state >> 32) * 1000});
		name = period_name(&calendar, period);
		ck_assert_msg(period_read(str_of(name.text), zone, &read, &back, &err), "%s: %s", name.text, err.text);
		ck_assert_int_eq(read.unit, calendar.unit);
		ck_assert_int_eq(back.begin.ms, period.begin.ms);
		ck_assert_int_eq(back.end.ms, period.end.ms);
	}
}
END_TEST

START_TEST(what_is_no_period_is_refused)
{
	static const char *const texts[] = {
		"",         "26",        "2026-",       "2026-13",  "2026-00",    "2026-1",     "2026-Q0",
		"2026-Q5",  "2026-q4",   "2026-W00",    "2026-W54", "2025-W53",   "2026-02-30", "2026-10-00",
		"2026-1-1", "2026-10-7", "2026-10-07T", "1969",     "1969-12",    "2026-W1",    " 2026",
		"2026 ",    "2026-10 ",  "+026",        "2026-1O",  "2026-10-0x", "20261007",   "2026/10",
	};
	struct calendar calendar;
	struct period period;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct err err = {0};

		ck_assert_msg(!period_read(str_of(texts[i]), zone_of("UTC"), &calendar, &period, &err), "'%s'",
			      texts[i]);
		ck_assert_msg(strstr(err.text, texts[i]), "%s", err.text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model/period");
	TCase *periods = tcase_create("periods");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(periods, an_instant_lies_in_one_period, 0, sizeof(period_cases) / sizeof(*period_cases));
	tcase_add_test(periods, periods_are_those_of_the_c_library_s_clock);
	tcase_add_test(periods, a_period_is_read_back_by_its_name);
	tcase_add_test(periods, what_is_no_period_is_refused);
	suite_add_tcase(suite, periods);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
