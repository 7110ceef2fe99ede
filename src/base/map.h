/* A hash map from text to pointer. Keys are not copied: they must live as long as the map's entry. */
#ifndef WICK_BASE_MAP_H
#define WICK_BASE_MAP_H

#include "base/str.h"

struct map_entry {
	struct str key;
	void *value; /* NULL marks a free place, so NULL cannot be stored */
	uint64_t hash;
};

struct map {
	struct map_entry *at;
	size_t len, cap; /* cap is 0 or a power of two */
};

void map_init(struct map *map);
void map_release(struct map *map); /* not the keys and values */

void *map_get(const struct map *map, struct str key);
/* Sets or replaces; the key that is kept on replacing is the new one. Returns the value that was there, or NULL. */
void *map_put(struct map *map, struct str key, void *value);
/* Takes out and returns the value, or NULL. */
void *map_take(struct map *map, struct str key);

/* Walks in no particular order: `for (struct map_entry *e = NULL; (e = map_next(map, e));)`. No changes meanwhile. */
struct map_entry *map_next(const struct map *map, struct map_entry *entry);

#endif
