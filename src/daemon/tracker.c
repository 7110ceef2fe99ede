#include "daemon/tracker.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* Windows move with the time: they are worked out anew so often, although nothing new is known. */
#define SHOW_EVERY ((struct span){SPAN_MINUTE})

struct tracker {
	struct poller *poller; /* NULL: not asked for */
	struct delivery_results *results;
	struct instant made_at;
	bool old; /* there is something newer than `results` */
	size_t services;
	uint64_t firings; /* the revision of them that the facts have; 0: none of this run */
	char error[sizeof(((struct err *)NULL)->text)];
};

struct tracker *tracker_new(const struct tracker_settings *settings, struct err *err)
{
	struct tracker *tracker = xcalloc(1, sizeof(*tracker));

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

static struct fact_alert fact_of(struct arena *arena, const struct firing *firing)
{
	struct str group = group_text(arena, firing->group);

	return (struct fact_alert){
		.key = arena_fmt(arena, "%.*s %.*s %.*s %s", STR_ARG(firing->slo_id), STR_ARG(firing->tier),
				 STR_ARG(group), instant_text(firing->fired_at).text),
		.slo = firing->slo_id,
		.service = firing->service,
		.tier = firing->tier,
		.severity = firing->severity,
		.group = group,
		.opened = firing->fired_at,
		.closed = firing->resolved_at,
	};
}

/* What fires by the facts and is not among all that the engine knows of: its store is another one, or has let it go. */
static bool end_unknown(struct tracker *tracker, const struct fact_alert *known, size_t known_len, struct arena *arena,
			struct instant now, struct err *err)
{
	struct fact_alert *open;
	struct map keys;
	size_t len, ended = 0;

	if (!poller_open_alerts(tracker->poller, arena, &open, &len, err))
		return false;
	map_init(&keys);
	for (size_t i = 0; i < known_len; i++)
		map_put(&keys, known[i].key, tracker);
	for (size_t i = 0; i < len; i++) {
		if (map_get(&keys, open[i].key))
			continue;
		open[ended] = open[i];
		open[ended++].closed.ms = now.ms > open[i].opened.ms ? now.ms : open[i].opened.ms;
	}
	map_release(&keys);
	return !ended || poller_put_alerts(tracker->poller, open, ended, err);
}

/* The engine's firings are the facts' incidents: all of them in the first place, then what changes. */
static bool take_firings(struct tracker *tracker, const struct firings *firings, struct arena *arena,
			 struct instant now, struct err *err)
{
	struct firing_list list;
	uint64_t revision = firings_changed(firings, tracker->firings, arena, &list);
	struct fact_alert *facts = arena_array(arena, list.len, sizeof(*facts));
	size_t len = 0;

	for (size_t i = 0; i < list.len; i++)
		facts[i] = fact_of(arena, &list.at[i]);
	if (!tracker->firings && !end_unknown(tracker, facts, list.len, arena, now, err))
		return false;
	/* a note of before services were written down with it: the facts know of whom it is */
	for (size_t i = 0; i < list.len; i++)
		if (facts[i].service.len)
			facts[len++] = facts[i];
	if (len && !poller_put_alerts(tracker->poller, facts, len, err))
		return false;
	tracker->old |= revision != tracker->firings;
	tracker->firings = revision;
	return true;
}

static void take_alerts(struct tracker *tracker, const struct firings *firings, struct instant now)
{
	struct arena arena;
	struct err err = {0};

	arena_init(&arena);
	if (take_firings(tracker, firings, &arena, now, &err)) {
		tracker->error[0] = '\0';
	} else {
		if (strcmp(tracker->error, err.text) != 0)
			log_error("alerts cannot be written down as incidents", F_CSTR("reason", err.text));
		memcpy(tracker->error, err.text, sizeof(tracker->error));
	}
	arena_release(&arena);
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

void tracker_take(struct tracker *tracker, const struct firings *firings, struct snapshot *snapshot, struct instant now)
{
	snapshot->health.delivery = (struct health_delivery){.services = tracker->services, .quota_left = (double)NAN};
	if (!tracker->poller)
		return;
	take_alerts(tracker, firings, now);
	make_results(tracker, now);
	snapshot->delivery = delivery_results_ref(tracker->results);
	snapshot->results.deliveries = &snapshot->delivery->results;
	tell_health(tracker, snapshot);
}
