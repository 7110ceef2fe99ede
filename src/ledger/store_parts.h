/* The inside of a store, for the files that make one up: store.c works on it, store_open.c fills it from disk. */
#ifndef WICK_LEDGER_STORE_PARTS_H
#define WICK_LEDGER_STORE_PARTS_H

#include "base/map.h"
#include "db/db.h"
#include "ledger/store.h"

/* An account as the store sees it. account.ledger is NULL until someone asks for it. */
struct cell {
	struct account account;
	int64_t saved;       /* the commits up to this one are in the ledger on disk */
	int64_t dirty_since; /* the first commit that is not, or 0 */
	struct ledger *next; /* while a commit is under way: the ledger with its postings, to be written whole */
	bool next_written;
	bool lost;        /* its row is damaged: only while checking */
	step_no end_next; /* while a commit is under way: ledger_end once it is through */
};

/* All accounts of one slo_id, sorted by counts_hash, then group. */
struct history {
	struct str slo_id;
	struct cell **at;
	size_t len, cap;
};

struct store {
	struct db db;
	int lock;
	bool in_memory;
	struct arena keys;    /* the texts of all keys */
	struct map histories; /* slo_id -> struct history */
	struct cell **cells;  /* account.row is the place here + 1 */
	size_t len, cap;
	size_t stored;     /* the first so many have a row on disk */
	size_t cursor;     /* where the upkeep goes on */
	int64_t seq;       /* number of the last commit */
	int64_t read_to;   /* while opening: the last commit of the journal that was read */
	struct err broken; /* a ledger could not be read: nothing more is written */
	struct store_stats stats;
};

extern const struct db_kind store_kind;
/* db_open and db_open_read of a store: a file of another step is refused; reading tells the step. */
bool store_open_db(struct store *store, const char *path, struct span step, struct err *err);
bool store_open_db_read(struct store *store, const char *path, struct span *step, struct err *err);

struct store *store_new(void);
/* Files a new account under its key, which is copied; NULL where the key is taken. */
struct cell *store_add(struct store *store, const struct ledger_key *key);
/* Reads the account's ledger if it is not in memory. */
bool store_load(struct store *store, struct cell *cell, struct err *err);
/* Fills an empty store from its database. Damage is refused; with `faults` all of it is told, and reading goes on. */
struct store_faults {
	void (*found)(void *context, const char *fault);
	void *context;
	size_t count;
};
bool store_read(struct store *store, struct store_faults *faults, struct err *err);

/* CRC-32 of a row of `account` without its sum. */
uint32_t store_row_sum(int64_t row, const struct ledger_key *key, struct str labels, int64_t seq, struct str ledger);
void store_labels_put(struct labels labels, struct buf *out);
bool store_labels_get(struct str bytes, struct arena *arena, struct labels *labels); /* texts go on living in `bytes` */

#endif
