/* From when on the alerts of each account were followed without a step left out: kept in the store, so that a report
 * can tell a quiet time from one in which nobody looked. */
#ifndef WICK_ENGINE_FOLLOWED_H
#define WICK_ENGINE_FOLLOWED_H

#include "base/arena.h"
#include "ledger/store.h"

struct followed_account {
	uint64_t key; /* followed_key: rows are numbered anew in a copy of a store */
	struct instant since;
};

struct followed {
	struct followed_account *at;
	size_t len;
	struct instant to; /* so far, about; ms == 0: never */
};

uint64_t followed_key(const struct ledger_key *key);

/* What the store has, in the arena; nothing where it has none. False where it is damaged, or cannot be read. */
bool followed_read(struct store *store, struct arena *arena, struct followed *followed, struct err *err);
/* Writes `to` down, and with `accounts` the rest. */
bool followed_write(struct store *store, const struct followed *followed, bool accounts, struct err *err);

/* Of an account, in what followed_read gave. ms == 0: not known. */
struct instant followed_since(const struct followed *followed, uint64_t key);

#endif
