/* The counts of one account while a stretch of steps is worked through: a posting that grows, also to the front where a
 * hole that began before the stretch is bridged. Pure. */
#ifndef WICK_COUNT_SHEET_H
#define WICK_COUNT_SHEET_H

#include "model/counts.h"

#include <stdbool.h>

struct sheet {
	struct posting posting; /* what is handed to the ledger by sheet_finish */
	unsigned char *marks;   /* per step: what is known of it */
	size_t cap;
	step_no front;   /* no step before this one is kept; earlier events move up to it */
	step_no touched; /* the first step that something was said of; posting.first + len where nothing was */
};

/* Covers the steps (from, to]; amendments may reach back to `front`. */
void sheet_init(struct sheet *sheet, step_no from, step_no to, step_no front);
void sheet_release(struct sheet *sheet);

/* Events of one step. Steps behind the end are not allowed. */
void sheet_add(struct sheet *sheet, step_no step, double bad, double total);
/* `events` of (from, to], evenly: whole events stay whole, and any split of the stretch gives the same. Each event is
 * worth bad and total. */
void sheet_spread(struct sheet *sheet, step_no from, step_no to, double events, double bad, double total);
/* The steps (from, to] had data; were without, but their events are known; or hold events that nobody can know. */
void sheet_cover(struct sheet *sheet, step_no from, step_no to);
void sheet_bridge(struct sheet *sheet, step_no from, step_no to);
void sheet_lose(struct sheet *sheet, step_no step);

/* The marks turned into counts; nothing may be added afterwards. */
const struct posting *sheet_finish(struct sheet *sheet);

#endif
