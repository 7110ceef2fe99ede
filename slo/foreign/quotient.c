#include "slo/foreign/quotient.h"

#include "base/num.h"
#include "promql/rewrite.h"

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

static struct written_query side(struct reader *reader, const struct written_query *ratio,
				 const struct promql_node *node)
{
	struct written_query query = *ratio;

	query.tree = promql_copy(reader->scratch, inside(node));
	query.query.text = query_canonical(reader->arena, query.tree);
	return query;
}

void quotient_take(struct reader *reader, struct draft *draft)
{
	struct written_query ratio = draft->good.node ? draft->good : draft->bad, *part;
	const struct promql_node *node;
	bool good = draft->good.node != NULL;

	if (draft->slo.sli.kind != SLI_RATIO || !ratio.tree)
		return;
	node = inside(ratio.tree);
	if (is_binary(node, "-") && inside(node->args[0])->kind == PROMQL_NUMBER &&
	    num_same(inside(node->args[0])->number, 1)) {
		node = inside(node->args[1]);
		good = !good;
	}
	if (!is_binary(node, "/") || !is_count(reader->scratch, node->args[0]) ||
	    !is_count(reader->scratch, node->args[1]))
		return;
	draft->slo.sli.kind = SLI_EVENTS;
	draft->good = draft->bad = (struct written_query){.node = NULL};
	part = good ? &draft->good : &draft->bad;
	*part = side(reader, &ratio, node->args[0]);
	draft->total = side(reader, &ratio, node->args[1]);
	reader_note(reader, ratio.node, ratio.key, "quotient",
		    "is a quotient of two counts: %s events and all events are counted, so that each weighs the same",
		    good ? "good" : "bad");
}
