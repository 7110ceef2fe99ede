/* What became of a period that is over: from the files of a daemon, and out of what the source holds. */
#include "report/report.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "delivery/known.h"
#include "engine/audit.h"
#include "exporters/reports/period_report.h"
#include "report/narrator.h"

#include <stdio.h>
#include <stdlib.h>

/* So much before the period alerts are judged already. */
#define LEAD (2 * SPAN_DAY)

static const char *const formats[] = {"html", "markdown", "json", "csv", NULL};

static const struct option_row own_options[] = {
	{.name = "config",
	 .letter = 'c',
	 .value = "FILE",
	 .help = "read settings from this wick.yaml: those of the daemon, with its store and facts"},
	{.name = "period",
	 .value = "PERIOD",
	 .help = "a month 2026-10, a quarter 2026-Q4, a year 2026, a week 2026-W41 or a day 2026-10-07"},
	{.name = "time-zone", .value = "ZONE", .help = "whose midnight the period begins at (default: UTC)"},
	{.name = "service", .value = "NAME", .help = "of this service alone; may be given again", .repeats = true},
	{.name = "store", .value = "FILE", .help = "the ledger file of a daemon, also while it writes it"},
	{.name = "facts", .value = "FILE", .help = "the daemon's file of what GitHub told, likewise"},
	{.name = "offline", .help = "ask no source for what the store does not have"},
	{.name = "format", .value = "FORMAT", .help = "html, markdown, json or csv"},
	{.name = "narrative",
	 .value = "URL",
	 .help = "have a language model say in words what the numbers say: an OpenAI-compatible server, such as http://127.0.0.1:11434"},
	{.name = "narrative-model", .value = "NAME", .help = "the model that is asked there"},
	{.name = "narrative-token-file", .value = "FILE", .help = "a file with a token for it"},
	{.name = "narrative-timeout", .value = "DURATION", .help = "for all of its answers together (default: 60s)"},
	{.name = "out", .value = "FILE", .help = "write the report to this file instead of standard output"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, false);
}

/* What the command line says. */
struct request {
	struct report_case one;
	struct str *services;
	const char *store, *facts; /* NULL: none */
	bool ask;
	enum period_format format;
	const char *out;
	struct narrator_settings narrator; /* without a URL: none */
};

/* All that the report is made of. */
struct parts {
	struct once once;
	struct snapshot *snapshot;
	struct delivery_results *deliveries;
	struct audit_list *audit;
};

static bool read_period(const struct command *command, const struct arguments *arguments, struct request *request)
{
	const char *name = argument(command, arguments, "period"), *zone = argument(command, arguments, "time-zone");
	struct numbers_period *of = &request->one.of;
	const struct zone *found;
	struct err err = {0};

	if (!name) {
		command_misused(command, "--period is missing: the report is of 2026-10, say");
		return false;
	}
	found = zone_find(str_of(zone ? zone : "UTC"), &err);
	if (!found) {
		command_misused(command, "--time-zone: %s", err.text);
		return false;
	}
	if (!period_read(str_of(name), found, &of->calendar, &of->period, &err)) {
		command_misused(command, "--period: %s", err.text);
		return false;
	}
	request->one.now = instant_now();
	request->one.now.ms -= request->one.now.ms % SPAN_SECOND;
	if (request->one.now.ms >= of->period.end.ms)
		return true;
	command_fail("the period %s is not over until %s", name, instant_text(of->period.end).text);
	return false;
}

static void read_services(const struct command *command, const struct arguments *arguments, struct request *request)
{
	const char *name;

	request->services = xcalloc(arguments->given_len + 1, sizeof(*request->services));
	request->one.services = request->services;
	for (size_t at = 0; (name = argument_next(command, arguments, "service", &at));)
		request->services[request->one.services_len++] = str_of(name);
}

static bool read_narrator(const struct command *command, const struct arguments *arguments,
			  struct narrator_settings *narrator)
{
	const char *url = argument(command, arguments, "narrative");
	const char *model = argument(command, arguments, "narrative-model");

	narrator->timeout.ms = SPAN_MINUTE;
	narrator->url = str_of(url ? url : "");
	narrator->model = str_of(model ? model : "");
	narrator->token_file = argument(command, arguments, "narrative-token-file");
	if (url ? !model : model || narrator->token_file) {
		command_misused(command, "--narrative URL and --narrative-model NAME go together");
		return false;
	}
	return argument_span(command, arguments, "narrative-timeout", &narrator->timeout);
}

static void warn(const char *sentence) { fprintf(stderr, "wick: warning: %s\n", sentence); }

/* With the daemon's settings its files are read; without any store the source is asked, as `wick eval` does. */
static bool read_request(const struct command *command, const struct arguments *arguments, struct settings *settings,
			 struct request *request)
{
	bool config = argument(command, arguments, "config") != NULL;
	struct str facts = settings_facts(settings);
	size_t format;

	if (!argument_choice(command, arguments, "format", formats, &format) ||
	    !read_period(command, arguments, request))
		return false;
	request->format = (enum period_format)format;
	request->out = argument(command, arguments, "out");
	request->store = argument(command, arguments, "store");
	request->facts = argument(command, arguments, "facts");
	if (config && !request->store && settings->store.len)
		request->store = settings->store.at;
	if (config && !request->facts && settings_github_asked(settings) && facts.len)
		request->facts = facts.at;
	request->ask = !argument(command, arguments, "offline") &&
		       (config || !request->store || argument(command, arguments, "source"));
	if (!request->ask && !request->store && !request->facts) {
		command_misused(command, "--offline: there is nothing to read either; give a store with --store");
		return false;
	}
	read_services(command, arguments, request);
	return read_narrator(command, arguments, &request->narrator);
}

