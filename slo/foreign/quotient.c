#include "slo/foreign/quotient.h"

#include "base/num.h"
#include "promql/build.h"
#include "promql/rewrite.h"
#include "promql/scale.h"

static const struct promql_node *inside(const struct promql_node *node)
{
	while (node->kind == PROMQL_PAREN)
		node = node->args[0];
	return node;
}

static bool is_binary(const struct promql_node *node, const char *operator)
{
	return node->kind == PROMQL_BINARY && str_is(node->text, operator);
}

/* At most one series, which has no labels: the two sides of a quotient match whatever there is. */
static bool is_single(const struct promql_node *node)
{
	node = inside(node);
	if (node->kind == PROMQL_AGGREGATE)
		return str_is(node->text, "sum") && !node->without && node->grouping.len == 0;
	if (node->kind == PROMQL_CALL)
		return str_is(node->text, "vector");
	return (is_binary(node, "or") || is_binary(node, "+") || is_binary(node, "-")) && is_single(node->args[0]) &&
	       is_single(node->args[1]);
}

/* Whether it is a number of events that adds up over time. */
static bool is_count(struct arena *arena, const struct promql_node *node)
{
	const struct rewrite_options options = {
		.step = {SPAN_MINUTE}, .lookback = {5 * SPAN_MINUTE}, .horizon = {SPAN_HOUR}};
	struct rewritten rewritten;

	if (!is_single(node) || !promql_has_window(node))
		return false;
	rewritten = promql_rewrite(arena, node, &options);
	return rewritten.exact && rewritten.events;
}

static bool listed(const struct promql_names *names, struct str name)
{
	for (size_t i = 0; i < names->len; i++)
		if (str_eq(names->at[i], name))
			return true;
	return false;
}

/* Whether series are told apart by the label where the quotient puts its two sides together. */
static bool is_matched(const struct promql_node *quotient, struct str label)
{
	return !str_is(label, "__name__") && listed(&quotient->matching, label) == quotient->on;
}

static bool has_matcher(const struct promql_node *selector, const struct promql_matcher *matcher)
{
	for (size_t i = 0; i < selector->matchers_len; i++) {
		const struct promql_matcher *other = &selector->matchers[i];

		if (other->op == matcher->op && str_eq(other->name, matcher->name) &&
		    str_eq(other->value, matcher->value))
			return true;
	}
	return false;
}

/* What one side wants of the labels that are matched the other one wants, too: then no series is without its own. */
static bool wants_no_more(const struct promql_node *quotient, const struct promql_node *selector,
			  const struct promql_node *other)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (is_matched(quotient, selector->matchers[i].name) && !has_matcher(other, &selector->matchers[i]))
			return false;
	return true;
}

/* Two counters whose series go together one by one: the quotient of their sums has the same events. */
static bool is_of_pairs(const struct promql_node *node)
{
	const struct promql_node *part = inside(node->args[0]), *total = inside(node->args[1]);
	const struct promql_node *a = promql_counter_call(part), *b = promql_counter_call(total);

	return a && b && str_eq(part->text, total->text) && a->range.window && b->range.window &&
	       a->modifiers.offset.ms == b->modifiers.offset.ms && node->cardinality == PROMQL_ONE_TO_ONE &&
	       wants_no_more(node, a, b) && wants_no_more(node, b, a);
}

static struct promql_node *summed(struct arena *arena, const struct promql_node *node)
{
	return build_aggregate(arena, "sum", promql_copy(arena, inside(node)));
}

bool quotient_of(struct arena *arena, const struct promql_node *ratio, struct quotient *quotient)
{
	const struct promql_node *node = inside(ratio);

	quotient->rest = is_binary(node, "-") && inside(node->args[0])->kind == PROMQL_NUMBER &&
			 num_same(inside(node->args[0])->number, 1);
	if (quotient->rest)
		node = inside(node->args[1]);
	if (!is_binary(node, "/"))
		return false;
	if (is_count(arena, node->args[0]) && is_count(arena, node->args[1])) {
		quotient->part = promql_copy(arena, inside(node->args[0]));
		quotient->total = promql_copy(arena, inside(node->args[1]));
		return true;
	}
	if (!is_of_pairs(node))
		return false;
	quotient->part = summed(arena, node->args[0]);
	quotient->total = summed(arena, node->args[1]);
	return true;
}

static struct written_query side(struct reader *reader, const struct written_query *ratio, struct promql_node *tree)
{
	struct written_query query = *ratio;

	query.tree = tree;
	query.query.text = query_canonical(reader->arena, tree);
	return query;
}

void quotient_take(struct reader *reader, struct draft *draft)
{
	struct written_query ratio = draft->good.node ? draft->good : draft->bad;
	struct quotient quotient;
	bool good;

	if (draft->slo.sli.kind != SLI_RATIO || !ratio.tree)
		return;
	if (!quotient_of(reader->scratch, ratio.tree, &quotient)) {
		reader_note(reader, ratio.node, ratio.key, "averaged",
			    "is averaged over time, a quiet hour like a busy one: it is no quotient of two sums of "
			    "counters over the window, so there are no events to count");
		return;
	}
	good = (draft->good.node != NULL) != quotient.rest;
	draft->slo.sli.kind = SLI_EVENTS;
	draft->good = draft->bad = (struct written_query){.node = NULL};
	*(good ? &draft->good : &draft->bad) = side(reader, &ratio, quotient.part);
	draft->total = side(reader, &ratio, quotient.total);
	reader_note(reader, ratio.node, ratio.key, "quotient",
		    "is a quotient of two counts: %s events and all events are counted, so that each weighs the same",
		    good ? "good" : "bad");
}
