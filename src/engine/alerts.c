#include "engine/alerts.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "engine/alert_note.h"
#include "engine/alert_reading.h"
#include "engine/followed.h"
#include "engine/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	BACK_STEPS = 360, /* at most: so many single steps a ledger has */
	FIRST_STEPS = 60, /* of an account that is followed for the first time: for a `since` that is true */
	/* Behind by more, it is not said to be followed; so often it is written down. Less than FIRST_STEPS together.
	 */
	LATE_STEPS = 20,
	WRITE_STEPS = 5,
};

#define TOLD ((struct span){20 * SPAN_MINUTE}) /* senders repeat an end for 15 min */

/* What is remembered of one account. Most have no alert that ever was true. */
struct memory {
	struct alert_memory *at;
	size_t len, cap;
	step_no to;           /* the step that they were taken on to; 0: never */
	bool seen;            /* since the last save */
	struct instant since; /* followed from here on without a step left out; ms == 0: never */
	bool told;            /* that is in the store */
	uint64_t key;         /* followed_key; 0: not looked at yet in this run */
};

struct alerts {
	struct store *store;
	struct memory *by_row; /* account.row - 1 */
	size_t len;
	bool changed;
	struct firings *firings;
	struct instant now; /* of the last case */
	struct span step;
	struct followed before; /* this run; in the arena */
	struct arena arena;
	struct instant written; /* as it was last written down */
	bool since_changed;
};

static struct memory *memory_of(struct alerts *alerts, int64_t row)
{
	size_t wanted = (size_t)row;

	if (wanted > alerts->len) {
		size_t more = alerts->len * 2 > wanted ? alerts->len * 2 : wanted;

		alerts->by_row = xreallocarray(alerts->by_row, more, sizeof(*alerts->by_row));
		memset(alerts->by_row + alerts->len, 0, (more - alerts->len) * sizeof(*alerts->by_row));
		alerts->len = more;
	}
	return &alerts->by_row[wanted - 1];
}

static struct alert_memory *find(const struct memory *memory, uint64_t tier)
{
	for (size_t i = 0; i < memory->len; i++)
		if (memory->at[i].tier == tier)
			return &memory->at[i];
	return NULL;
}

static void remember(struct memory *memory, const struct alert_memory *alert)
{
	struct alert_memory *known = find(memory, alert->tier);

	if (!known) {
		XGROW(memory->at, memory->len, memory->cap);
		known = &memory->at[memory->len++];
	}
	*known = *alert;
}

static void take_back(void *context, int64_t row, step_no to, const struct alert_memory *alert)
{
	struct memory *memory = memory_of(context, row);

	memory->to = to;
	remember(memory, alert);
}

static void take_followed(struct alerts *alerts)
{
	struct err err = {0};

	arena_init(&alerts->arena);
	if (!followed_read(alerts->store, &alerts->arena, &alerts->before, &err))
		log_error("from when on alerts were followed cannot be read back: it begins anew",
			  F_CSTR("reason", err.text));
	alerts->since_changed = true; /* of accounts that are gone it goes */
}

struct alerts *alerts_new(struct store *store)
{
	struct alerts *alerts = xcalloc(1, sizeof(*alerts));
	struct err err = {0};
	struct buf note;

	alerts->store = store;
	alerts->firings = firings_new(store);
	take_followed(alerts);
	buf_init(&note, LIMIT_NOTE_BYTES);
	if (store_note_get(store, ALERT_NOTE, &note, &err) &&
	    !alert_note_read(buf_view(&note), (int64_t)store_stats(store).accounts, take_back, alerts, &err))
		log_error("the states of alerts cannot be read back: they begin anew", F_CSTR("reason", err.text));
	buf_release(&note);
	return alerts;
}

void alerts_free(struct alerts *alerts)
{
	if (!alerts)
		return;
	for (size_t i = 0; i < alerts->len; i++)
		free(alerts->by_row[i].at);
	free(alerts->by_row);
	firings_free(alerts->firings);
	arena_release(&alerts->arena);
	free(alerts);
}

