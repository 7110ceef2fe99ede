/* The envelope of what is written to disk: a mark, a version, the length, a CRC-32 of the content, and the content
 * compressed. The one home of zlib in this folder. */
#ifndef WICK_LEDGER_PACK_H
#define WICK_LEDGER_PACK_H

#include "base/buf.h"
#include "base/err.h"

/* Appends the sealed content to `out`; false where it is full. `mark` is the kind of content, one character. */
bool pack_seal(char mark, struct str content, struct buf *out);
/* Appends the content to `out`; refuses another mark or version, damage, and what is larger than `out`'s room. */
bool pack_open(char mark, struct str sealed, struct buf *out, struct err *err);
/* CRC-32 going on from `sum`, which starts as 0. */
uint32_t pack_sum(uint32_t sum, struct str bytes);

#endif
