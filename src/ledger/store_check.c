#include "ledger/store_parts.h"

#include "base/mem.h"

#include <stdlib.h>

/* A store of its own on the same file, at one moment, for reading only. */
static struct store *open_read(const char *path, struct span *step, struct err *err)
{
	struct store *store = store_new();

	if (store_open_db_read(store, path, step, err))
		return store;
	store_close(store);
	return NULL;
}

static void page_fault(void *context, const char *fault)
{
	struct store_faults *faults = context;

	faults->count++;
	faults->found(faults->context, fault);
}

static void check_ledgers(struct store *store, struct store_faults *faults)
{
	for (size_t i = 0; i < store->len; i++) {
		struct cell *cell = store->cells[i];
		struct err why = {0};

		if (!cell->lost && !store_load(store, cell, &why)) {
			faults->count++;
			faults->found(faults->context, why.text);
		}
		ledger_free(cell->account.ledger);
		cell->account.ledger = NULL;
	}
}

bool store_check(const char *path, void (*found)(void *context, const char *fault), void *context, struct err *err)
{
	struct store_faults faults = {found, context, 0};
	struct span step;
	struct store *store = open_read(path, &step, err);
	bool read;

	if (!store)
		return false;
	read = db_check(&store->db, page_fault, &faults, err) && store_read(store, &faults, err);
	if (read)
		check_ledgers(store, &faults);
	store_close(store);
	return read && faults.count == 0;
}

static int by_slo_id(const void *a, const void *b)
{
	const struct history *const *left = a, *const *right = b;

	return str_cmp((*left)->slo_id, (*right)->slo_id);
}

static struct history **sorted_histories(const struct store *store)
{
	struct history **list = xcalloc(store->histories.len, sizeof(struct history *));
	size_t len = 0;

	for (struct map_entry *entry = NULL; (entry = map_next(&store->histories, entry));)
		list[len++] = entry->value;
	qsort(list, len, sizeof(struct history *), by_slo_id);
	return list;
}

bool store_dump(const char *path, struct span *step, bool (*each)(void *context, const struct account *account),
		void *context, struct err *err)
{
	struct store *store = open_read(path, step, err);
	struct history **histories;
	struct err why = {0};
	bool ok;

	if (!store)
		return false;
	ok = store_read(store, NULL, err);
	histories = sorted_histories(store);
	for (size_t i = 0; i < store->histories.len && ok; i++) {
		for (size_t k = 0; k < histories[i]->len && ok; k++) {
			struct cell *cell = histories[i]->at[k];

			ok = store_load(store, cell, &why) ? each(context, &cell->account)
							   : db_damaged(&store->db, why.text, err);
			ledger_free(cell->account.ledger);
			cell->account.ledger = NULL;
		}
	}
	free(histories);
	store_close(store);
	return ok;
}

bool store_notes_read(const char *path, struct str prefix,
		      bool (*each)(void *context, struct str name, struct str value, struct err *err), void *context,
		      struct err *err)
{
	struct span step;
	struct store *store = open_read(path, &step, err);
	bool ok = store && store_notes_each(store, prefix, each, context, err);

	store_close(store);
	return ok;
}

static bool copy_note(void *context, struct str name, struct str value, struct err *err)
{
	return store_note_put(context, name, value, err);
}

/* Takes the account's ledger over. */
static bool copy_account(struct store *from, struct cell *cell, struct store *to, struct err *err)
{
	struct cell *copy;
	struct err why = {0};

	if (!store_load(from, cell, &why))
		return db_damaged(&from->db, why.text, err);
	copy = store_add(to, &cell->account.key);
	copy->account.ledger = cell->account.ledger;
	cell->account.ledger = NULL;
	return true;
}

static bool copy_all(struct store *from, struct store *to,
		     bool (*wanted)(const void *context, const struct ledger_key *key), const void *context,
		     struct err *err)
{
	bool ok = store_read(from, NULL, err) && store_notes_each(from, STR(""), copy_note, to, err);

	for (size_t i = 0; i < from->len && ok; i++)
		if (!wanted || wanted(context, &from->cells[i]->account.key))
			ok = copy_account(from, from->cells[i], to, err);
	return ok;
}

struct store *store_copy(const char *path, bool (*wanted)(const void *context, const struct ledger_key *key),
			 const void *context, struct span *step, struct err *err)
{
	struct store *from = open_read(path, step, err);
	struct store *to = from ? store_open(NULL, *step, err) : NULL;

	if (to && !copy_all(from, to, wanted, context, err)) {
		store_close(to);
		to = NULL;
	}
	store_close(from);
	return to;
}
