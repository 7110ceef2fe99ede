#include "base/limits.h"
#include "facts/facts_parts.h"

#include <assert.h>

const struct db_kind facts_kind = {
	.what = "a file of wick's delivery facts", .application_id = 0x77696366, .version = 1}; /* "wicf" */

/* For people, too: docs/delivery.md has it in words. Times are milliseconds since 1970, NULL where unknown; lists are
 * JSON arrays of texts. STRICT: SQLite's own check finds values of another type. Rows that can grow long are kept in
 * tables with a rowid, out of the way of the search by key. */
const char facts_schema[] =
	"CREATE TABLE attempts (repository TEXT NOT NULL, source TEXT NOT NULL, id INTEGER NOT NULL,"
	" number INTEGER NOT NULL, sha TEXT NOT NULL, ref TEXT NOT NULL, url TEXT NOT NULL, result TEXT NOT NULL,"
	" state TEXT NOT NULL, created INTEGER, started INTEGER, finished INTEGER,"
	" PRIMARY KEY (repository, source, id, number)) WITHOUT ROWID, STRICT;"
	"CREATE TABLE commits (repository TEXT NOT NULL, sha TEXT NOT NULL, author TEXT NOT NULL, bot INTEGER NOT NULL,"
	" authored INTEGER, committed INTEGER, subject TEXT NOT NULL, reverts TEXT NOT NULL, parents TEXT NOT NULL,"
	" PRIMARY KEY (repository, sha)) WITHOUT ROWID, STRICT;"
	"CREATE TABLE ranges (repository TEXT NOT NULL, base TEXT NOT NULL, head TEXT NOT NULL, status TEXT NOT NULL,"
	" commits TEXT NOT NULL, PRIMARY KEY (repository, base, head)) STRICT;"
	"CREATE TABLE pulls (repository TEXT NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL,"
	" head_ref TEXT NOT NULL, base_ref TEXT NOT NULL, author TEXT NOT NULL, bot INTEGER NOT NULL,"
	" url TEXT NOT NULL, merge_sha TEXT NOT NULL, opened INTEGER, merged INTEGER, first_commit INTEGER,"
	" first_review INTEGER, reverts INTEGER, labels TEXT NOT NULL, PRIMARY KEY (repository, number)) WITHOUT ROWID,"
	" STRICT;"
	"CREATE TABLE commit_pulls (repository TEXT NOT NULL, sha TEXT NOT NULL, number INTEGER,"
	" PRIMARY KEY (repository, sha)) WITHOUT ROWID, STRICT;"
	"CREATE INDEX commit_pulls_by_number ON commit_pulls (repository, number);"
	"CREATE TABLE commit_files (repository TEXT NOT NULL, sha TEXT NOT NULL, files TEXT NOT NULL,"
	" PRIMARY KEY (repository, sha)) STRICT;"
	"CREATE TABLE issues (repository TEXT NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,"
	" opened INTEGER, closed INTEGER, labels TEXT NOT NULL, PRIMARY KEY (repository, number)) WITHOUT ROWID, STRICT;"
	"CREATE TABLE alerts (key TEXT NOT NULL PRIMARY KEY, slo TEXT NOT NULL, service TEXT NOT NULL,"
	" tier TEXT NOT NULL, severity TEXT NOT NULL, slo_group TEXT NOT NULL, opened INTEGER, closed INTEGER)"
	" WITHOUT ROWID, STRICT;"
	"CREATE INDEX alerts_by_service ON alerts (service, opened);"
	"CREATE TABLE marks (repository TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
	" PRIMARY KEY (repository, name)) WITHOUT ROWID, STRICT;"
	"CREATE TABLE pages (url TEXT NOT NULL PRIMARY KEY, etag TEXT NOT NULL, next TEXT NOT NULL, read INTEGER)"
	" WITHOUT ROWID, STRICT;";

enum { COLUMNS = 15 }; /* of the widest table */

