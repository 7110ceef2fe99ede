/* What a person tells the demo to do: one wording for the command line and for POST /fail. */
#ifndef WICK_DEMO_FAULT_H
#define WICK_DEMO_FAULT_H

#include "base/err.h"
#include "demo/story.h"

/* Sets what `key` names: errors ("5%" or 0.05), latency ("2s"), down ("yes" or "no"). */
bool fault_set(struct fault *fault, struct str key, struct str value, struct err *err);

/* "errors=5%&latency=2s", percent-encoded or not. All of it is read before any of it counts. */
bool fault_read(struct fault *fault, struct str query, struct err *err);

/* Finds a parameter of a query string and writes it decoded; false where it is not there. */
bool query_value(struct str query, struct str key, struct buf *out);
/* Takes the next key=value off a query string; false at its end. */
bool query_next(struct str *query, struct str *key, struct str *value);
/* Percent-encoded or not; a '+' is a blank. */
void query_decode(struct str text, struct buf *out);

#endif
