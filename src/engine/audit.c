#include "engine/audit.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "slo/corrections/audit_entry.h"

#include <stdlib.h>

/* "audit 000000000001": by name is by number. */
#define ENTRY_PREFIX STR("audit ")
#define IN_FORCE     STR("corrections")

/* What is in force, with its texts. */
struct in_force {
	struct arena arena;
	struct correction_lines lines;
};

struct audit {
	struct store *store;
	struct audit_list *list;
	struct in_force in_force;
};

/* --- what the store has ----------------------------------------------------------------------------------------------
 */

static bool count_entry(void *context, struct str name, struct str value, struct err *err)
{
	(void)name;
	(void)value;
	(void)err;
	++*(size_t *)context;
	return true;
}

/* A list on its way from the store. */
struct reading {
	struct audit_list *list;
	size_t cap;
};

static bool take_entry(void *context, struct str name, struct str value, struct err *err)
{
	struct reading *reading = context;
	struct audit_list *list = reading->list;
	struct json_tree *tree;
	struct err why = {0};
	bool ok;

	if (list->len == reading->cap)
		return err_set(err, "there are more than %d entries in the audit list", LIMIT_AUDIT_ENTRIES);
	tree = json_tree_read(value, &why);
	ok = tree && audit_entry_read(&list->arena, tree, &list->entries[list->len], &why);
	json_tree_free(tree);
	list->len += ok;
	return ok || err_set(err, "the note '%.*s' cannot be read: %s", STR_ARG(name), why.text);
}

static struct audit_list *finished(struct reading *reading, bool ok)
{
	if (ok)
		return reading->list;
	audit_list_unref(reading->list);
	return NULL;
}

static struct audit_list *read_list(struct store *store, struct err *err)
{
	struct reading reading = {NULL, 0};

	if (!store_notes_each(store, ENTRY_PREFIX, count_entry, &reading.cap, err))
		return NULL;
	reading.list = audit_list_new(reading.cap);
	return finished(&reading, store_notes_each(store, ENTRY_PREFIX, take_entry, &reading, err));
}

struct audit_list *audit_read(const char *path, struct err *err)
{
	/* a daemon may add some between a count and the reading */
	struct reading reading = {audit_list_new(LIMIT_AUDIT_ENTRIES), LIMIT_AUDIT_ENTRIES};

	return finished(&reading, store_notes_read(path, ENTRY_PREFIX, take_entry, &reading, err));
}

static bool read_lines(struct in_force *in_force, const struct json_tree *tree, struct err *err)
{
	size_t len = json_tree_len(tree);

	if (!json_tree_is_array(tree))
		return err_set(err, "it is no list");
	in_force->lines.at = arena_array(&in_force->arena, len, sizeof(*in_force->lines.at));
	for (size_t i = 0; i < len; i++) {
		if (!audit_line_read(&in_force->arena, json_tree_at(tree, i), &in_force->lines.at[i], err))
			return false;
		in_force->lines.len++;
	}
	return true;
}

static bool read_in_force(struct audit *audit, struct err *err)
{
	struct err why = {0};
	struct json_tree *tree;
	struct buf note;
	bool ok = true;

	buf_init(&note, LIMIT_NOTE_BYTES);
	if (store_note_get(audit->store, IN_FORCE, &note, &why)) {
		tree = json_tree_read(buf_view(&note), &why);
		ok = tree && read_lines(&audit->in_force, tree, &why);
		json_tree_free(tree);
	} else {
		ok = !why.text[0];
	}
	buf_release(&note);
	return ok || err_set(err, "the note '%.*s' cannot be read: %s", STR_ARG(IN_FORCE), why.text);
}

struct audit *audit_new(struct store *store, struct err *err)
{
	struct audit *audit = xcalloc(1, sizeof(*audit));

	audit->store = store;
	arena_init(&audit->in_force.arena);
	audit->list = read_list(store, err);
	if (audit->list && read_in_force(audit, err))
		return audit;
	audit_free(audit);
	return NULL;
}

void audit_free(struct audit *audit)
{
	if (!audit)
		return;
	audit_list_unref(audit->list);
	arena_release(&audit->in_force.arena);
	free(audit);
}

struct audit_list *audit_list_of(struct audit *audit) { return audit_list_ref(audit->list); }

/* --- what is new -----------------------------------------------------------------------------------------------------
 */

