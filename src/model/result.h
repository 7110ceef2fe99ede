/* What is known about every SLO at one instant: plain data, worked out by eval, read by every exporter.
 * A set of results is immutable once published. Missing numbers are NaN and are left out by the exporters, never 0. */
#ifndef WICK_MODEL_RESULT_H
#define WICK_MODEL_RESULT_H

#include "model/alert.h"
#include "model/curve.h"
#include "model/dora.h"
#include "model/firing.h"
#include "model/period_record.h"
#include "model/slo.h"

enum data_state {
	DATA_OK,
	DATA_NO_EVENTS, /* there were data and nothing happened: the budget is unchanged */
	DATA_NO_DATA,   /* nothing is known of the window */
	DATA_STALE,     /* the newest data is older than it should be; the numbers are the last known ones */
	DATA_PARTIAL,   /* a part of the window is unknown; the budget is judged against total / coverage */
	DATA_ERROR,     /* the numbers cannot be had or cannot be right; `reason` says why */
};
enum { DATA_STATES = DATA_ERROR + 1 };
extern const char *const data_state_names[DATA_STATES]; /* "ok", "no_events", ... */

/* What is known of one burn window; NaN where there is nothing to say. */
struct burn {
	double rate, sli, coverage;
};

/* The error budget of one of an SLO's windows. */
struct budget {
	struct instant from, to;    /* what the window covers; of a calendar window `to` is the period's end, to come */
	double good, bad, total;    /* events so far */
	double sli;                 /* good / total; NaN without events */
	double allowed;             /* events that may be bad: (1 - objective) * total / known */
	double consumed, remaining; /* of the budget; remaining = 1 - consumed, may be below 0; NaN without data */
	double remaining_observed;  /* judged against the events seen only: differs while a part is unknown, or to come
				     */
	double remaining_events;    /* bad events left */
	double remaining_minutes;   /* minutes of full outage that the rest stands for */
	double elapsed;             /* the part of the window that is over: 1 for a rolling one */
	double coverage;            /* covered steps / steps that are over, 0 to 1 */
	double known;               /* (covered + bridged) / steps of the whole window */
	/* What exclusions and adjustments have done to the numbers above: seconds taken out of what is over, events */
	/* added (negative: taken away). 0 where there are none. */
	double excluded_seconds, adjusted_good, adjusted_bad;
	double exhaustion_seconds; /* until the budget is empty at the burn rate of the last hour; +Inf where it does
				      not burn, or not before the period ends */
};

/* A member of a composite, over the composite's first window. */
struct member_result {
	const struct slo *slo;
	double weight;
	double sli;      /* good / total of the member; NaN without events */
	double known;    /* the part of what is over of the window that is known of it, 0 to 1 */
	double bad_part; /* of the composite's bad events, by weight; NaN where there are none */
};

struct slo_result {
	const struct slo *slo; /* lives as long as the results */
	struct labels group;   /* empty for an SLO without groupBy */
	bool rest;             /* it is all groups together that are not shown by themselves */
	size_t rest_groups;    /* how many those are */

	/* As they were counted, without exclusions and adjustments, by slo->windows; NULL where the SLO has none. */
	struct budget *raw;
	const struct exclusion *exclusion; /* the one that is in force; NULL: none */
	struct budget *budgets; /* by slo->windows; in the arena of the results. Alerts and policy go by the first */
				/* of calendar windows: the periods that are closed, by window, the oldest first */
	const struct period_record *const *periods;
	size_t periods_len;

	struct burn *burn;    /* by slo->alerting->windows; in the arena of the results */
	struct alert *alerts; /* by slo->alerting->tiers, likewise */

	/* How the first window was spent, as of a few steps ago at most; a reference that the snapshot holds, or NULL.
	 */
	struct curve *curve;
	const struct recent_step *recent; /* RECENT_SHOWN of them, up to `counted_to`, the newest first; or NULL */

	struct member_result *members; /* of a composite: as slo->sli.composite has them */

	/* counters since the ledger began, for wick_slo_events_total; NaN where they do not add up */
	double good_ever, bad_ever;

	enum policy_level level; /* of the SLO's error budget policy; unknown without one, and without a budget */

	enum data_state state;
	struct str reason;         /* empty unless there is something to say about the state */
	struct instant counted_to; /* the end of the last step that was counted; ms == 0: none yet */
	struct instant data_seen;  /* the end of the last step with data; ms == 0: none */
	const char *way; /* "sample" or "expression": how it is counted; NULL: not at all, or by its members */
	bool exact;      /* every event is counted once */
	bool averaged;   /* time-averaged from a ratio without weights: "events" are minutes' worth of steps */
};

/* Whether exclusions or adjustments have changed it. */
bool budget_corrected(const struct budget *budget);

/* All that is known at one instant: what exporters write from. */
struct results {
	struct instant at; /* when it was worked out */
	struct span step;
	struct span lookback, horizon; /* of the counting: what queries are rewritten with */
	struct slo_result *list;       /* sorted by SLO id, then group */
	size_t len;
	/* What is known of the services' deployments, or NULL: to name the one before a burn. Not owned. */
	const struct dora_results *deliveries;
	/* When alerts fired, or NULL where that is not written down. Not owned. */
	const struct firing_list *firings;
};

/* The burn rate over a window, NaN where the SLO has no such window. */
double result_burn_rate(const struct slo_result *result, struct span window);

#endif
