#include "slo/native/native_kept.h"

#include "format/yaml_tree.h"
#include "slo/field_schema.h"
#include "slo/kept_path.h"
#include "slo/native/native_types.h"

#include <stddef.h>

/* From paths to anything. */
static bool read_fields(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	bool fine = true;

	(void)at;
	if (node->kind != YAML_MAP)
		return reader_error(reader, node, field->name, "wrong-type", "must be a map, not %s", yaml_what(node));
	for (size_t i = 0; i < node->len; i++) {
		struct str path = node->pairs[i].key->text;

		if (!kept_path_legal(path))
			fine = reader_error(
				reader, node->pairs[i].key, field->name, "kept-path",
				"'%.*s' is no path such as 'metadata.annotations' or 'spec.objectives[0].op'",
				VALUE_ARG(path));
	}
	return fine;
}

static void schema_fields(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_OBJECT);
}

static const struct field_type type_fields = {"a map", read_fields, NULL, schema_fields};

const struct field native_kept[] = {
	{.name = "openslo/v1", .type = &type_fields, .help = "Of an OpenSLO document, by their paths in it"},
	{.name = "openslo.com/v2alpha", .type = &type_fields, .help = "Of one of the next version's"},
	{.name = "openslo/v1alpha", .type = &type_fields, .help = "Of one of the first version's"},
	{.name = "prometheus/v1",
	 .type = &type_fields,
	 .help = "Of sloth's file: of an SLO by their paths in it, of the document by those in the document"},
	{.name = "sloth.slok.dev/v1", .type = &type_fields, .help = "The same of sloth's resource and its `spec`"},
	{.name = "pyrra.dev/v1alpha1", .type = &type_fields, .help = "Of Pyrra's resource, by their paths in it"},
	{.name = "sre.google.com/v2", .type = &type_fields, .help = "Of slo-generator's file, by their paths in it"},
	{.name = NULL},
};

static bool read_kept(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	size_t errors = reader->findings->errors;

	fields_read(reader, native_kept, node, field->name, at);
	if (reader->findings->errors != errors)
		return false;
	*(const struct yaml_node **)at = node;
	return true;
}

const struct field_type native_type_kept = {"a map", read_kept, NULL, field_schema_map};

void native_kept_take(struct reader *reader, const struct yaml_node *kept, bool head, struct kept_list *list)
{
	for (size_t i = 0; kept && i < kept->len; i++) {
		const struct yaml_node *fields = kept->pairs[i].value;
		struct str language = kept->pairs[i].key->text;

		for (size_t k = 0; k < fields->len && fields->kind == YAML_MAP; k++) {
			const struct yaml_pair *pair = &fields->pairs[k];

			reader_note(reader, pair->key, "kept", "no-effect",
				    "'%.*s' has no effect here: it is for converting back to %.*s",
				    VALUE_ARG(pair->key->text), VALUE_ARG(language));
			if (!reader->keeping)
				continue;
			kept_add(reader, list,
				 (struct kept_field){arena_str(reader->arena, language),
						     arena_str(reader->arena, pair->key->text),
						     yaml_tree_copy(reader->arena, pair->value),
						     reader_place(reader, pair->key), head});
		}
	}
}

/* One document as it is read. */
struct draft_kept {
	int api_version, kind;
	const struct yaml_node *document;
};

#define AT(member) offsetof(struct draft_kept, member)

const struct field native_kept_document[] = {
	{.name = "apiVersion",
	 .type = &field_choice,
	 .at = AT(api_version),
	 .required = true,
	 .choices = (const char *const[]){"wick/v1", NULL},
	 .help = "The language, and its version"},
	{.name = "kind",
	 .type = &field_choice,
	 .at = AT(kind),
	 .required = true,
	 .choices = (const char *const[]){"Kept", NULL},
	 .help = "What the document is"},
	{.name = "document",
	 .type = &native_type_any,
	 .at = AT(document),
	 .required = true,
	 .help = "Another tool's document as it stood, such as OpenSLO's `DataSource`: `wick convert` writes it again in its own language"},
	{.name = NULL},
};

static void load_kept(struct reader *reader, const struct yaml_node *node, struct loaded *loaded)
{
	struct draft_kept draft = {.document = NULL};
	struct str language;

	fields_read(reader, native_kept_document, node, "the document", &draft);
	if (!draft.document)
		return;
	language = kept_language(draft.document);
	if (draft.document->kind != YAML_MAP) {
		reader_error(reader, draft.document, "document", "wrong-type", "must be a map, not %s",
			     yaml_what(draft.document));
	} else if (!document_of_others(draft.document)) {
		reader_error(reader, draft.document, "document", "kept-language",
			     "is no document of another tool's language that wick knows");
	} else {
		reader_note(reader, draft.document, "document", "no-effect",
			    "has no effect here: it is kept for converting back to %.*s", VALUE_ARG(language));
		keeping_wrapped(reader, draft.document, draft.document, loaded);
	}
}

const struct loader loader_kept = {.api_version = "wick/v1", .kind = "Kept", .load = load_kept};
