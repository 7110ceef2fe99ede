/* What the readers of answers share. Only for read_*.c. */
#ifndef WICK_GITHUB_READ_PARTS_H
#define WICK_GITHUB_READ_PARTS_H

#include "github/read.h"

/* A list that stands in a page under `key`, or is the page itself (key NULL). */
struct read_list {
	const struct json_tree *at;
	size_t len;
	const char *name; /* for messages */
};
bool read_list(const struct json_tree *page, const char *key, struct read_list *list, struct err *err);
/* total_count, or the list's length where there is none. */
size_t read_total(const struct json_tree *page, const struct read_list *list);
/* "element 3 of 'workflow_runs' has no 'id'", counted from 1; returns false. */
bool read_lacks(const struct read_list *list, size_t index, const char *key, struct err *err);

/* Members of an object; of another kind, null or not there: an empty text, 0, no time. */
struct str read_text(const struct json_tree *object, const char *key, struct arena *arena);
/* The same of an object in it. */
struct str read_inner(const struct json_tree *object, const char *key, const char *inner, struct arena *arena);
bool read_id(const struct json_tree *object, const char *key, int64_t *id); /* false: there is none, or none above 0 */
unsigned read_count(const struct json_tree *object, const char *key, unsigned otherwise);
struct instant read_time(const struct json_tree *object, const char *key);
/* Texts of an array, or the members `name` of the objects in it. */
const struct str *read_texts(const struct json_tree *array, const char *name, struct arena *arena, size_t *len);

/* A commit as /compare, /commits/{sha} and /pulls/{n}/commits have it; false without a sha. */
bool read_commit(const struct json_tree *object, struct arena *arena, struct fact_commit *out);
/* An account of GitHub, or a name that such a one has. */
bool read_is_bot(const struct json_tree *account, struct str name);

/* "#12", in the arena, where a line of the text begins with "Reverts #12" or "Reverts owner/name#12", of the repository
 * whose addresses `url` is one of (".../repos/owner/name/..."); empty: none does. */
struct str read_reverted_pull(struct str text, struct str url, struct arena *arena);
struct instant read_earlier(struct instant a, struct instant b); /* ms == 0: none */

#endif
