#include "engine/periods.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "engine/closing.h"
#include "engine/period_note.h"
#include "engine/window.h"
#include "eval/correct.h"

#include <stdlib.h>

#define NEWS_FOR ((struct span){2 * SPAN_DAY})

/* The records of one SLO and group. */
struct shelf {
	const struct period_record **at;
	size_t len, cap;
	unsigned corrected; /* by which definitions */
};

struct periods {
	struct store *store;
	struct arena arena;
	struct map shelves; /* key_of -> struct shelf */
	unsigned definitions;
};

static struct str key_of(struct arena *arena, struct str slo_id, struct labels group)
{
	struct buf buf;
	struct str key;

	buf_init(&buf, LIMIT_NOTE_BYTES);
	buf_str(&buf, slo_id);
	buf_char(&buf, ' ');
	labels_write(&buf, group);
	key = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return key;
}

static struct shelf *shelf_of(const struct periods *periods, struct str slo_id, struct labels group)
{
	struct arena scratch;
	struct shelf *shelf;

	arena_init(&scratch);
	shelf = map_get(&periods->shelves, key_of(&scratch, slo_id, group));
	arena_release(&scratch);
	return shelf;
}

/* Kept by window, then begin. */
static void put_on_shelf(struct periods *periods, const struct period_record *record)
{
	struct shelf *shelf = shelf_of(periods, record->slo_id, record->group);
	size_t at;

	if (!shelf) {
		shelf = arena_alloc(&periods->arena, sizeof(*shelf));
		map_put(&periods->shelves, key_of(&periods->arena, record->slo_id, record->group), shelf);
	}
	XGROW(shelf->at, shelf->len, shelf->cap);
	for (at = shelf->len++; at > 0; at--) {
		int order = str_cmp(shelf->at[at - 1]->window, record->window);

		if (order < 0 || (order == 0 && shelf->at[at - 1]->begin.ms <= record->begin.ms))
			break;
		shelf->at[at] = shelf->at[at - 1];
	}
	shelf->at[at] = record;
}

static bool has(const struct shelf *shelf, struct str window, struct instant begin)
{
	for (size_t i = 0; shelf && i < shelf->len; i++)
		if (shelf->at[i]->begin.ms == begin.ms && str_eq(shelf->at[i]->window, window))
			return true;
	return false;
}

static bool read_note(void *context, struct str name, struct str value, struct err *err)
{
	struct periods *periods = context;
	struct period_record *record = arena_alloc(&periods->arena, sizeof(*record));

	if (!period_note_read(value, &periods->arena, record, err))
		return err_set(err, "the record of a closed period, '%.*s', cannot be read", STR_ARG(name));
	put_on_shelf(periods, record);
	return true;
}

struct periods *periods_new(struct store *store, struct err *err)
{
	struct periods *periods = xcalloc(1, sizeof(*periods));

	periods->store = store;
	arena_init(&periods->arena);
	map_init(&periods->shelves);
	if (store_notes_each(store, PERIOD_NOTE, read_note, periods, err))
		return periods;
	periods_free(periods);
	return NULL;
}

void periods_free(struct periods *periods)
{
	if (!periods)
		return;
	for (struct map_entry *entry = NULL; (entry = map_next(&periods->shelves, entry));) {
		struct shelf *shelf = entry->value;

		free(shelf->at);
	}
	map_release(&periods->shelves);
	arena_release(&periods->arena);
	free(periods);
}

static bool keep(struct periods *periods, const struct period_record *record, struct err *err)
{
	struct buf name, value;
	bool ok;

	buf_init(&name, LIMIT_NOTE_BYTES);
	buf_init(&value, LIMIT_NOTE_BYTES);
	buf_str(&name, PERIOD_NOTE);
	buf_str(&name, record->slo_id);
	buf_char(&name, ' ');
	labels_write(&name, record->group);
	buf_fmt(&name, " %.*s %s", STR_ARG(record->window), instant_text(record->begin).text);
	period_note_write(&value, record);
	ok = store_note_put(periods->store, buf_view(&name), buf_view(&value), err);
	buf_release(&name);
	buf_release(&value);
	return ok;
}

/* News, unless it was long over when it was read back. */
static void tell(const struct period_record *record, const char *what)
{
	bool news = record->corrected_at.ms || record->closed_at.ms - record->end.ms < NEWS_FOR.ms;

	log_write(news ? LOG_INFO : LOG_DEBUG, what,
		  LOG_FIELDS(F_STR("slo", record->slo_id), F_STR("window", record->window),
			     F_STR("period", record->name), F_NUM("sli", period_sli(record)),
			     F_NUM("budget_consumed", period_consumed(record)), F_NUM("known", period_known(record))));
}

/* What is corrected by what, so that a record is worked out anew only where that is another. */
static struct str fingerprint(struct arena *arena, const struct view *view, step_no from, step_no to)
{
	uint64_t hash = view_corrections_hash(view, from, to);

	return hash ? arena_fmt(arena, "%016llx", (unsigned long long)hash) : STR("");
}

