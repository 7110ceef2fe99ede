#include "report/narrated.h"

#include "report/narrated_tokens.h"

#include <math.h>
#include <stdlib.h>

struct judge {
	const struct narrated_facts *facts;
	struct token_list tokens;
	size_t done; /* tokens before this one are judged */
	struct err *err;
};

static bool is_word(struct str text, const char *word)
{
	struct str other = str_of(word);

	return text.len == other.len && str_distance(text, other, 1) == 0;
}

static size_t find_word(struct str text, const char *const *words, size_t len)
{
	size_t i = 0;

	while (i < len && !is_word(text, words[i]))
		i++;
	return i;
}

#define FIND(text, words) find_word((text), (words), sizeof(words) / sizeof(*(words)))
#define HAS(text, words)  (FIND(text, words) < sizeof(words) / sizeof(*(words)))

/* From 1 on; 0: it is none. */
static unsigned month_of(struct str word)
{
	static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
					    "July",    "August",   "September", "October", "November", "December"};
	size_t month = FIND(word, names);

	for (size_t i = 0; i < 12 && month == 12 && word.len == 3; i++)
		if (is_word(word, (const char[]){names[i][0], names[i][1], names[i][2], '\0'}))
			month = i;
	return is_word(word, "Sept") ? 9 : month < 12 ? (unsigned)month + 1 : 0;
}

/* Seconds of a unit of time; 0: it is none. */
static double unit_of(struct str word)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {
		{"s", 1},     {"sec", 1},     {"secs", 1},     {"second", 1},    {"seconds", 1},
		{"m", 60},    {"min", 60},    {"mins", 60},    {"minute", 60},   {"minutes", 60},
		{"h", 3600},  {"hr", 3600},   {"hrs", 3600},   {"hour", 3600},   {"hours", 3600},
		{"d", 86400}, {"day", 86400}, {"days", 86400}, {"week", 604800}, {"weeks", 604800},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (is_word(word, units[i].name))
			return units[i].seconds;
	return 0;
}

static const char *const ordinals[] = {"st", "nd", "rd", "th"};

/* The word at a place, or an empty text. */
static struct str word_at(const struct judge *judge, size_t i)
{
	return i < judge->tokens.len && judge->tokens.at[i].kind == TOKEN_WORD ? judge->tokens.at[i].text : STR("");
}

static bool is_mark(const struct judge *judge, size_t i, const char *mark)
{
	return i < judge->tokens.len && judge->tokens.at[i].kind == TOKEN_MARK &&
	       str_is(judge->tokens.at[i].text, mark);
}

static bool is_day(const struct token *token)
{
	return token->kind == TOKEN_NUMBER && token->decimals == 0 && token->number >= 1 && token->number <= 31;
}

static bool refuse(const struct judge *judge, size_t from, size_t to)
{
	const struct token *first = &judge->tokens.at[from], *last = &judge->tokens.at[to];

	return err_set(judge->err, "'%.*s' is not in the findings",
		       (int)(last->text.at + last->text.len - first->text.at), first->text.at);
}

/* What stands before a place as a day and a month, in either order: "20 October", "October 20,", "20th of October". */
static bool date_before(const struct judge *judge, size_t i, unsigned *month, unsigned *day)
{
	const struct token *tokens = judge->tokens.at;
	size_t at = i;

	*month = *day = 0;
	if (at && is_mark(judge, at - 1, ","))
		at--;
	if (at && HAS(word_at(judge, at - 1), ordinals) && tokens[at - 1].glued)
		at--;
	if (at >= 2 && is_day(&tokens[at - 1]) && (*month = month_of(word_at(judge, at - 2)))) {
		*day = (unsigned)tokens[at - 1].number;
		return true;
	}
	if (i == 0 || !(*month = month_of(word_at(judge, i - 1))))
		return false;
	at = i - 1;
	if (at && is_word(word_at(judge, at - 1), "of"))
		at--;
	if (at && HAS(word_at(judge, at - 1), ordinals) && tokens[at - 1].glued)
		at--;
	if (at && is_day(&tokens[at - 1]))
		*day = (unsigned)tokens[at - 1].number;
	return true;
}

