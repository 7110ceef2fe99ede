#include "base/limits.h"
#include "base/mem.h"
#include "db/lock.h"
#include "ledger/journal.h"
#include "ledger/pack.h"
#include "ledger/store_parts.h"

#include <stdlib.h>

void store_labels_put(struct labels labels, struct buf *out)
{
	for (size_t i = 0; i < labels.len; i++) {
		varint_put(out, labels.at[i].name.len);
		buf_str(out, labels.at[i].name);
		varint_put(out, labels.at[i].value.len);
		buf_str(out, labels.at[i].value);
	}
}

static struct str get_text(struct reader *in)
{
	uint64_t len = varint_get(in);
	struct str text = {"", 0};

	if (in->failed || len > in->rest.len) {
		in->failed = true;
		return text;
	}
	text = str_slice(in->rest, 0, (size_t)len);
	in->rest = str_slice(in->rest, (size_t)len, in->rest.len);
	return text;
}

bool store_labels_get(struct str bytes, struct arena *arena, struct labels *labels)
{
	struct reader in = {.rest = bytes};
	size_t count = 0;

	for (; in.rest.len > 0 && !in.failed; count++) {
		get_text(&in);
		get_text(&in);
	}
	if (in.failed)
		return false;
	*labels = (struct labels){arena_array(arena, count, sizeof(*labels->at)), count};
	in.rest = bytes;
	for (size_t i = 0; i < count; i++) {
		labels->at[i].name = get_text(&in);
		labels->at[i].value = get_text(&in);
	}
	return true;
}

static uint32_t add_number(uint32_t sum, uint64_t number)
{
	char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(number >> (8 * i));
	return pack_sum(sum, (struct str){bytes, sizeof(bytes)});
}

uint32_t store_row_sum(int64_t row, const struct ledger_key *key, struct str labels, int64_t seq, struct str ledger)
{
	uint32_t sum = add_number(0, (uint64_t)row);

	sum = pack_sum(add_number(sum, key->slo_id.len), key->slo_id);
	sum = add_number(sum, key->counts_hash);
	sum = pack_sum(add_number(sum, labels.len), labels);
	sum = add_number(sum, (uint64_t)seq);
	return pack_sum(sum, ledger);
}

bool store_load(struct store *store, struct cell *cell, struct err *err)
{
	struct err why = {0};
	sqlite3_stmt *get;
	bool read;

	if (cell->account.ledger)
		return true;
	get = db_prepare(&store->db, "SELECT ledger FROM account WHERE id = ?", err);
	if (!get)
		return false;
	sqlite3_bind_int64(get, 1, cell->account.row);
	read = sqlite3_step(get) == SQLITE_ROW || db_fail(&store->db, "read", err);
	if (read)
		cell->account.ledger = ledger_load(db_column(get, 0), &why);
	sqlite3_finalize(get);
	if (read && !cell->account.ledger)
		err_set(err, "account %lld of '%.*s' is %s", (long long)cell->account.row,
			STR_ARG(cell->account.key.slo_id), why.text);
	return cell->account.ledger != NULL;
}

/* Ends an opening; a check notes it and goes on. */
static bool fault(const struct store *store, struct store_faults *faults, const char *text, struct err *err)
{
	if (!faults)
		return db_damaged(&store->db, text, err);
	faults->count++;
	faults->found(faults->context, text);
	return true;
}

/* So that a check can go on behind rows that are missing or damaged. */
static void fill_up(struct store *store, int64_t id)
{
	while ((int64_t)store->len < id && store->len < LIMIT_ACCOUNTS) {
		struct cell *cell = xcalloc(1, sizeof(*cell));

		XGROW(store->cells, store->len, store->cap);
		store->cells[store->len++] = cell;
		cell->account.row = (int64_t)store->len;
		cell->lost = true;
	}
}

static bool read_account(struct store *store, sqlite3_stmt *row, struct store_faults *faults, struct err *err)
{
	int64_t id = sqlite3_column_int64(row, 0), seq = sqlite3_column_int64(row, 4);
	struct ledger_key key = {db_column(row, 1), (uint64_t)sqlite3_column_int64(row, 2), {0}};
	struct str labels = db_column(row, 3), ledger = db_column(row, 5);
	struct err text = {0};
	struct cell *cell = NULL;
	struct arena arena;

	arena_init(&arena);
	if (store_row_sum(id, &key, labels, seq, ledger) != sqlite3_column_int64(row, 6))
		err_set(&text, "the checksum of account %lld is wrong", (long long)id);
	else if (id != (int64_t)store->len + 1)
		err_set(&text, "account %zu is missing", store->len + 1);
	else if (!store_labels_get(labels, &arena, &key.group))
		err_set(&text, "the labels of account %lld are impossible", (long long)id);
	else if (!(cell = store_add(store, &key)))
		err_set(&text, "account %lld is there twice", (long long)id);
	arena_release(&arena);
	if (cell) {
		cell->saved = seq;
		store->seq = seq > store->seq ? seq : store->seq;
		return true;
	}
	if (faults)
		fill_up(store, id);
	return fault(store, faults, text.text, err);
}