/* Whether the bounds of what is excluded are remembered exactly. */
static bool knows_all(const struct view *view, step_no from, step_no to)
{
	const struct stretch_list *list = &view->excluded;
	bool known = view_knows(view, from) && view_knows(view, to);

	for (size_t i = 0; i < list->len && known; i++)
		known = (list->at[i].from < from || view_knows(view, list->at[i].from)) &&
			(list->at[i].to > to || view_knows(view, list->at[i].to));
	for (size_t i = 0; view->members && i < view->slo->sli.composite->len && known; i++)
		known = knows_all(&view->members[i], from, to);
	return known;
}

static bool same_reading(const struct period_record *record, const struct period_record *other)
{
	return str_eq(record->exclusions, other->exclusions) && num_same(record->steps, other->steps) &&
	       num_same(record->counts.bad, other->counts.bad) && num_same(record->counts.total, other->counts.total) &&
	       num_same(record->counts.covered, other->counts.covered) &&
	       num_same(record->counts.bridged, other->counts.bridged);
}

/* Works out what is corrected from what was counted. What a ledger has forgotten stays excluded as it was. */
static void correct(struct period_record *record, const struct view *raw, struct arena *arena)
{
	int64_t step = raw->step.ms;
	step_no from = (record->begin.ms + step - 1) / step, to = from + (step_no)record->counted_steps, excluded;
	struct window_reading reading = {
		.counts = record->counted,
		.from = record->begin,
		.to = record->end,
		.steps = record->counted_steps,
		.past = record->counted_steps,
	};
	struct view view = view_without(raw, arena, from, to);
	struct str exclusions = fingerprint(arena, &view, from, to);

	if (!str_eq(exclusions, record->exclusions) && knows_all(&view, from, to)) {
		record->excluded = view_excluded(&view, from, to, &excluded);
		record->excluded_steps = (double)excluded;
		record->exclusions = exclusions;
	}
	reading_exclude(&reading, record->excluded, record->excluded_steps, record->excluded_steps);
	reading_adjust(&reading, raw->slo->corrections, record->end, raw->step);
	record->counts = reading.counts;
	record->steps = reading.steps;
	record->adjusted_good = reading.adjusted_good;
	record->adjusted_bad = reading.adjusted_bad;
}

static bool close_one(struct periods *periods, const struct view *raw, struct labels group,
		      const struct slo_window *window, const struct window_reading *reading, struct instant now,
		      struct err *err)
{
	struct arena *arena = &periods->arena;
	struct period_record *record = arena_alloc(arena, sizeof(*record));

	*record = closing_record(arena, raw->slo, window, reading);
	record->slo_id = arena_str(arena, raw->slo->id);
	record->group = labels_copy(arena, group);
	record->window = arena_str(arena, window->name);
	record->closed_at = now;
	correct(record, raw, arena);
	if (!keep(periods, record, err))
		return false;
	put_on_shelf(periods, record);
	tell(record, "a period is closed");
	return true;
}

/* Corrections that came, went or changed since the records were closed. */
static bool correct_all(struct periods *periods, const struct view *raw, struct labels group, struct instant now,
			struct err *err)
{
	struct shelf *shelf = shelf_of(periods, raw->slo->id, group);

	if (!shelf || shelf->corrected == periods->definitions)
		return true;
	for (size_t i = 0; i < shelf->len; i++) {
		struct period_record *record = arena_alloc(&periods->arena, sizeof(*record));

		*record = *shelf->at[i];
		correct(record, raw, &periods->arena);
		if (same_reading(record, shelf->at[i]))
			continue;
		record->corrected_at = now;
		if (!keep(periods, record, err))
			return false;
		shelf->at[i] = record;
		tell(record, "a closed period is corrected");
	}
	shelf->corrected = periods->definitions;
	return true;
}

void periods_redefined(struct periods *periods) { periods->definitions++; }

/* From the newest back, to the first that is closed already or that is forgotten. */
static bool close_window(struct periods *periods, const struct view *raw, struct labels group,
			 const struct slo_window *window, struct instant now, struct err *err)
{
	struct instant counted_to = {raw->end * raw->step.ms};
	step_no at = window_begin(window, raw->end, raw->step), from;

	for (; view_knows(raw, at); at = from) {
		struct window_reading reading = window_read_raw(window, raw, at);

		from = window_begin(window, at, raw->step);
		if (at <= view_origin(raw) || !view_knows(raw, from) ||
		    has(shelf_of(periods, raw->slo->id, group), window->name, reading.from))
			return true;
		if (closing_time(&reading).ms > counted_to.ms || !(reading.counts.covered + reading.counts.bridged > 0))
			continue;
		if (!close_one(periods, raw, group, window, &reading, now, err))
			return false;
	}
	return true;
}

bool periods_close(struct periods *periods, const struct view *raw, struct labels group, struct instant now,
		   struct err *err)
{
	const struct slo *slo = raw->slo;
	bool ok = correct_all(periods, raw, group, now, err);

	for (size_t i = 0; i < slo->windows_len && ok; i++)
		if (slo->windows[i].calendar)
			ok = close_window(periods, raw, group, &slo->windows[i], now, err);
	return ok;
}

size_t periods_of(const struct periods *periods, struct str slo_id, struct labels group,
		  const struct period_record *const **list)
{
	const struct shelf *shelf = shelf_of(periods, slo_id, group);

	*list = shelf ? shelf->at : NULL;
	return shelf ? shelf->len : 0;
}
