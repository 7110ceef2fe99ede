/* Recurrences: a table by hand. tests/recurrence holds made-up rules to another reader of RFC 5545. */
#include "base/limits.h"
#include "model/recurrence.h"
#include "unit.h"

#include <stdio.h>

static struct instant instant_of(const char *text)
{
	struct instant instant = {0};
	char whole[40];

	snprintf(whole, sizeof(whole), "%s:00Z", text);
	ck_assert_msg(instant_read(str_of(whole), &instant), "%s", whole);
	return instant;
}

static struct civil civil_of(const char *text) { return civil_of_seconds(instant_of(text).ms / 1000); }

/* `length` is in minutes, or the end on the clock. */
static struct recurrence_terms terms_of(const char *zone, const char *start, const char *length, const char *rule)
{
	struct err err = {0};
	struct recurrence_terms terms = {.zone = zone_find(str_of(zone), &err), .rule = str_of(rule)};

	ck_assert_msg(terms.zone != NULL, "%s: %s", zone, err.text);
	terms.start = civil_of(start);
	if (strchr(length, 'T'))
		terms.end = civil_of(length);
	else
		terms.minutes = strtol(length, NULL, 10);
	return terms;
}

static struct recurrence recurrence_of(const char *zone, const char *start, const char *length, const char *rule)
{
	struct recurrence_terms terms = terms_of(zone, start, length, rule);
	struct recurrence recurrence = {0};
	struct err err = {0};

	ck_assert_msg(recurrence_read(&terms, &recurrence, &err), "%s: %s", rule, err.text);
	return recurrence;
}

#define BERLIN    "Europe/Berlin"
#define NEW_YORK  "America/New_York"
#define LORD_HOWE "Australia/Lord_Howe"

