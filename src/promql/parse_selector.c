/* Selectors and what may stand behind an expression: ranges, subqueries, offset, @. */
#include "promql/literal.h"
#include "promql/parser.h"
#include "promql/regex.h"

#include <math.h>

static void add_matcher(struct parser *p, struct promql_node *node, struct promql_matcher matcher)
{
	node->matchers = arena_grow(p->arena, node->matchers, node->matchers_len, sizeof(matcher));
	node->matchers[node->matchers_len++] = matcher;
}

static bool take_match_op(struct parser *p, enum match_op *op)
{
	static const char *const signs[] = {"=", "!=", "=~", "!~"};

	for (unsigned i = 0; i < 4; i++)
		if (token_sign(&p->token, signs[i])) {
			*op = (enum match_op)i;
			parser_advance(p);
			return true;
		}
	parser_unexpected(p, "in a label matcher", "'=', '!=', '=~' or '!~'");
	return false;
}

static bool take_value(struct parser *p, struct promql_matcher *matcher)
{
	size_t from = p->token.from;
	const char *why;

	if (p->token.kind != TOKEN_STRING) {
		parser_unexpected(p, "in a label matcher", "a quoted value");
		return false;
	}
	if (!parser_string(p, &matcher->value))
		return false;
	if (matcher->op != MATCH_RE && matcher->op != MATCH_NRE)
		return true;
	why = regex_fault(matcher->value);
	if (why)
		parser_fail(p, from, "bad regular expression: %s", why);
	return !why;
}

/* name="value", "any name"="value", or "the metric's name" alone: then `named` is set */
static bool take_matcher(struct parser *p, struct promql_node *node, bool *named)
{
	struct promql_matcher matcher = {.op = MATCH_EQ};
	bool quoted = p->token.kind == TOKEN_STRING;
	size_t from = p->token.from;

	if (!quoted && p->token.kind != TOKEN_WORD) {
		parser_unexpected(p, "in braces", "a label name or '}'");
		return false;
	}
	matcher.name = p->token.text;
	if (!quoted)
		parser_advance(p);
	else if (!parser_string(p, &matcher.name))
		return false;
	if (quoted && (matcher.name.len == 0 || !str_utf8(matcher.name))) {
		parser_fail(p, from, "a quoted name must be UTF-8 and not empty");
		return false;
	}
	if (quoted && (token_sign(&p->token, ",") || token_sign(&p->token, "}"))) {
		matcher.value = matcher.name;
		matcher.name = STR("__name__");
		*named = true;
	} else {
		matcher.name = arena_str(p->arena, matcher.name);
		if (!take_match_op(p, &matcher.op) || !take_value(p, &matcher))
			return false;
	}
	add_matcher(p, node, matcher);
	return true;
}

static bool take_matchers(struct parser *p, struct promql_node *node, bool *named)
{
	parser_advance(p);
	while (!token_sign(&p->token, "}")) {
		if (!take_matcher(p, node, named))
			return false;
		if (token_sign(&p->token, ","))
			parser_advance(p);
		else if (!token_sign(&p->token, "}"))
			return parser_unexpected(p, "in braces", "',' or '}'") != NULL;
	}
	parser_advance(p);
	return true;
}

static bool is_name(const struct promql_matcher *matcher) { return str_is(matcher->name, "__name__"); }

/* A name outside of the braces, or a quoted one alone, is the only thing that may speak about the name. */
static bool check_name_once(struct parser *p, const struct promql_node *node, bool named)
{
	size_t names = 0;

	for (size_t i = 0; i < node->matchers_len; i++)
		names += is_name(&node->matchers[i]);
	if (named && names > 1)
		parser_fail(p, node->from, "the metric's name is set twice");
	return !p->failed;
}

static bool check_not_empty(struct parser *p, const struct promql_node *node)
{
	for (size_t i = 0; i < node->matchers_len; i++) {
		const struct promql_matcher *m = &node->matchers[i];
		bool matches_empty = false;

		switch (m->op) {
		case MATCH_EQ:
			matches_empty = m->value.len == 0;
			break;
		case MATCH_NE:
			matches_empty = m->value.len > 0;
			break;
		case MATCH_RE:
			matches_empty = regex_matches_empty(m->value);
			break;
		case MATCH_NRE:
			matches_empty = !regex_matches_empty(m->value);
			break;
		}
		if (!matches_empty)
			return true;
	}
	parser_fail(p, node->from, "a selector needs a name or a matcher that an empty value does not match");
	return false;
}

struct promql_node *parse_selector(struct parser *p, const struct token *name)
{
	struct promql_node *node = parser_node(p, PROMQL_SELECTOR, name ? name->from : p->token.from);
	bool named = name != NULL;

	if (name)
		add_matcher(p, node,
			    (struct promql_matcher){STR("__name__"), arena_str(p->arena, name->text), MATCH_EQ});
	if (token_sign(&p->token, "{") && !take_matchers(p, node, &named))
		return NULL;
	if (!check_name_once(p, node, named) || (!named && !check_not_empty(p, node)))
		return NULL;
	return node;
}

