/* A folder with a file of facts in it, for each test; SQL by the side of src/facts. */
#ifndef WICK_TESTS_FACTS_FIXTURE_H
#define WICK_TESTS_FACTS_FIXTURE_H

#include "base/limits.h"
#include "facts/facts.h"
#include "unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

static char folder[64], path[80];
static const struct str repository = STR_INIT("acme/shop");

static inline void make_folder(void)
{
	snprintf(folder, sizeof(folder), "%s/wick-facts-XXXXXX", P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/facts.db", folder);
}

static inline void remove_folder(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".lock"};
	char name[120];

	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
}

static inline struct facts *must_open(void)
{
	struct err err = {0};
	struct facts *facts = facts_open(path, &err);

	ck_assert_msg(facts != NULL, "%s", err.text);
	return facts;
}

static inline struct repository_facts *must_load(struct facts *facts)
{
	struct err err = {0};
	struct repository_facts *known = facts_load(facts, repository, &err);

	ck_assert_msg(known != NULL, "%s", err.text);
	return known;
}

/* MUST(facts_begin(facts, why)) */
#define MUST(what)                                                                                                     \
	do {                                                                                                           \
		struct err must_err = {0}, *why = &must_err;                                                           \
		ck_assert_msg((what), "%s", must_err.text);                                                            \
	} while (0)

/* What SQL answers, a line per row, columns behind each other with '|'; a statement of the test's own connection. */
static inline void sql_answer(const char *sql, struct buf *out)
{
	sqlite3_stmt *rows;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(rows) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(rows); i++) {
			const char *text = (const char *)sqlite3_column_text(rows, i);

			buf_fmt(out, "%s%c", text ? text : "-", i + 1 < sqlite3_column_count(rows) ? '|' : '\n');
		}
	ck_assert_msg(sqlite3_finalize(rows) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static inline void sql_is(const char *sql, const char *expected)
{
	struct buf out;

	buf_init(&out, MIB(4));
	sql_answer(sql, &out);
	ck_assert_msg(str_is(buf_view(&out), expected), "%s:\n%s\ninstead of\n%s", sql, out.at ? out.at : "", expected);
	buf_release(&out);
}

#endif
