/* Text in HTML: the one escaper, for content and for quoted attribute values alike. */
#ifndef WICK_FORMAT_HTML_H
#define WICK_FORMAT_HTML_H

#include "base/buf.h"

/* & < > " ' as references; control characters other than line end and tab, marks that turn the writing direction, and
 * what is not UTF-8 become U+FFFD. */
bool html_write(struct buf *out, struct str text);

#endif
