/* Allocation that cannot fail: out of memory ends the program, since a wrong verdict is worse than a restart.
 * Sizes from outside are bounded (base/limits.h) before they come here. */
#ifndef WICK_BASE_MEM_H
#define WICK_BASE_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xmemdup0(const char *bytes, size_t len); /* copies and adds a NUL */

/* Gives free memory back to the system: after large work that is seldom, such as reading back a month. */
void mem_give_back(void);

/* Makes room for one more element: grows `array` (of `*cap` elements) by doubling when `len == *cap`. */
#define XGROW(array, len, cap)                                                                                         \
	do {                                                                                                           \
		if ((len) == (cap)) {                                                                                  \
			(cap) = (cap) ? (cap)*2 : 8;                                                                   \
			(array) = xreallocarray((array), (cap), sizeof(*(array)));                                     \
		}                                                                                                      \
	} while (0)

#endif
