#include "engine/station.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#define RETRY_MOST (15 * SPAN_SECOND) /* of a source that does not answer */

void station_init(struct station *station, const struct named_source *named)
{
	*station = (struct station){.named = named, .source = named->source, .up = true};
}

static void drop_work(struct station *station)
{
	if (!source_answered(station->source))
		source_drop(station->source);
	looks_free(station->looks);
	recall_free(station->recall);
	station->looks = NULL;
	station->recall = NULL;
	station->task = NULL;
	station->work = WORK_NONE;
}

void station_clear(struct station *station)
{
	drop_work(station);
	station->slos_len = 0;
}

void station_release(struct station *station)
{
	drop_work(station);
	free(station->places);
}

void station_add_slo(struct station *station, size_t place)
{
	XGROW(station->places, station->slos_len, station->slos_cap);
	station->places[station->slos_len++] = place;
}

static struct str shown_name(const struct station *station) { return source_shown_name(station->named->name); }

void station_well(struct station *station)
{
	if (!station->up)
		log_info("the source answers again", F_STR("source", shown_name(station)),
			 F_INT("failures", station->failures));
	station->up = true;
	station->failures = 0;
}

void station_failed(struct station *station, struct mono now, const struct err *err)
{
	int64_t wait = SPAN_SECOND << (station->failures < 5 ? station->failures : 5);

	if (station->up)
		log_warn("the source does not answer", F_STR("source", shown_name(station)),
			 F_CSTR("reason", err->text));
	station->up = false;
	station->failures++;
	station->err = *err;
	station->at.ns = now.ns + (wait < RETRY_MOST ? wait : RETRY_MOST) * 1000000;
}

void station_warn(struct station *station, const char *warning)
{
	if (!warning[0] || strcmp(warning, station->warned) == 0)
		return;
	snprintf(station->warned, sizeof(station->warned), "%s", warning);
	log_warn("the source answers with a warning", F_STR("source", shown_name(station)), F_CSTR("warning", warning));
}

static bool on_source_time(void *context, const struct source_series *series, struct err *err)
{
	struct instant *time = context;

	(void)err;
	if (series->len)
		time->ms = (int64_t)(series->samples[0].value * 1000);
	return true;
}

bool station_ask_clock(struct station *station, step_no own)
{
	if (own == station->clock_asked_for)
		return false;
	station->clock_asked_for = own;
	station->clock_limit = 0;
	station->theirs = (struct instant){0};
	station->clock = (struct ask){.promql = STR("time()"), .series = on_source_time, .context = &station->theirs};
	source_begin(station->source, &station->clock, 1);
	station->work = WORK_CLOCK;
	return true;
}

void station_take_clock(struct station *station, struct instant now, struct span step)
{
	struct instant theirs = {station->theirs.ms + SPAN_SECOND}; /* it answered a moment ago */
	bool ahead;

	station->work = WORK_NONE;
	if (station->clock.outcome != ASK_OK || station->theirs.ms == 0)
		return;
	/* A step that has ended by its clock is counted when it has settled by ours: a source that is a little behind
	 * delays nothing. */
	station->clock_limit = theirs.ms / step.ms;
	ahead = now.ms - theirs.ms > SPAN_MINUTE;
	if (ahead && !station->clock_warned)
		log_warn("our clock is ahead of the source's", F_STR("source", shown_name(station)),
			 F_INT("seconds", (now.ms - theirs.ms) / 1000));
	station->clock_warned = ahead;
}

step_no station_target(const struct station *station, step_no own)
{
	return station->clock_limit && own > station->clock_limit ? station->clock_limit : own;
}

void station_recall(struct station *station, const struct counting_options *counting, const struct slo_set *set,
		    struct store *store)
{
	struct slo_places places = {station->places, station->slos_len};

	station->recall = recall_new(counting, set, places, station->source, store);
}

bool station_ask_looks(struct station *station, struct note *notes, const struct slo_set *set, struct store *store,
		       step_no target, struct span step)
{
	struct slo_places places = {station->places, station->slos_len};
	struct ask *asks;
	size_t len;

	station->look_due = false;
	station->looks = looks_new(notes, set, places, store, target, step);
	if (!station->looks)
		return false;
	len = looks_ask(station->looks, &asks);
	source_begin(station->source, asks, len);
	station->work = WORK_LOOK;
	return true;
}

void station_take_looks(struct station *station)
{
	looks_take(station->looks);
	looks_free(station->looks);
	station->looks = NULL;
	station->work = WORK_NONE;
}
