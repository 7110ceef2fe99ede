/* The inside of a zone: zone.c finds and asks, zone_read.c reads files, zone_rule.c knows the rule for what is behind
 * the table. */
#ifndef WICK_BASE_ZONE_PARTS_H
#define WICK_BASE_ZONE_PARTS_H

#include "base/arena.h"
#include "base/zone.h"

/* One of the two days of a year on which clocks change. */
struct zone_day {
	enum { DAY_MONTH, DAY_JULIAN, DAY_NUMBER } kind; /* Mm.w.d; Jn without leap days; n with them, from 0 */
	unsigned month, week, weekday, day;              /* weekday: 0 is Sunday */
	int time;                                        /* seconds from midnight, may be below 0 or above a day */
};

/* A POSIX TZ text: "CET-1CEST,M3.5.0,M10.5.0/3". */
struct zone_rule {
	bool given, daylight;
	int standard, summer; /* seconds east of UTC */
	struct zone_day begin, end;
};

struct zone {
	struct str name;
	int64_t *at; /* seconds since 1970 at which offsets change, rising */
	int *offset; /* from at[i] on */
	size_t len;
	int first;             /* before all of them */
	struct zone_rule rule; /* behind all of them */
};

enum { ZONE_TRANSITIONS = 4096, ZONE_OFFSET_MAX = 26 * 3600 };

/* Texts and tables go to the arena; false for what is no zone file. */
bool zone_read(struct arena *arena, struct str bytes, struct zone *zone);
bool zone_rule_read(struct str text, struct zone_rule *rule);
int zone_rule_offset(const struct zone_rule *rule, int64_t seconds);

#endif
