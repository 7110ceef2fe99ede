#include "cmd/command.h"

#include "cmd/help.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

const struct command *const commands[] = {
	&command_init,       &command_serve,        &command_eval,    &command_backtest, &command_simulate,
	&command_report,     &command_check,        &command_fmt,     &command_convert,  &command_schema,
	&command_templates,  &command_status,       &command_gate,    &command_rules,    &command_runbooks,
	&command_dashboards, &command_alertmanager, &command_promql,  &command_audit,    &command_dora,
	&command_store,      &command_demo,         &command_version, &command_help,     NULL,
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) - 1 };

const struct option_row *command_options(const struct command *command)
{
	static const struct option_row none[] = {{.name = NULL}};

	if (command->make_options)
		return command->make_options();
	return command->options ? command->options : none;
}

const struct command *command_named(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

__attribute__((format(printf, 1, 0))) static void say(const char *format, va_list args)
{
	fputs("wick: error: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int command_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	return EXIT_FAILED;
}

int command_misused(const struct command *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	fprintf(stderr, "usage: wick %s%s%s\nSee 'wick help %s'.\n", command->name, *command->syntax ? " " : "",
		command->syntax, command->name);
	return EXIT_FAILED;
}

int command_print(const struct buf *out, int exit_code)
{
	if (out->full)
		return command_fail("the output is larger than the limit of %zu bytes", out->ceiling);
	errno = 0;
	if (fwrite(buf_view(out).at, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return command_fail("cannot write to standard output: %s", strerror(errno));
	return exit_code;
}

int command_unknown(const char *name)
{
	const char *names[COMMANDS];
	const char *nearest;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i]->name;
	nearest = str_nearest(str_of(name), names, COMMANDS);
	if (nearest)
		command_fail("unknown command '%s'; did you mean '%s'?", name, nearest);
	else
		command_fail("unknown command '%s'", name);
	fputs("See 'wick help'.\n", stderr);
	return EXIT_FAILED;
}

int command_main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		help_usage();
		return EXIT_FAILED;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help_print(NULL);
	command = command_named(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
	return command ? command->run(command, argc - 1, argv + 1) : command_unknown(argv[1]);
}
