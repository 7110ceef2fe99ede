#include "format/yaml_write.h"

#include "base/num.h"
#include "format/yaml.h"
#include "format/yaml_tree.h"

#include <assert.h>

void yaml_begin(struct yaml_writer *yaml, struct buf *out, unsigned indent)
{
	*yaml = (struct yaml_writer){.out = out, .indent = indent};
}

static void put_indent(struct yaml_writer *yaml, unsigned depth)
{
	buf_fill(yaml->out, ' ', (size_t)(yaml->indent + depth) * 2);
}

/* The beginning of a line: the first one of an item has its dash where the others have two blanks. */
static void begin_line(struct yaml_writer *yaml, unsigned depth)
{
	struct yaml_level *inner = depth ? &yaml->level[depth - 1] : NULL;

	if (inner && inner->item) {
		put_indent(yaml, depth - 1);
		buf_cstr(yaml->out, "- ");
		inner->item = false;
	} else {
		put_indent(yaml, depth);
	}
}

/* Writes the keys that wait, and begins a line of the innermost level. */
static void begin(struct yaml_writer *yaml)
{
	for (unsigned i = 0; i < yaml->depth; i++) {
		if (!yaml->level[i].key)
			continue;
		begin_line(yaml, i);
		buf_fmt(yaml->out, "%s:\n", yaml->level[i].key);
		yaml->level[i].key = NULL;
	}
	begin_line(yaml, yaml->depth);
}

static void push(struct yaml_writer *yaml, struct yaml_level level)
{
	assert(yaml->depth < YAML_WRITE_DEPTH);
	yaml->level[yaml->depth++] = level;
}

static void pop(struct yaml_writer *yaml)
{
	assert(yaml->depth > 0);
	yaml->depth--;
}

void yaml_map(struct yaml_writer *yaml, const char *key) { push(yaml, (struct yaml_level){.key = key}); }
void yaml_map_end(struct yaml_writer *yaml) { pop(yaml); }
void yaml_list(struct yaml_writer *yaml, const char *key) { push(yaml, (struct yaml_level){.key = key}); }
void yaml_list_end(struct yaml_writer *yaml) { pop(yaml); }
void yaml_item(struct yaml_writer *yaml) { push(yaml, (struct yaml_level){.item = true}); }
void yaml_item_end(struct yaml_writer *yaml) { pop(yaml); }

/* Of a block that is the value of a key that has just been put. */
static size_t block_indent(const struct yaml_writer *yaml) { return (size_t)(yaml->indent + yaml->depth + 1) * 2; }

static void put_key(struct yaml_writer *yaml, const char *key)
{
	begin(yaml);
	buf_fmt(yaml->out, "%s: ", key);
}

void yaml_text(struct yaml_writer *yaml, const char *key, struct str text)
{
	put_key(yaml, key);
	if (!yaml_write_block(yaml->out, text, block_indent(yaml)))
		yaml_write_text(yaml->out, text);
	buf_char(yaml->out, '\n');
}

void yaml_query(struct yaml_writer *yaml, const char *key, struct str text)
{
	put_key(yaml, key);
	if (!yaml_write_block(yaml->out, text, block_indent(yaml)))
		yaml_write_quoted(yaml->out, text);
	buf_char(yaml->out, '\n');
}

void yaml_plain(struct yaml_writer *yaml, const char *key, const char *text)
{
	put_key(yaml, key);
	buf_fmt(yaml->out, "%s\n", text);
}

void yaml_bool(struct yaml_writer *yaml, const char *key, bool value)
{
	yaml_plain(yaml, key, value ? "true" : "false");
}

void yaml_number(struct yaml_writer *yaml, const char *key, double number)
{
	put_key(yaml, key);
	num_write_double(yaml->out, number);
	buf_char(yaml->out, '\n');
}

void yaml_pair_of(struct yaml_writer *yaml, struct str key, struct str text)
{
	begin(yaml);
	yaml_write_text(yaml->out, key);
	buf_cstr(yaml->out, ": ");
	yaml_write_text(yaml->out, text);
	buf_char(yaml->out, '\n');
}

void yaml_node_of(struct yaml_writer *yaml, struct str key, const struct yaml_node *value)
{
	begin(yaml);
	if (yaml_plain_safe(key))
		buf_str(yaml->out, key);
	else
		yaml_write_quoted(yaml->out, key);
	buf_char(yaml->out, ':');
	yaml_tree_write_value(yaml->out, value, block_indent(yaml));
}

void yaml_labels(struct yaml_writer *yaml, const char *key, struct labels labels)
{
	yaml_map(yaml, key);
	for (size_t i = 0; i < labels.len; i++)
		yaml_pair_of(yaml, labels.at[i].name, labels.at[i].value);
	yaml_map_end(yaml);
}

void yaml_texts(struct yaml_writer *yaml, const char *key, const struct str *texts, size_t len)
{
	if (len == 0)
		return;
	put_key(yaml, key);
	buf_char(yaml->out, '[');
	for (size_t i = 0; i < len; i++) {
		buf_cstr(yaml->out, i ? ", " : "");
		yaml_write_text(yaml->out, texts[i]);
	}
	buf_cstr(yaml->out, "]\n");
}
