/* What the daemon says of itself: plain data, filled in by the engine once per cycle, written by the exporters. */
#ifndef WICK_MODEL_HEALTH_H
#define WICK_MODEL_HEALTH_H

#include "base/when.h"

/* A file that is not served as it stands on disk. */
struct health_file {
	struct str path, error;
	bool kept; /* its last good version is in use */
};

/* A source that SLOs are counted at. */
struct health_source {
	struct str name, url; /* name: "default" for the one that has none */
	bool up;              /* it answered what was asked last to count */
	struct str error;     /* the last one, empty while up */
	size_t slos;
	double behind_seconds; /* as that of all, of its own SLOs */
	uint64_t requests, retries, bytes, samples, series, warnings;
	uint64_t asks_ok, asks_refused, asks_unavailable, asks_too_large;
	double seconds_total; /* that questions took */
};

/* An Alertmanager that alerts are sent to. */
struct health_pager {
	struct str url;
	bool up; /* the last post was taken */
	uint64_t posts, failed;
	struct instant sent_at; /* the last post that was taken; ms == 0: none */
};

/* An Alertmanager whose silences are imported. */
struct health_teller {
	struct str url;
	bool up;                    /* it told them when it was asked last */
	struct instant answered_at; /* when it last did; ms == 0: not yet */
	struct str error;           /* empty while up */
};

/* The GitHub that deliveries are read from. */
struct health_delivery {
	size_t services;                    /* definitions that say how something is delivered */
	bool asked;                         /* GitHub is configured, and there is something to ask it */
	size_t repositories;                /* that are read */
	size_t behind;                      /* of which not all was read yet */
	struct str host;                    /* "api.github.com" */
	bool up;                            /* the last request was answered */
	struct str error;                   /* empty while up */
	struct str refused;                 /* the last right that was missing; empty: none */
	struct str organisation_error;      /* why the repositories of an organisation are not known; empty: they are */
	struct str facts_error;             /* what was told cannot be written down or read; empty: it can */
	double quota_left;                  /* requests of the present hour; NaN: not told */
	struct instant reset, paused_until; /* when the quota is full again; requests are held back; ms == 0: not */
};

/* What became of a webhook. */
enum webhook_outcome {
	WEBHOOK_TAKEN,    /* what it is about is read next */
	WEBHOOK_IGNORED,  /* it is about nothing that is read */
	WEBHOOK_REPEATED, /* it came before */
	WEBHOOK_BROKEN,   /* signed as it should be, and not to be understood */
	WEBHOOK_FORGED,   /* not signed with the secret */
	WEBHOOK_REFUSED,  /* webhooks are not enabled */
};
enum { WEBHOOK_OUTCOMES = WEBHOOK_REFUSED + 1 };

struct health {
	bool ready; /* all ledgers whose sources answer were caught up once since the start, and a source answers */
	struct str not_ready; /* why not */

	struct instant counted_to; /* the newest step that every live SLO has */
	double behind_seconds;     /* now - settle delay - counted_to; 0 while up to date */
	uint64_t cycles, cycles_failed, steps_counted;
	double step_seconds;  /* of the grid: a cycle must not take longer */
	double cycle_seconds; /* the last cycle's duration */
	double cycle_seconds_total;

	const struct health_source *sources; /* sources_len of them; those that nothing is counted at are left out */
	size_t sources_len, sources_up;

	size_t slos, groups;                  /* defined; shown */
	size_t groups_dropped, groups_hidden; /* left out by a groupBy limit; counted, and not shown by themselves */
	size_t series, series_idle;           /* remembered by sample; of these, wanted by no SLO */
	size_t backfill_slos;                 /* SLOs that are still being read back */
	double backfill_done_ratio;           /* of all their steps; NaN while there is nothing to read back */
	uint64_t backfill_steps;              /* steps read back since the start */

	uint64_t births_counted, births_unknown, resets_counted, holes_bridged, events_dropped;

	size_t files, files_broken;
	const struct health_file *broken; /* files_broken of them */
	bool reload_ok;
	struct instant reload_at; /* the last successful one */
	uint64_t reloads, reloads_failed;

	const struct health_pager *pagers; /* pagers_len of them */
	size_t pagers_len;

	bool silences_asked;                 /* Alertmanager's silences are imported */
	double silences;                     /* in force as exclusions; NaN where they are not asked for */
	double silences_refused;             /* about alerts, or in another way no exclusions; likewise */
	const struct health_teller *tellers; /* tellers_len of them */
	size_t tellers_len;

	struct health_delivery delivery;
	uint64_t webhooks[WEBHOOK_OUTCOMES]; /* that came since the start */

	bool store_ok;
	struct str store_error;
	int64_t store_bytes;
	size_t ledger_bytes;
	uint64_t store_commits, store_commits_failed;

	double cpu_seconds; /* of the process */
	int64_t resident_bytes;
	struct instant started_at;
	struct str version;
};

#endif
