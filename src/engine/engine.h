/* The engine: takes definitions, keeps every SLO counted up to the newest settled step, and says what is known. Owns
 * the cohorts; the sources and the store are its caller's. One thread uses it. It blocks only inside of engine_await,
 * which the caller can interrupt by the sources. */
#ifndef WICK_ENGINE_ENGINE_H
#define WICK_ENGINE_ENGINE_H

#include "engine/cohort.h"
#include "engine/firings.h"
#include "engine/snapshot.h"
#include "model/audit.h"
#include "source/sources.h"

struct engine_options {
	struct counting_options counting;
	struct span settle;        /* how long a step is left to fill after its end */
	bool backfill;             /* read the window of a new SLO back; false: begin now */
	double samples_per_second; /* the most that reading back may ask for; 0: no limit */
	bool check_source_clock;   /* never count beyond the source's own time (a clock of ours that jumps) */
	bool give_up;              /* a source that does not answer is not asked again: its SLOs say why */
	/* What is counted: an SLO of which it is true, with `wanted_by`; NULL: all. */
	bool (*wanted)(const void *wanted_by, const struct slo *slo);
	const void *wanted_by;
};

struct engine;

/* Data may be as old as the lookback, the settle delay and a few steps before they are called stale. */
struct span engine_stale_after(const struct engine_options *options);

/* The default source is the first one. */
struct engine *engine_new(const struct engine_options *options, const struct sources *sources, struct store *store);
void engine_free(struct engine *engine);

/* Takes up a set of definitions, also in place of the one before; what is in the store goes on where it was. Takes a
 * reference. */
void engine_load(struct engine *engine, struct slo_set *set, struct instant now);

enum turn {
	TURN_WORKED,      /* something was counted; there may be more */
	TURN_WAITING,     /* sources are thinking: engine_await */
	TURN_IDLE,        /* everything is up to date, or waits for another try */
	TURN_UNAVAILABLE, /* a source does not answer; engine_error says why */
	TURN_INTERRUPTED,
	TURN_NOT_STORED, /* the store refuses; engine_error says why */
};
/* Takes what sources have answered, asks what is to be asked, and ends with one bounded piece of work at the most. At
 * each source a step of the SLOs that are up to date goes before a chunk of those being read back; sources take turns,
 * and none waits for another. */
enum turn engine_turn(struct engine *engine, struct instant now);
/* After TURN_WAITING: waits for an answer, not longer than `most`. */
void engine_await(struct engine *engine, struct span most);

/* The newest step that is to be counted at `now`. */
step_no engine_target(const struct engine *engine, struct instant now);
/* How long nothing is to be done after TURN_IDLE, TURN_WAITING or a failure, but for answers. */
struct span engine_wait(const struct engine *engine, struct instant now);
/* Every SLO that can be counted, and whose source answers, has the newest step; some source answers. */
bool engine_caught_up(const struct engine *engine, struct instant now);
/* A cycle of the SLOs of a source that are up to date has ended since the last call. */
bool engine_cycle_ended(struct engine *engine);
const char *engine_error(const struct engine *engine);
/* Why a source (its place in engine_new's) does not answer; NULL: it does, or nothing is counted there. */
const char *engine_source_error(const struct engine *engine, size_t place);
/* What a source warned of last, with an answer; "" for nothing. */
const char *engine_warning(const struct engine *engine);

/* What changed of exclusions and adjustments, as it was noticed: a reference; NULL where that cannot be read. */
struct audit_list *engine_audit(const struct engine *engine);

/* When alerts fired, up to the last engine_snapshot. Lives as long as the engine. */
const struct firings *engine_firings(const struct engine *engine);

/* Everything that is known at `now`, with the engine's, the source's and the store's share of the health; the caller
 * adds its own and then publishes it. Takes the alerts on to where the ledgers are, and writes their states down first:
 * what is shown is what a restart would find. */
struct snapshot *engine_snapshot(struct engine *engine, struct instant now);

#endif
