/* The types of fields that only deliveries have. */
#include "base/limits.h"
#include "base/map.h"
#include "slo/field_schema.h"
#include "slo/native/native_delivery.h"
#include "slo/native/native_types.h"

#include <stddef.h>

enum { OWNER_BYTES_MAX = 39, PROPERTIES_MAX = 64, PROPERTY_BYTES_MAX = 75 };

const struct yaml_node *native_texts_node(const struct yaml_node *node, size_t at)
{
	return node && node->kind == YAML_LIST && at < node->len ? node->items[at] : node;
}

int native_one_of_three(struct reader *reader, const struct field *fields, uint64_t given, const struct yaml_node *map,
			const char *const names[static 3], const char *within)
{
	int found = -1;

	for (int i = 0; i < 3; i++) {
		if (!field_given(fields, given, names[i]))
			continue;
		if (found >= 0) {
			reader_error(reader, yaml_get(map, names[i]), names[i], "good-and-bad",
				     "stands beside %s; give one of them", names[found]);
			return -1;
		}
		found = i;
	}
	if (found < 0)
		reader_error(reader, map, names[0], "missing-key", "%s has neither %s nor %s nor %s; give one of them",
			     within, names[0], names[1], names[2]);
	return found;
}

static bool read_text_of(struct reader *reader, const struct field *field, const struct yaml_node *node,
			 struct delivery_texts *texts, struct map *met)
{
	const struct field one = {
		.name = field->name, .type = &field_text, .min = 1, .max = (double)LIMIT_DELIVERY_TEXT_BYTES};
	struct str text;

	if (!field_text.read(reader, &one, node, &text))
		return false;
	if (map_put(met, text, texts))
		return reader_error(reader, node, field->name, "duplicate", "'%.*s' stands here twice",
				    VALUE_ARG(text));
	texts->at[texts->len] = text;
	texts->places[texts->len++] = reader_place(reader, node);
	return true;
}

static bool read_texts(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	size_t len = node->kind == YAML_LIST ? node->len : 1;
	struct delivery_texts texts;
	struct map met;
	bool ok = true;

	if ((double)len < field->min)
		return reader_error(reader, node, field->name, "empty",
				    "the list is empty; it wants at least one text");
	if (len > LIMIT_DELIVERY_TEXTS)
		return reader_error(reader, node, field->name, "too-many", "%zu texts; at most %d are allowed", len,
				    LIMIT_DELIVERY_TEXTS);
	texts = (struct delivery_texts){arena_array(reader->arena, len, sizeof(*texts.at)),
					arena_array(reader->arena, len, sizeof(*texts.places)), 0};
	map_init(&met);
	for (size_t i = 0; i < len; i++)
		ok &= read_text_of(reader, field, native_texts_node(node, i), &texts, &met);
	map_release(&met);
	*(struct delivery_texts *)at = texts;
	return ok;
}

static void schema_texts(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_SCALAR | SCHEMA_ARRAY);
	schema_key_int(json, "minLength", 1);
	schema_key_int(json, "maxLength", LIMIT_DELIVERY_TEXT_BYTES);
	if (field->min > 0)
		schema_key_int(json, "minItems", (int64_t)field->min);
	schema_key_int(json, "maxItems", LIMIT_DELIVERY_TEXTS);
	json_key(json, "uniqueItems");
	json_bool(json, true);
	json_key(json, "items");
	json_object(json);
	schema_type(json, NULL, SCHEMA_SCALAR);
	schema_key_int(json, "minLength", 1);
	schema_key_int(json, "maxLength", LIMIT_DELIVERY_TEXT_BYTES);
	json_object_end(json);
}

static bool made_of(struct str text, const char *others)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_alpha(text.at[i]) && !ascii_digit(text.at[i]) &&
		    (!text.at[i] || !strchr(others, text.at[i])))
			return false;
	return text.len > 0;
}

static bool owner_legal(struct str owner) { return owner.len <= OWNER_BYTES_MAX && made_of(owner, "-_"); }

/* What stands behind the host of an address that people copy: "https://github.com/o/r.git" and "git@github.com:o/r". */
static struct str without_host(struct str text)
{
	const char *scheme = text.len ? memmem(text.at, text.len, "://", 3) : NULL;

	if (scheme) {
		text = str_slice(text, (size_t)(scheme - text.at) + 3, text.len);
		text = str_slice(text, str_find(text, '/') + 1, text.len);
	} else if (str_starts(text, STR("git@"))) {
		text = str_slice(text, str_find(text, ':') + 1, text.len);
	}
	return str_ends(text, STR(".git")) ? str_slice(text, 0, text.len - 4) : text;
}

