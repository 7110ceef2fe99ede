#include "base/zone_parts.h"

/* A name is letters, or anything legal in angle brackets. */
static bool take_name(struct str *s)
{
	size_t len = 0;

	if (s->len && s->at[0] == '<') {
		len = str_find(*s, '>');
		if (len == s->len)
			return false;
		*s = str_slice(*s, len + 1, s->len);
		return true;
	}
	while (len < s->len && ascii_alpha(s->at[len]))
		len++;
	*s = str_slice(*s, len, s->len);
	return len >= 3;
}

static bool take_number(struct str *s, unsigned most, unsigned *value)
{
	size_t len = 0;

	for (*value = 0; len < s->len && ascii_digit(s->at[len]) && len < 4; len++)
		*value = 10 * *value + (unsigned)(s->at[len] - '0');
	*s = str_slice(*s, len, s->len);
	return len > 0 && *value <= most;
}

static bool take(struct str *s, char c)
{
	if (s->len == 0 || s->at[0] != c)
		return false;
	*s = str_slice(*s, 1, s->len);
	return true;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct str *s, int *seconds)
{
	bool negative = take(s, '-');
	unsigned hours, minutes = 0, rest = 0;

	if (!negative)
		take(s, '+');
	if (!take_number(s, 167, &hours) || (take(s, ':') && !take_number(s, 59, &minutes)) ||
	    (take(s, ':') && !take_number(s, 59, &rest)))
		return false;
	*seconds = (int)(hours * 3600 + minutes * 60 + rest) * (negative ? -1 : 1);
	return true;
}

static bool take_day(struct str *s, struct zone_day *day)
{
	bool fine;

	if (take(s, 'M')) {
		day->kind = DAY_MONTH;
		fine = take_number(s, 12, &day->month) && take(s, '.') && take_number(s, 5, &day->week) &&
		       take(s, '.') && take_number(s, 6, &day->weekday) && day->month >= 1 && day->week >= 1;
	} else {
		day->kind = take(s, 'J') ? DAY_JULIAN : DAY_NUMBER;
		fine = take_number(s, 365, &day->day) && (day->kind == DAY_NUMBER || day->day >= 1);
	}
	day->time = 2 * 3600;
	return fine && (!take(s, '/') || take_time(s, &day->time));
}

bool zone_rule_read(struct str text, struct zone_rule *rule)
{
	int west;

	*rule = (struct zone_rule){.given = true};
	if (!take_name(&text) || !take_time(&text, &west))
		return false;
	rule->standard = -west;
	if (text.len == 0)
		return true;
	rule->daylight = true;
	rule->summer = rule->standard + 3600;
	if (!take_name(&text))
		return false;
	if (text.len && text.at[0] != ',') {
		if (!take_time(&text, &west))
			return false;
		rule->summer = -west;
	}
	return take(&text, ',') && take_day(&text, &rule->begin) && take(&text, ',') && take_day(&text, &rule->end) &&
	       text.len == 0;
}

/* Seconds since 1970, on the zone's own clock, of the change in that year. */
static int64_t change_in(const struct zone_day *day, int year)
{
	int64_t first = civil_day(year, 1, 1);
	bool leap = civil_days_in_month(year, 2) == 29;

	switch (day->kind) {
	case DAY_JULIAN:
		first += day->day - 1 + (leap && day->day >= 60);
		break;
	case DAY_NUMBER:
		first += day->day;
		break;
	case DAY_MONTH: {
		unsigned days = civil_days_in_month(year, day->month);
		unsigned sunday_first = ((unsigned)civil_weekday(civil_day(year, day->month, 1)) + 1) % 7;
		unsigned date = 1 + (day->weekday + 7 - sunday_first) % 7 + 7 * (day->week - 1);

		first = civil_day(year, day->month, date > days ? date - 7 : date);
		break;
	}
	}
	return first * 86400 + day->time;
}

int zone_rule_offset(const struct zone_rule *rule, int64_t seconds)
{
	int year;
	int64_t begin, end;
	bool summer;

	if (!rule->daylight)
		return rule->standard;
	year = civil_of_seconds(seconds + rule->standard).year;
	begin = change_in(&rule->begin, year) - rule->standard;
	end = change_in(&rule->end, year) - rule->summer;
	summer = begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
	return summer ? rule->summer : rule->standard;
}
