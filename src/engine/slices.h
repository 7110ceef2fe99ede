/* Budgets by time slices: an SLO's events are counted as ever, in an account beside its own, and its own holds the
 * slices that are judged by them. What comes to light later judges a slice anew. Slices end at multiples of their
 * length (Unix time), and are counted in their last step once that is counted. One without data counts as the SLO says,
 * from the first data on; its steps are bridged then: never covered. */
#ifndef WICK_ENGINE_SLICES_H
#define WICK_ENGINE_SLICES_H

#include "ledger/store.h"
#include "model/slo.h"

/* Whether what is counted and what spends the budget are two accounts: slices, or events where gaps count as something
 * (engine/gaps.h). */
static inline bool slices_used(const struct slo *slo)
{
	return slo->budgeting.method != BUDGET_OCCURRENCES || slo->budgeting.missing != MISSING_IGNORED;
}

/* The account of the events that the slices of `judged` are made of; made as it is first needed. */
struct account *slices_events(struct store *store, const struct account *judged, const struct ledger_shape *shape);

/* A slice by its events: one event, which may be bad in part; none where nothing is known of the slice (what that is to
 * count as is not asked here), or nothing happened and that is to be ignored. */
struct counts slices_judge(const struct budgeting *budgeting, const struct counts *events);

/* What `posting`, which `events` does not have yet, does to `judged`, the account of the SLO: of slices a posting of
 * the same steps and of those before that its first slice has; else that of gaps_post. In `arena`. */
struct posting slices_post(struct arena *arena, const struct budgeting *budgeting, struct span step,
			   const struct ledger *events, const struct ledger *judged, const struct posting *posting);

#endif
