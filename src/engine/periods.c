#include "engine/periods.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "engine/closing.h"
#include "engine/window.h"
#include "format/json_tree.h"
#include "format/json_write.h"

#include <stdlib.h>

#define PREFIX   STR("period ")
#define NEWS_FOR ((struct span){2 * SPAN_DAY})

/* The records of one SLO and group. */
struct shelf {
	const struct period_record **at;
	size_t len, cap;
};

struct periods {
	struct store *store;
	struct arena arena;
	struct map shelves; /* key_of -> struct shelf */
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

static void write_record(struct buf *buf, const struct period_record *record)
{
	struct json_writer json;

	json_begin(&json, buf, false);
	json_object(&json);
	json_key_text(&json, "slo", record->slo_id);
	json_key(&json, "group");
	json_object(&json);
	for (size_t i = 0; i < record->group.len; i++) {
		json_key_str(&json, record->group.at[i].name);
		json_str(&json, record->group.at[i].value);
	}
	json_object_end(&json);
	json_key_text(&json, "window", record->window);
	json_key_text(&json, "period", record->name);
	json_key_num(&json, "begin_ms", (double)record->begin.ms);
	json_key_num(&json, "end_ms", (double)record->end.ms);
	json_key_num(&json, "objective", record->objective);
	json_key_num(&json, "bad", record->counts.bad);
	json_key_num(&json, "total", record->counts.total);
	json_key_num(&json, "covered", record->counts.covered);
	json_key_num(&json, "bridged", record->counts.bridged);
	json_key_num(&json, "steps", record->steps);
	json_key_num(&json, "closed_ms", (double)record->closed_at.ms);
	json_object_end(&json);
}

static bool get_instant(const struct json_tree *tree, const char *key, struct instant *instant)
{
	double ms;

	if (!json_tree_number(json_tree_get(tree, key), &ms) || !(ms > -1e15 && ms < 1e15))
		return false;
	instant->ms = (int64_t)ms;
	return true;
}

static struct labels get_group(struct arena *arena, const struct json_tree *object)
{
	struct labels labels = {arena_array(arena, json_tree_len(object), sizeof(*labels.at)), 0};
	const struct json_tree *value;
	struct str key;

	for (void *at = NULL; json_tree_member(object, &at, &key, &value);)
		labels.at[labels.len++] =
			(struct label){arena_str(arena, key), arena_str(arena, json_tree_text(value))};
	labels_sort(labels);
	return labels;
}

static bool get_record(struct arena *arena, const struct json_tree *tree, struct period_record *record)
{
	struct counts *counts = &record->counts;

	record->slo_id = arena_str(arena, json_tree_text(json_tree_get(tree, "slo")));
	record->group = get_group(arena, json_tree_get(tree, "group"));
	record->window = arena_str(arena, json_tree_text(json_tree_get(tree, "window")));
	record->name = arena_str(arena, json_tree_text(json_tree_get(tree, "period")));
	return record->slo_id.len && record->window.len && get_instant(tree, "begin_ms", &record->begin) &&
	       get_instant(tree, "end_ms", &record->end) && get_instant(tree, "closed_ms", &record->closed_at) &&
	       json_tree_number(json_tree_get(tree, "objective"), &record->objective) &&
	       json_tree_number(json_tree_get(tree, "bad"), &counts->bad) &&
	       json_tree_number(json_tree_get(tree, "total"), &counts->total) &&
	       json_tree_number(json_tree_get(tree, "covered"), &counts->covered) &&
	       json_tree_number(json_tree_get(tree, "bridged"), &counts->bridged) &&
	       json_tree_number(json_tree_get(tree, "steps"), &record->steps) && record->steps > 0;
}

static bool read_note(void *context, struct str name, struct str value, struct err *err)
{
	struct periods *periods = context;
	struct period_record *record = arena_alloc(&periods->arena, sizeof(*record));
	struct json_tree *tree = json_tree_read(value, err);
	bool ok = tree && get_record(&periods->arena, tree, record);

	json_tree_free(tree);
	if (!ok)
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
	if (store_notes_each(store, PREFIX, read_note, periods, err))
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
	buf_str(&name, PREFIX);
	buf_str(&name, record->slo_id);
	buf_char(&name, ' ');
	labels_write(&name, record->group);
	buf_fmt(&name, " %.*s %s", STR_ARG(record->window), instant_text(record->begin).text);
	write_record(&value, record);
	ok = store_note_put(periods->store, buf_view(&name), buf_view(&value), err);
	buf_release(&name);
	buf_release(&value);
	return ok;
}

/* News, unless it was long over when it was read back. */
static void tell(const struct period_record *record)
{
	bool news = record->closed_at.ms - record->end.ms < NEWS_FOR.ms;

	log_write(news ? LOG_INFO : LOG_DEBUG, "a period is closed",
		  LOG_FIELDS(F_STR("slo", record->slo_id), F_STR("window", record->window),
			     F_STR("period", record->name), F_NUM("sli", period_sli(record)),
			     F_NUM("budget_consumed", period_consumed(record)), F_NUM("known", period_known(record))));
}

static bool close_one(struct periods *periods, const struct slo *slo, const struct slo_window *window,
		      const struct account *account, const struct window_reading *reading, struct instant now,
		      struct err *err)
{
	struct arena *arena = &periods->arena;
	struct period_record *record = arena_alloc(arena, sizeof(*record));

	*record = closing_record(arena, slo, window, reading);
	record->slo_id = arena_str(arena, slo->id);
	record->group = labels_copy(arena, account->key.group);
	record->window = arena_str(arena, window->name);
	record->closed_at = now;
	if (!keep(periods, record, err))
		return false;
	put_on_shelf(periods, record);
	tell(record);
	return true;
}

/* From the newest back, to the first that is closed already or that is forgotten. */
static bool close_window(struct periods *periods, const struct slo *slo, const struct slo_window *window,
			 const struct account *account, struct span step, struct instant now, struct err *err)
{
	const struct ledger *ledger = account->ledger;
	struct instant counted_to = {ledger_end(ledger) * step.ms};
	step_no at = window_begin(window, ledger_end(ledger), step), from;

	for (; ledger_knows(ledger, at); at = from) {
		struct window_reading reading = window_read(window, ledger, at, step);

		from = window_begin(window, at, step);
		if (at <= ledger_origin(ledger) || !ledger_knows(ledger, from) ||
		    has(shelf_of(periods, slo->id, account->key.group), window->name, reading.from))
			return true;
		if (closing_time(&reading).ms > counted_to.ms || !(reading.counts.covered + reading.counts.bridged > 0))
			continue;
		if (!close_one(periods, slo, window, account, &reading, now, err))
			return false;
	}
	return true;
}

bool periods_close(struct periods *periods, const struct slo *slo, const struct account *account, struct span step,
		   struct instant now, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; i < slo->windows_len && ok; i++)
		if (slo->windows[i].calendar)
			ok = close_window(periods, slo, &slo->windows[i], account, step, now, err);
	return ok;
}

size_t periods_of(const struct periods *periods, struct str slo_id, struct labels group,
		  const struct period_record *const **list)
{
	const struct shelf *shelf = shelf_of(periods, slo_id, group);

	*list = shelf ? shelf->at : NULL;
	return shelf ? shelf->len : 0;
}