/* The month behind a day: "20 October", "20th of October". 0: there is none. */
static unsigned month_behind(const struct judge *judge, size_t i)
{
	size_t at = i + 1;

	if (HAS(word_at(judge, at), ordinals) && judge->tokens.at[at].glued)
		at++;
	if (is_word(word_at(judge, at), "of"))
		at++;
	return month_of(word_at(judge, at));
}

/* A number that is a part of a date: whether it is, and then whether that is right. */
static bool judge_date(const struct judge *judge, size_t i, bool *right)
{
	const struct token *token = &judge->tokens.at[i];
	unsigned month, day, behind = month_behind(judge, i);

	if (token->decimals || str_find(token->text, ',') < token->text.len)
		return false;
	if (token->text.len == 4 && date_before(judge, i, &month, &day)) {
		*right = facts_have_date(judge->facts, (int)token->number, month, day);
		return true;
	}
	if (!is_day(token))
		return false;
	if (!behind && i && !token->glued)
		behind = month_of(word_at(judge, i - 1));
	if (!behind && !(HAS(word_at(judge, i + 1), ordinals) && judge->tokens.at[i + 1].glued))
		return false;
	*right = facts_have_date(judge->facts, 0, behind, (unsigned)token->number);
	return true;
}

static const char *const units_of_ten[] = {
	"zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
	"ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};

/* What is said in words: "three", "twenty-five". False: it is no such word. */
static bool read_number_word(struct str word, double *number)
{
	size_t hyphen = str_find(word, '-');
	struct str first = str_slice(word, 0, hyphen),
		   rest = str_slice(word, hyphen < word.len ? hyphen + 1 : hyphen, word.len);

	*number = 0;
	if (HAS(word, units_of_ten)) {
		*number = (double)FIND(word, units_of_ten);
		return true;
	}
	if (!HAS(first, tens) || (rest.len && !HAS(rest, units_of_ten)))
		return false;
	*number = 20 + 10 * (double)FIND(first, tens) + (rest.len ? (double)FIND(rest, units_of_ten) : 0);
	return true;
}

/* What a token says as a whole number of something, in digits or words. */
static bool read_amount(const struct judge *judge, size_t i, double *number)
{
	const struct token *token = &judge->tokens.at[i];

	*number = token->number;
	if (i >= judge->tokens.len)
		return false;
	return token->kind == TOKEN_NUMBER ? token->decimals == 0
					   : token->kind == TOKEN_WORD && read_number_word(token->text, number);
}

/* A time that is told in one unit, or in several, each smaller than the one before: "1 hour and 30 minutes". */
static bool judge_time(struct judge *judge, size_t i, double number, int decimals)
{
	double unit = unit_of(word_at(judge, i + 1)), sum = number * unit, more;
	size_t last = i + 1, at = last + 1;

	while (decimals == 0) {
		at += is_mark(judge, at, ",");
		at += is_word(word_at(judge, at), "and");
		if (at + 1 >= judge->tokens.len || !read_amount(judge, at, &more) ||
		    !(unit_of(word_at(judge, at + 1)) > 0 && unit_of(word_at(judge, at + 1)) < unit) ||
		    more * unit_of(word_at(judge, at + 1)) >= unit)
			break;
		unit = unit_of(word_at(judge, at + 1));
		sum += more * unit;
		last = at + 1;
		at = last + 1;
	}
	judge->done = last + 1;
	return facts_have_time(judge->facts, sum / unit, decimals, unit) || refuse(judge, i, last);
}

/* Whether a number stands by itself, as people write it. */
static bool is_plain(const struct judge *judge, size_t i)
{
	/* "2-3": a range that nobody has measured */
	if (i >= 2 && judge->tokens.at[i].glued && judge->tokens.at[i - 1].glued &&
	    judge->tokens.at[i - 1].kind == TOKEN_MARK && judge->tokens.at[i - 2].kind == TOKEN_NUMBER)
		return refuse(judge, i - 2, i);
	if (i && judge->tokens.at[i].glued && judge->tokens.at[i - 1].kind == TOKEN_PERCENT)
		return refuse(judge, i - 1, i);
	if (judge->tokens.at[i].text.len > 1 && judge->tokens.at[i].text.at[0] == '0' &&
	    ascii_digit(judge->tokens.at[i].text.at[1]))
		return refuse(judge, i, i);
	return true;
}

/* A number with what stands behind it. */
static bool judge_number(struct judge *judge, size_t i, double number, int decimals)
{
	const struct narrated_facts *facts = judge->facts;
	const struct token *next = i + 1 < judge->tokens.len ? &judge->tokens.at[i + 1] : NULL;
	struct str word = word_at(judge, i + 1);
	bool right = false;

	if (!is_plain(judge, i))
		return false;
	if (next && next->kind == TOKEN_PERCENT)
		return facts_have_percent(facts, number, decimals) || refuse(judge, i, i + 1);
	if (is_word(word, "percent") || (is_word(word, "per") && is_word(word_at(judge, i + 2), "cent")))
		return facts_have_percent(facts, number, decimals) || refuse(judge, i, i + 1);
	if (unit_of(word) > 0)
		return judge_time(judge, i, number, decimals);
	if (judge->tokens.at[i].kind == TOKEN_NUMBER && judge_date(judge, i, &right))
		return right || refuse(judge, i, i);
	/* "42k", "3x", "percentage points": another number than the one that is written */
	if ((word.len && next->glued) || is_word(word, "percentage"))
		return refuse(judge, i, i + 1);
	return facts_have_count(facts, number, decimals) || facts_have_ratio(facts, number, decimals) ||
	       refuse(judge, i, i);
}

/* Numbers that nobody has counted, in words; and days of the week, which the findings do not name. */
static bool is_claim(const struct judge *judge, struct str word)
{
	static const char *const words[] = {
		"hundred", "hundreds",  "thousand", "thousands", "million",   "millions",   "billion", "billions",
		"dozen",   "dozens",    "half",     "halves",    "halved",    "halving",    "third",   "thirds",
		"fourth",  "fourths",   "fifth",    "fifths",    "sixth",     "seventh",    "eighth",  "ninth",
		"tenth",   "tenths",    "twice",    "thrice",    "double",    "doubled",    "doubles", "doubling",
		"triple",  "tripled",   "triples",  "tripling",  "quadruple", "quadrupled", "couple",  "Monday",
		"Tuesday", "Wednesday", "Thursday", "Friday",    "Saturday",  "Sunday"};
	static const char *const quarters[] = {"quarter", "quarters"};

	if (HAS(word, quarters))
		return str_find(judge->facts->periods[0], 'Q') == judge->facts->periods[0].len;
	return HAS(word, words) || (word.len > 4 && is_word(str_slice(word, word.len - 4, word.len), "fold"));
}

/* A month that nothing is known of; "may" and "march" are other words, too. */
static bool is_wrong_month(const struct judge *judge, struct str word)
{
	unsigned month = word.len > 3 ? month_of(word) : 0;

	return month && month != 3 && month != 5 && !facts_have_date(judge->facts, 0, month, 0);
}

static bool judge_word(struct judge *judge, size_t i)
{
	struct str word = judge->tokens.at[i].text, rest = word;
	double number;

	if (read_number_word(word, &number))
		return judge_number(judge, i, number, 0);
	if (is_claim(judge, word) || is_wrong_month(judge, word))
		return refuse(judge, i, i);
	/* "one-third", "three-hour" */
	while (str_find(word, '-') < word.len && rest.len) {
		size_t end = str_find(rest, '-');
		struct str part = str_slice(rest, 0, end);

		if (is_claim(judge, part) ||
		    (read_number_word(part, &number) && !facts_have_count(judge->facts, number, 0)))
			return refuse(judge, i, i);
		rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
	}
	return true;
}

static bool judge_token(struct judge *judge, size_t i)
{
	const struct token *token = &judge->tokens.at[i];
	const struct civil *at = &token->civil;

	switch (token->kind) {
	case TOKEN_NUMBER:
		return judge_number(judge, i, token->number, token->decimals);
	case TOKEN_WORD:
		return judge_word(judge, i);
	case TOKEN_DATE:
		return (facts_have_date(judge->facts, at->year, at->month, at->day) &&
			(!token->clock || facts_have_clock(judge->facts, at->hour, at->minute, at->second))) ||
		       refuse(judge, i, i);
	case TOKEN_CLOCK:
		return facts_have_clock(judge->facts, at->hour, at->minute, at->second) || refuse(judge, i, i);
	case TOKEN_PERCENT:
		return (i && (judge->tokens.at[i - 1].kind == TOKEN_NUMBER || word_at(judge, i - 1).len)) ||
		       refuse(judge, i, i);
	case TOKEN_PERIOD:
	case TOKEN_MARK:
		break;
	}
	return true;
}

static bool is_inner(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_'; }

/* The longest first, so that of two names the shorter one does not break the other. */
static int by_length(const void *a, const void *b)
{
	const struct str *left = a, *right = b;

	return left->len != right->len ? (left->len < right->len) - (left->len > right->len) : str_cmp(*left, *right);
}

/* A name that stands in the text is no number: it becomes a word of nothing. */
static void mask_names(char *text, size_t len, const struct narrated_facts *facts)
{
	if (facts->names_len > 1)
		qsort(facts->names, facts->names_len, sizeof(*facts->names), by_length);
	for (size_t n = 0; n < facts->names_len; n++) {
		struct str name = facts->names[n];

		for (size_t at = 0; at + name.len <= len; at++) {
			if (memcmp(text + at, name.at, name.len) != 0 || (at && is_inner(text[at - 1])) ||
			    (at + name.len < len && is_inner(text[at + name.len])))
				continue;
			memset(text + at, 'x', name.len);
			at += name.len - 1;
		}
	}
}

static bool has_text(struct str text, const char *wanted)
{
	size_t len = strlen(wanted);

	for (size_t at = 0; at + len <= text.len; at++)
		if (memcmp(text.at + at, wanted, len) == 0)
			return true;
	return false;
}

static bool judge_text(struct str text, struct narrated_facts *facts, struct err *err)
{
	struct judge judge = {.facts = facts, .err = err};
	struct str copy = arena_str(facts->arena, text);
	char *masked = arena_alloc(facts->arena, copy.len + 1);

	memcpy(masked, copy.at, copy.len);
	mask_names(masked, copy.len, facts);
	if (!tokens_read((struct str){masked, copy.len}, facts, &judge.tokens, err))
		return false;
	for (size_t i = 0; i < judge.tokens.len; i++)
		if (i >= judge.done && !judge_token(&judge, i))
			return false;
	return true;
}

bool narrated_ok(struct str text, const struct json_tree *findings, struct err *err)
{
	struct narrated_facts facts;
	struct arena arena;
	bool ok;

	if (text.len == 0)
		return err_set(err, "it is empty");
	if (text.len > NARRATIVE_BYTES)
		return err_set(err, "it is longer than %d bytes", NARRATIVE_BYTES);
	if (!str_utf8(text))
		return err_set(err, "it is not UTF-8");
	if (has_text(text, "://") || has_text(text, "www."))
		return err_set(err, "there is an address in it");
	arena_init(&arena);
	narrated_facts_read(&facts, &arena, findings);
	ok = judge_text(text, &facts, err);
	arena_release(&arena);
	return ok;
}
