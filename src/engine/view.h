/* How an SLO's numbers are read: what its ledger holds, less the steps that its exclusions take out. The ledger itself
 * holds everything as it was counted. A composite has no ledger: its view stands for those of its members, at any
 * depth, and what it says of a span is made of what they say of it (eval/composite.h), with their exclusions and, in
 * windows, their adjustments. */
#ifndef WICK_ENGINE_VIEW_H
#define WICK_ENGINE_VIEW_H

#include "engine/exclusions.h"
#include "ledger/store.h"

struct view {
	const struct slo *slo;
	const struct ledger *ledger; /* NULL for a composite */
	struct span step;
	step_no end; /* up to where it is counted */
	struct stretch_list excluded;
	struct view *members; /* of a composite: by slo->sli.composite->members */
	/* of a member: the step before the first with data (STEP_NEVER: none has), and whether it does not get on */
	step_no first_data;
	bool stands_still;
};
#define STEP_NEVER INT64_MAX

/* Where the ledgers of members are found. */
struct view_source {
	struct store *store;
	struct span step;
	/* Whether a member does not get on, since its query is refused or its source does not answer: it is waited for
	 * no longer than its composite says. NULL: they all get on. */
	bool (*stands_still)(const void *context, const struct slo *slo);
	const void *context;
};

/* Everything as it was counted: of one ledger, which lives longer than the view, */
struct view view_raw(const struct slo *slo, const struct ledger *ledger, struct span step);
/* of a composite, by the ledgers of its members as wholes, */
struct view view_raw_composite(const struct slo *slo, const struct view_source *source, struct arena *arena);
/* or of an account, which of a composite holds nothing. Composites are counted up to where all members are; one that
 * stands still, and is further behind the newest than the composite's delay, is not waited for. */
struct view view_raw_account(const struct slo *slo, const struct account *account, const struct view_source *source,
			     struct arena *arena);

/* Without the steps that are excluded, for spans within (from, to]; lives as long as the arena, too. */
struct view view_without(const struct view *raw, struct arena *arena, step_no from, step_no to);
/* The same for what is read at the end of the steps `first` to `last`: every window of the SLO, and of its alerts. */
struct view view_of(const struct view *raw, struct arena *arena, step_no first, step_no last);

/* Counts of the steps in (from, to], as they were counted, and of those that are not taken out. */
struct counts view_counted(const struct view *view, step_no from, step_no to);
struct counts view_read(const struct view *view, step_no from, step_no to);
/* What a member of a composite has to do with the composite's (from, to], as windows are read. */
struct view_share {
	struct counts counts; /* the member's own */
	double steps;         /* of the span that count for it */
	double bad;           /* its part of the composite's bad events; NaN where there are none */
};
/* One for each member, in the arena. */
const struct view_share *view_shares(const struct view *view, struct arena *arena, step_no from, step_no to);
/* What is taken off what was counted in a window: the counts of excluded steps; of a composite the difference that
 * those make and the adjustments of its members. `steps`: how many steps are excluded, with those still to come. */
struct counts view_excluded(const struct view *view, step_no from, step_no to, step_no *steps);
/* What view_excluded goes by, so that a reading is worked out anew only where it changed; 0: nothing. */
uint64_t view_corrections_hash(const struct view *view, step_no from, step_no to);
/* Whether it, or an SLO that it is read through, has exclusions or adjustments. */
bool view_corrected(const struct view *view);

/* The counts of a span that ends with the step `at`; one that is shorter than a step is a step. */
struct counts view_span(const struct view *view, step_no at, struct span span);
/* Whether no step of such a span is left. */
bool view_span_excluded(const struct view *view, step_no at, struct span span);
/* The newest step with data up to and with `at`; false where there is none. */
bool view_last_data(const struct view *view, step_no at, step_no *seen);
/* For how long data are missing at the end of the step `at`, not counting what is taken out; 0 where there never were
 * any. */
struct span view_quiet(const struct view *view, step_no at);

/* As ledger_begin, ledger_origin and ledger_knows; of a composite the first of all members, and whether all know. */
step_no view_begin(const struct view *view);
step_no view_origin(const struct view *view);
bool view_knows(const struct view *view, step_no point);
/* As ledger_ever; NaN for a composite that weighs equally: shares of time do not add up. */
struct counts view_ever(const struct view *view);

#endif
