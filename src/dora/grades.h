/* Levels by the clusters of DORA's yearly reports, and the score of dora.dev's quick check. Data, with their sources.
 *
 * The reports find clusters of answers; they do not set thresholds. Read as thresholds here: the level is the best one
 * whose row holds, and what no row holds for is low. So where a report has the worse number in the better row (2024:
 * high changes fail 20 %, medium ones 10 %), the lesser row is never reached; gaps between rows (2021: nobody's lead
 * time is between an hour and a day) belong to the row below. A month is 30 days and half a year 182. */
#ifndef WICK_DORA_GRADES_H
#define WICK_DORA_GRADES_H

#include "model/dora.h"

/* What a level asks for; NaN where the report has no such level. */
struct grade_bound {
	double at;
	bool reached; /* to be exactly there is enough */
};
struct grade_row {
	struct grade_bound per_day; /* deployments, at the least; "on demand" is more than one */
	struct grade_bound lead;    /* seconds at the most, of the median; so are recovery times */
	struct grade_bound failing; /* ratio at the most */
	struct grade_bound recovery;
};

struct grade_table {
	unsigned year;
	const char *source;
	struct grade_row medium, high, elite; /* low is what is left */
};

/* NULL where the report of that year has no clusters (2025) or is not here. */
const struct grade_table *grade_table_of(unsigned year);

/* Which of the quick check's six answers fits best, from 1 for the worst: the best one that holds. 0: not known. */
/* "On demand" is read as more than once an hour, since "between once per hour and once per day" is the answer below. */
unsigned quick_check_frequency(double per_day);
unsigned quick_check_duration(double seconds); /* lead time and recovery time */

#endif
