/* What became of a calendar period that is over: kept as it was when the period was closed, whatever is counted, edited
 * or forgotten later, with what corrections (model/correction.h) have made of it. */
#ifndef WICK_MODEL_PERIOD_RECORD_H
#define WICK_MODEL_PERIOD_RECORD_H

#include "model/counts.h"
#include "model/labels.h"

struct period_record {
	struct str slo_id;
	struct labels group;
	struct str window; /* the window's name: "month" */
	struct str name;   /* the period's: "2026-07" */
	struct instant begin, end;
	double objective;      /* as it was then */
	struct counts counts;  /* as corrected */
	double steps;          /* of the whole period, less those that are excluded */
	struct counts counted; /* as counted, and the steps of the whole period */
	double counted_steps;
	/* What of that exclusions take out, and which they are (a fingerprint; empty: none). */
	struct counts excluded;
	double excluded_steps;
	struct str exclusions;
	double adjusted_good, adjusted_bad;     /* events that adjustments add */
	struct instant closed_at, corrected_at; /* corrected_at.ms == 0: never since */
};

/* What became of the objective. What is not known of a period counts as good events in the part of the budget that was
 * used: above 1 the objective was missed, whatever the rest was. It was met where what is known met it; what lies
 * between is not known. */
enum period_verdict { PERIOD_UNKNOWN, PERIOD_MET, PERIOD_MISSED };
enum period_verdict period_verdict(const struct period_record *record);

/* The last of the window's records that was closed by `at`; `list` has the windows' records from the oldest on. NULL:
 * none. */
const struct period_record *period_last(const struct period_record *const *list, size_t len, struct str window,
					struct instant at);

/* Whether corrections have changed it. */
bool period_corrected(const struct period_record *record);
/* NaN without events. */
double period_sli(const struct period_record *record);
/* The part of the period's steps for which there were data. */
double period_coverage(const struct period_record *record);
/* The part whose events are known: from data, or from the difference across a hole in them. */
double period_known(const struct period_record *record);
/* Less of it is known than 99 %: what met its objective has met it in the part that is known. */
bool period_partial(const struct period_record *record);
/* The part of the budget that was used, judged as of any window: against total / known. NaN where nothing is known. */
double period_consumed(const struct period_record *record);
/* Events that might have been bad in the whole period, at the traffic seen. NaN where nothing is known. */
double period_allowed(const struct period_record *record);

#endif
