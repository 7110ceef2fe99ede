/* The table of commands, and what is written from it. */
#include "base/limits.h"
#include "cmd/help.h"
#include "tests/unit/unit.h"

static struct buf page;

static void start(void) { buf_init(&page, MIB(1)); }

static void finish(void) { buf_release(&page); }

static void check_sentence(const char *owner, const char *text)
{
	struct str s = str_of(text);

	ck_assert_msg(s.len > 0 && !str_ends(s, STR(".")) && str_find(s, '\n') == s.len && str_utf8(s), "%s: '%s'",
		      owner, text);
}

START_TEST(every_command_and_option_says_what_it_is_for)
{
	for (const struct command *const *c = commands; *c; c++) {
		ck_assert_ptr_eq(command_named((*c)->name), *c);
		ck_assert((*c)->syntax && (*c)->run);
		check_sentence((*c)->name, (*c)->summary);
		for (const struct option_row *row = command_options(*c); row->name; row++) {
			check_sentence((*c)->name, row->help);
			ck_assert_str_ne(row->name, "help");
			ck_assert_msg(row->letter != 'h', "%s --%s takes -h away from help", (*c)->name, row->name);
			for (const struct option_row *other = command_options(*c); other < row; other++) {
				ck_assert_str_ne(row->name, other->name);
				ck_assert_msg(!row->letter || row->letter != other->letter, "%s -%c", (*c)->name,
					      row->letter);
			}
		}
	}
	ck_assert_ptr_null(command_named("nothing"));
}
END_TEST

START_TEST(the_overview_names_every_command)
{
	ck_assert(help_overview(&page, commands));
	for (const struct command *const *c = commands; *c; c++) {
		ck_assert_msg(strstr(page.at, (*c)->name) != NULL, "%s", (*c)->name);
	}
}
END_TEST

START_TEST(the_help_of_a_command_fits_a_terminal)
{
	for (const struct command *const *c = commands; *c; c++) {
		struct str rest;

		buf_clear(&page);
		ck_assert(help_command(&page, *c));
		for (rest = buf_view(&page); rest.len; rest = str_slice(rest, str_find(rest, '\n') + 1, rest.len)) {
			struct str line = str_slice(rest, 0, str_find(rest, '\n'));

			ck_assert_msg(line.len <= 80 && !str_ends(line, STR(" ")), "%s: '%.*s'", (*c)->name,
				      STR_ARG(line));
		}
		for (const struct option_row *row = command_options(*c); row->name; row++)
			ck_assert_msg(!strstr(page.at, row->name) == row->hidden, "%s --%s", (*c)->name, row->name);
	}
}
END_TEST

START_TEST(a_help_text_is_filled_paragraph_by_paragraph_and_examples_are_kept)
{
	static const struct option_row options[] = {
		{.name = "short", .letter = 's', .help = "a switch"},
		{.name = "rather-long-option",
		 .value = "VALUE",
		 .repeats = true,
		 .help = "an option whose row does not fit into the left column and whose help is longer than a line"},
		{.name = NULL},
	};
	static const struct command command = {
		.name = "sample",
		.syntax = "PATH...",
		.summary = "what it does",
		.help = "One paragraph whose lines\nare broken where the source breaks them, which has nothing to do\nwith the page.\n"
			"  wick sample   kept\n  as it is\nAnother.\n\n\nThe last one.",
		.options = options,
	};

	ck_assert(help_command(&page, &command));
	ck_assert_str_eq(page.at, "wick sample: what it does\n"
				  "\n"
				  "usage: wick sample PATH...\n"
				  "\n"
				  "One paragraph whose lines are broken where the source breaks them, which has\n"
				  "nothing to do with the page.\n"
				  "\n"
				  "  wick sample   kept\n"
				  "  as it is\n"
				  "\n"
				  "Another.\n"
				  "\n"
				  "The last one.\n"
				  "\n"
				  "options:\n"
				  "  -s, --short             a switch\n"
				  "      --rather-long-option VALUE ...\n"
				  "                          an option whose row does not fit into the left column\n"
				  "                          and whose help is longer than a line\n"
				  "  -h, --help              print this text\n");
}
END_TEST

START_TEST(the_man_page_takes_no_character_for_a_request)
{
	static const struct option_row options[] = {
		{.name = "at-time", .value = "TIME", .help = "'now' or \"then\" ~ ^ ` \\"},
		{.name = NULL},
	};
	static const struct command command = {
		.name = "sample",
		.syntax = "",
		.summary = "what it does",
		.help = ".starts with a dot\n\n  'starts with a quote\n  .and a dot",
		.options = options,
	};
	static const struct command *const table[] = {&command, NULL};

	ck_assert(help_manual(&page, table));
	ck_assert(strstr(page.at,
			 ".PP\n\\&.starts with a dot\n.PP\n.nf\n  \\(aqstarts with a quote\n  .and a dot\n.fi\n"));
	ck_assert(strstr(
		page.at,
		".TP\n\\fB\\-\\-at\\-time\\fR \\fITIME\\fR\n\\&\\(aqnow\\(aq or \\(dqthen\\(dq \\(ti \\(ha \\(ga \\e\n"));
}
END_TEST

START_TEST(completion_knows_every_command_and_option)
{
	ck_assert(help_completion_bash(&page, commands));
	for (const struct command *const *c = commands; *c; c++) {
		char *line = strstr(page.at, (*c)->name);

		ck_assert_ptr_nonnull(line);
		for (const struct option_row *row = command_options(*c); row->name; row++)
			ck_assert_msg(row->hidden || strstr(line, row->name), "%s --%s", (*c)->name, row->name);
	}
}
END_TEST

UNIT_MAIN_IN("cmd/help", start, finish, every_command_and_option_says_what_it_is_for, the_overview_names_every_command,
	     the_help_of_a_command_fits_a_terminal, a_help_text_is_filled_paragraph_by_paragraph_and_examples_are_kept,
	     the_man_page_takes_no_character_for_a_request, completion_knows_every_command_and_option)
