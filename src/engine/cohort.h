/* A cohort: SLOs that are counted up to the same step and go on together. The one path: every evaluation is "from the
 * last step in the ledgers to here"; live operation is the case of one step, start-up that of a whole window, an outage
 * the case in between. */
#ifndef WICK_ENGINE_COHORT_H
#define WICK_ENGINE_COHORT_H

#include "count/plan.h"
#include "ledger/store.h"
#include "source/source.h"

struct counting_options {
	struct span step, lookback, horizon;
	enum plan_preference preference;
	bool exact_ledgers; /* every step kept for the whole window: for one evaluation without a daemon */
	struct span before; /* so much more than the window is read back, and kept by exact ledgers */
	/* Ledgers remember where its periods begin, whatever windows their SLOs have; NULL: none. It must outlive what
	 * is counted. */
	const struct calendar *reported;
};

struct cohort;

/* One SLO of a cohort. */
struct member {
	const struct slo *slo;
	struct plan plan;
	struct account *root;  /* the SLO as a whole: holds its position, and with groupBy the sum of its groups */
	bool left_behind;      /* the last advance could not count it; `reason` says why */
	struct str reason;     /* of an error of this SLO alone; owned by the cohort until the next advance */
	struct account *rest;  /* that of slo_rest_group, where the SLO has one; else NULL */
	size_t groups_dropped; /* over the limit: left out, or counted as the rest */
};

/* All SLOs of the list must have their position at `position` (or no account yet: then it is made to begin there). SLOs
 * whose plan cannot be made are members that are always left behind. */
struct cohort *cohort_new(const struct counting_options *options, struct source *source, struct store *store,
			  const struct slo *const *slos, size_t len, step_no position);
void cohort_free(struct cohort *cohort);

step_no cohort_position(const struct cohort *cohort);
size_t cohort_members(const struct cohort *cohort, struct member **members);

enum advance {
	ADVANCE_DONE,        /* counted and on disk; members that were left behind are still where they were */
	ADVANCE_UNAVAILABLE, /* the source did not answer */
	ADVANCE_TOO_LARGE,   /* ask for fewer steps at once */
	ADVANCE_INTERRUPTED,
	ADVANCE_NOT_STORED, /* the store refused */
	ADVANCE_ASKING,     /* questions are at the source: cohort_go_on once they are answered */
};

/* What an advance cost. */
struct advance_cost {
	size_t samples, series, bytes;
	double seconds;
	char warning[256]; /* one that the source gave with an answer, or "" */
};

/* Counting the steps (position, to] goes in rounds of questions, so that cohorts of several sources can be under way at
 * once: cohort_begin, then cohort_go_on whenever the source has answered, the first time at once, until it says
 * something else than ADVANCE_ASKING. Anything but ADVANCE_DONE leaves ledgers and position as they were. */
void cohort_begin(struct cohort *cohort, step_no to);
enum advance cohort_go_on(struct cohort *cohort, struct advance_cost *cost, struct err *err);
/* All of that; waits for the source. */
enum advance cohort_advance(struct cohort *cohort, step_no to, struct advance_cost *cost, struct err *err);

struct cohort_stats {
	uint64_t births_counted, births_unknown, resets, holes;
	size_t series, series_idle, bytes;
};
struct cohort_stats cohort_stats(const struct cohort *cohort);

/* Sorts accounts of one SLO: those with the newest data first, then by their groups. */
void accounts_by_age(struct account **accounts, size_t len);
/* The step with which an SLO's counting went on: the end of its root account, or `fallback` if it has none. */
step_no slo_position(struct store *store, const struct slo *slo, step_no fallback);

#endif
