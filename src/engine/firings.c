#include "engine/firings.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "format/json_tree.h"
#include "format/json_write.h"

#include <stdlib.h>

#define PREFIX STR("firing ")
#define SINCE  STR("firings since")

/* One firing; its name sorts by time. */
struct slip {
	struct arena arena; /* owns the texts */
	struct str name;
	struct firing firing;
	uint64_t revision; /* of the last change */
	bool told, changed;
};

struct firings {
	struct store *store;
	struct map slips; /* struct slip *, by name */
	struct instant since;
	uint64_t revision;        /* counts changes; of what was read back it is 1 */
	struct firing_book *book; /* NULL: not made yet */
	uint64_t book_revision;
	bool since_changed, changed;
	char **gone; /* names that are to be taken out of the store */
	size_t gone_len, gone_cap;
};

/* FNV-1a, over texts with a byte between them that is in none. */
static uint64_t fold(uint64_t hash, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.at[i]) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

static struct str name_of(struct arena *arena, const struct firing *firing)
{
	uint64_t hash = fold(fold(UINT64_C(0xcbf29ce484222325), firing->slo_id), firing->tier);

	for (size_t i = 0; i < firing->group.len; i++)
		hash = fold(fold(hash, firing->group.at[i].name), firing->group.at[i].value);
	return arena_fmt(arena, "firing %016lld %016llx", (long long)firing->fired_at.ms, (unsigned long long)hash);
}

static struct firing copy_of(struct arena *arena, const struct firing *firing)
{
	return (struct firing){
		.slo_id = arena_str(arena, firing->slo_id),
		.service = arena_str(arena, firing->service),
		.group = labels_copy(arena, firing->group),
		.tier = arena_str(arena, firing->tier),
		.severity = arena_str(arena, firing->severity),
		.fired_at = firing->fired_at,
		.resolved_at = firing->resolved_at,
	};
}

static struct slip *slip_new(const struct firing *firing)
{
	struct slip *slip = xcalloc(1, sizeof(*slip));

	arena_init(&slip->arena);
	slip->name = name_of(&slip->arena, firing);
	slip->firing = copy_of(&slip->arena, firing);
	return slip;
}

static void slip_free(struct slip *slip)
{
	arena_release(&slip->arena);
	free(slip);
}

static void write_note(struct buf *out, const struct firing *firing)
{
	struct json_writer json;

	json_begin(&json, out, false);
	json_object(&json);
	json_key_text(&json, "slo", firing->slo_id);
	json_key_text(&json, "service", firing->service);
	json_key(&json, "group");
	json_object(&json);
	for (size_t i = 0; i < firing->group.len; i++) {
		json_key_str(&json, firing->group.at[i].name);
		json_str(&json, firing->group.at[i].value);
	}
	json_object_end(&json);
	json_key_text(&json, "tier", firing->tier);
	json_key_text(&json, "severity", firing->severity);
	json_key_num(&json, "fired_ms", (double)firing->fired_at.ms);
	json_key_num(&json, "resolved_ms", (double)firing->resolved_at.ms);
	json_object_end(&json);
}

static bool get_instant(const struct json_tree *tree, const char *key, struct instant *instant)
{
	double ms;

	if (!json_tree_number(json_tree_get(tree, key), &ms) || !(ms >= 0 && ms < 1e15))
		return false;
	instant->ms = (int64_t)ms;
	return true;
}

static bool read_note(struct str text, struct arena *arena, struct firing *firing, struct err *err)
{
	struct json_tree *tree = json_tree_read(text, err);
	const struct json_tree *group = json_tree_get(tree, "group"), *value;
	struct str key;
	bool ok;

	if (!tree)
		return false;
	*firing = (struct firing){
		.slo_id = arena_str(arena, json_tree_text(json_tree_get(tree, "slo"))),
		.service = arena_str(arena, json_tree_text(json_tree_get(tree, "service"))),
		.group = {arena_array(arena, json_tree_len(group), sizeof(struct label)), 0},
		.tier = arena_str(arena, json_tree_text(json_tree_get(tree, "tier"))),
		.severity = arena_str(arena, json_tree_text(json_tree_get(tree, "severity"))),
	};
	for (void *at = NULL; json_tree_member(group, &at, &key, &value);)
		firing->group.at[firing->group.len++] =
			(struct label){arena_str(arena, key), arena_str(arena, json_tree_text(value))};
	labels_sort(firing->group);
	ok = firing->slo_id.len && firing->tier.len && get_instant(tree, "fired_ms", &firing->fired_at) &&
	     firing->fired_at.ms && get_instant(tree, "resolved_ms", &firing->resolved_at);
	json_tree_free(tree);
	return ok || err_set(err, "a firing that was written down is damaged");
}

/* What is read, by the names of the notes: the oldest first. */
struct reading {
	struct arena *arena;
	struct firing_list *list;
	size_t damaged;
};

