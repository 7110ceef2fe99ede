#include "base/limits.h"
#include "ledger/store_parts.h"

const struct db_kind store_kind = {.what = "a store of wick", .application_id = 0x7769636B, .version = 1}; /* "wick" */

/* account.seq: the commits up to this one are in account.ledger; journal rows behind it are still to be applied.
 * account.sum: CRC-32 of all other columns. Ids and the numbers of the journal's rows have no gaps. */
static const char schema[] =
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE account (id INTEGER PRIMARY KEY, slo_id BLOB NOT NULL, counts_hash INTEGER NOT NULL,"
	" labels BLOB NOT NULL, seq INTEGER NOT NULL, ledger BLOB NOT NULL, sum INTEGER NOT NULL,"
	" UNIQUE (slo_id, counts_hash, labels));"
	"CREATE TABLE journal (seq INTEGER PRIMARY KEY, postings BLOB NOT NULL);"
	"CREATE TABLE note (name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;";

static bool read_step(const struct store *store, struct span *step, struct err *err)
{
	return db_number(&store->db, "SELECT value FROM meta WHERE name = 'step_ms'", &step->ms, err);
}

bool store_open_db(struct store *store, const char *path, struct span step, struct err *err)
{
	struct span found;
	struct buf sql;
	bool ok;

	buf_init(&sql, KIB(8));
	buf_fmt(&sql, "%s INSERT INTO meta VALUES ('step_ms', %lld);", schema, (long long)step.ms);
	ok = db_open(&store->db, &store_kind, path, sql.at, err) && read_step(store, &found, err);
	buf_release(&sql);
	if (ok && found.ms != step.ms)
		return err_set(err, "'%s' was made with a step of %s, not %s; give the same step, or another store",
			       path, span_text(found).text, span_text(step).text);
	return ok;
}

bool store_open_db_read(struct store *store, const char *path, struct span *step, struct err *err)
{
	return db_open_read(&store->db, &store_kind, path, err) && read_step(store, step, err);
}
