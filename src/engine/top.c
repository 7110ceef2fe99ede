#include "engine/top.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/top_note.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define EVERY ((struct span){SPAN_HOUR})
enum { HOURS_BACK = 24 }; /* after an absence, so many hours at most are gone through one by one */
/* Who takes a place has so many times what the one who gives it up has. */
#define CLEARLY 1.1

struct remembered {
	struct top_memory memory;
	bool seen; /* since the last save */
};

struct tops {
	struct store *store;
	const struct alerts *alerts;
	struct remembered *by_row; /* account.row - 1 of the SLO as a whole */
	size_t len;
	bool changed;
};

static struct remembered *remembered_of(struct tops *tops, int64_t row)
{
	size_t wanted = (size_t)row;

	if (wanted > tops->len) {
		size_t more = tops->len * 2 > wanted ? tops->len * 2 : wanted;

		tops->by_row = xreallocarray(tops->by_row, more, sizeof(*tops->by_row));
		memset(tops->by_row + tops->len, 0, (more - tops->len) * sizeof(*tops->by_row));
		tops->len = more;
	}
	return &tops->by_row[wanted - 1];
}

static void forget(struct remembered *remembered)
{
	free(remembered->memory.at);
	remembered->memory = (struct top_memory){.at = NULL};
}

static void take_back(void *context, int64_t row, const struct top_memory *memory)
{
	struct remembered *remembered = remembered_of(context, row);
	size_t bytes = memory->len * sizeof(*memory->at);

	forget(remembered);
	remembered->memory = *memory;
	remembered->memory.at = bytes ? memcpy(xmalloc(bytes), memory->at, bytes) : NULL;
	remembered->memory.cap = memory->len;
}

struct tops *tops_new(struct store *store, const struct alerts *alerts)
{
	struct tops *tops = xcalloc(1, sizeof(*tops));
	struct err err = {0};
	struct buf note;

	tops->store = store;
	tops->alerts = alerts;
	buf_init(&note, LIMIT_NOTE_BYTES);
	if (store_note_get(store, TOP_NOTE, &note, &err) &&
	    !top_note_read(buf_view(&note), (int64_t)store_stats(store).accounts, take_back, tops, &err))
		log_error("which groups are shown cannot be read back: it is decided anew", F_CSTR("reason", err.text));
	buf_release(&note);
	return tops;
}

void tops_free(struct tops *tops)
{
	if (!tops)
		return;
	for (size_t i = 0; i < tops->len; i++)
		forget(&tops->by_row[i]);
	free(tops->by_row);
	free(tops);
}

/* A group with what it is judged by. */
struct candidate {
	struct account *account;
	double weight, total;
};

static struct candidate weigh(const struct slo *slo, struct account *account, step_no at, struct span step)
{
	struct counts counts = ledger_read(account->ledger, at - slo->window.ms / step.ms, at);

	return (struct candidate){account, slo->top.by == TOP_BAD ? counts.bad : counts.total, counts.total};
}

static int heavier_first(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	int order = (left->weight < right->weight) - (left->weight > right->weight);

	if (order == 0)
		order = (left->total < right->total) - (left->total > right->total);
	return order ? order : labels_cmp(left->account->key.group, right->account->key.group);
}

static struct candidate *ranked(const struct slo *slo, struct account **groups, size_t len, step_no at,
				struct span step)
{
	struct candidate *all = xcalloc(len, sizeof(*all));

	for (size_t i = 0; i < len; i++)
		all[i] = weigh(slo, groups[i], at, step);
	if (len > 1)
		qsort(all, len, sizeof(*all), heavier_first);
	return all;
}

static int by_group(const void *a, const void *b)
{
	const struct account *const *left = a, *const *right = b;

	return labels_cmp((*left)->key.group, (*right)->key.group);
}

size_t top_rank(const struct slo *slo, struct account **groups, size_t len, step_no at, struct span step)
{
	struct candidate *all = ranked(slo, groups, len, at, step);
	size_t most = len < slo->top.most ? len : slo->top.most;

	for (size_t i = 0; i < len; i++)
		groups[i] = all[i].account;
	if (most > 1)
		qsort(groups, most, sizeof(*groups), by_group);
	free(all);
	return most;
}

/* One SLO while its places are given. */
struct seating {
	struct tops *tops;
	const struct top_case *one;
	struct top_memory *memory;
	step_no end;
};

static struct top_place *place_of(const struct top_memory *memory, const struct account *account)
{
	for (size_t i = 0; i < memory->len; i++)
		if (memory->at[i].row == account->row)
			return &memory->at[i];
	return NULL;
}

