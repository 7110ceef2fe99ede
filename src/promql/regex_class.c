/* Classes and escapes of regular expressions. */
#include "promql/regex_reader.h"

static void add_range(struct regex_reader *r, struct regex_node *class, int32_t from, int32_t to)
{
	class->ranges = arena_grow(r->arena, class->ranges, class->ranges_len, sizeof(*class->ranges));
	class->ranges[class->ranges_len++] = (struct regex_range){from, to};
}

/* Adds a range and, under (?i), what it is in the other case; K and S have a third form outside of ASCII. */
void regex_add_folded(struct regex_reader *r, struct regex_node *class, int32_t from, int32_t to)
{
	add_range(r, class, from, to);
	if (!r->fold)
		return;
	if (to > 0x7F)
		r->unsupported = true;
	for (int32_t c = 'A'; c <= 'Z'; c++) {
		bool upper = from <= c && c <= to, lower = from <= c + 32 && c + 32 <= to;

		if (upper || lower) {
			add_range(r, class, c, c);
			add_range(r, class, c + 32, c + 32);
		}
		if ((upper || lower) && (c == 'K' || c == 'S'))
			add_range(r, class, c == 'K' ? 0x212A : 0x017F, c == 'K' ? 0x212A : 0x017F);
	}
}

/* \d \w \s and their opposites, by their letter. */
bool regex_add_perl(struct regex_reader *r, struct regex_node *class, char letter)
{
	static const struct regex_range digits[] = {{'0', '9'}},
					words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}},
					blanks[] = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
	const struct regex_range *ranges = NULL;
	size_t len = 0;
	int32_t next = 0;

	switch (ascii_lower(letter)) {
	case 'd':
		ranges = digits, len = 1;
		break;
	case 'w':
		ranges = words, len = 4;
		break;
	case 's':
		ranges = blanks, len = 3;
		break;
	default:
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (letter >= 'a')
			add_range(r, class, ranges[i].from, ranges[i].to);
		else if (next < ranges[i].from)
			add_range(r, class, next, ranges[i].from - 1);
		next = ranges[i].to + 1;
	}
	if (letter < 'a')
		add_range(r, class, next, RUNE_MAX);
	return true;
}

static bool add_posix(struct regex_reader *r, struct regex_node *class)
{
	static const struct {
		const char *name;
		struct regex_range ranges[4];
		unsigned len;
	} sets[] = {
		{"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, 3},
		{"alpha", {{'A', 'Z'}, {'a', 'z'}}, 2},
		{"ascii", {{0, 0x7F}}, 1},
		{"blank", {{'\t', '\t'}, {' ', ' '}}, 2},
		{"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}, 2},
		{"digit", {{'0', '9'}}, 1},
		{"graph", {{'!', '~'}}, 1},
		{"lower", {{'a', 'z'}}, 1},
		{"print", {{' ', '~'}}, 1},
		{"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, 4},
		{"space", {{'\t', '\r'}, {' ', ' '}}, 2},
		{"upper", {{'A', 'Z'}}, 1},
		{"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, 4},
		{"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, 3},
	};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (!regex_take(r, sets[i].name))
			continue;
		if (!regex_take(r, ":]"))
			return false;
		for (unsigned k = 0; k < sets[i].len; k++)
			regex_add_folded(r, class, sets[i].ranges[k].from, sets[i].ranges[k].to);
		return true;
	}
	return false;
}

static int hex_digit(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind \x: two digits, or some in braces. */
static int32_t take_hex(struct regex_reader *r)
{
	bool braces = regex_take(r, "{");
	unsigned digits = 0;
	int32_t code = 0;

	for (; hex_digit(regex_at(r, 0)) >= 0 && (braces || digits < 2) && code <= RUNE_MAX; digits++, r->pos++)
		code = code * 16 + hex_digit(regex_at(r, 0));
	if (digits == 0 || (!braces && digits < 2) || (braces && !regex_take(r, "}")) || code > RUNE_MAX)
		return regex_malformed(r, "'\\x' needs two hexadecimal digits, or some in braces"), NO_RUNE;
	return code;
}

/* Behind a backslash: the one character that is meant. */
int32_t regex_take_escape(struct regex_reader *r)
{
	static const char letters[] = "aftnrv", meanings[] = "\a\f\t\n\r\v";
	char c = regex_at(r, 0);
	const char *letter = c ? strchr(letters, c) : NULL;
	int32_t code = 0;

	if (!regex_more(r))
		return regex_malformed(r, "a backslash stands at its end"), NO_RUNE;
	if (letter)
		return r->pos++, meanings[letter - letters];
	if (c == 'x')
		return r->pos++, take_hex(r);
	if (c >= '0' && c <= '7' && (c == '0' || (regex_at(r, 1) >= '0' && regex_at(r, 1) <= '7'))) {
		for (unsigned i = 0; i < 3 && regex_at(r, 0) >= '0' && regex_at(r, 0) <= '7'; i++, r->pos++)
			code = code * 8 + (regex_at(r, 0) - '0');
		return code;
	}
	if (c == 'p' || c == 'P' || c == 'Q' || c == 'C')
		return regex_give_up(r), NO_RUNE;
	if ((unsigned char)c >= 0x80 || ascii_alpha(c) || ascii_digit(c))
		return regex_malformed(r, "an escape in it has no meaning"), NO_RUNE;
	return r->pos++, c;
}

static int32_t take_class_char(struct regex_reader *r)
{
	return regex_take(r, "\\") ? regex_take_escape(r) : regex_take_rune(r);
}

/* One entry of a class: a character, a range, [:alpha:], \d. */
static void take_class_item(struct regex_reader *r, struct regex_node *class)
{
	int32_t from, to;

	if (regex_looking_at(r, "[:")) {
		size_t end = r->pos + 2;

		while (end + 1 < r->s.len && !(r->s.at[end] == ':' && r->s.at[end + 1] == ']'))
			end++;
		if (end + 1 < r->s.len) {
			r->pos += 2;
			if (regex_at(r, 0) == '^')
				r->unsupported = true;
			else if (!add_posix(r, class))
				regex_malformed(r, "a class like [:alpha:] in it is unknown");
			return;
		}
	}
	if (regex_at(r, 0) == '\\' && regex_add_perl(r, class, regex_at(r, 1))) {
		r->pos += 2;
		return;
	}
	from = to = take_class_char(r);
	if (regex_at(r, 0) == '-' && r->s.len - r->pos > 1 && regex_at(r, 1) != ']') {
		r->pos++;
		to = take_class_char(r);
	}
	if (regex_failed(r))
		return;
	if (to < from)
		regex_malformed(r, "a range in a class runs backwards");
	else
		regex_add_folded(r, class, from, to);
}

/* Behind '['. */
struct regex_node *regex_take_class(struct regex_reader *r)
{
	struct regex_node *class = regex_node_new(r, REGEX_CLASS);

	class->negated = regex_take(r, "^");
	for (bool first = true; first || regex_at(r, 0) != ']'; first = false) {
		if (!regex_more(r))
			return regex_malformed(r, "a class has no ']'");
		take_class_item(r, class);
		if (regex_failed(r))
			return NULL;
	}
	r->pos++;
	return class;
}
