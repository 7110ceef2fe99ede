#include "source/source.h"

#include "base/limits.h"
#include "source/scan.h"

static struct str unescaped(struct arena *arena, struct str raw)
{
	char *copy = arena_alloc(arena, raw.len + 1);

	return (struct str){copy, scan_unescape(raw, copy)};
}

bool source_series_labels(const struct source_series *series, struct arena *arena, struct labels *labels,
			  struct err *err)
{
	struct scan scan = scan_text(series->raw_labels, err);
	struct label found[LIMIT_LABELS_PER_SERIES];
	struct str name, value;
	size_t len = 0;

	if (!scan_take(&scan, '{'))
		return false;
	for (bool first = true; scan_more(&scan, '}', &first); len++) {
		if (!scan_key(&scan, &name) || !scan_string(&scan, &value))
			return false;
		if (len == LIMIT_LABELS_PER_SERIES)
			return scan_fail(&scan, "a series with too many labels");
		found[len] = (struct label){unescaped(arena, name), unescaped(arena, value)};
	}
	if (scan.failed)
		return false;
	labels->len = len;
	labels->at = arena_array(arena, len, sizeof(*labels->at));
	if (len)
		memcpy(labels->at, found, len * sizeof(*found));
	labels_sort(*labels);
	for (size_t i = 1; i < len; i++)
		if (str_eq(labels->at[i - 1].name, labels->at[i].name))
			return err_set(err, "a series has the label '%.*s' twice", STR_ARG(labels->at[i].name));
	return true;
}
