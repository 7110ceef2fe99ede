/* What is wrong with the daemon, in sentences for people: the same on its page, in its JSON and in `wick status`. */
#ifndef WICK_EXPORTERS_HEALTH_TEXT_H
#define WICK_EXPORTERS_HEALTH_TEXT_H

#include "base/arena.h"
#include "model/health.h"

struct complaint {
	struct str text; /* without full stop */
	bool serious;    /* else it passes by itself */
};

/* The complaints, most serious first, in the arena; 0 of them while all is well. */
size_t health_complaints(struct arena *arena, const struct health *health, struct complaint **list);

#endif
