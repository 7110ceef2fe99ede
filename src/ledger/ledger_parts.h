/* The inside of a ledger, for the files that make one up: ledger.c counts, ledger_save.c writes and reads. What is kept
 * follows from levels, origin and end alone, so there is nothing that could disagree with them: level i holds the
 * points at all multiples of its slot from end - age (rounded down to one, but not before origin) up to end. */
#ifndef WICK_LEDGER_LEDGER_PARTS_H
#define WICK_LEDGER_LEDGER_PARTS_H

#include "ledger/cover.h"
#include "ledger/ledger.h"
#include "ledger/pins.h"
#include "ledger/ring.h"

struct ledger {
	struct ledger_level level[LEDGER_LEVELS]; /* those whose age rises; the first `levels` */
	size_t levels;
	step_no origin, end;    /* the first step was origin + 1 */
	struct ring_point ever; /* the sums at `end` */
	struct ring ring[LEDGER_LEVELS];
	struct cover cover;
	struct pins pins;
};

enum { LEDGER_AGE_MAX = 1 << 24 }; /* steps: 31 years of 60 s */

/* Whether slots and ages are as ledger.h wants them, and within bounds. */
bool ledger_shape_ok(const struct ledger_shape *shape);
/* The number of the oldest point of level i. */
int64_t ledger_first(const struct ledger *ledger, size_t i);
/* Files the sums of `point` in every level that keeps it; the points before it must be there. */
void ledger_set(struct ledger *ledger, step_no point, struct ring_point sums);
/* The newest known point up to and with `point`, and its sums; ledger_begin has one, being in a ring or the origin. */
struct ring_point ledger_known_until(const struct ledger *ledger, step_no point, step_no *known);
/* The sums at a point, interpolated where it is not known. */
struct ring_point ledger_at(const struct ledger *ledger, step_no point);

/* What ledger_save puts into its envelope, and back. */
bool ledger_write(const struct ledger *ledger, struct buf *out);
struct ledger *ledger_parse(struct str bytes, struct err *err);

#endif
