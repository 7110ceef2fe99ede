#include "base/limits.h"
#include "ledger/store_parts.h"

static bool put_note(struct store *store, const struct store_note *note, struct err *err)
{
	sqlite3_stmt *put;
	bool ok;

	if (note->value.len > LIMIT_NOTE_BYTES)
		return err_set(err, "cannot keep the note '%.*s': it is over the limit of %zu bytes",
			       STR_ARG(note->name), LIMIT_NOTE_BYTES);
	put = db_prepare(&store->db,
			 note->value.at ? "INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)"
					: "DELETE FROM note WHERE name = ?",
			 err);
	if (!put)
		return false;
	db_bind_blob(put, 1, note->name);
	if (note->value.at)
		db_bind_blob(put, 2, note->value);
	ok = db_run(&store->db, put, err);
	sqlite3_finalize(put);
	return ok;
}

bool store_note_put(struct store *store, struct str name, struct str value, struct err *err)
{
	const struct store_note note = {name, {value.at ? value.at : "", value.len}};

	return put_note(store, &note, err);
}

bool store_notes_put(struct store *store, const struct store_note *notes, size_t len, struct err *err)
{
	bool ok = true;

	if (!db_exec(&store->db, "BEGIN IMMEDIATE", err))
		return false;
	for (size_t i = 0; i < len && ok; i++)
		ok = put_note(store, &notes[i], err);
	return db_end(&store->db, ok, err);
}

bool store_note_get(struct store *store, struct str name, struct buf *value, struct err *err)
{
	sqlite3_stmt *get = db_prepare(&store->db, "SELECT value FROM note WHERE name = ?", err);
	bool ok = false;
	int got;

	if (!get)
		return false;
	db_bind_blob(get, 1, name);
	got = sqlite3_step(get);
	if (got == SQLITE_ROW)
		ok = buf_str(value, db_column(get, 0)) || err_set(err, "the note '%.*s' is too long", STR_ARG(name));
	else if (got != SQLITE_DONE)
		db_fail(&store->db, "read", err);
	sqlite3_finalize(get);
	return ok;
}

bool store_notes_each(struct store *store, struct str prefix,
		      bool (*each)(void *context, struct str name, struct str value, struct err *err), void *context,
		      struct err *err)
{
	sqlite3_stmt *get =
		db_prepare(&store->db, "SELECT name, value FROM note WHERE substr(name, 1, ?) = ? ORDER BY name", err);
	bool ok = get != NULL;
	int got = SQLITE_DONE;

	if (!get)
		return false;
	sqlite3_bind_int64(get, 1, (int64_t)prefix.len);
	db_bind_blob(get, 2, prefix);
	while (ok && (got = sqlite3_step(get)) == SQLITE_ROW)
		ok = each(context, db_column(get, 0), db_column(get, 1), err);
	if (ok && got != SQLITE_DONE)
		ok = db_fail(&store->db, "read", err);
	sqlite3_finalize(get);
	return ok;
}
