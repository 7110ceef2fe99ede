/* Patterns such as `v1.*`: texts that stand for others. */
#ifndef WICK_BASE_GLOB_H
#define WICK_BASE_GLOB_H

#include "base/str.h"

/* Whether all of `text` fits: `*` stands for any characters, '/' among them, or for none; `?` for one character (of
 * UTF-8; a malformed byte is one). All else stands for itself, upper and lower case apart. An empty pattern fits the
 * empty text alone. At most pattern times text steps. */
bool glob_matches(struct str pattern, struct str text);

#endif
