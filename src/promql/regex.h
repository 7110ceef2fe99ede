/* Regular expressions as RE2 and Go read them, anchored at both ends, in time linear to the text. The subset: literals,
 * classes, groups, alternatives, repetition, \d \w \s, (?i), escapes. `.` matches a line end too, as in Prometheus 3.
 * The rest (\b, \pL, \Q...\E, (?m), very large ones) is told apart from what is malformed. */
#ifndef WICK_PROMQL_REGEX_H
#define WICK_PROMQL_REGEX_H

#include "base/arena.h"

struct regex; /* compiled; immutable */

/* Why the pattern is malformed, or NULL: for RE2 too, as far as it can be told. */
const char *regex_fault(struct str pattern);

/* NULL if the pattern is malformed or outside of the subset. */
struct regex *regex_new(struct str pattern);
void regex_free(struct regex *regex);
/* True if all of the text matches. */
bool regex_match(const struct regex *regex, struct str text);

/* False also where the pattern is outside of the subset. */
bool regex_matches_empty(struct str pattern);

/* All texts that the pattern matches where they can be listed (at most 256, each once), else 0. */
size_t regex_words(struct arena *arena, struct str pattern, struct str **words);

#endif
