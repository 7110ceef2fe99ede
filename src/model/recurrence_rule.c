#include "model/recurrence_rule.h"

#include "base/limits.h"

enum part { PART_FREQ, PART_INTERVAL, PART_COUNT, PART_UNTIL, PART_BYDAY, PART_BYMONTHDAY, PART_BYMONTH, PART_WKST };
enum { PARTS = PART_WKST + 1 };

struct reading {
	struct str text;
	struct recurrence_rule *rule;
	struct err *err;
	struct str given[PARTS];      /* each part's value, a piece of the text */
	struct str ordinal, farthest; /* the first weekday that has an ordinal, and that with the highest one */
	unsigned farthest_ordinal;
};

static const char *const freq_names[] = {"MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
_Static_assert(sizeof(freq_names) / sizeof(*freq_names) == RECURRENCE_FREQS, "a name for each");
static const char *const weekday_names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

#define KNOWN_FREQS    "MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY and YEARLY"
#define KNOWN_PARTS    "FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH and WKST"
#define KNOWN_WEEKDAYS "MO, TU, WE, TH, FR, SA and SU"

static bool refuse(const struct reading *r, struct str piece, const char *why)
{
	return err_set(r->err, "'%.*s' at offset %zu %s", (int)(piece.len < 80 ? piece.len : 80), piece.at,
		       (size_t)(piece.at - r->text.at), why);
}

static bool word_is(struct str s, const char *word)
{
	size_t len = strlen(word);

	if (s.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(s.at[i]) != ascii_lower(word[i]))
			return false;
	return true;
}

/* Which of the words it is, or `count`. */
static size_t word_among(struct str s, const char *const *words, size_t count)
{
	size_t i = 0;

	while (i < count && !word_is(s, words[i]))
		i++;
	return i;
}

/* Digits only, and from 1 to `max`. */
static bool number(struct str s, unsigned max, unsigned *value)
{
	unsigned n = 0;

	if (s.len == 0 || s.len > 9)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!ascii_digit(s.at[i]))
			return false;
		n = n * 10 + (unsigned)(s.at[i] - '0');
	}
	*value = n;
	return n >= 1 && n <= max;
}

/* The same behind a sign. */
static bool signed_number(struct str s, unsigned max, bool *back, unsigned *value)
{
	bool sign = s.len && (s.at[0] == '-' || s.at[0] == '+');

	*back = sign && s.at[0] == '-';
	return number(str_slice(s, sign, s.len), max, value);
}

static bool read_freq(struct reading *r, struct str value)
{
	size_t i = word_among(value, freq_names, RECURRENCE_FREQS);

	if (i == RECURRENCE_FREQS)
		return refuse(r, value, "is no FREQ that is known; those are " KNOWN_FREQS);
	r->rule->freq = (enum recurrence_freq)i;
	return true;
}

static bool read_interval(struct reading *r, struct str value)
{
	return number(value, LIMIT_RECURRENCE_INTERVAL, &r->rule->interval) ||
	       refuse(r, value, "is no INTERVAL: a whole number from 1 to 10000");
}

static bool read_count(struct reading *r, struct str value)
{
	return number(value, LIMIT_RECURRENCE_COUNT, &r->rule->count) ||
	       refuse(r, value, "is no COUNT: a whole number from 1 to 10000");
}

/* Digits of a fixed width. */
static unsigned digits(struct str s, size_t at, size_t len)
{
	unsigned n = 0;

	for (size_t i = at; i < at + len; i++)
		n = n * 10 + (unsigned)(s.at[i] - '0');
	return n;
}

/* "YYYYMMDD", "YYYYMMDDTHHMMSS": what stands where, and that all of it is on calendar and clock. */
static bool date_time(struct str s, struct civil *civil)
{
	if (s.len != 8 && s.len != 15)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i == 8 ? ascii_lower(s.at[i]) != 't' : !ascii_digit(s.at[i]))
			return false;
	*civil = (struct civil){(int)digits(s, 0, 4), digits(s, 4, 2), digits(s, 6, 2), 23, 59, 59};
	if (s.len == 15) {
		civil->hour = digits(s, 9, 2);
		civil->minute = digits(s, 11, 2);
		civil->second = digits(s, 13, 2);
	}
	return civil->year >= 1 && civil->month >= 1 && civil->month <= 12 && civil->day >= 1 &&
	       civil->day <= civil_days_in_month(civil->year, civil->month) && civil->hour <= 23 &&
	       civil->minute <= 59 && civil->second <= 59;
}

static bool read_until(struct reading *r, struct str value)
{
	bool utc = value.len == 16 && ascii_lower(value.at[15]) == 'z';
	struct civil civil;

	if (!date_time(str_slice(value, 0, value.len - utc), &civil))
		return refuse(
			r, value,
			"is no UNTIL: a date such as 20261231, with a time 20261231T220000, or in UTC 20261231T210000Z");
	r->rule->until_form = utc ? RECURRENCE_UNTIL_UTC : RECURRENCE_UNTIL_CLOCK;
	r->rule->until = civil_seconds(&civil);
	return true;
}

/* Hands out what stands between commas. */
static bool read_list(struct reading *r, struct str value, bool (*item)(struct reading *r, struct str s))
{
	for (;;) {
		size_t comma = str_find(value, ',');

		if (!item(r, str_slice(value, 0, comma)))
			return false;
		if (comma == value.len)
			return true;
		value = str_slice(value, comma + 1, value.len);
	}
}