static bool take_note(void *context, struct str name, struct str value, struct err *err)
{
	struct reading *reading = context;
	struct firing_list *list = reading->list;
	struct firing firing;

	(void)name;
	(void)err;
	if (!read_note(value, reading->arena, &firing, NULL)) {
		reading->damaged++;
		return true;
	}
	list->at = arena_grow(reading->arena, list->at, list->len, sizeof(*list->at));
	list->at[list->len++] = firing;
	return true;
}

static bool read_since(struct store *store, struct instant *since, struct err *err)
{
	struct err why = {0};
	struct buf value;

	since->ms = 0;
	buf_init(&value, LIMIT_LINE_BYTES);
	if (store_note_get(store, SINCE, &value, &why))
		instant_read(buf_view(&value), since);
	buf_release(&value);
	return !why.text[0] || err_set(err, "%s", why.text);
}

static bool read_all(struct store *store, struct arena *arena, struct firing_list *list, size_t *damaged,
		     struct err *err)
{
	struct reading reading = {arena, list, 0};
	bool ok;

	*list = (struct firing_list){.at = NULL};
	ok = read_since(store, &list->since, err) && store_notes_each(store, PREFIX, take_note, &reading, err);
	*damaged = reading.damaged;
	return ok;
}

bool firings_read(struct store *store, struct arena *arena, struct firing_list *list, struct err *err)
{
	size_t damaged;

	if (!read_all(store, arena, list, &damaged, err))
		return false;
	if (damaged) {
		log_warn("of the alerts that were written down some cannot be read: which fired is not known",
			 F_INT("damaged", damaged));
		list->since.ms = 0;
	}
	return true;
}

struct firings *firings_new(struct store *store)
{
	struct firings *firings = xcalloc(1, sizeof(*firings));
	struct firing_list list;
	struct arena arena;
	struct err err = {0};
	size_t damaged = 0;

	arena_init(&arena);
	firings->store = store;
	map_init(&firings->slips);
	if (!read_all(store, &arena, &list, &damaged, &err) || damaged)
		log_error("the alerts that fired cannot all be read back", F_CSTR("reason", err.text),
			  F_INT("damaged", damaged));
	for (size_t i = 0; i < list.len; i++) {
		struct slip *slip = slip_new(&list.at[i]), *before = map_put(&firings->slips, slip->name, slip);

		slip->revision = 1;
		if (before)
			slip_free(before);
	}
	firings->since = list.since;
	firings->revision = 1;
	arena_release(&arena);
	return firings;
}

void firings_free(struct firings *firings)
{
	if (!firings)
		return;
	for (struct map_entry *entry = NULL; (entry = map_next(&firings->slips, entry));)
		slip_free(entry->value);
	map_release(&firings->slips);
	firing_book_unref(firings->book);
	for (size_t i = 0; i < firings->gone_len; i++)
		free(firings->gone[i]);
	free(firings->gone);
	free(firings);
}

static void change(struct firings *firings, struct slip *slip)
{
	slip->changed = firings->changed = true;
	slip->revision = ++firings->revision;
}

void firings_tell(struct firings *firings, const struct firing *firing)
{
	struct slip *fresh = slip_new(firing), *slip = map_get(&firings->slips, fresh->name);

	if (!slip) {
		slip = fresh;
		change(firings, slip);
		map_put(&firings->slips, slip->name, slip);
	} else {
		slip_free(fresh);
	}
	slip->told = true;
	if (!slip->firing.service.len && firing->service.len) {
		slip->firing.service = arena_str(&slip->arena, firing->service);
		change(firings, slip);
	}
	if (slip->firing.resolved_at.ms != firing->resolved_at.ms) {
		slip->firing.resolved_at = firing->resolved_at;
		change(firings, slip);
	}
}

uint64_t firings_changed(const struct firings *firings, uint64_t known, struct arena *arena, struct firing_list *list)
{
	*list = (struct firing_list){.since = firings->since};
	for (struct map_entry *entry = NULL; known < firings->revision && (entry = map_next(&firings->slips, entry));) {
		const struct slip *slip = entry->value;

		if (slip->revision <= known)
			continue;
		list->at = arena_grow(arena, list->at, list->len, sizeof(*list->at));
		list->at[list->len++] = slip->firing;
	}
	return firings->revision;
}

static struct slip **sorted(const struct firings *firings, int (*order)(const void *, const void *))
{
	struct slip **list = xcalloc(firings->slips.len, sizeof(struct slip *));
	size_t len = 0;

	for (struct map_entry *entry = NULL; (entry = map_next(&firings->slips, entry));)
		list[len++] = entry->value;
	if (len > 1)
		qsort(list, len, sizeof(struct slip *), order);
	return list;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp((*(const struct slip *const *)a)->name, (*(const struct slip *const *)b)->name);
}

