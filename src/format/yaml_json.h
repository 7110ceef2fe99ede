/* A piece of YAML as JSON. */
#ifndef WICK_FORMAT_YAML_JSON_H
#define WICK_FORMAT_YAML_JSON_H

#include "format/yaml.h"

/* One line of JSON, in `arena`. Plain numbers, true, false and null are written as such, everything else as a text.
 * "null" for what takes more than LIMIT_FILE_BYTES. */
struct str yaml_as_json(struct arena *arena, const struct yaml_node *node);

#endif
