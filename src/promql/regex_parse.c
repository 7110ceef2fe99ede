#include "promql/regex_reader.h"

#define NOTHING_TO_REPEAT "there is nothing to repeat before '*', '+', '?' or '{'"

enum { GROUPS_DEEP = 100, REPEAT_MOST = 1000 };

static struct regex_node *parse_alternatives(struct regex_reader *r);

struct regex_node *regex_node_new(struct regex_reader *r, enum regex_kind kind)
{
	struct regex_node *node = arena_alloc(r->arena, sizeof(*node));

	node->kind = kind;
	return node;
}

void *regex_malformed(struct regex_reader *r, const char *why)
{
	if (!r->fault)
		r->fault = why;
	return NULL;
}

bool regex_failed(const struct regex_reader *r) { return r->fault || r->given_up; }

void *regex_give_up(struct regex_reader *r)
{
	r->given_up = r->unsupported = true;
	return NULL;
}

bool regex_more(const struct regex_reader *r) { return r->pos < r->s.len; }

char regex_at(const struct regex_reader *r, size_t ahead)
{
	return r->s.len - r->pos > ahead ? r->s.at[r->pos + ahead] : '\0';
}

bool regex_looking_at(const struct regex_reader *r, const char *text)
{
	return str_starts(str_slice(r->s, r->pos, r->s.len), str_of(text));
}

bool regex_take(struct regex_reader *r, const char *text)
{
	bool there = regex_looking_at(r, text);

	if (there)
		r->pos += strlen(text);
	return there;
}

int32_t regex_take_rune(struct regex_reader *r)
{
	int32_t rune = str_rune(r->s, &r->pos);

	if (rune < 0)
		regex_malformed(r, "it is not valid UTF-8");
	return rune;
}

static struct regex_node *literal(struct regex_reader *r, int32_t rune)
{
	struct regex_node *node = regex_node_new(r, REGEX_CHAR);

	if (r->fold) {
		node->kind = REGEX_CLASS;
		regex_add_folded(r, node, rune, rune);
	}
	node->rune = rune;
	return regex_failed(r) ? NULL : node;
}

/* Behind "(?", flags up to ')' or ':'; true where a group follows. */
static bool take_flags(struct regex_reader *r, bool *group)
{
	bool minus = false, any = false;

	for (; regex_more(r); r->pos++, any = true) {
		switch (regex_at(r, 0)) {
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
				return regex_malformed(r, "flags behind '(?' are wrong") != NULL;
			minus = true;
			break;
		case ':':
		case ')':
			if (regex_at(r, 0) == ')' && !any)
				return regex_malformed(r, "flags behind '(?' are wrong") != NULL;
			*group = regex_at(r, 0) == ':';
			r->pos++;
			return true;
		default:
			return regex_malformed(r, "what stands behind '(?' is not known to RE2") != NULL;
		}
	}
	return regex_malformed(r, "a group has no ')'") != NULL;
}

static bool take_group_name(struct regex_reader *r)
{
	size_t from = r->pos;

	while (ascii_alpha(regex_at(r, 0)) || ascii_digit(regex_at(r, 0)) || regex_at(r, 0) == '_')
		r->pos++;
	if (r->pos > from && regex_take(r, ">"))
		return true;
	regex_malformed(r, "the name of a group is wrong");
	return false;
}

/* Behind '('. Flags without a group hold up to the end of the group around them. */
static struct regex_node *parse_group(struct regex_reader *r)
{
	bool fold = r->fold, group = true;
	struct regex_node *inner;

	if (regex_take(r, "?P<") || regex_take(r, "?<")) {
		if (!take_group_name(r))
			return NULL;
	} else if (regex_take(r, "?")) {
		if (!take_flags(r, &group))
			return NULL;
		if (!group) {
			r->flags_only = true;
			return regex_node_new(r, REGEX_EMPTY);
		}
	}
	if (r->depth == GROUPS_DEEP)
		return regex_give_up(r);
	r->depth++;
	inner = parse_alternatives(r);
	r->depth--;
	if (inner && !regex_take(r, ")"))
		return regex_malformed(r, "a group has no ')'");
	r->fold = fold;
	r->flags_only = false;
	return inner;
}

/* Behind a backslash outside of a class. */
static struct regex_node *parse_escape(struct regex_reader *r)
{
	struct regex_node *class;
	int32_t rune;