struct replay {
	struct store *store;
	int64_t seq;
};

static bool replay_posting(void *context, int64_t account, const struct posting *posting, struct err *err)
{
	struct replay *replay = context;
	struct cell *cell;

	if (account < 1 || account > (int64_t)replay->store->len)
		return err_set(err, "damaged: it names account %lld, which is not there", (long long)account);
	cell = replay->store->cells[account - 1];
	if (cell->saved >= replay->seq || cell->lost)
		return true;
	if (!store_load(replay->store, cell, err))
		return false;
	if (!ledger_accepts(cell->account.ledger, posting))
		return err_set(err, "damaged: it leaves a gap in account %lld", (long long)account);
	ledger_post(cell->account.ledger, posting);
	cell->dirty_since = cell->dirty_since ? cell->dirty_since : replay->seq;
	cell->account.dirty = true;
	return true;
}

static bool read_commit(struct store *store, sqlite3_stmt *row, struct store_faults *faults, struct err *err)
{
	int64_t seq = sqlite3_column_int64(row, 0);
	struct replay replay = {store, seq};
	struct err why = {0}, text = {0};

	if (store->stats.journal_rows > 0 && seq != store->read_to + 1) {
		err_set(&text, "commit %lld is missing", (long long)store->read_to + 1);
		if (!fault(store, faults, text.text, err))
			return false;
	}
	store->read_to = seq;
	store->seq = seq > store->seq ? seq : store->seq;
	store->stats.journal_rows++;
	if (journal_read(db_column(row, 1), seq, replay_posting, &replay, &why))
		return true;
	err_set(&text, "commit %lld: %s", (long long)seq, why.text);
	return fault(store, faults, text.text, err);
}

static bool each_row(struct store *store, const char *sql,
		     bool (*each)(struct store *, sqlite3_stmt *, struct store_faults *, struct err *),
		     struct store_faults *faults, struct err *err)
{
	sqlite3_stmt *rows = db_prepare(&store->db, sql, err);
	bool ok = rows != NULL;
	int got = SQLITE_DONE;

	while (ok && (got = sqlite3_step(rows)) == SQLITE_ROW)
		ok = each(store, rows, faults, err);
	if (ok && got != SQLITE_DONE)
		ok = db_fail(&store->db, "read", err);
	sqlite3_finalize(rows);
	return ok;
}

bool store_read(struct store *store, struct store_faults *faults, struct err *err)
{
	bool ok = each_row(store, "SELECT id, slo_id, counts_hash, labels, seq, ledger, sum FROM account ORDER BY id",
			   read_account, faults, err) &&
		  each_row(store, "SELECT seq, postings FROM journal ORDER BY seq", read_commit, faults, err);

	if (ok && store->stats.journal_rows > 0 && store->read_to != store->seq)
		ok = fault(store, faults, "the newest commits are missing", err);
	store->stored = store->len;
	return ok;
}

struct store *store_new(void)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->lock = -1;
	arena_init(&store->keys);
	map_init(&store->histories);
	return store;
}

struct store *store_open(const char *path, struct span step, struct err *err)
{
	struct store *store = store_new();

	store->in_memory = path == NULL;
	if ((path && (store->lock = lock_take(path, err)) < 0) || !store_open_db(store, path, step, err) ||
	    !store_read(store, NULL, err)) {
		store_close(store);
		return NULL;
	}
	return store;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < store->len; i++) {
		ledger_free(store->cells[i]->account.ledger);
		free(store->cells[i]);
	}
	for (struct map_entry *entry = NULL; (entry = map_next(&store->histories, entry));) {
		struct history *history = entry->value;

		free(history->at);
		free(history);
	}
	map_release(&store->histories);
	arena_release(&store->keys);
	free(store->cells);
	db_close(&store->db);
	lock_drop(store->lock);
	free(store);
}