static const struct {
	const char *what, *zone, *start, *length, *rule, *from, *to, *stretches;
} cases[] = {
	/* clocks that change */
	{"in spring: to the leap, and as long as ever", BERLIN, "2026-03-01T02:30", "60", "FREQ=DAILY",
	 "2026-03-28T00:00", "2026-03-31T00:00",
	 "2026-03-28T01:30/2026-03-28T02:30 2026-03-29T01:00/2026-03-29T02:00 2026-03-30T00:30/2026-03-30T01:30"},
	{"in spring, to an end on the clock", BERLIN, "2026-03-01T02:30", "2026-03-01T03:30", "FREQ=DAILY",
	 "2026-03-28T00:00", "2026-03-31T00:00",
	 "2026-03-28T01:30/2026-03-28T02:30 2026-03-29T01:00/2026-03-29T01:30 2026-03-30T00:30/2026-03-30T01:30"},
	{"leapt over as a whole", BERLIN, "2026-03-01T02:10", "2026-03-01T02:50", "FREQ=DAILY", "2026-03-28T00:00",
	 "2026-03-31T00:00", "2026-03-28T01:10/2026-03-28T01:50 2026-03-30T00:10/2026-03-30T00:50"},
	{"in autumn: the first of two", BERLIN, "2026-03-01T02:30", "60", "FREQ=DAILY", "2026-10-24T00:00",
	 "2026-10-27T00:00",
	 "2026-10-24T00:30/2026-10-24T01:30 2026-10-25T00:30/2026-10-25T01:30 2026-10-26T01:30/2026-10-26T02:30"},
	{"in autumn, to an end on the clock", BERLIN, "2026-03-01T02:30", "2026-03-01T03:30", "FREQ=DAILY",
	 "2026-10-25T00:00", "2026-10-26T00:00", "2026-10-25T00:30/2026-10-25T02:30"},
	{"24 hours of a day that has 25", BERLIN, "2026-10-01T00:00", "1440", "FREQ=DAILY", "2026-10-24T22:00",
	 "2026-10-25T23:30", "2026-10-24T22:00/2026-10-25T22:00 2026-10-25T23:00/2026-10-26T23:00"},
	{"whole days by the clock", BERLIN, "2026-10-01T00:00", "2026-10-02T00:00", "FREQ=DAILY", "2026-10-24T22:00",
	 "2026-10-25T23:30", "2026-10-24T22:00/2026-10-25T23:00 2026-10-25T23:00/2026-10-26T23:00"},
	{"half an hour of summer, leapt over", LORD_HOWE, "2020-01-01T02:15", "30", "FREQ=DAILY", "2026-10-02T12:00",
	 "2026-10-05T00:00",
	 "2026-10-02T15:45/2026-10-02T16:15 2026-10-03T15:30/2026-10-03T16:00 2026-10-04T15:15/2026-10-04T15:45"},
	{"half an hour of summer, shown twice", LORD_HOWE, "2020-01-01T01:45", "30", "FREQ=DAILY", "2026-04-03T12:00",
	 "2026-04-06T00:00",
	 "2026-04-03T14:45/2026-04-03T15:15 2026-04-04T14:45/2026-04-04T15:15 2026-04-05T15:15/2026-04-05T15:45"},
	{"45 minutes aside", "Asia/Kathmandu", "2025-01-01T00:00", "60", "FREQ=MONTHLY", "2025-12-31T00:00",
	 "2026-02-01T00:00", "2025-12-31T18:15/2025-12-31T19:15 2026-01-31T18:15/2026-01-31T19:15"},
	{"a day that was left out", "Pacific/Apia", "2011-12-29T12:00", "60", "FREQ=DAILY;COUNT=3", "2011-12-29T00:00",
	 "2012-02-01T00:00",
	 "2011-12-29T22:00/2011-12-29T23:00 2011-12-30T10:00/2011-12-30T11:00 2011-12-30T22:00/2011-12-30T23:00"},
	{"hours go by the clock", BERLIN, "2026-03-28T18:00", "60", "FREQ=HOURLY;INTERVAL=6;COUNT=3",
	 "2026-03-01T00:00", "2026-04-01T00:00",
	 "2026-03-28T17:00/2026-03-28T18:00 2026-03-28T23:00/2026-03-29T00:00 2026-03-29T04:00/2026-03-29T05:00"},
	{"each hour in spring", BERLIN, "2026-03-29T01:00", "10", "FREQ=HOURLY;COUNT=4", "2026-03-01T00:00",
	 "2026-04-01T00:00",
	 "2026-03-29T00:00/2026-03-29T00:10 2026-03-29T01:00/2026-03-29T01:10 2026-03-29T01:00/2026-03-29T01:10 "
	 "2026-03-29T02:00/2026-03-29T02:10"},
	{"each hour in autumn", BERLIN, "2026-10-25T01:00", "10", "FREQ=HOURLY;COUNT=4", "2026-10-01T00:00",
	 "2026-11-01T00:00",
	 "2026-10-24T23:00/2026-10-24T23:10 2026-10-25T00:00/2026-10-25T00:10 2026-10-25T02:00/2026-10-25T02:10 "
	 "2026-10-25T03:00/2026-10-25T03:10"},

	/* the calendar */
	{"a leap day", "UTC", "2020-02-29T00:00", "1440", "FREQ=YEARLY", "2021-01-01T00:00", "2029-01-01T00:00",
	 "2024-02-29T00:00/2024-03-01T00:00 2028-02-29T00:00/2028-03-01T00:00"},
	{"no leap day in 2100", "UTC", "2020-02-29T00:00", "1440", "FREQ=YEARLY", "2097-01-01T00:00",
	 "2107-01-01T00:00", "2104-02-29T00:00/2104-03-01T00:00"},
	{"months without a 31st have none", "UTC", "2026-01-31T22:00", "120", "FREQ=MONTHLY", "2026-01-01T00:00",
	 "2026-06-01T00:00",
	 "2026-01-31T22:00/2026-02-01T00:00 2026-03-31T22:00/2026-04-01T00:00 2026-05-31T22:00/2026-06-01T00:00"},
	{"every other month without a 31st", "UTC", "2026-08-31T22:00", "60", "FREQ=MONTHLY;INTERVAL=2",
	 "2026-08-01T00:00", "2027-09-01T00:00",
	 "2026-08-31T22:00/2026-08-31T23:00 2026-10-31T22:00/2026-10-31T23:00 2026-12-31T22:00/2026-12-31T23:00 "
	 "2027-08-31T22:00/2027-08-31T23:00"},
	{"last days of months", "UTC", "2024-01-31T22:00", "60", "FREQ=MONTHLY;BYMONTHDAY=-1", "2024-02-01T00:00",
	 "2024-05-01T00:00",
	 "2024-02-29T22:00/2024-02-29T23:00 2024-03-31T22:00/2024-03-31T23:00 2024-04-30T22:00/2024-04-30T23:00"},
	{"the 7th may be the first of its weekday", "UTC", "2026-01-01T20:00", "60", "FREQ=MONTHLY;BYDAY=1SU",
	 "2026-06-01T00:00", "2026-07-01T00:00", "2026-06-07T20:00/2026-06-07T21:00"},
	{"the last Friday", "UTC", "2026-01-01T20:00", "60", "FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01T00:00",
	 "2026-04-01T00:00",
	 "2026-01-30T20:00/2026-01-30T21:00 2026-02-27T20:00/2026-02-27T21:00 2026-03-27T20:00/2026-03-27T21:00"},
	{"the first Monday, the last Friday, and each Saturday", "UTC", "2026-01-01T20:00", "60",
	 "FREQ=MONTHLY;BYDAY=1MO,SA,-1FR", "2026-01-05T00:00", "2026-01-31T00:00",
	 "2026-01-05T20:00/2026-01-05T21:00 2026-01-10T20:00/2026-01-10T21:00 2026-01-17T20:00/2026-01-17T21:00 "
	 "2026-01-24T20:00/2026-01-24T21:00 2026-01-30T20:00/2026-01-30T21:00"},
	{"the last Sundays of two months", "UTC", "2026-01-01T01:00", "60", "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
	 "2026-01-01T00:00", "2027-01-01T00:00", "2026-03-29T01:00/2026-03-29T02:00 2026-10-25T01:00/2026-10-25T02:00"},
	{"the 20th Monday of the year (RFC 5545)", NEW_YORK, "1997-05-19T09:00", "60", "FREQ=YEARLY;BYDAY=20MO",
	 "1997-01-01T00:00", "2000-01-01T00:00",
	 "1997-05-19T13:00/1997-05-19T14:00 1998-05-18T13:00/1998-05-18T14:00 1999-05-17T13:00/1999-05-17T14:00"},
	{"Friday the 13th (RFC 5545)", NEW_YORK, "1997-09-02T09:00", "60", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
	 "1997-01-01T00:00", "1999-01-01T00:00",
	 "1998-02-13T14:00/1998-02-13T15:00 1998-03-13T14:00/1998-03-13T15:00 1998-11-13T14:00/1998-11-13T15:00"},
	{"election days (RFC 5545)", NEW_YORK, "1996-11-05T09:00", "60",
	 "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1997-01-01T00:00", "2005-01-01T00:00",
	 "2000-11-07T14:00/2000-11-07T15:00 2004-11-02T14:00/2004-11-02T15:00"},
	{"weeks that begin with Mondays (RFC 5545)", NEW_YORK, "1997-08-05T09:00", "60",
	 "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-01-01T00:00", "1998-01-01T00:00",
	 "1997-08-05T13:00/1997-08-05T14:00 1997-08-10T13:00/1997-08-10T14:00 1997-08-19T13:00/1997-08-19T14:00 "
	 "1997-08-24T13:00/1997-08-24T14:00"},
	{"weeks that begin with Sundays (RFC 5545)", NEW_YORK, "1997-08-05T09:00", "60",
	 "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-01-01T00:00", "1998-01-01T00:00",
	 "1997-08-05T13:00/1997-08-05T14:00 1997-08-17T13:00/1997-08-17T14:00 1997-08-19T13:00/1997-08-19T14:00 "
	 "1997-08-31T13:00/1997-08-31T14:00"},
	{"days of some months", "UTC", "2026-01-30T00:00", "60", "FREQ=DAILY;BYMONTH=1,3", "2026-01-31T00:00",
	 "2026-03-02T00:00", "2026-01-31T00:00/2026-01-31T01:00 2026-03-01T00:00/2026-03-01T01:00"},
	{"every third day, 26 years on", "UTC", "2000-01-01T00:00", "60", "FREQ=DAILY;INTERVAL=3", "2026-01-01T00:00",
	 "2026-01-06T00:00", "2026-01-02T00:00/2026-01-02T01:00 2026-01-05T00:00/2026-01-05T01:00"},
	{"the weekday is the start's", "UTC", "2026-01-01T12:00", "60", "FREQ=WEEKLY", "2026-02-01T00:00",
	 "2026-02-15T00:00", "2026-02-05T12:00/2026-02-05T13:00 2026-02-12T12:00/2026-02-12T13:00"},
	{"a start that is no occurrence", "UTC", "2026-01-01T12:00", "60", "FREQ=WEEKLY;BYDAY=SU;COUNT=1",
	 "2026-01-01T00:00", "2026-02-01T00:00", "2026-01-04T12:00/2026-01-04T13:00"},
	{"any case and order, and the property's name", "UTC", "2026-01-01T12:00", "60", "rrule:byday=su;freq=weekly",
	 "2026-01-01T00:00", "2026-01-10T00:00", "2026-01-04T12:00/2026-01-04T13:00"},

	/* ends */
	{"a count goes from the start (RFC 5545)", NEW_YORK, "1997-09-02T09:00", "60", "FREQ=DAILY;INTERVAL=10;COUNT=5",
	 "1997-10-01T00:00", "2020-01-01T00:00", "1997-10-02T13:00/1997-10-02T14:00 1997-10-12T13:00/1997-10-12T14:00"},
	{"the most that can be counted", "UTC", "2000-01-01T00:00", "60", "FREQ=DAILY;COUNT=10000", "2027-05-17T00:00",
	 "2028-01-01T00:00", "2027-05-17T00:00/2027-05-17T01:00 2027-05-18T00:00/2027-05-18T01:00"},
	{"until a day: all of it", BERLIN, "2026-01-01T22:00", "60", "FREQ=DAILY;UNTIL=20260105", "2026-01-05T00:00",
	 "2027-01-01T00:00", "2026-01-05T21:00/2026-01-05T22:00"},
	{"until a moment on the clock, and with it", BERLIN, "2026-01-01T22:00", "60",
	 "FREQ=DAILY;UNTIL=20260105T220000", "2026-01-05T00:00", "2027-01-01T00:00",
	 "2026-01-05T21:00/2026-01-05T22:00"},
	{"until just before", BERLIN, "2026-01-01T22:00", "60", "FREQ=DAILY;UNTIL=20260105T215959", "2026-01-05T00:00",
	 "2027-01-01T00:00", ""},
	{"until an instant, and with it", BERLIN, "2026-01-01T22:00", "60", "FREQ=DAILY;UNTIL=20260105T210000Z",
	 "2026-01-05T00:00", "2027-01-01T00:00", "2026-01-05T21:00/2026-01-05T22:00"},
	{"until just before an instant", BERLIN, "2026-01-01T22:00", "60", "FREQ=DAILY;UNTIL=20260105T205959Z",
	 "2026-01-05T00:00", "2027-01-01T00:00", ""},
	{"until an instant in an hour that is shown twice", BERLIN, "2026-10-25T01:45", "10",
	 "FREQ=MINUTELY;INTERVAL=30;UNTIL=20261025T011500Z", "2026-10-24T00:00", "2027-01-01T00:00",
	 "2026-10-24T23:45/2026-10-24T23:55 2026-10-25T00:15/2026-10-25T00:25 2026-10-25T00:45/2026-10-25T00:55"},

	/* once, and what lies in [from, to) */
	{"once", BERLIN, "2026-07-01T10:00", "60", "", "2000-01-01T00:00", "2100-01-01T00:00",
	 "2026-07-01T08:00/2026-07-01T09:00"},
	{"the end is not in it", "UTC", "2026-07-01T10:00", "60", "", "2026-07-01T11:00", "2026-07-02T00:00", ""},
	{"its last minute", "UTC", "2026-07-01T10:00", "60", "", "2026-07-01T10:59", "2026-07-02T00:00",
	 "2026-07-01T10:00/2026-07-01T11:00"},
	{"to is not in the question", "UTC", "2026-07-01T10:00", "60", "", "2026-06-01T00:00", "2026-07-01T10:00", ""},
	{"a question about nothing", "UTC", "2026-07-01T10:00", "60", "", "2026-07-01T10:30", "2026-07-01T10:30", ""},
	{"in the midst of a long one", "UTC", "2026-01-01T00:00", "14400", "FREQ=MONTHLY", "2026-02-10T00:00",
	 "2026-02-10T01:00", "2026-02-01T00:00/2026-02-11T00:00"},
	{"longer than from one to the next", "UTC", "2026-01-01T00:00", "2880", "FREQ=DAILY", "2026-01-05T00:00",
	 "2026-01-05T01:00", "2026-01-04T00:00/2026-01-06T00:00 2026-01-05T00:00/2026-01-07T00:00"},
};

