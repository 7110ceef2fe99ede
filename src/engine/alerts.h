/* The states of all alerts, taken on from step to step as their SLOs are counted. Kept in the store, so that a restart
 * neither resolves nor repeats anything. The engine's thread owns it. */
#ifndef WICK_ENGINE_ALERTS_H
#define WICK_ENGINE_ALERTS_H

#include "engine/firings.h"
#include "engine/view.h"
#include "model/result.h"

struct alerts;

/* With the states that the store has kept. What is damaged there is left behind with a line in the log: alerts that
 * still hold fire again. `store` must outlive it. */
struct alerts *alerts_new(struct store *store);
void alerts_free(struct alerts *alerts); /* NULL is legal */

/* How one account stands, for alerts_follow. */
struct alerts_case {
	const struct account *account; /* what their states hang on */
	const struct view *view;       /* as it was counted */
	struct span stale_after;
	struct instant now; /* an error and a closed period have no steps of their own: they go by this */
	/* the closed periods of its calendar windows, by window, the oldest first; not owned */
	const struct period_record *const *periods;
	size_t periods_len;
	bool live;  /* it is nearly up to date: else states stay as they are */
	bool error; /* its numbers cannot be had, or are known to be wrong */
};

/* Takes the account's alerts on to the end of its view, step by step, at most so far back as a ledger has single
 * steps. Fills in `out`, one per tier. Logs each one that fires or ends. */
void alerts_follow(struct alerts *alerts, const struct alerts_case *one, struct alert *out);

/* When they fired, up to the last alerts_follow. Lives as long as these. */
struct firings *alerts_firings(const struct alerts *alerts);

/* Whether an alert of the account fires at `at`, or ended so lately that its end may not have been told everywhere:
 * then the account has to be followed on. */
bool alerts_under_way(const struct alerts *alerts, const struct account *account, struct instant at);

/* Writes the states to the store where some have changed since the last time. States of accounts that alerts_follow was
 * not called for since then are dropped. On false they are tried again with the next call. */
bool alerts_save(struct alerts *alerts, struct err *err);

#endif
