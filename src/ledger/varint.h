/* Numbers as bytes for the ledgers and the journal: small ones are short. A reader that meets the end or an impossible
 * byte stays failed and returns zeros, to be looked at once at the end. */
#ifndef WICK_LEDGER_VARINT_H
#define WICK_LEDGER_VARINT_H

#include "base/buf.h"

void varint_put(struct buf *buf, uint64_t value);
void varint_put_signed(struct buf *buf, int64_t value); /* zigzag: -1 is as short as 1 */
void varint_put_double(struct buf *buf, double value);  /* 8 bytes, the lowest first */

struct reader {
	struct str rest;
	bool failed;
};
uint64_t varint_get(struct reader *reader);
int64_t varint_get_signed(struct reader *reader);
double varint_get_double(struct reader *reader);

/* Everything was read and nothing is left over. */
static inline bool reader_done(const struct reader *reader) { return !reader->failed && reader->rest.len == 0; }

#endif
