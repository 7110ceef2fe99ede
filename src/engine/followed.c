#include "engine/followed.h"

#include "base/limits.h"
#include "base/num.h"

#include <inttypes.h>
#include <stdlib.h>

#define ACCOUNTS STR("alerts followed since")
#define TO       STR("alerts followed to")

uint64_t followed_key(const struct ledger_key *key)
{
	struct buf text;
	uint64_t hash;

	buf_init(&text, LIMIT_NOTE_BYTES);
	buf_str(&text, key->slo_id);
	buf_fmt(&text, "\n%" PRIu64 "\n", key->counts_hash);
	labels_write(&text, key->group);
	hash = str_fnv1a(buf_view(&text));
	buf_release(&text);
	return hash;
}

static int by_key(const void *a, const void *b)
{
	uint64_t left = ((const struct followed_account *)a)->key, right = ((const struct followed_account *)b)->key;

	return (left > right) - (left < right);
}

/* "key ms" */
static bool read_line(struct str line, struct followed_account *account)
{
	size_t blank = str_find(line, ' ');

	return num_read_u64(str_slice(line, 0, blank), &account->key) &&
	       num_read_i64(str_slice(line, blank + 1, line.len), &account->since.ms) && account->since.ms > 0;
}

static bool read_accounts(struct str text, struct arena *arena, struct followed *followed)
{
	while (text.len) {
		size_t end = str_find(text, '\n');

		followed->at = arena_grow(arena, followed->at, followed->len, sizeof(*followed->at));
		if (end == text.len || !read_line(str_slice(text, 0, end), &followed->at[followed->len++]))
			return false;
		text = str_slice(text, end + 1, text.len);
	}
	if (followed->len > 1)
		qsort(followed->at, followed->len, sizeof(*followed->at), by_key);
	return true;
}

bool followed_read(struct store *store, struct arena *arena, struct followed *followed, struct err *err)
{
	struct err why = {0};
	struct buf note;
	bool ok = true;

	*followed = (struct followed){.at = NULL};
	buf_init(&note, LIMIT_NOTE_BYTES);
	if (store_note_get(store, TO, &note, &why))
		ok = instant_read(buf_view(&note), &followed->to);
	buf_clear(&note);
	if (ok && store_note_get(store, ACCOUNTS, &note, &why))
		ok = read_accounts(buf_view(&note), arena, followed);
	buf_release(&note);
	if (ok && !why.text[0])
		return true;
	*followed = (struct followed){.at = NULL};
	return err_set(err, "%s", ok ? why.text : "it is damaged");
}

bool followed_write(struct store *store, const struct followed *followed, bool accounts, struct err *err)
{
	struct instant_text to = instant_text(followed->to);
	struct store_note notes[] = {{TO, str_of(to.text)}, {ACCOUNTS, {NULL, 0}}};
	struct buf note;
	bool ok;

	buf_init(&note, LIMIT_NOTE_BYTES);
	for (size_t i = 0; accounts && i < followed->len; i++)
		buf_fmt(&note, "%" PRIu64 " %" PRId64 "\n", followed->at[i].key, followed->at[i].since.ms);
	notes[1].value = note.len ? buf_view(&note) : STR("");
	ok = note.full ? err_set(err, "there are too many accounts to keep from when on their alerts were followed")
		       : store_notes_put(store, notes, accounts ? 2 : 1, err);
	buf_release(&note);
	return ok;
}

struct instant followed_since(const struct followed *followed, uint64_t key)
{
	const struct followed_account wanted = {.key = key}, *found = NULL;

	if (followed->len)
		found = bsearch(&wanted, followed->at, followed->len, sizeof(wanted), by_key);
	return found ? found->since : (struct instant){0};
}
