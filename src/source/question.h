/* How a question is written down for the query API. Only for src/source. */
#ifndef WICK_SOURCE_QUESTION_H
#define WICK_SOURCE_QUESTION_H

#include "source/source.h"

/* The URL below `base`, and the form where the question is too long for a URL (else `form` stays empty). */
bool question_write(struct str base, const struct ask *ask, struct span timeout, struct buf *url, struct buf *form);

#endif
