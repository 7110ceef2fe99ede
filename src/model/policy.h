/* An error budget policy: what a team has agreed to do when so much of an error budget is consumed (SRE workbook,
 * "Error Budget Policy"). Plain data; texts live where the definitions live. */
#ifndef WICK_MODEL_POLICY_H
#define WICK_MODEL_POLICY_H

#include "base/arena.h"
#include "model/place.h"

/* In rising order. Unknown comes first, so that what nobody has worked out is not normal. */
enum policy_level { POLICY_UNKNOWN, POLICY_NORMAL, POLICY_REVIEW, POLICY_APPROVAL, POLICY_FREEZE };
enum { POLICY_LEVELS = POLICY_FREEZE + 1 };
extern const char *const policy_level_names[POLICY_LEVELS]; /* "unknown", "normal", ... */

struct policy_step {
	bool given;      /* the policy has this level */
	double consumed; /* the part of the budget from which on it is in force; 0 for normal */
	struct str agreed;
};

struct policy {
	struct str name, description;
	struct policy_step steps[POLICY_LEVELS]; /* POLICY_NORMAL is always given, POLICY_UNKNOWN never */
	struct place place;
};

/* How an SLO names its policy. */
struct policy_ref {
	struct str name; /* empty for the default, "none" for no policy at all */
	struct place place;
};

/* What holds where the definitions have no policy named "default": 50, 75 and 100 %. */
extern const struct policy policy_default;

/* The level in force when this part of the budget is consumed: the highest one that is reached. Unknown for NaN, and
 * for no policy. */
enum policy_level policy_level_at(const struct policy *policy, double consumed);

/* The same policy with all texts in `arena`; `file` becomes its place's. */
const struct policy *policy_copy(struct arena *arena, const struct policy *policy, const char *file);

#endif
