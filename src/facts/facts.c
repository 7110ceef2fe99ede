#include "facts/facts.h"

#include "base/limits.h"
#include "base/mem.h"
#include "db/lock.h"
#include "facts/facts_parts.h"

#include <assert.h>
#include <stdlib.h>

static struct facts *facts_new(void)
{
	struct facts *facts = xcalloc(1, sizeof(*facts));

	facts->lock = -1;
	buf_init(&facts->list, LIMIT_FACT_LIST_BYTES);
	return facts;
}

struct facts *facts_open(const char *path, struct err *err)
{
	struct facts *facts = facts_new();

	if ((!path || (facts->lock = lock_take(path, err)) >= 0) &&
	    db_open(&facts->db, &facts_kind, path, facts_schema, err))
		return facts;
	facts_close(facts);
	return NULL;
}

struct facts *facts_open_read(const char *path, struct err *err)
{
	struct facts *facts = facts_new();

	if (db_open_read(&facts->db, &facts_kind, path, err))
		return facts;
	facts_close(facts);
	return NULL;
}

void facts_close(struct facts *facts)
{
	if (!facts)
		return;
	for (size_t i = 0; i < FACTS_STATEMENTS; i++)
		sqlite3_finalize(facts->statements[i]);
	buf_release(&facts->list);
	db_close(&facts->db);
	lock_drop(facts->lock);
	free(facts);
}

bool facts_is(const char *path) { return db_is(path, &facts_kind); }

bool facts_begin(struct facts *facts, struct err *err)
{
	assert(!facts->in_transaction);
	if (facts->db.looking)
		return err_set(err, "cannot write '%s': it is open for reading only", facts->db.path);
	facts->in_transaction = db_exec(&facts->db, "BEGIN IMMEDIATE", err);
	return facts->in_transaction;
}

bool facts_commit(struct facts *facts, struct err *err)
{
	bool ok = !facts->failed.text[0] || err_set(err, "%s", facts->failed.text);

	assert(facts->in_transaction);
	ok = db_end(&facts->db, ok, err);
	facts->in_transaction = false;
	facts->failed = (struct err){0};
	return ok;
}

void facts_abandon(struct facts *facts)
{
	if (!facts->in_transaction)
		return;
	db_end(&facts->db, false, NULL);
	facts->in_transaction = false;
	facts->failed = (struct err){0};
}

bool facts_put_mark(struct facts *facts, struct str repository, struct str name, struct str value, struct err *err)
{
	struct facts_row row = facts_row(facts, value.at ? PUT_MARK : TAKE_MARK);

	facts_row_text(&row, repository);
	facts_row_text(&row, name);
	if (value.at)
		facts_row_text(&row, value);
	return facts_row_put(&row, err);
}

/* The next row; false at the end and on failure, which makes the statement ready for the next run. */
static bool next_row(struct facts *facts, sqlite3_stmt *statement, struct err *err)
{
	int got = sqlite3_step(statement);

	if (got == SQLITE_ROW)
		return true;
	if (got != SQLITE_DONE)
		db_fail(&facts->db, "read", err);
	sqlite3_reset(statement);
	return false;
}

static void bind(sqlite3_stmt *statement, int index, struct str text)
{
	sqlite3_bind_text64(statement, index, text.len ? text.at : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
}

static bool take_column(struct buf *out, sqlite3_stmt *statement, int column, struct err *err)
{
	return buf_str(out, db_column(statement, column)) || err_set(err, "a mark or page is too long to be read");
}

bool facts_get_mark(struct facts *facts, struct str repository, struct str name, struct buf *value, struct err *err)
{
	sqlite3_stmt *get = facts_statement(facts, GET_MARK, err);
	bool ok;

	if (!get)
		return false;
	bind(get, 1, repository);
	bind(get, 2, name);
	ok = next_row(facts, get, err) && take_column(value, get, 0, err);
	sqlite3_reset(get);
	return ok;
}

bool facts_put_page(struct facts *facts, struct str url, struct str etag, struct str next, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_PAGE);

	facts_row_text(&row, url);
	facts_row_text(&row, etag);
	facts_row_text(&row, next);
	facts_row_number(&row, instant_now().ms);
	return facts_row_put(&row, err);
}

