/* Which files the paths of a command line or of wick.yaml stand for. */
#ifndef WICK_SLO_DEFINITION_PATHS_H
#define WICK_SLO_DEFINITION_PATHS_H

#include "base/file.h"

/* A path that cannot be found or walked. */
struct lost_path {
	const char *path; /* the caller's */
	struct err err;
};

struct definition_paths {
	struct file_list files; /* in byte order, each once */
	struct lost_path *lost;
	size_t lost_len, lost_cap;
	const char **empty; /* folders without a definition file; the caller's */
	size_t empty_len, empty_cap;
};

void definition_paths_find(struct definition_paths *found, const char *const *paths, size_t len);
void definition_paths_release(struct definition_paths *found);

/* `path` is `folder` or lies below it. */
bool path_below(struct str path, struct str folder);
/* A name that a folder is looked through for: "*.yaml", "*.yml". */
bool definition_named(struct str name);
bool file_list_has(const struct file_list *list, const char *path); /* the list is sorted */

#endif
