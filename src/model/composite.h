/* An SLO of SLOs: who its members are, and how their numbers become its own. Plain data, a part of its definition. */
#ifndef WICK_MODEL_COMPOSITE_H
#define WICK_MODEL_COMPOSITE_H

#include "base/when.h"
#include "model/place.h"

struct slo;

enum composite_weighting {
	WEIGHTED_EQUALLY,   /* a minute of one counts as much as a minute of another, whatever their traffic */
	WEIGHTED_BY_EVENTS, /* an event of one counts as much as an event of another */
};
enum { COMPOSITE_WEIGHTINGS = WEIGHTED_BY_EVENTS + 1 };
extern const char *const composite_weighting_names[COMPOSITE_WEIGHTINGS]; /* "equal", "events" */

/* What a slice of time, or a member for a part of a composite's time, counts as of which nothing is known. */
enum slice_missing {
	MISSING_IGNORED,
	MISSING_GOOD,
	MISSING_BAD,
	MISSING_HELD, /* of slices alone: as the last one that is known */
};
enum { SLICE_MISSINGS = MISSING_HELD + 1 };

struct composite_member {
	struct str id;
	double weight;         /* above 0 */
	const struct slo *slo; /* of the same set */
	struct place place;
};

struct composite {
	enum composite_weighting weighting;
	enum slice_missing missing;
	struct span delay; /* how long one that does not get on is waited for */
	struct composite_member *members;
	size_t len; /* at least 1 */
};

#endif
