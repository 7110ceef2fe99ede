#include "ledger/db.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x7769636B, SCHEMA = 1, BUSY_MS = 5000 }; /* "wick" */

/* account.seq: the commits up to this one are in account.ledger; journal rows behind it are still to be applied.
 * account.sum: CRC-32 of all other columns. Ids and the numbers of the journal's rows have no gaps. */
static const char schema[] =
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE account (id INTEGER PRIMARY KEY, slo_id BLOB NOT NULL, counts_hash INTEGER NOT NULL,"
	" labels BLOB NOT NULL, seq INTEGER NOT NULL, ledger BLOB NOT NULL, sum INTEGER NOT NULL,"
	" UNIQUE (slo_id, counts_hash, labels));"
	"CREATE TABLE journal (seq INTEGER PRIMARY KEY, postings BLOB NOT NULL);"
	"CREATE TABLE note (name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;";

bool db_damaged(const struct db *db, const char *what, struct err *err)
{
	if (db->looking)
		return err_set(err, "'%s' is damaged (%s); it is left as it is", db->path, what);
	return err_set(err, "'%s' is damaged (%s); it is left as it is, and 'wick store check %s' says more", db->path,
		       what, db->path);
}

bool db_fail(const struct db *db, const char *doing, struct err *err)
{
	const char *path = db->path ? db->path : "memory";
	int system = sqlite3_system_errno(db->raw);

	switch (sqlite3_errcode(db->raw) & 0xFF) {
	case SQLITE_CORRUPT:
		return db_damaged(db, sqlite3_errmsg(db->raw), err);
	case SQLITE_NOTADB:
		return err_set(err, "'%s' is not a store of wick, or its first page is damaged; it is left as it is",
			       path);
	case SQLITE_FULL:
		return err_set(err, "cannot %s '%s': the disk is full", doing, path);
	case SQLITE_BUSY:
		return err_set(err, "cannot %s '%s': another program holds it locked", doing, path);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (system)
			return err_set(err, "cannot %s '%s': %s", doing, path, strerror(system));
	}
	return err_set(err, "cannot %s '%s': %s", doing, path, sqlite3_errmsg(db->raw));
}

bool db_exec(const struct db *db, const char *sql, struct err *err)
{
	return sqlite3_exec(db->raw, sql, NULL, NULL, NULL) == SQLITE_OK || db_fail(db, "write", err);
}

sqlite3_stmt *db_prepare(const struct db *db, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db->raw, sql, -1, &statement, NULL) != SQLITE_OK)
		db_fail(db, "read", err);
	return statement;
}

bool db_run(const struct db *db, sqlite3_stmt *statement, struct err *err)
{
	bool ok = sqlite3_step(statement) == SQLITE_DONE || db_fail(db, "write", err);

	sqlite3_reset(statement);
	return ok;
}

