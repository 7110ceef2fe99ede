/* A file that is built into the program: scripts/embed.cmake makes tables of them, sorted by name. */
#ifndef WICK_BASE_EMBEDDED_H
#define WICK_BASE_EMBEDDED_H

#include "base/str.h"

struct embedded {
	const char *name;
	const unsigned char *bytes;
	size_t len;
};

static inline struct str embedded_text(const struct embedded *file)
{
	return (struct str){(const char *)file->bytes, file->len};
}

#endif