START_TEST(stretches_are_those_of_the_calendar)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct recurrence recurrence =
			recurrence_of(cases[i].zone, cases[i].start, cases[i].length, cases[i].rule);
		struct recurrence_walk walk =
			recurrence_between(&recurrence, instant_of(cases[i].from), instant_of(cases[i].to));
		struct period stretch;
		struct buf out;

		buf_init(&out, KIB(8));
		while (recurrence_next(&walk, &stretch))
			buf_fmt(&out, "%s%.16s/%.16s", out.len ? " " : "", instant_text(stretch.begin).text,
				instant_text(stretch.end).text);
		ck_assert_msg(str_is(buf_view(&out), cases[i].stretches), "%s: %s", cases[i].what,
			      out.at ? out.at : "");
		ck_assert_msg(!recurrence_next(&walk, &stretch), "%s: it goes on", cases[i].what);
		buf_release(&out);
	}
}
END_TEST

static const struct {
	const char *rule, *err;
} refused[] = {
	{"RRULE:", "there is no rule; FREQ=WEEKLY is one"},
	{"WEEKLY",
	 "'WEEKLY' at offset 0 is no part of a rule that is known; those are FREQ, INTERVAL, COUNT, UNTIL, BYDAY, "
	 "BYMONTHDAY, BYMONTH and WKST"},
	{"FREQ=DAILY;BYSETPOS=-1",
	 "'BYSETPOS' at offset 11 is no part of a rule that is known; those are FREQ, INTERVAL, "
	 "COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH and WKST"},
	{"FREQ=DAILY; COUNT=3",
	 "' COUNT' at offset 11 is no part of a rule that is known; those are FREQ, INTERVAL, COUNT, "
	 "UNTIL, BYDAY, BYMONTHDAY, BYMONTH and WKST"},
	{"FREQ=DAILY;",
	 "'' at offset 11 is no part of a rule that is known; those are FREQ, INTERVAL, COUNT, UNTIL, BYDAY, "
	 "BYMONTHDAY, BYMONTH and WKST"},
	{"FREQ", "'FREQ' at offset 0 has no '=' and no value"},
	{"COUNT=3",
	 "'COUNT=3' at offset 0 has no FREQ; one of MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY and YEARLY has to be "
	 "there"},
	{"RRULE:FREQ=SECONDLY", "'SECONDLY' at offset 11 is no FREQ that is known; those are MINUTELY, HOURLY, DAILY, "
				"WEEKLY, MONTHLY and YEARLY"},
	{"FREQ=DAILY;FREQ=DAILY", "'FREQ' at offset 11 is given twice"},
	{"FREQ=DAILY;INTERVAL=0", "'0' at offset 20 is no INTERVAL: a whole number from 1 to 10000"},
	{"FREQ=DAILY;INTERVAL=4294967297", "'4294967297' at offset 20 is no INTERVAL: a whole number from 1 to 10000"},
	{"FREQ=DAILY;COUNT=10001", "'10001' at offset 17 is no COUNT: a whole number from 1 to 10000"},
	{"FREQ=DAILY;COUNT=+1", "'+1' at offset 17 is no COUNT: a whole number from 1 to 10000"},
	{"FREQ=DAILY;UNTIL=20260230", "'20260230' at offset 17 is no UNTIL: a date such as 20261231, with a time "
				      "20261231T220000, or in UTC 20261231T210000Z"},
	{"FREQ=DAILY;UNTIL=20260228T240000",
	 "'20260228T240000' at offset 17 is no UNTIL: a date such as 20261231, with a "
	 "time 20261231T220000, or in UTC 20261231T210000Z"},
	{"FREQ=DAILY;UNTIL=2026-12-31", "'2026-12-31' at offset 17 is no UNTIL: a date such as 20261231, with a time "
					"20261231T220000, or in UTC 20261231T210000Z"},
	{"FREQ=DAILY;COUNT=3;UNTIL=20261231",
	 "'20261231' at offset 25 is one end too many: COUNT and UNTIL exclude each "
	 "other"},
	{"FREQ=WEEKLY;BYDAY=MO,,TU",
	 "'' at offset 21 is no weekday; those are MO, TU, WE, TH, FR, SA and SU, also with an "
	 "ordinal: 1MO, -1FR"},
	{"FREQ=WEEKLY;BYDAY=MO,MON",
	 "'MON' at offset 21 is no weekday; those are MO, TU, WE, TH, FR, SA and SU, also with "
	 "an ordinal: 1MO, -1FR"},
	{"FREQ=YEARLY;BYDAY=54MO",
	 "'54MO' at offset 18 has no ordinal of a weekday: a whole number from 1 to 53, or from -1 "
	 "to -53"},
	{"FREQ=MONTHLY;BYDAY=-MO",
	 "'-MO' at offset 19 has no ordinal of a weekday: a whole number from 1 to 53, or from -1 "
	 "to -53"},
	{"BYDAY=MO,1TU;FREQ=WEEKLY", "'1TU' at offset 9 has an ordinal, which only MONTHLY and YEARLY know"},
	{"FREQ=MONTHLY;BYDAY=1MO,6MO", "'6MO' at offset 23 never comes: no month has more than five of a weekday"},
	{"FREQ=WEEKLY;BYMONTHDAY=1", "'1' at offset 23 cannot be a BYMONTHDAY where FREQ is WEEKLY"},
	{"FREQ=MONTHLY;BYMONTHDAY=1,32",
	 "'32' at offset 26 is no BYMONTHDAY: a whole number from 1 to 31, or from -1 to "
	 "-31"},
	{"FREQ=MONTHLY;BYMONTHDAY=0",
	 "'0' at offset 24 is no BYMONTHDAY: a whole number from 1 to 31, or from -1 to -31"},
	{"FREQ=YEARLY;BYMONTH=12,13", "'13' at offset 23 is no BYMONTH: a whole number from 1 to 12"},
	{"FREQ=WEEKLY;WKST=1MO", "'1MO' at offset 17 is no WKST; those are MO, TU, WE, TH, FR, SA and SU"},
	{"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30' never occurs from its start on"},
	{"FREQ=DAILY;UNTIL=20251231", "'FREQ=DAILY;UNTIL=20251231' never occurs from its start on"},
	{"FREQ=DAILY;UNTIL=20251231T235959Z", "'FREQ=DAILY;UNTIL=20251231T235959Z' never occurs from its start on"},
};

