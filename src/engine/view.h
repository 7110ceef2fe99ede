/* How an SLO's numbers are read: what its ledger holds, less the steps that its exclusions take out. The ledger itself
 * holds everything as it was counted. */
#ifndef WICK_ENGINE_VIEW_H
#define WICK_ENGINE_VIEW_H

#include "engine/exclusions.h"
#include "ledger/ledger.h"

struct view {
	const struct ledger *ledger;
	struct span step;
	struct stretch_list excluded;
};

/* Everything as it was counted. */
struct view view_raw(const struct ledger *ledger, struct span step);
/* For what is read at the end of the steps `first` to `last`: every window of the SLO, and of its alerts. Lives as long
 * as the ledger and the arena. */
struct view view_of(const struct slo *slo, const struct ledger *ledger, struct arena *arena, step_no first,
		    step_no last, struct span step);

/* Counts of the steps in (from, to] that are not taken out. */
struct counts view_read(const struct view *view, step_no from, step_no to);
/* Counts of those that are; `steps`: how many, with those still to come. */
struct counts view_excluded(const struct view *view, step_no from, step_no to, step_no *steps);
/* The counts of a span that ends with the step `at`; one that is shorter than a step is a step. */
struct counts view_span(const struct view *view, step_no at, struct span span);
/* Whether no step of such a span is left. */
bool view_span_excluded(const struct view *view, step_no at, struct span span);
/* For how long data are missing at the end of the step `at`, not counting what is taken out; 0 where there never were
 * any. */
struct span view_quiet(const struct view *view, step_no at);

#endif
