/* The types of fields that only the native language has. */
#include "slo/native/native_types.h"

#include "base/limits.h"
#include "base/num.h"
#include "model/source_name.h"
#include "slo/field_schema.h"
#include "slo/native/native.h"

#include <stdlib.h>

enum { LABELS_MAX = 64, GROUP_BY_MAX = 16 };

/* An id's parts are joined by '/', and stand in addresses and file names. */
bool name_legal(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && (i == 0 || (c != '-' && c != '_' && c != '.')))
			return false;
	}
	return name.len > 0;
}

static bool read_name(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str *name = at;

	if (!field_text.read(reader, field, node, name))
		return false;
	return name_legal(*name) ||
	       reader_error(reader, node, field->name, "illegal-name",
			    "'%.*s' is not a legal name; it begins with a letter or digit and holds letters, "
			    "digits, '-', '_' and '.'",
			    VALUE_ARG(*name));
}

bool part_read(struct str text, double *part, bool *percent)
{
	struct str digits = str_trim(text);

	*percent = str_ends(digits, STR("%"));
	if (*percent)
		digits = str_trim(str_slice(digits, 0, digits.len - 1));
	return num_read_scaled(digits, *percent ? -2 : 0, part);
}

/* "99.5%", 99.5%, 0.995 */
static bool read_objective(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct slo *slo = (struct slo *)(void *)((char *)at - field->at);
	struct str text;
	bool percent;
	double value;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!part_read(text, &value, &percent))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is not an objective; write '99.5%%' or 0.995", VALUE_ARG(text));
	if (!percent && value > 1)
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' is above 1; write '%.*s%%' if it is meant in percent", VALUE_ARG(text),
				    VALUE_ARG(str_trim(text)));
	if (value >= 1)
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' leaves no budget; it must be above 0 and below 100 %%", VALUE_ARG(text));
	if (!(value > 0))
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' asks for nothing; it must be above 0 and below 100 %%", VALUE_ARG(text));
	slo->objective = value;
	slo->objective_text = arena_str(reader->arena, str_trim(text));
	return true;
}

static bool read_minutes(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct span span;

	if (!field_duration.read(reader, field, node, &span))
		return false;
	if (span.ms % SPAN_MINUTE)
		return reader_error(reader, node, field->name, "window-minutes",
				    "'%.*s' is not a whole number of minutes", VALUE_ARG(node->text));
	*(struct span *)at = span;
	return true;
}

/* Labels that wick puts on its own series and alerts, or that have a meaning of their own in Prometheus. `pack` is that
 * of alerts of packs of rules, which silence each other by it. */
static const char *const reserved_names[] = {
	"service", "slo",    "namespace", "window",   "outcome",   "state",      "tier", "severity", "kind", "long",
	"short",   "factor", "le",        "quantile", "alertname", "alertstate", "pack", "period",   NULL,
};

bool label_reserved(struct str name)
{
	for (const char *const *other = reserved_names; *other; other++)
		if (str_is(name, *other))
			return true;
	return str_starts(name, STR("__"));
}

static bool label_legal(struct reader *reader, const struct field *field, const struct yaml_node *node)
{
	if (!label_name_ok(node->text))
		return reader_error(
			reader, node, field->name, "label-name",
			"'%.*s' is not a legal label name; it begins with a letter or '_' and holds letters, digits and '_'",
			VALUE_ARG(node->text));
	return true;
}

static bool label_fine(struct reader *reader, const struct field *field, const struct yaml_node *node)
{
	if (!label_legal(reader, field, node))
		return false;
	if (label_reserved(node->text))
		return reader_error(reader, node, field->name, "label-reserved",
				    "the label '%.*s' is reserved: wick or Prometheus sets it", VALUE_ARG(node->text));
	return true;
}

static bool read_label(struct reader *reader, const struct field *field, const struct yaml_pair *pair,
		       struct label *label)
{
	const struct yaml_node *value = pair->value;

	if (!label_fine(reader, field, pair->key))
		return false;
	if (value->kind != YAML_SCALAR)
		return reader_error(reader, value, field->name, "wrong-type",
				    "the value of '%.*s' must be a text, not %s", VALUE_ARG(pair->key->text),
				    yaml_what(value));
	if (value->text.len == 0 || yaml_null(value))
		return reader_error(reader, value, field->name, "label-empty",
				    "'%.*s' has no value; Prometheus takes an empty label for none",
				    VALUE_ARG(pair->key->text));
	if (value->text.len > LIMIT_TEXT_BYTES)
		return reader_error(reader, value, field->name, "too-long",
				    "the value of '%.*s' is over %zu bytes long", VALUE_ARG(pair->key->text),
				    LIMIT_TEXT_BYTES);
	label->name = arena_str(reader->arena, pair->key->text);
	label->value = arena_str(reader->arena, value->text);
	return true;
}

