/* SQLite as the store uses it: opening with the right promises, the schema, and its errors as sentences. */
#ifndef WICK_LEDGER_DB_H
#define WICK_LEDGER_DB_H

#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

#include <sqlite3.h>

struct db {
	sqlite3 *raw;
	char *path;   /* as the user named it; NULL in memory */
	bool looking; /* opened for looking only: its user is being told what is wrong already */
};

/* Opens or creates for writing (WAL, synchronous FULL: on disk before a commit returns); `path` NULL is in memory.
 * Refuses what is not a store, of a newer schema, or of another step. */
bool db_open(struct db *db, const char *path, struct span step, struct err *err);
/* For reading only, beside a daemon that writes, at one consistent moment; tells the step. */
bool db_open_read(struct db *db, const char *path, struct span *step, struct err *err);
void db_close(struct db *db);

/* The last error of SQLite as a sentence; `doing` is "read" or "write". Returns false. */
bool db_fail(const struct db *db, const char *doing, struct err *err);
/* "'wick.db' is damaged (what); it is left as it is, and 'wick store check wick.db' says more"; the end not to who is
 * looking. */
bool db_damaged(const struct db *db, const char *what, struct err *err);
bool db_exec(const struct db *db, const char *sql, struct err *err);
/* NULL on failure. */
sqlite3_stmt *db_prepare(const struct db *db, const char *sql, struct err *err);
/* Runs a statement that returns no rows, and makes it ready for the next run. */
bool db_run(const struct db *db, sqlite3_stmt *statement, struct err *err);

/* Ends the transaction that `BEGIN` opened: COMMIT where `ok`, else (or where that fails) ROLLBACK. */
bool db_end(const struct db *db, bool ok, struct err *err);

void db_bind_blob(sqlite3_stmt *statement, int index, struct str bytes); /* must live until the statement has run */
struct str db_column(sqlite3_stmt *statement, int column);               /* until the next step */

#endif
