#include "report/kept.h"

#include "base/log.h"
#include "engine/firings.h"
#include "engine/period_note.h"

void kept_init(struct kept *kept)
{
	*kept = (struct kept){.pages = {.at = NULL}};
	map_init(&kept->now);
	map_init(&kept->before);
}

void kept_release(struct kept *kept)
{
	map_release(&kept->now);
	map_release(&kept->before);
}

struct reading {
	struct kept *kept;
	const struct period *now, *before;
	struct arena *arena;
};

static bool is_of(const struct period_record *record, const struct period *period)
{
	return record->begin.ms == period->begin.ms && record->end.ms == period->end.ms;
}

/* The name of a record's note ends with where its period begins. */
static bool is_named(struct str name, const struct period *period)
{
	return str_ends(name, str_of(instant_text(period->begin).text));
}

static void put_record(struct map *map, const struct period_record *record, struct arena *arena)
{
	struct kept_records *records = map_get(map, record->slo_id);
	struct period_record *copy;

	if (!records) {
		records = arena_alloc(arena, sizeof(*records));
		map_put(map, arena_str(arena, record->slo_id), records);
	}
	records->at = arena_grow(arena, records->at, records->len, sizeof(*records->at));
	copy = &records->at[records->len++];
	*copy = *record;
	copy->slo_id = arena_str(arena, record->slo_id);
	copy->group = labels_copy(arena, record->group);
	copy->window = arena_str(arena, record->window);
	copy->name = arena_str(arena, record->name);
	copy->exclusions = arena_str(arena, record->exclusions);
}

static bool take_record(void *context, struct str name, struct str value, struct err *err)
{
	struct reading *reading = context;
	struct period_record record = {.steps = 0};
	struct err why = {0};
	struct arena scratch;
	bool ok;

	arena_init(&scratch);
	ok = period_note_read(value, &scratch, &record, &why);
	if (!ok && !is_named(name, reading->now))
		log_warn("a record of another period is damaged and left out", F_STR("record", name),
			 F_CSTR("reason", why.text));
	if (ok && is_of(&record, reading->now))
		put_record(&reading->kept->now, &record, reading->arena);
	else if (ok && is_of(&record, reading->before))
		put_record(&reading->kept->before, &record, reading->arena);
	arena_release(&scratch);
	return ok || !is_named(name, reading->now) ||
	       err_set(err, "'%.*s' in the store is damaged: %s", STR_ARG(name), why.text);
}

static bool read_pages(struct kept *kept, struct store *store, const struct period *period, struct arena *arena,
		       struct err *err)
{
	struct firing_list all;
	struct err why = {0};

	if (!firings_read(store, arena, &all, err))
		return false;
	if (!followed_read(store, arena, &kept->followed, &why))
		log_warn("from when on alerts were followed cannot be read: which fired is not known",
			 F_CSTR("reason", why.text));
	kept->pages.since = all.since;
	kept->pages.at = arena_array(arena, all.len, sizeof(*all.at));
	for (size_t i = 0; i < all.len; i++) {
		const struct firing *firing = &all.at[i];

		if (str_is(firing->severity, "page") && firing->fired_at.ms < period->end.ms &&
		    (!firing->resolved_at.ms || firing->resolved_at.ms > period->begin.ms))
			kept->pages.at[kept->pages.len++] = *firing;
	}
	return true;
}

bool kept_read(struct kept *kept, struct store *store, const struct period *now, const struct period *before,
	       struct arena *arena, struct err *err)
{
	struct reading reading = {kept, now, before, arena};

	return store_notes_each(store, PERIOD_NOTE, take_record, &reading, err) &&
	       read_pages(kept, store, now, arena, err);
}

const struct period_record *kept_find(const struct map *records, struct str slo_id, struct labels group)
{
	const struct kept_records *list = map_get(records, slo_id);

	for (size_t i = 0; list && i < list->len; i++)
		if (labels_eq(list->at[i].group, group))
			return &list->at[i];
	return NULL;
}
