#include "base/when.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <time.h>

#define S SPAN_SECOND
#define M SPAN_MINUTE
#define H SPAN_HOUR
#define D SPAN_DAY

START_TEST(durations_are_read_as_prometheus_reads_them)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
		const char *why;
	} rows[] = {
		{"0", 0, "zero alone needs no unit"},
		{"0s", 0, "zero with a unit"},
		{"1ms", 1, "milliseconds"},
		{"30d", 30 * D, "days"},
		{"4w", 28 * D, "weeks"},
		{"1y", 365 * D, "a year has 365 days"},
		{"1h30m", 90 * M, "two units"},
		{"1y2w3d4h5m6s7ms", (365 + 14 + 3) * D + 4 * H + 5 * M + 6 * S + 7, "all units"},
		{"90m", 90 * M, "a number over the next larger unit"},
		{"007s", 7 * S, "leading zeros"},
		{"100y", 100 * 365 * D, "the longest there is"},
		{"101y", -1, "longer than that"},
		{"99999999999999999999d", -1, "a number that overflows"},
		{"9223372036854775807d", -1, "a product that overflows"},
		{"100y1ms", -1, "a sum over the longest"},
		{"", -1, "nothing"},
		{"5", -1, "no unit"},
		{"m", -1, "no number"},
		{"1m1h", -1, "smallest first"},
		{"1m1m", -1, "a unit twice"},
		{"1s1ms1s", -1, "back to a larger unit"},
		{"1.5h", -1, "a fraction"},
		{"-5m", -1, "a sign"},
		{"+5m", -1, "a plus"},
		{" 5m", -1, "a blank before"},
		{"5 m", -1, "a blank inside"},
		{"5m ", -1, "a blank behind"},
		{"5M", -1, "a unit in capitals"},
		{"5min", -1, "another word for a unit"},
		{"1h30", -1, "a number without unit at the end"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct span span = {-1};
		bool taken = span_read(str_of(rows[i].text), &span);

		ck_assert_msg(taken == (rows[i].ms >= 0), "'%s': %s", rows[i].text, rows[i].why);
		ck_assert_msg(!taken || span.ms == rows[i].ms, "'%s': %s: %lld", rows[i].text, rows[i].why,
			      (long long)span.ms);
	}
}
END_TEST

START_TEST(durations_are_written_as_people_write_them)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{0, "0s"},
		{1, "1ms"},
		{999, "999ms"},
		{1500, "1s500ms"},
		{90 * M, "1h30m"},
		{30 * D, "30d"},
		{7 * D, "7d"},
		{364 * D, "364d"},
		{365 * D, "1y"},
		{366 * D, "366d"},
		{730 * D, "2y"},
		{28 * D + 4 * H, "28d4h"},
		{365 * D + H, "365d1h"},
		{24 * H, "1d"},
		{-5 * M, "-5m"},
		{100 * 365 * D, "100y"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ck_assert_str_eq(span_text((struct span){rows[i].ms}).text, rows[i].text);
}
END_TEST

START_TEST(a_duration_that_is_written_reads_back)
{
	static const int64_t units[] = {1, S, M, H, D, 7 * D, 365 * D};
	uint64_t state = 9;

	for (unsigned i = 0; i < 100000; i++) {
		int64_t ms = (int64_t)(unit_random(&state) % 1000) * units[unit_random(&state) % COUNT_OF(units)] +
			     (int64_t)(unit_random(&state) % 60) * units[unit_random(&state) % COUNT_OF(units)];
		struct span back = {-1};

		ms %= SPAN_MAX_MS + 1;
		ck_assert_msg(span_read(str_of(span_text((struct span){ms}).text), &back) && back.ms == ms, "%lld ms",
			      (long long)ms);
	}
}
END_TEST

START_TEST(instants_are_read_in_all_their_spellings)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-21T05:00:00Z", 1795237200000},
		{"2026-11-21T05:00:00.5Z", 1795237200500},
		{"2026-11-21T05:00:00.123Z", 1795237200123},
		{"2026-11-21T05:00:00.123999Z", 1795237200123},
		{"2026-11-21t05:00:00z", 1795237200000},
		{"2026-11-21 05:00:00Z", 1795237200000},
		{"2026-11-21T07:30:00+02:30", 1795237200000},
		{"2026-11-20T21:00:00-08:00", 1795237200000},
		{"2026-11-21", 1795219200000},
		{"2024-02-29", 1709164800000},
		{"2000-02-29T23:59:59Z", 951868799000},
		{"1969-12-31T23:59:59.999Z", -1},
		{"2016-12-31T23:59:60Z", 1483228800000},
		{"9999-12-31T23:59:59Z", 253402300799000},
		{"0", 0},
		{"1700000000", 1700000000000},
		{"1700000000.5", 1700000000500},
		{"1700000000.0004", 1700000000000},
		{"-1.5", -1500},
		{"1.7e9", 1700000000000},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct instant read = {-42};

		ck_assert_msg(instant_read(str_of(rows[i].text), &read), "'%s' is refused", rows[i].text);
		ck_assert_msg(read.ms == rows[i].ms, "'%s' is %lld", rows[i].text, (long long)read.ms);
	}
}
END_TEST

