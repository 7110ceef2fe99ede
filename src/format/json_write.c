#include "format/json_write.h"

#include "base/num.h"

#include <assert.h>
#include <math.h>

void json_begin(struct json_writer *json, struct buf *out, bool indent)
{
	*json = (struct json_writer){.out = out, .indent = indent};
}

static void new_line(struct json_writer *json)
{
	if (!json->indent)
		return;
	buf_char(json->out, '\n');
	buf_fill(json->out, ' ', json->depth * 2);
}

/* Before a value or a key: the comma, unless a key stands right before. */
static void lead(struct json_writer *json)
{
	if (json->after_key) {
		json->after_key = false;
		return;
	}
	if (json->filled[json->depth])
		buf_char(json->out, ',');
	json->filled[json->depth] = true;
	if (json->depth)
		new_line(json);
}

static void open_level(struct json_writer *json, char bracket)
{
	lead(json);
	buf_char(json->out, bracket);
	assert(json->depth < JSON_WRITE_DEPTH);
	json->filled[++json->depth] = false;
}

static void close_level(struct json_writer *json, char bracket)
{
	bool filled = json->filled[json->depth];

	assert(json->depth > 0 && !json->after_key);
	json->depth--;
	if (filled)
		new_line(json);
	buf_char(json->out, bracket);
}

void json_object(struct json_writer *json) { open_level(json, '{'); }
void json_object_end(struct json_writer *json) { close_level(json, '}'); }
void json_array(struct json_writer *json) { open_level(json, '['); }
void json_array_end(struct json_writer *json) { close_level(json, ']'); }

static void put_string(struct buf *out, struct str text)
{
	buf_char(out, '"');
	for (size_t pos = 0; pos < text.len;) {
		size_t from = pos;
		int32_t rune = str_rune(text, &pos);

		if (rune < 0)
			buf_cstr(out, "\xEF\xBF\xBD");
		else if (rune == '"' || rune == '\\')
			buf_fmt(out, "\\%c", (int)rune);
		else if (rune == '\n')
			buf_cstr(out, "\\n");
		else if (rune < 0x20 || rune == 0x7F)
			buf_fmt(out, "\\u%04x", (unsigned)rune);
		else
			buf_str(out, str_slice(text, from, pos));
	}
	buf_char(out, '"');
}

void json_key_str(struct json_writer *json, struct str key)
{
	assert(!json->after_key);
	lead(json);
	put_string(json->out, key);
	buf_cstr(json->out, json->indent ? ": " : ":");
	json->after_key = true;
}

void json_key(struct json_writer *json, const char *key) { json_key_str(json, str_of(key)); }

void json_str(struct json_writer *json, struct str text)
{
	lead(json);
	put_string(json->out, text);
}

void json_cstr(struct json_writer *json, const char *text) { json_str(json, str_of(text)); }

void json_num(struct json_writer *json, double number)
{
	lead(json);
	if (isfinite(number))
		num_write_double(json->out, number);
	else
		buf_cstr(json->out, "null");
}

void json_int(struct json_writer *json, int64_t number)
{
	lead(json);
	buf_fmt(json->out, "%lld", (long long)number);
}

void json_bool(struct json_writer *json, bool value)
{
	lead(json);
	buf_cstr(json->out, value ? "true" : "false");
}

void json_null(struct json_writer *json)
{
	lead(json);
	buf_cstr(json->out, "null");
}

void json_key_num(struct json_writer *json, const char *key, double number)
{
	json_key(json, key);
	json_num(json, number);
}

void json_key_text(struct json_writer *json, const char *key, struct str text)
{
	json_key(json, key);
	json_str(json, text);
}

void json_key_instant(struct json_writer *json, const char *key, struct instant instant)
{
	json_key(json, key);
	if (instant.ms)
		json_cstr(json, instant_text(instant).text);
	else
		json_null(json);
}
