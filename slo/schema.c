#include "slo/schema.h"

#include "slo/field_schema.h"
#include "slo/native/native_kinds.h"

#include <stdio.h>

/* {"properties": {"kind": ...}}: the list of all kinds, for what a document without one is told, or a single one. */
static void put_kind(struct json_writer *json, const char *one)
{
	json_key(json, "properties");
	json_object(json);
	json_key(json, "kind");
	json_object(json);
	json_key(json, "enum");
	json_array(json);
	for (size_t i = 0; i < NATIVE_KINDS; i++)
		if (!one || strcmp(one, native_kinds[i].name) == 0)
			json_cstr(json, native_kinds[i].name);
	json_array_end(json);
	json_object_end(json);
	json_object_end(json);
}

static void put_reference(struct json_writer *json, const char *key, const char *name)
{
	char reference[64];

	snprintf(reference, sizeof(reference), "#/definitions/%s", name);
	json_key(json, key);
	json_object(json);
	json_key(json, "$ref");
	json_cstr(json, reference);
	json_object_end(json);
}

/* A document that does not say yet what it is, is taken for the first kind: its keys are what an editor offers. */
static void put_choice(struct json_writer *json)
{
	for (size_t i = 1; i < NATIVE_KINDS; i++) {
		json_key(json, "if");
		json_object(json);
		json_key(json, "required");
		json_array(json);
		json_cstr(json, "kind");
		json_array_end(json);
		put_kind(json, native_kinds[i].name);
		json_object_end(json);
		put_reference(json, "then", native_kinds[i].name);
		if (i + 1 == NATIVE_KINDS)
			break;
		json_key(json, "else");
		json_object(json);
	}
	put_reference(json, "else", native_kinds[0].name);
	for (size_t i = 2; i < NATIVE_KINDS; i++)
		json_object_end(json);
}

bool slo_schema_write(struct buf *buf)
{
	struct json_writer json;

	json_begin(&json, buf, true);
	json_object(&json);
	json_key(&json, "$schema");
	json_cstr(&json, "http://json-schema.org/draft-07/schema#");
	json_key(&json, "title");
	json_cstr(&json,
		  "wick/v1: service levels, error budget policies, corrections, deliveries, templates of SLIs and what "
		  "is kept of other tools' files");
	schema_type(&json, NULL, SCHEMA_OBJECT);
	put_kind(&json, NULL);
	put_choice(&json);
	json_key(&json, "definitions");
	json_object(&json);
	for (size_t i = 0; i < NATIVE_KINDS; i++) {
		json_key(&json, native_kinds[i].name);
		json_object(&json);
		schema_object(&json, native_kinds[i].fields, SCHEMA_OBJECT);
		json_object_end(&json);
	}
	json_object_end(&json);
	json_object_end(&json);
	return buf_char(buf, '\n') && !buf->full;
}
