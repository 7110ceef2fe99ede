/* slo-generator's placeholders: ${NAME} of the environment, and [window] in queries. */
#ifndef WICK_SLO_FOREIGN_YAML_FILL_H
#define WICK_SLO_FOREIGN_YAML_FILL_H

#include "slo/field.h"

/* The rule of its errors. */
extern const char yaml_fill_fault[];

/* The tree with all placeholders filled in, in the reader's scratch; `[window` becomes `[$window`. Where a variable is
 * not set, its name stands in its place, with an error at the place of the text. So it is with one that has the name of
 * a secret: what is read shows up in labels and pages, and whoever may edit a definition shall not read what wick was
 * trusted with. */
const struct yaml_node *yaml_fill(struct reader *reader, const struct yaml_node *node);

/* Says what was found since there were `from` findings in the file's own words: `[window` as it stands there, and of a
 * text whose variable has no value nothing but that. */
void yaml_fill_settle(struct reader *reader, size_t from);

#endif
