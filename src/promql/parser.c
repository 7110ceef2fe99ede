/* Precedence climbing over the tokens; selectors and calls are in files of their own. */
#include "promql/parser.h"

#include "base/limits.h"
#include "promql/functions.h"
#include "promql/literal.h"
#include "promql/operators.h"
#include "promql/types.h"

#include <stdarg.h>
#include <stdio.h>

void parser_advance(struct parser *p)
{
	p->end = p->token.to;
	lexer_next(&p->lexer, &p->token);
}

void *parser_fail(struct parser *p, size_t offset, const char *format, ...)
{
	va_list args;

	if (p->failed)
		return NULL;
	p->failed = true;
	p->error->offset = offset;
	va_start(args, format);
	vsnprintf(p->error->text, sizeof(p->error->text), format, args);
	va_end(args);
	return NULL;
}

void *parser_unexpected(struct parser *p, const char *where, const char *what)
{
	struct str text = p->token.text;
	bool cut = text.len > 60;

	if (cut)
		for (text.len = 60; text.len && ((unsigned char)text.at[text.len] & 0xC0) == 0x80;)
			text.len--;
	if (p->token.kind == TOKEN_WRONG)
		return parser_fail(p, p->token.from, "'%.*s%s' %s", STR_ARG(text), cut ? "..." : "", p->lexer.wrong);
	if (p->token.kind == TOKEN_END)
		return parser_fail(p, p->token.from, "the text ends %s, expected %s", where, what);
	return parser_fail(p, p->token.from, "unexpected '%.*s%s' %s, expected %s", STR_ARG(text), cut ? "..." : "",
			   where, what);
}

bool parser_take_sign(struct parser *p, const char *sign, const char *where)
{
	char what[8];

	if (token_sign(&p->token, sign)) {
		parser_advance(p);
		return true;
	}
	snprintf(what, sizeof(what), "'%s'", sign);
	parser_unexpected(p, where, what);
	return false;
}

struct promql_node *parser_node(struct parser *p, enum promql_kind kind, size_t from)
{
	struct promql_node *node = arena_alloc(p->arena, sizeof(*node));

	node->kind = kind;
	node->from = from;
	return node;
}

void parser_add_arg(struct parser *p, struct promql_node *node, struct promql_node *arg)
{
	node->args = arena_grow(p->arena, node->args, node->args_len, sizeof(struct promql_node *));
	node->args[node->args_len++] = arg;
}

bool parser_string(struct parser *p, struct str *value)
{
	size_t wrong = 0;
	const char *why = NULL;

	*value = string_read(p->arena, p->token.text, &wrong, &why);
	if (!value->at) {
		parser_fail(p, p->token.from + wrong, "%s", why);
		return false;
	}
	parser_advance(p);
	return true;
}

static struct promql_node *parse_number(struct parser *p)
{
	struct promql_node *node = parser_node(p, PROMQL_NUMBER, p->token.from);
	struct span span;

	if (p->token.kind == TOKEN_DURATION && span_read(p->token.text, &span))
		node->number = span_seconds(span);
	else if (!number_read(p->token.text, &node->number))
		return parser_fail(p, p->token.from, "'%.*s' is no number, or one that does not fit",
				   STR_ARG(p->token.text));
	parser_advance(p);
	return node;
}

static struct promql_node *parse_paren(struct parser *p)
{
	struct promql_node *node = parser_node(p, PROMQL_PAREN, p->token.from), *inner;

	parser_advance(p);
	inner = parse_expression(p);
	if (!inner || !parser_take_sign(p, ")", "in parentheses"))
		return NULL;
	parser_add_arg(p, node, inner);
	return node;
}

/* A word is a keyword, a function or a metric: what follows it decides. */
static struct promql_node *parse_word(struct parser *p)
{
	static const char *const never_metrics[] = {"bool",        "on",    "ignoring", "group_left",
						    "group_right", "atan2", NULL};
	static const char *const never_calls[] = {"and", "or", "unless", "by", "without", "offset", NULL};
	static const char *const numbers[] = {"inf", "nan", NULL};
	struct token name = p->token;
	bool opens;

	if (word_in(name.text, numbers))
		return parse_number(p);
	if (word_in(name.text, never_metrics))
		return parser_unexpected(p, "in an expression", "a value");
	parser_advance(p);
	opens = token_sign(&p->token, "(");
	if (promql_aggregation_find(name.text) &&
	    (opens || token_word(&p->token, "by") || token_word(&p->token, "without")))
		return parse_aggregate(p, &name);
	if (opens && !word_in(name.text, never_calls) && str_find(name.text, ':') == name.text.len)
		return parse_call(p, &name);
	return parse_selector(p, &name);
}

static struct promql_node *parse_primary(struct parser *p)
{
	struct promql_node *node;

