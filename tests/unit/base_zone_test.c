/* Time zones against the C library's own reading of the same files, which is another program's work. */
#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/zone_parts.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

static uint64_t dice_state = 7;

static uint64_t dice(uint64_t sides)
{
	dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
	return (dice_state >> 33) % sides;
}

static const struct zone *zone_of(const char *name)
{
	struct err err = {0};
	const struct zone *zone = zone_find(str_of(name), &err);

	ck_assert_msg(zone != NULL, "%s: %s", name, err.text);
	return zone;
}

static void agrees(const char *name, const struct zone *zone, int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;
	struct civil civil = zone_civil(zone, (struct instant){seconds * 1000});

	localtime_r(&when, &tm);
	ck_assert_msg(zone_offset(zone, (struct instant){seconds * 1000}) == (int)tm.tm_gmtoff, "%s %lld: %d, not %ld",
		      name, (long long)seconds, zone_offset(zone, (struct instant){seconds * 1000}), tm.tm_gmtoff);
	ck_assert_msg(civil.year == tm.tm_year + 1900 && civil.month == (unsigned)tm.tm_mon + 1 &&
			      civil.day == (unsigned)tm.tm_mday && civil.hour == (unsigned)tm.tm_hour &&
			      civil.minute == (unsigned)tm.tm_min && civil.second == (unsigned)tm.tm_sec,
		      "%s %lld", name, (long long)seconds);
}

/* 1901 to 2100 at random, and around each change that the file knows. */
static void whole_zone_agrees(const char *name)
{
	const struct zone *zone = zone_of(name);

	setenv("TZ", name, 1);
	tzset();
	for (int i = 0; i < 400; i++)
		agrees(name, zone, -2150000000 + (int64_t)dice(6250000000));
	for (size_t i = 0; i < zone->len; i++)
		for (int64_t off = -1; off <= 1; off++)
			if (zone->at[i] > -5000000000)
				agrees(name, zone, zone->at[i] + off);
}

START_TEST(every_zone_is_what_the_c_library_says)
{
	struct buf table;
	struct err err;
	size_t zones = 0;

	buf_init(&table, MIB(1));
	ck_assert_msg(file_read("/usr/share/zoneinfo/tzdata.zi", &table, &err), "%s", err.text);
	for (char *line = strtok(table.at, "\n"); line; line = strtok(NULL, "\n"))
		if (line[0] == 'Z' && line[1] == ' ') {
			line[2 + strcspn(line + 2, " ")] = '\0';
			whole_zone_agrees(line + 2);
			zones++;
		}
	ck_assert_uint_gt(zones, 300);
	buf_release(&table);
}
END_TEST

struct civil_case {
	const char *zone;
	struct civil civil;
	const char *instant;
};

/* Worked out from the zones' published rules. */
static const struct civil_case civil_cases[] = {
	{"UTC", {2026, 11, 26, 12, 0, 0}, "2026-11-26T12:00:00Z"},
	{"Europe/Berlin", {2026, 7, 1, 0, 0, 0}, "2026-06-30T22:00:00Z"},
	{"Europe/Berlin", {2026, 3, 29, 2, 30, 0}, "2026-03-29T01:00:00Z"},  /* leapt over */
	{"Europe/Berlin", {2026, 10, 25, 2, 30, 0}, "2026-10-25T00:30:00Z"}, /* there twice */
	{"America/New_York", {2026, 11, 1, 1, 30, 0}, "2026-11-01T05:30:00Z"},
	{"America/New_York", {2090, 7, 4, 0, 0, 0}, "2090-07-04T04:00:00Z"}, /* by the rule */
	{"Asia/Kathmandu", {2026, 1, 1, 0, 0, 0}, "2025-12-31T18:15:00Z"},
	{"Pacific/Chatham", {2026, 7, 1, 0, 0, 0}, "2026-06-30T11:15:00Z"},
	{"Pacific/Apia", {2011, 12, 30, 12, 0, 0}, "2011-12-30T10:00:00Z"},    /* a day that was not */
	{"America/Sao_Paulo", {2018, 11, 4, 0, 0, 0}, "2018-11-04T03:00:00Z"}, /* a day that began at one */
	{"Africa/Casablanca", {2026, 7, 1, 0, 0, 0}, "2026-06-30T23:00:00Z"},
	{"Europe/Dublin", {2050, 1, 1, 0, 0, 0}, "2050-01-01T00:00:00Z"}, /* winter is the exception there */
	{"Australia/Lord_Howe", {2026, 1, 1, 0, 0, 0}, "2025-12-31T13:00:00Z"},
	{"Asia/Tehran", {2026, 7, 1, 0, 0, 0}, "2026-06-30T20:30:00Z"},
};

