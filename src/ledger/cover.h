/* What is known of each step, one of three states, to the single step over the whole age of a ledger: two bits a step
 * with a running count per block, so that a window is counted in O(1) and amending never has to guess. Most blocks are
 * of one state throughout; those share their bits. */
#ifndef WICK_LEDGER_COVER_H
#define WICK_LEDGER_COVER_H

#include "model/counts.h"

#include <stdbool.h>

enum cover_state { COVER_NONE, COVER_BRIDGED, COVER_DATA };
enum { COVER_BLOCK = 256 }; /* steps */

/* Cumulative since the ledger began, modulo 2^32: only differences are meant. */
struct cover_count {
	uint32_t covered, bridged;
};

struct cover_bits {
	uint64_t covered[COVER_BLOCK / 64], bridged[COVER_BLOCK / 64];
};

struct cover_block {
	struct cover_count before;     /* of all earlier blocks */
	const struct cover_bits *bits; /* the block's own, or those of a whole block of one state; NULL: not in use */
};

/* A ring of blocks; step s stands in block floor(s / 256). */
struct cover {
	struct cover_block *at;
	uint32_t cap, most;
	uint32_t own;       /* blocks with bits of their own */
	step_no begin, end; /* the states of the steps in (begin, end] are known */
};

/* Empty at `begin`, where `count` has been counted so far; ready for at most `age` steps. */
void cover_init(struct cover *cover, step_no begin, struct cover_count count, step_no age);
void cover_release(struct cover *cover);
struct cover cover_copy(const struct cover *cover);

/* The next `count` steps behind `end`. */
void cover_append(struct cover *cover, enum cover_state state, uint64_t count);
void cover_forget(struct cover *cover, step_no begin);
/* Raises the state of a step in (begin, end]: data over bridged over none; cover_recount must follow. */
void cover_raise(struct cover *cover, step_no step, enum cover_state state);
void cover_recount(struct cover *cover, step_no from);

/* Raises every step to what `other` knows of it; both are of the same grid. True where something has changed:
 * cover_recount must follow. */
bool cover_unite(struct cover *cover, const struct cover *other);

enum cover_state cover_at(const struct cover *cover, step_no step);
/* The last step, from `step` on, that is in the same state as all between. */
step_no cover_run_end(const struct cover *cover, step_no step);
/* Of all steps up to and with `step`, which is in [begin, end]. */
struct cover_count cover_until(const struct cover *cover, step_no step);
/* The newest step with data up to and with `step`, or begin. */
step_no cover_last_data(const struct cover *cover, step_no step);
size_t cover_bytes(const struct cover *cover);

#endif
