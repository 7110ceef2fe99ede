/* Help, man page and shell completion, all written from the table of commands. */
#ifndef WICK_CMD_HELP_H
#define WICK_CMD_HELP_H

#include "cmd/command.h"

/* Prints the help of a command (NULL: the overview) on stdout; returns the exit code. */
int help_print(const struct command *command);
/* What `wick` without arguments says, on stderr. */
void help_usage(void);

bool help_overview(struct buf *out, const struct command *const *table);
bool help_command(struct buf *out, const struct command *command);
bool help_manual(struct buf *out, const struct command *const *table); /* wick(1) in roff */
bool help_completion_bash(struct buf *out, const struct command *const *table);

/* Breaks a text into lines of the page's width; `column` is where the first line stands already. */
void help_fill(struct buf *out, struct str text, size_t indent, size_t column);

/* One block of a help text: a paragraph to be filled, or lines to be kept as they are. */
struct help_block {
	struct str text;
	bool literal;
};
/* Takes the next block off `rest`; false at the end. */
bool help_block_next(struct str *rest, struct help_block *block);

#endif
