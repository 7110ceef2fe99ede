/* Label matchers applied to label sets without asking Prometheus. Regular expressions are RE2's, anchored at both ends;
 * `.` matches a line end, as in Prometheus 3. Those outside of the common subset (literals, classes, groups,
 * alternatives, * + ? and small {n,m}, \d \w \s, escapes) are not compiled: their selector has to be put to Prometheus
 * itself. */
#ifndef WICK_PROMQL_MATCHER_H
#define WICK_PROMQL_MATCHER_H

#include "promql/ast.h"

struct matcher_set; /* compiled matchers; immutable */

/* NULL if one of them is outside of the subset. The matchers' texts must live as long as the set. */
struct matcher_set *matcher_set_new(const struct promql_matcher *matchers, size_t len);
void matcher_set_free(struct matcher_set *set);
/* True if all matchers hold; a label that is missing equals "". */
bool matcher_set_match(const struct matcher_set *set, struct labels labels);

/* The values that a matcher allows where they can be listed ("a", "a|b|c" of plain words); 0 where they cannot. */
size_t matcher_values(struct arena *arena, const struct promql_matcher *matcher, struct str **values);

/* Quotes a text for use inside a regular expression. */
bool matcher_quote(struct buf *buf, struct str text);

#endif
