/* What the grammar cannot say: the types of operands and arguments. */
#ifndef WICK_PROMQL_TYPES_H
#define WICK_PROMQL_TYPES_H

#include "promql/ast.h"

/* True if the tree is well-typed; else the first fault in `error` (text and offset). */
bool promql_check_types(const struct promql_node *node, struct str source, struct promql_error *error);

#endif
