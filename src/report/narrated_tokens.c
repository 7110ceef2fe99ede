#include "report/narrated_tokens.h"

#include "base/num.h"

#include <string.h>

static char char_at(struct str text, size_t at) { return at < text.len ? text.at[at] : '\0'; }
static bool digit_at(struct str text, size_t at) { return ascii_digit(char_at(text, at)); }

/* So many digits at a place; false where there are fewer. */
static bool digits(struct str text, size_t at, size_t count, unsigned *value)
{
	*value = 0;
	for (size_t i = at; i < at + count; i++) {
		if (!digit_at(text, i))
			return false;
		*value = *value * 10 + (unsigned)(text.at[i] - '0');
	}
	return true;
}

/* "9:05", "09:05", "09:05:30" at a place; its length, or 0. */
static size_t read_clock(struct str text, size_t at, struct civil *civil)
{
	size_t hours = digit_at(text, at + 1) ? 2 : 1, len = hours + 3;

	if (!digits(text, at, hours, &civil->hour) || char_at(text, at + hours) != ':' ||
	    !digits(text, at + hours + 1, 2, &civil->minute))
		return 0;
	civil->second = 0;
	if (char_at(text, at + len) == ':' && digits(text, at + len + 1, 2, &civil->second))
		len += 3;
	return digit_at(text, at + len) || char_at(text, at + len) == ':' ? 0 : len;
}

/* "2026-10-20", "2026-10-20T09:05:00Z", "2026-10-20 09:05"; its length, or 0. */
static size_t read_date(struct str text, size_t at, struct token *token)
{
	struct civil *civil = &token->civil;
	size_t len = 10, clock;
	unsigned year;

	if (!digits(text, at, 4, &year) || char_at(text, at + 4) != '-' || !digits(text, at + 5, 2, &civil->month) ||
	    char_at(text, at + 7) != '-' || !digits(text, at + 8, 2, &civil->day) || digit_at(text, at + 10))
		return 0;
	if (!civil->month || !civil->day)
		return 0;
	civil->year = (int)year;
	clock = char_at(text, at + len) == 'T' || char_at(text, at + len) == ' ' ? read_clock(text, at + len + 1, civil)
										 : 0;
	token->clock = clock > 0;
	len += clock ? clock + 1 : 0;
	return len + (token->clock && char_at(text, at + len) == 'Z');
}

static size_t read_period(struct str text, size_t at, const struct narrated_facts *facts)
{
	for (size_t i = 0; i < 2; i++) {
		struct str name = facts->periods[i];
		char next = char_at(text, at + name.len);

		if (name.len && str_starts(str_slice(text, at, text.len), name) && !ascii_digit(next) &&
		    !ascii_alpha(next) && next != '-')
			return name.len;
	}
	return 0;
}

/* "1,000,000", "99.36"; its length, or 0 where it is not written as plainly as that. */
static size_t read_number(struct str text, size_t at, struct token *token)
{
	char plain[32];
	size_t len = 0, kept = 0, group = 0;
	bool grouped = false;

	for (; digit_at(text, at + len) || (char_at(text, at + len) == ',' && digit_at(text, at + len + 1)); len++) {
		if (text.at[at + len] == ',') {
			if (grouped ? group != 3 : group > 3)
				return 0;
			grouped = true;
			group = 0;
			continue;
		}
		group++;
		if (kept == sizeof(plain) - 1)
			return 0;
		plain[kept++] = text.at[at + len];
	}
	if (grouped && group != 3)
		return 0;
	token->decimals = 0;
	if (char_at(text, at + len) == '.' && digit_at(text, at + len + 1)) {
		plain[kept < sizeof(plain) - 1 ? kept++ : kept] = '.';
		for (len++; digit_at(text, at + len) && kept < sizeof(plain) - 1; len++, token->decimals++)
			plain[kept++] = text.at[at + len];
	}
	if (token->decimals > 12 || !num_read_double((struct str){plain, kept}, &token->number))
		return 0;
	return len;
}

/* What would make another number of it. */
static bool goes_on(struct str text, size_t at)
{
	char next = char_at(text, at), after = char_at(text, at + 1);

	if (ascii_digit(next) || next == '_')
		return true;
	if ((next == '.' || next == ',' || next == ':' || next == '/' || next == '^' || next == '*') &&
	    ascii_digit(after))
		return true;
	return (next == 'e' || next == 'E') && (ascii_digit(after) || after == '-' || after == '+');
}