static bool seated(const struct seating *seating, const struct account *account)
{
	const struct top_place *place = place_of(seating->memory, account);

	return place && !place->leaving;
}

static size_t count_places(const struct top_memory *memory, bool leaving)
{
	size_t count = 0;

	for (size_t i = 0; i < memory->len; i++)
		count += memory->at[i].leaving == leaving;
	return count;
}

/* What the group has counted goes from the rest's counters or comes to them; they stay where they are. */
static void carry(struct seating *seating, const struct account *account, double sign)
{
	struct counts ever = ledger_ever(account->ledger);

	seating->memory->carried.bad += sign * ever.bad;
	seating->memory->carried.total += sign * ever.total;
	seating->tops->changed = true;
}

static void tell(const struct seating *seating, const struct account *account, const char *what)
{
	struct buf group;

	buf_init(&group, LIMIT_LINE_BYTES);
	labels_write(&group, account->key.group);
	log_write(LOG_INFO, what, LOG_FIELDS(F_STR("slo", seating->one->slo->id), F_STR("group", buf_view(&group))));
	buf_release(&group);
}

static void take(struct seating *seating, const struct account *account)
{
	struct top_memory *memory = seating->memory;
	struct top_place *place = place_of(memory, account);

	seating->tops->changed = true;
	if (place) {
		place->leaving = false;
		return;
	}
	XGROW(memory->at, memory->len, memory->cap);
	memory->at[memory->len++] = (struct top_place){.row = account->row};
	carry(seating, account, 1);
	if (memory->formed)
		tell(seating, account, "a group is shown by itself");
}

static void let_go(struct seating *seating, const struct account *account)
{
	struct top_memory *memory = seating->memory;
	struct top_place *place = place_of(memory, account);

	assert(place);
	*place = memory->at[--memory->len];
	carry(seating, account, -1);
	tell(seating, account, "a group is not shown by itself any more");
}

static bool alerts(const struct seating *seating, const struct account *account)
{
	return alerts_under_way(seating->tops->alerts, account, (struct instant){seating->end * seating->one->step.ms});
}

/* An alert that vanished with its group would look as if all were well: such a group stays beside the others, if not as
 * many do already. */
static bool can_leave(const struct seating *seating, const struct account *account)
{
	return !alerts(seating, account) || count_places(seating->memory, true) < seating->one->slo->top.most;
}

static void give_up(struct seating *seating, const struct account *account)
{
	struct top_place *place = place_of(seating->memory, account);

	if (place && alerts(seating, account)) {
		place->leaving = true;
		seating->tops->changed = true;
	} else {
		let_go(seating, account);
	}
}

/* Those without data in the window are gone, and so are those that were leaving and whose alerts are over. */
static void clear_places(struct seating *seating)
{
	const struct top_case *one = seating->one;

	for (size_t i = 0; i < one->len; i++) {
		const struct top_place *place = place_of(seating->memory, one->groups[i]);

		if (place && (i >= one->with_data || (one->live && place->leaving && !alerts(seating, one->groups[i]))))
			let_go(seating, one->groups[i]);
	}
}

static bool clearly_more(const struct candidate *a, const struct candidate *b)
{
	return a->weight > CLEARLY * b->weight;
}

/* The same at the end of another step. */
static bool was_clearly_more(const struct seating *seating, const struct candidate *a, const struct candidate *b,
			     step_no at)
{
	struct candidate left = weigh(seating->one->slo, a->account, at, seating->one->step);
	struct candidate right = weigh(seating->one->slo, b->account, at, seating->one->step);

	return clearly_more(&left, &right);
}

/* Behind the lightest before `light` whose place can be given up; `heavy` where there is none behind that. */
static size_t lightest(const struct seating *seating, const struct candidate *all, size_t heavy, size_t light)
{
	while (light > heavy &&
	       (!seated(seating, all[light - 1].account) || !can_leave(seating, all[light - 1].account)))
		light--;
	return light;
}

/* The heaviest of those without a place against the lightest of those who have one, and so on. */
static void decide(struct seating *seating, step_no at, step_no before)
{
	const struct top_case *one = seating->one;
	struct candidate *all = ranked(one->slo, one->groups, one->with_data, at, one->step);
	size_t light = one->with_data;

	for (size_t heavy = 0; heavy < light; heavy++) {
		if (seated(seating, all[heavy].account))
			continue;
		light = lightest(seating, all, heavy, light);
		if (light <= heavy || !clearly_more(&all[heavy], &all[light - 1]))
			break;
		if (!was_clearly_more(seating, &all[heavy], &all[light - 1], before))
			continue;
		give_up(seating, all[--light].account);
		take(seating, all[heavy].account);
	}
	free(all);
}