bool facts_get_page(struct facts *facts, struct str url, struct buf *etag, struct buf *next, struct err *err)
{
	sqlite3_stmt *get = facts_statement(facts, GET_PAGE, err);
	bool ok;

	if (!get)
		return false;
	bind(get, 1, url);
	ok = next_row(facts, get, err) && take_column(etag, get, 0, err) && take_column(next, get, 1, err);
	sqlite3_reset(get);
	return ok;
}

bool facts_forget_pages(struct facts *facts, struct instant before, struct err *err)
{
	struct facts_row row = facts_row(facts, FORGET_PAGES);

	facts_row_number(&row, before.ms);
	return facts_row_put(&row, err);
}

bool facts_put_alert(struct facts *facts, const struct fact_alert *alert, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_ALERT);

	facts_row_text(&row, alert->key);
	facts_row_text(&row, alert->slo);
	facts_row_text(&row, alert->service);
	facts_row_text(&row, alert->tier);
	facts_row_text(&row, alert->severity);
	facts_row_text(&row, alert->group);
	facts_row_known(&row, alert->opened.ms);
	facts_row_known(&row, alert->closed.ms);
	return facts_row_put(&row, err);
}

bool facts_forget_alerts(struct facts *facts, struct instant before, struct err *err)
{
	struct facts_row row = facts_row(facts, FORGET_ALERTS);

	facts_row_number(&row, before.ms);
	return facts_row_put(&row, err);
}

static struct fact_alert alert_of(struct arena *arena, sqlite3_stmt *row)
{
	return (struct fact_alert){
		.key = arena_str(arena, db_column(row, 0)),
		.slo = arena_str(arena, db_column(row, 1)),
		.tier = arena_str(arena, db_column(row, 2)),
		.severity = arena_str(arena, db_column(row, 3)),
		.group = arena_str(arena, db_column(row, 4)),
		.opened = facts_time(row, 5),
		.closed = facts_time(row, 6),
		.service = arena_str(arena, db_column(row, 7)),
	};
}

/* The rows of a statement that is bound already. */
static bool list_alerts(struct facts *facts, sqlite3_stmt *get, struct arena *arena, struct fact_alert **out,
			size_t *len, struct err *err)
{
	struct fact_alert *alerts = NULL;
	struct err why = {0};
	size_t count = 0;

	while (next_row(facts, get, &why)) {
		if (count == LIMIT_FACT_ALERTS) {
			err_set(&why, "there are more than %d alerts in one list", LIMIT_FACT_ALERTS);
			break;
		}
		alerts = arena_grow(arena, alerts, count, sizeof(*alerts));
		alerts[count++] = alert_of(arena, get);
	}
	sqlite3_reset(get);
	if (why.text[0])
		return err_set(err, "%s", why.text);
	*out = alerts;
	*len = count;
	return true;
}

bool facts_alerts(struct facts *facts, struct str service, struct arena *arena, struct fact_alert **out, size_t *len,
		  struct err *err)
{
	sqlite3_stmt *get = facts_statement(facts, GET_ALERTS, err);

	if (!get)
		return false;
	bind(get, 1, service);
	return list_alerts(facts, get, arena, out, len, err);
}

bool facts_open_alerts(struct facts *facts, struct arena *arena, struct fact_alert **out, size_t *len, struct err *err)
{
	sqlite3_stmt *get = facts_statement(facts, GET_OPEN_ALERTS, err);

	return get && list_alerts(facts, get, arena, out, len, err);
}

int64_t facts_bytes(const struct facts *facts) { return db_bytes(&facts->db); }
