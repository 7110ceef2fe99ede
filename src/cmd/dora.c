/* The delivery metrics without a daemon: reads what GitHub tells, then prints. */
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/num.h"
#include "cmd/command.h"
#include "cmd/once.h"
#include "cmd/terminal.h"
#include "delivery/poller.h"
#include "exporters/delivery/backfill.h"
#include "exporters/delivery/explain.h"
#include "exporters/delivery/report.h"
#include "exporters/delivery/shown.h"
#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>

/* GitHub is given up when it has failed until tries are so far apart; limits, which are answers, are waited for. */
#define GIVE_UP (10 * SPAN_SECOND)

static const struct option_row options[] = {
	{.name = "github-url",
	 .value = "URL",
	 .help = "GitHub's REST API (default: https://api.github.com); of an Enterprise Server https://HOST/api/v3"},
	{.name = "github-token-file",
	 .value = "FILE",
	 .help = "a file with a token, read again whenever it changes; else the variable GITHUB_TOKEN is looked at"},
	{.name = "github-app-id", .value = "ID", .help = "the id (or client id) of a GitHub App, instead of a token"},
	{.name = "github-app-key-file", .value = "FILE", .help = "the App's private key (PEM)"},
	{.name = "github-app-installation",
	 .value = "ID",
	 .help = "the App's installation; not needed where it has one only"},
	{.name = "github-api-version", .value = "DATE", .help = "the API's version (default: 2022-11-28)"},
	{.name = "github-quota-reserve",
	 .value = "N",
	 .help = "requests of an hour's quota that are left to others (default: 100)"},
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
	{.name = "format", .value = "FORMAT", .help = "table, json, markdown, csv or html; of explain table or json"},
	{.name = NULL},
};

static const char *const formats[] = {"table", "json", "markdown", "csv", "html", NULL};
static const char *const windows[] = {"30d", "7d", "90d", "month", NULL};
static const enum shown_window window_of[] = {SHOWN_30D, SHOWN_7D, SHOWN_90D, SHOWN_MONTH};

/* What the command line says. */
struct question {
	struct poller_settings settings;
	struct instant at;
	enum report_format format;
	enum shown_window window;
	bool explain;
	const char *openmetrics; /* of backfill; else NULL */
	struct span since;
	enum explain_metric metric;
	struct str service, environment;
	const char **paths;
	size_t paths_len;
};

static struct str text_of(const struct command *command, const struct arguments *arguments, const char *name,
			  const char *fallback)
{
	const char *text = argument(command, arguments, name);

	return str_of(text ? text : fallback);
}

static bool read_number(const struct command *command, const struct arguments *arguments, const char *name,
			uint64_t most, uint64_t *out)
{
	const char *text = argument(command, arguments, name);

	if (!text || (num_read_u64(str_of(text), out) && *out <= most))
		return true;
	command_misused(command, "--%s: '%s' is no whole number up to %llu", name, text, (unsigned long long)most);
	return false;
}

static bool read_github(const struct command *command, const struct arguments *arguments,
			struct github_settings *github)
{
	const char *token = getenv("GITHUB_TOKEN");
	uint64_t reserve = 100;
	struct err err = {0};

