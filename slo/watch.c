#include "slo/definition_paths.h"
#include "slo/definitions.h"

#include "base/mem.h"

#include <stdlib.h>

struct slo_watch {
	char **paths;
	size_t len;
	uint64_t seen; /* of all names and stamps */
};

static uint64_t add(uint64_t hash, const void *bytes, size_t len)
{
	return str_hash((struct str){bytes, len}) + hash * 0x9E3779B97F4A7C15u;
}

static uint64_t add_file(uint64_t hash, const char *path)
{
	struct file_stamp stamp = file_stamp(path);
	int64_t numbers[] = {stamp.mtime_ns, stamp.size, (int64_t)stamp.inode, stamp.there};

	return add(add(hash, path, strlen(path)), numbers, sizeof(numbers));
}

static uint64_t look(const struct slo_watch *watch)
{
	struct definition_paths found;
	uint64_t hash = watch->len;

	definition_paths_find(&found, (const char *const *)watch->paths, watch->len);
	for (size_t i = 0; i < found.files.len; i++)
		hash = add_file(hash, found.files.at[i]);
	for (size_t i = 0; i < found.lost_len; i++)
		hash = add(hash, found.lost[i].err.text, strlen(found.lost[i].err.text));
	definition_paths_release(&found);
	return hash;
}

struct slo_watch *slo_watch_new(const char *const *paths, size_t len)
{
	struct slo_watch *watch = xcalloc(1, sizeof(*watch));

	watch->paths = xcalloc(len ? len : 1, sizeof(*watch->paths));
	for (; watch->len < len; watch->len++)
		watch->paths[watch->len] = xstrdup(paths[watch->len]);
	watch->seen = look(watch);
	return watch;
}

void slo_watch_free(struct slo_watch *watch)
{
	if (!watch)
		return;
	for (size_t i = 0; i < watch->len; i++)
		free(watch->paths[i]);
	free(watch->paths);
	free(watch);
}

bool slo_watch_changed(struct slo_watch *watch)
{
	uint64_t now = look(watch);
	bool changed = now != watch->seen;

	watch->seen = now;
	return changed;
}
