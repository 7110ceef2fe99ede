/* Budgets by events that do not ignore what is missing: a step of which nothing is known counts as good, as bad, or as
 * things were, at the mean traffic of the last hour with data before it. The events themselves are counted as ever, in
 * an account beside the SLO's own (engine/slices.h), and what comes to light later takes the place of the guess. */
#ifndef WICK_ENGINE_GAPS_H
#define WICK_ENGINE_GAPS_H

#include "ledger/ledger.h"
#include "model/slo.h"

/* What `posting`, which `events` does not have yet, does to `judged`, the account of the SLO: the same steps, in
 * `arena`. A step that is guessed is bridged: never covered. Nothing is guessed before the first data, and what was
 * guessed once goes on for as long as the gap lasts: the hour before it may be thinned by then. */
struct posting gaps_post(struct arena *arena, enum slice_missing missing, struct span step, const struct ledger *events,
			 const struct ledger *judged, const struct posting *posting);

#endif
