#include "model/period.h"

#include "base/num.h"

#include <stdio.h>

const char *const period_unit_names[PERIOD_UNITS] = {
	[PERIOD_DAY] = "day",         [PERIOD_WEEK] = "week", [PERIOD_MONTH] = "month",
	[PERIOD_QUARTER] = "quarter", [PERIOD_YEAR] = "year",
};

static const unsigned unit_days[PERIOD_UNITS] = {[PERIOD_DAY] = 1, [PERIOD_WEEK] = 7};
static const unsigned unit_months[PERIOD_UNITS] = {[PERIOD_MONTH] = 1, [PERIOD_QUARTER] = 3, [PERIOD_YEAR] = 12};
static const int64_t unit_nominal[PERIOD_UNITS] = {
	[PERIOD_DAY] = SPAN_DAY,          [PERIOD_WEEK] = 7 * SPAN_DAY,   [PERIOD_MONTH] = 30 * SPAN_DAY,
	[PERIOD_QUARTER] = 90 * SPAN_DAY, [PERIOD_YEAR] = 365 * SPAN_DAY,
};

static bool natural(const struct calendar *calendar) { return calendar->start.year == 0; }

/* 2001 began with a Monday. */
static struct civil anchor(const struct calendar *calendar)
{
	return natural(calendar) ? (struct civil){.year = 2001, .month = 1, .day = 1} : calendar->start;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

static int64_t months_of(const struct civil *civil) { return (int64_t)civil->year * 12 + civil->month - 1; }

/* The moment at which period number n, counted from the anchor, begins. */
static struct instant boundary(const struct calendar *calendar, int64_t n)
{
	struct civil start = anchor(calendar), at = start;

	if (unit_days[calendar->unit]) {
		at = civil_of_day(civil_day(start.year, start.month, start.day) +
				  n * calendar->count * unit_days[calendar->unit]);
	} else {
		int64_t month = months_of(&start) + n * calendar->count * unit_months[calendar->unit];
		unsigned days;

		at.year = (int)floor_div(month, 12);
		at.month = (unsigned)(month - (int64_t)at.year * 12) + 1;
		days = civil_days_in_month(at.year, at.month);
		at.day = start.day < days ? start.day : days;
	}
	at.hour = start.hour;
	at.minute = start.minute;
	at.second = start.second;
	return zone_instant(calendar->zone, &at);
}

/* About the number of the period; off by one at most, but for days that a zone left out. */
static int64_t guess(const struct calendar *calendar, struct instant instant)
{
	struct civil start = anchor(calendar), at = zone_civil(calendar->zone, instant);

	if (unit_days[calendar->unit])
		return floor_div(civil_day(at.year, at.month, at.day) - civil_day(start.year, start.month, start.day),
				 (int64_t)calendar->count * unit_days[calendar->unit]);
	return floor_div(months_of(&at) - months_of(&start), (int64_t)calendar->count * unit_months[calendar->unit]);
}

struct period period_at(const struct calendar *calendar, struct instant instant)
{
	int64_t n = guess(calendar, instant);

	while (boundary(calendar, n).ms > instant.ms)
		n--;
	while (boundary(calendar, n + 1).ms <= instant.ms)
		n++;
	return (struct period){boundary(calendar, n), boundary(calendar, n + 1)};
}

struct period period_before(const struct calendar *calendar, struct period period)
{
	return period_at(calendar, (struct instant){period.begin.ms - 1});
}

/* ISO 8601: the week belongs to the year that its Thursday is in. */
static void put_week(char *text, size_t size, const struct civil *monday)
{
	int64_t thursday = civil_day(monday->year, monday->month, monday->day) + 3;
	int year = civil_of_day(thursday).year;

	snprintf(text, size, "%04d-W%02d", year, (int)((thursday - civil_day(year, 1, 1)) / 7) + 1);
}

struct period_name period_name(const struct calendar *calendar, struct period period)
{
	struct civil at = zone_civil(calendar->zone, period.begin);
	enum period_unit unit = natural(calendar) && calendar->count == 1 ? calendar->unit : PERIOD_DAY;
	struct period_name name;

