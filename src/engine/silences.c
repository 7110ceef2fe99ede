#include "engine/silences.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

#define NOTE STR("silences")
/* What is for none of the SLOs of the moment is remembered for so long: their file may be broken. */
#define KEEP_UNUSED (366 * SPAN_DAY)
/* Windows move on: so often it is looked whether they have left something behind. */
#define LOOK_EVERY SPAN_HOUR

/* Silences with their texts. */
struct batch {
	struct arena arena;
	struct silence_list list;
};

/* One Alertmanager. */
struct teller {
	struct str url;
	struct batch told;
	struct buf json; /* of the last answer: most are like the one before */
	bool up;         /* it answered what it was asked last */
};

struct silences {
	struct arena arena;
	struct store *store;
	struct str comment;
	struct teller *tellers;
	size_t len;
	struct batch kept;    /* what was in force and may be again */
	struct batch refused; /* what the log has said of */
	struct buf note;      /* as the store has it */
	bool stored;
	bool due;
	struct instant looked_at;
	size_t uses[SILENCE_USES];
};

static void batch_init(struct batch *batch)
{
	batch->list = (struct silence_list){.at = NULL};
	arena_init(&batch->arena);
}

static void batch_replace(struct batch *batch, struct batch *next)
{
	arena_release(&batch->arena);
	*batch = *next;
}

static void read_note(struct silences *silences)
{
	struct silence_list *list = &silences->kept.list;
	struct err err = {0};
	bool ok = store_note_get(silences->store, NOTE, &silences->note, &err) &&
		  silences_read(&silences->kept.arena, buf_view(&silences->note), STR(""), list, &err);

	if (!ok && err.text[0])
		log_error("what is known of silences cannot be read", F_CSTR("reason", err.text));
	else if (!ok)
		buf_cstr(&silences->note, "[]");
	if (list->unread)
		log_error("what is known of some silences cannot be read", F_INT("silences", list->unread),
			  F_CSTR("reason", list->why.text));
	for (size_t i = 0; i < list->len; i++)
		list->at[i].kept = true;
}

struct silences *silences_new(const struct silences_settings *settings, struct store *store)
{
	struct silences *silences = xcalloc(1, sizeof(*silences));

	arena_init(&silences->arena);
	silences->store = store;
	silences->comment = arena_str(&silences->arena, settings->comment);
	silences->len = settings->len;
	silences->tellers = xcalloc(settings->len, sizeof(*silences->tellers));
	for (size_t i = 0; i < settings->len; i++) {
		silences->tellers[i].url = arena_str(&silences->arena, settings->urls[i]);
		batch_init(&silences->tellers[i].told);
		buf_init(&silences->tellers[i].json, LIMIT_SILENCES_BYTES);
	}
	batch_init(&silences->kept);
	batch_init(&silences->refused);
	buf_init(&silences->note, LIMIT_NOTE_BYTES);
	silences->stored = true;
	read_note(silences);
	return silences;
}

void silences_free(struct silences *silences)
{
	if (!silences)
		return;
	for (size_t i = 0; i < silences->len; i++) {
		arena_release(&silences->tellers[i].told.arena);
		buf_release(&silences->tellers[i].json);
	}
	free(silences->tellers);
	arena_release(&silences->kept.arena);
	arena_release(&silences->refused.arena);
	buf_release(&silences->note);
	arena_release(&silences->arena);
	free(silences);
}

bool silences_answered(struct silences *silences, size_t from, struct str json, struct err *err)
{
	struct teller *teller = &silences->tellers[from];
	struct batch told;

	if (teller->json.len && str_eq(json, buf_view(&teller->json))) {
		silences->due |= !teller->up || !silences->stored;
		teller->up = true;
		return true;
	}
	batch_init(&told);
	teller->up = silences_read(&told.arena, json, teller->url, &told.list, err);
	if (!teller->up) {
		arena_release(&told.arena);
		return false;
	}
	if (told.list.unread)
		log_warn("an Alertmanager tells of silences that cannot be read", F_STR("url", teller->url),
			 F_INT("silences", told.list.unread), F_CSTR("reason", told.list.why.text));
	batch_replace(&teller->told, &told);
	buf_clear(&teller->json);
	buf_str(&teller->json, json);
	silences->due = true;
	return true;
}

void silences_failed(struct silences *silences, size_t from) { silences->tellers[from].up = false; }

bool silences_due(const struct silences *silences, struct instant now)
{
	return silences->due || now.ms - silences->looked_at.ms >= LOOK_EVERY;
}

size_t silences_count(const struct silences *silences, enum silence_use use) { return silences->uses[use]; }

/* --- what is known of them all ---------------------------------------------------------------------------------------
 */

/* All silences by their ids, from whoever knows the newest of each. */
struct meeting {
	struct arena arena; /* texts are of who told them */
	struct map ids;     /* -> struct silence */
	struct silence_list list;
};

static void meet(struct meeting *meeting, const struct silence_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		struct silence *other = map_get(&meeting->ids, list->at[i].id);
		bool kept = list->at[i].kept || (other && other->kept);

		if (other && !other->lost && other->updated.ms >= list->at[i].updated.ms)
			continue;
		if (!other)
			other = arena_alloc(&meeting->arena, sizeof(*other));
		*other = list->at[i];
		other->kept = kept;
		map_put(&meeting->ids, other->id, other);
	}
}

static bool anybody_tells(const struct map *told, const struct silence *silence) { return map_get(told, silence->id); }

static bool all_up(const struct silences *silences)
{
	bool up = true;

	for (size_t i = 0; i < silences->len; i++)
		up &= silences->tellers[i].up;
	return up;
}

