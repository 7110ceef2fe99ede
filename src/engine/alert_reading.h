/* What an SLO's view says of an alert tier at the end of one step. */
#ifndef WICK_ENGINE_ALERT_READING_H
#define WICK_ENGINE_ALERT_READING_H

#include "engine/view.h"
#include "eval/alert.h"

/* `window` is the SLO's first window, which all tiers share. Nothing is said of errors. */
struct alert_reading alert_reading_at(const struct view *view, const struct tier *tier,
				      const struct window_reading *window, step_no at, struct span stale_after);

#endif
