#include "daemon/tracker.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* Windows move with the time: they are worked out anew so often, although nothing new is known. */
#define SHOW_EVERY ((struct span){SPAN_MINUTE})

/* The last firing of one alert as the facts have it. */
struct firing {
	struct arena arena; /* owns the texts */
	struct fact_alert alert;
	struct str name; /* "shop/checkout page-fast {route="/pay"}": the same for all firings of the alert */
	bool seen;       /* in the snapshot at hand */
};

struct tracker {
	struct poller *poller; /* NULL: not asked for */
	struct delivery_results *results;
	struct instant made_at;
	bool old; /* there is something newer than `results` */
	size_t services;
	struct map firings; /* struct firing *, by name */
	bool recalled;      /* what was open when the last process ended is among them */
	char error[sizeof(((struct err *)NULL)->text)];
};

struct tracker *tracker_new(const struct tracker_settings *settings, struct err *err)
{
	struct tracker *tracker = xcalloc(1, sizeof(*tracker));

	map_init(&tracker->firings);
	tracker->old = true;
	if (!settings->enabled)
		return tracker;
	tracker->poller = poller_new(&settings->poller, err);
	if (tracker->poller)
		return tracker;
	tracker_free(tracker);
	return NULL;
}

void tracker_free(struct tracker *tracker)
{
	if (!tracker)
		return;
	for (struct map_entry *e = NULL; (e = map_next(&tracker->firings, e));) {
		struct firing *firing = e->value;

		arena_release(&firing->arena);
		free(firing);
	}
	map_release(&tracker->firings);
	delivery_results_unref(tracker->results);
	poller_free(tracker->poller);
	free(tracker);
}

void tracker_load(struct tracker *tracker, struct slo_set *set)
{
	if (!tracker->poller && set->deliveries_len && !tracker->services)
		log_warn("deliveries are defined and not read: there is no GitHub in the settings",
			 F_INT("deliveries", set->deliveries_len));
	tracker->services = set->deliveries_len;
	if (tracker->poller)
		poller_load(tracker->poller, set);
}

/* Windows have moved since the results were made. */
static bool is_late(const struct tracker *tracker, struct instant now)
{
	return !tracker->results || now.ms - tracker->made_at.ms >= SHOW_EVERY.ms;
}

bool tracker_turn(struct tracker *tracker, struct mono mono, struct instant now)
{
	if (!tracker->poller)
		return false;
	tracker->old |= poller_turn(tracker->poller, mono, now);
	return tracker->old || is_late(tracker, now);
}

struct span tracker_wait(const struct tracker *tracker, struct mono mono)
{
	return tracker->poller ? poller_wait(tracker->poller, mono) : (struct span){SPAN_HOUR};
}

void tracker_wake(struct tracker *tracker, struct str repository)
{
	if (tracker->poller)
		poller_wake(tracker->poller, repository);
}

static struct firing *firing_new(const struct fact_alert *alert, struct str name)
{
	struct firing *firing = xcalloc(1, sizeof(*firing));
	struct arena *arena = &firing->arena;

	arena_init(arena);
	firing->name = arena_str(arena, name);
	firing->alert = (struct fact_alert){
		.key = arena_str(arena, alert->key),
		.slo = arena_str(arena, alert->slo),
		.service = arena_str(arena, alert->service),
		.tier = arena_str(arena, alert->tier),
		.severity = arena_str(arena, alert->severity),
		.group = arena_str(arena, alert->group),
		.opened = alert->opened,
		.closed = alert->closed,
	};
	return firing;
}

static struct str firing_name(struct arena *arena, const struct fact_alert *alert)
{
	return arena_fmt(arena, "%.*s %.*s %.*s", STR_ARG(alert->slo), STR_ARG(alert->tier), STR_ARG(alert->group));
}

/* Takes the place of the firing before it, if there is one. */
static void remember(struct tracker *tracker, const struct fact_alert *alert, struct str name)
{
	struct firing *firing = firing_new(alert, name);
	struct firing *before = map_put(&tracker->firings, firing->name, firing);

	firing->seen = true;
	if (!before)
		return;
	arena_release(&before->arena);
	free(before);
}

/* What is to be written down of a snapshot. */
struct told {
	struct arena *arena;
	struct fact_alert *at;
	size_t len;
};

static void tell(struct told *told, const struct fact_alert *alert)
{
	told->at = arena_grow(told->arena, told->at, told->len, sizeof(*told->at));
	told->at[told->len++] = *alert;
}

static struct str group_text(struct arena *arena, struct labels group)
{
	struct str text;
	struct buf buf;

