/* The record of a closed period as a text that the store keeps. */
#ifndef WICK_ENGINE_PERIOD_NOTE_H
#define WICK_ENGINE_PERIOD_NOTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/period_record.h"

/* What the names of such notes begin with. */
#define PERIOD_NOTE STR("period ")

void period_note_write(struct buf *buf, const struct period_record *record);
/* All texts go to the arena. False where the text is none of period_note_write. */
bool period_note_read(struct str text, struct arena *arena, struct period_record *record, struct err *err);

#endif
