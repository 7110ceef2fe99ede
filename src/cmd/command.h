/* The commands of wick: one file and one line in the table (src/cmd/command.c) each. */
#ifndef WICK_CMD_COMMAND_H
#define WICK_CMD_COMMAND_H

#include "base/buf.h"
#include "cmd/arguments.h"

enum { EXIT_FINE = 0, EXIT_FINDINGS = 1, EXIT_FAILED = 2 };

/* All slots but `help` and the options are mandatory. Help, man page and completion are written from here. */
struct command {
	const char *name;
	const char *syntax;  /* "[--source URL] [--at TIME] PATH..."; "" for none */
	const char *summary; /* one line, no full stop */
	const char *help;    /* paragraphs, a blank line between them; they are filled to the width of the page, but for
				lines that begin with a blank (examples), which are kept as they are */
	bool options_only;   /* anything else on the command line is refused */
	const struct option_row *options;
	const struct option_row *(*make_options)(void); /* instead: a table made from another, the same on each call */
	int (*run)(const struct command *command, int argc, char **argv); /* argv[0] is the command's name */
};

/* "wick: error: <text>" on stderr; returns EXIT_FAILED. */
int command_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a wrong command line, with a pointer to the command's help. */
int command_misused(const struct command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for a command that is not there, with the nearest that is. */
int command_unknown(const char *name);
/* Writes a result to stdout. Returns `exit_code`, or fails where it cannot be written or was too large for its
 * buffer. */
int command_print(const struct buf *out, int exit_code);

extern const struct command *const commands[]; /* NULL-terminated, in the order of `wick help` */
/* The option table, whichever way it is given; never NULL. */
const struct option_row *command_options(const struct command *command);
/* NULL where there is none. */
const struct command *command_named(const char *name);
int command_main(int argc, char **argv);

extern const struct command command_serve, command_eval, command_backtest, command_simulate, command_report,
	command_check, command_convert, command_fmt, command_schema, command_templates, command_status, command_gate,
	command_rules, command_runbooks, command_dashboards, command_alertmanager, command_promql, command_audit,
	command_dora, command_store, command_demo, command_init, command_version, command_help;

#endif
