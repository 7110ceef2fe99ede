#include "model/recurrence.h"

#include "base/limits.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* More than any clock is away from UTC. */
#define AWAY (2 * (int64_t)DAY)

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

static bool sub_daily(const struct recurrence_rule *rule) { return rule->freq < RECURRENCE_DAILY; }

/* Days, weeks, months and years are numbered; INTERVAL goes by these numbers. */
static int64_t unit_of(const struct recurrence_rule *rule, int64_t day, const struct civil *date)
{
	switch (rule->freq) {
	case RECURRENCE_MINUTELY:
	case RECURRENCE_HOURLY:
	case RECURRENCE_DAILY:
		break;
	case RECURRENCE_WEEKLY: /* 1970-01-01 was a Thursday */
		return floor_div(day + THURSDAY - (int64_t)rule->week_begin, 7);
	case RECURRENCE_MONTHLY:
		return (int64_t)date->year * 12 + date->month - 1;
	case RECURRENCE_YEARLY:
		return date->year;
	}
	return day;
}

/* The day with which a unit begins: unit_of's inverse. */
static int64_t unit_begin(const struct recurrence_rule *rule, int64_t unit)
{
	switch (rule->freq) {
	case RECURRENCE_MINUTELY:
	case RECURRENCE_HOURLY:
	case RECURRENCE_DAILY:
		break;
	case RECURRENCE_WEEKLY:
		return unit * 7 - THURSDAY + (int64_t)rule->week_begin;
	case RECURRENCE_MONTHLY:
		return civil_day((int)floor_div(unit, 12), (unsigned)(unit - floor_div(unit, 12) * 12) + 1, 1);
	case RECURRENCE_YEARLY:
		return civil_day((int)unit, 1, 1);
	}
	return unit;
}

static bool by_month_day(const struct recurrence_rule *rule) { return rule->month_days || rule->month_days_back; }

static bool by_weekday(const struct recurrence_rule *rule)
{
	uint64_t any = 0;

	for (int i = 0; i < 7; i++)
		any |= rule->weekdays[i] | rule->weekdays_back[i];
	return any != 0;
}

static bool month_day_fits(const struct recurrence_rule *rule, const struct civil *date)
{
	unsigned back = civil_days_in_month(date->year, date->month) - date->day + 1;

	return !by_month_day(rule) || rule->month_days >> date->day & 1 || rule->month_days_back >> back & 1;
}

/* Ordinals are those of the month, and of the year only where it says YEARLY without BYMONTH (RFC 5545, 3.3.10). */
static bool weekday_fits(const struct recurrence_rule *rule, int64_t day, const struct civil *date)
{
	enum weekday weekday = civil_weekday(day);
	unsigned before = date->day - 1, behind = civil_days_in_month(date->year, date->month) - date->day;

	if (!by_weekday(rule))
		return true;
	if (rule->freq == RECURRENCE_YEARLY && !rule->months) {
		before = (unsigned)(day - civil_day(date->year, 1, 1));
		behind = (unsigned)(civil_day(date->year, 12, 31) - day);
	}
	return (rule->weekdays[weekday] & 1) || rule->weekdays[weekday] >> (before / 7 + 1) & 1 ||
	       rule->weekdays_back[weekday] >> (behind / 7 + 1) & 1;
}

/* Moves `*day` to the first one from there to `last` that the rule has; what cannot be in it is leapt over by whole
 * units and months. */
static bool find_day(const struct recurrence *recurrence, int64_t *day, int64_t last)
{
	const struct recurrence_rule *rule = &recurrence->rule;
	int64_t start = floor_div(recurrence->start, DAY), interval = sub_daily(rule) ? 1 : rule->interval;
	struct civil start_date = civil_of_day(start);
	int64_t first_unit = unit_of(rule, start, &start_date);

	while (*day <= last) {
		struct civil date = civil_of_day(*day);
		int64_t unit = unit_of(rule, *day, &date), behind = (unit - first_unit) % interval;

		if (behind)
			*day = unit_begin(rule, unit + interval - behind);
		else if (rule->months && !(rule->months >> date.month & 1))
			*day += civil_days_in_month(date.year, date.month) - date.day + 1;
		else if (month_day_fits(rule, &date) && weekday_fits(rule, *day, &date))
			return true;
		else
			++*day;
	}
	return false;
}

/* From one occurrence to the next, by the clock alone. */
static int64_t step_of(const struct recurrence_rule *rule)
{
	if (!sub_daily(rule))
		return DAY;
	return (int64_t)rule->interval * (rule->freq == RECURRENCE_HOURLY ? HOUR : MINUTE);
}

/* Moves `*clock` to the first occurrence from there to `last`. */
static bool find(const struct recurrence *recurrence, int64_t *clock, int64_t last)
{
	int64_t start = recurrence->start, step = step_of(&recurrence->rule);

	while (*clock <= last) {
		int64_t at = *clock <= start ? start : start + floor_div(*clock - start + step - 1, step) * step;
		int64_t day = floor_div(at, DAY), found = day;

		if (at > last || !find_day(recurrence, &found, floor_div(last, DAY)))
			return false;
		*clock = found == day ? at : found * DAY;
		if (found == day)
			return true;
	}
	return false;
}

static struct instant clock_instant(const struct recurrence *recurrence, int64_t clock)
{
	struct civil civil = civil_of_seconds(clock);

	return zone_instant(recurrence->zone, &civil);
}