START_TEST(what_is_not_known_is_refused_where_it_stands)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct recurrence_terms terms = terms_of("UTC", "2026-01-01T00:00", "60", refused[i].rule);
		struct recurrence recurrence = {.seconds = 7};
		struct err err = {0};

		ck_assert_msg(!recurrence_read(&terms, &recurrence, &err), "%s", refused[i].rule);
		ck_assert_str_eq(err.text, refused[i].err);
		ck_assert_int_eq(recurrence.seconds, 7);
	}
}
END_TEST

static void refuse_terms(const struct recurrence_terms *terms, const char *text)
{
	struct recurrence recurrence;
	struct err err = {0};

	ck_assert(!recurrence_read(terms, &recurrence, &err));
	ck_assert_str_eq(err.text, text);
}

START_TEST(a_stretch_has_a_start_and_a_length)
{
	struct recurrence_terms terms = terms_of("UTC", "2026-01-01T00:00", "0", "");

	refuse_terms(&terms, "how long it lasts is not said; a duration or an end has to be there");
	terms.minutes = -1;
	refuse_terms(&terms, "a duration of -1 minutes is not between one minute and 366 days");
	terms.minutes = LIMIT_RECURRENCE_MINUTES + 1;
	refuse_terms(&terms, "a duration of 527041 minutes is not between one minute and 366 days");
	terms.end = civil_of("2026-01-01T01:00");
	refuse_terms(&terms, "how long it lasts is said twice; a duration or an end has to be there");
	terms.minutes = 0;
	terms.end = terms.start;
	refuse_terms(&terms, "the end is not behind the start");
	terms.end = civil_of("2027-01-02T00:01");
	refuse_terms(&terms, "the end is more than 366 days behind the start");
	terms.end = (struct civil){2026, 13, 1, 0, 0, 0};
	refuse_terms(&terms, "the end '2026-13-01T00:00:00' is not on the calendar");
	terms.start = (struct civil){2026, 2, 29, 0, 0, 0};
	refuse_terms(&terms, "the start '2026-02-29T00:00:00' is not on the calendar");
}
END_TEST

