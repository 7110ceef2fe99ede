/* The inside of a cohort, shared by cohort.c (accounts and the one path) and cohort_ask.c (its questions) alone. */
#ifndef WICK_ENGINE_COHORT_PARTS_H
#define WICK_ENGINE_COHORT_PARTS_H

#include "count/grid.h"
#include "count/tally.h"
#include "engine/cohort.h"

/* Who is counted where: a member by sample has a number in the tally, one by expression a grid of its own. */
struct counter {
	struct grid *grid;
	size_t number;
};

struct cohort {
	struct counting_options options;
	struct source *source;
	struct store *store;
	struct arena arena;   /* plans */
	struct arena scratch; /* questions and reasons of one advance */
	struct member *members;
	struct counter *counters;
	size_t len;
	size_t *by_number; /* tally number -> member */
	size_t by_number_len;
	struct tally *tally;
	bool remembered; /* the tally knows every series' last sample up to the position */
	unsigned advances;
	step_no position;
	struct cohort_stats dropped; /* what tallies that were thrown away had counted */
};

static inline struct instant cohort_end_of(const struct cohort *cohort, step_no step)
{
	return (struct instant){step * cohort->options.step.ms};
}

/* The last sample of every series up to the position: what a difference needs on its other side. */
enum advance cohort_remember(struct cohort *cohort, struct advance_cost *cost, struct err *err);
/* Everything that is asked to count the steps (position, to]: the members' own questions, restarts, births. A member
 * whose question is refused, or alone goes unanswered, is left behind. */
enum advance cohort_ask(struct cohort *cohort, step_no to, struct advance_cost *cost, struct err *err);
/* The member is not counted in this advance. */
void cohort_leave_behind(struct cohort *cohort, size_t i, const char *reason);

#endif
