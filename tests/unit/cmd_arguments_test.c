#include "base/buf.h"
#include "cmd/arguments.h"
#include "cmd/command.h"
#include "tests/unit/unit.h"

static const struct option_row rows[] = {
	{.name = "source", .letter = 's', .value = "URL", .help = "where to ask"},
	{.name = "header", .value = "TEXT", .help = "a header", .repeats = true},
	{.name = "strict", .help = "a switch"},
	{.name = NULL},
};
static const struct command subject = {.name = "subject", .syntax = "", .summary = "", .options = rows};

/* Words split at blanks, `~` standing for an empty word. */
static int split(char *line, char **argv, int room)
{
	int argc = 0;

	for (char *word = line; word && argc < room; argc++) {
		char *blank = strchr(word, ' ');

		if (blank)
			*blank = '\0';
		argv[argc] = strcmp(word, "~") == 0 ? word + 1 : word;
		word = blank ? blank + 1 : NULL;
	}
	argv[argc] = NULL;
	return argc;
}

/* "source=URL header=A,B strict help rest=x,y" of what was read, or the error's text. */
static void describe(const char *line, struct buf *out)
{
	char copy[200], *argv[20];
	struct arguments arguments;
	struct err err = {0};
	const char *value;
	int argc;

	memcpy(copy, line, strlen(line) + 1);
	argc = split(copy, argv, 19);
	if (!arguments_read(rows, argc, argv, &arguments, &err)) {
		buf_fmt(out, "%s", err.text);
		return;
	}
	ck_assert_str_eq(err.text, "");
	if ((value = argument(&subject, &arguments, "source")))
		buf_fmt(out, "source=%s ", value);
	for (size_t at = 0; (value = argument_next(&subject, &arguments, "header", &at));)
		buf_fmt(out, "header=%s ", value);
	if (argument(&subject, &arguments, "strict"))
		buf_cstr(out, "strict ");
	if (arguments.help)
		buf_cstr(out, "help ");
	for (size_t i = 0; i < arguments.rest_len; i++)
		buf_fmt(out, "[%s] ", arguments.rest[i]);
	arguments_release(&arguments);
}

START_TEST(what_takes_options_alone_refuses_the_rest)
{
	struct command command = subject;
	char line[] = "subject --strict x", *argv[4];
	struct arguments arguments;
	int code = -1;

	split(line, argv, 3);
	ck_assert(arguments_parse(&command, 3, argv, &arguments, &code));
	arguments_release(&arguments);
	command.options_only = true;
	ck_assert(!arguments_parse(&command, 3, argv, &arguments, &code));
	ck_assert_int_eq(code, EXIT_FAILED);
	ck_assert(arguments_parse(&command, 2, argv, &arguments, &code));
	arguments_release(&arguments);
}
END_TEST

START_TEST(command_lines_are_read_by_their_table)
{
	static const struct {
		const char *line, *read;
	} lines[] = {
		{"subject", ""},
		{"subject --source u a", "source=u [a] "},
		{"subject --source=u a", "source=u [a] "},
		{"subject -s u a", "source=u [a] "},
		{"subject --source= a", "source= [a] "},
		{"subject --source=a=b", "source=a=b "},
		{"subject a --strict b --source u c", "source=u strict [a] [b] [c] "},
		{"subject --header a --header b --header a", "header=a header=b header=a "},
		{"subject --strict --strict", "strict "},
		{"subject -- --strict -s --", "[--strict] [-s] [--] "},
		{"subject - a", "[-] [a] "},
		{"subject ~ --source ~", "source= [] "},
		{"subject --source --strict", "source=--strict "},
		{"subject --help", "help "},
		{"subject a -h --bogus", "help [a] "},
		{"subject -- --help", "[--help] "},
		{"subject --source", "option '--source' needs a value: --source URL"},
		{"subject -s", "option '--source' needs a value: --source URL"},
		{"subject --strict=yes", "option '--strict' takes no value"},
		{"subject --source a --source b", "option '--source' is given twice: 'a' and 'b'"},
		{"subject --sorce u", "unknown option '--sorce'; did you mean '--source'?"},
		{"subject --sorce=u", "unknown option '--sorce'; did you mean '--source'?"},
		{"subject --hepl", "unknown option '--hepl'; did you mean '--help'?"},
		{"subject --verbosity", "unknown option '--verbosity'"},
		{"subject -x", "unknown option '-x'; put '--' before arguments that begin with '-'"},
		{"subject -sum(x)", "unknown option '-sum(x)'; put '--' before arguments that begin with '-'"},
		{"subject --s u", "unknown option '--s'"},
	};

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct buf read;

		buf_init(&read, 2000);
		buf_cstr(&read, "");
		describe(lines[i].line, &read);
		ck_assert_msg(str_is(buf_view(&read), lines[i].read), "'%s' is read as: %s", lines[i].line, read.at);
		buf_release(&read);
	}
}
END_TEST

START_TEST(a_command_without_options_still_knows_help)
{
	static const struct command bare = {.name = "bare", .syntax = "", .summary = ""};
	char line[] = "bare a --help", wrong[] = "bare --source", *argv[4];
	struct arguments arguments;
	struct err err = {0};

	ck_assert(arguments_read(command_options(&bare), split(line, argv, 3), argv, &arguments, &err) &&
		  arguments.help && arguments.rest_len == 1);
	arguments_release(&arguments);
	ck_assert(!arguments_read(command_options(&bare), split(wrong, argv, 3), argv, &arguments, &err));
	ck_assert_str_eq(err.text, "unknown option '--source'");
}
END_TEST

UNIT_MAIN("cmd/arguments", what_takes_options_alone_refuses_the_rest, command_lines_are_read_by_their_table,
	  a_command_without_options_still_knows_help)
