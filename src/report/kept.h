/* What a store keeps that a report wants: the records of closed periods, and the pages that fired. */
#ifndef WICK_REPORT_KEPT_H
#define WICK_REPORT_KEPT_H

#include "base/map.h"
#include "engine/followed.h"
#include "ledger/store.h"
#include "model/firing.h"
#include "model/period_record.h"
#include "report/numbers.h"

/* The records of one SLO, of all of its groups. */
struct kept_records {
	struct period_record *at;
	size_t len;
};

/* All in the arena. */
struct kept {
	struct map now, before;   /* struct kept_records *, by the SLO's id: of the period, and of the one before */
	struct firing_list pages; /* that have a part in the period */
	struct followed followed; /* from when on they are all that fired */
};

void kept_init(struct kept *kept);
void kept_release(struct kept *kept);

/* False where the store cannot be read. */
bool kept_read(struct kept *kept, struct store *store, const struct period *now, const struct period *before,
	       struct arena *arena, struct err *err);

/* That of the group; NULL: none. Of an SLO without groupBy the group is empty. */
const struct period_record *kept_find(const struct map *records, struct str slo_id, struct labels group);

#endif