START_TEST(what_is_no_instant_is_refused)
{
	static const char *const rows[] = {"",
					   "now",
					   "2026-11-21T05:00:00",
					   "2026-11-21T05:00Z",
					   "2026-11-21T",
					   "2026-11-21Z",
					   "2026-13-01",
					   "2026-00-01",
					   "2026-11-00",
					   "2026-11-31",
					   "2023-02-29",
					   "1900-02-29",
					   "2026-2-1",
					   "26-11-21",
					   "2026/11/21",
					   "2026-11-21T24:00:00Z",
					   "2026-11-21T05:60:00Z",
					   "2026-11-21T05:00:61Z",
					   "2026-11-21T05:00:00.Z",
					   "2026-11-21T05:00:00+2:30",
					   "2026-11-21T05:00:00+0230",
					   "2026-11-21T05:00:00+24:00",
					   "2026-11-21T05:00:00+02:60",
					   "2026-11-21T05:00:00Z ",
					   " 2026-11-21",
					   "2026-11-21T05:00:00ZZ",
					   "2026-11-21T-5:00:00Z",
					   "20261121T050000Z",
					   "1700000000000",
					   "1700000000s",
					   "inf",
					   "NaN",
					   "0x10"};
	struct instant instant = {42};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ck_assert_msg(!instant_read(str_of(rows[i]), &instant), "'%s' is taken for %lld", rows[i],
			      (long long)instant.ms);
	ck_assert_int_eq(instant.ms, 42);
}
END_TEST

/* The second way: the C library's calendar. */
START_TEST(dates_are_the_c_librarys)
{
	uint64_t state = 10;

	for (unsigned i = 0; i < 200000; i++) {
		struct tm utc = {
			.tm_year = (int)(unit_random(&state) % 8100) - 300,
			.tm_mon = (int)(unit_random(&state) % 12),
			.tm_mday = 1 + (int)(unit_random(&state) % 28),
			.tm_hour = (int)(unit_random(&state) % 24),
			.tm_min = (int)(unit_random(&state) % 60),
			.tm_sec = (int)(unit_random(&state) % 60),
		};
		char text[100];
		struct instant read = {0};

		snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1,
			 utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
		ck_assert_msg(instant_read(str_of(text), &read), "'%s' is refused", text);
		ck_assert_msg(read.ms == (int64_t)timegm(&utc) * 1000, "'%s' is %lld", text, (long long)read.ms);
		ck_assert_str_eq(instant_text(read).text, text);
	}
}
END_TEST

START_TEST(every_last_day_of_a_month_is_a_date_and_the_day_behind_it_is_none)
{
	for (int year = 1890; year < 2110; year++)
		for (int month = 0; month < 12; month++) {
			struct tm last = {.tm_year = year - 1900, .tm_mon = month + 1, .tm_mday = 0};
			char text[100];
			struct instant read = {0};

			timegm(&last); /* turns day 0 of the next month into the last of this one */
			snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month + 1, last.tm_mday);
			ck_assert_msg(instant_read(str_of(text), &read), "'%s' is refused", text);
			snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month + 1, last.tm_mday + 1);
			ck_assert_msg(!instant_read(str_of(text), &read), "'%s' is taken", text);
		}
}
END_TEST

START_TEST(an_instant_that_is_written_reads_back)
{
	uint64_t state = 11;

	ck_assert_str_eq(instant_text((struct instant){0}).text, "1970-01-01T00:00:00Z");
	ck_assert_str_eq(instant_text((struct instant){-1}).text, "1969-12-31T23:59:59.999Z");
	ck_assert_str_eq(instant_text((struct instant){1795237200040}).text, "2026-11-21T05:00:00.040Z");
	for (unsigned i = 0; i < 200000; i++) {
		/* from the year 1 to 9999 */
		int64_t ms = (int64_t)(unit_random(&state) % UINT64_C(315500000000000)) - INT64_C(62135596800000);
		struct instant back = {0};
		struct instant_text text = instant_text((struct instant){ms});

		ck_assert_msg(instant_read(str_of(text.text), &back) && back.ms == ms, "%lld is written '%s'",
			      (long long)ms, text.text);
	}
}
END_TEST

START_TEST(the_clocks_go_forward)
{
	struct mono before = mono_now();
	struct instant now = instant_now();
	time_t seconds = time(NULL);

	ck_assert_int_le(llabs(now.ms / 1000 - (int64_t)seconds), 1);
	for (unsigned i = 0; i < 1000; i++) {
		struct mono after = mono_now();

		ck_assert_int_ge(after.ns, before.ns);
		before = after;
	}
	ck_assert_int_eq(mono_since((struct mono){5000000}, (struct mono){1505000000}).ms, 1500);
}
END_TEST

UNIT_MAIN("base/when", durations_are_read_as_prometheus_reads_them, durations_are_written_as_people_write_them,
	  a_duration_that_is_written_reads_back, instants_are_read_in_all_their_spellings,
	  what_is_no_instant_is_refused, dates_are_the_c_librarys,
	  every_last_day_of_a_month_is_a_date_and_the_day_behind_it_is_none, an_instant_that_is_written_reads_back,
	  the_clocks_go_forward)
