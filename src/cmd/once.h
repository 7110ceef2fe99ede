/* One reading of the history without a daemon, for the commands that evaluate: definitions, sources, a store in memory
 * and an engine that has counted up to one instant. */
#ifndef WICK_CMD_ONCE_H
#define WICK_CMD_ONCE_H

#include "engine/settings.h"

struct once {
	bool offline; /* no source will be asked: whose name is not known does not matter */
	bool partly;  /* what is broken is left out, as long as anything is right */
	bool broken;  /* so it was */
	struct slo_set *set;
	struct sources sources;
	struct store *store;
	struct engine *engine;
};

/* All findings of a set, on stderr. */
void once_say_findings(const struct slo_set *set);

/* Reads the definitions; false where one is broken, since it would be missing from the result, unless `partly` says
 * that this is meant: all findings are on stderr then. */
bool once_load(struct once *once, const struct settings *settings);
/* Counts everything up to `now`. A source that does not answer is told on stderr, and its SLOs have the reason in their
 * results. False with a sentence where none answers. */
bool once_count(struct once *once, const struct settings *settings, struct instant now, struct err *err);
/* The same for what is to be played: false also where the numbers of an SLO cannot be had, since it would look as if
 * nothing had happened to it. */
bool once_count_all(struct once *once, const struct settings *settings, struct instant now, struct err *err);
void once_release(struct once *once);

/* What --at says, or `at` as it is. False after saying what is wrong. */
struct command;
struct arguments;
bool once_at(const struct command *command, const struct arguments *arguments, struct instant *at);
/* What --since says, so much of the history; 30 days where it is not given. False after saying what is wrong. */
bool once_since(const struct command *command, const struct arguments *arguments, struct span *since);
/* Sets what holds for every reading of this kind; in one that ends in the `past` nothing has to settle any more. */
void once_prepare(struct settings *settings, bool past);
/* Both, for a reading that ends at the time of --at, or now. */
bool once_settings(struct settings *settings, const struct command *command, const struct arguments *arguments,
		   struct instant *now);

#endif
