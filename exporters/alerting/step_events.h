/* The events of one step of the grid as PromQL: what a recording rule evaluates once per step in place of a daemon. */
#ifndef WICK_EXPORTERS_ALERTING_STEP_EVENTS_H
#define WICK_EXPORTERS_ALERTING_STEP_EVENTS_H

#include "base/err.h"
#include "model/slo.h"

struct step_events_options {
	struct span step;   /* between two evaluations */
	struct span settle; /* how old a step is when it is counted: samples that come late have landed by then */
};

struct step_events {
	/* One value per group, with the labels of `group_by` under the names that they have on series. No `total`:
	 * there were no data in the step. No `part` beside a total: there were no such events. */
	struct str total, part;
	bool part_is_good;      /* else it is bad */
	struct labels identity; /* the labels of every series of the SLO that do not depend on the group; sorted */
	struct labels group;    /* those that do: the name in queries, and as value the one on series */
};

/* Texts in the arena. False, and why, for an SLO that no expression counts (native histograms). Counters are counted as
 * docs/promql.md says, so that what is counted in two steps that follow each other neither overlaps nor has a gap. */
bool step_events_of(struct arena *arena, const struct slo *slo, const struct step_events_options *options,
		    struct step_events *events, struct err *err);

#endif
