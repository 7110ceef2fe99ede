#include "exporters/definitions/keep_parts.h"

#include "base/limits.h"
#include "format/yaml_tree.h"

struct str keep_word(const struct yaml_node *node) { return node && node->kind == YAML_SCALAR ? node->text : STR(""); }

static struct str name_of(const struct yaml_node *document)
{
	return keep_word(yaml_get(yaml_get(document, "metadata"), "name"));
}

static bool ours(const struct definition_language *to, const struct kept_document *document)
{
	return to->version && (str_is(document->language, to->version) ||
			       (to->companion && str_is(keep_word(yaml_get(document->node, "kind")), to->companion)));
}

static bool is_slo(const struct yaml_node *document) { return str_is(keep_word(yaml_get(document, "kind")), "SLO"); }

/* One that is several SLOs here cannot be told from them: it goes along whole. */
static bool goes_whole(const struct kept_document *document) { return document->slos > 1 && is_slo(document->node); }

static struct str place_key(struct arena *arena, struct place place)
{
	return arena_fmt(arena, "%s:%u:%u", place.file, place.line, place.col);
}

static void mark(struct conversion *conversion, struct map *map, struct place place)
{
	map_put(map, place_key(&conversion->arena, place), conversion);
}

static void mark_tree(struct conversion *conversion, struct map *map, const char *file, const struct yaml_node *node)
{
	mark(conversion, map, (struct place){file, node->line, node->col});
	for (size_t i = 0; i < node->len && node->kind == YAML_LIST; i++)
		mark_tree(conversion, map, file, node->items[i]);
	for (size_t i = 0; i < node->len && node->kind == YAML_MAP; i++) {
		mark_tree(conversion, map, file, node->pairs[i].key);
		mark_tree(conversion, map, file, node->pairs[i].value);
	}
}

void keep_mark_field(struct conversion *conversion, struct map *map, const struct kept_field *field)
{
	mark(conversion, map, field->place);
	mark_tree(conversion, map, field->place.file, field->value);
}

bool conversion_carries(struct conversion *conversion, struct place place)
{
	struct str key = place_key(&conversion->arena, place);

	return map_get(&conversion->carried, key) && !map_get(&conversion->dropped, key);
}

void keep_separate(struct buf *out)
{
	if (out->len)
		buf_cstr(out, "---\n");
}

void keep_put_named(struct conversion *conversion, const struct yaml_node *node, struct buf *out)
{
	struct named *named = node->kind == YAML_SCALAR ? map_get(&conversion->parts, node->text) : NULL;

	for (; named; named = named->next) {
		if (named->taken)
			continue;
		named->taken = true;
		keep_separate(out);
		yaml_tree_write(out, named->document->node);
		keep_put_named(conversion, named->document->node, out);
	}
	for (size_t i = 0; i < node->len && node->kind == YAML_LIST; i++)
		keep_put_named(conversion, node->items[i], out);
	for (size_t i = 0; i < node->len && node->kind == YAML_MAP; i++)
		keep_put_named(conversion, node->pairs[i].value, out);
}

void keep_put_parts(struct conversion *conversion, struct buf *out)
{
	for (struct map_entry *entry = NULL; (entry = map_next(&conversion->parts, entry));)
		for (const struct named *named = entry->value; named; named = named->next) {
			keep_separate(out);
			yaml_tree_write(out, named->document->node);
		}
}

void keep_forget_taken(struct conversion *conversion)
{
	for (struct map_entry *entry = NULL; (entry = map_next(&conversion->parts, entry));)
		for (struct named *named = entry->value; named; named = named->next)
			named->taken = false;
}

/* The same document, kept twice: two conversions of one file may have been put together. */
static bool is_twin(const struct conversion *conversion, const struct kept_document *document)
{
	const struct named *named = map_get(&conversion->parts, name_of(document->node));

	for (; named && document->wrapped; named = named->next)
		if (named->document != document && yaml_tree_same(named->document->node, document->node))
			return true;
	return false;
}

/* By what name others refer to it. */
static void add_part(struct conversion *conversion, const struct kept_document *document)
{
	struct named *named = arena_alloc(&conversion->arena, sizeof(*named));

	named->document = document;
	named->next = map_get(&conversion->parts, name_of(document->node));
	map_put(&conversion->parts, name_of(document->node), named);
}

/* SLOs of the set that are what a document says which was kept whole: it is written in their place, unless one of them
 * has changed. */
static void find_standing(struct conversion *conversion, const struct kept_document *document)
{
	const struct slo_set *set = conversion->set;
	struct slo_set *said;
	struct buf text, others;
	bool same = true;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	buf_init(&others, LIMIT_OUTPUT_BYTES);
	yaml_tree_write(&text, document->node);
	keep_put_named(conversion, document->node, &others);
	keep_forget_taken(conversion);
	said = slo_set_read_all(
		(const struct definition_text[]){{STR("-"), buf_view(&text)}, {STR("others"), buf_view(&others)}},
		others.len ? 2 : 1);
	for (size_t i = 0; i < said->len && same; i++) {
		const struct slo *slo = slo_set_find(set, said->slos[i].id);

		same = slo && !conversion_differences(slo, &said->slos[i]);
	}
	for (size_t i = 0; i < said->len && same; i++)
		conversion->stands[slo_set_find(set, said->slos[i].id) - set->slos] = true;
	if (!same)
		mark(conversion, &conversion->dropped, document->place);
	slo_set_unref(said);
	buf_release(&others);
	buf_release(&text);
}

