#include "slo/native/normal_form.h"

#include "base/limits.h"
#include "format/yaml_layout.h"
#include "format/yaml_tree.h"
#include "slo/change/change.h"
#include "slo/native/native_kinds.h"
#include "slo/native/native_types.h"

#include <stdlib.h>

static void refuse(struct findings *findings, const char *path, const struct yaml_fault *fault)
{
	findings_add(findings, FINDING_ERROR, (struct place){path, fault->line, fault->col}, STR(""), "yaml", "%.*s",
		     STR_ARG(fault->text));
}

static const struct native_kind *kind_of(const struct yaml_node *document)
{
	const struct yaml_node *version = yaml_get(document, "apiVersion"), *kind = yaml_get(document, "kind");

	for (size_t i = 0; i < NATIVE_KINDS; i++)
		if (version && kind && str_is(version->text, "wick/v1") && str_is(kind->text, native_kinds[i].name))
			return &native_kinds[i];
	return NULL;
}

/* All that says something must be ours, and something must. */
static bool all_native(const struct yaml_file *yaml)
{
	size_t known = 0;

	for (size_t i = 0; i < yaml->len; i++) {
		if (yaml_null(yaml->documents[i]))
			continue;
		if (!kind_of(yaml->documents[i]))
			return false;
		known++;
	}
	return known > 0;
}

/* Line ends are LF, and a byte order mark goes. */
static struct str plain_bytes(struct arena *arena, struct str text)
{
	char *bytes = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	for (size_t i = str_starts(text, STR("\xEF\xBB\xBF")) ? 3 : 0; i < text.len; i++)
		if (text.at[i] != '\r' || i + 1 == text.len || text.at[i + 1] != '\n')
			bytes[len++] = text.at[i];
	return (struct str){bytes, len};
}

/* The row's place; what is in no table goes behind what is, as it stands. */
static size_t rank(const struct field *fields, const struct layout_entry *entry)
{
	const struct field *field = field_find(fields, entry->key->text);

	return field ? (size_t)(field - fields) : SIZE_MAX;
}

/* By insertion: it is stable, and maps by a table have few keys. */
static void sort_keys(struct layout_node *map, const struct field *fields)
{
	for (size_t i = 1; i < map->len; i++) {
		struct layout_entry entry = map->entries[i];
		size_t at = i, place = rank(fields, &entry);

		for (; at > 0 && rank(fields, &map->entries[at - 1]) > place; at--)
			map->entries[at] = map->entries[at - 1];
		map->entries[at] = entry;
	}
}

static void order_map(struct layout_node *map, const struct field *fields);

/* The value of a field: a map by its table, a list of them, or where the names are free a map of them. */
static void order_value(struct layout_node *node, const struct field *field)
{
	if (node->kind == YAML_MAP && field->type != &native_type_map_of)
		order_map(node, field->inner);
	else
		for (size_t i = 0; i < node->len; i++)
			if (node->entries[i].value->kind == YAML_MAP)
				order_map(node->entries[i].value, field->inner);
}

static void order_map(struct layout_node *map, const struct field *fields)
{
	sort_keys(map, fields);
	for (size_t i = 0; i < map->len; i++) {
		const struct field *field = field_find(fields, map->entries[i].key->text);

		if (field && field->inner)
			order_value(map->entries[i].value, field);
	}
}

/* The SLOs of a document stand in blocks, and apart. */
static void spread(struct layout_node *document, const struct field *fields)
{
	document->flow = false;
	for (size_t i = 0; i < document->len; i++) {
		struct layout_entry *entry = &document->entries[i];
		const struct field *field = field_find(fields, entry->key->text);

		if (!field || field->type != &native_type_list || entry->value->kind != YAML_LIST)
			continue;
		entry->value->spaced = true;
		for (size_t k = 0; k < entry->value->len; k++)
			entry->value->entries[k].value->flow = false;
	}
}

/* Where there are anchors, the order of the keys may be a part of what is meant: an alias stands behind its anchor, and
 * of two merge keys the first wins. */
static void normalise(struct layout *layout, const struct yaml_file *yaml)
{
	for (size_t i = 0; i < layout->len && i < yaml->len; i++) {
		const struct native_kind *kind = kind_of(yaml->documents[i]);

		if (!kind || !layout->documents[i].root)
			continue;
		spread(layout->documents[i].root, kind->fields);
		if (!layout->named)
			order_map(layout->documents[i].root, kind->fields);
	}
}

