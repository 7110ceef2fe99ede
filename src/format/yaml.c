#include "format/yaml.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "format/yaml_source.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

/* A node with a name. `weight` is its nodes and `height` its levels after aliases are followed. */
struct anchor {
	struct yaml_node *node;
	size_t weight, height;
};

/* A list or map that is being read. */
struct frame {
	struct yaml_node *node;
	size_t first;  /* where its children begin in reading.children */
	size_t before; /* reading.nodes when it began */
	size_t height;
	struct anchor *anchor; /* or NULL */
};

struct reading {
	struct arena *arena;
	struct yaml_file *file;
	yaml_parser_t parser;
	struct yaml_cursor cursor;
	struct frame frames[LIMIT_YAML_DEPTH];
	size_t depth;
	struct yaml_node **children; /* of all open frames, innermost last */
	size_t children_len, children_cap;
	struct map anchors; /* of the current document */
	size_t nodes;
	size_t documents_cap, faults_cap;
	bool stop;
};

static void fault_at(struct reading *reading, unsigned line, unsigned col, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void fault_at(struct reading *reading, unsigned line, unsigned col, const char *format, ...)
{
	struct yaml_file *file = reading->file;
	char text[512];
	va_list args;

	/* more are never kept, and each costs work */
	if (file->faults_len >= LIMIT_FINDINGS)
		reading->stop = true;
	if (reading->stop)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	XGROW(file->faults, file->faults_len, reading->faults_cap);
	file->faults[file->faults_len++] = (struct yaml_fault){line, col, arena_str(reading->arena, str_of(text))};
}

/* Names come from outside: messages show the beginning of a long one. */
enum { NAME_SHOWN = 64 };
#define NAME_ARG(s) (int)((s).len < NAME_SHOWN ? (s).len : NAME_SHOWN), (s).at

static unsigned line_of(yaml_mark_t mark) { return (unsigned)mark.line + 1; }
static unsigned col_of(yaml_mark_t mark) { return (unsigned)mark.column + 1; }

static bool count_nodes(struct reading *reading, size_t count, yaml_mark_t mark)
{
	if (count > LIMIT_YAML_NODES - reading->nodes) {
		fault_at(reading, line_of(mark), col_of(mark),
			 "too large: more than %d nodes once its aliases and merge keys are followed",
			 LIMIT_YAML_NODES);
		reading->stop = true;
		return false;
	}
	reading->nodes += count;
	return true;
}

static struct yaml_node *node_new(struct reading *reading, enum yaml_kind kind, yaml_mark_t mark)
{
	struct yaml_node *node = arena_alloc(reading->arena, sizeof(*node));

	node->kind = kind;
	node->line = line_of(mark);
	node->col = col_of(mark);
	node->from = yaml_cursor_byte(&reading->cursor, mark.index);
	return node;
}

/* YAML's own tags are the types that the text has anyway; any other would be a meaning that we do not know. */
static bool tag_fine(struct reading *reading, const yaml_char_t *tag, yaml_mark_t mark)
{
	static const char *const known[] = {"str", "map", "seq", "int", "float", "bool", "null"};
	static const char core[] = "tag:yaml.org,2002:";
	struct str text = str_of((const char *)tag);

	if (!tag || str_is(text, "!"))
		return true;
	if (str_starts(text, STR(core)))
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (str_is(str_slice(text, sizeof(core) - 1, text.len), known[i]))
				return true;
	fault_at(reading, line_of(mark), col_of(mark), "the tag '%.*s' is not supported", NAME_ARG(text));
	return false;
}

static struct anchor *name_node(struct reading *reading, const yaml_char_t *name, struct yaml_node *node)
{
	struct anchor *anchor;

	if (!name)
		return NULL;
	anchor = arena_alloc(reading->arena, sizeof(*anchor));
	*anchor = (struct anchor){.node = node, .weight = 1, .height = 1};
	map_put(&reading->anchors, arena_str(reading->arena, str_of((const char *)name)), anchor);
	return anchor;
}

/* Hands a complete node to the collection or document around it. */
static void give(struct reading *reading, struct yaml_node *node, size_t height)
{
	struct yaml_file *file = reading->file;

	if (reading->depth == 0) {
		XGROW(file->documents, file->len, reading->documents_cap);
		file->documents[file->len++] = node;
		return;
	}
	struct frame *frame = &reading->frames[reading->depth - 1];

	if (frame->height < height + 1)
		frame->height = height + 1;
	XGROW(reading->children, reading->children_len, reading->children_cap);
	reading->children[reading->children_len++] = node;
}

static void on_scalar(struct reading *reading, const yaml_event_t *event)
{
	const yaml_char_t *tag = event->data.scalar.tag;
	struct yaml_node *node;

	if (!count_nodes(reading, 1, event->start_mark))
		return;
	node = node_new(reading, YAML_SCALAR, event->start_mark);
	tag_fine(reading, tag, event->start_mark);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
		       (tag && (strcmp((const char *)tag, "!") == 0 || strcmp((const char *)tag, YAML_STR_TAG) == 0));
	node->text = arena_str(reading->arena,
			       (struct str){(const char *)event->data.scalar.value, event->data.scalar.length});
	/* "\0" in double quotes */
	if (node->text.len && memchr(node->text.at, '\0', node->text.len))
		fault_at(reading, node->line, node->col, "a text with a NUL byte is not supported");
	name_node(reading, event->data.scalar.anchor, node);
	give(reading, node, 1);
}

static void on_alias(struct reading *reading, const yaml_event_t *event)
{
	struct str name = str_of((const char *)event->data.alias.anchor);
	const struct anchor *anchor = map_get(&reading->anchors, name);
	unsigned line = line_of(event->start_mark), col = col_of(event->start_mark);

	if (!anchor) {
		fault_at(reading, line, col, "the alias '*%.*s' has no anchor '&%.*s' before it", NAME_ARG(name),
			 NAME_ARG(name));
		reading->stop = true;
		return;
	}
	for (size_t i = 0; i < reading->depth; i++)
		if (reading->frames[i].node == anchor->node) {
			fault_at(reading, line, col, "the alias '*%.*s' stands inside of what it names",
				 NAME_ARG(name));
			reading->stop = true;
			return;
		}
	if (reading->depth + anchor->height > LIMIT_YAML_DEPTH) {
		fault_at(reading, line, col, "nested more than %d levels deep by the alias '*%.*s'", LIMIT_YAML_DEPTH,
			 NAME_ARG(name));
		reading->stop = true;
		return;
	}
	if (count_nodes(reading, anchor->weight, event->start_mark))
		give(reading, anchor->node, anchor->height);
}

static void on_start(struct reading *reading, const yaml_event_t *event, enum yaml_kind kind, const yaml_char_t *anchor,
		     const yaml_char_t *tag)
{
	struct frame *frame;

	if (reading->depth == LIMIT_YAML_DEPTH) {
		fault_at(reading, line_of(event->start_mark), col_of(event->start_mark),
			 "nested more than %d levels deep", LIMIT_YAML_DEPTH);
		reading->stop = true;
		return;
	}
	if (!count_nodes(reading, 1, event->start_mark))
		return;
	tag_fine(reading, tag, event->start_mark);
	frame = &reading->frames[reading->depth++];
	*frame = (struct frame){
		.node = node_new(reading, kind, event->start_mark),
		.first = reading->children_len,
		.before = reading->nodes - 1,
		.height = 1,
	};
	frame->anchor = name_node(reading, anchor, frame->node);
}

/* The keys of one map while it is put together; few keys are looked through, many are looked up. */
struct keys {
	struct yaml_node *map;
	struct map index;
};
enum { KEYS_FEW = 12 };

static const struct yaml_pair *keys_find(struct keys *keys, struct str key)
{
	if (keys->index.len)
		return map_get(&keys->index, key);
	for (size_t i = 0; i < keys->map->len; i++)
		if (str_eq(keys->map->pairs[i].key->text, key))
			return &keys->map->pairs[i];
	return NULL;
}

static void keys_add(struct keys *keys, struct yaml_pair pair)
{
	struct yaml_node *map = keys->map;

	map->pairs[map->len++] = pair;
	if (map->len <= KEYS_FEW)
		return;
	for (size_t i = keys->index.len; i < map->len; i++)
		map_put(&keys->index, map->pairs[i].key->text, &map->pairs[i]);
}

static bool merge_key(const struct yaml_node *key)
{
	return key->kind == YAML_SCALAR && !key->quoted && str_is(key->text, "<<");
}

static void add_own_pairs(struct reading *reading, struct keys *keys, struct yaml_node *const *children, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		struct yaml_node *key = children[i];
		const struct yaml_pair *there;

		if (merge_key(key))
			continue;
		if (key->kind != YAML_SCALAR) {
			fault_at(reading, key->line, key->col, "a key must be a text, not %s", yaml_what(key));
			continue;
		}
		there = keys_find(keys, key->text);
		if (there)
			fault_at(reading, key->line, key->col,
				 "the key '%.*s' stands here twice, first in line %u, column %u", NAME_ARG(key->text),
				 there->key->line, there->key->col);
		else
			keys_add(keys, (struct yaml_pair){.key = key, .value = children[i + 1]});
	}
}

