#include "promql/build.h"

static struct promql_node *build(struct arena *arena, enum promql_kind kind, const char *text)
{
	struct promql_node *node = arena_alloc(arena, sizeof(*node));

	node->kind = kind;
	node->text = str_of(text);
	return node;
}

static void give_args(struct arena *arena, struct promql_node *node, struct promql_node *first,
		      struct promql_node *second)
{
	node->args_len = first ? second ? 2 : 1 : 0;
	node->args = arena_array(arena, node->args_len, sizeof(struct promql_node *));
	if (first)
		node->args[0] = first;
	if (second)
		node->args[1] = second;
}

struct promql_node *build_number(struct arena *arena, double number)
{
	struct promql_node *node = build(arena, PROMQL_NUMBER, NULL);

	node->number = number;
	return node;
}

struct promql_node *build_binary(struct arena *arena, const char *op, struct promql_node *left,
				 struct promql_node *right)
{
	struct promql_node *node = build(arena, PROMQL_BINARY, op);

	give_args(arena, node, left, right);
	return node;
}

struct promql_node *build_unary(struct arena *arena, const char *op, struct promql_node *operand)
{
	struct promql_node *node = build(arena, PROMQL_UNARY, op);

	give_args(arena, node, operand, NULL);
	return node;
}

struct promql_node *build_aggregate(struct arena *arena, const char *function, struct promql_node *inner)
{
	struct promql_node *node = build(arena, PROMQL_AGGREGATE, function);

	give_args(arena, node, inner, NULL);
	return node;
}

struct promql_node *build_call(struct arena *arena, const char *name, struct promql_node *first,
			       struct promql_node *second)
{
	struct promql_node *node = build(arena, PROMQL_CALL, name);

	give_args(arena, node, first, second);
	return node;
}

struct promql_node *build_selector(struct arena *arena, const struct promql_node *selector, struct span range,
				   struct span offset)
{
	struct promql_node *node = promql_copy(arena, selector);

	node->from = node->to = 0;
	node->range = (struct promql_span){.span = range, .set = range.ms > 0};
	node->modifiers.offset.ms += offset.ms;
	node->modifiers.has_offset = node->modifiers.offset.ms != 0;
	return node;
}