static struct firing_book *book_of(const struct firings *firings)
{
	struct slip **list = sorted(firings, by_name);
	struct firing_book *book = firing_book_new();

	book->list.since = firings->since;
	book->list.at = arena_array(&book->arena, firings->slips.len, sizeof(*book->list.at));
	for (; book->list.len < firings->slips.len; book->list.len++)
		book->list.at[book->list.len] = copy_of(&book->arena, &list[book->list.len]->firing);
	free(list);
	return book;
}

struct firing_book *firings_book(struct firings *firings)
{
	if (!firings->book || firings->book_revision != firings->revision) {
		firing_book_unref(firings->book);
		firings->book = book_of(firings);
		firings->book_revision = firings->revision;
	}
	return firing_book_ref(firings->book);
}

/* What fires and was not told of has ended with what it was about. */
static void end_untold(struct firings *firings, struct instant now)
{
	for (struct map_entry *entry = NULL; (entry = map_next(&firings->slips, entry));) {
		struct slip *slip = entry->value;

		if (!slip->told && !slip->firing.resolved_at.ms) {
			slip->firing.resolved_at.ms =
				now.ms > slip->firing.fired_at.ms ? now.ms : slip->firing.fired_at.ms;
			change(firings, slip);
		}
		slip->told = false;
	}
}

static int compare(int64_t left, int64_t right) { return (left > right) - (left < right); }

/* Those that have ended first, by when they did; then those that fire, by when they began. */
static int by_end(const void *a, const void *b)
{
	const struct slip *left = *(const struct slip *const *)a, *right = *(const struct slip *const *)b;
	bool left_fires = !left->firing.resolved_at.ms, right_fires = !right->firing.resolved_at.ms;
	int order = left_fires - right_fires;

	if (!order)
		order = compare(left->firing.resolved_at.ms, right->firing.resolved_at.ms);
	return order ? order : str_cmp(left->name, right->name);
}

/* Of too many those go that ended first, and what is known begins behind their end. One that still fires is told of
 * again, and goes again: what is known begins behind it for as long as there are too many. */
static void drop_oldest(struct firings *firings, struct instant now)
{
	size_t over = firings->slips.len > LIMIT_FIRINGS ? firings->slips.len - LIMIT_FIRINGS : 0;
	struct slip **list = over ? sorted(firings, by_end) : NULL;

	for (size_t i = 0; i < over; i++) {
		struct instant ended = list[i]->firing.resolved_at.ms ? list[i]->firing.resolved_at : now;

		XGROW(firings->gone, firings->gone_len, firings->gone_cap);
		firings->gone[firings->gone_len++] = xmemdup0(list[i]->name.at, list[i]->name.len);
		if (ended.ms >= firings->since.ms) {
			firings->since.ms = ended.ms + 1;
			firings->since_changed = true;
		}
		map_take(&firings->slips, list[i]->name);
		slip_free(list[i]);
		firings->revision++;
	}
	free(list);
}

static bool write_all(struct firings *firings, struct err *err)
{
	size_t most = firings->slips.len + firings->gone_len + 1, len = 0;
	struct store_note *notes = xcalloc(most, sizeof(*notes));
	struct arena arena;
	struct buf note;
	bool ok;

	arena_init(&arena);
	buf_init(&note, LIMIT_NOTE_BYTES);
	for (struct map_entry *entry = NULL; (entry = map_next(&firings->slips, entry));) {
		struct slip *slip = entry->value;

		if (!slip->changed)
			continue;
		buf_clear(&note);
		write_note(&note, &slip->firing);
		notes[len++] = (struct store_note){slip->name, arena_str(&arena, buf_view(&note))};
	}
	for (size_t i = 0; i < firings->gone_len; i++)
		notes[len++] = (struct store_note){.name = str_of(firings->gone[i])};
	if (firings->since_changed)
		notes[len++] = (struct store_note){SINCE, arena_str(&arena, str_of(instant_text(firings->since).text))};
	ok = store_notes_put(firings->store, notes, len, err);
	buf_release(&note);
	arena_release(&arena);
	free(notes);
	return ok;
}

static void all_written(struct firings *firings)
{
	for (struct map_entry *entry = NULL; (entry = map_next(&firings->slips, entry));)
		((struct slip *)entry->value)->changed = false;
	for (size_t i = 0; i < firings->gone_len; i++)
		free(firings->gone[i]);
	firings->gone_len = 0;
	firings->changed = firings->since_changed = false;
}

bool firings_save(struct firings *firings, struct instant now, struct err *err)
{
	end_untold(firings, now);
	if (!firings->since.ms) {
		firings->since = now;
		firings->since_changed = true;
		firings->revision++;
	}
	drop_oldest(firings, now);
	if (!firings->changed && !firings->since_changed && !firings->gone_len)
		return true;
	if (!write_all(firings, err))
		return false;
	all_written(firings);
	return true;
}
