/* Trees of YAML taken along and written again: a copy that lasts, the same data or not, and text in block style that
 * reads back as the same data. Comments, anchors and styles are not part of a tree. */
#ifndef WICK_FORMAT_YAML_TREE_H
#define WICK_FORMAT_YAML_TREE_H

#include "base/buf.h"
#include "format/yaml.h"

/* A deep copy, with its places; nodes that were one are several then. */
struct yaml_node *yaml_tree_copy(struct arena *arena, const struct yaml_node *node);

/* The same data, whatever the order of keys; of a scalar the same text, and the same word that it says nothing. */
bool yaml_tree_same(const struct yaml_node *a, const struct yaml_node *b);

/* A document that is a map, from the beginning of a line on. Plain scalars stay plain, so that a number stays one. */
void yaml_tree_write(struct buf *out, const struct yaml_node *map);
/* The value of a key whose ':' has just been written, to the end of its last line; what is inside of it stands `indent`
 * columns in. */
void yaml_tree_write_value(struct buf *out, const struct yaml_node *value, size_t indent);

#endif
