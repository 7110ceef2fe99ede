/* The inside of a tally, shared by tally.c (life, stretches), tally_bind.c (whose events a series counts) and
 * tally_count.c (what samples mean). */
#ifndef WICK_COUNT_TALLY_PARTS_H
#define WICK_COUNT_TALLY_PARTS_H

#include "base/map.h"
#include "count/tally.h"
#include "count/watch.h"

/* What one event of a series does: a plan's term, bound to a slot. */
struct effect {
	struct slot *slot;
	const struct plan_term *term;
	size_t bound; /* the place of the term's bound among the series'; ALL_EVENTS: none */
};
#define ALL_EVENTS SIZE_MAX

/* What is scraped: its processes start and end, and its counters with them. */
struct target {
	struct str key;  /* owned */
	int64_t *starts; /* of processes in this stretch, in no order */
	size_t len, cap;
	bool used; /* while targets are forgotten */
};

struct tally_series {
	struct tally *tally;
	struct target *target;
	struct effect *effects;
	size_t effects_len;
	double *bounds; /* of a native histogram: what it is counted by, each once */
	size_t bounds_len;
	struct level last; /* ms == 0: none yet */
	double *last_below;
	struct str raw; /* owned */
	size_t watch;
	bool native; /* histograms, not numbers */
	bool counter, gauge;
};

/* The groups of one SLO. */
struct groups {
	size_t slots;        /* without that of the rest */
	struct slot *rest;   /* where those over the limit are counted; NULL: none yet */
	struct map left_out; /* those that the limit keeps out, as a set */
};

struct watch_state {
	const struct watch *watch;
	struct map series; /* raw labels -> struct tally_series */
};

struct tally {
	struct tally_options options;
	struct arena arena;   /* group labels and keys */
	struct arena scratch; /* for the length of a stretch */
	struct watch_set *watches;
	struct watch_state *states; /* one per watch, once settled */
	size_t states_len;
	const struct plan **plans;
	size_t plans_len, plans_cap;
	struct slot **slots; /* the SLOs' own in the order of their numbers, then groups */
	size_t slots_len, slots_cap;
	struct map slot_of;    /* "number{labels}" -> slot */
	struct groups *groups; /* per SLO */
	struct map targets;    /* "job\ninstance" -> struct target */
	struct map jobs;       /* -> its own key, as a set */
	struct str *job_list;
	size_t job_list_len, job_list_cap;
	struct tally_birth *births;
	size_t births_len, births_cap;
	struct sample *kept; /* room for the samples of one series */
	size_t kept_cap;
	step_no from, to;
	struct tally_stats stats;
};

/* The step that a moment belongs to. */
step_no tally_step_of(const struct tally *tally, int64_t ms);
void tally_series_free(struct tally_series *series);
void tally_forget_left_out(struct groups *groups);
/* Gives groups that were kept out a place, where one is free now. */
void tally_reconsider(struct tally *tally);
/* An empty sheet for the stretch at hand. */
void tally_open_sheet(struct tally *tally, struct slot *slot);

#endif