static void note_ids(const struct silences *silences, struct map *told)
{
	for (size_t i = 0; i < silences->len; i++)
		for (size_t k = 0; k < silences->tellers[i].told.list.len; k++)
			map_put(told, silences->tellers[i].told.list.at[k].id, told);
}

/* What everybody has forgotten before it was over silences nobody any more. */
static void end_lost(const struct silences *silences, struct meeting *meeting, struct instant now)
{
	struct map told;

	if (!all_up(silences))
		return;
	map_init(&told);
	note_ids(silences, &told);
	for (struct map_entry *entry = NULL; (entry = map_next(&meeting->ids, entry));) {
		struct silence *silence = entry->value;

		if (silence->end.ms <= now.ms || anybody_tells(&told, silence))
			continue;
		silence->end = silence->begin.ms < now.ms ? now : silence->begin;
		silence->lost = true;
	}
	map_release(&told);
}

static int newest_first(const void *a, const void *b)
{
	const struct silence *left = a, *right = b;

	if (left->begin.ms != right->begin.ms)
		return left->begin.ms < right->begin.ms ? 1 : -1;
	return str_cmp(left->id, right->id);
}

/* Those that are asked for, in an order that does not change with who tells them. */
static void settle(const struct silences *silences, struct meeting *meeting)
{
	struct silence_list *list = &meeting->list;

	list->at = arena_array(&meeting->arena, meeting->ids.len, sizeof(*list->at));
	for (struct map_entry *entry = NULL; (entry = map_next(&meeting->ids, entry));) {
		const struct silence *silence = entry->value;

		if (str_starts(silence->comment, silences->comment))
			list->at[list->len++] = *silence;
	}
	if (list->len > 1)
		qsort(list->at, list->len, sizeof(*list->at), newest_first);
}

/* --- what becomes of them --------------------------------------------------------------------------------------------
 */

static const char *const reasons[SILENCE_USES] = {
	[SILENCE_OF_ALERTS] = "it looks at a label that no SLO has: it is about alerts",
	[SILENCE_TOO_LONG] = "it lasts longer than 366 days",
	[SILENCE_UNREAD] = "it has a regular expression that is not read",
	[SILENCE_TOO_MANY] = "there are too many exclusions and adjustments",
};

/* Each once, as long as it is known. */
static void log_refused(struct silences *silences, const struct silence_list *list)
{
	struct batch next;
	struct map said;

	map_init(&said);
	for (size_t i = 0; i < silences->refused.list.len; i++)
		map_put(&said, silences->refused.list.at[i].id, &silences->refused.list.at[i]);
	batch_init(&next);
	next.list.at = arena_array(&next.arena, list->len, sizeof(*list->at));
	for (size_t i = 0; i < list->len; i++) {
		const struct silence *silence = &list->at[i], *before = map_get(&said, silence->id);

		if (!reasons[silence->use])
			continue;
		next.list.at[next.list.len++] = silence_copy(&next.arena, silence);
		if (!before || before->use != silence->use)
			log_info("a silence is not imported", F_STR("id", silence->id), F_STR("url", silence->url),
				 F_STR("comment", silence->comment), F_CSTR("reason", reasons[silence->use]));
	}
	map_release(&said);
	batch_replace(&silences->refused, &next);
}

static bool to_be_kept(const struct silence *silence, struct instant now)
{
	if (silence->use == SILENCE_IN_FORCE)
		return true;
	return silence->kept && (silence->use == SILENCE_OF_NONE || silence->use == SILENCE_OF_ALERTS) &&
	       now.ms - silence->end.ms < KEEP_UNUSED;
}

static void keep(struct silences *silences, const struct silence_list *list, struct instant now)
{
	struct batch next;

	batch_init(&next);
	next.list.at = arena_array(&next.arena, list->len, sizeof(*list->at));
	for (size_t i = 0; i < list->len; i++)
		if (to_be_kept(&list->at[i], now)) {
			struct silence *kept = &next.list.at[next.list.len++];

			*kept = silence_copy(&next.arena, &list->at[i]);
			kept->kept = true;
		}
	batch_replace(&silences->kept, &next);
}

/* True where that is not what the store has. */
static bool remember(struct silences *silences)
{
	struct err err = {0};
	struct buf note;
	bool same;

	buf_init(&note, LIMIT_NOTE_BYTES);
	silences_write(&note, &silences->kept.list);
	same = str_eq(buf_view(&note), buf_view(&silences->note));
	if (!same || !silences->stored) {
		bool stored = note.full ? err_set(&err, "they take more than %zu bytes", LIMIT_NOTE_BYTES)
					: store_note_put(silences->store, NOTE, buf_view(&note), &err);

		if (!stored && silences->stored)
			log_error("silences cannot be written down", F_CSTR("reason", err.text));
		silences->stored = stored;
	}
	buf_release(&silences->note);
	silences->note = note;
	return !same;
}

struct slo_set *silences_over(struct silences *silences, struct slo_set *base, struct instant now, bool *changed)
{
	struct meeting meeting = {.list = {.at = NULL}};
	struct slo_set *set;

	arena_init(&meeting.arena);
	map_init(&meeting.ids);
	meet(&meeting, &silences->kept.list);
	for (size_t i = 0; i < silences->len; i++)
		meet(&meeting, &silences->tellers[i].told.list);
	end_lost(silences, &meeting, now);
	settle(silences, &meeting);
	set = slo_set_import(base, &meeting.list, now);
	memset(silences->uses, 0, sizeof(silences->uses));
	for (size_t i = 0; i < meeting.list.len; i++)
		silences->uses[meeting.list.at[i].use]++;
	log_refused(silences, &meeting.list);
	keep(silences, &meeting.list, now);
	*changed = remember(silences);
	silences->due = false;
	silences->looked_at = now;
	map_release(&meeting.ids);
	arena_release(&meeting.arena);
	return set;
}
