/* Characters that do something where they should only show: control characters, separators of lines, and marks that
 * turn the writing direction of what comes after them. No text from outside takes one into what people read. */
#ifndef WICK_FORMAT_INERT_H
#define WICK_FORMAT_INERT_H

#include <stdbool.h>
#include <stdint.h>

/* U+FFFD, which stands for such a character. */
#define INERT_STAND_IN "\xEF\xBF\xBD"

/* Line ends and tabs are not among them: what they mean depends on the format. */
bool rune_acts(int32_t rune);

#endif
