/* A made-up incident on an SLO's traffic, and what its alerts would make of it: plain data. */
#ifndef WICK_MODEL_REHEARSAL_H
#define WICK_MODEL_REHEARSAL_H

#include "model/slo.h"

/* What the incident is laid over. */
enum rehearsal_traffic {
	TRAFFIC_EVEN,     /* made up, behind a window without anything bad */
	TRAFFIC_CHOSEN,   /* the SLO's own from here on: the time that was asked for, */
	TRAFFIC_BUSIEST,  /* the busiest hour of the day, */
	TRAFFIC_QUIETEST, /* the quietest, */
	TRAFFIC_ALIKE,    /* the newest hour, since all are alike, */
	TRAFFIC_UNKNOWN,  /* or none: no hour is known and has room for the incident behind it */
};
enum { TRAFFICS = TRAFFIC_UNKNOWN + 1 };

enum rehearsal_outcome {
	OUTCOME_QUIET,  /* does not fire */
	OUTCOME_FIRES,  /* fires, and would not without the incident */
	OUTCOME_FIRED,  /* fires already when the incident begins, and is no news */
	OUTCOME_ANYWAY, /* fires behind the begin, and would just then without the incident, too */
};
enum { OUTCOMES = OUTCOME_ANYWAY + 1 };

/* One tier of the SLO. Times and parts are those of OUTCOME_FIRES alone; else 0 and NaN. */
struct rehearsal_alert {
	const struct tier *tier;
	enum rehearsal_outcome outcome;
	struct instant fired_at, over_at; /* over_at.ms == 0: it still fires at `to` */
	double spent;                     /* part of the budget that the incident alone had taken when it fired */
	double left;                      /* part that was left then; what was bad before counts, too */
};

/* One SLO and group. */
struct rehearsal {
	const struct slo *slo;
	struct labels group;
	enum rehearsal_traffic traffic;
	bool touched;                   /* false: the incident is none for this kind of SLO; nothing below is set */
	struct instant begin, end, to;  /* of the incident's first and last fault; of what was played */
	double events_per_minute;       /* while it lasts, bad ones among them; NaN: not known */
	double known;                   /* part of its steps that is known; 0: nothing can be foretold */
	double window_known;            /* part of the SLO's window before it that is known */
	double left_before;             /* part of the budget that was left when it began; NaN: not known */
	double spent;                   /* part of the budget that all of it takes; NaN: not known */
	struct rehearsal_alert *alerts; /* in the order of the SLO's tiers; none where nothing is known */
	size_t len;
};

#endif
