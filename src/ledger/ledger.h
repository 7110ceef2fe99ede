/* Counts of one SLO and group over time. Cumulative at the grid points and thinning with age: single steps for the
 * newest hours, then slots of several steps, whose bounds are the step numbers that the slot divides. Any window is a
 * difference of two points, O(1): exact at known points, interpolated linearly inside a slot (which only a window's far
 * end meets). What is known of each step (covered, bridged) is kept to the step at every age. Sums are fixed point
 * (ledger/sum.h), so the same postings in any split and order give the same ledger, bit for bit. Pure memory, no I/O,
 * one owner. */
#ifndef WICK_LEDGER_LEDGER_H
#define WICK_LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/when.h"
#include "model/counts.h"

struct ledger;

/* How fine the ledger is by age: slots of `slot` steps up to `age` steps back; ages and slots rise, each slot is a
 * multiple of the one before, the first is 1. Steps older than the last age and the slot it falls in are forgotten. A
 * level whose age does not rise is not used. */
struct ledger_level {
	uint32_t slot;
	step_no age;
};
enum { LEDGER_LEVELS = 3 };
struct ledger_shape {
	struct ledger_level level[LEDGER_LEVELS];
};

/* 60 s for 6 h, 5 min for a day, 30 min for `keep`, for the given step; rounds so that slots are whole steps. */
struct ledger_shape ledger_shape_default(struct span step, struct span keep);
/* One step fine throughout: for one evaluation without a daemon. */
struct ledger_shape ledger_shape_exact(struct span step, struct span keep);

/* An empty ledger whose first step will be `begin` + 1. */
struct ledger *ledger_new(const struct ledger_shape *shape, step_no begin);
void ledger_free(struct ledger *ledger);
struct ledger *ledger_copy(const struct ledger *ledger);
/* Makes `ledger` what `other` is, at the same address, and frees `other`. */
void ledger_become(struct ledger *ledger, struct ledger *other);

step_no ledger_origin(const struct ledger *ledger); /* where it began; its first step was the one behind */
step_no ledger_begin(const struct ledger *ledger);  /* the oldest point that is still known */
step_no ledger_end(const struct ledger *ledger);    /* the newest step that was posted */

/* Adds counts. Steps up to ledger_end are amended (events that came to light later, a hole that is bridged); the steps
 * behind it must follow without a gap and are appended. A step that is covered stays so: covered in either posting
 * is covered, else bridged in either is bridged. Events are rounded to 2^-32; NaN counts nothing, and what is
 * negative takes away: where good events are counted, bad = total - good holds for a sum of steps, not for each.
 * Counts for steps that are no longer known are dropped and returned. */
struct counts ledger_post(struct ledger *ledger, const struct posting *posting);
/* Whether ledger_post may be called: the posting leaves no gap behind ledger_end. */
bool ledger_accepts(const struct ledger *ledger, const struct posting *posting);

/* Pins: single points that stay exact, however old. ledger_post makes them (posting->pins) as it appends their steps;
 * those that are wanted later are remembered as long as they are exact, or with the help of a second look
 * (ledger_remember). At most LEDGER_PINS: the oldest go first. ledger_keep_pins
 * gives up all but those of the list (rising). */
enum { LEDGER_PINS = 4096 };
bool ledger_pinned(const struct ledger *ledger, step_no step);
void ledger_keep_pins(struct ledger *ledger, const step_no *steps, size_t len);
size_t ledger_pins(const struct ledger *ledger);
step_no ledger_pin(const struct ledger *ledger, size_t i); /* rising */

/* What is left of `whole` when `parts` are taken from it, of which it is the sum along with `others`: a ledger in
 * memory with the points and pins of `whole`. Of a step that is known which one of `others` knows; of steps that they
 * have forgotten as `whole` knows them. The caller frees it. */
struct ledger *ledger_rest(const struct ledger *whole, const struct ledger *const *parts, size_t parts_len,
			   const struct ledger *const *others, size_t others_len);
/* Whether a read that begins or ends at the point is exact there: a pin, the bound of a slot, or from before the ledger
 * began. */
bool ledger_exact(const struct ledger *ledger, step_no point);
/* The bounds of the slot that a point lies in which is known but not exact. */
void ledger_slot(const struct ledger *ledger, step_no point, step_no *begin, step_no *end);
/* Pins a known point. Where it is not exact, `finer` says how the slot's events lie in the slot: a ledger of the same
 * steps that is exact in it; the slot's own sums stay. False, and nothing is done: the point is not known, `finer`
 * (NULL is legal) has no data of the slot, or of other steps than it, or there is no room for a pin. */
bool ledger_remember(struct ledger *ledger, step_no point, const struct ledger *finer);

/* Whether the point is still known: not forgotten, pinned, or from before the ledger began. */
bool ledger_knows(const struct ledger *ledger, step_no point);
/* Counts of the steps in (from, to]. A `from` that is forgotten and no pin stands for ledger_begin; one before the
 * ledger began, for all that it ever counted. Whole numbers stay whole below 2^53. */
struct counts ledger_read(const struct ledger *ledger, step_no from, step_no to);
/* The newest steps one by one, the newest first; returns how many of `len` there are. Cheaper than reading each. */
size_t ledger_newest(const struct ledger *ledger, struct counts *out, size_t len);
/* Everything since the ledger began, also what was forgotten since. */
struct counts ledger_ever(const struct ledger *ledger);
/* The known point that follows `point`; ledger_end is the last. From ledger_begin on this walks all of them. */
step_no ledger_next(const struct ledger *ledger, step_no point);
/* The newest step with data up to and with `step`, or ledger_begin where there is none. */
step_no ledger_last_covered(const struct ledger *ledger, step_no step);
size_t ledger_bytes(const struct ledger *ledger); /* memory in use */

/* The whole ledger as bytes, compressed (zlib), with a version and a checksum, and back; reading refuses what is
 * damaged. Equal ledgers give equal bytes. False where `out` is full. */
bool ledger_save(const struct ledger *ledger, struct buf *out);
struct ledger *ledger_load(struct str bytes, struct err *err);

#endif
