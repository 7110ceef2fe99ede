#include "promql/addition.h"

#include "promql/build.h"
#include "promql/chain.h"
#include "promql/lexer.h"
#include "promql/operators.h"

/* No series of a Prometheus has a label of such a name, which relabelling drops. */
#define PART "__addend__"

/* Each union nests its operands three levels deeper, and readers of PromQL have a ceiling. */
enum { NESTED_MOST = 16 };

struct adding {
	struct arena *arena;
	bool plain_counters;
	unsigned nested; /* unions inside of each other, of those that were made so far */
	const struct promql_node *left_alone;
};

/* The union that a run such as a + b - c is put into, and the operator that all its links are like. */
struct run {
	const struct promql_node *like; /* NULL: there is none */
	struct promql_node *all;        /* the sum, whose argument is the union */
	unsigned len;
};

bool promql_on_counters(struct str function)
{
	static const char *const names[] = {"rate",  "increase", "irate",   "idelta", "delta",
					    "deriv", "resets",   "changes", NULL};

	return word_in(function, names);
}

static bool add_up(struct adding *adding, struct promql_node **at);

static bool is_sum(const struct promql_node *node) { return str_is(node->text, "+") || str_is(node->text, "-"); }

static struct promql_node *text_node(struct arena *arena, struct str text)
{
	struct promql_node *node = arena_alloc(arena, sizeof(*node));

	*node = (struct promql_node){.kind = PROMQL_STRING, .text = text};
	return node;
}

/* The operand with a label that tells it from the others. */
static struct promql_node *part_of(struct arena *arena, struct promql_node *operand, bool minus, unsigned number)
{
	struct promql_node *call = build_call(arena, "label_replace", NULL, NULL);

	if (minus)
		operand = build_unary(arena, "-", operand);
	call->args = arena_array(arena, 5, sizeof(*call->args));
	call->args_len = 5;
	call->args[0] = operand;
	call->args[1] = text_node(arena, STR(PART));
	call->args[2] = text_node(arena, arena_fmt(arena, "%u", number));
	call->args[3] = call->args[4] = text_node(arena, STR(""));
	return call;
}

static struct promql_node *one_more_name(struct arena *arena, struct promql_node *sum, struct str name)
{
	sum->grouping.at = arena_grow(arena, sum->grouping.at, sum->grouping.len, sizeof(struct str));
	sum->grouping.at[sum->grouping.len++] = name;
	return sum;
}

/* A sum over the labels that matching leaves. */
static struct promql_node *sum_like(struct arena *arena, const struct promql_node *like, struct promql_node *parts)
{
	struct promql_node *sum = build_aggregate(arena, "sum", parts);

	sum->has_grouping = true;
	sum->without = !like->on;
	for (size_t i = 0; i < like->matching.len; i++)
		one_more_name(arena, sum, like->matching.at[i]);
	return sum->without ? one_more_name(arena, sum, STR(PART)) : sum;
}

static bool same_matching(const struct promql_node *a, const struct promql_node *b)
{
	if (a->on != b->on || a->matching.len != b->matching.len)
		return false;
	for (size_t i = 0; i < a->matching.len; i++)
		if (!str_eq(a->matching.at[i], b->matching.at[i]))
			return false;
	return true;
}

static void add_part(struct adding *adding, struct run *run, struct promql_node *operand, bool minus)
{
	run->all->args[0] = build_binary(adding->arena, "or", run->all->args[0],
					 part_of(adding->arena, operand, minus, ++run->len));
}

/* One link of a chain whose operands are both counts: `left` is the whole of what stands before it. */
static struct promql_node *add_link(struct adding *adding, struct run *run, struct promql_node *link,
				    struct promql_node *left)
{
	struct promql_node *right = link->args[1];

	link->args[0] = left;
	if (promql_type(left) != PROMQL_VECTOR || promql_type(right) != PROMQL_VECTOR)
		return link;
	if (link->cardinality != PROMQL_ONE_TO_ONE || adding->nested >= NESTED_MOST) {
		if (!adding->left_alone)
			adding->left_alone = promql_copy(adding->arena, link);
		return link;
	}
	if (!run->like || !same_matching(run->like, link)) {
		adding->nested++;
		*run = (struct run){link, sum_like(adding->arena, link, part_of(adding->arena, left, false, 1)), 1};
	}
	add_part(adding, run, right, str_is(link->text, "-"));
	return run->all;
}

