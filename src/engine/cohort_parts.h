/* The inside of a cohort, shared by cohort.c (the one path), cohort_accounts.c (where counts go) and cohort_ask.c (its
 * questions) alone. */
#ifndef WICK_ENGINE_COHORT_PARTS_H
#define WICK_ENGINE_COHORT_PARTS_H

#include "count/grid.h"
#include "count/tally.h"
#include "engine/births.h"
#include "engine/cohort.h"
#include "engine/restarts.h"

/* Who is counted where: a member by sample has a number in the tally, one by expression a grid of its own. */
struct counter {
	struct grid *grid;
	size_t number;
};

/* The questions of a round about the members' own series. */
struct errand;
struct round {
	struct ask *asks;
	struct errand *errands; /* of each */
	size_t len, cap;
};

/* What is being counted, from cohort_begin until cohort_go_on says how it ended. */
struct piece {
	bool under_way, asking; /* asking: a round is at the source */
	step_no to;
	size_t phase;
	bool counted; /* the members' own questions are answered */
	struct round round;
	struct restarts *restarts;
	struct births *births;
	struct births_options births_options;
	struct advance_cost cost;
	struct mono begun;
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
	struct piece piece;
	bool remembered; /* the tally knows every series' last sample up to the position */
	unsigned advances;
	step_no position;
	struct cohort_stats dropped; /* what tallies that were thrown away had counted */
};

static inline struct instant cohort_end_of(const struct cohort *cohort, step_no step)
{
	return (struct instant){step * cohort->options.step.ms};
}

/* Begins the next round of questions that the stretch needs: what lies before it, restarts, the members' own
 * questions, births. False: nothing is left to ask. */
bool cohort_ask(struct cohort *cohort);
/* Takes the answers of the round; ADVANCE_DONE where they let it go on. A member whose question is refused, or alone
 * goes unanswered, is left behind. */
enum advance cohort_take(struct cohort *cohort, struct err *err);
/* Lets go of what the questions took; where a round is at the source, it ends there. */
void cohort_end_asking(struct cohort *cohort);
/* The member is not counted in this advance. */
void cohort_leave_behind(struct cohort *cohort, size_t i, const char *reason);
/* What members had to say of the last stretch is forgotten; those that can never be counted are left behind. */
void cohort_clear_reasons(struct cohort *cohort);
/* What members that were counted have to say all the same. */
void cohort_note_reasons(struct cohort *cohort);

/* The last step of an account that had data, or GRID_NEVER. */
step_no cohort_last_data(const struct account *account);
/* What its ledger is to remember exactly of the posting's steps. */
void cohort_pin(struct cohort *cohort, const struct slo *slo, struct posting *posting);
/* Where the events of slices are, for an account that holds slices. */
struct account *cohort_events_of(const struct cohort *cohort, const struct slo *slo, const struct account *account);
/* An account that fell behind (its group was over the limit for a while, or the daemon was away for longer than the
 * window): the steps between are steps without data. */
bool cohort_catch_up(struct cohort *cohort, const struct slo *slo, struct account *account, struct err *err);
/* The member's own account, and that of its rest, found or made. */
void cohort_attach(struct cohort *cohort, size_t i);
/* Gives the member's counter the groups that the store knows, as many as the limit: those with the newest data. The
 * others had their time; should one come back, its account goes on. */
void cohort_attach_groups(struct cohort *cohort, size_t i);
/* The account of a slot; a new group's begins right before the first step that something is known of. NULL where there
 * is nothing to put into one. */
struct account *cohort_account_of(struct cohort *cohort, const struct member *member, struct slot *slot);

#endif
