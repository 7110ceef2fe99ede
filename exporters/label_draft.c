#include "exporters/label_draft.h"

#include "base/mem.h"

#include <stdlib.h>

void label_draft_init(struct label_draft *draft, const char *const *reserved, size_t reserved_len)
{
	*draft = (struct label_draft){.reserved = reserved, .reserved_len = reserved_len};
	arena_init(&draft->names);
}

void label_draft_release(struct label_draft *draft)
{
	arena_release(&draft->names);
	free(draft->at);
}

void label_text_write(struct buf *out, struct str value)
{
	size_t from = 0;

	if (str_find(value, '\0') == value.len && str_utf8(value)) {
		label_value_write(out, value);
		return;
	}
	for (size_t pos = 0; pos < value.len;) {
		size_t start = pos;

		if (str_rune(value, &pos) > 0)
			continue;
		label_value_write(out, str_slice(value, from, start));
		buf_cstr(out, "\xEF\xBF\xBD");
		from = pos;
	}
	label_value_write(out, str_slice(value, from, value.len));
}

static bool taken(const struct label_draft *draft, struct str name)
{
	for (size_t i = 0; i < draft->reserved_len; i++)
		if (str_is(name, draft->reserved[i]))
			return true;
	for (size_t i = 0; i < draft->len; i++)
		if (str_eq(draft->at[i].name, name))
			return true;
	return false;
}

/* Names that the text format does not have (Prometheus 3 allows any) are spelled with underscores. */
static struct str spelled(struct label_draft *draft, struct str name)
{
	struct str copy;
	char *at;

	if (label_name_ok(name))
		return name;
	copy = arena_fmt(&draft->names, "%s%.*s", name.len && ascii_digit(name.at[0]) ? "_" : "", STR_ARG(name));
	at = arena_alloc(&draft->names, copy.len + 1);
	for (size_t i = 0; i < copy.len; i++)
		at[i] = ascii_alpha(copy.at[i]) || ascii_digit(copy.at[i]) ? copy.at[i] : '_';
	return copy.len ? (struct str){at, copy.len} : STR("_");
}

void label_draft_put(struct label_draft *draft, struct str name, struct str value)
{
	XGROW(draft->at, draft->len, draft->cap);
	draft->at[draft->len++] = (struct label){name, value};
}

void label_draft_add(struct label_draft *draft, struct str name, struct str value)
{
	if (value.len == 0 || str_starts(name, STR("__")))
		return;
	name = spelled(draft, name);
	while (taken(draft, name))
		name = arena_fmt(&draft->names, "exported_%.*s", STR_ARG(name));
	label_draft_put(draft, name, value);
}

struct labels label_draft_sorted(struct label_draft *draft)
{
	struct labels labels = {draft->at, draft->len};

	labels_sort(labels);
	return labels;
}

void label_write(struct buf *out, char before, struct str name, struct str value)
{
	buf_char(out, before);
	buf_str(out, name);
	buf_cstr(out, "=\"");
	label_text_write(out, value);
	buf_char(out, '"');
}

void label_set_write(struct buf *out, struct labels labels)
{
	for (size_t i = 0; i < labels.len; i++)
		label_write(out, i ? ',' : '{', labels.at[i].name, labels.at[i].value);
}
