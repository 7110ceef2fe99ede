/* SQLite as wick uses it, for all that it keeps: opening with the right promises, what a file is and which version it
 * has, and errors as sentences. The one home of SQLite. */
#ifndef WICK_DB_DB_H
#define WICK_DB_DB_H

#include "base/err.h"
#include "base/str.h"

#include <sqlite3.h>

/* What a file is for. Static data of whoever keeps it. */
struct db_kind {
	const char *what;   /* in messages: "a store of wick" */
	int application_id; /* tells it from all other files of SQLite */
	int version;        /* of its schema, from 1 on; a file of a greater one is refused */
};

struct db {
	sqlite3 *raw;
	const struct db_kind *kind;
	char *path;   /* as the user named it; NULL in memory */
	bool looking; /* opened for looking only: its user is being told what is wrong already */
};

/* Opens or creates for writing (WAL, synchronous FULL: on disk before a commit returns); `path` NULL is in memory. A
 * new file is made by `schema`, SQL, all of it or nothing. Refuses what is not of the kind, is damaged or of a newer
 * version. The caller has the lock of the path (db/lock.h). */
bool db_open(struct db *db, const struct db_kind *kind, const char *path, const char *schema, struct err *err);
/* For reading only, beside a process that writes, at one consistent moment. */
bool db_open_read(struct db *db, const struct db_kind *kind, const char *path, struct err *err);
void db_close(struct db *db);
/* Whether the file says of itself that it is of the kind, whatever else may be wrong with it. */
bool db_is(const char *path, const struct db_kind *kind);

/* The last error of SQLite as a sentence; `doing` is "read" or "write". Returns false. */
bool db_fail(const struct db *db, const char *doing, struct err *err);
/* "'wick.db' is damaged (what); it is left as it is, and 'wick store check wick.db' says more"; the end not to who is
 * looking. */
bool db_damaged(const struct db *db, const char *what, struct err *err);
bool db_exec(const struct db *db, const char *sql, struct err *err);
/* NULL on failure. */
sqlite3_stmt *db_prepare(const struct db *db, const char *sql, struct err *err);
/* The first column of the first row; false where there is none. */
bool db_number(const struct db *db, const char *sql, int64_t *number, struct err *err);
/* Runs a statement that returns no rows, and makes it ready for the next run. */
bool db_run(const struct db *db, sqlite3_stmt *statement, struct err *err);

/* Ends the transaction that `BEGIN` opened: COMMIT where `ok`, else (or where that fails) ROLLBACK. */
bool db_end(const struct db *db, bool ok, struct err *err);

void db_bind_blob(sqlite3_stmt *statement, int index, struct str bytes); /* must live until the statement has run */
struct str db_column(sqlite3_stmt *statement, int column);               /* until the next step */

/* What SQLite finds wrong with the whole file: calls `found` for each fault. False where it could not look. */
bool db_check(const struct db *db, void (*found)(void *context, const char *fault), void *context, struct err *err);
/* On disk, with what is still in the WAL; 0 in memory. */
int64_t db_bytes(const struct db *db);

#endif
