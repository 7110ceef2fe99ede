/* A made-up incident: which part of an SLO's good events it makes bad, and when. Pure; all times count from its
 * begin. */
#ifndef WICK_ENGINE_REHEARSAL_INCIDENT_H
#define WICK_ENGINE_REHEARSAL_INCIDENT_H

#include "model/slo.h"

/* This part of all good events is bad for so long. */
struct rehearsal_fault {
	double ratio;
	struct span after, length;
	bool slow; /* answered well, but behind every threshold: bad for latencies alone */
};

struct rehearsal_incident {
	const struct rehearsal_fault *faults;
	size_t len;
};

/* An outage concerns every SLO: what fails is not fast either. A composite is concerned as its members are. */
bool rehearsal_touches(const struct rehearsal_incident *incident, const struct slo *slo);
/* From the first fault that concerns the SLO to the end of the last one. */
void rehearsal_bounds(const struct rehearsal_incident *incident, const struct slo *slo, struct span *begin,
		      struct span *end);
/* The part of the good events in (from, to] that is bad: of the worst fault, by as much of the time as it covers. */
double rehearsal_ratio(const struct rehearsal_incident *incident, const struct slo *slo, struct span from,
		       struct span to);

#endif