/* A duration, or in Prometheus 3 a number of seconds. */
static bool take_span(struct parser *p, struct span *span, const char *where)
{
	double seconds;

	if (p->token.kind == TOKEN_DURATION && span_read(p->token.text, span)) {
		parser_advance(p);
		return true;
	}
	if (p->token.kind != TOKEN_NUMBER) {
		parser_unexpected(p, where, "a duration such as 5m");
		return false;
	}
	if (!number_read(p->token.text, &seconds) || !(seconds * 1000 <= (double)SPAN_MAX_MS)) {
		parser_fail(p, p->token.from, "'%.*s' is no number of seconds within 100 years",
			    STR_ARG(p->token.text));
		return false;
	}
	span->ms = (int64_t)(seconds * 1000);
	parser_advance(p);
	return true;
}

static bool take_range(struct parser *p, struct promql_span *range, const char *where)
{
	size_t from = p->token.from;

	range->set = true;
	if (p->token.kind == TOKEN_WINDOW) {
		range->window = true;
		parser_advance(p);
		return true;
	}
	if (!take_span(p, &range->span, where))
		return false;
	if (range->span.ms <= 0)
		parser_fail(p, from, "a duration in brackets must be above 0");
	return !p->failed;
}

/* Behind '[': a selector becomes a range vector, anything with a colon a subquery. */
static struct promql_node *parse_brackets(struct parser *p, struct promql_node *node)
{
	struct promql_node *subquery = parser_node(p, PROMQL_SUBQUERY, node->from);
	size_t from = p->token.from;

	parser_advance(p);
	if (!take_range(p, &subquery->range, "in brackets"))
		return NULL;
	if (token_sign(&p->token, ":")) {
		parser_advance(p);
		if (!token_sign(&p->token, "]") && !take_range(p, &subquery->step, "as the step of a subquery"))
			return NULL;
		parser_add_arg(p, subquery, node);
		return parser_take_sign(p, "]", "in a subquery") ? subquery : NULL;
	}
	if (!token_sign(&p->token, "]"))
		return parser_unexpected(p, "in brackets", "':' or ']'");
	parser_advance(p);
	if (node->kind != PROMQL_SELECTOR || node->range.set)
		return parser_fail(p, from, "a range can only follow a selector; a subquery needs a colon: [1h:]");
	if (node->modifiers.has_offset || node->modifiers.at != PROMQL_AT_NONE)
		return parser_fail(p, from, "a range must stand before 'offset' and '@'");
	node->range = subquery->range;
	return node;
}

static struct promql_modifiers *modifiers_of(struct parser *p, struct promql_node *node, size_t from, const char *what)
{
	if (node->kind == PROMQL_SELECTOR || node->kind == PROMQL_SUBQUERY)
		return &node->modifiers;
	return parser_fail(p, from, "'%s' can only follow a selector or a subquery", what);
}

static struct promql_node *parse_offset(struct parser *p, struct promql_node *node)
{
	struct promql_modifiers *modifiers = modifiers_of(p, node, p->token.from, "offset");
	size_t from = p->token.from;
	bool minus;

	if (!modifiers)
		return NULL;
	parser_advance(p);
	minus = token_sign(&p->token, "-");
	if (minus)
		parser_advance(p);
	if (modifiers->has_offset)
		return parser_fail(p, from, "'offset' is given twice");
	if (!take_span(p, &modifiers->offset, "behind 'offset'"))
		return NULL;
	if (minus)
		modifiers->offset.ms = -modifiers->offset.ms;
	modifiers->has_offset = true;
	return node;
}

static bool take_at_time(struct parser *p, struct promql_modifiers *modifiers)
{
	bool minus = token_sign(&p->token, "-");
	bool number;

	if (minus || token_sign(&p->token, "+"))
		parser_advance(p);
	number = p->token.kind == TOKEN_NUMBER || token_word(&p->token, "inf") || token_word(&p->token, "nan");
	if (!number) {
		parser_unexpected(p, "behind '@'", "a Unix time, start() or end()");
		return false;
	}
	if (!number_read(p->token.text, &modifiers->at_seconds) || !(fabs(modifiers->at_seconds) < 9e15)) {
		parser_fail(p, p->token.from, "'%.*s' is no time that Prometheus can hold", STR_ARG(p->token.text));
		return false;
	}
	modifiers->at_seconds = minus ? -modifiers->at_seconds : modifiers->at_seconds;
	modifiers->at = PROMQL_AT_TIME;
	parser_advance(p);
	return true;
}

static struct promql_node *parse_at(struct parser *p, struct promql_node *node)
{
	struct promql_modifiers *modifiers = modifiers_of(p, node, p->token.from, "@");
	size_t from = p->token.from;
	bool start;

	if (!modifiers)
		return NULL;
	if (modifiers->at != PROMQL_AT_NONE)
		return parser_fail(p, from, "'@' is given twice");
	parser_advance(p);
	start = token_word(&p->token, "start");
	if (!start && !token_word(&p->token, "end"))
		return take_at_time(p, modifiers) ? node : NULL;
	modifiers->at = start ? PROMQL_AT_START : PROMQL_AT_END;
	parser_advance(p);
	if (!parser_take_sign(p, "(", "behind '@'") || !parser_take_sign(p, ")", "behind '@'"))
		return NULL;
	return node;
}

struct promql_node *parse_modifiers(struct parser *p, struct promql_node *node)
{
	while (node) {
		if (token_sign(&p->token, "["))
			node = parse_brackets(p, node);
		else if (token_word(&p->token, "offset"))
			node = parse_offset(p, node);
		else if (token_sign(&p->token, "@"))
			node = parse_at(p, node);
		else
			break;
		if (node)
			node->to = p->end;
	}
	return node;
}
