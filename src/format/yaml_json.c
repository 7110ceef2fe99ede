#include "format/yaml_json.h"

#include "base/limits.h"
#include "base/num.h"
#include "format/json_write.h"

#include <math.h>

static void write_scalar(struct json_writer *json, const struct yaml_node *node)
{
	double number;

	if (yaml_null(node))
		json_null(json);
	else if (!node->quoted && (str_is(node->text, "true") || str_is(node->text, "false")))
		json_bool(json, str_is(node->text, "true"));
	else if (!node->quoted && num_read_double(node->text, &number) && isfinite(number))
		json_num(json, number);
	else
		json_str(json, node->text);
}

static void write_node(struct json_writer *json, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_SCALAR:
		write_scalar(json, node);
		return;
	case YAML_LIST:
		json_array(json);
		for (size_t i = 0; i < node->len; i++)
			write_node(json, node->items[i]);
		json_array_end(json);
		return;
	case YAML_MAP:
		json_object(json);
		for (size_t i = 0; i < node->len; i++) {
			json_key_str(json, node->pairs[i].key->text);
			write_node(json, node->pairs[i].value);
		}
		json_object_end(json);
		return;
	}
}

struct str yaml_as_json(struct arena *arena, const struct yaml_node *node)
{
	struct json_writer json;
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_FILE_BYTES);
	json_begin(&json, &buf, false);
	write_node(&json, node);
	text = buf.full ? STR("null") : arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}
