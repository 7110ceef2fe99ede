/* One evaluation without a daemon: the history is read back from the source, and what is known at one instant is
 * printed. */
#include "base/limits.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "cmd/terminal.h"
#include "exporters/slo_json.h"

#include <stdio.h>

static const struct option_row own_options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "at",
	 .value = "TIME",
	 .help = "evaluate at this time (RFC 3339, a date, or Unix seconds) instead of now"},
	{.name = "format", .value = "FORMAT", .help = "table or json"},
	{.name = "strict", .help = "exit 1 where a budget is spent or an SLO cannot be evaluated"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, false);
}

static bool any_finding(const struct results *results)
{
	for (size_t i = 0; i < results->len; i++) {
		struct table_row row = table_row_of(&results->list[i]);

		if (table_row_is_finding(&row))
			return true;
	}
	return false;
}

/* What is known at `now`; the exit code. */
static int show(const struct once *once, struct instant now, bool json, bool strict)
{
	struct snapshot *snapshot = engine_snapshot(once->engine, now);
	const struct results *results = &snapshot->results;
	struct table_style style = terminal_style();
	struct buf out;
	int code = once->broken || (strict && any_finding(results)) ? EXIT_FINDINGS : EXIT_FINE;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (json)
		slo_json_write(&out, results, true);
	else
		table_write_results(&out, results, &style);
	code = command_print(&out, code);
	buf_release(&out);
	snapshot_unref(snapshot);
	if (once->broken)
		fputs("wick: some definitions have errors, which stand above: what they define is not among these\n",
		      stderr);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"table", "json", NULL};
	struct once once = {.partly = true};
	struct arguments arguments;
	struct settings settings;
	struct instant now;
	struct err err = {0};
	size_t format;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (settings_from(&settings, command, &arguments) &&
	    argument_choice(command, &arguments, "format", formats, &format) &&
	    once_settings(&settings, command, &arguments, &now)) {
		if (settings.definitions_len == 0)
			code = command_misused(command, "no definition files are given");
		else if (!once_load(&once, &settings))
			code = command_fail("the definitions have errors");
		else if (!once_count(&once, &settings, now, &err))
			code = command_fail("%s", err.text);
		else
			code = show(&once, now, format == 1, argument(command, &arguments, "strict") != NULL);
	}
	once_release(&once);
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_eval = {
	.name = "eval",
	.syntax = "[-c FILE] [--source URL] [--at TIME] [--format table|json] [--strict] PATH...",
	.summary = "evaluate definitions once, without a daemon",
	.help = "Reads the history of every SLO in the definition files back from the source and prints what is known: the SLI, the error "
		"budget and the burn rates.\n\n"
		"Exits 0 whatever the numbers are, 1 where some definitions have errors (those that have none are evaluated), with --strict "
		"also where a budget is spent or an SLO cannot be evaluated, and 2 where nothing could be evaluated.",
	.make_options = options,
	.run = run,
};
