/* What the poller shows of what it knows, and the incidents that it is told of. */
#include "base/log.h"
#include "base/mem.h"
#include "delivery/poller_parts.h"
#include "delivery/service.h"
#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>

/* What is known of a service's incidents is not what it was. */
static void age_shelves(struct poller *poller, struct str service)
{
	for (size_t i = 0; i < poller->len; i++)
		for (size_t k = 0; k < poller->stops[i].target->services_len; k++)
			poller->stops[i].shelf_old |= str_eq(poller->stops[i].target->services[k].name, service);
	poller->news = true;
}

bool poller_put_alerts(struct poller *poller, const struct fact_alert *alerts, size_t len, struct err *err)
{
	bool ok = facts_begin(poller->facts, err);

	if (!ok)
		return false;
	for (size_t i = 0; ok && i < len; i++)
		ok = facts_put_alert(poller->facts, &alerts[i], err);
	if (!ok || !facts_commit(poller->facts, err)) {
		facts_abandon(poller->facts);
		return false;
	}
	for (size_t i = 0; i < len; i++)
		age_shelves(poller, alerts[i].service);
	return true;
}

bool poller_open_alerts(struct poller *poller, struct arena *arena, struct fact_alert **out, size_t *len,
			struct err *err)
{
	return facts_open_alerts(poller->facts, arena, out, len, err);
}

/* Whether what is known of the repository fits together: in the middle of a reading there are deployments of which it
 * is not known yet when they ended, and what they brought. What could not be had at all is no reason to wait. */
static bool fits(struct poller *poller, struct stop *stop, bool *settled, struct err *err)
{
	struct instant at;

	if (!reading_settled(poller->facts, stop->target, &at, err))
		return false;
	*settled = at.ms > 0 || (stop->read && !stop->half && poller->stop != stop);
	if (at.ms > stop->known_at.ms)
		stop->known_at = at; /* as another process has read it */
	return true;
}

/* The same with the repositories whose issues are its services' incidents. */
static bool all_fit(struct poller *poller, struct stop *stop, bool *settled, struct err *err)
{
	if (!fits(poller, stop, settled, err))
		return false;
	for (size_t i = 0; *settled && i < poller->len; i++) {
		struct stop *other = &poller->stops[i];

		if (other != stop && target_reads(stop->target, other->target->repository) &&
		    !fits(poller, other, settled, err))
			return false;
	}
	return true;
}

/* Facts of one repository that cannot be read are no reason not to read the others'. */
static void note(struct stop *stop, const struct err *err)
{
	if (stop->lanes.len && strcmp(stop->lanes.at->error.text, err->text) != 0)
		log_error("what is known of a repository cannot be read", F_STR("repository", stop->target->repository),
			  F_CSTR("reason", err->text));
	lanes_fail(&stop->lanes, err->text);
}

/* Reads the facts where something is new; until they fit together what is shown stays as it is, or is nothing. False
 * where there is nothing to be made anew of it. */
static bool make_ground(struct poller *poller, struct stop *stop)
{
	struct ground *ground = NULL;
	struct err err = {0};
	bool settled;

	if (!all_fit(poller, stop, &settled, &err) || (!settled && stop->ground) ||
	    !(ground = ground_make(poller->facts, stop->target, poller->set, settled, &err))) {
		if (err.text[0])
			note(stop, &err);
		return false;
	}
	ground_unref(stop->ground);
	stop->ground = ground;
	stop->shelf_old = !settled;
	return true;
}

/* `anew`: another moment than the one before may be asked for. */
static void make_shelf(struct poller *poller, struct stop *stop, struct instant at, bool anew)
{
	bool made = stop->shelf_old && make_ground(poller, stop);

	if (!stop->ground || (!made && !anew))
		return;
	shelf_unref(stop->shelf);
	stop->shelf = shelf_make(stop->ground, at, poller->horizon,
				 poller->settings.whole ? poller->horizon : (struct instant){0});
}

static void copy_health(struct poller *poller, struct delivery_results *results)
{
	struct github_health health = github_health(poller->github);

	health.error = arena_str(&results->arena, str_of(health.error)).at;
	health.refused = arena_str(&results->arena, str_of(health.refused)).at;
	results->github = health;
	results->host = arena_str(&results->arena, http_url_host(poller->settings.github.url));
	results->asked = poller->len + poller->finders_len > 0;
}

/* Where windows end: what was deployed since the last reading is not known, and must not count as nothing. */
static struct instant known_at(const struct poller *poller, struct instant known, struct instant at, bool anew)
{
	bool told = anew || poller->settings.whole || !known.ms;

	return told || at.ms < known.ms ? at : known;
}

static struct instant later(struct instant a, struct instant b) { return a.ms > b.ms ? a : b; }

/* What could not be had, also of other repositories whose issues are its incidents; in the arena. */
static struct str error_of(struct poller *poller, const struct lane *lane, struct arena *arena)
{
	struct str error = str_of(lane->error.text);

	for (size_t i = 0; i < lane->service->delivery->incidents_len; i++) {
		const struct incident_rule *rule = &lane->service->delivery->incidents[i];

		if (rule->source != INCIDENTS_ISSUES || !rule->repository.len ||
		    !incident_rule_concerns(rule, lane->environment))
			continue;
		for (size_t k = 0; k < poller->len; k++) {
			const struct err *other = &poller->stops[k].issues_error;

			if (!other->text[0] || strstr(lane->error.text, other->text) ||
			    !str_alike(poller->stops[k].target->repository, rule->repository))
				continue;
			error = arena_fmt(arena, "%.*s%s%s", STR_ARG(error), error.len ? "; " : "", other->text);
		}
	}
	return error;
}

static struct row_state *rows_of(struct poller *poller, const struct stop *stop, struct instant at, bool anew,
				 struct arena *arena)
{
	struct row_state *rows = arena_array(arena, stop->lanes.len, sizeof(*rows));

	for (size_t i = 0; i < stop->lanes.len; i++) {
		const struct lane *lane = &stop->lanes.at[i];
		struct instant known = later(stop->known_at, lane->known_at);

		rows[i] = (struct row_state){.service = lane->service->name,
					     .environment = lane->environment->name,
					     .read_at = later(stop->read_at, lane->read_at),
					     .at = known_at(poller, known, at, anew),
					     .error = error_of(poller, lane, arena)};
	}
	return rows;
}

static struct delivery_results *results_at(struct poller *poller, struct instant at, bool anew)
{
	struct shelf_state *states = xcalloc(poller->len ? poller->len : 1, sizeof(*states));
	struct delivery_results *results;
	struct arena arena;
	size_t len = 0;

	arena_init(&arena);
	for (size_t i = 0; i < poller->len; i++) {
		struct stop *stop = &poller->stops[i];

		/* a repository of which only issues are looked at shows nothing by itself */
		if (stop->target->services_len == 0)
			continue;
		make_shelf(poller, stop, at, anew);
		states[len++] = (struct shelf_state){.shelf = stop->shelf,
						     .rows = rows_of(poller, stop, at, anew, &arena),
						     .rows_len = stop->lanes.len,
						     .behind = !stop->read_at.ms};
	}
	results = delivery_results_make(states, len);
	copy_health(poller, results);
	arena_release(&arena);
	free(states);
	return results;
}

struct delivery_results *poller_results(struct poller *poller, struct instant at)
{
	return results_at(poller, at, false);
}

struct delivery_results *poller_results_then(struct poller *poller, struct instant at)
{
	return results_at(poller, at, true);
}
