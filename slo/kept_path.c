#include "slo/kept_path.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/num.h"

/* One step of a path: into a map by its key, or into a list. */
struct step {
	bool item;
	struct str key;
	size_t index;
};

static bool plain_char(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_' || c == '-'; }

static bool plain_key(struct str key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!plain_char(key.at[i]))
			return false;
	return key.len > 0;
}

struct str kept_path_key(struct arena *arena, struct str path, struct str key)
{
	struct buf quoted;
	struct str made;

	if (plain_key(key))
		return arena_fmt(arena, "%.*s%s%.*s", STR_ARG(path), path.len ? "." : "", STR_ARG(key));
	buf_init(&quoted, LIMIT_FILE_BYTES);
	for (size_t i = 0; i < key.len; i++) {
		if (key.at[i] == '"' || key.at[i] == '\\')
			buf_char(&quoted, '\\');
		buf_char(&quoted, key.at[i]);
	}
	made = arena_fmt(arena, "%.*s[\"%.*s\"]", STR_ARG(path), STR_ARG(buf_view(&quoted)));
	buf_release(&quoted);
	return made;
}

struct str kept_path_item(struct arena *arena, struct str path, size_t item)
{
	return arena_fmt(arena, "%.*s[%zu]", STR_ARG(path), item);
}

/* `["a key"]`, behind its first two characters. */
static bool next_quoted(struct arena *arena, struct str *rest, struct step *step)
{
	char *key = arena_alloc(arena, rest->len + 1);
	size_t len = 0, i = 0;

	for (; i < rest->len && rest->at[i] != '"'; i++) {
		if (rest->at[i] == '\\' && i + 1 < rest->len)
			i++;
		key[len++] = rest->at[i];
	}
	if (i + 1 >= rest->len || rest->at[i + 1] != ']')
		return false;
	*step = (struct step){.key = {key, len}};
	*rest = str_slice(*rest, i + 2, rest->len);
	return true;
}

static bool next_item(struct str *rest, struct step *step)
{
	size_t end = str_find(*rest, ']');
	uint64_t index;

	if (end == rest->len || !num_read_u64(str_slice(*rest, 1, end), &index) || index > LIMIT_YAML_NODES)
		return false;
	*step = (struct step){.item = true, .index = (size_t)index};
	*rest = str_slice(*rest, end + 1, rest->len);
	return true;
}

/* Takes the first step off the path; false where there is none. `first`: of all of it. */
static bool next(struct arena *arena, struct str *rest, bool first, struct step *step)
{
	size_t end = 0;

	if (str_starts(*rest, STR("[\""))) {
		*rest = str_slice(*rest, 2, rest->len);
		return next_quoted(arena, rest, step);
	}
	if (str_starts(*rest, STR("[")))
		return next_item(rest, step);
	if (!first) {
		if (!str_starts(*rest, STR(".")))
			return false;
		*rest = str_slice(*rest, 1, rest->len);
	}
	while (end < rest->len && plain_char(rest->at[end]))
		end++;
	*step = (struct step){.key = str_slice(*rest, 0, end)};
	*rest = str_slice(*rest, end, rest->len);
	return end > 0;
}

bool kept_path_legal(struct str path)
{
	struct str rest = path;
	size_t steps = 0;
	struct arena arena;
	struct step step;
	bool fine = path.len > 0;

	arena_init(&arena);
	while (fine && rest.len) {
		fine = next(&arena, &rest, rest.len == path.len, &step) && ++steps < LIMIT_YAML_DEPTH;
		fine = fine && !(steps == 1 && step.item); /* a document is a map */
	}
	arena_release(&arena);
	return fine;
}

/* The place of a member that is there, or NULL. */
static struct yaml_node **member(struct yaml_node *node, const struct step *step)
{
	if (step->item)
		return node->kind == YAML_LIST && step->index < node->len ? &node->items[step->index] : NULL;
	for (size_t i = 0; i < node->len && node->kind == YAML_MAP; i++)
		if (str_eq(node->pairs[i].key->text, step->key))
			return &node->pairs[i].value;
	return NULL;
}

const struct yaml_node *kept_path_find(struct arena *arena, const struct yaml_node *root, struct str path)
{
	struct yaml_node *node = (struct yaml_node *)(uintptr_t)root;
	struct str rest = path;
	struct step step;

	while (node && rest.len) {
		struct yaml_node **at = NULL;

		if (next(arena, &rest, rest.len == path.len, &step))
			at = member(node, &step);
		node = at ? *at : NULL;
	}
	return node;
}

/* `len` elements with one more behind them. */
static void *longer(struct arena *arena, const void *array, size_t len, size_t size)
{
	void *copy = arena_array(arena, len + 1, size);

	if (len)
		memcpy(copy, array, len * size);
	return copy;
}

/* The place of a member that is new. NULL where it cannot be one. */
static struct yaml_node **add(struct arena *arena, struct yaml_node *node, const struct step *step)
{
	struct yaml_node *key;

	if (node->kind != (step->item ? YAML_LIST : YAML_MAP) || (step->item && step->index != node->len))
		return NULL;
	if (step->item) {
		node->items = longer(arena, node->items, node->len, sizeof(*node->items));
		return &node->items[node->len++];
	}
	key = arena_alloc(arena, sizeof(*key));
	*key = (struct yaml_node){.kind = YAML_SCALAR, .quoted = true, .text = step->key};
	node->pairs = longer(arena, node->pairs, node->len, sizeof(*node->pairs));
	node->pairs[node->len] = (struct yaml_pair){key, NULL, false};
	return &node->pairs[node->len++].value;
}

/* What a step leads to that something has to stand in: what is there, or a new map or list for the rest of the path. */
static struct yaml_node *inner(struct arena *arena, struct yaml_node **at, struct str rest)
{
	bool item = str_starts(rest, STR("[")) && !str_starts(rest, STR("[\""));

	if (!*at || yaml_null(*at)) {
		*at = arena_alloc(arena, sizeof(**at));
		(*at)->kind = item ? YAML_LIST : YAML_MAP;
	}
	return *at;
}

bool kept_path_set(struct arena *arena, struct yaml_node *root, struct str path, struct yaml_node *value,
		   struct kept_end *end)
{
	struct yaml_node **at = NULL;
	struct str rest = path;
	struct step step = {.key = STR("")};

	*end = (struct kept_end){.node = root, .key = STR(""), .within = STR("")};
	while (rest.len) {
		if (at) {
			end->within = step.item ? end->within : step.key;
			end->node = inner(arena, at, rest);
		}
		if (!next(arena, &rest, rest.len == path.len, &step))
			return false;
		at = member(end->node, &step);
		if (!at)
			at = add(arena, end->node, &step);
		if (!at)
			return false;
	}
	if (!at)
		return false;
	end->key = step.key;
	*at = value;
	return true;
}
