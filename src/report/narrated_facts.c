#include "report/narrated_facts.h"

#include "base/civil.h"
#include "base/num.h"

#include <math.h>

static bool has_letter(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (ascii_alpha(text.at[i]))
			return true;
	return false;
}

static bool has_blank(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] <= ' ')
			return true;
	return text.len == 0;
}

/* A share of something, by its key. */
static bool is_ratio(struct str key)
{
	static const char *const keys[] = {"objective", "sli",         "budget_consumed",      "budget_remaining",
					   "known",     "budget_cost", "change_failure_ratio", "rework_ratio"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

static void add_number(struct narrated_facts *facts, struct str key, double value)
{
	enum fact_kind kind = is_ratio(key) ? FACT_RATIO : str_ends(key, STR("_seconds")) ? FACT_SECONDS : FACT_COUNT;

	facts->numbers = arena_grow(facts->arena, facts->numbers, facts->numbers_len, sizeof(*facts->numbers));
	facts->numbers[facts->numbers_len++] = (struct narrated_fact){kind, value};
}

static void add_moment(struct narrated_facts *facts, struct instant at, bool date_only)
{
	facts->moments = arena_grow(facts->arena, facts->moments, facts->moments_len, sizeof(*facts->moments));
	facts->moments[facts->moments_len++] = (struct narrated_moment){at, date_only};
}

/* Of what has blanks in it nothing is taken for a name: a sentence could stand there, with numbers of its own. Nor is
 * what looks like a number. */
static void add_name(struct narrated_facts *facts, struct str text)
{
	if (!has_letter(text) || has_blank(text))
		return;
	facts->names = arena_grow(facts->arena, facts->names, facts->names_len, sizeof(*facts->names));
	facts->names[facts->names_len++] = text;
}

/* "page-fast, page-slow" are two. */
static void add_names(struct narrated_facts *facts, struct str text)
{
	while (text.len) {
		size_t end = str_find(text, ',');

		add_name(facts, str_trim(str_slice(text, 0, end)));
		text = str_slice(text, end < text.len ? end + 1 : end, text.len);
	}
}

static void read_value(struct narrated_facts *facts, struct str key, const struct json_tree *value, unsigned depth);

static void read_object(struct narrated_facts *facts, const struct json_tree *object, unsigned depth)
{
	const struct json_tree *value;
	struct str key;

	for (void *at = NULL; json_tree_member(object, &at, &key, &value);)
		read_value(facts, key, value, depth + 1);
}

static void read_text(struct narrated_facts *facts, struct str key, struct str text)
{
	struct instant at;

	if (str_is(key, "period"))
		facts->periods[0] = text;
	else if (str_is(key, "period_before"))
		facts->periods[1] = text;
	else if ((str_ends(key, STR("from")) || str_ends(key, STR("to"))) && instant_read(text, &at))
		add_moment(facts, at, false);
	else if (str_is(key, "alerts"))
		add_names(facts, text);
	else
		add_name(facts, text);
	/* the last day of what ends at midnight is the one before */
	if (str_ends(key, STR("to")) && instant_read(text, &at))
		add_moment(facts, (struct instant){at.ms - 1}, true);
}

static void read_value(struct narrated_facts *facts, struct str key, const struct json_tree *value, unsigned depth)
{
	double number;

	if (depth > 16)
		return;
	if (json_tree_text(value).at)
		read_text(facts, key, json_tree_text(value));
	else if (json_tree_number(value, &number))
		add_number(facts, key, number);
	else if (json_tree_is_array(value))
		for (size_t i = 0; i < json_tree_len(value); i++)
			read_value(facts, key, json_tree_at(value, i), depth + 1);
	else
		read_object(facts, value, depth);
}

void narrated_facts_read(struct narrated_facts *facts, struct arena *arena, const struct json_tree *findings)
{
	*facts = (struct narrated_facts){.arena = arena, .periods = {{"", 0}, {"", 0}}};
	read_object(facts, findings, 0);
}

/* No rounding may change more of a number: an hour and a half is not 2 hours. */
#define ROUNDED_MOST 0.05

/* Whether the number is the value, rounded or cut to that many decimals. All of something and nothing of it have to be
 * true: 99.96 % is not 100 %. */
static bool is_rounded(double value, double number, int decimals, double whole)
{
	double scale = pow(10, decimals), exact = fabs(value);

	if (num_same(number, 0) || num_same(number, whole))
		return fabs(exact - number) < 1e-9 * fmax(1, number);
	if (fabs(exact - number) > ROUNDED_MOST * exact)
		return false;
	return fabs(round(exact * scale) / scale - number) < 1e-9 * fmax(1, number) ||
	       fabs(floor(exact * scale + 1e-6) / scale - number) < 1e-9 * fmax(1, number);
}

bool facts_have_count(const struct narrated_facts *facts, double number, int decimals)
{
	for (size_t i = 0; i < facts->numbers_len; i++)
		if (facts->numbers[i].kind == FACT_COUNT && is_rounded(facts->numbers[i].value, number, decimals, 0))
			return true;
	return false;
}

bool facts_have_ratio(const struct narrated_facts *facts, double number, int decimals)
{
	for (size_t i = 0; i < facts->numbers_len && decimals >= 2; i++)
		if (facts->numbers[i].kind == FACT_RATIO && is_rounded(facts->numbers[i].value, number, decimals, 1))
			return true;
	return false;
}

bool facts_have_percent(const struct narrated_facts *facts, double number, int decimals)
{
	for (size_t i = 0; i < facts->numbers_len; i++)
		if (facts->numbers[i].kind == FACT_RATIO &&
		    is_rounded(facts->numbers[i].value * 100, number, decimals, 100))
			return true;
	return false;
}

bool facts_have_time(const struct narrated_facts *facts, double number, int decimals, double unit)
{
	for (size_t i = 0; i < facts->numbers_len; i++)
		if (facts->numbers[i].kind == FACT_SECONDS &&
		    is_rounded(facts->numbers[i].value / unit, number, decimals, 0))
			return true;
	return false;
}

bool facts_have_date(const struct narrated_facts *facts, int year, unsigned month, unsigned day)
{
	for (size_t i = 0; i < facts->moments_len; i++) {
		struct civil at = civil_of_seconds(facts->moments[i].at.ms / 1000);

		if ((!year || at.year == year) && (!month || at.month == month) && (!day || at.day == day))
			return true;
	}
	return false;
}

bool facts_have_clock(const struct narrated_facts *facts, unsigned hour, unsigned minute, unsigned second)
{
	for (size_t i = 0; i < facts->moments_len; i++) {
		struct civil at = civil_of_seconds(facts->moments[i].at.ms / 1000);

		if (!facts->moments[i].date_only && at.hour == hour && at.minute == minute &&
		    (!second || at.second == second))
			return true;
	}
	return false;
}
