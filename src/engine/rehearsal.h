/* A made-up incident on even traffic, or on the traffic that an SLO had: when would which alert fire, and when would it
 * be over? By the same ledgers and judgements as live: the same stretch is played with the incident and without it,
 * and what both have is not the incident's. */
#ifndef WICK_ENGINE_REHEARSAL_H
#define WICK_ENGINE_REHEARSAL_H

#include "engine/rehearsal_incident.h"
#include "ledger/store.h"
#include "model/rehearsal.h"

struct rehearsal_options {
	struct span step, stale_after;
	struct rehearsal_incident incident;
	double events_per_minute; /* rehearse_evenly; of SLOs whose events are no steps */
	struct instant begin;     /* rehearse_history: of the incident; ms == 0: in the busiest and the quietest hour */
	struct span since;        /* of so much history */
};

/* On even traffic, behind a whole window without anything bad. False where the incident is longer than the SLO's
 * window. All in the arena. */
bool rehearse_evenly(const struct slo *slo, const struct rehearsal_options *options, struct arena *arena,
		     struct rehearsal *rehearsal, struct err *err);

/* On the history that the ledgers hold, which should be exact: one rehearsal for each group (or the SLO without
 * groupBy) and moment, all in the arena. False where the incident is longer than the SLO's window, or would end behind
 * the history. */
bool rehearse_history(struct store *store, const struct slo *slo, const struct rehearsal_options *options,
		      struct arena *arena, struct rehearsal **list, size_t *len, struct err *err);

/* How much history a rehearsal wants: behind the incident's begin, until burn alerts are over; and before it, beside
 * the window, to know which alerts fire already. */
struct span rehearsal_room(const struct slo *slo, const struct rehearsal_incident *incident);
struct span rehearsal_lead(const struct slo *slo);

#endif
