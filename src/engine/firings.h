/* When alerts fired, and when that ended: written down in the store, so that what was can be told later. The newest are
 * kept. The engine's thread owns it. */
#ifndef WICK_ENGINE_FIRINGS_H
#define WICK_ENGINE_FIRINGS_H

#include "ledger/store.h"
#include "model/alert.h"
#include "model/firing.h"

struct firings;

/* Reads what the store has. What is damaged there is left behind with a line in the log. The store must outlive it. */
struct firings *firings_new(struct store *store);
void firings_free(struct firings *firings); /* NULL is legal */

/* An alert fires, or has ended: to be told whenever its state is looked at; the same firing is one. */
void firings_tell(struct firings *firings, const struct firing *firing);

/* Those that began or ended after the revision `known` of it, 0 for all, in the arena and in no order; also where they
 * could not be written down. Gives the newest revision: what is to be asked for the next time. */
uint64_t firings_changed(const struct firings *firings, uint64_t known, struct arena *arena, struct firing_list *list);

/* All of them: a reference, to the same book for as long as nothing changes. */
struct firing_book *firings_book(struct firings *firings);

/* Writes down what is new. Those that fire and were not told of since the last time have ended with their SLO, group or
 * tier, at `now`. On false the next call tries again. */
bool firings_save(struct firings *firings, struct instant now, struct err *err);

/* What the store has, in the arena. Where some of it is damaged, that is left out with a line in the log, and `since`
 * is 0: it is not known what else fired. */
bool firings_read(struct store *store, struct arena *arena, struct firing_list *list, struct err *err);

#endif
