#include "format/yaml_tree.h"

#include "base/map.h"

struct yaml_node *yaml_tree_copy(struct arena *arena, const struct yaml_node *node)
{
	struct yaml_node *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *node;
	if (node->kind == YAML_SCALAR)
		copy->text = arena_str(arena, node->text);
	if (node->kind == YAML_LIST)
		copy->items = arena_array(arena, node->len, sizeof(*copy->items));
	if (node->kind == YAML_MAP)
		copy->pairs = arena_array(arena, node->len, sizeof(*copy->pairs));
	for (size_t i = 0; i < node->len && node->kind == YAML_LIST; i++)
		copy->items[i] = yaml_tree_copy(arena, node->items[i]);
	for (size_t i = 0; i < node->len && node->kind == YAML_MAP; i++) {
		const struct yaml_pair *pair = &node->pairs[i];

		copy->pairs[i] = (struct yaml_pair){yaml_tree_copy(arena, pair->key),
						    yaml_tree_copy(arena, pair->value), pair->merged};
	}
	return copy;
}

static bool same_map(const struct yaml_node *a, const struct yaml_node *b)
{
	bool same = true;
	struct map index;

	map_init(&index);
	for (size_t i = 0; i < b->len; i++)
		map_put(&index, b->pairs[i].key->text, b->pairs[i].value);
	for (size_t i = 0; i < a->len && same; i++) {
		const struct yaml_node *value = map_get(&index, a->pairs[i].key->text);

		same = value && yaml_tree_same(a->pairs[i].value, value);
	}
	map_release(&index);
	return same;
}

bool yaml_tree_same(const struct yaml_node *a, const struct yaml_node *b)
{
	bool same = a->kind == b->kind && a->len == b->len;

	if (!same || a->kind == YAML_MAP)
		return same && same_map(a, b);
	if (a->kind == YAML_SCALAR)
		return str_eq(a->text, b->text) && yaml_null(a) == yaml_null(b);
	for (size_t i = 0; i < a->len && same; i++)
		same = yaml_tree_same(a->items[i], b->items[i]);
	return same;
}

/* What was plain may be so again: in a block and in one line nothing takes it for more than it was. */
static bool plain(const struct yaml_node *scalar)
{
	return !scalar->quoted && str_find(scalar->text, '\n') == scalar->text.len;
}

static void put_text(struct buf *out, struct str text)
{
	if (yaml_plain_safe(text))
		buf_str(out, text);
	else
		yaml_write_quoted(out, text);
}

static void put_key(struct buf *out, const struct yaml_node *key)
{
	if (plain(key) && key->text.len)
		buf_str(out, key->text);
	else
		put_text(out, key->text);
	buf_char(out, ':');
}

/* To the end of the line. */
static void put_scalar(struct buf *out, const struct yaml_node *scalar, size_t indent)
{
	if (plain(scalar)) {
		buf_cstr(out, scalar->text.len ? " " : "");
		buf_str(out, scalar->text);
	} else {
		buf_char(out, ' ');
		if (!yaml_write_block(out, scalar->text, indent))
			put_text(out, scalar->text);
	}
	buf_char(out, '\n');
}

static void put_members(struct buf *out, const struct yaml_node *node, size_t indent, bool on_line);

static void put_item(struct buf *out, const struct yaml_node *item, size_t indent)
{
	buf_char(out, '-');
	if (item->kind == YAML_MAP && item->len) {
		buf_char(out, ' ');
		put_members(out, item, indent + 2, true);
	} else {
		yaml_tree_write_value(out, item, indent + 2);
	}
}

/* The members of a map or list that has some; the first one goes on in the line that has been begun, if there is one.
 */
static void put_members(struct buf *out, const struct yaml_node *node, size_t indent, bool on_line)
{
	for (size_t i = 0; i < node->len; i++) {
		if (i > 0 || !on_line)
			buf_fill(out, ' ', indent);
		if (node->kind == YAML_LIST) {
			put_item(out, node->items[i], indent);
			continue;
		}
		put_key(out, node->pairs[i].key);
		yaml_tree_write_value(out, node->pairs[i].value, indent + 2);
	}
}

void yaml_tree_write_value(struct buf *out, const struct yaml_node *value, size_t indent)
{
	if (value->kind == YAML_SCALAR) {
		put_scalar(out, value, indent);
	} else if (value->len == 0) {
		buf_cstr(out, value->kind == YAML_MAP ? " {}\n" : " []\n");
	} else {
		buf_char(out, '\n');
		put_members(out, value, indent, false);
	}
}

void yaml_tree_write(struct buf *out, const struct yaml_node *map)
{
	if (map->len == 0)
		buf_cstr(out, "{}\n");
	else
		put_members(out, map, 0, false);
}
