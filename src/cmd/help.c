#include "cmd/help.h"

#include "base/limits.h"

#include <stdio.h>

enum { PAGE_WIDTH = 80, COMMAND_COLUMN = 12, OPTION_COLUMN = 26 };

static const char tagline[] = "error budgets, counted right";

/* The next word of a text that is being filled; false at its end. */
static bool next_word(struct str *text, struct str *word)
{
	size_t len = 0;

	*text = str_trim(*text);
	while (len < text->len && !ascii_space(text->at[len]))
		len++;
	*word = str_slice(*text, 0, len);
	*text = str_slice(*text, len, text->len);
	return len > 0;
}

void help_fill(struct buf *out, struct str text, size_t indent, size_t column)
{
	struct str word;
	bool first = true;

	if (column < indent)
		buf_fill(out, ' ', indent - column);
	column = indent;
	while (next_word(&text, &word)) {
		if (!first && column + 1 + word.len > PAGE_WIDTH) {
			buf_char(out, '\n');
			buf_fill(out, ' ', indent);
			column = indent;
			first = true;
		}
		if (!first)
			buf_char(out, ' ');
		column += word.len + !first;
		buf_str(out, word);
		first = false;
	}
	buf_char(out, '\n');
}

bool help_block_next(struct str *rest, struct help_block *block)
{
	size_t end = 0;

	while (rest->len && rest->at[0] == '\n')
		*rest = str_slice(*rest, 1, rest->len);
	if (rest->len == 0)
		return false;
	block->literal = ascii_space(rest->at[0]);
	while (end < rest->len) {
		struct str line = str_slice(*rest, end, rest->len);
		size_t len = str_find(line, '\n');

		if (len == 0 || (line.at[0] == ' ' || line.at[0] == '\t') != block->literal)
			break;
		end += len + (len < line.len);
	}
	block->text = str_slice(*rest, 0, end);
	while (block->text.len && block->text.at[block->text.len - 1] == '\n')
		block->text.len--;
	*rest = str_slice(*rest, end, rest->len);
	return true;
}

static void put_paragraphs(struct buf *out, const char *text)
{
	struct str rest = str_of(text);
	struct help_block block;

	while (help_block_next(&rest, &block)) {
		buf_char(out, '\n');
		if (block.literal)
			buf_fmt(out, "%.*s\n", STR_ARG(block.text));
		else
			help_fill(out, block.text, 0, 0);
	}
}

/* "  left   right", the right part filled from the given column on. */
static void put_row(struct buf *out, const char *left, const char *right, size_t right_column)
{
	size_t column = 2 + strlen(left);

	buf_fmt(out, "  %s", left);
	if (column + 2 > right_column) {
		buf_char(out, '\n');
		column = 0;
	}
	help_fill(out, str_of(right), right_column, column);
}

static void put_option(struct buf *out, const struct option_row *row)
{
	struct buf left;

	if (row->hidden)
		return;
	buf_init(&left, 1000);
	if (row->letter)
		buf_fmt(&left, "-%c, --%s", row->letter, row->name);
	else
		buf_fmt(&left, "    --%s", row->name);
	if (row->value)
		buf_fmt(&left, " %s", row->value);
	if (row->repeats)
		buf_cstr(&left, " ...");
	put_row(out, left.at, row->help, OPTION_COLUMN);
	buf_release(&left);
}

bool help_command(struct buf *out, const struct command *command)
{
	static const struct option_row own = {.name = "help", .letter = 'h', .help = "print this text"};

	buf_fmt(out, "wick %s: ", command->name);
	help_fill(out, str_of(command->summary), strlen("wick : ") + strlen(command->name),
		  strlen("wick : ") + strlen(command->name));
	buf_fmt(out, "\nusage: wick %s%s", command->name, *command->syntax ? " " : "");
	help_fill(out, str_of(command->syntax), strlen("usage: wick  ") + strlen(command->name),
		  strlen("usage: wick  ") + strlen(command->name));
	put_paragraphs(out, command->help);
	buf_cstr(out, "\noptions:\n");
	for (const struct option_row *row = command_options(command); row->name; row++)
		put_option(out, row);
	put_option(out, &own);
	return !out->full;
}

bool help_overview(struct buf *out, const struct command *const *table)
{
	buf_fmt(out, "wick %s: %s\n\nusage: wick COMMAND [ARGUMENT...]\n\ncommands:\n", WICK_VERSION, tagline);
	for (; *table; table++)
		put_row(out, (*table)->name, (*table)->summary, COMMAND_COLUMN);
	buf_cstr(out, "\n'wick help COMMAND' tells more about a command.\n"
		      "Exit codes: 0 fine, 1 findings, 2 could not run.\n");
	return !out->full;
}

int help_print(const struct command *command)
{
	struct buf out;
	int exit_code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (command)
		help_command(&out, command);
	else
		help_overview(&out, commands);
	exit_code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	return exit_code;
}

void help_usage(void) { fputs("usage: wick COMMAND [ARGUMENT...]\nSee 'wick help' for the commands.\n", stderr); }

static int print_page(bool (*page)(struct buf *out, const struct command *const *table))
{
	struct buf out;
	int exit_code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	page(&out, commands);
	exit_code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	return exit_code;
}

static int help_of(const struct command *command, const struct arguments *arguments)
{
	const struct command *subject;

	if (arguments->rest_len == 0)
		return help_print(NULL);
	if (arguments->rest_len > 1)
		return command_misused(command, "help is given for one command at a time, not for %zu",
				       arguments->rest_len);
	subject = command_named(arguments->rest[0]);
	return subject ? help_print(subject) : command_unknown(arguments->rest[0]);
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const shells[] = {"bash", NULL};
	struct arguments arguments;
	size_t shell;
	int exit_code;

	if (!arguments_parse(command, argc, argv, &arguments, &exit_code))
		return exit_code;
	if (!argument_choice(command, &arguments, "completion", shells, &shell))
		exit_code = EXIT_FAILED;
	else if (argument(command, &arguments, "man"))
		exit_code = print_page(help_manual);
	else if (argument(command, &arguments, "completion"))
		exit_code = print_page(help_completion_bash);
	else
		exit_code = help_of(command, &arguments);
	arguments_release(&arguments);
	return exit_code;
}

static const struct option_row options[] = {
	{.name = "man", .help = "print the man page wick(1) in roff"},
	{.name = "completion", .value = "SHELL", .help = "print the completion for a shell: bash"},
	{.name = NULL},
};

const struct command command_help = {
	.name = "help",
	.syntax = "[COMMAND]",
	.summary = "what the commands do, or one of them in detail",
	.options = options,
	.run = run,
};
