#include "slo/field.h"

#include "base/limits.h"
#include "base/num.h"
#include "slo/field_schema.h"

#include <assert.h>
#include <stdio.h>

enum { NAMES_MAX = 64 }; /* rows of one table: they are bits of a uint64_t */

struct place reader_place(const struct reader *reader, const struct yaml_node *node)
{
	return (struct place){reader->file, node ? node->line : 0, node ? node->col : 0};
}

__attribute__((format(printf, 6, 0))) static void say(struct reader *reader, enum finding_level level,
						      const struct yaml_node *node, const char *key, const char *rule,
						      const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), format, args);
	findings_add(reader->findings, level, reader_place(reader, node), str_of(key), rule, "%s%s%s", key,
		     *key ? ": " : "", text);
}

bool reader_error(struct reader *reader, const struct yaml_node *node, const char *key, const char *rule,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(reader, FINDING_ERROR, node, key, rule, format, args);
	va_end(args);
	return false;
}

void reader_warn(struct reader *reader, const struct yaml_node *node, const char *key, const char *rule,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(reader, FINDING_WARNING, node, key, rule, format, args);
	va_end(args);
}

void reader_note(struct reader *reader, const struct yaml_node *node, const char *key, const char *rule,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(reader, FINDING_NOTE, node, key, rule, format, args);
	va_end(args);
}

bool field_scalar(struct reader *reader, const struct field *field, const struct yaml_node *node, struct str *text)
{
	if (node->kind != YAML_SCALAR)
		return reader_error(reader, node, field->name, "wrong-type", "wants %s, not %s", field->type->name,
				    yaml_what(node));
	*text = node->text;
	return true;
}

static bool read_text(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (yaml_null(node))
		text = STR("");
	if (field->max > 0 && (double)text.len > field->max)
		return reader_error(reader, node, field->name, "too-long",
				    "'%.*s...' is %zu bytes long; at most %.0f are allowed", VALUE_ARG(text), text.len,
				    field->max);
	if ((double)text.len < field->min)
		return reader_error(reader, node, field->name, "empty", "is empty; it wants %s", field->type->name);
	*(struct str *)at = arena_str(reader->arena, text);
	return true;
}

static bool read_bool(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!str_is(text, "true") && !str_is(text, "false"))
		return reader_error(reader, node, field->name, "wrong-type", "'%.*s' is neither true nor false",
				    VALUE_ARG(text));
	*(bool *)at = str_is(text, "true");
	return true;
}

static bool in_range(const struct field *field, double value)
{
	return (num_same(field->min, 0) && num_same(field->max, 0)) || (value >= field->min && value <= field->max);
}

static bool read_number(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;
	double value;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!num_read_double(text, &value))
		return reader_error(reader, node, field->name, "wrong-type", "'%.*s' is not a number", VALUE_ARG(text));
	if (!in_range(field, value))
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it must be from %.15g to %.15g", VALUE_ARG(text),
				    field->min, field->max);
	*(double *)at = value;
	return true;
}

static bool read_count(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;
	uint64_t value;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!num_read_u64(text, &value))
		return reader_error(reader, node, field->name, "wrong-type", "'%.*s' is not a whole number",
				    VALUE_ARG(text));
	if (!in_range(field, (double)value) || value > UINT32_MAX)
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it must be from %.15g to %.15g", VALUE_ARG(text),
				    field->min, field->max);
	*(unsigned *)at = (unsigned)value;
	return true;
}

static bool read_duration(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;
	struct span span;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!span_read(text, &span))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is not a duration such as 30d, 1h30m or 500ms", VALUE_ARG(text));
	if (!in_range(field, (double)span.ms))
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it must be from %s to %s", VALUE_ARG(text),
				    span_text((struct span){(int64_t)field->min}).text,
				    span_text((struct span){(int64_t)field->max}).text);
	*(struct span *)at = span;
	return true;
}

static size_t names_of(const char *const *choices)
{
	size_t len = 0;

	while (choices[len])
		len++;
	return len;
}

