#include "promql/regex_tree.h"

#define NOTHING_TO_REPEAT "there is nothing to repeat before '*', '+', '?' or '{'"

enum { GROUPS_DEEP = 100, REPEAT_MOST = 1000, RUNE_MAX = 0x10FFFF, NO_RUNE = -2 };

struct reader {
	struct arena *arena;
	struct str s;
	size_t pos;
	unsigned depth;
	bool fold;        /* (?i) */
	bool flags_only;  /* the last atom was flags without a group: nothing that could be repeated */
	bool unsupported; /* known to RE2, not to us; read on for what is malformed */
	bool given_up;    /* unsupported, and reading on would not help */
	const char *fault;
};

static struct regex_node *parse_alternatives(struct reader *r);

static struct regex_node *node_of(struct reader *r, enum regex_kind kind)
{
	struct regex_node *node = arena_alloc(r->arena, sizeof(*node));

	node->kind = kind;
	return node;
}

static void *malformed(struct reader *r, const char *why)
{
	if (!r->fault)
		r->fault = why;
	return NULL;
}

static bool failed(const struct reader *r) { return r->fault || r->given_up; }

static void *give_up(struct reader *r)
{
	r->given_up = r->unsupported = true;
	return NULL;
}

static bool more(const struct reader *r) { return r->pos < r->s.len; }

static char at(const struct reader *r, size_t ahead)
{
	return r->s.len - r->pos > ahead ? r->s.at[r->pos + ahead] : '\0';
}

static bool looking_at(const struct reader *r, const char *text)
{
	return str_starts(str_slice(r->s, r->pos, r->s.len), str_of(text));
}

static bool take(struct reader *r, const char *text)
{
	bool there = looking_at(r, text);

	if (there)
		r->pos += strlen(text);
	return there;
}

static int32_t take_rune(struct reader *r)
{
	int32_t rune = str_rune(r->s, &r->pos);

	if (rune < 0)
		malformed(r, "it is not valid UTF-8");
	return rune;
}

static void add_range(struct reader *r, struct regex_node *class, int32_t from, int32_t to)
{
	size_t len = class->ranges_len;

	if ((len & (len - 1)) == 0) { /* room is always the next power of two */
		struct regex_range *larger = arena_array(r->arena, len ? len * 2 : 1, sizeof(*larger));

		if (len)
			memcpy(larger, class->ranges, len * sizeof(*larger));
		class->ranges = larger;
	}
	class->ranges[class->ranges_len++] = (struct regex_range){from, to};
}

/* Adds a range and, under (?i), what it is in the other case; K and S have a third form outside of ASCII. */
static void add_folded(struct reader *r, struct regex_node *class, int32_t from, int32_t to)
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
static bool add_perl(struct reader *r, struct regex_node *class, char letter)
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

static bool add_posix(struct reader *r, struct regex_node *class)
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
		if (!take(r, sets[i].name))
			continue;
		if (!take(r, ":]"))
			return false;
		for (unsigned k = 0; k < sets[i].len; k++)
			add_folded(r, class, sets[i].ranges[k].from, sets[i].ranges[k].to);
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
static int32_t take_hex(struct reader *r)
{
	bool braces = take(r, "{");
	unsigned digits = 0;
	int32_t code = 0;

	for (; hex_digit(at(r, 0)) >= 0 && (braces || digits < 2) && code <= RUNE_MAX; digits++, r->pos++)
		code = code * 16 + hex_digit(at(r, 0));
	if (digits == 0 || (!braces && digits < 2) || (braces && !take(r, "}")) || code > RUNE_MAX)
		return malformed(r, "'\\x' needs two hexadecimal digits, or some in braces"), NO_RUNE;
	return code;
}

/* Behind a backslash: the one character that is meant. */
static int32_t take_escape(struct reader *r)
{
	static const char letters[] = "aftnrv", meanings[] = "\a\f\t\n\r\v";
	char c = at(r, 0);
	const char *letter = c ? strchr(letters, c) : NULL;
	int32_t code = 0;

	if (!more(r))
		return malformed(r, "a backslash stands at its end"), NO_RUNE;
	if (letter)
		return r->pos++, meanings[letter - letters];
	if (c == 'x')
		return r->pos++, take_hex(r);
	if (c >= '0' && c <= '7' && (c == '0' || (at(r, 1) >= '0' && at(r, 1) <= '7'))) {
		for (unsigned i = 0; i < 3 && at(r, 0) >= '0' && at(r, 0) <= '7'; i++, r->pos++)
			code = code * 8 + (at(r, 0) - '0');
		return code;
	}
	if (c == 'p' || c == 'P' || c == 'Q' || c == 'C')
		return give_up(r), NO_RUNE;
	if ((unsigned char)c >= 0x80 || ascii_alpha(c) || ascii_digit(c))
		return malformed(r, "an escape in it has no meaning"), NO_RUNE;
	return r->pos++, c;
}