void keep_begin(struct conversion *conversion)
{
	const struct slo_set *set = conversion->set;

	map_init(&conversion->carried);
	map_init(&conversion->dropped);
	map_init(&conversion->parts);
	conversion->stands = arena_array(&conversion->arena, set->len + 1, sizeof(*conversion->stands));
	for (size_t i = 0; i < set->len; i++) {
		const struct kept_fields *kept = set->slos[i].kept;

		conversion->stands[i] = kept && kept->document && ours(conversion->to, kept->document);
	}
	for (size_t i = 0; i < set->documents_len; i++)
		if (!set->documents[i]->slos && ours(conversion->to, set->documents[i]) &&
		    !is_slo(set->documents[i]->node) && !is_twin(conversion, set->documents[i]))
			add_part(conversion, set->documents[i]);
	for (size_t i = 0; i < set->documents_len; i++)
		if (set->documents[i]->wrapped && ours(conversion->to, set->documents[i]) &&
		    is_slo(set->documents[i]->node))
			find_standing(conversion, set->documents[i]);
}

void keep_end(struct conversion *conversion)
{
	map_release(&conversion->carried);
	map_release(&conversion->dropped);
	map_release(&conversion->parts);
}

/* The text is held against the tree. */
static void put_document(struct conversion *conversion, const struct kept_document *document, struct buf *out)
{
	size_t from;
	struct yaml_file back;
	struct arena arena;

	keep_separate(out);
	from = out->len;
	if (conversion->to->version) {
		yaml_tree_write(out, document->node);
	} else {
		buf_cstr(out, "apiVersion: wick/v1\nkind: Kept\ndocument:");
		yaml_tree_write_value(out, document->node, 2);
	}
	mark_tree(conversion, &conversion->carried, document->place.file, document->node);
	mark(conversion, &conversion->carried, document->place);
	arena_init(&arena);
	if (!yaml_read(&arena, str_slice(buf_view(out), from, out->len), &back) || back.len != 1 ||
	    !yaml_tree_same(document->node,
			    conversion->to->version ? back.documents[0] : yaml_get(back.documents[0], "document")))
		findings_add(&conversion->lost, FINDING_WARNING, document->place, STR(""), conversion_fault,
			     "the document does not read back as it stood; please report this");
	arena_release(&arena);
}

static bool objective(struct str kind)
{
	return str_is(kind, "SLO") || str_is(kind, "ServiceLevelObjective") || str_is(kind, "PrometheusServiceLevel");
}

void keep_put_documents(struct conversion *conversion, const char *file, struct buf *out)
{
	const struct slo_set *set = conversion->set;

	for (size_t i = 0; i < set->documents_len; i++) {
		const struct kept_document *document = set->documents[i];
		struct str kind = keep_word(yaml_get(document->node, "kind"));

		if (file && strcmp(document->place.file, file) != 0)
			continue;
		if (map_get(&conversion->dropped, place_key(&conversion->arena, document->place)))
			continue;
		if (ours(conversion->to, document) && !document->slos && is_twin(conversion, document))
			mark_tree(conversion, &conversion->carried, document->place.file, document->node);
		else if (ours(conversion->to, document) ||
			 (!conversion->to->version && (!document->slos || goes_whole(document))))
			put_document(conversion, document, out);
		/* of what is wrapped its note says so, and of an SLO that is none here what kept it from being one */
		else if (!document->slos && !document->wrapped && !objective(kind))
			findings_add(&conversion->lost, FINDING_WARNING, document->place, STR(""),
				     carried_rules[CARRIED_DOCUMENT],
				     "this document, a %.*s of %.*s, is left out: what SLOs take of it stands in them",
				     VALUE_ARG(kind.len ? kind : STR("configuration")), VALUE_ARG(document->language));
	}
}

void keep_drop(struct conversion *conversion, const struct slo *slo)
{
	for (size_t i = 0; slo->kept && i < slo->kept->len; i++)
		keep_mark_field(conversion, &conversion->dropped, &slo->kept->fields[i]);
}

void keep_put_native(struct writing *writing, bool head)
{
	const struct kept_fields *kept = writing->slo->kept;
	struct yaml_writer *yaml = &writing->yaml;

	yaml_map(yaml, "kept");
	for (size_t i = 0; kept && i < kept->len; i++) {
		const struct kept_field *first = &kept->fields[i];
		bool begun = false;

		for (size_t k = 0; k < i; k++)
			begun |= kept->fields[k].head == head && str_eq(kept->fields[k].language, first->language);
		if (first->head != head || begun || (kept->document && goes_whole(kept->document)))
			continue;
		yaml_map(yaml, arena_str(writing->arena, first->language).at);
		for (size_t k = i; k < kept->len; k++) {
			const struct kept_field *field = &kept->fields[k];

			if (field->head != head || !str_eq(field->language, first->language))
				continue;
			yaml_node_of(yaml, field->path, field->value);
			keep_mark_field(writing->conversion, &writing->conversion->carried, field);
		}
		yaml_map_end(yaml);
	}
	yaml_map_end(yaml);
}

/* The number `i` of those that are of the document; NULL behind the last. */
static const struct kept_field *head_field(const struct slo *slo, size_t i)
{
	for (size_t k = 0; slo->kept && k < slo->kept->len; k++)
		if (slo->kept->fields[k].head && i-- == 0)
			return &slo->kept->fields[k];
	return NULL;
}

bool keep_same_head(const struct slo *a, const struct slo *b)
{
	for (size_t i = 0;; i++) {
		const struct kept_field *one = head_field(a, i), *other = head_field(b, i);

		if (!one || !other)
			return one == other;
		if (!str_eq(one->language, other->language) || !str_eq(one->path, other->path) ||
		    !yaml_tree_same(one->value, other->value))
			return false;
	}
}