static bool read_labels(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct labels labels = {NULL, 0};
	bool ok = true;

	if (node->kind != YAML_MAP)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a map of label names and values, not %s", yaml_what(node));
	if (node->len > LABELS_MAX)
		return reader_error(reader, node, field->name, "too-many", "%zu labels; at most %d are allowed",
				    node->len, LABELS_MAX);
	labels.at = arena_array(reader->arena, node->len, sizeof(*labels.at));
	for (size_t i = 0; i < node->len; i++)
		if (read_label(reader, field, &node->pairs[i], &labels.at[labels.len]))
			labels.len++;
		else
			ok = false;
	labels_sort(labels);
	*(struct labels *)at = labels;
	return ok;
}

static int by_text(const void *a, const void *b)
{
	const struct str *left = a, *right = b;

	return str_cmp(*left, *right);
}

static bool read_group_label(struct reader *reader, const struct field *field, const struct yaml_node *node,
			     struct slo *slo)
{
	if (node->kind != YAML_SCALAR)
		return reader_error(reader, node, field->name, "wrong-type", "wants label names, not %s",
				    yaml_what(node));
	if (!label_legal(reader, field, node))
		return false;
	if (str_starts(node->text, STR("__")))
		return reader_error(reader, node, field->name, "label-reserved", "the label '%.*s' is Prometheus's own",
				    VALUE_ARG(node->text));
	for (size_t i = 0; i < slo->group_by_len; i++)
		if (str_eq(slo->group_by[i], node->text))
			return reader_error(reader, node, field->name, "duplicate", "'%.*s' stands here twice",
					    VALUE_ARG(node->text));
	slo->group_by[slo->group_by_len++] = arena_str(reader->arena, node->text);
	return true;
}

static bool read_group_by(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct slo *slo = (struct slo *)(void *)((char *)at - field->at);
	bool ok = true;

	if (node->kind != YAML_LIST)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a list of label names such as [instance], not %s", yaml_what(node));
	if (node->len > GROUP_BY_MAX)
		return reader_error(reader, node, field->name, "too-many", "%zu labels; at most %d are allowed",
				    node->len, GROUP_BY_MAX);
	slo->group_by = arena_array(reader->arena, node->len, sizeof(*slo->group_by));
	for (size_t i = 0; i < node->len; i++)
		ok &= read_group_label(reader, field, node->items[i], slo);
	if (slo->group_by_len)
		qsort(slo->group_by, slo->group_by_len, sizeof(*slo->group_by), by_text);
	return ok;
}

static bool read_limit(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct written_limit *limit = at;
	struct str text;

	limit->place = reader_place(reader, node);
	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!num_read_double(text, &limit->number) && !span_read(text, &limit->span))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is neither a duration such as 500ms nor a number in the histogram's unit",
				    VALUE_ARG(text));
	if (!(limit->number > 0) && limit->span.ms <= 0)
		return reader_error(reader, node, field->name, "out-of-range", "'%.*s' must be above 0",
				    VALUE_ARG(text));
	return true;
}

static bool read_part(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;
	double value;
	bool percent;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!part_read(text, &value, &percent))
		return reader_error(reader, node, field->name, "wrong-type", "'%.*s' is no part; write '2%%' or 0.02",
				    VALUE_ARG(text));
	if (!(value > 0) || value > field->max)
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it must be above 0 and at most %.15g%s", VALUE_ARG(text),
				    field->max * 100, " %");
	*(double *)at = value;
	return true;
}

static bool read_positive(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	double value;

	if (!field_number.read(reader, field, node, &value))
		return false;
	if (!(value > 0))
		return reader_error(reader, node, field->name, "out-of-range", "'%.*s' must be above 0",
				    VALUE_ARG(node->text));
	*(double *)at = value;
	return true;
}

static bool read_list(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	if (node->kind != YAML_LIST)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a list, each item after a '-', not %s", yaml_what(node));
	if ((double)node->len < field->min)
		return reader_error(reader, node, field->name, "empty",
				    "the list is empty; it wants at least one item");
	*(const struct yaml_node **)at = node;
	return true;
}

static bool read_sli(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	*(const struct yaml_node **)at = node;
	return field_map.read(reader, field, node, at);
}

static bool read_source(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct source_ref source = {.place = reader_place(reader, node)};

	if (!read_name(reader, field, node, &source.name))
		return false;
	if (str_is(source.name, SOURCE_DEFAULT_NAME))
		source.name = STR("");
	*(struct source_ref *)at = source;
	return true;
}

static bool read_policy(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct policy_ref *ref = at;

	ref->place = reader_place(reader, node);
	return read_name(reader, field, node, &ref->name);
}

static bool read_later(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	(void)reader;
	(void)field;
	*(const struct yaml_node **)at = node;
	return true;
}

