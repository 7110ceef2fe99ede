/* The commands of wick: one file and one line in the table (src/cmd/command.c) each. */
#ifndef WICK_CMD_COMMAND_H
#define WICK_CMD_COMMAND_H

#include "base/str.h"

enum { EXIT_FINE = 0, EXIT_FINDINGS = 1, EXIT_FAILED = 2 };

/* One option of a command; a table of them ends with a row without name. One row gives parsing, `--help` and the man page. */
struct option_row {
	const char *name;     /* "source", given as --source VALUE or --source=VALUE */
	char letter;          /* 'c' for -c; 0 for none */
	const char *value;    /* the value's name in the help ("URL"), or NULL for a switch */
	const char *help;     /* one sentence, without full stop */
};

struct command {
	const char *name;
	const char *syntax;   /* "[--source URL] [--at TIME] PATH..." */
	const char *summary;  /* one line */
	const char *help;     /* paragraphs for --help and the man page; may be NULL */
	const struct option_row *options;
	int (*run)(const struct command *command, int argc, char **argv); /* argv[0] is the command's name */
};

/* Parsed arguments of one command. */
struct arguments {
	const char **values;  /* by row of the option table: NULL not given; "" for a switch that is */
	const char **rest;    /* what is no option */
	size_t rest_len;
};

/* Parses argv by the command's table. On --help prints it and sets *exit_code to 0; on a fault says so on stderr (with the
 * nearest option) and sets it to 2; both return false. Options may stand between other arguments; `--` ends them. */
bool arguments_parse(const struct command *command, int argc, char **argv, struct arguments *out, int *exit_code);
void arguments_release(struct arguments *arguments);
/* The value of an option by its name, or NULL; the name must be in the table. */
const char *argument(const struct command *command, const struct arguments *arguments, const char *name);

/* "wick: error: <text>" on stderr; returns EXIT_FAILED. */
int command_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

extern const struct command *const commands[]; /* NULL-terminated, in the order of `wick help` */
int command_main(int argc, char **argv);

extern const struct command command_serve, command_eval, command_check, command_status, command_promql, command_store,
	command_demo, command_version, command_help;

#endif