/* What a merge key brings in: one map, or a list of them of which the first to have a key wins. */
static size_t merge_sources(const struct yaml_node *value, struct yaml_node *const **sources,
			    struct yaml_node *const *self)
{
	if (value->kind == YAML_LIST)
		return *sources = value->items, value->len;
	return *sources = self, 1;
}

static void merge_from(struct keys *keys, const struct yaml_node *from)
{
	for (size_t i = 0; i < from->len; i++)
		if (!keys_find(keys, from->pairs[i].key->text))
			keys_add(keys, (struct yaml_pair){from->pairs[i].key, from->pairs[i].value, true});
}

/* Counts the pairs that the merge keys may add; what is merged must be maps. */
static bool merges_fine(struct reading *reading, struct yaml_node *const *children, size_t len, yaml_mark_t mark,
			size_t *pairs)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		struct yaml_node *const *sources;
		size_t count;

		if (!merge_key(children[i]))
			continue;
		count = merge_sources(children[i + 1], &sources, &children[i + 1]);
		for (size_t k = 0; k < count; k++) {
			if (sources[k]->kind != YAML_MAP) {
				fault_at(reading, sources[k]->line, sources[k]->col,
					 "a merge key '<<' takes a map or a list of maps, not %s",
					 yaml_what(sources[k]));
				return false;
			}
			if (!count_nodes(reading, sources[k]->len, mark))
				return false;
			*pairs += sources[k]->len;
		}
	}
	return true;
}

