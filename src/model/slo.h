/* A service level objective as its author means it: plain data, made by a loader, read by everyone, changed by no one.
 * All texts live in the arena of the definition set (slo/definitions.h). */
#ifndef WICK_MODEL_SLO_H
#define WICK_MODEL_SLO_H

#include "base/when.h"
#include "model/alerting.h"
#include "model/composite.h"
#include "model/correction.h"
#include "model/kept.h"
#include "model/period.h"
#include "model/policy.h"

/* One PromQL text of a definition. */
struct query {
	struct str text; /* empty where the definition has none */
	struct place place;
};

enum sli_kind {
	SLI_EVENTS,    /* good or bad events, and all of them: counters, or queries with $window */
	SLI_LATENCY,   /* requests faster than a threshold, from a histogram */
	SLI_PROBE,     /* a gauge that is 1 while things are well and 0 while not */
	SLI_THRESHOLD, /* a query whose value is compared with a limit */
	SLI_RATIO,     /* a query that is already a ratio; it has no weights, so it is averaged over time */
	SLI_COMPOSITE, /* other SLOs, weighted: nothing is counted for it, its numbers are read through theirs */
};
enum { SLI_KINDS = SLI_COMPOSITE + 1 };
extern const char *const sli_kind_names[SLI_KINDS]; /* "events", "latency", ... */

enum comparison { IS_LESS, IS_AT_MOST, IS_MORE, IS_AT_LEAST };
enum { COMPARISONS = IS_AT_LEAST + 1 };
extern const char *const comparison_signs[COMPARISONS]; /* "<", "<=", ">", ">=" */

struct sli {
	enum sli_kind kind;
	/* SLI_EVENTS: exactly one of good and bad, and total.  SLI_RATIO: exactly one of good and bad. */
	struct query good, bad, total;
	/* SLI_LATENCY: the histogram's selector without _bucket.  SLI_PROBE: the gauge.  SLI_THRESHOLD: the query. */
	struct query metric;
	/* SLI_LATENCY: as the author wrote it; SLI_THRESHOLD: the limit, in the query's own unit. */
	double limit;
	struct span latency; /* SLI_LATENCY: the threshold as a duration; 0 where `limit` was given in the histogram's
				unit */
	struct place limit_place;
	enum comparison comparison;  /* SLI_THRESHOLD: a sample is good where `value comparison limit` holds */
	bool native;                 /* SLI_LATENCY: a native histogram (no buckets as series) */
	struct composite *composite; /* SLI_COMPOSITE; else NULL */
};

enum { SLO_WINDOWS = 8 }; /* of one SLO, at most */

/* A time that an objective is judged over. */
struct slo_window {
	bool calendar;
	struct span span; /* rolling: its length, whole minutes; calendar: what alerts scale with, 30d for a month */
	struct calendar periods; /* calendar: which */
	struct str name;         /* the label `window`: "30d", "month" */
	struct place place;
};

/* What spends the budget (OpenSLO's budgetingMethod). */
enum budgeting_method {
	BUDGET_OCCURRENCES, /* bad events */
	BUDGET_TIME_SLICES, /* bad slices: those in which the good part of the events was below the slice's target */
	BUDGET_RATIO_TIME_SLICES, /* slices, each as bad as its events were: the mean of the slices' ratios */
};
enum { BUDGETING_METHODS = BUDGET_RATIO_TIME_SLICES + 1 };
extern const char *const budgeting_method_names[BUDGETING_METHODS]; /* "occurrences", "timeslices", ... */

/* What a slice counts as in which nothing happened. */
enum slice_empty { SLICE_GOOD, SLICE_BAD, SLICE_IGNORED };
enum { SLICE_EMPTIES = SLICE_IGNORED + 1 };
extern const char *const slice_empty_names[SLICE_EMPTIES]; /* "good", "bad", "ignore" */

extern const char *const slice_missing_names[SLICE_MISSINGS]; /* "ignore", "good", "bad", "hold" */

