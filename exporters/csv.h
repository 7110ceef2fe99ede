/* Texts in CSV (RFC 4180). */
#ifndef WICK_EXPORTERS_CSV_H
#define WICK_EXPORTERS_CSV_H

#include "base/buf.h"

/* In quotes, which are doubled within. Line ends and tabs become blanks, so that a line stays one; other control
 * characters, marks that turn the writing direction and what is not UTF-8 become U+FFFD. What a spreadsheet would take
 * for a formula has a ' before it: what begins with one of = + - @, or with a tab or a line end. */
void csv_text(struct buf *out, struct str text);

#endif
