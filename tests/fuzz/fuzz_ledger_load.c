/* Bytes from disk: what ledger_load and the journal's reader take must be refused or make sense. The envelope's
 * checksum would keep nearly all inputs out, so that its content is fuzzed too. */
#include "base/limits.h"
#include "ledger/journal.h"
#include "ledger/ledger_parts.h"
#include "ledger/pack.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A ledger that was taken can be read, goes on, and is written as the bytes that it came from. */
static void use(struct ledger *ledger, struct str bytes)
{
	struct counts one = {1, 2, 1, 0};
	struct posting posting = {.first = ledger_end(ledger) + 1, .at = &one, .len = 1};
	struct buf again;

	buf_init(&again, LIMIT_LEDGER_BYTES);
	assert(ledger_write(ledger, &again));
	if (bytes.len)
		assert(str_eq(buf_view(&again), bytes));
	buf_release(&again);
	assert(ledger_begin(ledger) <= ledger_end(ledger));
	assert(ledger_read(ledger, ledger_begin(ledger), ledger_end(ledger)).covered >= 0);
	assert(ledger_last_covered(ledger, ledger_end(ledger)) <= ledger_end(ledger));
	ledger_post(ledger, &posting);
	posting.first = ledger_begin(ledger) + 1;
	ledger_post(ledger, &posting);
	ledger_free(ledger);
}

static bool any_posting(void *context, int64_t account, const struct posting *posting, struct err *err)
{
	double *sum = context;

	(void)account;
	(void)err;
	for (size_t i = 0; i < posting->len; i++)
		*sum += posting->at[i].covered;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct ledger *ledger = ledger_load(bytes, NULL);
	struct buf sealed;
	double sum = 0;

	if (ledger)
		use(ledger, (struct str){0});
	ledger = ledger_parse(bytes, NULL);
	if (ledger)
		use(ledger, bytes);
	buf_init(&sealed, MIB(4));
	if (size && pack_seal('J', bytes, &sealed))
		journal_read(buf_view(&sealed), 0, any_posting, &sum, NULL);
	buf_release(&sealed);
	return 0;
}
