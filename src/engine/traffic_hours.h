/* When an SLO's traffic is busiest and when it is quietest, by the hours of the day (UTC). */
#ifndef WICK_ENGINE_TRAFFIC_HOURS_H
#define WICK_ENGINE_TRAFFIC_HOURS_H

#include "engine/view.h"

struct traffic_hours {
	struct instant busiest, quietest; /* each the begin of the newest such hour; the same where all are alike */
	bool alike;                       /* busiest and quietest are within a tenth */
};

/* Looks at the hours of (from, to] of which every step is known, and weighs the hours of the day by their mean traffic.
 * Only one that is followed by `room` before `to`, itself included, is told. False where there is none. */
bool traffic_hours_find(const struct view *view, step_no from, step_no to, struct span room,
			struct traffic_hours *hours);

#endif
