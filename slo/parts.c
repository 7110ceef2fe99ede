#include "slo/parts.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

struct parts {
	struct arena arena;
	struct map by_key;  /* "kind name" -> struct part */
	struct map by_kind; /* -> the newest struct part of the kind; `next` leads on */
};

struct parts *parts_new(void)
{
	struct parts *parts = xcalloc(1, sizeof(*parts));

	arena_init(&parts->arena);
	map_init(&parts->by_key);
	map_init(&parts->by_kind);
	return parts;
}

void parts_free(struct parts *parts)
{
	if (!parts)
		return;
	map_release(&parts->by_key);
	map_release(&parts->by_kind);
	arena_release(&parts->arena);
	free(parts);
}

static struct str key_of(struct arena *arena, const char *kind, struct str name)
{
	return arena_fmt(arena, "%s %.*s", kind, STR_ARG(name));
}

static const struct part *first_of(const struct parts *parts, const char *kind)
{
	return map_get(&parts->by_kind, str_of(kind));
}

void parts_declare(struct reader *reader, const char *kind, struct str name, const struct yaml_node *node)
{
	struct parts *parts = reader->parts;
	struct arena *arena = &parts->arena;
	struct part *part = arena_alloc(arena, sizeof(*part)), *first;
	struct str key = key_of(arena, kind, name);

	*part = (struct part){
		arena_str(arena, str_of(kind)), arena_str(arena, name), node, reader->file, reader->source, NULL, NULL};
	first = map_get(&parts->by_key, key);
	if (!first) {
		map_put(&parts->by_key, key, part);
		part->next = first_of(parts, kind);
		map_put(&parts->by_kind, part->kind, part);
		return;
	}
	part->twin = first->twin;
	first->twin = part;
}

const struct part *parts_find(const struct parts *parts, const char *kind, struct str name)
{
	struct arena scratch;
	const struct part *part;

	arena_init(&scratch);
	part = map_get(&parts->by_key, key_of(&scratch, kind, name));
	arena_release(&scratch);
	return part;
}

size_t parts_count(const struct parts *parts, const char *kind)
{
	size_t count = 0;

	for (const struct part *part = first_of(parts, kind); part; part = part->next)
		count++;
	return count;
}

const struct part *parts_any(const struct parts *parts, const char *kind) { return first_of(parts, kind); }

bool parts_twin(struct reader *reader, const char *kind, struct str name, const struct yaml_node *node)
{
	const struct part *first = parts_find(reader->parts, kind, name);

	for (const struct part *part = first ? first->twin : NULL; part; part = part->twin)
		if (part->node == node)
			return reader_error(reader, node, "name", "duplicate",
					    "the %s '%.*s' is defined already at %s:%u:%u", kind, VALUE_ARG(name),
					    first->file, first->node->line, first->node->col);
	return true;
}

const char *parts_nearest(const struct parts *parts, const char *kind, struct str name)
{
	const char **names = xcalloc(parts->by_key.len + 1, sizeof(*names)), *nearest;
	size_t len = 0;

	for (const struct part *part = first_of(parts, kind); part; part = part->next)
		names[len++] = part->name.at;
	nearest = str_nearest(name, names, len);
	free(names);
	return nearest;
}

struct reader reader_within(const struct reader *reader, const struct part *part)
{
	struct reader within = *reader;

	within.file = part->file;
	within.source = part->source;
	return within;
}
