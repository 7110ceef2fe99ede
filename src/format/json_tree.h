/* Reads a JSON document (RFC 8259) into a tree. The one home of jansson. Names that come twice, NUL in texts, text
 * behind the document and nesting beyond 2048 levels are refused. Every getter takes NULL and a value of another kind:
 * then there is nothing. */
#ifndef WICK_FORMAT_JSON_TREE_H
#define WICK_FORMAT_JSON_TREE_H

#include "base/err.h"
#include "base/str.h"

struct json_tree; /* a value and all below it; lives as long as the document, as do its texts */

/* The document's value, to be freed; NULL with the reason and the place. */
struct json_tree *json_tree_read(struct str text, struct err *err);
void json_tree_free(struct json_tree *document); /* NULL is legal */

const struct json_tree *json_tree_get(const struct json_tree *object, const char *key); /* NULL: not there */
bool json_tree_is_array(const struct json_tree *value);
size_t json_tree_len(const struct json_tree *value); /* of an array or object */
const struct json_tree *json_tree_at(const struct json_tree *array, size_t index);

struct str json_tree_text(const struct json_tree *value);             /* at == NULL for what is no text */
bool json_tree_number(const struct json_tree *value, double *number); /* false for what is no number */
bool json_tree_is_true(const struct json_tree *value);
bool json_tree_is_false(const struct json_tree *value); /* neither is what is not there */

/* Walks an object: `for (void *at = NULL; json_tree_member(object, &at, &key, &value);)` */
bool json_tree_member(const struct json_tree *object, void **at, struct str *key, const struct json_tree **value);

#endif
