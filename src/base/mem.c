#include "base/mem.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
	if (!memory) {
		fputs("wick: out of memory\n", stderr);
		abort();
	}
	return memory;
}

void *xmalloc(size_t size) { return must(malloc(size ? size : 1)); }

void *xcalloc(size_t count, size_t size) { return must(calloc(count ? count : 1, size ? size : 1)); }

void *xrealloc(void *old, size_t size) { return must(realloc(old, size ? size : 1)); }

void *xreallocarray(void *old, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		must(NULL);
	return xrealloc(old, bytes);
}

char *xstrdup(const char *text) { return xmemdup0(text, strlen(text)); }

char *xmemdup0(const char *bytes, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

void mem_give_back(void) { malloc_trim(0); }
