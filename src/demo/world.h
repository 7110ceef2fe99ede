/* Everything that Prometheus could ever scrape in the demo: one target per process life, and what it exposes at an
 * instant. Used by one thread; the values of a target may only be asked for at instants that do not go back. */
#ifndef WICK_DEMO_WORLD_H
#define WICK_DEMO_WORLD_H

#include "demo/tally.h"

enum family {
	FAMILY_UP, /* written into histories only: a live Prometheus makes it itself */
	FAMILY_START_TIME,
	FAMILY_REQUESTS,
	FAMILY_DURATION,
	FAMILY_JOBS,
	FAMILY_QUEUE_AGE,
	FAMILY_PROBE_SUCCESS,
	FAMILY_PROBE_DURATION,
};
enum { FAMILIES = FAMILY_PROBE_DURATION + 1, TARGET_SERIES = 2 * (LATENCY_CELLS + 2), INSTANCE_BYTES = 64 };

struct family_row {
	const char *name, *type, *help;
};
extern const struct family_row demo_families[FAMILIES];
extern const char *const demo_jobs[]; /* by enum process; NULL-terminated */

/* One life of a process (a probed address lives for ever). Two lives follow each other under one instance where a
 * process was restarted in place: its counters begin again. */
struct target {
	enum process process;
	unsigned slot;
	char instance[INSTANCE_BYTES];
	struct instant born, died; /* lives in [born, died) */
	struct instant gone;       /* until then Prometheus still tries to scrape it */
	struct tally tally;
};

struct world {
	struct story story;
	struct target *targets; /* owned; by job, slot and time */
	size_t len, cap;
};

void world_init(struct world *world, uint64_t seed, struct instant until);
void world_release(struct world *world);
/* A new version is rolled out: each API pod of the instant is replaced by one with a new name, whose counters begin at
 * 0. Instants may not go back. */
void world_deploy(struct world *world, struct instant at);

/* The target of that job and instance that Prometheus would scrape at the instant, or NULL. */
struct target *world_target(struct world *world, enum process process, struct str instance, struct instant at);
static inline bool target_listed(const struct target *target, struct instant at)
{
	return target->born.ms <= at.ms && at.ms < target->gone.ms;
}
static inline bool target_lives(const struct target *target, struct instant at)
{
	return target->born.ms <= at.ms && at.ms < target->died.ms;
}
/* Counts on to the instant or begins again where it lies before what was counted. */
void target_move(struct target *target, const struct story *story, struct instant at);

/* A series of a target: its text up to the value, and where its value comes from. */
struct series {
	char text[256]; /* name{labels} */
	size_t len;
	enum family family;
	enum { VALUE_EVENTS, VALUE_SECONDS, VALUE_OTHER } kind;
	unsigned first, count; /* cells that are added up */
	unsigned born;         /* there as soon as one of that many cells from `first` on holds an event */
	unsigned queue;        /* FAMILY_QUEUE_AGE */
};

/* The series of one family that the target can have; `outside`: with the job and instance labels that Prometheus
 * adds. */
size_t target_series(const struct target *target, enum family family, bool outside, struct series *series);
/* False where it does not exist yet. The target must have been moved to the instant. */
bool series_value(const struct series *series, const struct target *target, const struct story *story,
		  struct instant at, double *value);

/* "# HELP" and "# TYPE" of a family. In OpenMetrics a counter's family is named without _total. */
bool family_write(struct buf *out, enum family family, bool openmetrics);
/* All that the target exposes now, as text 0.0.4. */
bool target_write(struct target *target, const struct story *story, struct instant at, struct buf *out);

/* Whether a probe of the address succeeds. */
bool probe_succeeds(const struct story *story, unsigned slot, struct instant at);

#endif