struct recurrence_walk recurrence_between(const struct recurrence *recurrence, struct instant from, struct instant to)
{
	struct recurrence_walk walk = {
		.recurrence = recurrence,
		.from = from,
		.to = to,
		.clock = floor_div(from.ms, 1000) - recurrence->seconds - AWAY,
		.last = floor_div(to.ms, 1000) + AWAY,
	};

	if (walk.last > recurrence->last)
		walk.last = recurrence->last;
	if (from.ms >= to.ms)
		walk.last = recurrence->start - 1;
	return walk;
}

/* On a clock that only goes on, instants do, too: beginnings rise and so do ends. */
bool recurrence_next(struct recurrence_walk *walk, struct period *stretch)
{
	const struct recurrence *recurrence = walk->recurrence;

	while (find(recurrence, &walk->clock, walk->last)) {
		struct instant begin = clock_instant(recurrence, walk->clock);
		struct instant end = recurrence->end_on_clock
					     ? clock_instant(recurrence, walk->clock + recurrence->seconds)
					     : (struct instant){begin.ms + recurrence->seconds * 1000};

		walk->clock++;
		if (begin.ms >= walk->to.ms || begin.ms > recurrence->until.ms)
			walk->last = recurrence->start - 1;
		else if (end.ms > walk->from.ms && end.ms > begin.ms) {
			*stretch = (struct period){begin, end};
			return true;
		}
	}
	return false;
}

static bool legal(const struct civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= civil_days_in_month(c->year, c->month) && c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

static bool check_date(const struct civil *c, const char *what, struct err *err)
{
	return legal(c) || err_set(err, "the %s '%04d-%02u-%02uT%02u:%02u:%02u' is not on the calendar", what, c->year,
				   c->month, c->day, c->hour, c->minute, c->second);
}

static bool read_length(const struct recurrence_terms *terms, struct recurrence *recurrence, struct err *err)
{
	recurrence->end_on_clock = terms->end.year != 0;
	if (recurrence->end_on_clock == (terms->minutes != 0))
		return err_set(err, "how long it lasts is %s; a duration or an end has to be there",
			       recurrence->end_on_clock ? "said twice" : "not said");
	if (!recurrence->end_on_clock) {
		if (terms->minutes < 1 || terms->minutes > LIMIT_RECURRENCE_MINUTES)
			return err_set(err, "a duration of %lld minutes is not between one minute and 366 days",
				       (long long)terms->minutes);
		recurrence->seconds = terms->minutes * MINUTE;
		return true;
	}
	if (!check_date(&terms->end, "end", err))
		return false;
	recurrence->seconds = civil_seconds(&terms->end) - recurrence->start;
	if (recurrence->seconds <= 0)
		return err_set(err, "the end is not behind the start");
	return recurrence->seconds <= (int64_t)LIMIT_RECURRENCE_MINUTES * MINUTE ||
	       err_set(err, "the end is more than 366 days behind the start");
}

/* What a rule does not say, the start does. */
static void complete_rule(struct recurrence_rule *rule, const struct civil *start)
{
	if (by_month_day(rule) || by_weekday(rule))
		return;
	if (rule->freq == RECURRENCE_YEARLY && !rule->months)
		rule->months = (uint16_t)(1u << start->month);
	if (rule->freq == RECURRENCE_YEARLY || rule->freq == RECURRENCE_MONTHLY)
		rule->month_days = UINT32_C(1) << start->day;
	if (rule->freq == RECURRENCE_WEEKLY)
		rule->weekdays[civil_weekday(civil_day(start->year, start->month, start->day))] = 1;
}

static void count_to_last(struct recurrence *recurrence)
{
	int64_t clock = recurrence->start, last = recurrence->last;

	for (unsigned n = 0; n < recurrence->rule.count; n++) {
		if (!find(recurrence, &clock, recurrence->last))
			return;
		last = clock++;
	}
	recurrence->last = last;
}

static void read_ends(struct recurrence *recurrence)
{
	const struct recurrence_rule *rule = &recurrence->rule;

	recurrence->until.ms = INT64_MAX;
	recurrence->last = recurrence->start + LIMIT_RECURRENCE_YEARS * 146097 / 400 * (int64_t)DAY;
	if (rule->until_form == RECURRENCE_UNTIL_CLOCK && rule->until < recurrence->last)
		recurrence->last = rule->until;
	else if (rule->until_form == RECURRENCE_UNTIL_UTC)
		recurrence->until.ms = rule->until * 1000;
	if (rule->count)
		count_to_last(recurrence);
}

bool recurrence_read(const struct recurrence_terms *terms, struct recurrence *recurrence, struct err *err)
{
	struct recurrence read = {.zone = terms->zone};
	int64_t first;

	if (!check_date(&terms->start, "start", err))
		return false;
	read.start = civil_seconds(&terms->start);
	if (!read_length(terms, &read, err))
		return false;
	if (terms->rule.len == 0)
		read.rule = (struct recurrence_rule){.freq = RECURRENCE_DAILY, .interval = 1, .count = 1};
	else if (!recurrence_rule_read(terms->rule, &read.rule, err))
		return false;
	complete_rule(&read.rule, &terms->start);
	read_ends(&read);
	first = read.start;
	if (!find(&read, &first, read.last) || clock_instant(&read, first).ms > read.until.ms)
		return err_set(err, "'%.*s' never occurs from its start on",
			       (int)(terms->rule.len < 200 ? terms->rule.len : 200), terms->rule.at);
	*recurrence = read;
	return true;
}
