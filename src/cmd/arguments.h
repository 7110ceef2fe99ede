/* The arguments of a command, read by a table: one row per option gives parsing, `--help`, the man page and
 * completion. */
#ifndef WICK_CMD_ARGUMENTS_H
#define WICK_CMD_ARGUMENTS_H

#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

/* One option of a command; a table of them ends with a row without name. `--help` and `-h` are in no table: every
 * command has them. */
struct option_row {
	const char *name;  /* "source", given as --source VALUE or --source=VALUE */
	char letter;       /* 'c' for -c VALUE; 0 for none */
	const char *value; /* the value's name in the help ("URL"), or NULL for a switch */
	const char *help;  /* one sentence, without full stop */
	bool repeats;      /* may be given more than once: read with argument_next */
	bool hidden;       /* for tests: not in help, man page and completion */
};

struct given_option {
	const struct option_row *row;
	const char *value;
};

/* Parsed arguments of one command; all texts point into argv. */
struct arguments {
	const char **values; /* by row of the option table: NULL not given; "" for a switch that is; of a
				repeated option the last */
	const char **rest;   /* what is no option */
	size_t rest_len;
	struct given_option *given; /* the options in the order of the command line */
	size_t given_len;
	bool help; /* --help or -h was met; nothing behind it was read */
};

/* Reads argv behind argv[0] by the table. Options may stand between other arguments; `--` ends them;
 * a lone `-` is no option. A fault names the option, and for an unknown one the nearest. Release only after success. */
bool arguments_read(const struct option_row *options, int argc, char **argv, struct arguments *out, struct err *err);
void arguments_release(struct arguments *arguments);

struct command;

/* arguments_read for a command: on --help prints it and sets *exit_code to 0; on a fault, or more than options where
 * the command has nothing but them, says so on stderr and sets it to 2; all of these return false. */
bool arguments_parse(const struct command *command, int argc, char **argv, struct arguments *out, int *exit_code);

/* The value of an option by its name, or NULL; the name must be in the table. */
const char *argument(const struct command *command, const struct arguments *arguments, const char *name);
/* The values of a repeated option in order, then NULL: `for (size_t at = 0; (value = argument_next(c, a, "header",
 * &at));)` */
const char *argument_next(const struct command *command, const struct arguments *arguments, const char *name,
			  size_t *at);
/* Which of the NULL-terminated choices an option names; 0 where it is not given. On another word says so on stderr with
 * the legal ones and returns false. */
bool argument_choice(const struct command *command, const struct arguments *arguments, const char *name,
		     const char *const *choices, size_t *chosen);
/* A duration above 0; `span` keeps its default where the option is not given. On another word says so on stderr and
 * returns false. */
bool argument_span(const struct command *command, const struct arguments *arguments, const char *name,
		   struct span *span);

#endif
