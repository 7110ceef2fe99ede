#include "ledger/store.h"

#include "base/limits.h"
#include "base/mem.h"
#include "ledger/journal.h"
#include "ledger/store_parts.h"

#include <assert.h>
#include <stdlib.h>

enum {
	WHOLE_STEPS = 512, /* a posting this long takes about as many bytes as the whole ledger */
	ROUND = 120,       /* every dirty ledger is written whole once in so many calls of store_maintain */
	JOURNAL_MUCH = 16 * 1024 * 1024, /* bytes; each time this much again makes the round shorter */
};

static int compare(const struct cell *cell, uint64_t counts_hash, struct labels group)
{
	uint64_t own = cell->account.key.counts_hash;

	if (own != counts_hash)
		return own < counts_hash ? -1 : 1;
	return labels_cmp(cell->account.key.group, group);
}

/* Where the key stands in its history, or would. */
static size_t search(const struct history *history, uint64_t counts_hash, struct labels group)
{
	size_t low = 0, high = history->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(history->at[middle], counts_hash, group) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct cell *find(const struct store *store, const struct ledger_key *key)
{
	const struct history *history = map_get(&store->histories, key->slo_id);
	size_t at = history ? search(history, key->counts_hash, key->group) : 0;

	if (!history || at == history->len || compare(history->at[at], key->counts_hash, key->group) != 0)
		return NULL;
	return history->at[at];
}

static struct history *history_of(struct store *store, struct str slo_id)
{
	struct history *history = map_get(&store->histories, slo_id);

	if (history)
		return history;
	history = xcalloc(1, sizeof(*history));
	history->slo_id = arena_str(&store->keys, slo_id);
	map_put(&store->histories, history->slo_id, history);
	return history;
}

struct cell *store_add(struct store *store, const struct ledger_key *key)
{
	struct history *history = history_of(store, key->slo_id);
	size_t at = search(history, key->counts_hash, key->group);
	struct cell *cell;

	if (at < history->len && compare(history->at[at], key->counts_hash, key->group) == 0)
		return NULL;
	cell = xcalloc(1, sizeof(*cell));
	cell->account.key =
		(struct ledger_key){history->slo_id, key->counts_hash, labels_copy(&store->keys, key->group)};
	XGROW(history->at, history->len, history->cap);
	memmove(history->at + at + 1, history->at + at, (history->len - at) * sizeof(*history->at));
	history->at[at] = cell;
	history->len++;
	XGROW(store->cells, store->len, store->cap);
	store->cells[store->len++] = cell;
	cell->account.row = (int64_t)store->len;
	return cell;
}

/* For the callers who cannot be told: the store stays as it is on disk, and every commit says why. */
static bool load_or_break(struct store *store, struct cell *cell)
{
	struct err why = {0};

	if (store_load(store, cell, &why))
		return true;
	if (!store->broken.text[0])
		db_damaged(&store->db, why.text, &store->broken);
	return false;
}

struct account *store_find(struct store *store, const struct ledger_key *key)
{
	struct cell *cell = find(store, key);

	return cell && load_or_break(store, cell) ? &cell->account : NULL;
}

struct account *store_create(struct store *store, const struct ledger_key *key, const struct ledger_shape *shape,
			     step_no begin)
{
	struct cell *cell = store_add(store, key);

	if (!cell) {
		/* Legal only where store_find could not read it: it goes on in memory, and nothing is written any
		 * more. */
		cell = find(store, key);
		assert(cell && !cell->account.ledger && store->broken.text[0]);
	}
	cell->account.ledger = ledger_new(shape, begin);
	return &cell->account;
}

size_t store_accounts(struct store *store, struct str slo_id, uint64_t counts_hash, struct account ***out)
{
	const struct history *history = map_get(&store->histories, slo_id);
	size_t len = 0;

	*out = xcalloc(history ? history->len : 0, sizeof(**out));
	for (size_t i = history ? search(history, counts_hash, (struct labels){0}) : 0; history && i < history->len;
	     i++) {
		if (history->at[i]->account.key.counts_hash != counts_hash)
			break;
		if (load_or_break(store, history->at[i]))
			(*out)[len++] = &history->at[i]->account;
	}
	return len;
}

size_t store_other_histories(struct store *store, struct str slo_id, uint64_t counts_hash)
{
	const struct history *history = map_get(&store->histories, slo_id);
	size_t others = 0;

	for (size_t i = 0; history && i < history->len; i++) {
		uint64_t hash = history->at[i]->account.key.counts_hash;

		others += hash != counts_hash && (i == 0 || history->at[i - 1]->account.key.counts_hash != hash);
	}
	return others;
}

static const char put_sql[] =
	"INSERT INTO account (id, slo_id, counts_hash, labels, seq, ledger, sum) VALUES (?,?,?,?,?,?,?)"
	" ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, ledger = excluded.ledger, sum = excluded.sum";

/* Writes the ledger whole as the account's state after commit `seq`. */
static bool put_account(struct store *store, sqlite3_stmt *put, const struct cell *cell, const struct ledger *ledger,
			int64_t seq, struct err *err)
{
	const struct ledger_key *key = &cell->account.key;
	struct buf bytes, labels;
	bool ok;

	buf_init(&bytes, LIMIT_LEDGER_BYTES);
	buf_init(&labels, LIMIT_LEDGER_BYTES);
	store_labels_put(key->group, &labels);
	ok = ledger_save(ledger, &bytes) && !labels.full;
	if (!ok) {
		err_set(err, "cannot write the ledger of '%.*s': it is over the limit of %zu bytes",
			STR_ARG(key->slo_id), bytes.ceiling);
	} else {
		sqlite3_bind_int64(put, 1, cell->account.row);
		db_bind_blob(put, 2, key->slo_id);
		sqlite3_bind_int64(put, 3, (int64_t)key->counts_hash);
		db_bind_blob(put, 4, buf_view(&labels));
		sqlite3_bind_int64(put, 5, seq);
		db_bind_blob(put, 6, buf_view(&bytes));
		sqlite3_bind_int64(put, 7,
				   store_row_sum(cell->account.row, key, buf_view(&labels), seq, buf_view(&bytes)));
		ok = db_run(&store->db, put, err);
	}
	buf_release(&bytes);
	buf_release(&labels);
	return ok;
}

static struct cell *cell_of(const struct store *store, const struct account *account)
{
	struct cell *cell = store->cells[account->row - 1];

	assert(&cell->account == account);
	return cell;
}

static void add_counts(struct counts *sum, struct counts more)
{
	sum->bad += more.bad;
	sum->total += more.total;
	sum->covered += more.covered;
	sum->bridged += more.bridged;
}

/* Accounts with a long posting are written whole: their postings go into a copy, so that a failed commit leaves no
 * trace. Returns what that dropped. */
static struct counts prepare(struct store *store, const struct entry *entries, size_t len)
{
	struct counts dropped = {0};

	for (size_t i = 0; i < len; i++)
		cell_of(store, entries[i].account)->end_next = ledger_end(entries[i].account->ledger);
	for (size_t i = 0; i < len; i++) {
		const struct posting *posting = &entries[i].posting;
		struct cell *cell = cell_of(store, entries[i].account);
		step_no end = posting->first + (step_no)posting->len - 1;

		assert(posting->first <= cell->end_next + 1);
		cell->end_next = end > cell->end_next ? end : cell->end_next;
		if (posting->len >= WHOLE_STEPS && !cell->next && !store->in_memory)
			cell->next = ledger_copy(cell->account.ledger);
	}
	for (size_t i = 0; i < len; i++) {
		struct cell *cell = cell_of(store, entries[i].account);

		if (cell->next)
			add_counts(&dropped, ledger_post(cell->next, &entries[i].posting));
	}
	return dropped;
}

/* A row for every commit, also one without short postings: a number that is missing is damage. */
static bool write_journal(struct store *store, const struct entry *entries, size_t len, int64_t seq, struct err *err)
{
	struct buf content, sealed;
	sqlite3_stmt *insert = NULL;
	bool ok;

	buf_init(&content, LIMIT_JOURNAL_BYTES);
	buf_init(&sealed, LIMIT_JOURNAL_BYTES);
	journal_begin(&content, seq);
	for (size_t i = 0; i < len; i++) {
		if (!cell_of(store, entries[i].account)->next)
			journal_put(&content, entries[i].account->row, &entries[i].posting);
	}
	ok = journal_seal(&content, &sealed) ||
	     err_set(err, "cannot write so many postings at once: they are over the limit of %zu bytes",
		     content.ceiling);
	insert = ok ? db_prepare(&store->db, "INSERT INTO journal (seq, postings) VALUES (?, ?)", err) : NULL;
	ok = insert != NULL;
	if (ok) {
		sqlite3_bind_int64(insert, 1, seq);
		db_bind_blob(insert, 2, buf_view(&sealed));
		ok = db_run(&store->db, insert, err);
	}
	sqlite3_finalize(insert);
	buf_release(&content);
	buf_release(&sealed);
	return ok;
}

/* New accounts get their row, and those with a long posting are written whole. */
static bool write_accounts(struct store *store, const struct entry *entries, size_t len, int64_t seq, struct err *err)
{
	sqlite3_stmt *put = db_prepare(&store->db, put_sql, err);
	bool ok = put != NULL;

	for (size_t i = store->stored; i < store->len && ok; i++)
		ok = put_account(store, put, store->cells[i], store->cells[i]->account.ledger, seq - 1, err);
	for (size_t i = 0; i < len && ok; i++) {
		struct cell *cell = cell_of(store, entries[i].account);

		if (!cell->next || cell->next_written)
			continue;
		ok = put_account(store, put, cell, cell->next, seq, err);
		cell->next_written = true;
	}
	sqlite3_finalize(put);
	return ok;
}

static bool write_commit(struct store *store, const struct entry *entries, size_t len, int64_t seq, struct err *err)
{
	bool ok;

	if (store->in_memory)
		return true;
	if (!db_exec(&store->db, "BEGIN IMMEDIATE", err))
		return false;
	ok = write_accounts(store, entries, len, seq, err) && write_journal(store, entries, len, seq, err);
	return db_end(&store->db, ok, err);
}

/* The ledgers follow what is on disk now. */
static void apply(struct store *store, const struct entry *entries, size_t len, int64_t seq)
{
	for (size_t i = 0; i < len; i++) {
		struct cell *cell = cell_of(store, entries[i].account);

		if (cell->next || cell->saved == seq) {
			if (cell->next)
				ledger_become(cell->account.ledger, cell->next);
			cell->saved = seq;
			cell->dirty_since = 0;
		} else {
			add_counts(&store->stats.dropped, ledger_post(cell->account.ledger, &entries[i].posting));
			cell->dirty_since = cell->dirty_since ? cell->dirty_since : seq;
		}
		cell->account.dirty = cell->dirty_since != 0;
		cell->next = NULL;
		cell->next_written = false;
	}
}

static void discard(struct store *store, const struct entry *entries, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct cell *cell = cell_of(store, entries[i].account);

		ledger_free(cell->next);
		cell->next = NULL;
		cell->next_written = false;
	}
}