/* Whether what an operator makes of its operands is a count. */
static bool link_counts(const struct promql_node *link, bool left, bool right)
{
	if (is_sum(link) || str_is(link->text, "or") || str_is(link->text, "*"))
		return left || right;
	if (str_is(link->text, "/"))
		return left && !right;
	if (promql_is_comparison(link->text))
		return !link->bool_modifier && (left || right);
	return left && promql_is_set_operator(link->text);
}

static size_t links_of(const struct promql_node *node)
{
	size_t len = 0;

	for (; node->kind == PROMQL_BINARY; node = node->args[0])
		len++;
	return len;
}

/* Chains are long on their left: from there on, link by link. */
static bool add_up_chain(struct adding *adding, struct promql_node **at)
{
	size_t len = links_of(*at);
	struct promql_node **links = arena_array(adding->arena, len, sizeof(*links)), *left = *at;
	struct run run = {.like = NULL};
	bool counts;

	for (size_t i = len; i-- > 0; left = left->args[0])
		links[i] = left;
	counts = add_up(adding, &left);
	for (size_t i = 0; i < len; i++) {
		struct promql_node *link = links[i];
		unsigned nested = adding->nested;
		bool right;

		adding->nested = 0;
		right = add_up(adding, &link->args[1]);
		adding->nested = adding->nested > nested ? adding->nested : nested;
		if (is_sum(link) && counts && right)
			left = add_link(adding, &run, link, left);
		else
			link->args[0] = left, left = link;
		if (left == link)
			run.like = NULL;
		counts = link_counts(link, counts, right);
	}
	*at = left;
	return counts;
}

static bool add_up_args(struct adding *adding, struct promql_node *node, size_t counted)
{
	bool counts = false;
	unsigned most = 0;

	for (size_t i = 0; i < node->args_len; i++) {
		adding->nested = 0;
		counts = add_up(adding, &node->args[i]) ? counts || i == counted : counts;
		most = adding->nested > most ? adding->nested : most;
	}
	adding->nested = most;
	return counts;
}

static bool add_up_call(struct adding *adding, struct promql_node *node)
{
	static const char *const keep[] = {
		"label_replace", "label_join", "sort",      "sort_desc", "sort_by_label", "sort_by_label_desc",
		"clamp",         "clamp_min",  "clamp_max", "ceil",      "floor",         "round",
		"abs",           "scalar",     "vector",    NULL};

	for (size_t i = 0; i < node->args_len; i++)
		if (promql_type(node->args[i]) == PROMQL_MATRIX)
			return promql_on_counters(node->text);
	return add_up_args(adding, node, 0) && word_in(node->text, keep);
}

static bool add_up_aggregate(struct adding *adding, struct promql_node *node)
{
	static const char *const numbers[] = {"count", "group", "count_values", NULL};

	return add_up_args(adding, node, node->args_len - 1) && !word_in(node->text, numbers);
}

/* Whether it is a count: something that is 0 where there is none. */
static bool add_up(struct adding *adding, struct promql_node **at)
{
	struct promql_node *node = *at;

	switch (node->kind) {
	case PROMQL_NUMBER:
	case PROMQL_STRING:
	case PROMQL_SUBQUERY:
		return false;
	case PROMQL_SELECTOR:
		return adding->plain_counters && !node->range.set;
	case PROMQL_CALL:
		return add_up_call(adding, node);
	case PROMQL_AGGREGATE:
		return add_up_aggregate(adding, node);
	case PROMQL_BINARY:
		return add_up_chain(adding, at);
	case PROMQL_UNARY:
	case PROMQL_PAREN:
		return add_up_args(adding, node, 0);
	}
	return false;
}

struct addition promql_add_up(struct arena *arena, const struct promql_node *query, bool plain_counters)
{
	struct adding adding = {arena, plain_counters, 0, NULL};
	struct promql_node *node = promql_copy(arena, query);

	add_up(&adding, &node);
	return (struct addition){node, adding.left_alone};
}
