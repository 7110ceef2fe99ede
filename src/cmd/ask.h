/* Questions to a daemon that runs, for the commands that show what it knows. */
#ifndef WICK_CMD_ASK_H
#define WICK_CMD_ASK_H

#include "cmd/arguments.h"
#include "net/http.h"

/* The option by which these commands are told where the daemon is. */
#define ASK_URL_OPTION                                                                                                 \
	{                                                                                                              \
		.name = "url", .value = "URL", .help = "the daemon's address (default http://127.0.0.1:9655)"          \
	}

struct answer {
	struct buf url; /* what was asked; for messages */
	struct buf body;
	long status;
};

/* Asks for `path` below the address, or below the usual one for NULL. True where something answers, whatever its
 * status. The answer is to be released either way. */
bool ask(const char *address, struct str path, struct answer *answer, struct err *err);
void answer_release(struct answer *answer);

#endif