/* Each minute from 1990 on is there 390 years later, and none 401 years later; no walk counts what lies between. */
START_TEST(far_from_the_start_it_takes_no_longer)
{
	struct recurrence recurrence = recurrence_of(BERLIN, "1990-01-01T00:00", "1", "FREQ=MINUTELY");
	struct recurrence_walk walk;
	struct period stretch;

	for (int i = 0; i < 100; i++) {
		int found = 0;

		walk = recurrence_between(&recurrence, instant_of("2380-01-01T00:00"), instant_of("2380-01-01T01:00"));
		while (recurrence_next(&walk, &stretch))
			found++;
		ck_assert_int_eq(found, 60);
	}
	walk = recurrence_between(&recurrence, instant_of("2391-01-01T00:00"), (struct instant){INT64_MAX});
	ck_assert(!recurrence_next(&walk, &stretch));
	walk = recurrence_between(&recurrence, (struct instant){INT64_MIN}, instant_of("1989-12-31T23:00"));
	ck_assert(!recurrence_next(&walk, &stretch));
}
END_TEST

/* A rule's text is not looked at again. */
START_TEST(a_rule_s_text_may_go)
{
	char text[] = "FREQ=WEEKLY;BYDAY=SU";
	struct recurrence recurrence = recurrence_of("UTC", "2026-01-01T12:00", "60", text);
	struct recurrence_walk walk =
		recurrence_between(&recurrence, instant_of("2026-01-01T00:00"), instant_of("2026-01-08T00:00"));
	struct period stretch = {0};

	memset(text, '?', sizeof(text));
	ck_assert(recurrence_next(&walk, &stretch));
	ck_assert_str_eq(instant_text(stretch.begin).text, "2026-01-04T12:00:00Z");
}
END_TEST

UNIT_MAIN("model/recurrence", stretches_are_those_of_the_calendar, what_is_not_known_is_refused_where_it_stands,
	  a_stretch_has_a_start_and_a_length, far_from_the_start_it_takes_no_longer, a_rule_s_text_may_go)
