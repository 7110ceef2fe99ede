#include "slo/native/native.h"

#include "base/limits.h"
#include "slo/native/native_alerting.h"
#include "slo/native/native_kept.h"
#include "slo/templates/sli_template.h"

/* One of several objectives for what the draft counts. */
static void take_objective(struct reader *reader, struct head *head, struct draft *draft, const struct yaml_node *node,
			   struct loaded *loaded)
{
	struct native_objective own = {.slo = {.objective = 0}};
	struct draft one = *draft;
	size_t errors = reader->findings->errors;

	fields_read(reader, native_objective, node, "an objective", &own);
	if (node->kind != YAML_MAP)
		return;
	if (own.name.len && draft->slo.name.len)
		one.slo.name = arena_fmt(reader->arena, "%.*s-%.*s", STR_ARG(draft->slo.name), STR_ARG(own.name));
	if (one.slo.name.len > LIMIT_NAME_BYTES)
		reader_error(reader, yaml_get(node, "name"), "name", "too-long",
			     "with the SLO's name '%.*s' is over %d bytes long", VALUE_ARG(one.slo.name),
			     LIMIT_NAME_BYTES);
	one.slo.objective = own.slo.objective;
	one.slo.objective_text = own.slo.objective_text;
	if (own.description.len)
		one.slo.description = own.description;
	one.node = node;
	one.name = yaml_get(node, "name");
	one.objective = yaml_get(node, "objective");
	draft_take(reader, head, &one, errors, loaded);
}

/* Once, or once for each of several objectives. */
static void take(struct reader *reader, struct head *head, struct native_draft *native, size_t errors,
		 struct loaded *loaded)
{
	struct draft *draft = &native->draft;
	const struct yaml_node *objectives = yaml_get(draft->node, "objectives");

	if (draft->objective && objectives)
		reader_error(reader, objectives, "objectives", "good-and-bad",
			     "stands beside objective; give one of them");
	else if (draft->objective && yaml_null(draft->objective))
		reader_error(reader, draft->objective, "objective", "missing-key", "has no value in an SLO");
	else if (!draft->objective && (!objectives || yaml_null(objectives)))
		reader_error(reader, draft->node, "objective", "missing-key", "is missing in an SLO");
	if (!native->objectives || draft->objective) {
		draft_take(reader, head, draft, errors, loaded);
		return;
	}
	for (size_t i = 0; i < native->objectives->len; i++)
		take_objective(reader, head, draft, native->objectives->items[i], loaded);
}

static void load_slo(struct reader *reader, struct head *head, const struct kept_list *shared,
		     const struct yaml_node *node, struct loaded *loaded)
{
	struct native_draft native = {.draft = {.node = node}};
	struct draft *draft = &native.draft;
	const struct yaml_node *group_limit = yaml_get(node, "groupLimit");
	size_t errors = reader->findings->errors, findings = reader->findings->len;
	const struct sli_template *template = NULL;
	struct kept_list kept = {NULL, 0};

	fields_read(reader, native_slo, node, "an SLO", &native);
	if (node->kind != YAML_MAP)
		return;
	draft->slo.sli.comparison = (enum comparison)native.comparison;
	draft->name = yaml_get(node, "name");
	draft->objective = yaml_get(node, "objective");
	draft->window = yaml_get(node, "window");
	if (draft->window && yaml_get(node, "windows"))
		reader_error(reader, yaml_get(node, "windows"), "windows", "window-kind",
			     "stands beside window; give one of them");
	draft->group_by = yaml_get(node, "groupBy");
	if (yaml_get(native.sli, "template"))
		template = sli_template_use(reader, &native);
	else if (native.sli)
		native_sli_read(reader, native.sli, draft);
	if (!group_limit)
		draft->slo.group_limit = 0; /* by what the groups are */
	if (group_limit && draft->slo.group_by_len == 0)
		reader_warn(reader, group_limit, "groupLimit", "group-limit-alone", "has no effect without groupBy");
	for (size_t i = 0; i < shared->len; i++)
		kept_add(reader, &kept, shared->at[i]);
	native_kept_take(reader, native.kept, false, &kept);
	draft->slo.kept = kept_of(reader, &kept);
	take(reader, head, &native, errors, loaded);
	if (template)
		sli_template_sign(reader, template, &native, findings);
}

static void load_native(struct reader *reader, const struct yaml_node *yaml, struct loaded *loaded)
{
	struct native_document document = {.slos = NULL};
	struct kept_list kept = {NULL, 0};

	head_init(&document.head);
	fields_read(reader, native_head, yaml, "the document", &document);
	alerting_check(reader, document.head.alerting);
	native_kept_take(reader, document.kept, true, &kept);
	for (size_t i = 0; document.slos && i < document.slos->len; i++)
		load_slo(reader, &document.head, &kept, document.slos->items[i], loaded);
	head_release(&document.head);
}

const struct loader loader_native = {.api_version = "wick/v1", .kind = "ServiceLevels", .load = load_native};