static const struct {
	const char *table;
	int keys; /* the first so many columns */
	const char *columns[COLUMNS + 1];
} upserts[FACTS_UPSERTS] = {
	[PUT_ATTEMPT] = {"attempts",
			 4,
			 {"repository", "source", "id", "number", "sha", "ref", "url", "result", "state", "created",
			  "started", "finished"}},
	[PUT_COMMIT] = {"commits",
			2,
			{"repository", "sha", "author", "bot", "authored", "committed", "subject", "reverts",
			 "parents"}},
	[PUT_RANGE] = {"ranges", 3, {"repository", "base", "head", "status", "commits"}},
	[PUT_PULL] = {"pulls",
		      2,
		      {"repository", "number", "title", "head_ref", "base_ref", "author", "bot", "url", "merge_sha",
		       "opened", "merged", "first_commit", "first_review", "reverts", "labels"}},
	[PUT_PULL_OF] = {"commit_pulls", 2, {"repository", "sha", "number"}},
	[PUT_FILES] = {"commit_files", 2, {"repository", "sha", "files"}},
	[PUT_ISSUE] = {"issues", 2, {"repository", "number", "title", "url", "opened", "closed", "labels"}},
	[PUT_MARK] = {"marks", 2, {"repository", "name", "value"}},
	[PUT_PAGE] = {"pages", 1, {"url", "etag", "next", "read"}},
	[PUT_ALERT] = {"alerts", 1, {"key", "slo", "service", "tier", "severity", "slo_group", "opened", "closed"}},
};

static const char *const others[FACTS_STATEMENTS] = {
	[TAKE_MARK] = "DELETE FROM marks WHERE repository = ? AND name = ?",
	[TAKE_ATTEMPTS] = "DELETE FROM attempts WHERE repository = ? AND source = ? AND id = ?",
	[TAKE_ISSUE] = "DELETE FROM issues WHERE repository = ? AND number = ?",
	[GET_MARK] = "SELECT value FROM marks WHERE repository = ? AND name = ?",
	[GET_PAGE] = "SELECT etag, next FROM pages WHERE url = ?",
	[FORGET_PAGES] = "DELETE FROM pages WHERE read < ?",
	[FORGET_ALERTS] = "DELETE FROM alerts WHERE closed < ?",
	[GET_ALERTS] =
		"SELECT key, slo, tier, severity, slo_group, opened, closed, service FROM alerts WHERE service = ?"
		" ORDER BY opened, key",
	[GET_OPEN_ALERTS] = "SELECT key, slo, tier, severity, slo_group, opened, closed, service FROM alerts"
			    " WHERE closed IS NULL ORDER BY opened, key",
};

const char *facts_column(enum facts_statement which, int index)
{
	static const enum facts_statement puts[FACTS_STATEMENTS] = {
		[TAKE_MARK] = PUT_MARK, [TAKE_ATTEMPTS] = PUT_ATTEMPT, [TAKE_ISSUE] = PUT_ISSUE};

	if (which >= FACTS_UPSERTS)
		which = puts[which];
	assert(which < FACTS_UPSERTS && index >= 1 && index <= COLUMNS);
	return upserts[which].columns[index - 1];
}

/* The names of the columns [from, to), each behind `prefix`; `to` < 0: up to the last. */
static void put_names(struct buf *sql, enum facts_statement which, int from, int to, const char *prefix)
{
	for (int i = from; upserts[which].columns[i] && i != to; i++)
		buf_fmt(sql, "%s%s%s", i == from ? "" : ", ", prefix, upserts[which].columns[i]);
}

/* A fact that is told again as it is known already writes nothing. */
static void put_upsert(struct buf *sql, enum facts_statement which)
{
	int keys = upserts[which].keys;

	buf_fmt(sql, "INSERT INTO %s (", upserts[which].table);
	put_names(sql, which, 0, -1, "");
	buf_cstr(sql, ") VALUES (?");
	for (int i = 1; upserts[which].columns[i]; i++)
		buf_cstr(sql, ", ?");
	buf_cstr(sql, ") ON CONFLICT (");
	put_names(sql, which, 0, keys, "");
	buf_cstr(sql, ") DO UPDATE SET (");
	put_names(sql, which, keys, -1, "");
	buf_cstr(sql, ") = (");
	put_names(sql, which, keys, -1, "excluded.");
	buf_cstr(sql, ") WHERE (");
	put_names(sql, which, keys, -1, "");
	buf_cstr(sql, ") IS NOT (");
	put_names(sql, which, keys, -1, "excluded.");
	buf_cstr(sql, ")");
}

sqlite3_stmt *facts_statement(struct facts *facts, enum facts_statement which, struct err *err)
{
	struct buf sql;

	if (facts->statements[which])
		return facts->statements[which];
	buf_init(&sql, KIB(4));
	if (which < FACTS_UPSERTS)
		put_upsert(&sql, which);
	else
		buf_cstr(&sql, others[which]);
	assert(!sql.full);
	facts->statements[which] = db_prepare(&facts->db, sql.at, err);
	buf_release(&sql);
	return facts->statements[which];
}
