#include "exporters/health_text.h"

#include <math.h>

static struct str backfill(struct arena *arena, const struct health *health)
{
	bool one = health->backfill_slos == 1;
	const char *end = one ? ": its numbers are of the past" : ": their numbers are of the past";

	if (health->backfill_done_ratio > 0)
		return arena_fmt(arena, "%zu SLO%s still being read back (%.0f %% is done)%s", health->backfill_slos,
				 one ? " is" : "s are", floor(health->backfill_done_ratio * 100), end);
	return arena_fmt(arena, "%zu SLO%s still being read back%s", health->backfill_slos, one ? " is" : "s are", end);
}

/* Where there is but one source, its name says nothing. */
static struct str source_down(struct arena *arena, const struct health *health, const struct health_source *source)
{
	if (health->sources_len == 1)
		return arena_fmt(arena, "The source does not answer: %.*s", STR_ARG(source->error));
	return arena_fmt(arena, "The source '%.*s' does not answer, so %zu SLO%s not counted: %.*s",
			 STR_ARG(source->name), source->slos, source->slos == 1 ? " is" : "s are",
			 STR_ARG(source->error));
}

static struct str silences_untold(struct arena *arena, const struct health_teller *teller)
{
	if (!teller->answered_at.ms)
		return arena_fmt(arena, "The Alertmanager %.*s has not told its silences yet: %.*s",
				 STR_ARG(teller->url), STR_ARG(teller->error));
	return arena_fmt(arena, "The Alertmanager %.*s has not told its silences since %s: %.*s", STR_ARG(teller->url),
			 instant_text(teller->answered_at).text, STR_ARG(teller->error));
}

/* What is wrong with the reading of deliveries: four sentences at the most. */
static struct complaint *delivery_complaints(struct arena *arena, const struct health_delivery *delivery,
					     struct complaint *at)
{
	if (delivery->services && !delivery->asked)
		*at++ = (struct complaint){STR("Deliveries are defined and not read: the settings name no GitHub"),
					   false};
	if (delivery->facts_error.len)
		*at++ = (struct complaint){
			arena_fmt(arena, "What GitHub tells cannot be kept: %.*s", STR_ARG(delivery->facts_error)),
			true};
	if (delivery->asked && !delivery->up)
		*at++ = (struct complaint){arena_fmt(arena, "GitHub (%.*s) does not answer: %.*s",
						     STR_ARG(delivery->host), STR_ARG(delivery->error)),
					   true};
	else if (delivery->refused.len)
		*at++ = (struct complaint){arena_fmt(arena, "GitHub (%.*s) refuses: %.*s", STR_ARG(delivery->host),
						     STR_ARG(delivery->refused)),
					   true};
	if (delivery->organisation_error.len)
		*at++ = (struct complaint){arena_fmt(arena, "Repositories of an organisation are not known: %.*s",
						     STR_ARG(delivery->organisation_error)),
					   true};
	return at;
}

size_t health_complaints(struct arena *arena, const struct health *health, struct complaint **list)
{
	size_t most = 7 + health->sources_len + health->files_broken + health->pagers_len + health->tellers_len;
	struct complaint *at = arena_array(arena, most, sizeof(*at));

	*list = at;
	for (size_t i = 0; i < health->sources_len; i++)
		if (!health->sources[i].up)
			*at++ = (struct complaint){source_down(arena, health, &health->sources[i]), true};
	if (!health->store_ok)
		*at++ = (struct complaint){arena_fmt(arena,
						     "The store cannot be written to, so nothing is counted: %.*s",
						     STR_ARG(health->store_error)),
					   true};
	for (size_t i = 0; i < health->files_broken; i++)
		*at++ = (struct complaint){arena_fmt(arena, "%.*s%s", STR_ARG(health->broken[i].error),
						     health->broken[i].kept ? " (its last good version is in use)"
									    : " (its SLOs are not served)"),
					   true};
	for (size_t i = 0; i < health->pagers_len; i++)
		if (!health->pagers[i].up)
			*at++ = (struct complaint){arena_fmt(arena, "The Alertmanager %.*s does not take alerts",
							     STR_ARG(health->pagers[i].url)),
						   true};
	for (size_t i = 0; i < health->tellers_len; i++)
		if (!health->tellers[i].up)
			*at++ = (struct complaint){silences_untold(arena, &health->tellers[i]), true};
	at = delivery_complaints(arena, &health->delivery, at);
	if (!health->ready)
		*at++ = (struct complaint){arena_fmt(arena, "Not ready: %.*s", STR_ARG(health->not_ready)), false};
	if (health->backfill_slos)
		*at++ = (struct complaint){backfill(arena, health), false};
	return (size_t)(at - *list);
}
