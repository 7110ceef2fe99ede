/* Calendar periods in a time zone: which one an instant lies in, and when it begins and ends. Pure. */
#ifndef WICK_MODEL_PERIOD_H
#define WICK_MODEL_PERIOD_H

#include "base/zone.h"

enum period_unit { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR };
enum { PERIOD_UNITS = PERIOD_YEAR + 1 };
extern const char *const period_unit_names[PERIOD_UNITS]; /* "day", "week", ... */

/* Periods without a gap between them: each begins `count` units behind the one before it. */
struct calendar {
	enum period_unit unit;
	unsigned count;
	const struct zone *zone;
	/* A moment at which a period begins; earlier ones are there, too. year == 0: midnight, of Mondays, of the 1st,
	 * of January. A month without its day begins with its last one. */
	struct civil start;
};

struct period {
	struct instant begin, end; /* the end is not in it */
};

struct period period_at(const struct calendar *calendar, struct instant instant);
struct period period_before(const struct calendar *calendar, struct period period);

/* "2026-07-14", "2026-W31" (ISO 8601), "2026-07", "2026-Q3", "2026"; the day of its beginning where a period is another
 * than the calendar's own. */
struct period_name {
	char text[32];
};
struct period_name period_name(const struct calendar *calendar, struct period period);

/* The period of that name in the zone, and the calendar that has it: "2026-07-14", "2026-W31", "2026-07", "2026-Q3",
 * "2026". False where it is none of these, or where there is no such day, week or month. */
bool period_read(struct str name, const struct zone *zone, struct calendar *calendar, struct period *period,
		 struct err *err);

/* About as long as a period: 1 d, 7 d, 30 d, 90 d, 365 d, times the count. */
struct span period_nominal(const struct calendar *calendar);

#endif