static bool repository_legal(struct str text)
{
	size_t slash = str_find(text, '/');
	struct str name = str_slice(text, slash + 1, text.len);

	return text.len <= LIMIT_REPOSITORY_BYTES && owner_legal(str_slice(text, 0, slash)) && made_of(name, "-_.") &&
	       !str_is(name, ".") && !str_is(name, "..") && !str_ends(name, STR(".git"));
}

static bool read_repository(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text, meant;

	if (!field_scalar(reader, field, node, &text))
		return false;
	meant = without_host(text);
	if (!repository_legal(text))
		return reader_error(reader, node, field->name, "illegal-repository",
				    "'%.*s' is no repository such as owner/name%s%.*s%s", VALUE_ARG(text),
				    repository_legal(meant) ? "; write '" : "",
				    VALUE_ARG(repository_legal(meant) ? meant : STR("")),
				    repository_legal(meant) ? "'" : "");
	*(struct str *)at = arena_str(reader->arena, text);
	return true;
}

static void schema_repository(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_STRING);
	schema_key_int(json, "maxLength", LIMIT_REPOSITORY_BYTES);
	schema_pattern(json, field, "^[-A-Za-z0-9_]{1,39}/[-A-Za-z0-9_.]+$");
}

static bool read_workflow(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	static const struct str folder = STR_INIT(".github/workflows/");
	struct str *text = at;

	if (!field_text.read(reader, field, node, text))
		return false;
	if (str_starts(*text, folder))
		*text = str_slice(*text, folder.len, text->len);
	return text->len || reader_error(reader, node, field->name, "empty", "names no file in '%s'", folder.at);
}

/* What the series of delivery metrics have of their own; beside those that no label of the author's may be. */
static const char *const series_names[] = {
	"environment", "repository", "team",     "group", "scope",  "name",   "result", "reason",
	"stage",       "source",     "evidence", "year",  "metric", "report", "level",  "organisation",
};

static bool read_series_labels(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	bool ok = native_type_labels.read(reader, field, node, at);

	for (size_t i = 0; node->kind == YAML_MAP && i < node->len; i++)
		for (size_t k = 0; k < sizeof(series_names) / sizeof(series_names[0]); k++)
			if (str_is(node->pairs[i].key->text, series_names[k]))
				ok = reader_error(reader, node->pairs[i].key, field->name, "label-reserved",
						  "the label '%s' is reserved: the series of deliveries have it",
						  series_names[k]);
	return ok;
}

static void schema_series_labels(struct json_writer *json, const struct field *field)
{
	native_type_labels.schema(json, field);
}

static bool read_property(struct reader *reader, const struct field *field, const struct yaml_pair *pair,
			  struct label *property)
{
	const struct yaml_node *value = pair->value;

	if (pair->key->text.len > PROPERTY_BYTES_MAX || !made_of(pair->key->text, "-_$#"))
		return reader_error(reader, pair->key, field->name, "illegal-name",
				    "'%.*s' is no name of a custom property; those hold up to %d letters, digits, '-', "
				    "'_', '$' and '#'",
				    VALUE_ARG(pair->key->text), PROPERTY_BYTES_MAX);
	if (value->kind != YAML_SCALAR)
		return reader_error(reader, value, field->name, "wrong-type",
				    "the value of '%.*s' must be a text, not %s", VALUE_ARG(pair->key->text),
				    yaml_what(value));
	if (value->text.len == 0 || yaml_null(value))
		return reader_error(reader, value, field->name, "empty", "'%.*s' has no value",
				    VALUE_ARG(pair->key->text));
	if (value->text.len > LIMIT_NAME_BYTES)
		return reader_error(reader, value, field->name, "too-long", "the value of '%.*s' is over %d bytes long",
				    VALUE_ARG(pair->key->text), LIMIT_NAME_BYTES);
	property->name = arena_str(reader->arena, pair->key->text);
	property->value = arena_str(reader->arena, value->text);
	return true;
}

static bool read_properties(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct labels properties = {NULL, 0};
	bool ok = true;

	if (node->kind != YAML_MAP)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a map of custom properties and values, not %s", yaml_what(node));
	if (node->len > PROPERTIES_MAX)
		return reader_error(reader, node, field->name, "too-many", "%zu properties; at most %d are allowed",
				    node->len, PROPERTIES_MAX);
	properties.at = arena_array(reader->arena, node->len, sizeof(*properties.at));
	for (size_t i = 0; i < node->len; i++)
		if (read_property(reader, field, &node->pairs[i], &properties.at[properties.len]))
			properties.len++;
		else
			ok = false;
	labels_sort(properties);
	*(struct labels *)at = properties;
	return ok;
}