struct budgeting {
	enum budgeting_method method;
	struct span slice; /* whole minutes; 0 for occurrences */
	double target; /* BUDGET_TIME_SLICES: a slice is good from this part of good events on; above 0, at most 1 */
	enum slice_empty empty;
	enum slice_missing missing;
};

/* Where an SLO's counts come from. */
struct source_ref {
	struct str name; /* of one of the settings' sources; empty: the default one */
	bool soft;       /* a wish: where the settings have no such name, it is the default one */
	struct place place;
};

/* Which groups are shown by themselves, where not all of them are. */
enum top_order { TOP_EVENTS, TOP_BAD };
enum { TOP_ORDERS = TOP_BAD + 1 };
extern const char *const top_order_names[TOP_ORDERS]; /* "events", "bad" */

struct group_top {
	unsigned most; /* so many of them, those with the most events in the last `slo->window`; 0: all groups */
	enum top_order by;
	struct str rest; /* all the others together, as one group that is called so; empty: they are not shown */
};

struct slo {
	struct str namespace_; /* may be empty */
	struct str service, name, description;
	struct str display_name;   /* for people, in place of the name; may be empty */
	struct labels labels;      /* the author's, the file's and the SLO's own merged; on every series of this SLO */
	double objective;          /* 0 < objective < 1 */
	struct str objective_text; /* as written: "99.5%" */
	struct place objective_place;
	struct span window;               /* that of the first window: what alerts scale with */
	const struct slo_window *windows; /* at least one; alerts and policies look at the first */
	size_t windows_len;
	struct budgeting budgeting;
	struct source_ref source;
	struct sli sli;
	struct str *group_by; /* label names, sorted; one budget per distinct combination of their values */
	size_t group_by_len;
	unsigned group_limit; /* groups over this are not counted by themselves, and that is said */
	struct group_top top;
	const struct alerting *alerting; /* never NULL; SLOs that alert alike may share one */
	struct policy_ref policy_ref;
	const struct policy *policy;           /* NULL: none, or none of that name is defined */
	const struct corrections *corrections; /* NULL: none */
	/* Composites whose numbers are read through its ledger, near and far, each once. */
	const struct slo *const *above;
	size_t above_len;
	const struct kept_fields *kept; /* of another tool's definition; NULL, but for converting */
	struct place place;

	struct str id;        /* "[namespace/]service/name": unique within a set; the identity that a ledger hangs on */
	uint64_t counts_hash; /* what is counted: changes with the queries, threshold, grouping and the name of the
				 source, not with labels, texts, window or objective; the same on every machine and in
				 every version */
};

/* What its default alert tiers depend on; the names are the SLO's. */
struct alerting_basis slo_alerting_basis(const struct slo *slo);

/* False where the author wants no policy for it. */
static inline bool slo_has_policy(const struct slo *slo)
{
	return slo->policy || (slo->policy_ref.name.len && !str_is(slo->policy_ref.name, "none"));
}

static inline bool slo_composed(const struct slo *slo) { return slo->sli.kind == SLI_COMPOSITE; }

/* The groups that are not shown by themselves are one more. */
static inline bool slo_has_rest(const struct slo *slo) { return slo->top.most && slo->top.rest.len; }
/* The labels of that one: each has the value `top.rest`. Texts are the SLO's. */
struct labels slo_rest_group(struct arena *arena, const struct slo *slo);
/* Whether these are the labels of the rest, or of a group that is called as it is; false without a rest. */
bool slo_is_rest(const struct slo *slo, struct labels group);

/* An event of the SLO is a stretch of time, a step of the grid or a slice, not something that happened. */
static inline bool slo_per_step(const struct slo *slo)
{
	if (slo_composed(slo))
		return slo->sli.composite->weighting == WEIGHTED_EQUALLY;
	return slo->budgeting.method != BUDGET_OCCURRENCES ||
	       (slo->sli.kind != SLI_EVENTS && slo->sli.kind != SLI_LATENCY);
}

/* Where slo_per_step holds: how long one event is. */
static inline struct span slo_event_span(const struct slo *slo, struct span step)
{
	return slo->budgeting.slice.ms ? slo->budgeting.slice : step;
}

#endif
