/* One time that an alert fired, as it is written down: plain data. */
#ifndef WICK_MODEL_FIRING_H
#define WICK_MODEL_FIRING_H

#include "base/when.h"
#include "model/labels.h"

struct firing {
	struct str slo_id, service;
	struct labels group;
	struct str tier, severity;
	struct instant fired_at, resolved_at; /* resolved_at.ms == 0: it fires */
};

/* All that are known, the oldest first. */
struct firing_list {
	struct firing *at;
	size_t len;
	struct instant since; /* each that fired from then on is among them; ms == 0: none is known to be */
};

#endif