static void schema_part(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_NUMBER | SCHEMA_STRING);
	schema_key_int(json, "exclusiveMinimum", 0);
	json_key_num(json, "maximum", field->max);
	schema_pattern(json, field, "^" SCHEMA_BLANKS SCHEMA_DECIMAL SCHEMA_BLANKS "%?" SCHEMA_BLANKS "$");
}

static void schema_name(struct json_writer *json, const struct field *field)
{
	field_schema_text(json, field);
	schema_pattern(json, field, "^[A-Za-z0-9][-A-Za-z0-9_.]*$");
}

/* 100 % and more is refused as far as it can be seen from the digits before the point. */
static void schema_objective(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_NUMBER | SCHEMA_STRING);
	schema_key_int(json, "exclusiveMinimum", 0);
	schema_key_int(json, "exclusiveMaximum", 1);
	schema_pattern(json, field,
		       "^(?!\\+?0*[1-9][0-9]{2,}(\\.[0-9]*)?" SCHEMA_BLANKS
		       "%)" SCHEMA_BLANKS SCHEMA_DECIMAL SCHEMA_BLANKS "%?" SCHEMA_BLANKS "$");
}

static void schema_labels(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_OBJECT);
	schema_key_int(json, "maxProperties", LABELS_MAX);
	json_key(json, "propertyNames");
	json_object(json);
	json_key_text(json, "pattern", STR("^(?!__)" SCHEMA_LABEL "$"));
	json_key(json, "not");
	json_object(json);
	json_key(json, "enum");
	json_array(json);
	for (const char *const *name = reserved_names; *name; name++)
		json_cstr(json, *name);
	json_array_end(json);
	json_object_end(json);
	json_object_end(json);
	json_key(json, "additionalProperties");
	json_object(json);
	schema_type(json, NULL, SCHEMA_SCALAR);
	schema_key_int(json, "minLength", 1);
	schema_key_int(json, "maxLength", LIMIT_TEXT_BYTES);
	json_object_end(json);
}

static void schema_group_by(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_ARRAY);
	schema_key_int(json, "maxItems", GROUP_BY_MAX);
	json_key(json, "uniqueItems");
	json_bool(json, true);
	json_key(json, "items");
	json_object(json);
	schema_type(json, NULL, SCHEMA_STRING | SCHEMA_BOOLEAN);
	json_key_text(json, "pattern", STR("^(?!__)" SCHEMA_LABEL "$"));
	json_object_end(json);
}

static void schema_limit(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_STRING | SCHEMA_NUMBER);
	schema_key_int(json, "exclusiveMinimum", 0);
	schema_pattern(json, field, "^(" SCHEMA_DECIMAL "|" SCHEMA_SPAN ")$");
}

static void schema_list(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_ARRAY);
	if (field->min > 0)
		schema_key_int(json, "minItems", (int64_t)field->min);
	schema_items(json, field->inner);
}

static void schema_any(struct json_writer *json, const struct field *field) { schema_type(json, field, SCHEMA_OBJECT); }

static void schema_map_of(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_OBJECT);
	if (field->min > 0)
		schema_key_int(json, "minProperties", (int64_t)field->min);
	json_key(json, "additionalProperties");
	json_object(json);
	schema_object(json, field->inner, SCHEMA_OBJECT);
	json_object_end(json);
}

static void schema_factor(struct json_writer *json, const struct field *field)
{
	field_schema_number(json, field);
	schema_key_int(json, "exclusiveMinimum", 0);
}

const struct field_type native_type_part = {"a part", read_part, NULL, schema_part};
const struct field_type native_type_positive = {"a number", read_positive, NULL, schema_factor};
const struct field_type native_type_name = {"a name", read_name, NULL, schema_name};
const struct field_type native_type_objective = {"an objective", read_objective, NULL, schema_objective};
const struct field_type native_type_minutes = {"a duration in whole minutes", read_minutes, NULL,
					       field_schema_duration};
const struct field_type native_type_labels = {"a map of texts", read_labels, NULL, schema_labels};
const struct field_type native_type_label_names = {"a list of label names", read_group_by, NULL, schema_group_by};
const struct field_type native_type_limit = {"a duration or number", read_limit, NULL, schema_limit};
const struct field_type native_type_source = {"a name", read_source, NULL, schema_name};
const struct field_type native_type_policy = {"a name", read_policy, NULL, schema_name};
const struct field_type native_type_list = {"a list of maps", read_list, NULL, schema_list};
const struct field_type native_type_sli = {"a map", read_sli, NULL, field_schema_map};
const struct field_type native_type_later = {"a map", read_later, NULL, field_schema_map};
const struct field_type native_type_any = {"a map", read_later, NULL, schema_any};
const struct field_type native_type_map_of = {"a map", read_later, NULL, schema_map_of};
