/* Functions, aggregations and lists of labels. */
#include "promql/functions.h"
#include "promql/parser.h"

static bool take_name(struct parser *p, struct str *name, const char *where)
{
	static const char *const numbers[] = {"inf", "nan", NULL};
	size_t from = p->token.from;

	if (p->token.kind == TOKEN_STRING) {
		if (!parser_string(p, name))
			return false;
		if (name->len == 0 || !str_utf8(*name))
			parser_fail(p, from, "a quoted name must be UTF-8 and not empty");
		return !p->failed;
	}
	if (p->token.kind != TOKEN_WORD || word_in(p->token.text, numbers)) {
		parser_unexpected(p, where, "a label name");
		return false;
	}
	*name = arena_str(p->arena, p->token.text);
	parser_advance(p);
	return true;
}

bool parse_names(struct parser *p, struct promql_names *names, const char *where)
{
	if (!parser_take_sign(p, "(", where))
		return false;
	while (!token_sign(&p->token, ")")) {
		names->at = arena_grow(p->arena, names->at, names->len, sizeof(struct str));
		if (!take_name(p, &names->at[names->len], where))
			return false;
		names->len++;
		if (token_sign(&p->token, ","))
			parser_advance(p);
		else if (!token_sign(&p->token, ")"))
			return parser_unexpected(p, where, "',' or ')'") != NULL;
	}
	parser_advance(p);
	return true;
}

/* (a, b, c), without a comma at the end */
static bool parse_args(struct parser *p, struct promql_node *node)
{
	if (!parser_take_sign(p, "(", "before arguments"))
		return false;
	while (!token_sign(&p->token, ")") || node->args_len > 0) {
		struct promql_node *arg = parse_expression(p);

		if (!arg)
			return false;
		parser_add_arg(p, node, arg);
		if (token_sign(&p->token, ")"))
			break;
		if (!token_sign(&p->token, ","))
			return parser_unexpected(p, "in arguments", "',' or ')'") != NULL;
		parser_advance(p);
	}
	parser_advance(p);
	return true;
}

struct promql_node *parse_call(struct parser *p, const struct token *name)
{
	struct promql_node *node = parser_node(p, PROMQL_CALL, name->from);
	const struct promql_function *function = promql_function_find(name->text);
	const char *nearest;

	if (!function) {
		nearest = promql_function_nearest(name->text);
		return parser_fail(p, name->from, "unknown function '%.*s'%s%s%s",
				   name->text.len > 100 ? 100 : STR_ARG(name->text), nearest ? ", did you mean '" : "",
				   nearest ? nearest : "", nearest ? "'" : "");
	}
	node->text = str_of(function->name);
	return parse_args(p, node) ? node : NULL;
}

static bool parse_grouping(struct parser *p, struct promql_node *node)
{
	bool without = token_word(&p->token, "without");

	if (!without && !token_word(&p->token, "by"))
		return true;
	parser_advance(p);
	node->has_grouping = true;
	node->without = without;
	return parse_names(p, &node->grouping, without ? "in the labels of 'without'" : "in the labels of 'by'");
}

struct promql_node *parse_aggregate(struct parser *p, const struct token *name)
{
	struct promql_node *node = parser_node(p, PROMQL_AGGREGATE, name->from);
	const struct promql_aggregation *aggregation = promql_aggregation_find(name->text);
	size_t args = aggregation->has_param ? 2 : 1;

	node->text = str_of(aggregation->name);
	if (!parse_grouping(p, node) || !parse_args(p, node) || (!node->has_grouping && !parse_grouping(p, node)))
		return NULL;
	if (node->args_len != args)
		return parser_fail(p, name->from, "'%s' takes %s, got %zu arguments", aggregation->name,
				   args == 1 ? "one argument" : "two arguments", node->args_len);
	return node;
}