bool store_commit(struct store *store, const struct entry *entries, size_t len, struct err *err)
{
	int64_t seq = store->seq + 1;
	struct counts dropped;

	if (len == 0 && store->stored == store->len)
		return true;
	dropped = prepare(store, entries, len);
	if (store->broken.text[0] ? !err_set(err, "%s", store->broken.text)
				  : !write_commit(store, entries, len, seq, err)) {
		discard(store, entries, len);
		store->stats.failed_commits++;
		return false;
	}
	for (; store->stored < store->len; store->stored++)
		store->cells[store->stored]->saved = seq - 1;
	apply(store, entries, len, seq);
	add_counts(&store->stats.dropped, dropped);
	store->seq = seq;
	store->stats.commits++;
	return true;
}

bool store_replace(struct store *store, struct account *account, struct ledger *next, struct err *err)
{
	struct cell *cell = cell_of(store, account);
	bool on_disk = !store->in_memory && (size_t)account->row <= store->stored;
	sqlite3_stmt *put = NULL;
	bool ok = true;

	assert(ledger_end(next) == ledger_end(account->ledger));
	if (on_disk && store->broken.text[0])
		ok = err_set(err, "%s", store->broken.text);
	else if (on_disk)
		ok = (put = db_prepare(&store->db, put_sql, err)) &&
		     put_account(store, put, cell, next, store->seq, err);
	sqlite3_finalize(put);
	if (!ok) {
		ledger_free(next);
		return false;
	}
	ledger_become(account->ledger, next);
	if (on_disk) {
		cell->saved = store->seq;
		cell->dirty_since = 0;
		account->dirty = false;
	}
	return true;
}