static void end_map(struct reading *reading, struct frame *frame, yaml_mark_t mark)
{
	size_t len = reading->children_len - frame->first, merged = 0;
	struct yaml_node *const *children = len ? reading->children + frame->first : NULL;
	bool merge = merges_fine(reading, children, len, mark, &merged);
	struct keys keys = {.map = frame->node};

	frame->node->pairs = arena_array(reading->arena, len / 2 + (merge ? merged : 0), sizeof(*frame->node->pairs));
	add_own_pairs(reading, &keys, children, len);
	for (size_t i = 0; merge && merged && i + 1 < len; i += 2) {
		struct yaml_node *const *sources;
		size_t count;

		if (!merge_key(children[i]))
			continue;
		count = merge_sources(children[i + 1], &sources, &children[i + 1]);
		for (size_t k = 0; k < count; k++)
			merge_from(&keys, sources[k]);
	}
	map_release(&keys.index);
}

static void end_list(struct reading *reading, struct frame *frame)
{
	size_t len = reading->children_len - frame->first;

	frame->node->len = len;
	frame->node->items = arena_array(reading->arena, len, sizeof(struct yaml_node *));
	if (len)
		memcpy(frame->node->items, reading->children + frame->first, len * sizeof(struct yaml_node *));
}

static void on_end(struct reading *reading, const yaml_event_t *event)
{
	struct frame *frame = &reading->frames[reading->depth - 1];

	if (frame->node->kind == YAML_MAP)
		end_map(reading, frame, event->start_mark);
	else
		end_list(reading, frame);
	reading->children_len = frame->first;
	if (frame->anchor) {
		frame->anchor->weight = reading->nodes - frame->before;
		frame->anchor->height = frame->height;
	}
	reading->depth--;
	give(reading, frame->node, frame->height);
}

