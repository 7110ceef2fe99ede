/* Reads an expression as a sum of counters. Whatever could mean something else when its series are added up one by one
 * is refused: the caller then puts the expression itself to Prometheus. */
#include "promql/chain.h"
#include "promql/rewrite.h"

#include <math.h>

enum reading { READING_NONE, READING_PLAIN, READING_RATE, READING_INCREASE };

struct summing {
	struct arena *arena;
	const struct str *group_by;
	size_t group_by_len;
	enum reading reading; /* all terms are read in one way */
	struct counter_sum *sum;
};

static bool add_terms(struct summing *summing, const struct promql_node *node, double factor);

static const struct promql_node *without_parens(const struct promql_node *node)
{
	while (node->kind == PROMQL_PAREN)
		node = node->args[0];
	return node;
}

static bool constant(const struct promql_node *node, double *value)
{
	double sign = 1;

	for (node = without_parens(node); node->kind == PROMQL_UNARY; node = without_parens(node->args[0]))
		if (str_is(node->text, "-"))
			sign = -sign;
	*value = sign * node->number;
	return node->kind == PROMQL_NUMBER && isfinite(*value);
}

static bool plain_modifiers(const struct promql_node *selector)
{
	return !selector->modifiers.has_offset && selector->modifiers.at == PROMQL_AT_NONE;
}

static bool add_term(struct summing *summing, const struct promql_node *selector, enum reading reading, double factor)
{
	struct counter_sum *sum = summing->sum;
	struct promql_node *copy;

	if (!plain_modifiers(selector) || (summing->reading != READING_NONE && summing->reading != reading))
		return false;
	summing->reading = reading;
	sum->terms = arena_grow(summing->arena, sum->terms, sum->len, sizeof(*sum->terms));
	copy = promql_copy(summing->arena, selector);
	copy->range = (struct promql_span){.set = false};
	sum->terms[sum->len++] = (struct counter_term){copy, factor};
	return true;
}

static bool add_call(struct summing *summing, const struct promql_node *node, double factor)
{
	bool rate = str_is(node->text, "rate");
	const struct promql_node *selector;

	if (!rate && !str_is(node->text, "increase"))
		return false;
	selector = without_parens(node->args[0]);
	return selector->kind == PROMQL_SELECTOR &&
	       add_term(summing, selector, rate ? READING_RATE : READING_INCREASE, factor);
}

static bool holds(const struct promql_names *names, struct str name)
{
	for (size_t i = 0; i < names->len; i++)
		if (str_eq(names->at[i], name))
			return true;
	return false;
}

/* True if the aggregation keeps every label that the groups are told apart by. */
static bool keeps_groups(const struct summing *summing, const struct promql_node *aggregate)
{
	for (size_t i = 0; i < summing->group_by_len; i++)
		if (holds(&aggregate->grouping, summing->group_by[i]) == aggregate->without)
			return false;
	return true;
}

static bool add_aggregate(struct summing *summing, const struct promql_node *node, double factor)
{
	return str_is(node->text, "sum") && keeps_groups(summing, node) && add_terms(summing, node->args[0], factor);
}

/* 0 with no labels: `or vector(0)` fills up a sum that has no series, which adds nothing. */
static bool is_zero_vector(const struct promql_node *node)
{
	double value;

	node = without_parens(node);
	return node->kind == PROMQL_CALL && str_is(node->text, "vector") && constant(node->args[0], &value) &&
	       !(fabs(value) > 0);
}

static bool same_set(const struct promql_names *a, const struct promql_names *b)
{
	for (size_t i = 0; i < a->len; i++)
		if (!holds(b, a->at[i]))
			return false;
	for (size_t i = 0; i < b->len; i++)
		if (!holds(a, b->at[i]))
			return false;
	return true;
}

