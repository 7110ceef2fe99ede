/* An alert tier as it is written, and what has to be right of it for the SLO that it is for. */
#ifndef WICK_SLO_TIER_FIT_H
#define WICK_SLO_TIER_FIT_H

#include "model/slo.h"
#include "slo/field.h"

/* A tier as it is written: what is not given stays as it was. */
struct tier_draft {
	struct tier tier;
	int kind;     /* TIER_KINDS: not said */
	double share; /* of the budget, spent within the long window; 0: not given */
	bool disable;
	bool broken;                  /* something of it could not be read, which has been said */
	bool absent;                  /* the default tier of a calendar window that the SLO has not */
	bool own;                     /* the SLO's own alerting had the last say, not its document's */
	const struct yaml_node *node; /* the last one that had a say; NULL: a default */
};

/* Completes the tier by the SLO, whose windows and objective are read. False where it is none of the SLO's: with an
 * error at its place, or, where the document says it of SLOs that have the calendar window, without a word. */
bool tier_fit(struct reader *reader, struct tier_draft *draft, const struct slo *slo);

#endif
