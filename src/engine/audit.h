/* The audit of exclusions and adjustments: what was in force is kept in the store, and each set of definitions is
 * compared with it. An entry and what is in force from then on are written together, so that no end of the process
 * loses an entry or makes two of it. */
#ifndef WICK_ENGINE_AUDIT_H
#define WICK_ENGINE_AUDIT_H

#include "ledger/store.h"
#include "model/audit.h"
#include "slo/definitions.h"

struct audit;

/* Reads what the store has; NULL where that cannot be read. The store must outlive it. */
struct audit *audit_new(struct store *store, struct err *err);
void audit_free(struct audit *audit); /* NULL is legal */

/* Notes what came, went or changed with the set, and logs each. What stood in a file that is broken by now, without a
 * last good version that stands in for it, has not gone. False where the store refuses: nothing is noted then, and the
 * next call tries again. */
bool audit_take(struct audit *audit, const struct slo_set *set, struct instant now, struct err *err);

/* The list as it is now; a reference. */
struct audit_list *audit_list_of(struct audit *audit);
/* That of a store's file, also while a daemon writes it; NULL with a reason. */
struct audit_list *audit_read(const char *path, struct err *err);

#endif