	github->url = text_of(command, arguments, "github-url", "https://api.github.com");
	if (!http_url_check(github->url, &err)) {
		command_misused(command, "--github-url '%s': %s", http_url_text(github->url).text, err.text);
		return false;
	}
	github->token_file = text_of(command, arguments, "github-token-file", "");
	github->app_id = text_of(command, arguments, "github-app-id", "");
	github->app_key_file = text_of(command, arguments, "github-app-key-file", "");
	github->api_version = text_of(command, arguments, "github-api-version", "2022-11-28");
	if (!read_number(command, arguments, "github-app-installation", INT64_MAX, &github->app_installation) ||
	    !read_number(command, arguments, "github-quota-reserve", 1000000, &reserve))
		return false;
	github->quota_reserve = (unsigned)reserve;
	if (token && *token && !github->token_file.len && !github->app_id.len)
		github->token = secret_new(str_of(token));
	return true;
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

static bool read_times(const struct command *command, const struct arguments *arguments, struct question *question)
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

static bool read_what(const struct command *command, const struct arguments *arguments, struct question *question)
{
	const char *what = arguments->rest_len ? arguments->rest[0] : "";
	size_t format, window, used = 1;
	struct err err = {0};

	if (!argument_choice(command, arguments, "format", formats, &format) ||
	    !argument_choice(command, arguments, "window", windows, &window))
		return false;
	question->format = (enum report_format)format;
	question->window = window_of[window];
	question->environment = text_of(command, arguments, "environment", "");
	question->explain = strcmp(what, "explain") == 0;
	question->openmetrics = argument(command, arguments, "openmetrics");
	if (!question->explain && strcmp(what, "report") != 0 && strcmp(what, "backfill") != 0) {
		command_misused(command, "'dora' takes 'report', 'explain' or 'backfill' first");
		return false;
	}
	if ((strcmp(what, "backfill") == 0) != (question->openmetrics != NULL)) {
		command_misused(command, "'backfill' and --openmetrics FILE go together");
		return false;
	}
	if (question->explain && arguments->rest_len < 3) {
		command_misused(command, "'explain' takes a metric, a service, and paths of definitions");
		return false;
	}
	if (question->explain && !explain_metric_read(str_of(arguments->rest[1]), &question->metric, &err)) {
		command_misused(command, "%s", err.text);
		return false;
	}
	if (question->explain && format > REPORT_JSON) {
		command_misused(command, "--format: 'explain' has table and json");
		return false;
	}
	if (question->explain) {
		question->service = str_of(arguments->rest[2]);
		used = 3;
	}
	question->paths = arguments->rest + used;
	question->paths_len = arguments->rest_len - used;
	if (question->paths_len > 0)
		return true;
	command_misused(command, "no definition files are given");
	return false;
}

/* Says once why nothing goes on for a while. */
static void say_waiting(const struct github_health *health, struct span wait)
{
	fprintf(stderr, "wick: GitHub is asked again in %s: %s\n", span_text(wait).text,
		health->error && health->error[0] ? health->error : "the quota that may be used is spent");
}

/* Reads until nothing is missing that can be had. */
static bool read_all(struct poller *poller, struct err *err)
{
	bool said = false;

	for (;;) {
		struct mono mono = mono_now();
		struct instant now = instant_now();
		struct github_health health;
		struct span wait;

		poller_turn(poller, mono, now);
		if (poller_error(poller)[0])
			return err_set(err, "%s", poller_error(poller));
		if (poller_all_read(poller))
			return true;
		wait = poller_wait(poller, mono);
		health = poller_github(poller);
		if (!health.up && health.error[0] && wait.ms >= GIVE_UP)
			return err_set(err, "%s", health.error);
		if (wait.ms > 10 * SPAN_SECOND && !said)
			say_waiting(&health, wait);
		said = wait.ms > SPAN_SECOND;
		if (wait.ms > SPAN_SECOND)
			wait.ms = SPAN_SECOND;
		poller_await(poller, wait, -1);
	}
}

/* Where nothing could be read of any service, a report has nothing to say. */
static bool nothing_known(const struct dora_results *results)
{
	for (size_t i = 0; i < results->len; i++)
		if (!results->at[i].error.len || results->at[i].complete || dora_result_seen(&results->at[i]))
			return false;
	return results->len > 0;
}

static int explain(const struct question *question, const struct dora_results *results)
{
	struct buf out;
	bool any = false;
	int code = EXIT_FAILED;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < results->len; i++) {
		const struct dora_result *one = &results->at[i];

		if (!str_eq(one->name, question->service) ||
		    (question->environment.len && !str_eq(one->environment, question->environment)))
			continue;
		if (any && question->format == REPORT_TABLE)
			buf_char(&out, '\n');
		any = true;
		if (question->format == REPORT_JSON)
			dora_explain_json_write(&out, one, question->window, question->metric);
		else
			dora_explain_write(&out, one, question->window, question->metric);
	}
	if (any)
		code = command_print(&out, EXIT_FINE);
	else
		command_fail("there is no service '%.*s'%s%.*s in the definitions", STR_ARG(question->service),
			     question->environment.len ? " with an environment " : "", STR_ARG(question->environment));
	buf_release(&out);
	return code;
}