/* It is of now, whatever step the ledger is at. */
static bool has_own_time(const struct tier *tier) { return tier->kind == TIER_ERROR || tier->kind == TIER_MISSED; }

/* What is known as of the end of a step. An error and a closed period are of now, and have a time of their own. */
static struct alert_reading read_step(const struct alerts_case *one, const struct view *view, const struct tier *tier,
				      const struct window_reading *window, step_no at)
{
	struct alert_reading reading = alert_reading_at(view, tier, window, at, one->stale_after);

	if (at != one->view->end)
		return reading;
	reading.error = one->error;
	if (has_own_time(tier) && one->now.ms > reading.at.ms)
		reading.at = one->now;
	if (tier->kind == TIER_MISSED)
		reading.period = period_last(one->periods, one->periods_len, tier->window, reading.at);
	return reading;
}

/* One line with the numbers that there are. */
static void tell(const struct alerts_case *one, const struct tier *tier, const struct alert *alert, struct instant at)
{
	const struct period_record *period = alert->period;
	bool fires = alert->state.phase == ALERT_FIRING;
	struct buf group;

	buf_init(&group, LIMIT_LINE_BYTES);
	if (one->account->key.group.len)
		labels_write(&group, one->account->key.group);
	log_write(fires ? LOG_WARN : LOG_INFO, fires ? "an alert fires" : "an alert is over",
		  (const struct log_field[]){F_STR("slo", one->view->slo->id),
					     F_STR("group", buf_view(&group)),
					     F_STR("tier", tier->name),
					     F_STR("severity", tier->severity),
					     F_CSTR("at", instant_text(at).text),
					     F_NUM("value", alert->value),
					     F_NUM("value_short", alert->value_short),
					     F_NUM("factor", tier->kind == TIER_BURN ? tier->factor : (double)NAN),
					     F_NUM("bad", alert->bad),
					     F_NUM("total", alert->total),
					     F_STR(period ? "period" : NULL, period ? period->name : STR("")),
					     {.key = NULL}});
	buf_release(&group);
}

/* For good, whichever way it ends: one that fires, or has ended. */
static void write_down(struct alerts *alerts, const struct alerts_case *one, const struct tier *tier,
		       struct instant fired_at, struct instant resolved_at)
{
	const struct firing firing = {
		.slo_id = one->view->slo->id,
		.service = one->view->slo->service,
		.group = one->account->key.group,
		.tier = tier->name,
		.severity = tier->severity,
		.fired_at = fired_at,
		.resolved_at = resolved_at,
	};

	firings_tell(alerts->firings, &firing);
}

/* An alert of a closed period that is over is told with that period's numbers, whatever was closed since. */
static void look_back(const struct alerts_case *one, const struct tier *tier, const struct alert_reading *reading,
		      struct alert *alert)
{
	struct alert_reading past = *reading;

	if (tier->kind != TIER_MISSED || alert->state.phase != ALERT_INACTIVE || !alert->state.fired_at.ms)
		return;
	past.period = alert_period(tier, &alert->state, one->periods, one->periods_len);
	alert_judge(one->view->slo, tier, &past, alert);
}

/* One step of one alert. Another closed period may fire in the step in which the one before is over. */
static void step_on(struct alerts *alerts, const struct alerts_case *one, const struct tier *tier,
		    const struct alert_reading *reading, struct alert *alert)
{
	struct alert before = *alert;
	bool fired = before.state.phase == ALERT_FIRING, fires;

	alert_follow(one->view->slo, tier, reading, alert);
	look_back(one, tier, reading, alert);
	alerts->changed |= memcmp(&before.state, &alert->state, sizeof(before.state)) != 0;
	fires = alert->state.phase == ALERT_FIRING;
	if (fired && fires && before.state.fired_at.ms != alert->state.fired_at.ms) {
		before.state.phase = ALERT_INACTIVE;
		look_back(one, tier, reading, &before);
		tell(one, tier, &before, reading->at);
		write_down(alerts, one, tier, before.state.fired_at, reading->at);
		fired = false;
	}
	if (fired != fires) {
		tell(one, tier, alert, reading->at);
		write_down(alerts, one, tier, alert->state.fired_at,
			   fires ? (struct instant){0} : alert->state.resolved_at);
	}
}

