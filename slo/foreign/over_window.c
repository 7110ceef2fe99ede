#include "slo/foreign/over_window.h"

#include "promql/build.h"

void over_window_take(struct reader *reader, struct written_query *query, const struct slo *slo)
{
	struct promql_node *tree = query->tree, *sum;

	if (!tree || tree->kind != PROMQL_SELECTOR || !tree->modifiers.has_offset ||
	    tree->modifiers.at != PROMQL_AT_NONE || (tree->range.set && !tree->range.window))
		return;
	tree = promql_copy(reader->scratch, tree);
	tree->range = (struct promql_span){.set = true, .window = true};
	sum = build_aggregate(reader->scratch, "sum", build_call(reader->scratch, "increase", tree, NULL));
	sum->has_grouping = slo->group_by_len > 0;
	sum->grouping = (struct promql_names){slo->group_by, slo->group_by_len};
	query->tree = sum;
	query->query.text = query_canonical(reader->arena, sum);
}
