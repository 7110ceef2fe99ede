/* slo-generator's placeholders: ${NAME} of the environment, and [window] in queries. */
#ifndef WICK_SLO_FOREIGN_YAML_FILL_H
#define WICK_SLO_FOREIGN_YAML_FILL_H

#include "slo/field.h"

/* The tree with all placeholders filled in, in the reader's scratch; [window] becomes [$window]. NULL, with an error at
 * its place, where a variable is not set, or has the name of a secret: what is read shows up in labels and pages, and
 * whoever may edit a definition shall not read what wick was trusted with. */
const struct yaml_node *yaml_fill(struct reader *reader, const struct yaml_node *node);

#endif
