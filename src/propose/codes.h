/* Which values of a label mean that an event was bad: decided by the values that there are. Pure. */
#ifndef WICK_PROPOSE_CODES_H
#define WICK_PROPOSE_CODES_H

#include "base/arena.h"
#include "promql/ast.h"
#include "propose/convention.h"

struct bad_codes {
	enum match_op op; /* the matcher of bad events, without its label's name */
	struct str value;
	const char *meaning; /* "server errors" */
};

/* False where none of the values is known to be an outcome: nothing is guessed then. HTTP: 500 to 599, 5xx, 5, or a
 * word such as `error` beside one such as `ok`. gRPC: the codes that are the server's fault, by name or by number.
 * Spans: the status "error". */
bool bad_codes_of(struct arena *arena, enum convention_codes codes, const struct str *values, size_t len,
		  struct bad_codes *bad);

#endif
