#include "slo/corrections/audit_entry.h"

#include <stddef.h>

const struct audit_text audit_texts[AUDIT_TEXTS] = {
	{"for", offsetof(struct correction_line, scope)},      {"when", offsetof(struct correction_line, when)},
	{"numbers", offsetof(struct correction_line, amount)}, {"reason", offsetof(struct correction_line, reason)},
	{"author", offsetof(struct correction_line, author)},  {"file", offsetof(struct correction_line, file)},
};

struct str audit_text_of(const struct correction_line *line, size_t i)
{
	return *(const struct str *)(const void *)((const char *)line + audit_texts[i].at);
}

static bool read_name(const struct json_tree *tree, const char *key, const char *const *names, size_t len,
		      size_t *found)
{
	struct str text = json_tree_text(json_tree_get(tree, key));

	for (*found = 0; *found < len; ++*found)
		if (text.at && str_is(text, names[*found]))
			return true;
	return false;
}

static bool read_whole(const struct json_tree *tree, const char *key, uint64_t max, uint64_t *number)
{
	double value;

	if (!json_tree_number(json_tree_get(tree, key), &value) || !(value >= 0 && value <= (double)max))
		return false;
	*number = (uint64_t)value;
	return true;
}

void audit_line_write(struct json_writer *json, const struct correction_line *line)
{
	json_object(json);
	json_key_text(json, "kind", str_of(correction_kind_names[line->kind]));
	for (size_t i = 0; i < AUDIT_TEXTS; i++)
		json_key_text(json, audit_texts[i].name, audit_text_of(line, i));
	json_key(json, "line");
	json_int(json, line->line);
	json_object_end(json);
}

bool audit_line_read(struct arena *arena, const struct json_tree *tree, struct correction_line *line, struct err *err)
{
	size_t kind;
	uint64_t number;

	*line = (struct correction_line){.line = 0};
	if (!read_name(tree, "kind", correction_kind_names, CORRECTION_KINDS, &kind) ||
	    !read_whole(tree, "line", UINT32_MAX, &number))
		return err_set(err, "a correction in it has no kind, or no line");
	line->kind = (enum correction_kind)kind;
	line->line = (unsigned)number;
	for (size_t i = 0; i < AUDIT_TEXTS; i++) {
		struct str text = json_tree_text(json_tree_get(tree, audit_texts[i].name));

		if (!text.at)
			return err_set(err, "a correction in it has no text '%s'", audit_texts[i].name);
		*(struct str *)(void *)((char *)line + audit_texts[i].at) = arena_str(arena, text);
	}
	return true;
}

void audit_entry_write(struct json_writer *json, const struct audit_entry *entry)
{
	json_object(json);
	json_key(json, "number");
	json_int(json, (int64_t)entry->number);
	json_key_text(json, "at", str_of(instant_text(entry->at).text));
	json_key_text(json, "change", str_of(audit_change_names[entry->change]));
	json_key(json, "before");
	if (entry->change == AUDIT_ADDED)
		json_null(json);
	else
		audit_line_write(json, &entry->before);
	json_key(json, "now");
	if (entry->change == AUDIT_REMOVED)
		json_null(json);
	else
		audit_line_write(json, &entry->now);
	json_object_end(json);
}

bool audit_entry_read(struct arena *arena, const struct json_tree *tree, struct audit_entry *entry, struct err *err)
{
	struct str at = json_tree_text(json_tree_get(tree, "at"));
	size_t change;

	*entry = (struct audit_entry){.number = 0};
	if (!at.at || !instant_read(at, &entry->at) ||
	    !read_name(tree, "change", audit_change_names, AUDIT_CHANGES, &change) ||
	    !read_whole(tree, "number", UINT64_C(1) << 53, &entry->number) || entry->number == 0)
		return err_set(err, "an entry in it has no number, no moment, or no change that is known");
	entry->change = (enum audit_change)change;
	return (change == AUDIT_ADDED || audit_line_read(arena, json_tree_get(tree, "before"), &entry->before, err)) &&
	       (change == AUDIT_REMOVED || audit_line_read(arena, json_tree_get(tree, "now"), &entry->now, err));
}