	switch (unit) {
	case PERIOD_DAY:
		snprintf(name.text, sizeof(name.text), "%04d-%02u-%02u", at.year, at.month, at.day);
		break;
	case PERIOD_WEEK:
		put_week(name.text, sizeof(name.text), &at);
		break;
	case PERIOD_MONTH:
		snprintf(name.text, sizeof(name.text), "%04d-%02u", at.year, at.month);
		break;
	case PERIOD_QUARTER:
		snprintf(name.text, sizeof(name.text), "%04d-Q%u", at.year, (at.month + 2) / 3);
		break;
	case PERIOD_YEAR:
		snprintf(name.text, sizeof(name.text), "%04d", at.year);
		break;
	}
	return name;
}

/* A number of so many digits; false for anything else. */
static bool read_digits(struct str text, size_t from, size_t digits, unsigned *number)
{
	uint64_t value;

	for (size_t i = from; i < from + digits; i++)
		if (i >= text.len || !ascii_digit(text.at[i]))
			return false;
	*number = num_read_u64(str_slice(text, from, from + digits), &value) ? (unsigned)value : 0;
	return true;
}

/* What the name's form says, and a day that lies in the period, if there is one. */
static bool read_form(struct str name, enum period_unit *unit, struct civil *day)
{
	unsigned year, number;

	*day = (struct civil){.month = 1, .day = 1};
	if (!read_digits(name, 0, 4, &year) || (name.len > 4 && name.at[4] != '-'))
		return false;
	day->year = (int)year;
	if (name.len == 4) {
		*unit = PERIOD_YEAR;
	} else if (name.len == 7 && name.at[5] == 'Q' && read_digits(name, 6, 1, &number)) {
		*unit = PERIOD_QUARTER;
		day->month = number * 3 - 2;
	} else if (name.len == 8 && name.at[5] == 'W' && read_digits(name, 6, 2, &number)) {
		*unit = PERIOD_WEEK; /* the 4th of January lies in the first */
		*day = civil_of_day(civil_day(day->year, 1, 4) + ((int64_t)number - 1) * 7);
	} else if (name.len == 7 && read_digits(name, 5, 2, &day->month)) {
		*unit = PERIOD_MONTH;
	} else if (name.len == 10 && name.at[7] == '-' && read_digits(name, 5, 2, &day->month) &&
		   read_digits(name, 8, 2, &day->day)) {
		*unit = PERIOD_DAY;
	} else {
		return false;
	}
	return true;
}

bool period_read(struct str name, const struct zone *zone, struct calendar *calendar, struct period *period,
		 struct err *err)
{
	struct calendar natural_one = {.count = 1, .zone = zone};
	struct period found;
	struct civil day;

	if (!read_form(name, &natural_one.unit, &day) || day.year < 1970)
		return err_set(err, "'%.*s' is no period such as 2026-10, 2026-Q4, 2026, 2026-W41 or 2026-10-07",
			       STR_ARG(name));
	if (day.month < 1 || day.month > 12 || day.day < 1 || day.day > civil_days_in_month(day.year, day.month))
		return err_set(err, "there is no '%.*s' on the calendar", STR_ARG(name));
	found = period_at(&natural_one, zone_instant(zone, &day));
	/* the 53rd week of a year that has 52 is the first of the next */
	if (!str_is(name, period_name(&natural_one, found).text))
		return err_set(err, "there is no '%.*s' on the calendar", STR_ARG(name));
	*calendar = natural_one;
	*period = found;
	return true;
}

struct span period_nominal(const struct calendar *calendar)
{
	return (struct span){unit_nominal[calendar->unit] * calendar->count};
}
