/* Another program, run to its end: without a shell, with no file left behind. Waits for it; for commands, not for the
 * daemon. */
#ifndef WICK_BASE_CHILD_H
#define WICK_BASE_CHILD_H

#include "base/buf.h"
#include "base/err.h"

struct child {
	const char *const *argv;    /* NULL-terminated; argv[0] is looked for along PATH */
	const char *const *without; /* names of environment variables that it does not get, NULL-terminated; or NULL */
	struct str input;           /* for its standard input */
	struct buf *out, *said;     /* its standard output and error are added to these */
	int code;                   /* out: what it exits with; 128 and the signal where one ended it */
};

/* False where it cannot be run, or prints more than the buffers hold; how it ends is the caller's to judge. */
bool child_run(struct child *child, struct err *err);

#endif