struct journal_size {
	int64_t rows, bytes;
};

static bool journal_size(struct store *store, struct journal_size *size, struct err *err)
{
	sqlite3_stmt *ask = db_prepare(&store->db, "SELECT count(*), sum(length(postings)) FROM journal", err);
	bool ok = ask && (sqlite3_step(ask) == SQLITE_ROW || db_fail(&store->db, "read", err));

	if (ok)
		*size = (struct journal_size){sqlite3_column_int64(ask, 0), sqlite3_column_int64(ask, 1)};
	sqlite3_finalize(ask);
	return ok;
}

/* Up to `share` dirty ledgers from `cursor` on; `*scanned` says how far it came. */
static bool write_dirty(struct store *store, size_t share, size_t *scanned, struct err *err)
{
	sqlite3_stmt *put = db_prepare(&store->db, put_sql, err);
	bool ok = put != NULL;

	for (*scanned = 0; *scanned < store->stored && share > 0 && ok; ++*scanned) {
		const struct cell *cell = store->cells[(store->cursor + *scanned) % store->stored];

		if (!cell->dirty_since)
			continue;
		ok = put_account(store, put, cell, cell->account.ledger, store->seq, err);
		share--;
	}
	sqlite3_finalize(put);
	return ok;
}

static bool was_scanned(const struct store *store, size_t place, size_t scanned)
{
	return (place + store->stored - store->cursor) % store->stored < scanned;
}

