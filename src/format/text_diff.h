/* What differs between two texts, line by line, as unified diffs say it. */
#ifndef WICK_FORMAT_TEXT_DIFF_H
#define WICK_FORMAT_TEXT_DIFF_H

#include "base/buf.h"

/* Nothing where they are the same; else the two names and hunks of three lines of context. Texts
 * that differ in thousands of lines are shown as one that goes and one that comes. */
bool text_diff(struct buf *buf, const char *before_name, const char *after_name, struct str before, struct str after);

#endif
