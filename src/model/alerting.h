/* When an SLO alerts, and the windows that its burn rates are worked out for: plain data, a part of its definition. */
#ifndef WICK_MODEL_ALERTING_H
#define WICK_MODEL_ALERTING_H

#include "base/when.h"
#include "model/labels.h"

/* What an alert tier looks at. */
enum tier_kind {
	TIER_BURN,     /* burn rates over a long and a short window: it is serious, and it still goes on */
	TIER_BUDGET,   /* the part of the error budget that is consumed */
	TIER_EXHAUSTS, /* the time until the budget is empty, at the burn rate of the long window */
	TIER_NO_DATA,  /* nothing is known of the SLO's window */
	TIER_VANISHED, /* there were data, and none come any more */
	TIER_ERROR,    /* the numbers cannot be had, or cannot be right */
	TIER_MISSED,   /* a calendar period was closed lately that has not met its objective */
};
enum { TIER_KINDS = TIER_MISSED + 1 };
extern const char *const tier_kind_names[TIER_KINDS]; /* "burn", "budget", ... */

struct tier {
	struct str name; /* unique within the SLO; the label `tier` */
	enum tier_kind kind;
	struct str severity;         /* the label `severity`: "page", "ticket", "info", or the author's own */
	struct span long_, short_;   /* TIER_BURN, and long_ of TIER_EXHAUSTS: rolling, whole minutes; else 0 */
	double factor;               /* TIER_BURN: both burn rates are above it */
	double consumed;             /* TIER_BUDGET: the part of the budget, 0.5 for a half */
	struct span within;          /* TIER_EXHAUSTS: sooner than this. TIER_MISSED: closed no longer ago */
	struct str window;           /* TIER_MISSED: the name of the calendar window */
	struct span for_;            /* pending for so long before it fires */
	struct span keep_firing_for; /* goes on firing for so long once it is false */
	double min_bad, min_events;  /* events in the long window (TIER_BUDGET: the SLO's) below which it is not true */
	struct labels labels;        /* the author's, on the alert alone */
	struct labels annotations;   /* the author's; values may hold {{ $labels.NAME }} and {{ $value }} */
};

enum { TIERS_MAX = 32, BURN_WINDOWS_MAX = 7 + 2 * TIERS_MAX }; /* of one SLO */

struct burn_window {
	struct span span;
	struct str name; /* as Prometheus writes durations */
};

struct alerting {
	const struct tier *tiers;
	size_t len;
	const struct burn_window *windows; /* rising, each shorter than the SLO's window, the tiers' among them */
	size_t windows_len;
	struct str runbook; /* the author's own, a URL; empty: the built-in one */
};

/* What the default tiers of an SLO depend on. */
enum { CALENDARS_MAX = 8 };
struct alerting_basis {
	struct span window;                  /* the SLO's first */
	bool per_step;                       /* an event is a step of the grid, not a request */
	struct str calendars[CALENDARS_MAX]; /* the names of its calendar windows */
	size_t calendars_len;
};
bool alerting_basis_equal(const struct alerting_basis *a, const struct alerting_basis *b);

/* The default tiers of such an SLO, and their burn windows, in `arena`. Those of 30 days are the SRE workbook's
 * ("Alerting on SLOs", table 5-8, and a ticket between): 2 % of the budget in 1 h, 5 % in 6 h, 10 % in 1 d, 10 % in 3
 * d. Other windows keep the parts of the budget: long windows scale with the SLO's and are rounded to one that people
 * know, factors follow from both. Each calendar window has a tier for its closed periods, "month-missed". */
const struct alerting *alerting_default(struct arena *arena, const struct alerting_basis *basis);
/* The default tier of a calendar window, in `arena`. */
struct tier alerting_missed_tier(struct arena *arena, struct str window);
/* Whether a default tier of some calendar window could be called so: "day-missed", "2-weeks-missed". */
bool alerting_is_missed_name(struct str name);
/* Whether a calendar window could be called so: "day", "2 weeks", "month Europe/Berlin". */
bool alerting_is_calendar(struct str name);
/* The burn windows for these tiers: theirs and the usual ones, those that are shorter than the SLO's window. */
void alerting_windows(struct arena *arena, struct alerting *alerting, struct span window);
const struct alerting *alerting_copy(struct arena *arena, const struct alerting *alerting);

/* The same tiers, texts and all. */
bool alerting_equal(const struct alerting *a, const struct alerting *b);

/* The short window that goes with a long one. */
struct span alerting_short_window(struct span long_);
/* The tier of that name, or NULL. */
const struct tier *alerting_tier(const struct alerting *alerting, struct str name);
/* The place of the burn window, or windows_len. */
size_t alerting_window(const struct alerting *alerting, struct span span);

#endif
