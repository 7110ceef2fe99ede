#include "base/map.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

void map_init(struct map *map) { *map = (struct map){0}; }

void map_release(struct map *map)
{
	free(map->at);
	*map = (struct map){0};
}

/* Linear probing: the entry of the key, or the free place where it would go. */
static struct map_entry *find(const struct map *map, struct str key, uint64_t hash)
{
	for (size_t i = hash & (map->cap - 1);; i = (i + 1) & (map->cap - 1)) {
		struct map_entry *entry = &map->at[i];

		if (!entry->value || (entry->hash == hash && str_eq(entry->key, key)))
			return entry;
	}
}

static void grow(struct map *map)
{
	struct map old = *map;

	map->cap = old.cap ? old.cap * 2 : 16;
	map->at = xcalloc(map->cap, sizeof(*map->at));
	for (size_t i = 0; i < old.cap; i++)
		if (old.at[i].value)
			*find(map, old.at[i].key, old.at[i].hash) = old.at[i];
	free(old.at);
}

void *map_get(const struct map *map, struct str key) { return map->cap ? find(map, key, str_hash(key))->value : NULL; }

void *map_put(struct map *map, struct str key, void *value)
{
	uint64_t hash = str_hash(key);
	struct map_entry *entry;
	void *before;

	assert(value);
	if (map->len * 4 >= map->cap * 3)
		grow(map);
	entry = find(map, key, hash);
	before = entry->value;
	*entry = (struct map_entry){key, value, hash};
	map->len += !before;
	return before;
}

void *map_take(struct map *map, struct str key)
{
	struct map_entry *entry = map->cap ? find(map, key, str_hash(key)) : NULL;
	void *value = entry ? entry->value : NULL;

	if (!value)
		return NULL;
	entry->value = NULL;
	map->len--;
	/* The run behind the gap is put back, so that no key becomes unreachable. */
	for (size_t i = (size_t)(entry - map->at + 1) & (map->cap - 1); map->at[i].value;
	     i = (i + 1) & (map->cap - 1)) {
		struct map_entry moved = map->at[i];

		map->at[i].value = NULL;
		*find(map, moved.key, moved.hash) = moved;
	}
	return value;
}

struct map_entry *map_next(const struct map *map, struct map_entry *entry)
{
	for (size_t i = entry ? (size_t)(entry - map->at) + 1 : 0; i < map->cap; i++)
		if (map->at[i].value)
			return &map->at[i];
	return NULL;
}
