#include "slo/native.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "slo/loader.h"
#include "slo/native_alerting.h"

/* The SLO's own labels over the document's; both are sorted. */
static struct labels merge_labels(struct arena *arena, struct labels document, struct labels own)
{
	struct labels merged;
	size_t d = 0, o = 0;

	if (own.len == 0)
		return document;
	merged = (struct labels){arena_array(arena, document.len + own.len, sizeof(struct label)), 0};
	while (d < document.len || o < own.len) {
		int order = d == document.len ? 1 : o == own.len ? -1 : str_cmp(document.at[d].name, own.at[o].name);

		merged.at[merged.len++] = order < 0 ? document.at[d] : own.at[o];
		d += order <= 0;
		o += order >= 0;
	}
	return merged;
}

static void check_groups(struct reader *reader, const struct draft *draft)
{
	const struct slo *slo = &draft->slo;
	const struct yaml_node *group_by = yaml_get(draft->node, "groupBy");
	const struct yaml_node *group_limit = yaml_get(draft->node, "groupLimit");

	for (size_t i = 0; i < slo->group_by_len; i++)
		if (labels_get(slo->labels, slo->group_by[i]).at)
			reader_error(reader, group_by, "groupBy", "group-label",
				     "'%.*s' is one of the SLO's labels already; a series cannot have it twice",
				     VALUE_ARG(slo->group_by[i]));
	if (group_limit && slo->group_by_len == 0)
		reader_warn(reader, group_limit, "groupLimit", "group-limit-alone", "has no effect without groupBy");
	query_keeps(reader, "good", &draft->good, slo->group_by, slo->group_by_len);
	query_keeps(reader, "bad", &draft->bad, slo->group_by, slo->group_by_len);
	query_keeps(reader, "total", &draft->total, slo->group_by, slo->group_by_len);
	query_keeps(reader, "query", &draft->metric, slo->group_by, slo->group_by_len);
}

static void make_id(struct reader *reader, const struct head *head, struct slo *slo)
{
	slo->service = head->service;
	slo->namespace_ = head->namespace_.len ? head->namespace_ : STR("");
	if (!slo->description.at)
		slo->description = STR("");
	slo->id = arena_fmt(reader->arena, "%.*s%s%.*s/%.*s", STR_ARG(slo->namespace_), slo->namespace_.len ? "/" : "",
			    STR_ARG(slo->service), STR_ARG(slo->name));
}

/* `names` holds the place of the first SLO of each name of the document. */
static void check_name(struct reader *reader, struct str name, const struct yaml_node *node, struct map *names)
{
	const struct place *first = map_get(names, name);
	struct place *place;

	if (first) {
		reader_error(reader, node, "name", "duplicate",
			     "'%.*s' is the name of another SLO already, in line %u, column %u", VALUE_ARG(name),
			     first->line, first->col);
		return;
	}
	place = arena_alloc(reader->scratch, sizeof(*place));
	*place = reader_place(reader, node);
	map_put(names, name, place);
}

static void load_slo(struct reader *reader, const struct head *head, const struct yaml_node *node, struct map *names,
		     struct loaded *loaded)
{
	struct draft draft = {.node = node};
	const struct yaml_node *name = yaml_get(node, "name");
	size_t errors = reader->findings->errors;

	fields_read(reader, native_slo, node, "an SLO", &draft);
	if (node->kind != YAML_MAP)
		return;
	draft.slo.place = reader_place(reader, node);
	draft.slo.labels = merge_labels(reader->arena, head->labels, draft.labels);
	if (draft.slo.name.len)
		check_name(reader, draft.slo.name, name, names);
	if (draft.sli)
		draft_finish_sli(reader, &draft);
	check_groups(reader, &draft);
	if (draft.slo.window.ms && draft.slo.objective > 0)
		draft.slo.alerting = alerting_read(reader, head->alerting, draft.alerting, &draft.slo);
	draft_lint(reader, &draft);
	if (reader->findings->errors != errors)
		return;
	if (!draft.slo.policy_ref.name.len)
		draft.slo.policy_ref = head->policy;
	make_id(reader, head, &draft.slo);
	draft.slo.counts_hash = draft_counts_hash(&draft);
	XGROW(loaded->slos, loaded->slos_len, loaded->slos_cap);
	loaded->slos[loaded->slos_len++] = draft.slo;
}

static void load_native(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	struct head head = {0};
	struct map names;

	fields_read(reader, native_head, document, "the document", &head);
	alerting_check(reader, head.alerting);
	if (!head.slos)
		return;
	if (head.slos->len == 0)
		reader_error(reader, head.slos, "slos", "empty", "the list is empty; it wants at least one SLO");
	map_init(&names);
	for (size_t i = 0; i < head.slos->len; i++)
		load_slo(reader, &head, head.slos->items[i], &names, loaded);
	map_release(&names);
}

const struct loader loader_native = {"wick/v1", "ServiceLevels", load_native};
