#include "slo/templates/sli_template.h"

#include "base/limits.h"
#include "slo/native/native_types.h"

#include <stddef.h>

/* A document as it is read. */
struct draft_template {
	struct str api_version, kind;
	struct sli_template template;
	const struct yaml_node *metrics, *parameters;
};

#define AT(member) offsetof(struct parameter, member)

const struct field sli_template_parameter[] = {
	{.name = "type",
	 .type = &field_choice,
	 .at = AT(type),
	 .required = true,
	 .choices = parameter_type_names,
	 .help = "What its values are, and where in the `sli` it may stand: the types are below"},
	{.name = "help",
	 .type = &field_text,
	 .at = AT(help),
	 .max = (double)LIMIT_TEXT_BYTES,
	 .help = "What it says, for people"},
	{.name = "default",
	 .type = &field_text,
	 .at = AT(fallback),
	 .max = (double)LIMIT_TEXT_BYTES,
	 .help = "Its value where an SLO gives none; may be an empty text. Without it, an SLO must give one"},
	{.name = "example",
	 .type = &field_text,
	 .at = AT(example),
	 .max = (double)LIMIT_TEXT_BYTES,
	 .help = "A value to show and to check the template with; required where there is no default"},
	{.name = NULL},
};

#undef AT
#define AT(member) offsetof(struct draft_template, member)

const struct field sli_template_head[] = {
	{.name = "apiVersion", .type = &field_text, .at = AT(api_version), .required = true, .help = "`wick/v1`"},
	{.name = "kind", .type = &field_text, .at = AT(kind), .required = true, .help = "`Template`"},
	{.name = "name",
	 .type = &native_type_name,
	 .at = AT(template.name),
	 .required = true,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "What SLOs call it by: of all templates, wick's own too, only one has it"},
	{.name = "description",
	 .type = &field_text,
	 .at = AT(template.description),
	 .max = (double)LIMIT_TEXT_BYTES,
	 .help = "What it counts, for `wick templates`"},
	{.name = "metrics",
	 .type = &native_type_any,
	 .at = AT(metrics),
	 .help = "The metrics that it needs, each with where it comes from, for `wick templates`"},
	{.name = "parameters",
	 .type = &native_type_map_of,
	 .at = AT(parameters),
	 .inner = sli_template_parameter,
	 .help = "What SLOs say `with`: a map from the parameter's name to what it is"},
	{.name = "sli",
	 .type = &native_type_any,
	 .at = AT(template.sli),
	 .inner = native_sli,
	 .required = true,
	 .help = "The `sli` of an SLO, in which `$name` stands for the value of a parameter, and `$groupBy` for the labels that the SLO is grouped by"},
	{.name = NULL},
};

static bool parameter_name_ok(struct str name)
{
	bool ok = name.len > 0 && name.len <= LIMIT_NAME_BYTES && ascii_alpha(name.at[0]);

	for (size_t i = 0; i < name.len && ok; i++)
		ok = ascii_alpha(name.at[i]) || ascii_digit(name.at[i]) || name.at[i] == '_';
	return ok;
}

static void read_parameter(struct reader *reader, const struct yaml_pair *pair, struct parameter *parameter)
{
	size_t errors = reader->findings->errors;
	uint64_t given = fields_read(reader, sli_template_parameter, pair->value,
				     arena_fmt(reader->scratch, "the parameter '%.*s'", VALUE_ARG(pair->key->text)).at,
				     parameter);

	parameter->name = arena_str(reader->arena, pair->key->text);
	parameter->place = reader_place(reader, pair->key);
	if (!parameter_name_ok(parameter->name))
		reader_error(
			reader, pair->key, "parameters", "illegal-name",
			"'%.*s' is not a legal name of a parameter; it begins with a letter and holds letters, digits and '_'",
			VALUE_ARG(parameter->name));
	else if (str_is(parameter->name, "window") || str_is(parameter->name, "groupBy"))
		reader_error(reader, pair->key, "parameters", "reserved", "'$%.*s' has a meaning of its own",
			     VALUE_ARG(parameter->name));
	if (reader->findings->errors == errors && !field_given(sli_template_parameter, given, "default") &&
	    !field_given(sli_template_parameter, given, "example"))
		reader_error(reader, pair->key, "parameters", "missing-key",
			     "'%.*s' has neither a default nor an example", VALUE_ARG(parameter->name));
}