bool db_end(const struct db *db, bool ok, struct err *err)
{
	if (ok && db_exec(db, "COMMIT", err))
		return true;
	if (!sqlite3_get_autocommit(db->raw))
		sqlite3_exec(db->raw, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

void db_bind_blob(sqlite3_stmt *statement, int index, struct str bytes)
{
	sqlite3_bind_blob64(statement, index, bytes.len ? bytes.at : "", bytes.len, SQLITE_STATIC);
}

struct str db_column(sqlite3_stmt *statement, int column)
{
	const char *at = sqlite3_column_blob(statement, column);

	return (struct str){at ? at : "", (size_t)sqlite3_column_bytes(statement, column)};
}

/* The first column of the first row; false where there is none. */
static bool number_of(const struct db *db, const char *sql, int64_t *number, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(db, sql, err);
	int got;

	if (!statement)
		return false;
	got = sqlite3_step(statement);
	if (got == SQLITE_ROW)
		*number = sqlite3_column_int64(statement, 0);
	else if (got == SQLITE_DONE)
		err_set(err, "'%s' is damaged: it does not say what it is", db->path);
	else
		db_fail(db, "read", err);
	sqlite3_finalize(statement);
	return got == SQLITE_ROW;
}

static bool create(const struct db *db, struct span step, struct err *err)
{
	struct buf sql;
	bool ok;

	buf_init(&sql, KIB(8));
	buf_fmt(&sql,
		"PRAGMA application_id = %d; PRAGMA user_version = %d; %s INSERT INTO meta VALUES ('step_ms', %lld);",
		APPLICATION_ID, SCHEMA, schema, (long long)step.ms);
	/* One transaction: a file that was only half made would later be refused as a stranger's. */
	ok = db_exec(db, "BEGIN IMMEDIATE", err) && db_end(db, db_exec(db, sql.at, err), err);
	buf_release(&sql);
	return ok;
}

static bool identify(const struct db *db, struct span *step, struct err *err)
{
	int64_t application = 0, version = 0;

	if (!number_of(db, "PRAGMA application_id", &application, err) ||
	    !number_of(db, "PRAGMA user_version", &version, err))
		return false;
	if (application != APPLICATION_ID)
		return err_set(err, "'%s' is not a store of wick; it is left as it is", db->path);
	if (version > SCHEMA)
		return err_set(err, "'%s' was written by a newer wick (schema %lld, this one knows %d)", db->path,
			       (long long)version, SCHEMA);
	if (version < 1)
		return err_set(err, "'%s' is damaged: its schema has the number %lld", db->path, (long long)version);
	return number_of(db, "SELECT value FROM meta WHERE name = 'step_ms'", &step->ms, err);
}

/* Whether SQLite finds its pages whole; 60 MB take 50 ms. Rows have checksums of their own. */
static bool pages_whole(const struct db *db, struct err *err)
{
	sqlite3_stmt *check = db_prepare(db, "PRAGMA quick_check(1)", err);
	bool ok = check && (sqlite3_step(check) == SQLITE_ROW || db_fail(db, "read", err));
	const char *text = ok ? (const char *)sqlite3_column_text(check, 0) : NULL;

	if (ok && (!text || strcmp(text, "ok") != 0))
		ok = db_damaged(db, text ? text : "its pages do not fit together", err);
	sqlite3_finalize(check);
	return ok;
}

static bool raw_open(struct db *db, const char *name, int flags, struct err *err)
{
	if (sqlite3_open_v2(name, &db->raw, flags, NULL) != SQLITE_OK)
		return db->raw ? db_fail(db, "open", err) : err_set(err, "cannot open '%s': out of memory", name);
	sqlite3_extended_result_codes(db->raw, 1);
	sqlite3_busy_timeout(db->raw, BUSY_MS);
	return db_exec(db, "PRAGMA cell_size_check = ON", err);
}

/* SQLite takes some names for something else (":memory:", "file:..."): none of them begins with "/" or "./". */
static char *plain_name(const char *path)
{
	struct buf name;

	buf_init(&name, strlen(path) + 8);
	buf_fmt(&name, "%s%s", path[0] == '/' ? "" : "./", path);
	return name.at;
}

static int64_t size_of(const char *path, const char *suffix)
{
	struct buf name;
	struct stat info;
	int64_t size = -1;

	buf_init(&name, strlen(path) + 16);
	buf_fmt(&name, "%s%s", path, suffix);
	if (stat(name.at, &info) == 0)
		size = info.st_size;
	buf_release(&name);
	return size;
}

/* A store is only made where there is nothing: SQLite would write over a stub, and throw away a WAL whose file is
 * gone. */
static bool may_create(const char *path, struct err *err)
{
	if (!path)
		return true;
	if (size_of(path, "") > 0)
		return err_set(err, "'%s' is not a store of wick, or was cut off; it is left as it is", path);
	if (size_of(path, "-wal") > 0)
		return err_set(
			err, "'%s' is gone or empty, but '%s-wal' is still there; put the file back, or move that away",
			path, path);
	return true;
}

/* Making WAL files durable is one fsync per commit, that is per cycle; it keeps what was acknowledged through a power
 * cut. */
static const char promises[] =
	"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864";

bool db_open(struct db *db, const char *path, struct span step, struct err *err)
{
	char *name = path ? plain_name(path) : xstrdup(":memory:");
	bool empty = !path || size_of(path, "") <= 0, ok;
	struct span found = step;
	int64_t pages = 0;

	*db = (struct db){.path = path ? xstrdup(path) : NULL};
	ok = (!empty || may_create(path, err)) && raw_open(db, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err) &&
	     number_of(db, "PRAGMA page_count", &pages, err) &&
	     (pages > 0 || (may_create(path, err) && create(db, step, err))) && identify(db, &found, err) &&
	     pages_whole(db, err);
	free(name);
	if (ok && found.ms != step.ms)
		ok = err_set(err, "'%s' was made with a step of %s, not %s; give the same step, or another store", path,
			     span_text(found).text, span_text(step).text);
	ok = ok && (!path || db_exec(db, promises, err));
	if (!ok)
		db_close(db);
	return ok;
}

/* "file:" with what has a meaning in a URI escaped. */
static char *immutable_name(const char *path)
{
	struct buf name;

	buf_init(&name, 3 * strlen(path) + 64);
	buf_cstr(&name, path[0] == '/' ? "file:" : "file:./");
	for (const char *c = path; *c; c++)
		if (strchr("%?#", *c))
			buf_fmt(&name, "%%%02X", (unsigned)*c);
		else
			buf_char(&name, *c);
	buf_cstr(&name, "?immutable=1");
	return name.at;
}

static bool no_place(const struct db *db)
{
	int code = db->raw ? sqlite3_errcode(db->raw) & 0xFF : SQLITE_OK;

	return code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
}

static bool begin_reading(struct db *db, const char *name, int flags, struct span *step, struct err *err)
{
	return raw_open(db, name, SQLITE_OPEN_READONLY | flags, err) && db_exec(db, "BEGIN", err) &&
	       identify(db, step, err);
}

bool db_open_read(struct db *db, const char *path, struct span *step, struct err *err)
{
	char *plain = plain_name(path), *immutable = immutable_name(path);
	struct err why = {0};
	bool ok;

	*db = (struct db){.path = xstrdup(path), .looking = true};
	ok = access(path, R_OK) == 0 ? begin_reading(db, plain, 0, step, &why)
				     : err_errno(&why, errno, "cannot open", path);
	/* In a folder that cannot be written SQLite has no place for its index of the WAL; without a WAL none is
	 * needed. */
	if (!ok && no_place(db) && size_of(path, "-wal") <= 0) {
		sqlite3_close(db->raw);
		why = (struct err){0};
		ok = begin_reading(db, immutable, SQLITE_OPEN_URI, step, &why);
	}
	if (!ok) {
		err_set(err, "%s", why.text);
		db_close(db);
	}
	free(plain);
	free(immutable);
	return ok;
}

void db_close(struct db *db)
{
	sqlite3_close(db->raw);
	free(db->path);
	*db = (struct db){0};
}