static int32_t take_class_char(struct reader *r) { return take(r, "\\") ? take_escape(r) : take_rune(r); }

/* One entry of a class: a character, a range, [:alpha:], \d. */
static void take_class_item(struct reader *r, struct regex_node *class)
{
	int32_t from, to;

	if (looking_at(r, "[:")) {
		size_t end = r->pos + 2;

		while (end + 1 < r->s.len && !(r->s.at[end] == ':' && r->s.at[end + 1] == ']'))
			end++;
		if (end + 1 < r->s.len) {
			r->pos += 2;
			if (at(r, 0) == '^')
				r->unsupported = true;
			else if (!add_posix(r, class))
				malformed(r, "a class like [:alpha:] in it is unknown");
			return;
		}
	}
	if (at(r, 0) == '\\' && add_perl(r, class, at(r, 1))) {
		r->pos += 2;
		return;
	}
	from = to = take_class_char(r);
	if (at(r, 0) == '-' && r->s.len - r->pos > 1 && at(r, 1) != ']') {
		r->pos++;
		to = take_class_char(r);
	}
	if (failed(r))
		return;
	if (to < from)
		malformed(r, "a range in a class runs backwards");
	else
		add_folded(r, class, from, to);
}

/* Behind '['. */
static struct regex_node *parse_class(struct reader *r)
{
	struct regex_node *class = node_of(r, REGEX_CLASS);

	class->negated = take(r, "^");
	for (bool first = true; first || at(r, 0) != ']'; first = false) {
		if (!more(r))
			return malformed(r, "a class has no ']'");
		take_class_item(r, class);
		if (failed(r))
			return NULL;
	}
	r->pos++;
	return class;
}

static struct regex_node *literal(struct reader *r, int32_t rune)
{
	struct regex_node *node = node_of(r, REGEX_CHAR);

	if (r->fold) {
		node->kind = REGEX_CLASS;
		add_folded(r, node, rune, rune);
	}
	node->rune = rune;
	return failed(r) ? NULL : node;
}

/* Behind "(?", flags up to ')' or ':'; true where a group follows. */
static bool take_flags(struct reader *r, bool *group)
{
	bool minus = false, any = false;

	for (; more(r); r->pos++, any = true) {
		switch (at(r, 0)) {
		case 'i':
			r->fold = !minus;
			break;
		case 's':
			r->unsupported |= minus;
			break;
		case 'm':
			r->unsupported |= !minus;
			break;
		case 'U':
			break; /* greediness does not change what matches as a whole */
		case '-':
			if (minus)
				return malformed(r, "flags behind '(?' are wrong") != NULL;
			minus = true;
			break;
		case ':':
		case ')':
			if (at(r, 0) == ')' && !any)
				return malformed(r, "flags behind '(?' are wrong") != NULL;
			*group = at(r, 0) == ':';
			r->pos++;
			return true;
		default:
			return malformed(r, "what stands behind '(?' is not known to RE2") != NULL;
		}
	}
	return malformed(r, "a group has no ')'") != NULL;
}

static bool take_group_name(struct reader *r)
{
	size_t from = r->pos;

	while (ascii_alpha(at(r, 0)) || ascii_digit(at(r, 0)) || at(r, 0) == '_')
		r->pos++;
	if (r->pos > from && take(r, ">"))
		return true;
	malformed(r, "the name of a group is wrong");
	return false;
}

/* Behind '('. Flags without a group hold up to the end of the group around them. */
static struct regex_node *parse_group(struct reader *r)
{
	bool fold = r->fold, group = true;
	struct regex_node *inner;

	if (take(r, "?P<") || take(r, "?<")) {
		if (!take_group_name(r))
			return NULL;
	} else if (take(r, "?")) {
		if (!take_flags(r, &group))
			return NULL;
		if (!group) {
			r->flags_only = true;
			return node_of(r, REGEX_EMPTY);
		}
	}
	if (r->depth == GROUPS_DEEP)
		return give_up(r);
	r->depth++;
	inner = parse_alternatives(r);
	r->depth--;
	if (inner && !take(r, ")"))
		return malformed(r, "a group has no ')'");
	r->fold = fold;
	r->flags_only = false;
	return inner;
}

/* Behind a backslash outside of a class. */
static struct regex_node *parse_escape(struct reader *r)
{
	struct regex_node *class;
	int32_t rune;