static void schema_properties(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_OBJECT);
	schema_key_int(json, "maxProperties", PROPERTIES_MAX);
	json_key(json, "propertyNames");
	json_object(json);
	json_key_text(json, "pattern", STR("^[-A-Za-z0-9_$#]+$"));
	schema_key_int(json, "maxLength", PROPERTY_BYTES_MAX);
	json_object_end(json);
	json_key(json, "additionalProperties");
	json_object(json);
	schema_type(json, NULL, SCHEMA_SCALAR);
	schema_key_int(json, "minLength", 1);
	schema_key_int(json, "maxLength", LIMIT_NAME_BYTES);
	json_object_end(json);
}

const struct field_type native_type_texts = {"a text, or a list of them", read_texts, NULL, schema_texts};
const struct field_type native_type_repository = {"a repository", read_repository, NULL, schema_repository};
const struct field_type native_type_workflow = {"a text", read_workflow, NULL, field_schema_text};
const struct field_type native_type_series_labels = {"a map of texts", read_series_labels, NULL, schema_series_labels};
const struct field_type native_type_properties = {"a map of texts", read_properties, NULL, schema_properties};

#define AT(member) offsetof(struct delivery, member)

static bool read_owner(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!owner_legal(text))
		return reader_error(reader, node, field->name, "illegal-name",
				    "'%.*s' is no organisation's name; it holds up to %d letters, digits, '-' and '_'",
				    VALUE_ARG(text), OWNER_BYTES_MAX);
	*(struct str *)at = arena_str(reader->arena, text);
	return true;
}

static void schema_owner(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_SCALAR);
	schema_pattern(json, field, "^[-A-Za-z0-9_]{1,39}$");
}

static const struct field_type type_owner = {"a name", read_owner, NULL, schema_owner};

const struct field native_organisation[] = {
	{.name = "name",
	 .type = &type_owner,
	 .at = AT(organisation),
	 .required = true,
	 .help = "What GitHub calls it in its addresses; a person's account is one, too"},
	{.name = "include",
	 .type = &native_type_texts,
	 .at = AT(include),
	 .help = "Patterns of the names of its repositories, without the organisation's: `anvila-*`. Without any all are in"},
	{.name = "exclude",
	 .type = &native_type_texts,
	 .at = AT(exclude),
	 .help = "Patterns of those that are out, whatever `include` says"},
	{.name = "topics",
	 .type = &native_type_texts,
	 .at = AT(topics),
	 .help = "Only repositories that have at least one of these topics"},
	{.name = "properties",
	 .type = &native_type_properties,
	 .at = AT(properties),
	 .help = "Only repositories that have all of these custom properties, with these values"},
	{.name = NULL},
};

/* No name of a repository has a slash. */
static bool check_patterns(struct reader *reader, const struct yaml_node *map, const char *key,
			   const struct delivery_texts *patterns)
{
	bool ok = true;

	for (size_t i = 0; i < patterns->len; i++)
		if (str_find(patterns->at[i], '/') < patterns->at[i].len)
			ok = reader_error(reader, native_texts_node(yaml_get(map, key), i), key, "never-matches",
					  "'%.*s' fits no repository: names are looked at without their owner",
					  VALUE_ARG(patterns->at[i]));
	return ok;
}

static bool read_organisation(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	size_t errors = reader->findings->errors;
	struct delivery *delivery = at;

	if (node->kind == YAML_SCALAR)
		return read_owner(reader, field, node, &delivery->organisation);
	fields_read(reader, native_organisation, node, field->name, delivery);
	if (node->kind == YAML_MAP) {
		check_patterns(reader, node, "include", &delivery->include);
		check_patterns(reader, node, "exclude", &delivery->exclude);
	}
	return reader->findings->errors == errors;
}

static void schema_organisation(struct json_writer *json, const struct field *field)
{
	schema_object(json, field->inner, SCHEMA_OBJECT | SCHEMA_SCALAR | SCHEMA_NULL);
	schema_pattern(json, field, "^[-A-Za-z0-9_]{1,39}$");
}

const struct field_type native_type_organisation = {"a name or map", read_organisation, NULL, schema_organisation};