/* Quotes, dashes, blanks and letters of the languages around; no digit of any script. */
static bool is_harmless(int32_t rune)
{
	return rune == 0xA0 || rune == 0xB0 || rune == 0xB7 || (rune >= 0xC0 && rune <= 0x24F) ||
	       (rune >= 0x2010 && rune <= 0x2015) || (rune >= 0x2018 && rune <= 0x201F) || rune == 0x2026 ||
	       rune == 0x202F || rune == 0x2212;
}

static size_t word_length(struct str text, size_t at)
{
	size_t len = 0;

	for (;; len++) {
		char c = char_at(text, at + len);
		bool inner = (c == '\'' || c == '-') && len && ascii_alpha(char_at(text, at + len + 1));

		if (!ascii_alpha(c) && !inner)
			return len;
	}
}

/* "p50" is the name of a number, and none itself. */
static size_t quantile_length(struct str text, size_t at)
{
	bool named = str_starts(str_slice(text, at, text.len), STR("p50"));

	return named && !digit_at(text, at + 3) && !ascii_alpha(char_at(text, at + 3)) ? 3 : 0;
}

/* The token that begins with a digit; its length, or 0. */
static size_t read_figure(struct str text, size_t at, const struct narrated_facts *facts, struct token *token)
{
	size_t len = read_date(text, at, token);

	token->kind = TOKEN_DATE;
	if (!len) {
		token->kind = TOKEN_PERIOD;
		len = read_period(text, at, facts);
	}
	if (!len) {
		token->kind = TOKEN_CLOCK;
		len = read_clock(text, at, &token->civil);
	}
	if (!len) {
		token->kind = TOKEN_NUMBER;
		len = read_number(text, at, token);
	}
	return len && goes_on(text, at + len) ? 0 : len;
}

/* What a terminal would take for an order, wherever an excerpt of the text is shown. */
static bool has_control(struct str text)
{
	for (size_t at = 0; at < text.len;) {
		int32_t rune = str_rune(text, &at);

		if ((rune < ' ' && rune != '\n' && rune != '\r') || (rune >= 0x7F && rune <= 0x9F))
			return true;
	}
	return false;
}

static bool continues(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

/* What stands around a place, of whole characters. */
static struct str excerpt(struct str text, size_t at)
{
	size_t from = at > 10 ? at - 10 : 0, to = at + 20 < text.len ? at + 20 : text.len;

	while (from < at && continues(text.at[from]))
		from++;
	while (to < text.len && to > at && continues(text.at[to]))
		to--;
	return str_slice(text, from, to);
}

static bool read_token(struct str text, size_t *at, const struct narrated_facts *facts, struct token *token,
		       struct err *err)
{
	size_t from = *at, end = *at, len;
	char c = text.at[from];

	token->kind = TOKEN_MARK;
	if (ascii_digit(c)) {
		len = from && (ascii_alpha(text.at[from - 1]) || text.at[from - 1] == '_')
			      ? 0
			      : read_figure(text, from, facts, token);
		if (!len)
			return err_set(err, "a number at '%.*s' is not plain", STR_ARG(excerpt(text, from)));
	} else if (ascii_alpha(c)) {
		token->kind = TOKEN_WORD;
		len = quantile_length(text, from);
		len = len ? len : word_length(text, from);
	} else if (c == '%') {
		token->kind = TOKEN_PERCENT;
		len = 1;
	} else {
		int32_t rune = str_rune(text, &end);

		if (rune < ' ' || (rune > 0x7F && !is_harmless(rune)))
			return err_set(err, "there is a character in it that has no place there");
		len = end - from;
	}
	token->text = str_slice(text, from, from + len);
	*at = from + len;
	return true;
}

bool tokens_read(struct str text, const struct narrated_facts *facts, struct token_list *list, struct err *err)
{
	bool glued = false;

	*list = (struct token_list){NULL, 0};
	if (has_control(text))
		return err_set(err, "there is a control character in it");
	for (size_t at = 0; at < text.len;) {
		struct token token = {.glued = glued};

		if (text.at[at] == ' ') {
			at++;
			glued = false;
			continue;
		}
		if (!read_token(text, &at, facts, &token, err))
			return false;
		list->at = arena_grow(facts->arena, list->at, list->len, sizeof(*list->at));
		list->at[list->len++] = token;
		glued = true;
	}
	return true;
}
