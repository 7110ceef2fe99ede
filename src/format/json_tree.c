#include "format/json_tree.h"

#include <jansson.h>

/* A value is jansson's own under another name. Looking at one does not change it, though jansson's signatures allow
 * it. */
static json_t *inside(const struct json_tree *value)
{
	union {
		const struct json_tree *ours;
		json_t *theirs;
	} same = {value};

	return same.theirs;
}

static struct json_tree *outside(json_t *value) { return (struct json_tree *)value; }

struct json_tree *json_tree_read(struct str text, struct err *err)
{
	json_error_t fault;
	json_t *document =
		json_loadb(text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);

	if (!document)
		err_set(err, "line %d, column %d: %s", fault.line, fault.column, fault.text);
	return outside(document);
}

void json_tree_free(struct json_tree *document) { json_decref(inside(document)); }

const struct json_tree *json_tree_get(const struct json_tree *object, const char *key)
{
	return outside(json_object_get(inside(object), key));
}

bool json_tree_is_array(const struct json_tree *value) { return json_is_array(inside(value)); }

size_t json_tree_len(const struct json_tree *value)
{
	json_t *found = inside(value);

	return json_is_array(found) ? json_array_size(found) : json_object_size(found);
}

const struct json_tree *json_tree_at(const struct json_tree *array, size_t index)
{
	return outside(json_array_get(inside(array), index));
}

struct str json_tree_text(const struct json_tree *value)
{
	json_t *text = inside(value);

	return (struct str){json_string_value(text), json_string_length(text)};
}

bool json_tree_number(const struct json_tree *value, double *number)
{
	json_t *found = inside(value);

	if (!json_is_number(found))
		return false;
	*number = json_number_value(found);
	return true;
}

bool json_tree_is_true(const struct json_tree *value) { return json_is_true(inside(value)); }

bool json_tree_is_false(const struct json_tree *value) { return json_is_false(inside(value)); }

bool json_tree_member(const struct json_tree *object, void **at, struct str *key, const struct json_tree **value)
{
	json_t *found = inside(object);

	*at = *at ? json_object_iter_next(found, *at) : json_object_iter(found);
	if (!*at)
		return false;
	*key = (struct str){json_object_iter_key(*at), json_object_iter_key_len(*at)};
	*value = outside(json_object_iter_value(*at));
	return true;
}