START_TEST(a_time_on_the_clock_is_one_instant)
{
	const struct civil_case *c = &civil_cases[_i];

	ck_assert_str_eq(instant_text(zone_instant(zone_of(c->zone), &c->civil)).text, c->instant);
}
END_TEST

/* Out of an instant and back: the same one, or the first of two. */
START_TEST(clocks_are_read_and_set_alike)
{
	static const char *const names[] = {"Europe/Berlin",  "America/St_Johns", "Australia/Lord_Howe",
					    "Asia/Kathmandu", "America/Santiago", "Africa/Casablanca"};

	for (size_t z = 0; z < sizeof(names) / sizeof(*names); z++)
		for (int i = 0; i < 3000; i++) {
			struct instant at = {((int64_t)dice(4000000000) - 200000000) * 1000}, back;
			struct civil civil = zone_civil(zone_of(names[z]), at);

			back = zone_instant(zone_of(names[z]), &civil);
			ck_assert_int_le(back.ms, at.ms);
			ck_assert_int_ge(back.ms, at.ms - 3 * SPAN_HOUR);
			civil = zone_civil(zone_of(names[z]), back);
			ck_assert_int_eq(civil_seconds(&civil) * 1000,
					 at.ms + zone_offset(zone_of(names[z]), at) * SPAN_SECOND);
		}
}
END_TEST

struct wrong_case {
	const char *name, *text;
};

static const struct wrong_case wrong_cases[] = {
	{"Europe/Berln", "'Europe/Berln' is no time zone; did you mean 'Europe/Berlin'?"},
	{"Middle-earth", "'Middle-earth' is no time zone, such as Europe/Berlin"},
	{"../../etc/passwd", "'../../etc/passwd' is no time zone, such as Europe/Berlin"},
	{"/etc/localtime", "'/etc/localtime' is no time zone, such as Europe/Berlin"},
	{"", "'' is no time zone, such as Europe/Berlin"},
	{"Europe", "'Europe' is no time zone, such as Europe/Berlin"},
	{"zone1970.tab", "'zone1970.tab' is no time zone, such as Europe/Berlin"},
	{"+VERSION", "'+VERSION' is no time zone, such as Europe/Berlin"},
};

START_TEST(what_is_no_zone_is_refused)
{
	struct err err = {0};

	ck_assert(!zone_find(str_of(wrong_cases[_i].name), &err));
	ck_assert_str_eq(err.text, wrong_cases[_i].text);
}
END_TEST

/* A file that is cut off anywhere, or has a byte changed, is refused or makes sense. */
START_TEST(damaged_files_do_no_harm)
{
	struct buf bytes;
	struct err err;

	buf_init(&bytes, LIMIT_ZONE_BYTES);
	ck_assert(file_read("/usr/share/zoneinfo/Europe/Berlin", &bytes, &err));
	for (size_t i = 0; i < bytes.len; i++) {
		struct arena arena;
		struct zone zone = {.first = 0};
		char before = bytes.at[i];
		char *cut = malloc(i ? i : 1);

		arena_init(&arena);
		memcpy(cut, bytes.at, i);
		ck_assert(!zone_read(&arena, (struct str){cut, i}, &zone));
		free(cut);
		bytes.at[i] = (char)dice(256);
		zone = (struct zone){.first = 0};
		if (zone_read(&arena, buf_view(&bytes), &zone))
			ck_assert_int_le(abs(zone_offset(&zone, (struct instant){1700000000000})), 168 * 3600);
		bytes.at[i] = before;
		arena_release(&arena);
	}
	buf_release(&bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base/zone");
	TCase *zones = tcase_create("zones");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(zones, every_zone_is_what_the_c_library_says);
	tcase_add_loop_test(zones, a_time_on_the_clock_is_one_instant, 0, sizeof(civil_cases) / sizeof(*civil_cases));
	tcase_add_test(zones, clocks_are_read_and_set_alike);
	tcase_add_loop_test(zones, what_is_no_zone_is_refused, 0, sizeof(wrong_cases) / sizeof(*wrong_cases));
	tcase_add_test(zones, damaged_files_do_no_harm);
	suite_add_tcase(suite, zones);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