static bool is_map(struct reader *reader, const struct yaml_node *node, const char *key)
{
	if (!node || yaml_null(node))
		return false;
	return node->kind == YAML_MAP ||
	       reader_error(reader, node, key, "wrong-type", "wants a map of keys and values, not %s", yaml_what(node));
}

static void read_parameters(struct reader *reader, const struct yaml_node *node, struct sli_template *template)
{
	if (!is_map(reader, node, "parameters"))
		return;
	if (node->len > LIMIT_TEMPLATE_PARAMETERS) {
		reader_error(reader, node, "parameters", "too-many", "%zu parameters; at most %d are allowed",
			     node->len, LIMIT_TEMPLATE_PARAMETERS);
		return;
	}
	template->parameters = arena_array(reader->arena, node->len, sizeof(*template->parameters));
	for (size_t i = 0; i < node->len; i++)
		read_parameter(reader, &node->pairs[i], &template->parameters[template->parameters_len++]);
}

static void read_metrics(struct reader *reader, const struct yaml_node *node, struct sli_template *template)
{
	if (!is_map(reader, node, "metrics"))
		return;
	if (node->len > LIMIT_TEMPLATE_PARAMETERS) {
		reader_error(reader, node, "metrics", "too-many", "%zu metrics; at most %d are allowed", node->len,
			     LIMIT_TEMPLATE_PARAMETERS);
		return;
	}
	template->metrics = arena_array(reader->arena, node->len, sizeof(*template->metrics));
	for (size_t i = 0; i < node->len; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		struct field field = {.name = pair->key->text.at, .type = &field_text, .max = (double)LIMIT_TEXT_BYTES};
		struct template_metric *metric = &template->metrics[template->metrics_len++];

		metric->name = arena_str(reader->arena, pair->key->text);
		field_text.read(reader, &field, pair->value, &metric->from);
	}
}

/* Aliases can make few bytes many nodes, and templates are kept and copied. */
static size_t count_nodes(const struct yaml_node *node, size_t most)
{
	size_t count = 1;

	for (size_t i = 0; i < node->len && count <= most; i++)
		count += count_nodes(node->kind == YAML_LIST ? node->items[i] : node->pairs[i].value, most - count);
	return count;
}

static void check_sli(struct reader *reader, const struct yaml_node *sli)
{
	if (sli->kind != YAML_MAP)
		reader_error(reader, sli, "sli", "wrong-type", "wants a map of keys and values, not %s",
			     yaml_what(sli));
	else if (yaml_get(sli, "template"))
		reader_error(reader, yaml_get(sli, "template"), "template", "nested-template",
			     "a template cannot be made of another one");
	else if (count_nodes(sli, LIMIT_TEMPLATE_NODES) > LIMIT_TEMPLATE_NODES)
		reader_error(reader, sli, "sli", "too-large", "has more than %d values", LIMIT_TEMPLATE_NODES);
}

/* Reads what `choose` takes of each parameter as an SLO's value, and what is made of it as an SLO's sli. */
static void try_values(struct reader *reader, const struct sli_template *template, bool examples)
{
	struct native_draft native = {.draft = {.node = template->sli}};
	struct reader quiet = *reader;
	const struct yaml_node *sli;

	sli = sli_template_try(reader, template, examples);
	if (!sli)
		return;
	quiet.source = STR(""); /* what is filled in has no place of its own */
	fields_read(&quiet, native_sli, sli, "sli", &native);
	native_sli_read(&quiet, sli, &native.draft);
}

static bool examples_differ(const struct sli_template *template)
{
	for (size_t i = 0; i < template->parameters_len; i++)
		if (template->parameters[i].fallback.at && template->parameters[i].example.at)
			return true;
	return false;
}

bool sli_template_read(struct reader *reader, const struct yaml_node *document, struct sli_template *template)
{
	struct draft_template draft = {.template.place = reader_place(reader, document)};
	size_t errors = reader->findings->errors;

	fields_read(reader, sli_template_head, document, "the template", &draft);
	*template = draft.template;
	read_parameters(reader, draft.parameters, template);
	read_metrics(reader, draft.metrics, template);
	if (template->sli)
		check_sli(reader, template->sli);
	if (reader->findings->errors == errors)
		try_values(reader, template, false);
	if (reader->findings->errors == errors && examples_differ(template))
		try_values(reader, template, true);
	template->broken = reader->findings->errors != errors;
	return !template->broken;
}