/* What every full hour since the last time says. */
static void decide_hours(struct seating *seating)
{
	step_no every = EVERY.ms / seating->one->step.ms, last, hour;

	every = every < 1 ? 1 : every;
	last = seating->end / every * every;
	hour = seating->memory->decided / every * every + every;
	if (hour < last - HOURS_BACK * every)
		hour = last - HOURS_BACK * every;
	for (; hour <= last; hour += every) {
		decide(seating, hour, hour - every);
		seating->memory->decided = hour;
		seating->tops->changed = true;
	}
}

/* Free places go to the heaviest at once, and places that are too many are given up. */
static void fit(struct seating *seating)
{
	const struct top_case *one = seating->one;
	size_t count = count_places(seating->memory, false), most = one->slo->top.most;
	struct candidate *all;

	if (count == most || (count < most && count == one->with_data))
		return;
	all = ranked(one->slo, one->groups, one->with_data, seating->end, one->step);
	for (size_t i = 0; i < one->with_data && count < most; i++)
		if (!seated(seating, all[i].account)) {
			take(seating, all[i].account);
			count++;
		}
	for (size_t i = one->with_data; i > 0 && count > most; i--)
		if (seated(seating, all[i - 1].account) && can_leave(seating, all[i - 1].account)) {
			give_up(seating, all[i - 1].account);
			count--;
		}
	free(all);
}

/* For the first time, or by other events than before. */
static size_t form(struct seating *seating)
{
	const struct top_case *one = seating->one;
	struct top_memory *memory = seating->memory;
	size_t len;

	if (!one->live)
		return top_rank(one->slo, one->groups, one->with_data, seating->end, one->step);
	for (size_t i = 0; i < one->len && memory->formed; i++)
		if (place_of(memory, one->groups[i]))
			let_go(seating, one->groups[i]);
	len = top_rank(one->slo, one->groups, one->with_data, seating->end, one->step);
	for (size_t i = 0; i < len; i++)
		take(seating, one->groups[i]);
	if (!memory->formed)
		memory->carried = (struct counts){0};
	memory->formed = true;
	memory->by = one->slo->top.by;
	memory->decided = seating->end;
	seating->tops->changed = true;
	return len;
}

static size_t to_front(const struct seating *seating)
{
	struct account **groups = seating->one->groups;
	size_t shown = 0;

	for (size_t i = 0; i < seating->one->with_data; i++) {
		struct account *account = groups[i];

		if (!place_of(seating->memory, account))
			continue;
		groups[i] = groups[shown];
		groups[shown++] = account;
	}
	if (shown > 1)
		qsort(groups, shown, sizeof(*groups), by_group);
	return shown;
}

size_t tops_choose(struct tops *tops, const struct top_case *one)
{
	struct remembered *remembered = remembered_of(tops, one->root->row);
	struct seating seating = {tops, one, &remembered->memory, ledger_end(one->root->ledger)};

	remembered->seen = true;
	if (!remembered->memory.formed || remembered->memory.by != one->slo->top.by)
		return form(&seating);
	clear_places(&seating);
	if (one->live) {
		decide_hours(&seating);
		fit(&seating);
	}
	return to_front(&seating);
}

struct counts tops_carried(const struct tops *tops, const struct account *root)
{
	size_t row = (size_t)root->row;

	return row <= tops->len ? tops->by_row[row - 1].memory.carried : (struct counts){0};
}

bool tops_save(struct tops *tops, struct err *err)
{
	struct buf note;
	bool ok;

	for (size_t i = 0; i < tops->len; i++) {
		if (!tops->by_row[i].seen && tops->by_row[i].memory.formed) {
			forget(&tops->by_row[i]);
			tops->changed = true;
		}
		tops->by_row[i].seen = false;
	}
	if (!tops->changed)
		return true;
	buf_init(&note, LIMIT_NOTE_BYTES);
	top_note_begin(&note);
	for (size_t i = 0; i < tops->len; i++)
		if (tops->by_row[i].memory.formed)
			top_note_put(&note, (int64_t)i + 1, &tops->by_row[i].memory);
	ok = note.full ? err_set(err, "too many groups are shown to keep which ones")
		       : store_note_put(tops->store, TOP_NOTE, buf_view(&note), err);
	tops->changed = !ok;
	buf_release(&note);
	return ok;
}
