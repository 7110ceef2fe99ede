/* Patterns of names, as shells know them: `*` any characters (also none, also '/'), `?` one character, everything else
 * itself. */
#ifndef WICK_BASE_GLOB_H
#define WICK_BASE_GLOB_H

#include "base/str.h"

/* Linear in the text for each `*`. Bytes are compared; a `?` takes one UTF-8 character. */
bool glob_matches(struct str pattern, struct str text);

#endif
