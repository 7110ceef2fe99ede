/* The delivery metrics without a daemon: the command line, and which subcommand it is for. */
#include "cmd/dora.h"

#include "base/log.h"
#include "cmd/command.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_row own_options[] = {
	{.name = "config",
	 .letter = 'c',
	 .value = "FILE",
	 .help = "read GitHub's settings and the definitions from this wick.yaml"},
	{.name = "facts",
	 .value = "FILE",
	 .help = "keep what GitHub tells in this file, and ask only for what is new (default: memory)"},
	{.name = "at", .value = "TIME", .help = "as of this time (RFC 3339, a date, or Unix seconds) instead of now"},
	{.name = "since",
	 .value = "DURATION",
	 .help = "how much of the history before is read (default: 120d); what is older is not known"},
	{.name = "openmetrics",
	 .value = "FILE",
	 .help = "of backfill: the file that is written; - for standard output"},
	{.name = "window", .value = "WINDOW", .help = "of explain: 7d, 30d, 90d or month (default: 30d)"},
	{.name = "environment", .value = "NAME", .help = "of explain: only this environment"},
	{.name = "format",
	 .value = "FORMAT",
	 .help = "table, json, markdown, csv or html; of explain and check table or json"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options_of(table, own_options, "github-");
}

/* In the order of enum dora_subcommand. */
static const char *const subcommands[DORA_SUBCOMMANDS] = {"report", "explain", "backfill", "check"};
static const char *const formats[] = {"table", "json", "markdown", "csv", "html", NULL};
static const char *const windows[] = {"30d", "7d", "90d", "month", NULL};
static const enum shown_window window_of[] = {SHOWN_30D, SHOWN_7D, SHOWN_90D, SHOWN_MONTH};

static struct str text_of(const struct command *command, const struct arguments *arguments, const char *name,
			  const char *fallback)
{
	const char *text = argument(command, arguments, name);

	return str_of(text ? text : fallback);
}

/* Ten years: more than GitHub keeps of most. */
static bool read_since(const struct command *command, const struct arguments *arguments, struct span *since)
{
	const char *text = argument(command, arguments, "since");

	*since = (struct span){120 * SPAN_DAY};
	if (!text || (span_read(str_of(text), since) && since->ms >= SPAN_DAY && since->ms <= 3660 * SPAN_DAY))
		return true;
	command_misused(command, "--since: '%s' is no duration from 1d to 10y", text);
	return false;
}

static bool read_times(const struct command *command, const struct arguments *arguments, struct dora_question *question)
{
	struct instant now = instant_now();
	struct span since;

	question->at = now;
	if (!once_at(command, arguments, &question->at) || !read_since(command, arguments, &since))
		return false;
	question->settings.history = since;
	question->since = since;
	question->settings.at = question->at;
	question->settings.whole = true;
	question->settings.interval = (struct span){SPAN_HOUR};
	question->settings.facts = argument(command, arguments, "facts");
	return true;
}

static bool read_formats(const struct command *command, const struct arguments *arguments,
			 struct dora_question *question)
{
	bool table_or_json = question->what == DORA_EXPLAIN || question->what == DORA_CHECK;
	size_t format, window;

	if (!argument_choice(command, arguments, "format", formats, &format) ||
	    !argument_choice(command, arguments, "window", windows, &window))
		return false;
	question->format = (enum report_format)format;
	question->window = window_of[window];
	question->environment = text_of(command, arguments, "environment", "");
	question->openmetrics = argument(command, arguments, "openmetrics");
	if ((question->what == DORA_BACKFILL) != (question->openmetrics != NULL)) {
		command_misused(command, "'backfill' and --openmetrics FILE go together");
		return false;
	}
	if (!table_or_json || format <= REPORT_JSON)
		return true;
	command_misused(command, "--format: '%s' has table and json", subcommands[question->what]);
	return false;
}

/* The number of arguments before the paths; 0 where they are wrong. */
static size_t read_words(const struct command *command, const struct arguments *arguments,
			 struct dora_question *question)
{
	const char *what = arguments->rest_len ? arguments->rest[0] : "", *nearest;
	struct err err = {0};
	size_t at = 0;