static bool read_choice(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	size_t count = names_of(field->choices);
	struct str text;
	struct buf list;

	if (!field_scalar(reader, field, node, &text))
		return false;
	for (size_t i = 0; i < count; i++)
		if (str_is(text, field->choices[i]))
			return *(int *)at = (int)i, true;
	buf_init(&list, 512);
	for (size_t i = 0; i < count; i++)
		buf_fmt(&list, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", field->choices[i]);
	reader_error(reader, node, field->name, "not-a-choice", "'%.*s' is not one of its values: %.*s",
		     VALUE_ARG(text), STR_ARG(buf_view(&list)));
	buf_release(&list);
	return false;
}

static bool read_map(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	size_t errors = reader->findings->errors;

	(void)at;
	fields_read(reader, field->inner, node, field->name, (char *)at - field->at);
	return reader->findings->errors == errors;
}

static bool write_text(struct buf *buf, const struct field *field, const void *at)
{
	(void)field;
	return yaml_write_text(buf, *(const struct str *)at);
}

static bool write_bool(struct buf *buf, const struct field *field, const void *at)
{
	(void)field;
	return buf_cstr(buf, *(const bool *)at ? "true" : "false");
}

static bool write_count(struct buf *buf, const struct field *field, const void *at)
{
	(void)field;
	return buf_fmt(buf, "%u", *(const unsigned *)at);
}

static bool write_number(struct buf *buf, const struct field *field, const void *at)
{
	(void)field;
	return num_write_double(buf, *(const double *)at);
}

static bool write_duration(struct buf *buf, const struct field *field, const void *at)
{
	(void)field;
	return span_write(buf, *(const struct span *)at);
}

static bool write_choice(struct buf *buf, const struct field *field, const void *at)
{
	return buf_cstr(buf, field->choices[*(const int *)at]);
}

const struct field_type field_text = {"a text", read_text, write_text, field_schema_text};
const struct field_type field_bool = {"true or false", read_bool, write_bool, field_schema_bool};
const struct field_type field_count = {"a whole number", read_count, write_count, field_schema_count};
const struct field_type field_number = {"a number", read_number, write_number, field_schema_number};
const struct field_type field_duration = {"a duration", read_duration, write_duration, field_schema_duration};
const struct field_type field_choice = {"a word", read_choice, write_choice, field_schema_choice};
const struct field_type field_map = {"a map", read_map, NULL, field_schema_map};

const char *field_type_name(const struct field_type *type)
{
	if (str_starts(str_of(type->name), STR("a ")))
		return type->name + 2;
	if (str_starts(str_of(type->name), STR("an ")))
		return type->name + 3;
	return type->name;
}

const struct field *field_find(const struct field *fields, struct str name)
{
	for (; fields->name; fields++)
		if (str_is(name, fields->name))
			return fields;
	return NULL;
}

bool field_given(const struct field *fields, uint64_t given, const char *name)
{
	const struct field *field = field_find(fields, str_of(name));

	assert(field);
	return given >> (field - fields) & 1;
}

void fields_default(struct reader *reader, const struct field *fields, void *base)
{
	for (; fields->name; fields++) {
		struct yaml_node node = {.kind = YAML_SCALAR, .text = str_of(fields->fallback)};
		bool read;

		if (!fields->fallback)
			continue;
		read = fields->type->read(reader, fields, &node, (char *)base + fields->at);
		assert(read);
		(void)read;
	}
}

void reader_unknown_key(struct reader *reader, const struct yaml_node *key, const char *within,
			const char *const *known, size_t known_len)
{
	const char *nearest = str_nearest(key->text, known, known_len);

	findings_add(reader->findings, FINDING_ERROR, reader_place(reader, key), key->text, "unknown-key",
		     "unknown key '%.*s' in %s%s%s%s", VALUE_ARG(key->text), within, nearest ? "; did you mean '" : "",
		     nearest ? nearest : "", nearest ? "'?" : "");
}

static void unknown_key(struct reader *reader, const struct field *fields, const struct yaml_node *key,
			const char *within)
{
	const char *names[NAMES_MAX];
	size_t count = 0;

	for (; fields[count].name; count++)
		names[count] = fields[count].name;
	reader_unknown_key(reader, key, within, names, count);
}

uint64_t fields_read(struct reader *reader, const struct field *fields, const struct yaml_node *map, const char *within,
		     void *base)
{
	uint64_t seen = 0, given = 0;

	fields_default(reader, fields, base);
	if (map->kind != YAML_MAP) {
		reader_error(reader, map, within, "wrong-type", "wants a map of keys and values, not %s",
			     yaml_what(map));
		return 0;
	}
	for (size_t i = 0; i < map->len; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		const struct field *field = field_find(fields, pair->key->text);
		uint64_t bit;

		if (!field) {
			unknown_key(reader, fields, pair->key, within);
			continue;
		}
		bit = UINT64_C(1) << (field - fields);
		seen |= bit;
		/* `key:` with nothing behind it leaves what may be left out at its default */
		if (yaml_null(pair->value)) {
			if (field->required)
				reader_error(reader, pair->key, field->name, "missing-key", "has no value in %s",
					     within);
			continue;
		}
		if (field->type->read(reader, field, pair->value, (char *)base + field->at))
			given |= bit;
	}
	for (const struct field *field = fields; field->name; field++)
		if (field->required && !(seen >> (field - fields) & 1))
			reader_error(reader, map, field->name, "missing-key", "is missing in %s", within);
	return given;
}
