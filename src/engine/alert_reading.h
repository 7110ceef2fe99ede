/* What a ledger says of an alert tier at the end of one step. */
#ifndef WICK_ENGINE_ALERT_READING_H
#define WICK_ENGINE_ALERT_READING_H

#include "eval/alert.h"
#include "ledger/ledger.h"

/* The counts of a window that ends with the step `at`; a window that is shorter than a step is a step, none is empty.
 */
struct counts ledger_window(const struct ledger *ledger, step_no at, struct span window, struct span step);

/* `window` is the SLO's first window, which all tiers share. Nothing is said of errors. */
struct alert_reading alert_reading_at(const struct ledger *ledger, const struct tier *tier,
				      const struct window_reading *window, step_no at, struct span step,
				      struct span stale_after);

#endif
