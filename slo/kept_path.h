/* Where a field stands in a tree of YAML, as a text: `spec.objectives[0].displayName`. A key that has more than
 * letters, digits, '-' and '_' stands in quotes: `metadata.annotations["example.org/owner"]`. */
#ifndef WICK_SLO_KEPT_PATH_H
#define WICK_SLO_KEPT_PATH_H

#include "format/yaml.h"

/* The path of a member of what stands at `path`; an empty path is the tree itself. */
struct str kept_path_key(struct arena *arena, struct str path, struct str key);
struct str kept_path_item(struct arena *arena, struct str path, size_t item);

/* It is a path, and not an empty one. */
bool kept_path_legal(struct str path);

/* What stands there, or NULL; `arena` is for what is made meanwhile. */
const struct yaml_node *kept_path_find(struct arena *arena, const struct yaml_node *root, struct str path);

/* The last step of a path. */
struct kept_end {
	struct yaml_node *node; /* the map or list that has it */
	struct str key;         /* in a map */
	struct str within;      /* the key of `node`, or of the list that it is in; empty: the root's */
};

/* Puts `value` there, in the place of what there is, with the maps and lists that lead to it; a list grows by one item
 * at a time. False where the way leads through something else; the root is not to be used then. */
bool kept_path_set(struct arena *arena, struct yaml_node *root, struct str path, struct yaml_node *value,
		   struct kept_end *end);

#endif
