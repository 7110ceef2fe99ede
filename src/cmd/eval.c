/* One evaluation without a daemon: the history is read back from the source, and what is known at one instant is
 * printed. */
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/setting_options.h"
#include "cmd/terminal.h"
#include "exporters/slo_json.h"
#include "slo/finding_write.h"

#include <stdio.h>
#include <stdlib.h>

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

struct evaluation {
	struct settings settings;
	struct instant now;
	bool json, strict;
};

static bool read_options(const struct command *command, const struct arguments *arguments,
			 struct evaluation *evaluation)
{
	static const char *const formats[] = {"table", "json", NULL};
	const char *at = argument(command, arguments, "at");
	size_t format;

	if (!settings_from(&evaluation->settings, command, arguments) ||
	    !argument_choice(command, arguments, "format", formats, &format))
		return false;
	evaluation->json = format == 1;
	evaluation->strict = argument(command, arguments, "strict") != NULL;
	evaluation->now = instant_now();
	if (at && !instant_read(str_of(at), &evaluation->now)) {
		command_misused(command, "--at: '%s' is no time such as 2026-01-31T12:00:00Z, 2026-01-31 or 1769860800",
				at);
		return false;
	}
	evaluation->settings.engine.counting.exact_ledgers = true;
	evaluation->settings.engine.check_source_clock = false;
	evaluation->settings.engine.samples_per_second = 0; /* somebody is waiting */
	/* A step that ended at a time that was asked for has long settled. */
	if (at)
		evaluation->settings.engine.settle = (struct span){0};
	return true;
}

static bool write_results(const struct evaluation *evaluation, const struct results *results, struct buf *out)
{
	struct table_style style = terminal_style();

	return evaluation->json ? slo_json_write(out, results, true) : table_write_results(out, results, &style);
}

/* Counts until everything that can be counted is. */
static bool count(struct engine *engine, struct instant now)
{
	for (;;)
		switch (engine_turn(engine, now)) {
		case TURN_WORKED:
			continue;
		case TURN_IDLE:
			return true;
		case TURN_UNAVAILABLE:
		case TURN_INTERRUPTED:
		case TURN_NOT_STORED:
			return false;
		}
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

static int evaluate(const struct evaluation *evaluation, struct slo_set *set)
{
	struct err err;
	struct source *source = source_new(&evaluation->settings.source, &err);
	struct store *store = source ? store_open(NULL, evaluation->settings.engine.counting.step, &err) : NULL;
	struct engine *engine;
	struct buf out;
	int code;

	if (!store) {
		source_free(source);
		return command_fail("%s", err.text);
	}
	engine = engine_new(&evaluation->settings.engine, source, store);
	engine_load(engine, set, evaluation->now);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (count(engine, evaluation->now)) {
		struct snapshot *snapshot = engine_snapshot(engine, evaluation->now);

		write_results(evaluation, &snapshot->results, &out);
		code = evaluation->strict && any_finding(&snapshot->results) ? EXIT_FINDINGS : EXIT_FINE;
		snapshot_unref(snapshot);
		if (engine_warning(engine)[0])
			fprintf(stderr, "wick: warning: the source says: %s\n", engine_warning(engine));
		code = command_print(&out, code);
	} else {
		code = command_fail("%s", engine_error(engine));
	}
	buf_release(&out);
	engine_free(engine);
	store_close(store);
	source_free(source);
	return code;
}

/* A definition that cannot be read would be missing from the result: nothing is evaluated then. */
static bool load(const struct settings *settings, struct slo_set **set)
{
	const char **paths = settings_definitions(settings);
	struct buf out;

	*set = slo_set_load(paths, settings->definitions_len, NULL);
	free(paths);
	if (slo_set_errors(*set) == 0)
		return true;
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	findings_write(&out, FINDING_TEXT, (*set)->findings, (*set)->findings_len, (*set)->findings_dropped);
	fwrite(out.at ? out.at : "", 1, out.len, stderr);
	buf_release(&out);
	return false;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct evaluation evaluation;
	struct slo_set *set = NULL;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (read_options(command, &arguments, &evaluation)) {
		log_setup(evaluation.settings.log_format, LOG_ERROR);
		if (evaluation.settings.definitions_len == 0)
			code = command_misused(command, "no definition files are given");
		else
			code = load(&evaluation.settings, &set) ? evaluate(&evaluation, set)
								: command_fail("the definitions have errors");
	}
	slo_set_unref(set);
	settings_release(&evaluation.settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_eval = {
	.name = "eval",
	.syntax = "[-c FILE] [--source URL] [--at TIME] [--format table|json] [--strict] PATH...",
	.summary = "evaluate definitions once, without a daemon",
	.help = "Reads the history of every SLO in the definition files back from the source and prints what is known: the SLI, the error "
		"budget and the burn rates.\n\n"
		"Exits 0 whatever the numbers are, with --strict 1 where a budget is spent or an SLO cannot be evaluated, and 2 where "
		"nothing could be evaluated.",
	.make_options = options,
	.run = run,
};
