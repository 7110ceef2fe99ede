/* The counts of a composite out of those of its members, for one span. Pure. */
#ifndef WICK_EVAL_COMPOSITE_H
#define WICK_EVAL_COMPOSITE_H

#include "model/composite.h"
#include "model/counts.h"

/* What is known of one member for the span. */
struct composite_part {
	struct counts counts;
	double steps; /* of the span that count for it; 0: the member is no part of the span */
	double ruled; /* of those: steps without data, behind its first data, that the composite's noData decides on */
	double rate;  /* events of a step, in the mean of a longer time; NaN: not known */
};

/* `parts` by composite->members; `steps` of the span are the composite's.
 *
 * Weighted by events, bad and total are sums of weight * events; what is ruled counts at the member's rate. Weighted
 * equally, a member has one event per step, bad by the bad part of its own events in the span; weights are scaled to 1.
 * Either way a member counts by the part of the span that is known of it. Steps are covered by the mean of the members,
 * weighted as they are: by weight * rate for events. What is ruled good or bad stands in `bridged`: it counts, and no
 * data cover it. */
struct counts composite_counts(const struct composite *composite, const struct composite_part *parts, double steps);

/* A member's part of the composite's bad events, 0 to 1; NaN where there are none. */
double composite_bad_part(const struct composite *composite, const struct composite_part *parts, size_t member);

#endif