static bool weekday_item(struct reading *r, struct str s)
{
	size_t split = s.len < 2 ? 0 : s.len - 2, weekday = word_among(str_slice(s, split, s.len), weekday_names, 7);
	unsigned n = 0;
	bool back = false;

	if (weekday == 7)
		return refuse(r, s, "is no weekday; those are " KNOWN_WEEKDAYS ", also with an ordinal: 1MO, -1FR");
	if (split) {
		if (!signed_number(str_slice(s, 0, split), 53, &back, &n))
			return refuse(r, s,
				      "has no ordinal of a weekday: a whole number from 1 to 53, or from -1 to -53");
		if (!r->ordinal.at)
			r->ordinal = s;
		if (n > r->farthest_ordinal) {
			r->farthest = s;
			r->farthest_ordinal = n;
		}
	}
	*(back ? &r->rule->weekdays_back[weekday] : &r->rule->weekdays[weekday]) |= UINT64_C(1) << n;
	return true;
}

static bool month_day_item(struct reading *r, struct str s)
{
	unsigned n = 0;
	bool back;

	if (!signed_number(s, 31, &back, &n))
		return refuse(r, s, "is no BYMONTHDAY: a whole number from 1 to 31, or from -1 to -31");
	*(back ? &r->rule->month_days_back : &r->rule->month_days) |= UINT32_C(1) << n;
	return true;
}

static bool month_item(struct reading *r, struct str s)
{
	unsigned n = 0;

	if (!number(s, 12, &n))
		return refuse(r, s, "is no BYMONTH: a whole number from 1 to 12");
	r->rule->months |= (uint16_t)(1u << n);
	return true;
}

static bool read_by_day(struct reading *r, struct str value) { return read_list(r, value, weekday_item); }
static bool read_by_month_day(struct reading *r, struct str value) { return read_list(r, value, month_day_item); }
static bool read_by_month(struct reading *r, struct str value) { return read_list(r, value, month_item); }

static bool read_week_begin(struct reading *r, struct str value)
{
	size_t i = word_among(value, weekday_names, 7);

	if (i == 7)
		return refuse(r, value, "is no WKST; those are " KNOWN_WEEKDAYS);
	r->rule->week_begin = (enum weekday)i;
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct reading *r, struct str value);
} parts[] = {
	[PART_FREQ] = {"FREQ", read_freq},           [PART_INTERVAL] = {"INTERVAL", read_interval},
	[PART_COUNT] = {"COUNT", read_count},        [PART_UNTIL] = {"UNTIL", read_until},
	[PART_BYDAY] = {"BYDAY", read_by_day},       [PART_BYMONTHDAY] = {"BYMONTHDAY", read_by_month_day},
	[PART_BYMONTH] = {"BYMONTH", read_by_month}, [PART_WKST] = {"WKST", read_week_begin},
};
_Static_assert(sizeof(parts) / sizeof(*parts) == PARTS, "a row for each");

/* "NAME=VALUE" */
static bool read_part(struct reading *r, struct str s)
{
	size_t equals = str_find(s, '='), part = 0;
	struct str name = str_slice(s, 0, equals), value;

	while (part < PARTS && !word_is(name, parts[part].name))
		part++;
	if (part == PARTS)
		return refuse(r, name, "is no part of a rule that is known; those are " KNOWN_PARTS);
	if (equals == s.len)
		return refuse(r, name, "has no '=' and no value");
	if (r->given[part].at)
		return refuse(r, name, "is given twice");
	value = str_slice(s, equals + 1, s.len);
	r->given[part] = value;
	return parts[part].read(r, value);
}

/* What one part says of another. */
static bool check_parts(const struct reading *r)
{
	enum recurrence_freq freq = r->rule->freq;
	struct str count = r->given[PART_COUNT], until = r->given[PART_UNTIL];

	if (!r->given[PART_FREQ].at)
		return refuse(r, r->text, "has no FREQ; one of " KNOWN_FREQS " has to be there");
	if (count.at && until.at)
		return refuse(r, count.at > until.at ? count : until,
			      "is one end too many: COUNT and UNTIL exclude each other");
	if (freq == RECURRENCE_WEEKLY && r->given[PART_BYMONTHDAY].at)
		return refuse(r, r->given[PART_BYMONTHDAY], "cannot be a BYMONTHDAY where FREQ is WEEKLY");
	if (r->ordinal.at && freq != RECURRENCE_MONTHLY && freq != RECURRENCE_YEARLY)
		return refuse(r, r->ordinal, "has an ordinal, which only MONTHLY and YEARLY know");
	if (r->farthest_ordinal > 5 && (freq == RECURRENCE_MONTHLY || r->rule->months))
		return refuse(r, r->farthest, "never comes: no month has more than five of a weekday");
	return true;
}

bool recurrence_rule_read(struct str text, struct recurrence_rule *rule, struct err *err)
{
	struct recurrence_rule read = {.interval = 1, .week_begin = MONDAY};
	struct reading reading = {.text = text, .rule = &read, .err = err};
	size_t pos = text.len >= 6 && word_is(str_slice(text, 0, 6), "RRULE:") ? 6 : 0;

	if (pos == text.len)
		return err_set(err, "there is no rule; FREQ=WEEKLY is one");
	for (;;) {
		struct str rest = str_slice(text, pos, text.len);
		size_t len = str_find(rest, ';');

		if (!read_part(&reading, str_slice(rest, 0, len)))
			return false;
		if (len == rest.len)
			break;
		pos += len + 1;
	}
	if (!check_parts(&reading))
		return false;
	*rule = read;
	return true;
}
