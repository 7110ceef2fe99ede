/* Which groups of an SLO are shown by themselves, where it says `top`: those with the most events, or bad ones, in as
 * long a time as its first window. Places are given anew at each full hour, from what was counted up to then, so that
 * it makes no difference when that is done. A group gives up its place to one that has clearly more, at this hour and
 * at the one before; one whose alert fires is shown on beside the others until that is over, and where as many are
 * already it keeps its place; one without data in the window is gone at once. What is decided is kept in the store. The
 * engine's thread owns it. */
#ifndef WICK_ENGINE_TOP_H
#define WICK_ENGINE_TOP_H

#include "engine/alerts.h"

struct tops;

/* With what the store has kept; what is damaged there is left behind with a line in the log, and places are given as if
 * for the first time. `store` and `alerts` must outlive it. */
struct tops *tops_new(struct store *store, const struct alerts *alerts);
void tops_free(struct tops *tops); /* NULL is legal */

/* How one SLO stands, for tops_choose. */
struct top_case {
	const struct slo *slo;
	const struct account *root; /* the SLO as a whole */
	struct account **groups;    /* all but the rest, and first those that have data in the window */
	size_t len, with_data;
	struct span step;
	bool live; /* the ledgers are nearly up to date: else nothing is decided, and what is seen for the first time is
		      not kept */
};

/* Puts those that are shown to the front, by their labels, and returns how many they are: at most `top.most`, and as
 * many again whose alerts are under way. */
size_t tops_choose(struct tops *tops, const struct top_case *one);

/* What the counters of the SLO's rest have beside what its groups have counted: so they neither fall nor jump when a
 * group comes or goes. */
struct counts tops_carried(const struct tops *tops, const struct account *root);

/* Writes what was decided to the store where that has changed. SLOs that tops_choose was not called for since the last
 * time are dropped. On false it is tried again with the next call. */
bool tops_save(struct tops *tops, struct err *err);

/* The first choice without any memory: `most` groups by what they have at the end of the step `at`, to the front. */
size_t top_rank(const struct slo *slo, struct account **groups, size_t len, step_no at, struct span step);

#endif
