/* One evaluation without a daemon: the history is read back from the source, and what is known at one instant is
 * printed. */
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "engine/engine.h"
#include "exporters/slo_json.h"
#include "exporters/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const struct option_row options[] = {
	{.name = "source",
	 .value = "URL",
	 .help = "the Prometheus-compatible server that is asked (default http://localhost:9090)"},
	{.name = "at",
	 .value = "TIME",
	 .help = "evaluate at this time (RFC 3339, a date, or Unix seconds) instead of now"},
	{.name = "ask", .value = "WAY", .help = "how to count: auto, sample or expression"},
	{.name = "format", .value = "FORMAT", .help = "table or json"},
	{.name = NULL},
};

static const char *const ways[] = {"auto", "sample", "expression", NULL};
static const char *const formats[] = {"table", "json", NULL};

struct evaluation {
	struct engine_options engine;
	struct source_settings source;
	struct instant now;
	bool json;
};

static bool read_options(const struct command *command, const struct arguments *arguments,
			 struct evaluation *evaluation)
{
	const char *at = argument(command, arguments, "at"), *url = argument(command, arguments, "source");
	size_t way, format;

	if (!argument_choice(command, arguments, "ask", ways, &way) ||
	    !argument_choice(command, arguments, "format", formats, &format))
		return false;
	*evaluation = (struct evaluation){
		.engine = {.counting = {.step = {SPAN_MINUTE},
					.lookback = {5 * SPAN_MINUTE},
					.horizon = {7 * SPAN_DAY},
					.preference = (enum plan_preference)way,
					.exact_ledgers = true},
			   .settle = {at ? 0 : 30 * SPAN_SECOND},
			   .backfill = true},
		.source = {.url = str_of(url ? url : "http://localhost:9090"),
			   .concurrency = 4,
			   .attempts = 3,
			   .answer_bytes = LIMIT_ANSWER_BYTES},
		.now = instant_now(),
		.json = format == 1,
	};
	if (at && !instant_read(str_of(at), &evaluation->now)) {
		command_misused(command, "'%s' is no time", at);
		return false;
	}
	return true;
}

static unsigned terminal_width(void)
{
	struct winsize size;

	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool write_results(const struct evaluation *evaluation, const struct results *results, struct buf *out)
{
	struct table_style style = {.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"), .width = terminal_width()};

	if (evaluation->json)
		return slo_json_write(out, results, true);
	return table_write_results(out, results, &style);
}

static void progress(const struct engine *engine, const struct evaluation *evaluation)
{
	(void)engine;
	if (!evaluation->json && isatty(STDERR_FILENO))
		fputc('.', stderr);
}

/* Counts until everything that can be counted is. */
static bool count(struct engine *engine, const struct evaluation *evaluation)
{
	for (;;)
		switch (engine_turn(engine, evaluation->now)) {
		case TURN_WORKED:
			progress(engine, evaluation);
			continue;
		case TURN_IDLE:
			return true;
		case TURN_UNAVAILABLE:
		case TURN_INTERRUPTED:
		case TURN_NOT_STORED:
			return false;
		}
}

static int evaluate(const struct evaluation *evaluation, struct slo_set *set)
{
	struct err err;
	struct source *source = source_new(&evaluation->source, &err);
	struct store *store = source ? store_open(NULL, evaluation->engine.counting.step, &err) : NULL;
	struct engine *engine;
	struct buf out;
	int code;

	if (!store) {
		source_free(source);
		return command_fail("%s", err.text);
	}
	engine = engine_new(&evaluation->engine, source, store);
	engine_load(engine, set, evaluation->now);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (count(engine, evaluation)) {
		struct snapshot *snapshot = engine_snapshot(engine, evaluation->now);

		write_results(evaluation, &snapshot->results, &out);
		snapshot_unref(snapshot);
		code = command_print(&out, EXIT_FINE);
	} else {
		code = command_fail("%s", engine_error(engine));
	}
	buf_release(&out);
	engine_free(engine);
	store_close(store);
	source_free(source);
	return code;
}

static int print_findings(const struct slo_set *set)
{
	for (size_t i = 0; i < set->findings_len; i++)
		if (set->findings[i].level == FINDING_ERROR)
			fprintf(stderr, "%s:%u:%u: error: %.*s\n", set->findings[i].place.file,
				set->findings[i].place.line, set->findings[i].place.col,
				STR_ARG(set->findings[i].text));
	return command_fail("the definitions have %zu error%s", slo_set_errors(set),
			    slo_set_errors(set) == 1 ? "" : "s");
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct evaluation evaluation;
	struct slo_set *set;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (arguments.rest_len == 0) {
		code = command_misused(command, "no definition files are given");
	} else if (read_options(command, &arguments, &evaluation)) {
		log_setup(LOG_LOGFMT, LOG_WARN);
		set = slo_set_load(arguments.rest, arguments.rest_len, NULL);
		code = slo_set_errors(set) ? print_findings(set) : evaluate(&evaluation, set);
		slo_set_unref(set);
	}
	arguments_release(&arguments);
	return code;
}

const struct command command_eval = {
	.name = "eval",
	.syntax = "[--source URL] [--at TIME] [--format table|json] PATH...",
	.summary = "evaluate definitions once, without a daemon",
	.help = "Reads the history of every SLO in the definition files back from the source and prints what is known: the SLI, the error "
		"budget and the burn rates.",
	.options = options,
	.run = run,
};
