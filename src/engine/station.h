/* A source as the engine sees it: whether it answers, when it is asked again, what is under way there. One thing is
 * under way at a source at a time; what is under way at several goes on side by side, so that a source that hangs, or
 * is not there, holds up its own SLOs and nobody else's. */
#ifndef WICK_ENGINE_STATION_H
#define WICK_ENGINE_STATION_H

#include "engine/looks.h"
#include "engine/recall.h"
#include "engine/task.h"
#include "source/sources.h"

enum station_work {
	WORK_NONE,
	WORK_CLOCK,  /* the source's own time is asked for */
	WORK_COUNT,  /* `task` goes on by a piece */
	WORK_LOOK,   /* at histograms */
	WORK_RECALL, /* of points that are wanted after their time */
};

struct station {
	const struct named_source *named;
	struct source *source;
	size_t *places; /* of the SLOs that are counted here, in the set */
	size_t slos_len, slos_cap;

	enum station_work work;
	struct task *task;   /* WORK_COUNT: of the engine's tasks */
	step_no from, to;    /* of its piece */
	bool live;           /* the piece is no reading back */
	struct looks *looks; /* WORK_LOOK */
	bool look_due;
	struct recall *recall; /* NULL: ledgers are exact anyway */
	struct ask clock;      /* WORK_CLOCK */
	struct instant theirs; /* what it says */
	step_no clock_limit;   /* the newest step that has ended by the source's own clock; 0: not known */
	step_no clock_asked_for;
	bool clock_warned;

	bool up; /* the last advance was answered */
	unsigned failures;
	struct err err;         /* why it is not up */
	char warned[256];       /* the source's last warning: each is logged once in a row */
	struct mono at;         /* no question before */
	struct mono backlog_at; /* no reading back before */

	step_no cycle_step;  /* the step that the last cycle ended with */
	double work_seconds; /* of the cycle that goes on */
};

void station_init(struct station *station, const struct named_source *named);
void station_release(struct station *station);

/* Whose SLOs a set has, from here on none. What is under way ends, and nothing of it is kept; its task is the
 * caller's. */
void station_clear(struct station *station);
void station_add_slo(struct station *station, size_t place);

/* It answered; it did not, and waits before it is asked again. State changes are logged. */
void station_well(struct station *station);
void station_failed(struct station *station, struct mono now, const struct err *err);
/* A warning that came with an answer. */
void station_warn(struct station *station, const char *warning);

/* A clock of ours that has jumped ahead must not make us count steps that have not happened: the source's own clock is
 * the limit. It is asked once for each step that ours brings (`own`); true where that question is under way now. */
bool station_ask_clock(struct station *station, step_no own);
void station_take_clock(struct station *station, struct instant now, struct span step);
/* The newest step that is counted here, by both clocks. */
step_no station_target(const struct station *station, step_no own);

/* Points that are wanted after their time are to be looked for, of the SLOs that it has by now. */
void station_recall(struct station *station, const struct counting_options *counting, const struct slo_set *set,
		    struct store *store);

/* Begins to look at histograms; false where none is due. */
bool station_ask_looks(struct station *station, struct note *notes, const struct slo_set *set, struct store *store,
		       step_no target, struct span step);
void station_take_looks(struct station *station);

#endif
