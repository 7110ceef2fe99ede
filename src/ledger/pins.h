/* Points of a ledger that stay exact, however old: sums and what was known, up to and with a step. */
#ifndef WICK_LEDGER_PINS_H
#define WICK_LEDGER_PINS_H

#include "ledger/cover.h"
#include "ledger/ring.h"
#include "ledger/varint.h"

struct pin {
	step_no at;
	struct ring_point sums;
	struct cover_count count;
};

struct pins {
	struct pin *at; /* rising */
	uint32_t len, cap;
};

void pins_release(struct pins *pins);
struct pins pins_copy(const struct pins *pins);

/* The pin of the step, or NULL. */
const struct pin *pins_find(const struct pins *pins, step_no step);
/* The place of the first pin at `step` or behind it. */
uint32_t pins_from(const struct pins *pins, step_no step);
/* Adds one behind all others. */
void pins_append(struct pins *pins, struct pin pin);
/* Adds one in its place; none of that step may be there. Where there is no room for one more nothing happens. */
void pins_insert(struct pins *pins, struct pin pin);
/* Gives up all but those of the list. */
void pins_keep(struct pins *pins, const step_no *steps, size_t len);

/* As bytes, nothing at all where there are none, and back; false for what cannot be, between `origin` and `end`. */
void pins_write(const struct pins *pins, step_no origin, struct buf *out);
bool pins_parse(struct pins *pins, struct reader *in, step_no origin, step_no end);

#endif
