/* The text of a recurrence rule, RRULE of RFC 5545 (section 3.3.10), as plain data: "FREQ=MONTHLY;BYDAY=-1FR". What
 * it comes to on a calendar is recurrence.h's. Pure. */
#ifndef WICK_MODEL_RECURRENCE_RULE_H
#define WICK_MODEL_RECURRENCE_RULE_H

#include "base/civil.h"
#include "base/err.h"
#include "base/str.h"

enum recurrence_freq {
	RECURRENCE_MINUTELY,
	RECURRENCE_HOURLY,
	RECURRENCE_DAILY,
	RECURRENCE_WEEKLY,
	RECURRENCE_MONTHLY,
	RECURRENCE_YEARLY
};
enum { RECURRENCE_FREQS = RECURRENCE_YEARLY + 1 };

enum recurrence_until {
	RECURRENCE_ENDLESS,
	RECURRENCE_UNTIL_CLOCK, /* "20261231T220000", or "20261231": that whole day */
	RECURRENCE_UNTIL_UTC    /* "20261231T210000Z" */
};

struct recurrence_rule {
	enum recurrence_freq freq;
	unsigned interval; /* from 1 */
	unsigned count;    /* 0: not given */
	enum recurrence_until until_form;
	int64_t until;           /* the last second in which one may begin, since 1970 on that clock */
	enum weekday week_begin; /* WKST */
	uint16_t months;         /* bits 1 to 12; 0: BYMONTH is not given */
	/* Bits 1 to 31, from the month's first day and from its last; both 0: BYMONTHDAY is not given. */
	uint32_t month_days, month_days_back;
	/* By enum weekday: bit 0 says each one of them, bit n the nth of the month or year, of `_back` from its end.
	 * All 0: BYDAY is not given. */
	uint64_t weekdays[7], weekdays_back[7];
};

/* Reads FREQ (MINUTELY to YEARLY), INTERVAL, COUNT or UNTIL, BYDAY, BYMONTHDAY, BYMONTH and WKST, in any order and any
 * case, each once, also behind "RRULE:". All else is refused, never passed over: the error says which part, at what
 * offset in `text` (bytes, from 0), and what is known. As the RFC has it, ordinals ("1MO") are for MONTHLY and YEARLY,
 * and BYMONTHDAY is not for WEEKLY. Unlike there, UNTIL may always have any of its three forms. */
bool recurrence_rule_read(struct str text, struct recurrence_rule *rule, struct err *err);

#endif
