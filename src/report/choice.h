/* Which numbers a report shows of a budget: the record of the closed period, the store's ledger, or what was counted
 * from the source. The first of them that knows all of the period; where none does, the one that knows the most. */
#ifndef WICK_REPORT_CHOICE_H
#define WICK_REPORT_CHOICE_H

#include "report/numbers.h"

/* What there is of one SLO and group. */
struct choice_row {
	struct labels group;
	const struct view *stored, *counted; /* NULL: there is none */
	/* why what was counted there cannot be used; empty: it can */
	struct str stored_fault, counted_fault;
	struct str counted_why; /* why it was not counted to the end; empty: it was */
	bool late;              /* the SLO's ledger in the store was begun within the period */
};

/* Nothing can know more of the period. */
bool choice_whole(const struct report_numbers *numbers);

/* Fills in everything; texts in the arena. `record`: NULL where there is none; it must outlive the numbers. */
void choice_take(const struct choice_row *row, const struct numbers_period *of, const struct period_record *record,
		 struct arena *arena, struct report_numbers *out);

#endif
