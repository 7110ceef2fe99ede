/* Stretches of time that come again, such as maintenance on each last Friday of a month: a start and a length on the
 * clock of a zone, and a rule (RFC 5545, section 3.8.5.3). Pure; plain data without an owner, any thread may use it.
 *
 * Occurrences are moments of the zone's clock. Where clocks leap over one it begins at the moment of the leap, and
 * where they show it twice at the first (zone_instant; the RFC would have the former later by the leap). So does the
 * end where one is given. MINUTELY and HOURLY go by the clock, too: an hour that is shown twice has its occurrences
 * once. */
#ifndef WICK_MODEL_RECURRENCE_H
#define WICK_MODEL_RECURRENCE_H

#include "model/period.h"
#include "model/recurrence_rule.h"

/* What was asked for, as it was written. */
struct recurrence_terms {
	const struct zone *zone;
	struct civil start; /* on the zone's clock; years 1 to 9999 */
	/* One of the two. `minutes` is time that elapses: 24 hours leave one out of a day that has 25. `end` is on the
	 * zone's clock, that of the stretch that begins at `start`; others end as far from their beginning on the
	 * clock. */
	int64_t minutes;  /* 0: not given */
	struct civil end; /* year 0: not given */
	struct str rule;  /* empty: once */
};

/* Made by recurrence_read; nobody else writes to it. Seconds are since 1970 on the zone's clock (civil_seconds). */
struct recurrence {
	const struct zone *zone;
	int64_t start, last; /* no occurrence begins before or behind these; `last` is what COUNT comes to */
	struct instant until;
	int64_t seconds; /* from beginning to end */
	bool end_on_clock;
	struct recurrence_rule rule; /* with what it leaves to the start: the weekday, the day, the month */
};

/* Reads the rule and counts to its last occurrence: at most LIMIT_RECURRENCE_COUNT of them, none of which is later than
 * LIMIT_RECURRENCE_YEARS. The start is the first occurrence only if it is one by the rule. Refuses dates that are not
 * on the calendar, a length of nothing or of more than LIMIT_RECURRENCE_MINUTES, what recurrence_rule_read refuses, and
 * rules without any occurrence. The rule's text is not referred to afterwards. */
bool recurrence_read(const struct recurrence_terms *terms, struct recurrence *recurrence, struct err *err);

/* A walk over the stretches that have a part in [from, to), from the earliest beginning on. They may overlap each other
 * and are not cut to [from, to). One that the clocks leap over as a whole, with its end, has no length and is left out.
 * The time it takes grows with to - from and the length of a stretch, not with the distance from the start. */
struct recurrence_walk {
	const struct recurrence *recurrence; /* the caller's */
	struct instant from, to;
	int64_t clock, last; /* where to look on, and up to where */
};

struct recurrence_walk recurrence_between(const struct recurrence *recurrence, struct instant from, struct instant to);
/* False where there are no more. */
bool recurrence_next(struct recurrence_walk *walk, struct period *stretch);

#endif
