/* Numbers and strings of PromQL, from and to their spelling. */
#ifndef WICK_PROMQL_LITERAL_H
#define WICK_PROMQL_LITERAL_H

#include "base/arena.h"
#include "base/buf.h"

/* As Go reads it: decimal with exponent, 0x1F, octal with a leading 0, single underscores between digits, and Inf and
 * NaN in any case. False where it is malformed or does not fit. */
bool number_read(struct str text, double *value);

/* The value of a quoted text, in `arena`. On failure NULL is in value->at, `wrong` is the byte of `quoted` and `why`
 * the reason. */
struct str string_read(struct arena *arena, struct str quoted, size_t *wrong, const char **why);

/* The UTF-8 of a character; returns how many bytes of `out` it took. */
enum { RUNE_BYTES = 4 };
size_t rune_write(char *out, uint32_t rune);

/* In double quotes; what is not printable is escaped, bytes that are not UTF-8 as \xNN. */
bool string_write(struct buf *buf, struct str text);

#endif
