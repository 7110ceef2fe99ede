/* The pages of an SLO in a period, and what they cost of its budget. */
#ifndef WICK_REPORT_INCIDENTS_H
#define WICK_REPORT_INCIDENTS_H

#include "model/firing.h"
#include "report/numbers.h"

/* Of one SLO and group. */
struct incidents_case {
	const struct slo *slo;
	struct labels group;
	const struct view *raw; /* what a cost is read from; NULL: it is not known */
	const struct numbers_period *of;
	const struct report_numbers *numbers; /* of the period */
	struct instant followed;              /* by a daemon, from here on; ms == 0: not known */
};

/* From when on a daemon has written down every page that fired; ms == 0: not known. */
struct instant incidents_since(const struct incidents_case *one, const struct firing_list *firings);
/* By what a daemon wrote down. */
void incidents_kept(const struct incidents_case *one, const struct firing_list *firings, struct arena *arena,
		    struct report_slo *out);
/* By the history, whose steps have to be exact. */
void incidents_played(const struct incidents_case *one, struct span stale_after, struct arena *arena,
		      struct report_slo *out);

#endif