	if (regex_take(r, "b") || regex_take(r, "B")) {
		r->unsupported = true;
		return regex_node_new(r, REGEX_EMPTY);
	}
	if (regex_at(r, 0) == 'A' || regex_at(r, 0) == 'z')
		return regex_node_new(r, r->s.at[r->pos++] == 'A' ? REGEX_BEGIN : REGEX_END);
	class = regex_node_new(r, REGEX_CLASS);
	if (regex_add_perl(r, class, regex_at(r, 0)))
		return r->pos++, class;
	rune = regex_take_escape(r);
	return regex_failed(r) ? NULL : literal(r, rune);
}

static struct regex_node *parse_atom(struct regex_reader *r)
{
	int32_t rune;

	if (regex_take(r, "("))
		return parse_group(r);
	if (regex_take(r, "["))
		return regex_take_class(r);
	if (regex_take(r, "\\"))
		return parse_escape(r);
	if (regex_take(r, "."))
		return regex_node_new(r, REGEX_ANY);
	if (regex_take(r, "^"))
		return regex_node_new(r, REGEX_BEGIN);
	if (regex_take(r, "$"))
		return regex_node_new(r, REGEX_END);
	rune = regex_take_rune(r);
	return regex_failed(r) ? NULL : literal(r, rune);
}

static bool take_count(struct regex_reader *r, int *count)
{
	size_t from = r->pos;

	*count = 0;
	for (; ascii_digit(regex_at(r, 0)); r->pos++)
		if (*count <= REPEAT_MOST)
			*count = *count * 10 + (regex_at(r, 0) - '0');
	return r->pos > from && !(r->s.at[from] == '0' && r->pos > from + 1);
}

/* {n}, {n,} or {n,m}; anything else in braces is taken literally. */
static bool take_counts(struct regex_reader *r, int *min, int *max)
{
	size_t from = r->pos;

	if (regex_take(r, "{") && take_count(r, min)) {
		*max = *min;
		if (regex_take(r, ",") && !take_count(r, max))
			*max = -1;
		if (regex_take(r, "}"))
			return true;
	}
	r->pos = from;
	return false;
}

static bool take_repeat(struct regex_reader *r, int *min, int *max)
{
	*min = regex_looking_at(r, "+");
	*max = regex_looking_at(r, "?") ? 1 : -1;
	return regex_take(r, "*") || regex_take(r, "+") || regex_take(r, "?") || take_counts(r, min, max);
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

static struct regex_node *parse_repeated(struct regex_reader *r, bool behind_atom)
{
	struct regex_node *atom, *repeat;
	int min, max;

	if (take_repeat(r, &min, &max))
		return regex_malformed(r, NOTHING_TO_REPEAT);
	r->flags_only = false;
	atom = parse_atom(r);
	if (!atom || !take_repeat(r, &min, &max))
		return atom;
	if (r->flags_only && !behind_atom)
		return regex_malformed(r, NOTHING_TO_REPEAT);
	r->unsupported |= r->flags_only; /* RE2 repeats what stands before the flags */
	if (min > REPEAT_MOST || max > REPEAT_MOST || (max >= 0 && max < min))
		return regex_malformed(r, "a repetition count is above 1000, or they are the wrong way round");
	repeat = regex_node_new(r, REGEX_REPEAT);
	repeat->child = atom;
	repeat->min = min;
	repeat->max = max;
	if ((min > 1 || max > 1) && !multiplies_within(repeat, REPEAT_MOST))
		return regex_malformed(r, "repetitions inside of repetitions multiply to more than 1000");
	regex_take(r, "?"); /* lazy: matches the same as a whole */
	if (take_repeat(r, &min, &max))
		return regex_malformed(r, "a repetition is repeated");
	return repeat;
}

static struct regex_node *parse_sequence(struct regex_reader *r)
{
	struct regex_node *cat = regex_node_new(r, REGEX_CAT), **last = &cat->child;
	bool behind_atom = false;

	while (regex_more(r) && regex_at(r, 0) != '|' && regex_at(r, 0) != ')') {
		*last = parse_repeated(r, behind_atom);
		if (!*last)
			return NULL;
		behind_atom = behind_atom || !r->flags_only;
		last = &(*last)->next;
	}
	return cat;
}

static struct regex_node *parse_alternatives(struct regex_reader *r)
{
	struct regex_node *alt = regex_node_new(r, REGEX_ALT), **last = &alt->child;

	do {
		*last = parse_sequence(r);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	} while (regex_take(r, "|"));
	return alt;
}

struct regex_tree regex_parse(struct arena *arena, struct str pattern)
{
	struct regex_reader r = {.arena = arena, .s = pattern};
	struct regex_node *root = parse_alternatives(&r);

	if (root && regex_more(&r))
		root = regex_malformed(&r, "a ')' has no group");
	return (struct regex_tree){regex_failed(&r) || r.unsupported ? NULL : root, r.fault};
}
