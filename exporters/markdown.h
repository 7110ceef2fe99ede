/* Text in Markdown: the one escaper, for paragraphs, list items and table cells alike. */
#ifndef WICK_EXPORTERS_MARKDOWN_H
#define WICK_EXPORTERS_MARKDOWN_H

#include "base/buf.h"

/* No mark of it means anything; line ends and control characters become blanks, marks that turn the writing
 * direction and what is not UTF-8 U+FFFD. */
void markdown_text(struct buf *out, struct str text);

#endif
