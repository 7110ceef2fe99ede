#include "exporters/audit.h"

#include "exporters/csv.h"
#include "exporters/screen.h"
#include "slo/corrections/audit_entry.h"

/* The first entry that is to be shown. */
static size_t first_since(const struct audit_list *list, struct instant since)
{
	size_t first = 0;

	while (first < list->len && list->entries[first].at.ms < since.ms)
		first++;
	return first;
}

bool audit_json_write(struct buf *out, const struct audit_list *list, struct instant since)
{
	struct json_writer json;

	json_begin(&json, out, false);
	json_object(&json);
	json_key(&json, "dropped");
	json_int(&json, list ? (int64_t)audit_list_dropped(list) : 0);
	json_key(&json, "entries");
	json_array(&json);
	for (size_t i = list ? first_since(list, since) : 0; list && i < list->len; i++)
		audit_entry_write(&json, &list->entries[i]);
	json_array_end(&json);
	json_object_end(&json);
	return buf_char(out, '\n') && !out->full;
}

struct audit_list *audit_json_read(struct str text, struct err *err)
{
	struct json_tree *document = json_tree_read(text, err);
	const struct json_tree *entries = json_tree_get(document, "entries");
	struct audit_list *list = NULL;
	bool ok = document && (json_tree_is_array(entries) || err_set(err, "it has no list 'entries'"));

	if (ok)
		list = audit_list_new(json_tree_len(entries));
	for (size_t i = 0; ok && i < json_tree_len(entries); i++) {
		ok = audit_entry_read(&list->arena, json_tree_at(entries, i), &list->entries[i], err);
		list->len += ok;
	}
	json_tree_free(document);
	if (ok)
		return list;
	audit_list_unref(list);
	return NULL;
}

static void csv_line(struct buf *out, const struct correction_line *line, bool there)
{
	for (size_t i = 0; i < AUDIT_TEXTS; i++) {
		buf_char(out, ',');
		if (there)
			csv_text(out, audit_text_of(line, i));
	}
	if (there && line->line)
		buf_fmt(out, ",%u", line->line);
	else
		buf_char(out, ',');
}

bool audit_csv_write(struct buf *out, const struct audit_list *list, struct instant since)
{
	buf_cstr(out, "number,at,change,kind");
	for (size_t i = 0; i < 2 * AUDIT_TEXTS; i++)
		buf_fmt(out, ",%s%s%s", i < AUDIT_TEXTS ? "" : "before_", audit_texts[i % AUDIT_TEXTS].name,
			i == AUDIT_TEXTS - 1 ? ",line" : "");
	buf_cstr(out, ",before_line\r\n");
	for (size_t i = list ? first_since(list, since) : 0; list && i < list->len; i++) {
		const struct audit_entry *entry = &list->entries[i];

		buf_fmt(out, "%llu,%s,%s,%s", (unsigned long long)entry->number, instant_text(entry->at).text,
			audit_change_names[entry->change], correction_kind_names[audit_subject(entry)->kind]);
		csv_line(out, &entry->now, entry->change != AUDIT_REMOVED);
		csv_line(out, &entry->before, entry->change != AUDIT_ADDED);
		buf_cstr(out, "\r\n");
	}
	return !out->full;
}

static void put_line(struct buf *out, const struct correction_line *line)
{
	struct buf text;

	buf_init(&text, SIZE_MAX);
	correction_line_write(&text, line);
	if (line->file.len)
		buf_fmt(&text, " (%.*s", STR_ARG(line->file));
	if (line->file.len && line->line)
		buf_fmt(&text, ":%u", line->line);
	buf_cstr(&text, line->file.len ? ")" : "");
	screen_safe(out, buf_view(&text));
	buf_char(out, '\n');
	buf_release(&text);
}

bool audit_table_write(struct buf *out, const struct audit_list *list, struct instant since)
{
	uint64_t dropped = list ? audit_list_dropped(list) : 0;

	if (dropped)
		buf_fmt(out, "%llu older entr%s not kept any more\n", (unsigned long long)dropped,
			dropped == 1 ? "y is" : "ies are");
	for (size_t i = list ? first_since(list, since) : 0; list && i < list->len; i++) {
		const struct audit_entry *entry = &list->entries[i];
		const struct correction_line *subject = audit_subject(entry);

		buf_fmt(out, "%-24s  %-7s  %-10s  ", instant_text(entry->at).text, audit_change_names[entry->change],
			correction_kind_names[subject->kind]);
		put_line(out, subject);
		if (entry->change != AUDIT_CHANGED)
			continue;
		buf_fmt(out, "%-24s  %-7s  %-10s  ", "", "", "  it was");
		put_line(out, &entry->before);
	}
	return !out->full;
}
