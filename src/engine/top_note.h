/* The groups that are shown by themselves as the store keeps them: one small text, a line per SLO. */
#ifndef WICK_ENGINE_TOP_NOTE_H
#define WICK_ENGINE_TOP_NOTE_H

#include "base/buf.h"
#include "base/err.h"
#include "model/counts.h"
#include "model/slo.h"

/* The note's name. */
#define TOP_NOTE STR("groups")

/* A group that is shown, by its account's row. */
struct top_place {
	int64_t row;
	bool leaving; /* it is no more among the top, and stays until its alerts are over */
};

/* What is remembered of one SLO. */
struct top_memory {
	struct top_place *at; /* the owner's */
	size_t len, cap;
	bool formed; /* false: the rest means nothing */
	enum top_order by;
	step_no decided;       /* the last step at whose end places were given anew */
	struct counts carried; /* what the rest's counters have beside what its groups count: events of groups that were
				  in it, less those of groups that came */
};

/* Writing: begin, then one put per SLO, by the row of its own account. */
void top_note_begin(struct buf *note);
void top_note_put(struct buf *note, int64_t row, const struct top_memory *memory);

/* Calls `each` for every SLO, rows from 1 to `rows`; `memory` is `each`'s to copy. Ends with the first line that is
 * damaged. */
bool top_note_read(struct str note, int64_t rows,
		   void (*each)(void *context, int64_t row, const struct top_memory *memory), void *context,
		   struct err *err);

#endif