/* What a set brings, before it is written down. */
struct taking {
	struct arena arena;
	struct correction_lines before; /* what was in force and may have gone */
	struct correction_lines now;
	struct correction_lines in_force; /* from now on */
	struct audit_entry *entries;
	size_t len;
};

static void *arena_of(struct taking *taking, size_t len, size_t size) { return arena_array(&taking->arena, len, size); }

/* A file that is broken says nothing of what stood in it, unless that stands elsewhere by now. */
static bool stays_unknown(const struct slo_set *set, const struct map *keys, struct arena *arena,
			  const struct correction_line *line)
{
	const struct definition_file *file = slo_set_file(set, line->file.at);

	return file && file->broken && !map_get(keys, correction_line_key(arena, line));
}

/* Sorts what was in force into what is to be compared and what goes on unseen. */
static void sort_out(struct taking *taking, const struct audit *audit, const struct slo_set *set)
{
	const struct correction_lines *old = &audit->in_force.lines;
	struct map keys;

	map_init(&keys);
	for (size_t i = 0; i < taking->now.len; i++)
		map_put(&keys, correction_line_key(&taking->arena, &taking->now.at[i]), &taking->now.at[i]);
	taking->before.at = arena_of(taking, old->len, sizeof(*old->at));
	taking->in_force.at = arena_of(taking, old->len + taking->now.len, sizeof(*old->at));
	for (size_t i = 0; i < taking->now.len; i++)
		taking->in_force.at[taking->in_force.len++] = taking->now.at[i];
	for (size_t i = 0; i < old->len; i++)
		if (stays_unknown(set, &keys, &taking->arena, &old->at[i]))
			taking->in_force.at[taking->in_force.len++] = old->at[i];
		else
			taking->before.at[taking->before.len++] = old->at[i];
	map_release(&keys);
}

static void find_entries(struct taking *taking, uint64_t number, struct instant now)
{
	struct correction_pairs pairs = correction_lines_pair(&taking->arena, &taking->before, &taking->now);

	taking->entries = arena_of(taking, pairs.len, sizeof(*taking->entries));
	for (size_t i = 0; i < pairs.len; i++) {
		const struct correction_pair *pair = &pairs.at[i];
		struct audit_entry entry = {.number = number, .at = now, .change = AUDIT_CHANGED};

		if (pair->before != SIZE_MAX)
			entry.before = taking->before.at[pair->before];
		else
			entry.change = AUDIT_ADDED;
		if (pair->now != SIZE_MAX)
			entry.now = taking->now.at[pair->now];
		else
			entry.change = AUDIT_REMOVED;
		if (entry.change == AUDIT_CHANGED && correction_line_same(&entry.before, &entry.now))
			continue;
		taking->entries[taking->len++] = entry;
		number++;
	}
}

static bool same_place(const struct correction_line *a, const struct correction_line *b)
{
	return str_eq(a->file, b->file) && a->line == b->line;
}

/* Places move with every edit of a file: they are kept, but nobody is told. */
static bool same_lines(const struct correction_lines *a, const struct correction_lines *b)
{
	bool same = a->len == b->len;

	for (size_t i = 0; i < a->len && same; i++)
		same = correction_line_same(&a->at[i], &b->at[i]) && same_place(&a->at[i], &b->at[i]);
	return same;
}

static struct str entry_text(struct arena *arena, const struct audit_entry *entry)
{
	struct json_writer json;
	struct str text;
	struct buf buf;

