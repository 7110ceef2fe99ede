/* Text on a terminal: how wide it is, and what it must not be able to do there. */
#ifndef WICK_EXPORTERS_SCREEN_H
#define WICK_EXPORTERS_SCREEN_H

#include "base/buf.h"

/* Copies the text with everything spelled out that would move the cursor, change colours or the direction of writing:
 * ESC as
 * ^[, a byte that is no UTF-8 as \xFF, U+202E as \u202E. */
void screen_safe(struct buf *out, struct str text);

/* Columns that the text takes: 2 for wide characters (East Asian, emoji), 0 for combining ones. */
size_t screen_width(struct str text);

/* The longest beginning of at most that many columns. */
struct str screen_cut(struct str text, size_t columns);

#endif
