/* What an SLO's values make of a template. */
#include "base/limits.h"
#include "slo/templates/fill.h"
#include "slo/templates/sli_template.h"
#include "slo/templates/sli_templates.h"

/* One making. `at` is where its nodes are said to stand; NULL: where they stand in the template. */
struct expansion {
	struct reader *reader;
	struct fill fill;
	const struct yaml_node *at;
};

static struct yaml_node *copy_node(const struct expansion *expansion, const struct yaml_node *node)
{
	struct yaml_node *copy = arena_alloc(expansion->reader->scratch, sizeof(*copy));

	*copy = *node;
	if (expansion->at) {
		copy->line = expansion->at->line;
		copy->col = expansion->at->col;
		copy->from = expansion->at->from;
	}
	return copy;
}

static struct yaml_node *expand_scalar(struct expansion *expansion, const struct yaml_node *node,
				       const struct field *field)
{
	struct reader *reader = expansion->reader;
	struct yaml_node *copy = copy_node(expansion, node);
	struct fill_fault fault = {0};
	struct buf out;
	bool ok;

	if (str_find(node->text, '$') == node->text.len)
		return copy;
	buf_init(&out, LIMIT_PROMQL_BYTES);
	ok = field && field->type == &field_query
		     ? fill_query(&expansion->fill, node->text, &out, &fault)
		     : fill_scalar(&expansion->fill, node->text, field && field->type == &field_number, &out, &fault);
	copy->text = arena_str(reader->scratch, buf_view(&out));
	buf_release(&out);
	if (ok)
		return copy;
	if (expansion->at)
		reader_error(reader, copy, field ? field->name : "", "placeholder", "%s", fault.text);
	else
		reader_error_within(reader, node, fault.offset, field ? field->name : "sli", "placeholder", node->text,
				    fault.text);
	return NULL;
}

/* The tables say which texts are queries; what they do not know is found out when the result is read. */
static struct yaml_node *expand(struct expansion *expansion, const struct yaml_node *node, const struct field *field,
				const struct field *inner)
{
	struct yaml_node *copy;
	bool ok = true;

	if (node->kind == YAML_SCALAR)
		return expand_scalar(expansion, node, field);
	copy = copy_node(expansion, node);
	if (node->kind == YAML_LIST)
		return copy; /* an sli has none */
	copy->pairs = arena_array(expansion->reader->scratch, node->len, sizeof(*copy->pairs));
	for (size_t i = 0; i < node->len; i++) {
		const struct field *own = inner ? field_find(inner, node->pairs[i].key->text) : NULL;

		copy->pairs[i].key = copy_node(expansion, node->pairs[i].key);
		copy->pairs[i].value = expand(expansion, node->pairs[i].value, own, own ? own->inner : NULL);
		ok &= copy->pairs[i].value != NULL;
	}
	return ok ? copy : NULL;
}

/* A text of the template as if an SLO gave it. */
static bool read_own(struct reader *reader, struct str text, const struct place *place, struct parameter_value *value)
{
	struct yaml_node node = {.kind = YAML_SCALAR, .quoted = true, .line = place->line, .col = place->col};
	struct reader quiet = *reader;

	node.text = text;
	quiet.source = STR("");
	return parameter_value_read(&quiet, &node, value);
}

static struct parameter_value *new_values(struct reader *reader, const struct sli_template *template)
{
	struct parameter_value *values =
		arena_array(reader->scratch, template->parameters_len, sizeof(struct parameter_value));

	for (size_t i = 0; i < template->parameters_len; i++)
		values[i].parameter = &template->parameters[i];
	return values;
}

const struct yaml_node *sli_template_try(struct reader *reader, const struct sli_template *template, bool examples)
{
	struct expansion expansion = {.reader = reader, .fill = {.scratch = reader->scratch}};
	const struct yaml_node *sli;
	bool ok = true;

	expansion.fill.values = new_values(reader, template);
	expansion.fill.len = template->parameters_len;
	for (size_t i = 0; i < template->parameters_len; i++) {
		const struct parameter *parameter = &template->parameters[i];
		bool example = parameter->example.at && (examples || !parameter->fallback.at);

		ok &= read_own(reader, example ? parameter->example : parameter->fallback, &parameter->place,
			       &expansion.fill.values[i]);
	}
	sli = ok ? expand(&expansion, template->sli, NULL, native_sli) : NULL;
	for (size_t i = 0; sli && i < template->parameters_len; i++) {
		const struct parameter *parameter = &template->parameters[i];

		if (!expansion.fill.values[i].used)
			findings_add(reader->findings, FINDING_WARNING, parameter->place, STR("parameters"),
				     "parameter-unused", "parameters: '$%.*s' stands nowhere in the sli",
				     VALUE_ARG(parameter->name));
	}
	return sli;
}

static void unknown_parameters(struct reader *reader, const struct sli_template *template, const struct yaml_node *with)
{
	const char **names = arena_array(reader->scratch, template->parameters_len, sizeof(*names));
	struct str within =
		arena_fmt(reader->scratch, "the parameters of the template '%.*s'", VALUE_ARG(template->name));

	for (size_t i = 0; i < template->parameters_len; i++)
		names[i] = template->parameters[i].name.at;
	for (size_t i = 0; i < with->len; i++) {
		bool known = false;

		for (size_t k = 0; k < template->parameters_len; k++)
			known |= str_eq(with->pairs[i].key->text, template->parameters[k].name);
		if (!known)
			reader_unknown_key(reader, with->pairs[i].key, within.at, names, template->parameters_len);
	}
}

