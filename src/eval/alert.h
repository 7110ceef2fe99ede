/* Whether an alert tier is true at the end of a step, and what follows from that over time. Pure: counts and times in,
 * states out. The same steps give the same states, whether they are taken one by one as they come, all at once after an
 * outage, or years later in a backtest. */
#ifndef WICK_EVAL_ALERT_H
#define WICK_EVAL_ALERT_H

#include "model/alert.h"
#include "model/counts.h"
#include "model/slo.h"

/* What is known at the end of one step. */
struct alert_reading {
	struct instant at;            /* the end of the step */
	struct span step;             /* the grid */
	struct window_reading window; /* the SLO's first window */
	struct counts long_, short_;  /* of the tier's windows, where it has them */
	/* Exclusions leave nothing of one of them: what is true of it is of a time that does not count. */
	bool excluded;
	/* The end of the last step with data, later by what exclusions took out since; ms == 0: none. */
	struct instant data_seen;
	struct span stale_after; /* data older than this have vanished */
	bool error;              /* the numbers cannot be had, or are known to be wrong */
	/* TIER_MISSED: the last period of its window that is closed; NULL: none */
	const struct period_record *period;
};

/* What is not known is neither true nor false: a pending or firing alert stays what it is while data are missing. */
enum alert_truth { ALERT_UNKNOWN, ALERT_FALSE, ALERT_TRUE };

/* Judges the tier, and puts the numbers behind the judgement into `alert`; its state is left alone. A closed period
 * that missed its objective is true for as long as the tier says from its closing on; one that was closed so late that
 * it is history is not. The record is read each time: what is put right in it resolves the alert.
 *
 * Burn rates are compared as bad > factor * (1 - objective) * total, over both windows (SRE workbook, "Alerting on
 * SLOs", 6). Where a part of the long window is unknown, it is judged against the events that the whole would hold at
 * the traffic seen (total / known), as budgets are: an hour after the start of all data, three days of burning are not
 * made out of one. */
enum alert_truth alert_judge(const struct slo *slo, const struct tier *tier, const struct alert_reading *reading,
			     struct alert *alert);

/* The bad events that the budget of the SLO's first window is: of the traffic that the whole window would hold. 0: no
 * events. */
double alert_allowed(const struct slo *slo, const struct window_reading *window);

/* Goes on from one judgement to the next: true is pending at first, and firing once it was so for `for`; a firing alert
 * ends once it was false for `keepFiringFor`. As in Prometheus's alerting rules, to the step. */
void alert_advance(const struct tier *tier, enum alert_truth truth, struct instant at, struct alert_state *state);

/* Judges and goes on. Each period that missed its objective is an alert of its own: one that was closed since ends the
 * alert of the one before, whatever `keepFiringFor` says. */
void alert_follow(const struct slo *slo, const struct tier *tier, const struct alert_reading *reading,
		  struct alert *alert);

/* Which closed period the state is, or was last, about: TIER_MISSED, with the records of the SLO and group. NULL: it
 * never was true, or its record is gone. */
const struct period_record *alert_period(const struct tier *tier, const struct alert_state *state,
					 const struct period_record *const *list, size_t len);

#endif
