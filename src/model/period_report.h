/* What became of a period that is over, of all services: plain data, put together by src/report, written by
 * exporters/reports. What is not known is NaN, or none, and never 0. All of it lives in the report's arena or outlives
 * it. */
#ifndef WICK_MODEL_PERIOD_REPORT_H
#define WICK_MODEL_PERIOD_REPORT_H

#include "base/arena.h"
#include "model/audit.h"
#include "model/dora.h"
#include "model/period_record.h"
#include "model/slo.h"

/* Where the numbers of an SLO are from. */
enum report_origin {
	ORIGIN_NONE,   /* nothing is known; `reason` says why */
	ORIGIN_RECORD, /* the record that was kept when the period was closed */
	ORIGIN_LEDGER, /* the store's ledger: there is no such record, or it knows less */
	ORIGIN_SOURCE, /* counted for this report out of what the source holds */
};
enum { REPORT_ORIGINS = ORIGIN_SOURCE + 1 };
extern const char *const report_origin_names[REPORT_ORIGINS]; /* "none", "record", "ledger", "source" */

struct report_numbers {
	enum report_origin origin;
	struct str reason;           /* of ORIGIN_NONE */
	bool late;                   /* the ledger was begun within the period: a source may have more of it */
	bool interpolated;           /* the ledger is too coarse at an end of the period: events there are estimated */
	struct period_record record; /* all of 0 for ORIGIN_NONE */
	/* The record that was kept when the period was closed, where these numbers are others, which know more; NULL:
	 * none. */
	const struct period_record *closed;
};

/* PERIOD_UNKNOWN for ORIGIN_NONE. */
enum period_verdict report_verdict(const struct report_numbers *numbers);
/* Less than 99 % of the period is known, or nothing: what met its objective has met it in the part that is known. */
bool report_partial(const struct report_numbers *numbers);

/* Alerts of severity `page` of one SLO and group that fired at the same time, from the first that fired to the last
 * that ended. */
struct report_incident {
	struct str tiers;          /* "page-fast, page-slow": as they fired */
	struct instant begin, end; /* cut to the period */
	bool before, open;         /* it had begun before the period; it had not ended with it */
	/* From one long window before it fired, on which it fired, to its end; nothing is counted to two of them. NaN:
	 * not known. */
	double bad;
	double cost;       /* the part of the period's budget that those are */
	bool interpolated; /* from slots of the ledger that are longer than it */
	bool partial;      /* of a part of that time nothing is known: they are at least so many */
};

/* How it is known which alerts fired. */
enum report_watch {
	WATCH_NONE,   /* it is not */
	WATCH_KEPT,   /* the daemon wrote them down; `since` says from when on */
	WATCH_PLAYED, /* the history was judged anew, step by step */
};
enum { REPORT_WATCHES = WATCH_PLAYED + 1 };
extern const char *const report_watch_names[REPORT_WATCHES]; /* "none", "kept", "played" */

/* An exclusion that has a part in the period, or an adjustment that belongs to it. */
struct report_correction {
	enum correction_kind kind;
	struct str when, amount, reason, author;
};

/* What was left of the period's budget at a moment of it; NaN: not known. */
struct report_point {
	struct instant at;
	double left;
};

struct report_slo {
	const struct slo *slo;
	struct labels group;
	struct report_numbers now, before;
	/* In force at the period's end, by the SLO's first window; unknown without a policy, and where that is not
	 * known. */
	enum policy_level level;
	enum report_watch watch;
	struct instant watch_since; /* ms == 0: for all of the period */
	struct report_incident *incidents;
	size_t incidents_len;
	struct report_correction *corrections;
	size_t corrections_len;
	const struct report_point *curve; /* equally spaced, the last one at the period's end; NULL: not known */
	size_t curve_len;
};

/* One environment of a service. */
struct report_delivery {
	struct str environment, repository;
	const struct dora_result *result; /* NULL: nothing was read of it */
	struct dora_metrics now, before;  /* of the two periods */
	bool now_known, before_known;
	struct str reason; /* why nothing is known of the period */
};

struct report_service {
	struct str namespace_, name;
	struct str id;           /* "[namespace/]name" */
	struct report_slo *slos; /* worst first */
	size_t slos_len;
	struct report_delivery *deliveries;
	size_t deliveries_len;
	struct str narrative; /* empty: none */
};

/* All of it in numbers. */
struct report_sum {
	size_t services, budgets;    /* budgets: SLOs, or their groups; services: that have some */
	size_t met, missed, unknown; /* met: with what is known of it at least 99 % of the period */
	size_t met_of_known;         /* met, with less known than that */
	size_t origins[REPORT_ORIGINS];
	size_t partial;   /* budgets of which less than 99 % of the period is known, those of which nothing is too */
	size_t corrected; /* by exclusions and adjustments */
	size_t levels[POLICY_LEVELS]; /* of those that have a policy */
	size_t incidents, open;
	double incident_seconds;
	size_t unwatched; /* budgets of which it is not known, or not for all of the period, which alerts fired */
	/* Of the services' environments that are known in both periods, resp. in this one. */
	size_t deployments, failed, environments, environments_unknown;
	size_t failures_unknown; /* environments of which it is not known which deployments failed */
	size_t compared, deployments_compared, deployments_before;
	const struct report_service *worst_service; /* of the budget that was used most; NULL: none is known */
	const struct report_slo *worst;
};

struct period_report {
	struct arena arena;
	struct str name, before; /* "2026-10"; that of the period before */
	struct str zone;
	struct period period, period_before;
	struct span step; /* of the grid */
	struct instant made_at;
	struct report_service *services; /* worst first */
	size_t len;
	struct report_sum sum;
	/* Changes of exclusions and adjustments that were noticed from the period's begin on. */
	const struct audit_entry *changes;
	size_t changes_len;
	struct str narrator; /* the model that wrote the narratives; empty: none */
};

#endif
