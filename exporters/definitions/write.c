#include "exporters/definitions/write.h"

#include "base/limits.h"
#include "base/num.h"

#include <stdlib.h>

struct str decimal_text(struct arena *arena, double number, int shift)
{
	char shortest[NUM_TEXT], digits[NUM_TEXT];
	struct str text = {shortest, num_text(shortest, number)}, made;
	size_t len = 0, end = str_find(text, 'e');
	bool fraction = false;
	struct buf out;
	int64_t power = 0; /* of ten, of the last digit */

	if (end < text.len)
		num_read_i64(str_slice(text, text.at[end + 1] == '+' ? end + 2 : end + 1, text.len), &power);
	for (size_t i = 0; i < end; i++) {
		fraction |= text.at[i] == '.';
		if (ascii_digit(text.at[i]) && (len || text.at[i] != '0'))
			digits[len++] = text.at[i];
		power -= fraction && ascii_digit(text.at[i]);
	}
	for (power += shift; power < 0 && len && digits[len - 1] == '0'; power++)
		len--;
	buf_init(&out, LIMIT_TEXT_BYTES);
	buf_cstr(&out, number < 0 ? "-" : "");
	if ((int64_t)len + power > 0) {
		size_t whole = power >= 0 ? len : len - (size_t)-power;

		buf_put(&out, digits, whole);
		buf_fill(&out, '0', power > 0 ? (size_t)power : 0);
		buf_cstr(&out, whole < len ? "." : "");
		buf_put(&out, digits + whole, len - whole);
	} else {
		buf_cstr(&out, len ? "0." : "0");
		buf_fill(&out, '0', len ? (size_t)-power - len : 0);
		buf_put(&out, digits, len);
	}
	made = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return made;
}

bool dns_label(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		bool letter = ascii_digit(c) || (c >= 'a' && c <= 'z');

		if (!letter && (c != '-' || i == 0 || i + 1 == name.len))
			return false;
	}
	return name.len > 0 && name.len <= 63;
}

bool dns_name(struct str name)
{
	for (struct str rest = name; rest.len;) {
		size_t dot = str_find(rest, '.');

		if (!dns_label(str_slice(rest, 0, dot)) || dot + 1 == rest.len)
			return false;
		rest = str_slice(rest, dot < rest.len ? dot + 1 : dot, rest.len);
	}
	return name.len > 0 && name.len <= 253;
}

static void lost_windows(struct writing *writing)
{
	const struct slo *slo = writing->slo;

	for (size_t i = 1; i < slo->windows_len; i++)
		writing_lost(writing, CARRIED_WINDOWS, slo->windows[i].place,
			     "%s has one window for an SLO: '%.*s' is left out", writing->conversion->to->name,
			     STR_ARG(slo->windows[i].name));
}

void writing_lost_display_name(struct writing *writing, const char *language)
{
	struct str name = writing->slo->display_name;

	if (name.len)
		writing_lost(writing, CARRIED_DISPLAY_NAME, writing->slo->place,
			     "%s has no names for people: '%.*s' is left out", language, VALUE_ARG(name));
}

void writing_lost_budgeting(struct writing *writing, const char *language)
{
	const struct budgeting *budgeting = &writing->slo->budgeting;

	if (budgeting->method != BUDGET_OCCURRENCES)
		writing_lost(writing, CARRIED_BUDGETING, writing->slo->place,
			     "%s has no slices of time: bad events spend the budget", language);
	else if (budgeting->missing != MISSING_IGNORED)
		writing_lost(writing, CARRIED_BUDGETING, writing->slo->place,
			     "%s does not say what time without data is: '%s' is left out", language,
			     slice_missing_names[budgeting->missing]);
}

void writing_lost_common(struct writing *writing)
{
	const struct definition_language *to = writing->conversion->to;
	const struct slo *slo = writing->slo;

	if (slo->namespace_.len && !to->namespaces)
		writing_lost(writing, CARRIED_NAME, slo->place, "%s has no namespaces: '%.*s' is left out", to->name,
			     STR_ARG(slo->namespace_));
	if (slo->source.name.len && !to->sources)
		writing_lost(writing, CARRIED_SOURCE, slo->source.place,
			     "%s has no sources: '%.*s' is left out, and its rules belong to that server", to->name,
			     STR_ARG(slo->source.name));
	lost_windows(writing);
	if (slo->group_by_len && slo->group_limit != LIMIT_GROUPS_DEFAULT)
		writing_lost(writing, CARRIED_GROUP_LIMIT, slo->place, "%s has no limit of groups: %u is left out",
			     to->name, slo->group_limit);
	if (slo->top.most)
		writing_lost(writing, CARRIED_GROUP_TOP, slo->place, "%s has no top of groups: all of them are shown",
			     to->name);
	if (slo->policy_ref.name.len)
		writing_lost(writing, CARRIED_POLICY, slo->policy_ref.place, "%s has no policies: '%.*s' is left out",
			     to->name, STR_ARG(slo->policy_ref.name));
}
