/* The postings of one commit as bytes, and back. */
#ifndef WICK_LEDGER_JOURNAL_H
#define WICK_LEDGER_JOURNAL_H

#include "base/err.h"
#include "ledger/varint.h"
#include "model/counts.h"

/* Writing: begin, one put per posting, then pack_seal('J', ...). */
void journal_begin(struct buf *out, int64_t seq);
void journal_put(struct buf *out, int64_t account, const struct posting *posting);

/* Hands every posting of a sealed row to `each`, which may refuse with a reason. */
bool journal_read(struct str sealed, int64_t seq,
		  bool (*each)(void *context, int64_t account, const struct posting *posting, struct err *err),
		  void *context, struct err *err);
bool journal_seal(const struct buf *content, struct buf *out); /* false where it is too large */

#endif
