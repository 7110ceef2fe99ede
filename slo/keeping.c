#include "slo/keeping.h"

#include "base/map.h"
#include "base/mem.h"
#include "format/yaml_tree.h"
#include "slo/kept_path.h"

#include <stdlib.h>

struct keeping {
	struct map marks; /* the address of a node, as bytes -> itself */
	struct str language;
};

struct keeping *keeping_new(void)
{
	struct keeping *keeping = xcalloc(1, sizeof(*keeping));

	map_init(&keeping->marks);
	return keeping;
}

void keeping_free(struct keeping *keeping)
{
	if (!keeping)
		return;
	map_release(&keeping->marks);
	free(keeping);
}

static struct str key_of(const struct yaml_node *const *node)
{
	return (struct str){(const char *)node, sizeof(*node)};
}

void reader_keep(struct reader *reader, const struct yaml_node *value)
{
	const struct yaml_node **key;

	if (!reader->keeping || !value)
		return;
	key = arena_alloc(reader->scratch, sizeof(*key));
	*key = value;
	map_put(&reader->keeping->marks, key_of(key), (void *)(uintptr_t)value);
}

bool reader_keeps(const struct reader *reader, const struct yaml_node *node)
{
	bool any = reader->keeping && map_get(&reader->keeping->marks, key_of(&node));

	for (size_t i = 0; reader->keeping && i < node->len && !any; i++)
		any = reader_keeps(reader, node->kind == YAML_LIST ? node->items[i] : node->pairs[i].value);
	return any;
}

void reader_unused(struct reader *reader, const struct yaml_node *value, const char *key, const char *why)
{
	if (!value)
		return;
	reader_note(reader, value, key, "no-effect", "has no effect here: %s", why);
	reader_keep(reader, value);
}

void kept_add(struct reader *reader, struct kept_list *list, struct kept_field field)
{
	list->at = arena_grow(reader->arena, list->at, list->len, sizeof(*list->at));
	list->at[list->len++] = field;
}

/* `key` is the node's, or NULL. */
static void gather(struct reader *reader, struct kept_list *list, const struct yaml_node *key,
		   const struct yaml_node *node, struct str path, const struct yaml_node *except, bool head)
{
	if (node == except)
		return;
	if (path.len && map_get(&reader->keeping->marks, key_of(&node))) {
		kept_add(reader, list,
			 (struct kept_field){reader->keeping->language, path, yaml_tree_copy(reader->arena, node),
					     reader_place(reader, key ? key : node), head});
		return;
	}
	for (size_t i = 0; i < node->len && node->kind == YAML_LIST; i++)
		gather(reader, list, NULL, node->items[i], kept_path_item(reader->arena, path, i), except, head);
	for (size_t i = 0; i < node->len && node->kind == YAML_MAP; i++) {
		const struct yaml_pair *pair = &node->pairs[i];

		gather(reader, list, pair->key, pair->value, kept_path_key(reader->arena, path, pair->key->text),
		       except, head);
	}
}

void kept_gather(struct reader *reader, struct kept_list *list, const struct yaml_node *node, struct str path,
		 const struct yaml_node *except)
{
	if (reader->keeping && node)
		gather(reader, list, NULL, node, path, except, false);
}

void kept_gather_head(struct reader *reader, struct kept_list *list, const struct yaml_node *node,
		      const struct yaml_node *except)
{
	if (reader->keeping && node)
		gather(reader, list, NULL, node, STR(""), except, true);
}

const struct kept_fields *kept_of(struct reader *reader, const struct kept_list *list)
{
	struct kept_fields *kept;

	if (list->len == 0)
		return NULL;
	kept = arena_alloc(reader->arena, sizeof(*kept));
	*kept = (struct kept_fields){list->at, list->len, NULL};
	return kept;
}

struct str kept_language(const struct yaml_node *document)
{
	const struct yaml_node *version = yaml_get(document, "apiVersion");

	if (!version)
		version = yaml_get(document, "version");
	if (!version) /* what slo-generator's SLOs share */
		return STR("sre.google.com/v2");
	return version->kind == YAML_SCALAR ? version->text : STR("");
}

void keeping_begin(struct reader *reader, const struct yaml_node *document)
{
	struct keeping *keeping = reader->keeping;

	if (!keeping)
		return;
	map_release(&keeping->marks);
	map_init(&keeping->marks);
	keeping->language = arena_str(reader->arena, kept_language(document));
}

static struct kept_document *add_document(struct reader *reader, const struct yaml_node *document,
					  struct loaded *loaded)
{
	struct kept_document *kept = arena_alloc(reader->arena, sizeof(*kept));

	*kept = (struct kept_document){
		.language = arena_str(reader->arena, kept_language(document)),
		.node = yaml_tree_copy(reader->arena, document),
		.place = reader_place(reader, document),
	};
	XGROW(loaded->documents, loaded->documents_len, loaded->documents_cap);
	loaded->documents[loaded->documents_len++] = kept;
	return kept;
}

void keeping_end(struct reader *reader, const struct yaml_node *document, struct loaded *loaded, size_t slos_before)
{
	struct kept_document *kept;

	if (!reader->keeping || str_is(reader->keeping->language, "wick/v1"))
		return;
	kept = add_document(reader, document, loaded);
	kept->slos = loaded->slos_len - slos_before;
	for (size_t i = slos_before; i < loaded->slos_len; i++) {
		const struct kept_fields *fields = loaded->slos[i].kept;
		struct kept_fields *whole = arena_alloc(reader->arena, sizeof(*whole));

		if (fields)
			*whole = *fields;
		whole->document = kept;
		loaded->slos[i].kept = whole;
	}
}

void keeping_wrapped(struct reader *reader, const struct yaml_node *document, const struct yaml_node *key,
		     struct loaded *loaded)
{
	if (!reader->keeping)
		return;
	add_document(reader, document, loaded)->wrapped = true;
	loaded->documents[loaded->documents_len - 1]->place = reader_place(reader, key);
}

void keeping_take(struct slo_set *set, size_t *cap, const struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->documents_len; i++) {
		XGROW(set->documents, set->documents_len, *cap);
		set->documents[set->documents_len++] = loaded->documents[i];
	}
}
