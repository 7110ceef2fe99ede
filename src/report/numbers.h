/* What a view says of a period that need not be one of its SLO's windows: the numbers that a closed record would have.
 */
#ifndef WICK_REPORT_NUMBERS_H
#define WICK_REPORT_NUMBERS_H

#include "engine/view.h"
#include "model/period_report.h"

/* A period on the calendar that it is of. */
struct numbers_period {
	struct calendar calendar;
	struct period period;
};

/* Fills in everything; texts in the arena. `origin` is what the view is of. */
void numbers_read(const struct view *raw, const struct numbers_period *of, enum report_origin origin,
		  struct arena *arena, struct report_numbers *out);

/* How the budget of these numbers went down over the period. Nothing where the view does not know enough of it. */
void numbers_curve(const struct view *raw, const struct numbers_period *of, const struct report_numbers *numbers,
		   struct arena *arena, const struct report_point **curve, size_t *len);

/* Its steps, (from, to]. */
step_no numbers_from(const struct numbers_period *of, struct span step);
step_no numbers_to(const struct numbers_period *of, struct span step);

/* Whether reads that begin or end at the point are exact. */
bool numbers_exact(const struct view *view, step_no point);

/* The policy level in force at the end of a step, by the SLO's first window. */
enum policy_level numbers_level(const struct view *raw, step_no at);

#endif