	while (at < DORA_SUBCOMMANDS && strcmp(subcommands[at], what) != 0)
		at++;
	if (at == DORA_SUBCOMMANDS) {
		nearest = str_nearest(str_of(what), subcommands, DORA_SUBCOMMANDS);
		command_misused(command, "'dora' takes 'report', 'explain', 'backfill' or 'check' first%s%s%s",
				nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
		return 0;
	}
	question->what = (enum dora_subcommand)at;
	if (question->what != DORA_EXPLAIN)
		return 1;
	if (arguments->rest_len < 3) {
		command_misused(command, "'explain' takes a metric, a service, and paths of definitions");
		return 0;
	}
	question->service = str_of(arguments->rest[2]);
	if (explain_metric_read(str_of(arguments->rest[1]), &question->metric, &err))
		return 3;
	command_misused(command, "%s", err.text);
	return 0;
}

static bool read_what(const struct command *command, const struct arguments *arguments, struct dora_question *question)
{
	size_t used = read_words(command, arguments, question);

	if (!used || !read_formats(command, arguments, question))
		return false;
	question->paths = arguments->rest + used;
	question->paths_len = arguments->rest_len - used;
	return true;
}

/* Public repositories can be looked at without a token. */
static bool read_settings(const struct command *command, const struct arguments *arguments,
			  struct dora_question *question, struct settings *settings, const char ***paths)
{
	struct arguments others = *arguments;

	others.rest = question->paths;
	others.rest_len = question->paths_len;
	if (!settings_from(settings, command, &others))
		return false;
	question->settings.github = settings->github;
	if (!settings->github.url.len)
		question->settings.github.url = STR("https://api.github.com");
	question->paths = *paths = settings_definitions(settings);
	question->paths_len = settings->definitions_len;
	if (question->paths_len > 0)
		return true;
	command_misused(command, "no definition files are given");
	return false;
}

void dora_say_waiting(const struct github_health *health, struct span wait)
{
	fprintf(stderr, "wick: GitHub is asked again in %s: %s\n", span_text(wait).text,
		health->error && health->error[0] ? health->error : "the quota that may be used is spent");
}

static int answer(const struct dora_question *question)
{
	struct slo_set *set = slo_set_load(question->paths, question->paths_len, NULL);
	int code;

	if (slo_set_errors(set) > 0) {
		once_say_findings(set);
		code = command_fail("the definitions have errors");
	} else if (set->deliveries_len == 0) {
		code = command_fail("no file defines how a service is delivered (kind: Delivery)");
	} else {
		code = question->what == DORA_CHECK ? dora_check_print(question, set)
						    : dora_measure_print(question, set);
	}
	slo_set_unref(set);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct dora_question question = {.what = DORA_REPORT};
	struct settings settings = {.definitions = NULL};
	struct arguments arguments;
	const char **paths = NULL;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	log_setup(LOG_LOGFMT, LOG_ERROR);
	if (read_what(command, &arguments, &question) && read_times(command, &arguments, &question) &&
	    read_settings(command, &arguments, &question, &settings, &paths))
		code = answer(&question);
	free(paths);
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_dora = {
	.name = "dora",
	.syntax =
		"report|explain METRIC SERVICE|backfill --openmetrics FILE|check [--github-url URL] [--at TIME] [--since DURATION] PATH...",
	.summary = "work out the delivery metrics, without a daemon",
	.help = "'report' asks GitHub for what the definitions (kind: Delivery) are about, and prints deployments, lead time, change "
		"failure ratio, recovery time and rework for 7, 30 and 90 days and the calendar month. What is not known is left out, "
		"or null, and never 0.\n\n"
		"'explain' lists what one of those numbers is made of: METRIC is deployments, lead_time, change_failure, recovery, "
		"rework or attempts.\n\n"
		"'backfill' writes the series of docs/metrics.md as they would have been, one sample a day, for 'promtool tsdb "
		"create-blocks-from openmetrics'.\n\n"
		"'check' says what the token is and may see, and whether there is what the definitions name: repositories, workflows and "
		"their jobs, environments, branches, releases and labels; what is missing with its place in the file, and what is there "
		"that is nearly called so.\n\n"
		"With --facts what GitHub tells is kept, and only what is new is asked for the next time. Exits 0, and 2 where "
		"nothing could be worked out; 'check' 1 where something is missing, and 2 where GitHub could not be asked.",
	.make_options = options,
	.run = run,
};