/* The aggregation that gives a linear operand its labels; NULL where it has those of its series. */
static const struct promql_node *outer_sum(const struct promql_node *node)
{
	double value;

	for (;;) {
		node = without_parens(node);
		if (node->kind == PROMQL_AGGREGATE)
			return node;
		if (node->kind == PROMQL_UNARY)
			node = node->args[0];
		else if (node->kind == PROMQL_BINARY)
			node = node->args[constant(node->args[0], &value) ? 1 : 0];
		else
			return NULL;
	}
}

/* Adding two vectors joins their label sets: only sums over the same labels may be added term by term. */
static bool add_up(const struct promql_node *left, const struct promql_node *right)
{
	const struct promql_node *a = outer_sum(left), *b = outer_sum(right);

	return a && b && a->without == b->without && same_set(&a->grouping, &b->grouping);
}

/* One link of a chain, its right operand; `*factor` is what the operands to its left are multiplied with. */
static bool add_link(struct summing *summing, const struct promql_node *node, double *factor, bool *left_done)
{
	const struct promql_node *left = node->args[0], *right = node->args[1];
	bool minus = str_is(node->text, "-");
	double number;

	if (str_is(node->text, "or"))
		return is_zero_vector(right) && summing->group_by_len == 0 && (!node->on || node->matching.len == 0) &&
		       (node->on || !node->has_matching);
	if (node->has_matching || node->bool_modifier)
		return false;
	if (minus || str_is(node->text, "+"))
		return add_up(left, right) && add_terms(summing, right, minus ? -*factor : *factor);
	if (str_is(node->text, "*") && constant(left, &number)) {
		*left_done = true;
		return add_terms(summing, right, *factor * number);
	}
	if (!constant(right, &number))
		return false;
	if (str_is(node->text, "/"))
		*factor /= number;
	else if (str_is(node->text, "*"))
		*factor *= number;
	else
		return false;
	return isfinite(*factor);
}

static bool add_chain(struct summing *summing, const struct promql_node *node, double factor)
{
	struct promql_chain chain = promql_chain_of(node);
	bool ok = true, left_done = false;

	for (size_t i = 0; i < chain.len && ok && !left_done; i++)
		ok = add_link(summing, chain.at[i], &factor, &left_done);
	if (ok && !left_done)
		ok = add_terms(summing, chain.at[chain.len - 1]->args[0], factor);
	promql_chain_release(&chain);
	return ok;
}

static bool add_terms(struct summing *summing, const struct promql_node *node, double factor)
{
	switch (node->kind) {
	case PROMQL_PAREN:
		return add_terms(summing, node->args[0], factor);
	case PROMQL_UNARY:
		return add_terms(summing, node->args[0], str_is(node->text, "-") ? -factor : factor);
	case PROMQL_SELECTOR:
		return !node->range.set && add_term(summing, node, READING_PLAIN, factor);
	case PROMQL_CALL:
		return add_call(summing, node, factor);
	case PROMQL_AGGREGATE:
		return add_aggregate(summing, node, factor);
	case PROMQL_BINARY:
		return add_chain(summing, node, factor);
	case PROMQL_NUMBER:
	case PROMQL_STRING:
	case PROMQL_SUBQUERY:
		return false;
	}
	return false;
}

static void reverse(struct counter_sum *sum)
{
	for (size_t i = 0; i < sum->len / 2; i++) {
		struct counter_term term = sum->terms[i];

		sum->terms[i] = sum->terms[sum->len - 1 - i];
		sum->terms[sum->len - 1 - i] = term;
	}
}

bool promql_counter_sum(struct arena *arena, const struct promql_node *query, const struct str *group_by,
			size_t group_by_len, struct counter_sum *sum)
{
	struct summing summing = {arena, group_by, group_by_len, READING_NONE, sum};

	*sum = (struct counter_sum){NULL, 0};
	if (!add_terms(&summing, query, 1) || sum->len == 0)
		return false;
	reverse(sum); /* chains are read from their right end */
	return true;
}