static bool read_value(struct reader *reader, const struct sli_template *template, const struct yaml_node *node,
		       const struct yaml_node *with, struct parameter_value *value)
{
	const struct parameter *parameter = value->parameter;
	const struct yaml_node *given = yaml_get(with, parameter->name.at);

	if (given && !yaml_null(given))
		return parameter_value_read(reader, given, value);
	if (parameter->fallback.at)
		return read_own(reader, parameter->fallback, &parameter->place, value);
	return reader_error(reader, with ? with : node, "with", "missing-key",
			    "the parameter '%.*s' of the template '%.*s' is missing%s%.*s", VALUE_ARG(parameter->name),
			    VALUE_ARG(template->name), parameter->help.len ? ": " : "", VALUE_ARG(parameter->help));
}

static const struct yaml_node *expand_for(struct reader *reader, const struct sli_template *template,
					  const struct yaml_node *node, const struct yaml_node *with,
					  const struct slo *slo)
{
	struct expansion expansion = {
		.reader = reader,
		.fill = {.scratch = reader->scratch, .group_by = slo->group_by, .group_by_len = slo->group_by_len},
		.at = node,
	};
	size_t errors = reader->findings->errors;

	expansion.fill.values = new_values(reader, template);
	expansion.fill.len = template->parameters_len;
	if (with && with->kind != YAML_MAP) {
		reader_error(reader, with, "with", "wrong-type", "wants a map of parameters and values, not %s",
			     yaml_what(with));
		return NULL;
	}
	if (with)
		unknown_parameters(reader, template, with);
	for (size_t i = 0; i < template->parameters_len; i++)
		read_value(reader, template, node, with, &expansion.fill.values[i]);
	return reader->findings->errors == errors ? expand(&expansion, template->sli, NULL, native_sli) : NULL;
}

struct str sli_template_title(struct arena *arena, const struct sli_template *template)
{
	struct str place = place_text(arena, template->place);

	if (template->built_in)
		return arena_fmt(arena, "'%.*s'", VALUE_ARG(template->name));
	return arena_fmt(arena, "'%.*s' (%.*s)", VALUE_ARG(template->name), STR_ARG(place));
}

static const struct sli_template *find(struct reader *reader, const struct yaml_node *node)
{
	const struct sli_template *template = sli_templates_get(reader->templates, node->text);
	const char *nearest;

	if (!template) {
		nearest = sli_templates_nearest(reader->templates, node->text);
		reader_error(
			reader, node, "template", "unknown-template",
			"there is no template '%.*s'%s%s%s; 'wick templates' lists wick's own, and 'kind: Template' defines more",
			VALUE_ARG(node->text), nearest ? "; did you mean '" : "", nearest ? nearest : "",
			nearest ? "'?" : "");
		return NULL;
	}
	if (!template->broken)
		return template;
	reader_error(reader, node, "template", "broken-template", "the template %.*s has errors of its own",
		     STR_ARG(sli_template_title(reader->scratch, template)));
	return NULL;
}

/* Beside a template and what it is given there is nothing; keys that nobody knows are told already. */
static bool alone(struct reader *reader, const struct yaml_node *sli)
{
	size_t others = 0;

	for (size_t i = 0; i < sli->len; i++) {
		const struct yaml_node *key = sli->pairs[i].key;

		if (str_is(key->text, "template") || str_is(key->text, "with"))
			continue;
		others++;
		if (field_find(native_sli, key->text))
			reader_error(reader, key, "sli", "sli-kinds", "has both template and %.*s; give one of them",
				     STR_ARG(key->text));
	}
	return others == 0;
}

const struct sli_template *sli_template_use(struct reader *reader, struct native_draft *native)
{
	const struct yaml_node *node = yaml_get(native->sli, "template"), *with = yaml_get(native->sli, "with");
	const struct sli_template *template;
	const struct yaml_node *sli;
	struct reader quiet;

	if (node->kind != YAML_SCALAR || !alone(reader, native->sli))
		return NULL;
	template = find(reader, node);
	if (!template)
		return NULL;
	sli = expand_for(reader, template, node, with && yaml_null(with) ? NULL : with, &native->draft.slo);
	if (!sli)
		return template;
	quiet = *reader;
	quiet.source = STR(""); /* the texts stand nowhere in this file */
	fields_read(&quiet, native_sli, sli, "sli", native);
	native_sli_read(&quiet, sli, &native->draft);
	native->draft.slo.sli.comparison = (enum comparison)native->comparison;
	return template;
}

void sli_template_sign(struct reader *reader, const struct sli_template *template, const struct native_draft *native,
		       size_t first)
{
	struct place at = reader_place(reader, yaml_get(native->sli, "template"));
	struct str title = sli_template_title(reader->scratch, template);

	for (size_t i = first; i < reader->findings->len; i++) {
		struct finding *finding = &reader->findings->at[i];

		if (finding->place.line == at.line && finding->place.col == at.col && !str_is(finding->key, "with"))
			finding->text = arena_fmt(reader->findings->arena, "template %.*s: %.*s", STR_ARG(title),
						  STR_ARG(finding->text));
	}
}
