#include "slo/field_schema.h"

#include "base/num.h"

#include <stdio.h>

void schema_type(struct json_writer *json, const struct field *field, unsigned types)
{
	static const char *const names[] = {"string", "number", "integer", "boolean", "object", "array", "null"};

	if (field && !field->required)
		types |= SCHEMA_NULL;
	json_key(json, "type");
	if (types & (types - 1))
		json_array(json);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (types >> i & 1)
			json_cstr(json, names[i]);
	if (types & (types - 1))
		json_array_end(json);
}

void schema_pattern(struct json_writer *json, const struct field *field, const char *pattern)
{
	char message[128];

	json_key(json, "pattern");
	json_cstr(json, pattern);
	/* not of draft-07, which lets it pass: what editors show in place of the pattern */
	snprintf(message, sizeof(message), "wants %s", field->type->name);
	json_key(json, "patternErrorMessage");
	json_cstr(json, message);
}

void schema_key_int(struct json_writer *json, const char *key, int64_t number)
{
	json_key(json, key);
	json_int(json, number);
}

static void put_range(struct json_writer *json, const struct field *field)
{
	if (num_same(field->min, 0) && num_same(field->max, 0))
		return;
	json_key_num(json, "minimum", field->min);
	json_key_num(json, "maximum", field->max);
}

/* Bytes for the parser, characters for the schema: of these there are never more. */
void field_schema_text(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_SCALAR);
	if (field->min > 0)
		schema_key_int(json, "minLength", 1);
	if (field->max > 0)
		schema_key_int(json, "maxLength", (int64_t)field->max);
}

void field_schema_bool(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_BOOLEAN | SCHEMA_STRING);
	schema_pattern(json, field, "^(true|false)$");
}

void field_schema_count(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_INTEGER | SCHEMA_STRING);
	put_range(json, field);
	schema_pattern(json, field, "^[0-9]+$");
}

void field_schema_number(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_NUMBER | SCHEMA_STRING);
	put_range(json, field);
	schema_pattern(json, field, "^" SCHEMA_DECIMAL "$");
}

/* The only duration that is a number is 0. */
void field_schema_duration(struct json_writer *json, const struct field *field)
{
	bool zero = !(field->min > 0);

	schema_type(json, field, zero ? SCHEMA_STRING | SCHEMA_NUMBER : SCHEMA_STRING);
	if (zero) {
		schema_key_int(json, "minimum", 0);
		schema_key_int(json, "maximum", 0);
	}
	schema_pattern(json, field, "^" SCHEMA_SPAN "$");
}

void field_schema_choice(struct json_writer *json, const struct field *field)
{
	json_key(json, "enum");
	json_array(json);
	for (const char *const *choice = field->choices; *choice; choice++)
		json_cstr(json, *choice);
	if (!field->required)
		json_null(json);
	json_array_end(json);
}

void field_schema_map(struct json_writer *json, const struct field *field)
{
	schema_object(json, field->inner, field->required ? SCHEMA_OBJECT : SCHEMA_OBJECT | SCHEMA_NULL);
}

static void put_default(struct json_writer *json, struct str fallback)
{
	double number;

	json_key(json, "default");
	if (num_read_double(fallback, &number))
		json_num(json, number);
	else if (str_is(fallback, "true") || str_is(fallback, "false"))
		json_bool(json, str_is(fallback, "true"));
	else
		json_str(json, fallback);
}

static void put_property(struct json_writer *json, const struct field *field)
{
	json_key(json, field->name);
	json_object(json);
	json_key(json, "description");
	json_cstr(json, field->help);
	if (field->fallback)
		put_default(json, str_of(field->fallback));
	field->type->schema(json, field);
	json_object_end(json);
}

static void put_required(struct json_writer *json, const struct field *fields)
{
	json_key(json, "required");
	json_array(json);
	for (const struct field *field = fields; field->name; field++)
		if (field->required)
			json_cstr(json, field->name);
	json_array_end(json);
}

static void put_one_of_them(struct json_writer *json, const struct field *fields)
{
	json_key(json, "anyOf");
	json_array(json);
	for (const struct field *field = fields; field->name; field++) {
		if (field->rivals != RIVALS_EXACTLY_ONE)
			continue;
		json_object(json);
		json_key(json, "required");
		json_array(json);
		json_cstr(json, field->name);
		json_array_end(json);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Both are there and not empty. */
static void put_both(struct json_writer *json, const struct field *const pair[2])
{
	json_object(json);
	json_key(json, "required");
	json_array(json);
	for (size_t i = 0; i < 2; i++)
		json_cstr(json, pair[i]->name);
	json_array_end(json);
	json_key(json, "properties");
	json_object(json);
	for (size_t i = 0; i < 2; i++) {
		json_key(json, pair[i]->name);
		json_object(json);
		json_key(json, "not");
		json_object(json);
		schema_type(json, NULL, SCHEMA_NULL);
		json_object_end(json);
		json_object_end(json);
	}
	json_object_end(json);
	json_object_end(json);
}

static void put_no_two_of_them(struct json_writer *json, const struct field *fields)
{
	json_key(json, "not");
	json_object(json);
	json_key(json, "anyOf");
	json_array(json);
	for (const struct field *field = fields; field->name; field++)
		for (const struct field *other = fields; field->rivals && other != field; other++)
			if (other->rivals)
				put_both(json, (const struct field *const[]){other, field});
	json_array_end(json);
	json_object_end(json);
}

void schema_object(struct json_writer *json, const struct field *fields, unsigned types)
{
	enum field_rivals rivals = RIVALS_NONE;
	bool required = false;

	schema_type(json, NULL, types);
	json_key(json, "additionalProperties");
	json_bool(json, false);
	json_key(json, "properties");
	json_object(json);
	for (const struct field *field = fields; field->name; field++) {
		put_property(json, field);
		required |= field->required;
		if (field->rivals)
			rivals = field->rivals;
	}
	json_object_end(json);
	if (required)
		put_required(json, fields);
	if (rivals == RIVALS_EXACTLY_ONE)
		put_one_of_them(json, fields);
	if (rivals)
		put_no_two_of_them(json, fields);
}

void schema_items(struct json_writer *json, const struct field *fields)
{
	json_key(json, "items");
	json_object(json);
	schema_object(json, fields, SCHEMA_OBJECT);
	json_object_end(json);
}