	switch (p->token.kind) {
	case TOKEN_NUMBER:
	case TOKEN_DURATION:
		return parse_number(p);
	case TOKEN_STRING:
		node = parser_node(p, PROMQL_STRING, p->token.from);
		return parser_string(p, &node->text) ? node : NULL;
	case TOKEN_WORD:
		return parse_word(p);
	case TOKEN_SIGN:
		if (token_sign(&p->token, "("))
			return parse_paren(p);
		if (token_sign(&p->token, "{"))
			return parse_selector(p, NULL);
		break;
	case TOKEN_END:
	case TOKEN_WRONG:
	case TOKEN_WINDOW:
		break;
	}
	return parser_unexpected(p, "in an expression", "a value");
}

static struct promql_node *parse_binary(struct parser *p, unsigned least);

/* Binds less than ^ and more than *; a sign before a plain number is a part of it. */
static struct promql_node *parse_unary(struct parser *p)
{
	struct promql_node *node, *operand;
	struct token sign = p->token;

	if (!token_sign(&sign, "-") && !token_sign(&sign, "+")) {
		node = parse_primary(p);
		if (node)
			node->to = p->end;
		return node ? parse_modifiers(p, node) : NULL;
	}
	parser_advance(p);
	operand = parse_binary(p, PROMQL_BINDS_MOST);
	if (!operand)
		return NULL;
	if (operand->kind == PROMQL_NUMBER) {
		operand->from = sign.from;
		operand->number = sign.text.at[0] == '-' ? -operand->number : operand->number;
		return operand;
	}
	node = parser_node(p, PROMQL_UNARY, sign.from);
	node->text = sign.text.at[0] == '-' ? STR("-") : STR("+");
	node->to = p->end;
	parser_add_arg(p, node, operand);
	return node;
}

/* [bool] [on|ignoring (...) [group_left|group_right [(...)]]] */
static bool parse_matching(struct parser *p, struct promql_node *node)
{
	bool left;

	if (token_word(&p->token, "bool")) {
		node->bool_modifier = true;
		parser_advance(p);
	}
	node->on = token_word(&p->token, "on");
	node->has_matching = node->on || token_word(&p->token, "ignoring");
	if (!node->has_matching)
		return true;
	parser_advance(p);
	if (!parse_names(p, &node->matching, "in the labels of 'on' or 'ignoring'"))
		return false;
	left = token_word(&p->token, "group_left");
	if (!left && !token_word(&p->token, "group_right"))
		return true;
	node->cardinality = left ? PROMQL_GROUP_LEFT : PROMQL_GROUP_RIGHT;
	parser_advance(p);
	return !token_sign(&p->token, "(") ||
	       parse_names(p, &node->include, "in the labels of 'group_left' or 'group_right'");
}

static struct promql_node *parse_binary(struct parser *p, unsigned least)
{
	struct promql_node *left, *right, *node;
	unsigned precedence;

	if (p->depth == LIMIT_PROMQL_DEPTH)
		return parser_fail(p, p->token.from, "the expression is nested more than %d levels deep",
				   LIMIT_PROMQL_DEPTH);
	p->depth++;
	left = parse_unary(p);
	while (left) {
		struct str text = promql_operator_at(&p->token);

		precedence = promql_precedence(text);
		if (!text.at || precedence < least)
			break;
		node = parser_node(p, PROMQL_BINARY, left->from);
		node->text = text;
		parser_advance(p);
		right = parse_matching(p, node) ? parse_binary(p, precedence + (precedence < PROMQL_BINDS_MOST)) : NULL;
		if (!right)
			return NULL;
		parser_add_arg(p, node, left);
		parser_add_arg(p, node, right);
		node->to = p->end;
		left = node;
	}
	p->depth--;
	return left;
}

struct promql_node *parse_expression(struct parser *p) { return parse_binary(p, PROMQL_BINDS_LEAST); }

/* Line and column of error->offset, both from 1, columns in characters. */
static void locate(struct str source, struct promql_error *error)
{
	size_t line_start = 0;

	error->line = error->col = 1;
	for (size_t i = 0; i < error->offset && i < source.len; i++)
		if (source.at[i] == '\n') {
			error->line++;
			line_start = i + 1;
		}
	for (size_t pos = line_start; pos < error->offset && pos < source.len;) {
		str_rune(source, &pos);
		error->col++;
	}
}

struct promql_node *promql_parse(struct arena *arena, struct str source, struct promql_error *error)
{
	struct parser p = {.arena = arena, .lexer = {.source = source}, .error = error};
	struct promql_node *node = NULL;

	*error = (struct promql_error){0};
	if (source.len > LIMIT_PROMQL_BYTES)
		parser_fail(&p, 0, "the expression has %zu bytes, more than %zu", source.len, LIMIT_PROMQL_BYTES);
	else
		parser_advance(&p);
	if (!p.failed && p.token.kind == TOKEN_END)
		parser_fail(&p, p.token.from, "the expression is empty");
	if (!p.failed)
		node = parse_expression(&p);
	if (node && p.token.kind != TOKEN_END)
		node = parser_unexpected(&p, "after an expression", "an operator or the end");
	if (node && !promql_check_types(node, source, error))
		node = NULL;
	if (!node)
		locate(source, error);
	return node;
}