	if (take(r, "b") || take(r, "B")) {
		r->unsupported = true;
		return node_of(r, REGEX_EMPTY);
	}
	if (at(r, 0) == 'A' || at(r, 0) == 'z')
		return node_of(r, r->s.at[r->pos++] == 'A' ? REGEX_BEGIN : REGEX_END);
	class = node_of(r, REGEX_CLASS);
	if (add_perl(r, class, at(r, 0)))
		return r->pos++, class;
	rune = take_escape(r);
	return failed(r) ? NULL : literal(r, rune);
}

static struct regex_node *parse_atom(struct reader *r)
{
	int32_t rune;

	if (take(r, "("))
		return parse_group(r);
	if (take(r, "["))
		return parse_class(r);
	if (take(r, "\\"))
		return parse_escape(r);
	if (take(r, "."))
		return node_of(r, REGEX_ANY);
	if (take(r, "^"))
		return node_of(r, REGEX_BEGIN);
	if (take(r, "$"))
		return node_of(r, REGEX_END);
	rune = take_rune(r);
	return failed(r) ? NULL : literal(r, rune);
}

static bool take_count(struct reader *r, int *count)
{
	size_t from = r->pos;

	*count = 0;
	for (; ascii_digit(at(r, 0)); r->pos++)
		if (*count <= REPEAT_MOST)
			*count = *count * 10 + (at(r, 0) - '0');
	return r->pos > from && !(r->s.at[from] == '0' && r->pos > from + 1);
}

/* {n}, {n,} or {n,m}; anything else in braces is taken literally. */
static bool take_counts(struct reader *r, int *min, int *max)
{
	size_t from = r->pos;

	if (take(r, "{") && take_count(r, min)) {
		*max = *min;
		if (take(r, ",") && !take_count(r, max))
			*max = -1;
		if (take(r, "}"))
			return true;
	}
	r->pos = from;
	return false;
}

static bool take_repeat(struct reader *r, int *min, int *max)
{
	*min = looking_at(r, "+");
	*max = looking_at(r, "?") ? 1 : -1;
	return take(r, "*") || take(r, "+") || take(r, "?") || take_counts(r, min, max);
}

/* As in RE2, repetitions inside of repetitions may not multiply to more than REPEAT_MOST; this bounds what is compiled,
 * too. */
static bool multiplies_within(const struct regex_node *node, int most)
{
	if (node->kind == REGEX_REPEAT) {
		int times = node->max < 0 ? node->min : node->max;

		if (times > most)
			return false;
		most = times > 0 ? most / times : most;
	}
	for (const struct regex_node *child = node->child; child; child = child->next)
		if (!multiplies_within(child, most))
			return false;
	return true;
}

static struct regex_node *parse_repeated(struct reader *r, bool behind_atom)
{
	struct regex_node *atom, *repeat;
	int min, max;

	if (take_repeat(r, &min, &max))
		return malformed(r, NOTHING_TO_REPEAT);
	r->flags_only = false;
	atom = parse_atom(r);
	if (!atom || !take_repeat(r, &min, &max))
		return atom;
	if (r->flags_only && !behind_atom)
		return malformed(r, NOTHING_TO_REPEAT);
	r->unsupported |= r->flags_only; /* RE2 repeats what stands before the flags */
	if (min > REPEAT_MOST || max > REPEAT_MOST || (max >= 0 && max < min))
		return malformed(r, "a repetition count is above 1000, or they are the wrong way round");
	repeat = node_of(r, REGEX_REPEAT);
	repeat->child = atom;
	repeat->min = min;
	repeat->max = max;
	if ((min > 1 || max > 1) && !multiplies_within(repeat, REPEAT_MOST))
		return malformed(r, "repetitions inside of repetitions multiply to more than 1000");
	take(r, "?"); /* lazy: matches the same as a whole */
	if (take_repeat(r, &min, &max))
		return malformed(r, "a repetition is repeated");
	return repeat;
}

static struct regex_node *parse_sequence(struct reader *r)
{
	struct regex_node *cat = node_of(r, REGEX_CAT), **last = &cat->child;
	bool behind_atom = false;

	while (more(r) && at(r, 0) != '|' && at(r, 0) != ')') {
		*last = parse_repeated(r, behind_atom);
		if (!*last)
			return NULL;
		behind_atom = behind_atom || !r->flags_only;
		last = &(*last)->next;
	}
	return cat;
}

static struct regex_node *parse_alternatives(struct reader *r)
{
	struct regex_node *alt = node_of(r, REGEX_ALT), **last = &alt->child;

	do {
		*last = parse_sequence(r);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	} while (take(r, "|"));
	return alt;
}

struct regex_tree regex_parse(struct arena *arena, struct str pattern)
{
	struct reader r = {.arena = arena, .s = pattern};
	struct regex_node *root = parse_alternatives(&r);

	if (root && more(&r))
		root = malformed(&r, "a ')' has no group");
	return (struct regex_tree){failed(&r) || r.unsupported ? NULL : root, r.fault};
}
