#include "base/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 512 - 64, BLOCK_BYTES_MAX = 1 << 20 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena) { *arena = (struct arena){0}; }

void arena_release(struct arena *arena)
{
	while (arena->head) {
		struct arena_block *next = arena->head->next;

		free(arena->head);
		arena->head = next;
	}
	arena->bytes = 0;
}

/* Blocks double with the arena's size, so that a large arena is a few calls to malloc and a small one stays small. */
static struct arena_block *block_new(const struct arena *arena, size_t size)
{
	size_t room = arena->bytes > BLOCK_BYTES ? arena->bytes : BLOCK_BYTES;
	struct arena_block *block;

	if (room > BLOCK_BYTES_MAX)
		room = BLOCK_BYTES_MAX;
	if (room < size)
		room = size;
	if (room > SIZE_MAX - sizeof(*block))
		abort();
	block = xcalloc(1, sizeof(*block) + room);
	block->size = room;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *block = arena->head;
	void *memory;

	if (__builtin_add_overflow(size, align - 1, &size))
		abort();
	size &= ~(align - 1);
	if (!block || block->size - block->used < size) {
		block = block_new(arena, size);
		block->next = arena->head;
		arena->head = block;
	}
	memory = block->bytes + block->used;
	block->used += size;
	arena->bytes += size;
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		abort();
	return arena_alloc(arena, bytes);
}

void *arena_grow(struct arena *arena, void *array, size_t len, size_t size)
{
	void *larger;

	if (len & (len - 1)) /* room is always the next power of two */
		return array;
	larger = arena_array(arena, len ? len * 2 : 1, size);
	if (len)
		memcpy(larger, array, len * size);
	return larger;
}

struct str arena_str(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (s.len)
		memcpy(copy, s.at, s.len);
	return (struct str){copy, s.len};
}

struct str arena_fmt(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		abort();
	text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){text, (size_t)len};
}
