/* Texts in CSV (RFC 4180). */
#ifndef WICK_EXPORTERS_CSV_H
#define WICK_EXPORTERS_CSV_H

#include "base/buf.h"

/* In quotes, which are doubled within. What a spreadsheet would take for a formula has a ' before it: what begins with
 * one of = + - @, or with a tab or CR. */
void csv_text(struct buf *out, struct str text);

#endif
