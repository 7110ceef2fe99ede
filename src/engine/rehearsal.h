/* A made-up incident on even traffic: when would which alert fire, and when would it be over? By the same ledgers and
 * judgements as live. */
#ifndef WICK_ENGINE_REHEARSAL_H
#define WICK_ENGINE_REHEARSAL_H

#include "base/err.h"
#include "model/backtest.h"

/* This part of all events is bad for so long, from `after` on behind the begin. */
struct rehearsal_outage {
	double ratio;
	struct span after, length;
};

struct rehearsal_options {
	struct span step, stale_after;
	double events_per_minute; /* of SLOs whose events are no steps */
	const struct rehearsal_outage *outages;
	size_t len;
};

struct rehearsal {
	struct backtest backtest;  /* over the incident and what comes behind it, until all has calmed down */
	struct instant begin, end; /* of the first outage; of the last one */
	double spent;              /* part of the error budget that all of it takes */
};

/* Plays it behind a whole window without anything bad. False where it is longer than the SLO's window. All in the
 * arena. */
bool rehearse(const struct slo *slo, const struct rehearsal_options *options, struct arena *arena,
	      struct rehearsal *rehearsal, struct err *err);

#endif
