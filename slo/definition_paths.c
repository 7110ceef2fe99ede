#include "slo/definition_paths.h"

#include "base/limits.h"
#include "base/mem.h"
#include "slo/definitions.h"

#include <stdlib.h>

static const char *const suffixes[] = {".yaml", ".yml", NULL};

static int by_bytes(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

/* Sorted as a whole, and what two paths lead to is kept once. */
static void tidy(struct file_list *list)
{
	size_t kept = 0;

	if (list->len > 1)
		qsort(list->at, list->len, sizeof(*list->at), by_bytes);
	for (size_t i = 0; i < list->len; i++)
		if (kept && strcmp(list->at[kept - 1], list->at[i]) == 0)
			free(list->at[i]);
		else
			list->at[kept++] = list->at[i];
	list->len = kept;
}

void definition_paths_find(struct definition_paths *found, const char *const *paths, size_t len)
{
	*found = (struct definition_paths){.lost = NULL};
	for (size_t i = 0; i < len; i++) {
		size_t before = found->files.len;
		struct err err = {0};

		if (!file_list_add(&found->files, paths[i], suffixes, LIMIT_FILES, &err)) {
			XGROW(found->lost, found->lost_len, found->lost_cap);
			found->lost[found->lost_len++] = (struct lost_path){paths[i], err};
		} else if (found->files.len == before) {
			XGROW(found->empty, found->empty_len, found->empty_cap);
			found->empty[found->empty_len++] = paths[i];
		}
	}
	tidy(&found->files);
}

void definition_paths_release(struct definition_paths *found)
{
	file_list_release(&found->files);
	free(found->lost);
	free(found->empty);
	*found = (struct definition_paths){.lost = NULL};
}

bool path_below(struct str path, struct str folder)
{
	while (folder.len > 1 && folder.at[folder.len - 1] == '/')
		folder.len--;
	return str_eq(path, folder) ||
	       (str_starts(path, folder) && (path.at[folder.len] == '/' || folder.at[folder.len - 1] == '/'));
}

bool definition_named(struct str name)
{
	for (const char *const *suffix = suffixes; *suffix; suffix++)
		if (str_ends(name, str_of(*suffix)))
			return true;
	return false;
}

bool file_list_has(const struct file_list *list, const char *path)
{
	return list->len && bsearch(&path, list->at, list->len, sizeof(*list->at), by_bytes) != NULL;
}