/* Drops the rows that every ledger on disk has in it once the scanned ones are written. */
static bool trim_journal(struct store *store, size_t scanned, struct err *err)
{
	sqlite3_stmt *trim = db_prepare(&store->db, "DELETE FROM journal WHERE seq < ?", err);
	int64_t needed = store->seq + 1;
	bool ok;

	if (!trim)
		return false;
	for (size_t i = 0; i < store->stored; i++) {
		int64_t since = store->cells[i]->dirty_since;

		if (since && since < needed && !was_scanned(store, i, scanned))
			needed = since;
	}
	sqlite3_bind_int64(trim, 1, needed);
	ok = db_run(&store->db, trim, err);
	sqlite3_finalize(trim);
	return ok;
}

bool store_maintain(struct store *store, struct err *err)
{
	struct journal_size journal;
	size_t share, scanned = 0;
	bool ok;

	if (store->in_memory || store->stored == 0)
		return true;
	if (store->broken.text[0])
		return err_set(err, "%s", store->broken.text);
	if (!journal_size(store, &journal, err))
		return false;
	store->stats.journal_rows = (uint64_t)journal.rows;
	if (journal.rows == 0)
		return true;
	share = (store->stored + ROUND - 1) / ROUND;
	share *= 1 + (size_t)(journal.rows / (2 * ROUND)) + (size_t)(journal.bytes / JOURNAL_MUCH);
	if (!db_exec(&store->db, "BEGIN IMMEDIATE", err))
		return false;
	ok = write_dirty(store, share, &scanned, err) && trim_journal(store, scanned, err);
	if (!db_end(&store->db, ok, err))
		return false;
	for (size_t i = 0; i < scanned; i++) {
		struct cell *cell = store->cells[(store->cursor + i) % store->stored];

		cell->saved = cell->dirty_since ? store->seq : cell->saved;
		cell->dirty_since = 0;
		cell->account.dirty = false;
	}
	store->cursor = (store->cursor + scanned) % store->stored;
	return true;
}

struct store_stats store_stats(const struct store *store)
{
	struct store_stats stats = store->stats;

	stats.accounts = store->len;
	stats.file_bytes = db_bytes(&store->db);
	for (size_t i = 0; i < store->len; i++) {
		const struct account *account = &store->cells[i]->account;

		stats.accounts_in_use += account->owner != NULL;
		stats.memory_bytes += account->ledger ? ledger_bytes(account->ledger) : 0;
	}
	return stats;
}