static bool is_counted(const void *context, const struct ledger_key *key)
{
	const struct slo *slo = slo_set_find(context, key->slo_id);

	return slo && slo->counts_hash == key->counts_hash;
}

static bool read_files(struct request *request, struct parts *parts, struct err *err)
{
	struct report_case *one = &request->one;
	const struct slo_set *set = parts->once.set;
	struct period before = period_before(&one->of.calendar, one->of.period);

	if (request->store) {
		one->store = store_copy(request->store, is_counted, set, &one->store_step, err);
		parts->audit = one->store ? audit_read(request->store, err) : NULL;
		if (!parts->audit)
			return false;
		one->audit = parts->audit;
	}
	if (request->facts && set->deliveries_len) {
		parts->deliveries = delivery_known(request->facts, parts->once.set, one->now, before.begin, err);
		if (!parts->deliveries)
			return false;
		one->deliveries = &parts->deliveries->results;
	}
	return true;
}

static bool is_needed(const void *one, const struct slo *slo) { return report_needs(one, slo); }

/* Counts the period, and so much before it that its alerts can be judged from its first step on. */
static bool count(struct request *request, struct settings *settings, struct parts *parts, struct err *err)
{
	struct report_case *one = &request->one;
	struct instant end = one->of.period.end;

	settings->engine.counting.before.ms = end.ms - one->of.period.begin.ms + LEAD;
	settings->engine.wanted = is_needed;
	settings->engine.wanted_by = one;
	if (!once_count(&parts->once, settings, end, err))
		return false;
	parts->snapshot = engine_snapshot(parts->once.engine, end);
	one->counted = parts->once.store;
	one->counted_results = &parts->snapshot->results;
	one->counted_step = settings->engine.counting.step;
	one->stale_after = engine_stale_after(&settings->engine);
	return true;
}

/* The source is asked only where the store does not have it all. */
static struct period_report *make(struct request *request, struct settings *settings, struct parts *parts,
				  struct err *err)
{
	struct period_report *report = NULL;
	struct err why = {0};

	if (!read_files(request, parts, err))
		return NULL;
	if (request->one.store || !request->ask || parts->once.set->len == 0) {
		report = report_make(&request->one, err);
		if (!report || !request->ask || !report_lacks_numbers(report))
			return report;
	}
	if (!count(request, settings, parts, &why)) {
		if (report)
			fprintf(stderr, "wick: warning: the source was not of help: %s\n", why.text);
		else
			err_set(err, "%s", why.text);
		return report;
	}
	report_free(report);
	return report_make(&request->one, err);
}

static int print(const struct request *request, const struct period_report *report)
{
	struct err err = {0};
	struct buf out;
	int code = EXIT_FINE;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (!period_report_write(&out, report, request->format))
		code = command_fail("the report is larger than the limit of %zu bytes", LIMIT_OUTPUT_BYTES);
	else if (!request->out)
		code = command_print(&out, EXIT_FINE);
	else if (!file_replace(request->out, buf_view(&out), 0644, &err))
		code = command_fail("%s", err.text);
	buf_release(&out);
	return code;
}

static void parts_release(struct parts *parts, struct request *request)
{
	snapshot_unref(parts->snapshot);
	delivery_results_unref(parts->deliveries);
	audit_list_unref(parts->audit);
	store_close(request->one.store);
	once_release(&parts->once);
}

static int answer(struct request *request, struct settings *settings)
{
	struct parts parts = {.once = {.offline = !request->ask}};
	struct period_report *report = NULL;
	struct err err = {0};
	int code;

	once_prepare(settings, true);
	if (!once_load(&parts.once, settings)) {
		code = command_fail("the definitions have errors");
	} else {
		request->one.set = parts.once.set;
		report = make(request, settings, &parts, &err);
		if (report && request->narrator.url.len && !narrate(report, &request->narrator, warn, &err))
			warn(err.text);
		code = report ? print(request, report) : command_fail("%s", err.text);
	}
	report_free(report);
	parts_release(&parts, request);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct request request = {.services = NULL};
	struct arguments arguments;
	struct settings settings;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (settings_from(&settings, command, &arguments) && read_request(command, &arguments, &settings, &request)) {
		if (settings.definitions_len == 0)
			code = command_misused(command, "no definition files are given");
		else
			code = answer(&request, &settings);
	}
	free(request.services);
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_report = {
	.name = "report",
	.syntax =
		"--period PERIOD [-c FILE | --store FILE] [--facts FILE] [--source URL] [--service NAME] [--format html|markdown|json|csv] PATH...",
	.summary = "report what became of a month, or another period that is over",
	.help = "Of each service, worst first: the SLIs and error budgets of the period with the ones before, whether the objectives were met, incidents (alerts "
		"of severity page) with their cost in budget, the level of the error budget policy, the delivery metrics with those of the period before, exclusions and adjustments, and how much of the period is known. A summary in "
		"numbers stands on top.\n\n"
		"The numbers are those of closed periods that the daemon's store keeps; where it has none, those of its ledger; and where that does not have them, they are counted from the source as 'wick eval' does. The "
		"report says which. Without a store all of it is counted from the source. Nothing is written to the files of a daemon, which may run.\n\n"
		"  wick report -c /etc/wick/wick.yaml --period 2026-10 --out october.html\n"
		"  wick report --period 2026-W41 --format markdown slos/\n\n"
		"Exits 0 whatever the numbers are, and 2 where there can be no report.",
	.make_options = options,
	.run = run,
};