/* A sample for each midnight (UTC), and for the last moment. */
static bool write_history(const struct question *question, struct poller *poller, struct buf *out, struct err *err)
{
	struct dora_backfill *history = dora_backfill_new(LIMIT_OUTPUT_BYTES);
	int64_t at = (question->at.ms - question->since.ms) / SPAN_DAY * SPAN_DAY;
	bool room = true, ok = true;

	while (ok && room && at < question->at.ms) {
		struct delivery_results *then;

		at = at + SPAN_DAY < question->at.ms ? at + SPAN_DAY : question->at.ms;
		then = poller_results_then(poller, (struct instant){at});
		ok = !poller_error(poller)[0] || err_set(err, "%s", poller_error(poller));
		room = dora_backfill_add(history, (struct instant){at}, &then->results);
		delivery_results_unref(then);
	}
	room = room && dora_backfill_write(history, out);
	dora_backfill_free(history);
	return ok && (room || err_set(err, "the history is larger than the limit of %zu bytes", LIMIT_OUTPUT_BYTES));
}

static int backfill(const struct question *question, struct poller *poller)
{
	struct err err = {0};
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (!write_history(question, poller, &out, &err))
		code = command_fail("%s", err.text);
	else if (strcmp(question->openmetrics, "-") == 0)
		code = command_print(&out, EXIT_FINE);
	else if (!file_replace(question->openmetrics, buf_view(&out), 0644, &err))
		code = command_fail("%s", err.text);
	else
		code = EXIT_FINE;
	buf_release(&out);
	return code;
}

static int print(const struct question *question, struct poller *poller)
{
	struct delivery_results *results = poller_results(poller, question->at);
	struct table_style style = terminal_style();
	struct buf out;
	int code;

	for (size_t i = 0; i < results->results.len; i++)
		if (results->results.at[i].error.len && results->results.at[i].scope == DORA_OF_SERVICE)
			fprintf(stderr, "wick: warning: %.*s (%.*s): %.*s\n", STR_ARG(results->results.at[i].name),
				STR_ARG(results->results.at[i].environment), STR_ARG(results->results.at[i].error));
	if (nothing_known(&results->results)) {
		code = command_fail("nothing could be read of any service");
	} else if (question->explain) {
		code = explain(question, &results->results);
	} else {
		buf_init(&out, LIMIT_OUTPUT_BYTES);
		dora_report_write(&out, &results->results, question->format, &style);
		code = command_print(&out, EXIT_FINE);
		buf_release(&out);
	}
	delivery_results_unref(results);
	return code;
}

static int answer(const struct question *question)
{
	struct slo_set *set = slo_set_load(question->paths, question->paths_len, NULL);
	struct poller *poller = NULL;
	struct err err = {0};
	int code;

	if (slo_set_errors(set) > 0) {
		once_say_findings(set);
		code = command_fail("the definitions have errors");
	} else if (set->deliveries_len == 0) {
		code = command_fail("no file defines how a service is delivered (kind: Delivery)");
	} else if (!(poller = poller_new(&question->settings, &err))) {
		code = command_fail("%s", err.text);
	} else {
		poller_load(poller, set);
		if (!read_all(poller, &err))
			code = command_fail("%s", err.text);
		else
			code = question->openmetrics ? backfill(question, poller) : print(question, poller);
	}
	poller_free(poller);
	slo_set_unref(set);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct question question = {.explain = false};
	struct arguments arguments;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	log_setup(LOG_LOGFMT, LOG_ERROR);
	if (read_what(command, &arguments, &question) && read_times(command, &arguments, &question) &&
	    read_github(command, &arguments, &question.settings.github))
		code = answer(&question);
	secret_free(question.settings.github.token);
	arguments_release(&arguments);
	return code;
}

const struct command command_dora = {
	.name = "dora",
	.syntax =
		"report|explain METRIC SERVICE|backfill --openmetrics FILE [--github-url URL] [--at TIME] [--since DURATION] PATH...",
	.summary = "work out the delivery metrics, without a daemon",
	.help = "'report' asks GitHub for what the definitions (kind: Delivery) are about, and prints deployments, lead time, change "
		"failure ratio, recovery time and rework for 7, 30 and 90 days and the calendar month. What is not known is left out, "
		"or null, and never 0.\n\n"
		"'explain' lists what one of those numbers is made of: METRIC is deployments, lead_time, change_failure, recovery, "
		"rework or attempts.\n\n"
		"'backfill' writes the series of docs/metrics.md as they would have been, one sample a day, for 'promtool tsdb "
		"create-blocks-from openmetrics'.\n\n"
		"With --facts what GitHub tells is kept, and only what is new is asked for the next time. Exits 0, and 2 where "
		"nothing could be worked out.",
	.options = options,
	.run = run,
};
