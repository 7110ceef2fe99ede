/* Calendar periods that are over: each is closed once, some time after its end, and its record kept in the store for
 * good. Nothing that is counted later changes a record, nor does an edit of its SLO; only exclusions and adjustments
 * that come, go or change later are worked into it, beside what was counted. */
#ifndef WICK_ENGINE_PERIODS_H
#define WICK_ENGINE_PERIODS_H

#include "engine/view.h"
#include "model/period_record.h"

struct periods;

/* Reads the records that the store has; NULL where they cannot be read. The store must outlive it. */
struct periods *periods_new(struct store *store, struct err *err);
void periods_free(struct periods *periods); /* NULL is legal */

/* Closes the periods of the SLO's calendar windows that are over: an hour after their end, or a day where steps are
 * still unknown that a hole's bridge may yet fill; on first sight those before them, too, as far as its ledgers are
 * exact. `raw` is of everything as it was counted. Nothing known of a period: no record. False where the store refuses;
 * the next call tries again. */
bool periods_close(struct periods *periods, const struct view *raw, struct labels group, struct instant now,
		   struct err *err);

/* The definitions are others, or ledgers remember more: the next periods_close looks whether records have to be
 * corrected. */
void periods_redefined(struct periods *periods);

/* The records of an SLO and group: by window, the oldest first. They live as long as `periods`; the list itself until
 * the next periods_close. */
size_t periods_of(const struct periods *periods, struct str slo_id, struct labels group,
		  const struct period_record *const **list);

#endif
