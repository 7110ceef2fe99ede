/* Memory that is freed all at once: one arena per configuration generation and per published snapshot. */
#ifndef WICK_BASE_ARENA_H
#define WICK_BASE_ARENA_H

#include "base/str.h"

struct arena_block;
struct arena {
	struct arena_block *head;
	size_t bytes; /* handed out so far */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);

/* Zeroed, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
/* `array` of `len` elements, with room for one more. It doubles; what it outgrew stays behind until the release. */
void *arena_grow(struct arena *arena, void *array, size_t len, size_t size);
struct str arena_str(struct arena *arena, struct str s); /* a copy; a NUL follows it */
struct str arena_fmt(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
