/* The states of alerts as the store keeps them: one small text, a line per alert that was ever true. */
#ifndef WICK_ENGINE_ALERT_NOTE_H
#define WICK_ENGINE_ALERT_NOTE_H

#include "base/buf.h"
#include "base/err.h"
#include "model/alert.h"
#include "model/counts.h"

/* The note's name. */
#define ALERT_NOTE STR("alerts")

/* One alert of an account; `tier` stands for the tier's name. */
struct alert_memory {
	uint64_t tier;
	struct alert_state state;
};

/* The same for a name always and everywhere. */
uint64_t alert_tier_key(struct str name);

/* Writing: begin, then one put per alert. */
void alert_note_begin(struct buf *note);
void alert_note_put(struct buf *note, int64_t row, step_no to, const struct alert_memory *alert);

/* Calls `each` for every alert, rows from 1 to `rows`; nothing is called for where the note is damaged. */
bool alert_note_read(struct str note, int64_t rows,
		     void (*each)(void *context, int64_t row, step_no to, const struct alert_memory *alert),
		     void *context, struct err *err);

#endif