/* So far its alerts were followed for certain. */
static step_no followed_to(const struct alerts *alerts, const struct memory *memory)
{
	step_no before = alerts->before.to.ms ? alerts->before.to.ms / alerts->step.ms - LATE_STEPS : 0;

	return memory->to > before ? memory->to : before;
}

/* Steps that passed while nobody was there are looked at as well. */
static step_no first_step(const struct alerts *alerts, const struct memory *memory, step_no end)
{
	step_no to = memory->since.ms ? followed_to(alerts, memory) : memory->to;

	if (!memory->to && (!to || to > end - FIRST_STEPS))
		to = end - FIRST_STEPS;
	return end - to > BACK_STEPS ? end - BACK_STEPS + 1 : to + 1;
}

/* In steps that are left out alerts may have fired that nobody knows of. */
static void begin_anew(struct alerts *alerts, struct memory *memory, step_no from)
{
	if (memory->since.ms && from <= followed_to(alerts, memory) + 1)
		return;
	memory->since.ms = from * alerts->step.ms;
	alerts->since_changed = true;
}

/* The states as they are remembered, without numbers. */
static void take_up(const struct memory *memory, const struct alerting *alerting, struct alert *out)
{
	for (size_t i = 0; i < alerting->len; i++) {
		const struct alert_memory *known = find(memory, alert_tier_key(alerting->tiers[i].name));

		out[i] = (struct alert){.value = (double)NAN, .value_short = (double)NAN};
		if (known)
			out[i].state = known->state;
	}
}

static void put_back(struct alerts *alerts, struct memory *memory, const struct alerting *alerting,
		     const struct alert *out)
{
	size_t before = memory->len;

	memory->len = 0; /* a tier that is gone goes */
	for (size_t i = 0; i < alerting->len; i++)
		if (out[i].state.active_at.ms || out[i].state.fired_at.ms)
			remember(memory, &(struct alert_memory){alert_tier_key(alerting->tiers[i].name), out[i].state});
	alerts->changed |= memory->len != before;
}

/* An SLO that is behind since its query is refused would never get nearer: its error is taken on all the same. That
 * there is none any more is seen once it is up to date. What is told of a closed period ends in time. */
static bool follows(const struct alerts_case *one, const struct tier *tier, const struct alert *alert)
{
	return one->live || (tier->kind == TIER_ERROR && one->error) ||
	       (tier->kind == TIER_MISSED && alert->state.phase != ALERT_INACTIVE);
}

/* One tier at the end of a step. */
static void follow_tier(struct alerts *alerts, const struct alerts_case *one, const struct view *view,
			const struct tier *tier, const struct window_reading *window, step_no at, struct alert *alert)
{
	struct alert_reading reading;

	if (tier->kind == TIER_MISSED && at != one->view->end)
		return;
	reading = read_step(one, view, tier, window, at);
	if (follows(one, tier, alert))
		step_on(alerts, one, tier, &reading, alert);
	else
		alert_judge(one->view->slo, tier, &reading, alert);
	look_back(one, tier, &reading, alert);
}