static bool same_trees(const struct yaml_file *a, const struct yaml_file *b)
{
	bool same = a->len == b->len;

	for (size_t i = 0; i < a->len && same; i++)
		same = yaml_tree_same(a->documents[i], b->documents[i]);
	return same;
}

/* Loaded again, the file defines what it did: the trees should see to it, but the SLOs are what counts. */
static bool same_slos(const char *path, struct str before, struct str after)
{
	struct slo_set *old = slo_set_read(path, before), *new = slo_set_read(path, after);
	struct findings changes;
	struct arena arena;
	bool same = slo_set_errors(old) == slo_set_errors(new) && old->len == new->len;

	arena_init(&arena);
	findings_init(&changes, &arena, LIMIT_FINDINGS);
	/* a file with errors defines nothing that could change */
	if (slo_set_errors(old) == 0)
		changes_find(old, new, "", &changes);
	same = same && changes.len == 0;
	findings_release(&changes);
	arena_release(&arena);
	slo_set_unref(new);
	slo_set_unref(old);
	return same;
}

static int by_text(const void *a, const void *b)
{
	const struct layout_comment *left = a, *right = b;

	return str_cmp(left->text, right->text);
}

/* Sorts both. */
static bool same_comments(struct layout_comments *a, struct layout_comments *b)
{
	bool same = a->len == b->len;

	if (!same || a->len == 0)
		return same;
	qsort(a->at, a->len, sizeof(*a->at), by_text);
	qsort(b->at, b->len, sizeof(*b->at), by_text);
	for (size_t i = 0; i < a->len && same; i++)
		same = str_eq(a->at[i].text, b->at[i].text);
	return same;
}

/* Why what was made cannot be what was meant; NULL: it is. */
static const char *what_is_lost(struct arena *arena, struct layout *layout, const struct yaml_file *yaml,
				struct str made)
{
	struct yaml_fault fault;
	struct yaml_file again;
	struct layout read;
	const char *why = NULL;
	struct buf twice;

	if (!yaml_read(arena, made, &again) || !layout_read(arena, made, &read, &fault) || !same_trees(yaml, &again))
		return "the file would not mean the same any more";
	buf_init(&twice, LIMIT_FILE_BYTES);
	normalise(&read, &again);
	if (!layout_write(&twice, &read) || !str_eq(buf_view(&twice), made))
		why = "the file would not look the same when it is formatted again";
	else if (!same_comments(&layout->comments, &read.comments))
		why = "a comment would be lost";
	buf_release(&twice);
	return why;
}

static bool make(struct arena *arena, const char *path, struct str text, const struct yaml_file *yaml, struct buf *out,
		 struct findings *findings)
{
	struct yaml_fault fault = {0};
	struct layout layout;
	const char *why;

	if (!layout_read(arena, plain_bytes(arena, text), &layout, &fault)) {
		refuse(findings, path, &fault);
		return false;
	}
	normalise(&layout, yaml);
	if (!layout_write(out, &layout))
		why = "the file would be too large";
	else
		why = what_is_lost(arena, &layout, yaml, buf_view(out));
	if (!why && !same_slos(path, text, buf_view(out)))
		why = "the SLOs would not be the same any more";
	if (why)
		findings_add(findings, FINDING_ERROR, (struct place){path, 0, 0}, STR(""), "format", "%s", why);
	return !why;
}

enum normal_form normal_form_write(struct buf *out, const char *path, struct str text, struct findings *findings)
{
	enum normal_form form = NORMAL_FORM_REFUSED;
	struct arena arena;
	struct yaml_file yaml;

	arena_init(&arena);
	if (!yaml_read(&arena, text, &yaml)) {
		for (size_t i = 0; i < yaml.faults_len; i++)
			refuse(findings, path, &yaml.faults[i]);
	} else if (!all_native(&yaml)) {
		buf_str(out, text);
		form = NORMAL_FORM_FOREIGN;
	} else if (make(&arena, path, text, &yaml, out, findings)) {
		form = NORMAL_FORM_MADE;
	} else {
		buf_clear(out);
	}
	arena_release(&arena);
	return form;
}
