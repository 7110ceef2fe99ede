#include "slo/native/native.h"

/* Exactly one of the two. */
static void one_of_good_and_bad(struct reader *reader, const struct draft *draft, const struct yaml_node *node,
				const char *kind)
{
	if (draft->good.node && draft->bad.node)
		reader_error(reader,
			     draft->good.node->line > draft->bad.node->line ? draft->good.node : draft->bad.node, kind,
			     "good-and-bad", "has both good and bad; give one of them");
	else if (!draft->good.node && !draft->bad.node)
		reader_error(reader, node, kind, "missing-key", "has neither good nor bad; give one of them");
}

/* The value of the one kind that is there; NULL, with a finding, where there is not exactly one. */
static const struct yaml_node *find_kind(struct reader *reader, const struct yaml_node *sli, enum sli_kind *kind)
{
	const struct yaml_node *found = NULL;

	for (size_t i = 0; i < SLI_KINDS; i++) {
		const struct yaml_node *node = yaml_get(sli, sli_kind_names[i]);

		if (!node)
			continue;
		if (found) {
			reader_error(reader, node, "sli", "sli-kinds", "has both %s and %s; give one of them",
				     sli_kind_names[*kind], sli_kind_names[i]);
			return NULL;
		}
		if (yaml_null(node)) {
			reader_error(reader, node, sli_kind_names[i], "empty", "is empty");
			return NULL;
		}
		found = node;
		*kind = (enum sli_kind)i;
	}
	if (!found && sli->kind == YAML_MAP)
		reader_error(reader, sli, "sli", "missing-key",
			     "has none of its kinds: events, latency, probe, threshold, ratio, composite or template");
	return found;
}

void native_sli_read(struct reader *reader, const struct yaml_node *sli, struct draft *draft)
{
	const struct yaml_node *node = find_kind(reader, sli, &draft->slo.sli.kind), *with = yaml_get(sli, "with");

	if (with)
		reader_error(reader, with, "with", "with-alone", "has no meaning without template");
	if (!node || (draft->slo.sli.kind != SLI_PROBE && node->kind != YAML_MAP))
		return;
	if (draft->slo.sli.kind == SLI_EVENTS || draft->slo.sli.kind == SLI_RATIO)
		one_of_good_and_bad(reader, draft, node, sli_kind_names[draft->slo.sli.kind]);
	draft->limit_node = yaml_get(node, "value");
	draft_finish_sli(reader, draft);
}
