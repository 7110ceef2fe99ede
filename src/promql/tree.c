/* What is done with a tree as a whole: copy, walk, compare, fill in the window. */
#include "base/mem.h"
#include "base/num.h"
#include "promql/ast.h"
#include "promql/chain.h"

#include <math.h>
#include <stdlib.h>

static struct promql_names copy_names(struct arena *arena, const struct promql_names *names)
{
	struct promql_names copy = {arena_array(arena, names->len, sizeof(struct str)), names->len};

	for (size_t i = 0; i < names->len; i++)
		copy.at[i] = arena_str(arena, names->at[i]);
	return copy;
}

/* A copy of the node itself; its arguments are left to the caller. */
static struct promql_node *copy_one(struct arena *arena, const struct promql_node *node)
{
	struct promql_node *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *node;
	if (node->text.at)
		copy->text = arena_str(arena, node->text);
	copy->matchers = arena_array(arena, node->matchers_len, sizeof(struct promql_matcher));
	for (size_t i = 0; i < node->matchers_len; i++) {
		copy->matchers[i].name = arena_str(arena, node->matchers[i].name);
		copy->matchers[i].value = arena_str(arena, node->matchers[i].value);
		copy->matchers[i].op = node->matchers[i].op;
	}
	copy->grouping = copy_names(arena, &node->grouping);
	copy->matching = copy_names(arena, &node->matching);
	copy->include = copy_names(arena, &node->include);
	copy->args = arena_array(arena, node->args_len, sizeof(struct promql_node *));
	return copy;
}

struct promql_node *promql_copy(struct arena *arena, const struct promql_node *node)
{
	struct promql_chain chain = promql_chain_of(node);
	const struct promql_node *inner = chain.len ? chain.at[chain.len - 1]->args[0] : node;
	struct promql_node *copy = copy_one(arena, inner);

	for (size_t i = 0; i < inner->args_len; i++)
		copy->args[i] = promql_copy(arena, inner->args[i]);
	for (size_t i = chain.len; i-- > 0;) {
		struct promql_node *link = copy_one(arena, chain.at[i]);

		link->args[0] = copy;
		link->args[1] = promql_copy(arena, chain.at[i]->args[1]);
		copy = link;
	}
	promql_chain_release(&chain);
	return copy;
}

void promql_walk(struct promql_node *node, void (*visit)(struct promql_node *node, void *context), void *context)
{
	struct promql_node **stack = NULL;
	size_t len = 0, cap = 0;

	XGROW(stack, len, cap);
	stack[len++] = node;
	while (len) {
		struct promql_node *next = stack[--len];

		visit(next, context);
		for (size_t i = next->args_len; i-- > 0;) {
			XGROW(stack, len, cap);
			stack[len++] = next->args[i];
		}
	}
	free(stack);
}

static void find_range(struct promql_node *node, void *found)
{
	if (node->kind == PROMQL_SUBQUERY || (node->kind == PROMQL_SELECTOR && (node->range.set || node->range.window)))
		*(bool *)found = true;
}

bool promql_has_range(struct promql_node *node)
{
	bool found = false;

	promql_walk(node, find_range, &found);
	return found;
}

bool promql_has_window(const struct promql_node *node)
{
	const struct promql_node **stack = NULL;
	size_t len = 0, cap = 0;
	bool found = false;

	XGROW(stack, len, cap);
	stack[len++] = node;
	while (len && !found) {
		node = stack[--len];
		found = node->range.window || node->step.window;
		for (size_t i = 0; i < node->args_len; i++) {
			XGROW(stack, len, cap);
			stack[len++] = node->args[i];
		}
	}
	free(stack);
	return found;
}

static void fill_window(struct promql_node *node, void *context)
{
	const struct span *window = context;

	if (node->range.window)
		node->range = (struct promql_span){.span = *window, .set = true};
	if (node->step.window)
		node->step = (struct promql_span){.span = *window, .set = true};
}

struct promql_node *promql_with_window(struct arena *arena, const struct promql_node *node, struct span window)
{
	struct promql_node *copy = promql_copy(arena, node);

	promql_walk(copy, fill_window, &window);
	return copy;
}

static bool same_names(const struct promql_names *a, const struct promql_names *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (!str_eq(a->at[i], b->at[i]))
			return false;
	return true;
}

static bool same_span(const struct promql_span *a, const struct promql_span *b)
{
	return a->set == b->set && a->window == b->window && a->span.ms == b->span.ms;
}

static bool same_matchers(const struct promql_node *a, const struct promql_node *b)
{
	if (a->matchers_len != b->matchers_len)
		return false;
	for (size_t i = 0; i < a->matchers_len; i++)
		if (a->matchers[i].op != b->matchers[i].op || !str_eq(a->matchers[i].name, b->matchers[i].name) ||
		    !str_eq(a->matchers[i].value, b->matchers[i].value))
			return false;
	return true;
}

static bool same_modifiers(const struct promql_modifiers *a, const struct promql_modifiers *b)
{
	return a->has_offset == b->has_offset && a->offset.ms == b->offset.ms && a->at == b->at &&
	       num_same(a->at_seconds, b->at_seconds);
}

/* The nodes themselves, without their arguments. */
static bool same_one(const struct promql_node *a, const struct promql_node *b)
{
	return a->kind == b->kind && (num_same(a->number, b->number) && !isnan(a->number) == !isnan(b->number)) &&
	       str_eq(a->text, b->text) && same_matchers(a, b) && same_span(&a->range, &b->range) &&
	       same_span(&a->step, &b->step) && same_modifiers(&a->modifiers, &b->modifiers) &&
	       a->args_len == b->args_len && a->without == b->without && a->has_grouping == b->has_grouping &&
	       same_names(&a->grouping, &b->grouping) && a->bool_modifier == b->bool_modifier &&
	       a->has_matching == b->has_matching && a->on == b->on && same_names(&a->matching, &b->matching) &&
	       a->cardinality == b->cardinality && same_names(&a->include, &b->include);
}

bool promql_equal(const struct promql_node *a, const struct promql_node *b)
{
	const struct promql_node **stack = NULL;
	size_t len = 0, cap = 0;
	bool same = true;

	for (;;) {
		same = same_one(a, b);
		for (size_t i = 0; i < a->args_len && same; i++) {
			XGROW(stack, len, cap);
			stack[len++] = a->args[i];
			XGROW(stack, len, cap);
			stack[len++] = b->args[i];
		}
		if (!same || len == 0)
			break;
		b = stack[--len];
		a = stack[--len];
	}
	free(stack);
	return same;
}
