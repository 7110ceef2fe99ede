#include "slo/native.h"

#include "slo/native_alerting.h"
#include "slo/sli_template.h"

static void load_slo(struct reader *reader, struct head *head, const struct yaml_node *node, struct loaded *loaded)
{
	struct native_draft native = {.draft = {.node = node}};
	struct draft *draft = &native.draft;
	const struct yaml_node *group_limit = yaml_get(node, "groupLimit");
	size_t errors = reader->findings->errors, findings = reader->findings->len;
	const struct sli_template *template = NULL;

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
	if (group_limit && draft->slo.group_by_len == 0)
		reader_warn(reader, group_limit, "groupLimit", "group-limit-alone", "has no effect without groupBy");
	draft_take(reader, head, draft, errors, loaded);
	if (template)
		sli_template_sign(reader, template, &native, findings);
}

static void load_native(struct reader *reader, const struct yaml_node *yaml, struct loaded *loaded)
{
	struct native_document document = {.slos = NULL};

	head_init(&document.head);
	fields_read(reader, native_head, yaml, "the document", &document);
	alerting_check(reader, document.head.alerting);
	for (size_t i = 0; document.slos && i < document.slos->len; i++)
		load_slo(reader, &document.head, document.slos->items[i], loaded);
	head_release(&document.head);
}

const struct loader loader_native = {.api_version = "wick/v1", .kind = "ServiceLevels", .load = load_native};