	if (!group.len)
		return STR("");
	buf_init(&buf, LIMIT_TEXT_BYTES);
	labels_write(&buf, group);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* An alert that has ever fired: tells of it where that is news. */
static void look_at(struct tracker *tracker, struct told *told, const struct slo_result *result,
		    const struct tier *tier, const struct alert_state *state)
{
	bool fires = state->phase == ALERT_FIRING;
	struct fact_alert alert = {.slo = result->slo->id,
				   .service = result->slo->service,
				   .tier = tier->name,
				   .severity = tier->severity,
				   .group = group_text(told->arena, result->group),
				   .opened = state->fired_at,
				   .closed = fires ? (struct instant){0} : state->resolved_at};
	struct str name = firing_name(told->arena, &alert);
	struct firing *known = map_get(&tracker->firings, name);

	if (known)
		known->seen = true;
	if (known && known->alert.opened.ms == alert.opened.ms && known->alert.closed.ms == alert.closed.ms)
		return;
	alert.key = arena_fmt(told->arena, "%.*s %s", STR_ARG(name), instant_text(alert.opened).text);
	/* it fires anew, and nobody saw how the time before ended */
	if (known && known->alert.opened.ms != alert.opened.ms && !known->alert.closed.ms) {
		struct fact_alert ended = known->alert;

		ended.closed = alert.opened;
		tell(told, &ended);
	}
	tell(told, &alert);
}

/* Firings of SLOs, groups or tiers that are gone end with them. */
static void end_unseen(struct tracker *tracker, struct told *told, struct instant now)
{
	for (struct map_entry *e = NULL; (e = map_next(&tracker->firings, e));) {
		struct firing *firing = e->value;
		struct fact_alert ended = firing->alert;

		if (firing->seen || ended.closed.ms)
			continue;
		ended.closed.ms = now.ms > ended.opened.ms ? now.ms : ended.opened.ms;
		tell(told, &ended);
	}
}

static void fail(struct tracker *tracker, const struct err *err)
{
	if (strcmp(tracker->error, err->text) != 0)
		log_error("alerts cannot be written down as incidents", F_CSTR("reason", err->text));
	memcpy(tracker->error, err->text, sizeof(tracker->error));
}

/* Firings that were under way when the last process ended. */
static bool recall(struct tracker *tracker, struct arena *arena, struct err *err)
{
	struct fact_alert *open;
	size_t len;

	if (tracker->recalled)
		return true;
	if (!poller_open_alerts(tracker->poller, arena, &open, &len, err))
		return false;
	for (size_t i = 0; i < len; i++) {
		struct str name = firing_name(arena, &open[i]);
		const struct firing *before = map_get(&tracker->firings, name);
		struct fact_alert ended;

		/* the newest counts, and ends by itself; nobody would end the ones before */
		if (before && !str_eq(before->alert.key, open[i].key)) {
			ended = before->alert;
			ended.closed = open[i].opened;
			if (!poller_put_alerts(tracker->poller, &ended, 1, err))
				return false;
		}
		remember(tracker, &open[i], name);
	}
	return tracker->recalled = true;
}

static void take_alerts(struct tracker *tracker, const struct snapshot *snapshot, struct arena *arena,
			struct instant now)
{
	const struct results *results = &snapshot->results;
	struct told told = {.arena = arena};
	struct err err = {0};

	if (!recall(tracker, arena, &err)) {
		fail(tracker, &err);
		return;
	}
	for (struct map_entry *e = NULL; (e = map_next(&tracker->firings, e));)
		((struct firing *)e->value)->seen = false;
	for (size_t i = 0; i < results->len; i++) {
		const struct slo_result *result = &results->list[i];

		for (size_t k = 0; result->alerts && k < result->slo->alerting->len; k++)
			if (result->alerts[k].state.fired_at.ms)
				look_at(tracker, &told, result, &result->slo->alerting->tiers[k],
					&result->alerts[k].state);
	}
	/* before all of them were looked at, one that is missing is only late */
	if (snapshot->health.ready)
		end_unseen(tracker, &told, now);
	if (told.len && !poller_put_alerts(tracker->poller, told.at, told.len, &err)) {
		fail(tracker, &err); /* the next snapshot tells them again */
		return;
	}
	tracker->error[0] = '\0';
	tracker->old |= told.len > 0;
	for (size_t i = 0; i < told.len; i++)
		remember(tracker, &told.at[i], firing_name(arena, &told.at[i]));
}

static void make_results(struct tracker *tracker, struct instant now)
{
	struct delivery_results *before = tracker->results;

	/* what is worked out of it may not go back in time */
	if (!tracker->old && !is_late(tracker, now))
		return;
	tracker->results = poller_results(tracker->poller, now);
	tracker->made_at = now;
	tracker->old = false;
	delivery_results_unref(before);
}

static void tell_health(const struct tracker *tracker, struct snapshot *snapshot)
{
	const struct delivery_results *results = tracker->results;
	struct arena *arena = &snapshot->arena;
	const char *facts = poller_error(tracker->poller);

	snapshot->health.delivery = (struct health_delivery){
		.services = tracker->services,
		.asked = results->asked,
		.repositories = results->repositories,
		.behind = results->repositories_behind,
		.host = results->host, /* lives as long as the results, which the snapshot holds */
		.up = results->github.up,
		.error = str_of(results->github.error),
		.refused = str_of(results->github.refused),
		.organisation_error = arena_str(arena, str_of(poller_organisation_error(tracker->poller))),
		.facts_error = arena_str(arena, str_of(tracker->error[0] ? tracker->error : facts)),
		.quota_left = results->github.limited ? results->github.remaining : (double)NAN,
		.reset = results->github.reset,
		.paused_until = results->github.paused_until,
	};
}

void tracker_take(struct tracker *tracker, struct snapshot *snapshot, struct instant now)
{
	struct arena arena;

	snapshot->health.delivery = (struct health_delivery){.services = tracker->services, .quota_left = (double)NAN};
	if (!tracker->poller)
		return;
	arena_init(&arena);
	take_alerts(tracker, snapshot, &arena, now);
	arena_release(&arena);
	make_results(tracker, now);
	snapshot->delivery = delivery_results_ref(tracker->results);
	snapshot->results.deliveries = &snapshot->delivery->results;
	tell_health(tracker, snapshot);
}
