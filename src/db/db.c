#include "db/db.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 5000 };

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
		return err_set(err, "'%s' is not %s, or its first page is damaged; it is left as it is", path,
			       db->kind->what);
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

bool db_number(const struct db *db, const char *sql, int64_t *number, struct err *err)
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

static bool create(const struct db *db, const char *schema, struct err *err)
{
	struct buf sql;
	bool ok;

	buf_init(&sql, KIB(64));
	buf_fmt(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d; %s", db->kind->application_id,
		db->kind->version, schema);
	assert(!sql.full);
	/* One transaction: a file that was only half made would later be refused as a stranger's. */
	ok = db_exec(db, "BEGIN IMMEDIATE", err) && db_end(db, db_exec(db, sql.at, err), err);
	buf_release(&sql);
	return ok;
}

static bool identify(const struct db *db, struct err *err)
{
	int64_t application = 0, version = 0;

	if (!db_number(db, "PRAGMA application_id", &application, err) ||
	    !db_number(db, "PRAGMA user_version", &version, err))
		return false;
	if (application != db->kind->application_id)
		return err_set(err, "'%s' is not %s; it is left as it is", db->path, db->kind->what);
	if (version > db->kind->version)
		return err_set(err, "'%s' was written by a newer wick (schema %lld, this one knows %d)", db->path,
			       (long long)version, db->kind->version);
	if (version < 1)
		return err_set(err, "'%s' is damaged: its schema has the number %lld", db->path, (long long)version);
	return true;
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

/* A file is only made where there is nothing: SQLite would write over a stub, and throw away a WAL whose file is
 * gone. */
static bool may_create(const char *path, const struct db_kind *kind, struct err *err)
{
	if (!path)
		return true;
	if (size_of(path, "") > 0)
		return err_set(err, "'%s' is not %s, or was cut off; it is left as it is", path, kind->what);
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

bool db_open(struct db *db, const struct db_kind *kind, const char *path, const char *schema, struct err *err)
{
	char *name = path ? plain_name(path) : xstrdup(":memory:");
	bool empty = !path || size_of(path, "") <= 0, ok;
	int64_t pages = 0;

	*db = (struct db){.kind = kind, .path = path ? xstrdup(path) : NULL};
	ok = (!empty || may_create(path, kind, err)) &&
	     raw_open(db, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err) &&
	     db_number(db, "PRAGMA page_count", &pages, err) &&
	     (pages > 0 || (may_create(path, kind, err) && create(db, schema, err))) && identify(db, err) &&
	     pages_whole(db, err) && (!path || db_exec(db, promises, err));
	free(name);
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

static bool begin_reading(struct db *db, const char *name, int flags, struct err *err)
{
	return raw_open(db, name, SQLITE_OPEN_READONLY | flags, err) && db_exec(db, "BEGIN", err) && identify(db, err);
}

bool db_open_read(struct db *db, const struct db_kind *kind, const char *path, struct err *err)
{
	char *plain = plain_name(path), *immutable = immutable_name(path);
	struct err why = {0};
	bool ok;

	*db = (struct db){.kind = kind, .path = xstrdup(path), .looking = true};
	ok = access(path, R_OK) == 0 ? begin_reading(db, plain, 0, &why) : err_errno(&why, errno, "cannot open", path);
	/* In a folder that cannot be written SQLite has no place for its index of the WAL; without a WAL none is
	 * needed. */
	if (!ok && no_place(db) && size_of(path, "-wal") <= 0) {
		sqlite3_close(db->raw);
		why = (struct err){0};
		ok = begin_reading(db, immutable, SQLITE_OPEN_URI, &why);
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

bool db_is(const char *path, const struct db_kind *kind)
{
	/* The file's header, <https://www.sqlite.org/fileformat.html>: the id is there from the first commit on. */
	enum { ID_AT = 68, ID_BYTES = 4 };
	static const char magic[16] = "SQLite format 3";
	unsigned char head[ID_AT + ID_BYTES];
	uint32_t id = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool whole = fd >= 0 && read(fd, head, sizeof(head)) == (ssize_t)sizeof(head);

	if (fd >= 0)
		close(fd);
	if (!whole || memcmp(head, magic, sizeof(magic)) != 0)
		return false;
	for (size_t i = ID_AT; i < sizeof(head); i++)
		id = id << 8 | head[i];
	return id == (uint32_t)kind->application_id;
}

bool db_check(const struct db *db, void (*found)(void *context, const char *fault), void *context, struct err *err)
{
	sqlite3_stmt *rows = db_prepare(db, "PRAGMA integrity_check(100)", err);
	int got;

	if (!rows)
		return false;
	while ((got = sqlite3_step(rows)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(rows, 0);

		if (text && strcmp(text, "ok") != 0)
			found(context, text);
	}
	if (got != SQLITE_DONE)
		db_fail(db, "read", err);
	sqlite3_finalize(rows);
	return got == SQLITE_DONE;
}

int64_t db_bytes(const struct db *db)
{
	int64_t file = db->path ? size_of(db->path, "") : 0, wal = db->path ? size_of(db->path, "-wal") : 0;

	return (file > 0 ? file : 0) + (wal > 0 ? wal : 0);
}
