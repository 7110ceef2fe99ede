/* JSON Schema (draft-07) from tables of fields, for editors. Each writer puts members into the schema object that is
 * open. What it refuses the parser refuses, too; some of what only the parser can know it lets pass. */
#ifndef WICK_SLO_FIELD_SCHEMA_H
#define WICK_SLO_FIELD_SCHEMA_H

#include "format/json_write.h"
#include "slo/field.h"

enum {
	SCHEMA_STRING = 1 << 0,
	SCHEMA_NUMBER = 1 << 1,
	SCHEMA_INTEGER = 1 << 2,
	SCHEMA_BOOLEAN = 1 << 3,
	SCHEMA_OBJECT = 1 << 4,
	SCHEMA_ARRAY = 1 << 5,
	SCHEMA_NULL = 1 << 6,
	/* A text is any scalar, whatever YAML takes it for. */
	SCHEMA_SCALAR = SCHEMA_STRING | SCHEMA_NUMBER | SCHEMA_BOOLEAN,
};

/* Parts of patterns: what num_read_double and span_read read, and what str_trim takes away. */
#define SCHEMA_DECIMAL "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?"
#define SCHEMA_SPAN    "(0|(?=[0-9])([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)"
#define SCHEMA_LABEL   "[a-zA-Z_][a-zA-Z0-9_]*" /* label_name_ok */
#define SCHEMA_BLANKS  "[ \\t\\r\\n]*"

/* `types` is of the bits above; a key that may be left out may be empty, too. */
void schema_type(struct json_writer *json, const struct field *field, unsigned types);
/* For texts; other types pass. */
void schema_pattern(struct json_writer *json, const struct field *field, const char *pattern);
void schema_key_int(struct json_writer *json, const char *key, int64_t number);
/* The map that `fields` describe. */
void schema_object(struct json_writer *json, const struct field *fields, unsigned types);
/* "items": each is such a map. */
void schema_items(struct json_writer *json, const struct field *fields);

/* Those of the types that definitions and settings share (slo/field.h). */
void field_schema_text(struct json_writer *json, const struct field *field);
void field_schema_bool(struct json_writer *json, const struct field *field);
void field_schema_count(struct json_writer *json, const struct field *field);
void field_schema_number(struct json_writer *json, const struct field *field);
void field_schema_duration(struct json_writer *json, const struct field *field);
void field_schema_choice(struct json_writer *json, const struct field *field);
void field_schema_map(struct json_writer *json, const struct field *field);

#endif
