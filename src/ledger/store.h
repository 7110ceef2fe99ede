/* The ledgers on disk: one SQLite file (WAL). A cycle's postings are one journal row, written
 * in one transaction before the results are published; from time to time a ledger is written whole and its part of the
 * journal dropped. Opening reads the ledgers and replays the journal: exactly what was there before a kill -9. The
 * engine's thread owns it. */
#ifndef WICK_LEDGER_STORE_H
#define WICK_LEDGER_STORE_H

#include "base/err.h"
#include "ledger/ledger.h"
#include "model/labels.h"

struct store;

/* What a ledger hangs on. Another counts_hash of the same slo_id is another history; the old one is kept. */
struct ledger_key {
	struct str slo_id;
	uint64_t counts_hash;
	struct labels group; /* empty without groupBy */
};

/* A ledger that the store knows, in memory. Owned by the store. */
struct account {
	struct ledger_key key;
	struct ledger *ledger;
	int64_t row;                  /* the store's own number */
	bool dirty;                   /* postings since it was last written whole */
	void *owner;                  /* the engine's own link to its SLO; NULL where no definition uses it now */
	double good_shown, bad_shown; /* the engine's: counters that it has published, which must not fall */
};

/* Opens or creates `path`. Refuses: a file that is not ours, damaged, of a newer version, of another step, or open in
 * another wick ("'wick.db' is in use by process 123"); never overwrites or repairs by itself. `path` NULL: memory
 * only. */
struct store *store_open(const char *path, struct span step, struct err *err);
/* Nothing is lost by closing: what was committed is on disk. NULL is legal. */
void store_close(struct store *store);

/* The account of the key, or NULL. */
struct account *store_find(struct store *store, const struct ledger_key *key);
/* Makes one where store_find finds none; the key is copied. Durable with the next commit. */
struct account *store_create(struct store *store, const struct ledger_key *key, const struct ledger_shape *shape,
			     step_no begin);
/* All accounts of one slo_id and counts_hash, in stable order; and older histories of the slo_id (other hashes). */
size_t store_accounts(struct store *store, struct str slo_id, uint64_t counts_hash,
		      struct account ***out); /* caller frees *out */
size_t store_other_histories(struct store *store, struct str slo_id, uint64_t counts_hash);

/* A store in memory with what a file holds at one moment, also while a daemon writes it: of the accounts those that
 * `wanted` lets through (NULL: all), and every note. Tells the step. Nothing of it goes back. */
struct store *store_copy(const char *path, bool (*wanted)(const void *context, const struct ledger_key *key),
			 const void *context, struct span *step, struct err *err);

/* One posting of a cycle. */
struct entry {
	struct account *account;
	struct posting posting;
};
/* Applies the postings to the ledgers and writes them in one transaction: all or nothing, on disk when it returns true.
 * On false (disk full, I/O error) the ledgers are as before, and the caller tries the same steps again later. Postings
 * that reach over many steps (backfill) are written as whole ledgers instead of journal rows. */
bool store_commit(struct store *store, const struct entry *entries, size_t len, struct err *err);

/* Puts a ledger of the same steps into the place of an account's own, and writes it down whole. Takes `next`; on false
 * the account is as before. */
bool store_replace(struct store *store, struct account *account, struct ledger *next, struct err *err);

/* Does a bounded share of the upkeep (writing aged ledgers whole, dropping journal rows, checkpoint); call once per
 * cycle. */
bool store_maintain(struct store *store, struct err *err);

/* A small named text kept beside the ledgers (backfill positions and the like). Durable on return. */
bool store_note_put(struct store *store, struct str name, struct str value, struct err *err);
/* Several of them, all or none. A value without `at` takes the note away. */
struct store_note {
	struct str name, value;
};
bool store_notes_put(struct store *store, const struct store_note *notes, size_t len, struct err *err);
bool store_note_get(struct store *store, struct str name, struct buf *value,
		    struct err *err); /* false, err untouched: not there */
/* Every note whose name begins with `prefix`, by name; ends where `each` returns false. The store must not be changed
 * meanwhile. */
bool store_notes_each(struct store *store, struct str prefix,
		      bool (*each)(void *context, struct str name, struct str value, struct err *err), void *context,
		      struct err *err);

/* store_notes_each on a file of its own moment, also while a daemon writes it. */
bool store_notes_read(const char *path, struct str prefix,
		      bool (*each)(void *context, struct str name, struct str value, struct err *err), void *context,
		      struct err *err);

struct store_stats {
	struct counts dropped; /* late counts for steps that their ledger had forgotten; replays not counted again */
	uint64_t accounts, accounts_in_use, commits, failed_commits, journal_rows;
	int64_t file_bytes;
	size_t memory_bytes; /* of all ledgers */
};
struct store_stats store_stats(const struct store *store);

/* Reads every row without changing anything; calls `found` for each fault. True if there is none. Works while a daemon
 * runs. */
bool store_check(const char *path, void (*found)(void *context, const char *fault), void *context, struct err *err);
/* Every account, old histories too, for `wick store dump`; tells the step and calls `each` in key order. Works while a
 * daemon runs. False without `err` where `each` has stopped it. */
bool store_dump(const char *path, struct span *step, bool (*each)(void *context, const struct account *account),
		void *context, struct err *err);

#endif
