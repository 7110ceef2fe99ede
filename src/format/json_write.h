/* Writes JSON (RFC 8259) straight into a buffer: commas and nesting are kept by the writer, so that what comes out is
 * always well-formed. NaN and infinities, which JSON does not have, are written as null. */
#ifndef WICK_FORMAT_JSON_WRITE_H
#define WICK_FORMAT_JSON_WRITE_H

#include "base/when.h"

enum { JSON_WRITE_DEPTH = 32 };

struct json_writer {
	struct buf *out;
	unsigned depth;
	bool indent;                       /* two blanks per level, for people */
	bool filled[JSON_WRITE_DEPTH + 1]; /* the level has a member already */
	bool after_key;
};

void json_begin(struct json_writer *json, struct buf *out, bool indent);

void json_object(struct json_writer *json);
void json_object_end(struct json_writer *json);
void json_array(struct json_writer *json);
void json_array_end(struct json_writer *json);
void json_key(struct json_writer *json, const char *key);
void json_key_str(struct json_writer *json, struct str key);

void json_str(struct json_writer *json, struct str text); /* what is not UTF-8 becomes U+FFFD */
void json_cstr(struct json_writer *json, const char *text);
void json_num(struct json_writer *json, double number);
void json_int(struct json_writer *json, int64_t number);
void json_bool(struct json_writer *json, bool value);
void json_null(struct json_writer *json);

/* A key with its value. */
void json_key_num(struct json_writer *json, const char *key, double number);
void json_key_text(struct json_writer *json, const char *key, struct str text);
void json_key_instant(struct json_writer *json, const char *key, struct instant instant); /* null where ms == 0 */

#endif
