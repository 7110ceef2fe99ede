#include "model/labels.h"

#include <stdlib.h>

struct str labels_get(struct labels labels, struct str name)
{
	for (size_t i = 0; i < labels.len; i++)
		if (str_eq(labels.at[i].name, name))
			return labels.at[i].value;
	return (struct str){NULL, 0};
}

static int by_name(const void *a, const void *b)
{
	const struct label *left = a, *right = b;

	return str_cmp(left->name, right->name);
}

void labels_sort(struct labels labels)
{
	if (labels.len > 1)
		qsort(labels.at, labels.len, sizeof(*labels.at), by_name);
}

int labels_cmp(struct labels a, struct labels b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++) {
		int order = str_cmp(a.at[i].name, b.at[i].name);

		if (order == 0)
			order = str_cmp(a.at[i].value, b.at[i].value);
		if (order)
			return order;
	}
	return (a.len > b.len) - (a.len < b.len);
}

struct labels labels_over(struct arena *arena, struct labels base, struct labels more)
{
	struct labels merged = {arena_array(arena, base.len + more.len, sizeof(struct label)), 0};

	for (size_t i = 0; i < base.len; i++)
		if (!labels_get(more, base.at[i].name).at)
			merged.at[merged.len++] = base.at[i];
	for (size_t i = 0; i < more.len; i++)
		merged.at[merged.len++] = more.at[i];
	labels_sort(merged);
	return merged;
}

struct labels labels_copy(struct arena *arena, struct labels labels)
{
	struct labels copy = {arena_array(arena, labels.len, sizeof(struct label)), labels.len};

	for (size_t i = 0; i < labels.len; i++) {
		copy.at[i].name = arena_str(arena, labels.at[i].name);
		copy.at[i].value = arena_str(arena, labels.at[i].value);
	}
	return copy;
}

static bool name_ok(struct str name, bool colons)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (!ascii_alpha(c) && c != '_' && !(colons && c == ':') && !(i > 0 && ascii_digit(c)))
			return false;
	}
	return name.len > 0;
}

bool label_name_ok(struct str name) { return name_ok(name, false); }

bool metric_name_ok(struct str name) { return name_ok(name, true); }

bool label_value_write(struct buf *buf, struct str value)
{
	size_t from = 0;

	for (size_t i = 0; i < value.len; i++) {
		const char *escape = value.at[i] == '\\'   ? "\\\\"
				     : value.at[i] == '"'  ? "\\\""
				     : value.at[i] == '\n' ? "\\n"
							   : NULL;

		if (!escape)
			continue;
		if (!buf_str(buf, str_slice(value, from, i)) || !buf_cstr(buf, escape))
			return false;
		from = i + 1;
	}
	return buf_str(buf, str_slice(value, from, value.len));
}

bool labels_write(struct buf *buf, struct labels labels)
{
	bool ok = buf_char(buf, '{');

	for (size_t i = 0; i < labels.len && ok; i++)
		ok = (i == 0 || buf_char(buf, ',')) && buf_str(buf, labels.at[i].name) && buf_cstr(buf, "=\"") &&
		     label_value_write(buf, labels.at[i].value) && buf_char(buf, '"');
	return ok && buf_char(buf, '}');
}