/* Where no new step has come the last one is looked at again: what has its own time goes on. */
void alerts_follow(struct alerts *alerts, const struct alerts_case *one, struct alert *out)
{
	const struct slo *slo = one->view->slo;
	const struct alerting *alerting = slo->alerting;
	struct memory *memory = memory_of(alerts, one->account->row);
	step_no end = one->view->end, begin = view_begin(one->view);
	step_no from;
	struct arena scratch;
	struct view view;

	memory->seen = true;
	if (!memory->key) {
		memory->key = followed_key(&one->account->key);
		memory->since = followed_since(&alerts->before, memory->key);
	}
	alerts->step = one->view->step;
	from = one->live ? first_step(alerts, memory, end) : end;
	take_up(memory, alerting, out);
	arena_init(&scratch);
	view = view_of(one->view, &scratch, from < end ? from : end, end);
	if (one->live)
		begin_anew(alerts, memory, from > begin ? from : begin + 1);
	/* one without a step yet is looked at as it is */
	for (step_no at = from > end || (begin == end && !one->live) ? end
			  : from > begin                             ? from
								     : begin + 1;
	     at <= end; at++) {
		struct window_reading window = window_read(slo->windows, &view, at);

		for (size_t i = 0; i < alerting->len; i++)
			follow_tier(alerts, one, &view, &alerting->tiers[i], &window, at, &out[i]);
	}
	arena_release(&scratch);
	for (size_t i = 0; i < alerting->len; i++)
		if (out[i].state.phase == ALERT_FIRING)
			write_down(alerts, one, &alerting->tiers[i], out[i].state.fired_at, (struct instant){0});
	alerts->now = one->now;
	memory->to = one->live ? end : memory->to;
	put_back(alerts, memory, alerting, out);
}

struct firings *alerts_firings(const struct alerts *alerts) { return alerts->firings; }

bool alerts_under_way(const struct alerts *alerts, const struct account *account, struct instant at)
{
	const struct memory *memory = (size_t)account->row <= alerts->len ? &alerts->by_row[account->row - 1] : NULL;

	for (size_t i = 0; memory && i < memory->len; i++) {
		const struct alert_state *state = &memory->at[i].state;

		if (state->phase == ALERT_FIRING || (state->resolved_at.ms && at.ms - state->resolved_at.ms < TOLD.ms))
			return true;
	}
	return false;
}

/* Of accounts that have fallen behind it is not said: a restart could not tell what was left out. */
static bool save_followed(struct alerts *alerts, struct err *err)
{
	struct followed followed = {.to = alerts->now};
	step_no now = alerts->now.ms / alerts->step.ms;
	struct arena arena;
	bool ok = true;

	arena_init(&arena);
	followed.at = arena_array(&arena, alerts->len, sizeof(*followed.at));
	for (size_t i = 0; i < alerts->len; i++) {
		struct memory *memory = &alerts->by_row[i];
		step_no to = memory->to > alerts->before.to.ms / alerts->step.ms
				     ? memory->to
				     : alerts->before.to.ms / alerts->step.ms;
		bool told = memory->since.ms && to + LATE_STEPS >= now;

		if (told)
			followed.at[followed.len++] = (struct followed_account){memory->key, memory->since};
		alerts->since_changed |= told != memory->told;
		memory->told = told;
	}
	if (alerts->since_changed || alerts->now.ms - alerts->written.ms >= WRITE_STEPS * alerts->step.ms) {
		ok = followed_write(alerts->store, &followed, alerts->since_changed, err);
		alerts->since_changed &= !ok;
		alerts->written = ok ? alerts->now : alerts->written;
	}
	arena_release(&arena);
	return ok;
}

bool alerts_save(struct alerts *alerts, struct err *err)
{
	struct buf note;
	bool ok = true;

	/* first: a firing that the states know is told of again, one that they have forgotten is not */
	if (alerts->now.ms && (!firings_save(alerts->firings, alerts->now, err) || !save_followed(alerts, err)))
		return false;
	for (size_t i = 0; i < alerts->len; i++) {
		if (!alerts->by_row[i].seen && alerts->by_row[i].len) {
			alerts->by_row[i].len = 0;
			alerts->changed = true;
		}
		alerts->by_row[i].seen = false;
	}
	if (!alerts->changed)
		return true;
	buf_init(&note, LIMIT_NOTE_BYTES);
	alert_note_begin(&note);
	for (size_t i = 0; i < alerts->len; i++)
		for (size_t k = 0; k < alerts->by_row[i].len; k++)
			alert_note_put(&note, (int64_t)i + 1, alerts->by_row[i].to, &alerts->by_row[i].at[k]);
	ok = note.full ? err_set(err, "too many alerts have fired to keep their states")
		       : store_note_put(alerts->store, ALERT_NOTE, buf_view(&note), err);
	alerts->changed = !ok;
	buf_release(&note);
	return ok;
}
