/* One reading of the history without a daemon, for the commands that evaluate: definitions, a source, a store in memory
 * and an engine that has counted up to one instant. */
#ifndef WICK_CMD_ONCE_H
#define WICK_CMD_ONCE_H

#include "engine/settings.h"

struct once {
	struct slo_set *set;
	struct source *source;
	struct store *store;
	struct engine *engine;
};

/* Reads the definitions; false where one is broken, since it would be missing from the result: all findings are on
 * stderr then. */
bool once_load(struct once *once, const struct settings *settings);
/* Counts everything up to `now`. False with a sentence where the source cannot be used. */
bool once_count(struct once *once, const struct settings *settings, struct instant now, struct err *err);
void once_release(struct once *once);

/* What --at means: the time, or now; with a time that was asked for nothing has to settle any more. False after saying
 * what is wrong. Sets what holds for every reading of this kind. */
struct command;
struct arguments;
bool once_settings(struct settings *settings, const struct command *command, const struct arguments *arguments,
		   struct instant *now);

#endif
