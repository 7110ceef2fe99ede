/* What a daemon that runs knows: its table, over HTTP. */
#include "base/limits.h"
#include "cmd/ask.h"
#include "cmd/command.h"
#include "cmd/terminal.h"
#include "exporters/screen.h"
#include "exporters/table_json.h"

static const struct option_row options[] = {
	ASK_URL_OPTION,
	{.name = "format", .value = "FORMAT", .help = "table or json: the daemon's own answer"},
	{.name = "strict", .help = "exit 1 where a budget is spent or an SLO cannot be evaluated"},
	{.name = NULL},
};

static const char *const formats[] = {"table", "json", NULL};

/* What is wrong with the daemon itself, a line each. A daemon that has no such page is older than it. */
static void put_wrong(struct buf *out, const char *address)
{
	struct answer answer;
	struct err err = {0};
	struct json_tree *document = NULL;
	const struct json_tree *wrong;

	if (ask(address, STR("/api/v1/status"), &answer, &err) && answer.status == 200)
		document = json_tree_read(buf_view(&answer.body), &err);
	wrong = json_tree_get(document, "wrong");
	for (size_t i = 0; i < json_tree_len(wrong); i++) {
		buf_cstr(out, i == 0 ? "\n" : "");
		screen_safe(out, json_tree_text(json_tree_at(wrong, i)));
		buf_char(out, '\n');
	}
	json_tree_free(document);
	answer_release(&answer);
}

/* The answer as it came or as a table; the exit code. */
static int show(const struct answer *answer, const char *address, bool json, bool strict)
{
	struct err err = {0};
	struct json_tree *document = json_tree_read(buf_view(&answer->body), &err);
	struct table_style style = terminal_style();
	struct table_row *rows = NULL;
	struct arena arena;
	struct buf out;
	size_t len = 0;
	int code = EXIT_FINE;

	arena_init(&arena);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (document && table_rows_read(&arena, document, &rows, &len, &err)) {
		for (size_t i = 0; i < len && strict; i++)
			if (table_row_is_finding(&rows[i]))
				code = EXIT_FINDINGS;
		if (json)
			buf_str(&out, buf_view(&answer->body));
		else
			table_write(&out, rows, len, &style);
		if (!json)
			put_wrong(&out, address);
		code = command_print(&out, code);
	} else {
		code = command_fail("what '%.*s' answers is not wick's: %s", STR_ARG(buf_view(&answer->url)), err.text);
	}
	json_tree_free(document);
	buf_release(&out);
	arena_release(&arena);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct answer answer;
	struct err err = {0};
	size_t format;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (argument_choice(command, &arguments, "format", formats, &format)) {
		if (!ask(argument(command, &arguments, "url"), STR("/api/v1/slos"), &answer, &err))
			code = command_fail("%s", err.text);
		else if (answer.status != 200)
			code = command_fail("'%.*s' answers with status %ld; is it wick?",
					    STR_ARG(buf_view(&answer.url)), answer.status);
		else
			code = show(&answer, argument(command, &arguments, "url"), format == 1,
				    argument(command, &arguments, "strict") != NULL);
		answer_release(&answer);
	}
	arguments_release(&arguments);
	return code;
}

const struct command command_status = {
	.name = "status",
	.syntax = "[--url URL] [--format table|json] [--strict]",
	.summary = "show what a running daemon knows, worst first",
	.help = "Asks the daemon for all SLOs and prints them as a table: objective, SLI, what is left of the error budget, burn rates "
		"over 1 and 6 hours, the part of the window that is covered by data, and the state of the data. Below it stands what is wrong with the daemon itself: a source that does not answer, definition "
		"files that are broken.\n\n"
		"Exits 0 whatever the numbers are, with --strict 1 where a budget is spent or an SLO cannot be evaluated, "
		"and 2 where the daemon cannot be reached.",
	.options_only = true,
	.options = options,
	.run = run,
};