	buf_init(&buf, LIMIT_NOTE_BYTES);
	json_begin(&json, &buf, false);
	audit_entry_write(&json, entry);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static struct str lines_text(struct arena *arena, const struct correction_lines *lines)
{
	struct json_writer json;
	struct str text;
	struct buf buf;

	buf_init(&buf, LIMIT_NOTE_BYTES + 1);
	json_begin(&json, &buf, false);
	json_array(&json);
	for (size_t i = 0; i < lines->len; i++)
		audit_line_write(&json, &lines->at[i]);
	json_array_end(&json);
	/* what did not fit is refused by the store */
	text = buf.full ? (struct str){"", LIMIT_NOTE_BYTES + 1} : arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* How many of the old entries are kept beside the new ones. */
static size_t kept(const struct audit *audit, const struct taking *taking)
{
	size_t room = taking->len < LIMIT_AUDIT_ENTRIES ? LIMIT_AUDIT_ENTRIES - taking->len : 0;

	return audit->list->len < room ? audit->list->len : room;
}

/* The first of the new entries that is kept: more of them than there is room for are as good as old. */
static size_t first_kept(const struct taking *taking)
{
	return taking->len > LIMIT_AUDIT_ENTRIES ? taking->len - LIMIT_AUDIT_ENTRIES : 0;
}

static struct str name_text(struct arena *arena, uint64_t number)
{
	return arena_fmt(arena, "audit %012llu", (unsigned long long)number);
}

static bool write_down(struct audit *audit, struct taking *taking, struct err *err)
{
	size_t gone = audit->list->len - kept(audit, taking), len = 0;
	struct store_note *notes = arena_of(taking, gone + taking->len + 1, sizeof(*notes));

	for (size_t i = 0; i < gone; i++)
		notes[len++] =
			(struct store_note){name_text(&taking->arena, audit->list->entries[i].number), {NULL, 0}};
	for (size_t i = first_kept(taking); i < taking->len; i++)
		notes[len++] = (struct store_note){name_text(&taking->arena, taking->entries[i].number),
						   entry_text(&taking->arena, &taking->entries[i])};
	notes[len++] = (struct store_note){IN_FORCE, lines_text(&taking->arena, &taking->in_force)};
	return store_notes_put(audit->store, notes, len, err);
}

/* The list and what is in force follow what is on disk now. */
static void follow(struct audit *audit, const struct taking *taking)
{
	struct audit_list *list = audit_list_new(kept(audit, taking) + taking->len);
	struct in_force in_force = {.lines = {NULL, 0}};

	for (size_t i = audit->list->len - kept(audit, taking); i < audit->list->len; i++)
		audit_list_add(list, &audit->list->entries[i]);
	for (size_t i = first_kept(taking); i < taking->len; i++)
		audit_list_add(list, &taking->entries[i]);
	arena_init(&in_force.arena);
	in_force.lines.at = arena_array(&in_force.arena, taking->in_force.len, sizeof(*in_force.lines.at));
	for (size_t i = 0; i < taking->in_force.len; i++)
		in_force.lines.at[in_force.lines.len++] =
			correction_line_copy(&in_force.arena, &taking->in_force.at[i]);
	audit_list_unref(audit->list);
	audit->list = list;
	arena_release(&audit->in_force.arena);
	audit->in_force = in_force;
}

static void log_entry(const struct audit_entry *entry)
{
	static const char *const messages[CORRECTION_KINDS][AUDIT_CHANGES] = {
		[CORRECTION_EXCLUSION] = {"an exclusion was added", "an exclusion was changed",
					  "an exclusion was removed"},
		[CORRECTION_ADJUSTMENT] = {"an adjustment was added", "an adjustment was changed",
					   "an adjustment was removed"},
	};
	const struct correction_line *line = audit_subject(entry);
	struct buf before;

	buf_init(&before, LIMIT_LINE_BYTES);
	if (entry->change == AUDIT_CHANGED)
		correction_line_write(&before, &entry->before);
	log_info(messages[line->kind][entry->change], F_STR("for", line->scope), F_STR("when", line->when),
		 F_STR("numbers", line->amount), F_STR("reason", line->reason), F_STR("author", line->author),
		 F_STR("file", line->file), F_INT("line", line->line), F_STR("before", buf_view(&before)));
	buf_release(&before);
}

static uint64_t next_number(const struct audit_list *list)
{
	return list->len ? list->entries[list->len - 1].number + 1 : 1;
}

bool audit_take(struct audit *audit, const struct slo_set *set, struct instant now, struct err *err)
{
	struct taking taking = {.len = 0};
	bool ok = true;

	arena_init(&taking.arena);
	taking.now = correction_lines_of(&taking.arena, &set->corrections);
	sort_out(&taking, audit, set);
	find_entries(&taking, next_number(audit->list), now);
	if (taking.len || !same_lines(&audit->in_force.lines, &taking.in_force)) {
		ok = write_down(audit, &taking, err);
		for (size_t i = 0; ok && i < taking.len; i++)
			log_entry(&taking.entries[i]);
		if (ok)
			follow(audit, &taking);
	}
	arena_release(&taking.arena);
	return ok;
}
