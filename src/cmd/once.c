#include "cmd/once.h"

#include "base/limits.h"
#include "base/log.h"
#include "cmd/setting_options.h"
#include "slo/finding_write.h"

#include <stdio.h>
#include <stdlib.h>

bool once_at(const struct command *command, const struct arguments *arguments, struct instant *at)
{
	const char *text = argument(command, arguments, "at");

	if (!text || instant_read(str_of(text), at))
		return true;
	command_misused(command, "--at: '%s' is no time such as 2026-01-31T12:00:00Z, 2026-01-31 or 1769860800", text);
	return false;
}

bool once_since(const struct command *command, const struct arguments *arguments, struct span *since)
{
	const char *text = argument(command, arguments, "since");

	*since = (struct span){30 * SPAN_DAY};
	if (!text || (span_read(str_of(text), since) && since->ms >= SPAN_HOUR && since->ms <= 365 * SPAN_DAY))
		return true;
	command_misused(command, "--since: '%s' is no duration from 1h to 1y", text);
	return false;
}

void once_prepare(struct settings *settings, bool past)
{
	settings->engine.counting.exact_ledgers = true;
	settings->engine.check_source_clock = false;
	settings->engine.give_up = true;
	settings->engine.samples_per_second = 0; /* somebody is waiting */
	if (past)
		settings->engine.settle = (struct span){0};
	log_setup(settings->log_format, LOG_ERROR);
}

bool once_settings(struct settings *settings, const struct command *command, const struct arguments *arguments,
		   struct instant *now)
{
	*now = instant_now();
	if (!once_at(command, arguments, now))
		return false;
	once_prepare(settings, argument(command, arguments, "at") != NULL);
	return true;
}

void once_say_findings(const struct slo_set *set)
{
	struct buf out;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < set->findings_len; i++)
		if (set->findings[i].level != FINDING_NOTE)
			findings_write(&out, FINDING_TEXT, &set->findings[i], 1, 0);
	findings_write(&out, FINDING_TEXT, NULL, 0, set->findings_dropped);
	fwrite(out.at ? out.at : "", 1, out.len, stderr);
	buf_release(&out);
}

bool once_load(struct once *once, const struct settings *settings)
{
	const char **paths = settings_definitions(settings);

	once->set = slo_set_load(paths, settings->definitions_len, NULL);
	free(paths);
	if (!once->offline)
		settings_find_sources(settings, once->set);
	if (slo_set_errors(once->set) == 0)
		return true;
	once_say_findings(once->set);
	once->broken = true;
	return once->partly && once->set->len > 0;
}

/* Counts until everything is that can be counted. A source that does not answer takes nothing from the others. */
static bool count(struct engine *engine, struct instant now)
{
	for (;;)
		switch (engine_turn(engine, now)) {
		case TURN_WORKED:
		case TURN_UNAVAILABLE:
			continue;
		case TURN_WAITING:
			engine_await(engine, engine_wait(engine, now));
			continue;
		case TURN_IDLE:
			return true;
		case TURN_INTERRUPTED:
		case TURN_NOT_STORED:
			return false;
		}
}

/* Of which sources nothing is known; false where that is all of them. */
static bool say_who_is_away(const struct once *once, struct instant now)
{
	size_t away = 0;

	for (size_t i = 0; i < once->sources.len; i++)
		away += engine_source_error(once->engine, i) != NULL;
	if (away && !engine_caught_up(once->engine, now))
		return false;
	for (size_t i = 0; i < once->sources.len && away; i++) {
		const char *why = engine_source_error(once->engine, i);

		if (why)
			fprintf(stderr,
				"wick: warning: the source '%.*s' does not answer, so its SLOs are not known: %s\n",
				STR_ARG(source_shown_name(once->sources.at[i].name)), why);
	}
	return true;
}

bool once_count(struct once *once, const struct settings *settings, struct instant now, struct err *err)
{
	if (!sources_open(&once->sources, settings->sources, settings->sources_len, err))
		return false;
	once->store = store_open(NULL, settings->engine.counting.step, err);
	if (!once->store)
		return false;
	once->engine = engine_new(&settings->engine, &once->sources, once->store);
	engine_load(once->engine, once->set, now);
	if (!count(once->engine, now) || !say_who_is_away(once, now))
		return err_set(err, "%s", engine_error(once->engine));
	if (engine_warning(once->engine)[0])
		fprintf(stderr, "wick: warning: the source says: %s\n", engine_warning(once->engine));
	return true;
}

bool once_count_all(struct once *once, const struct settings *settings, struct instant now, struct err *err)
{
	struct snapshot *snapshot;
	const struct results *results;
	size_t i = 0;
	bool ok;

	if (!once_count(once, settings, now, err))
		return false;
	snapshot = engine_snapshot(once->engine, now);
	results = &snapshot->results;
	while (i < results->len && results->list[i].state != DATA_ERROR)
		i++;
	ok = i == results->len || err_set(err, "'%.*s' cannot be played: %.*s", STR_ARG(results->list[i].slo->id),
					  STR_ARG(results->list[i].reason));
	snapshot_unref(snapshot);
	return ok;
}

void once_release(struct once *once)
{
	engine_free(once->engine);
	store_close(once->store);
	sources_close(&once->sources);
	slo_set_unref(once->set);
	*once = (struct once){.set = NULL};
}