static void on_event(struct reading *reading, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		on_scalar(reading, event);
		break;
	case YAML_ALIAS_EVENT:
		on_alias(reading, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		on_start(reading, event, YAML_LIST, event->data.sequence_start.anchor, event->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		on_start(reading, event, YAML_MAP, event->data.mapping_start.anchor, event->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		on_end(reading, event);
		break;
	case YAML_DOCUMENT_START_EVENT: /* anchors do not reach over documents */
		map_release(&reading->anchors);
		break;
	case YAML_STREAM_END_EVENT:
		reading->stop = true;
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
}

/* libyaml's own words, put so that they begin with what was found. */
static void syntax_fault(struct reading *reading)
{
	const yaml_parser_t *parser = &reading->parser;
	unsigned line = line_of(parser->problem_mark), col = col_of(parser->problem_mark);
	const char *problem = parser->problem ? parser->problem : "cannot be read";

	if (parser->error == YAML_MEMORY_ERROR)
		abort();
	if (parser->error == YAML_READER_ERROR) {
		yaml_place_of(reading->file->source, reading->cursor.start + parser->problem_offset, &line, &col);
		fault_at(reading, line, col, "not YAML: %s", problem);
		return;
	}
	size_t at = yaml_cursor_byte(&reading->cursor, parser->problem_mark.index);

	if (at < reading->file->source.len && reading->file->source.at[at] == '\t')
		fault_at(reading, line, col, "not YAML: a tab cannot indent, only blanks can");
	else if (parser->context)
		fault_at(reading, line, col, "not YAML: %s %s (that began in line %u)", problem, parser->context,
			 line_of(parser->context_mark));
	else
		fault_at(reading, line, col, "not YAML: %s", problem);
}

static void read_events(struct reading *reading)
{
	struct str source = reading->file->source;

	if (!yaml_parser_initialize(&reading->parser))
		abort();
	yaml_parser_set_encoding(&reading->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reading->parser, (const unsigned char *)source.at + reading->cursor.start,
				     source.len - reading->cursor.start);
	while (!reading->stop) {
		yaml_event_t event;

		if (!yaml_parser_parse(&reading->parser, &event)) {
			syntax_fault(reading);
			break;
		}
		on_event(reading, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&reading->parser);
	map_release(&reading->anchors);
	free(reading->children);
}

/* From the heap, where they grew, to the arena. */
static void *settle(struct arena *arena, void *array, size_t len, size_t size)
{
	void *copy = arena_array(arena, len, size);

	if (len)
		memcpy(copy, array, len * size);
	free(array);
	return copy;
}

bool yaml_read(struct arena *arena, struct str source, struct yaml_file *file)
{
	struct reading reading = {.arena = arena, .file = file};
	struct yaml_fault fault;

	*file = (struct yaml_file){.source = source};
	yaml_cursor_init(&reading.cursor, source);
	if (yaml_source_fine(source, &fault))
		read_events(&reading);
	else
		fault_at(&reading, fault.line, fault.col, "%.*s", STR_ARG(fault.text));
	file->documents = settle(arena, file->documents, file->len, sizeof(*file->documents));
	file->faults = settle(arena, file->faults, file->faults_len, sizeof(*file->faults));
	return file->faults_len == 0;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (map && map->kind == YAML_MAP)
		for (size_t i = 0; i < map->len; i++)
			if (str_is(map->pairs[i].key->text, key))
				return map->pairs[i].value;
	return NULL;
}

bool yaml_null(const struct yaml_node *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

	if (node->kind != YAML_SCALAR || node->quoted)
		return false;
	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		if (str_is(node->text, nulls[i]))
			return true;
	return false;
}

const char *yaml_what(const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_SCALAR:
		return yaml_null(node) ? "nothing" : "a text";
	case YAML_LIST:
		return "a list";
	case YAML_MAP:
		return "a map";
	}
	return "nothing";
}
