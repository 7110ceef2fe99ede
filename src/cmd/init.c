/* A first file of SLOs, from what a source has. */
#include "base/file.h"
#include "base/limits.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "net/url.h"
#include "propose/document.h"
#include "propose/survey.h"
#include "propose/trial.h"
#include "slo/sources.h"

#include <stdio.h>
#include <unistd.h>

static const struct option_row own_options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "out", .letter = 'o', .value = "FILE", .help = "write to this file instead of standard output"},
	{.name = "force", .help = "replace FILE where it exists"},
	{.name = "since", .value = "DURATION", .help = "try so much of the history (default 30d)"},
	{.name = "at", .value = "TIME", .help = "up to this time (RFC 3339, a date, or Unix seconds) instead of now"},
	{.name = "of-source",
	 .value = "NAME",
	 .help = "look at this one of the settings' sources instead of the default one"},
	{.name = "service", .value = "LABEL", .help = "the label that names the service, instead of finding it out"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, false);
}

/* One run of the command. */
struct making {
	struct settings settings;
	struct instant now;
	struct span since;
	bool since_given;
	struct str service; /* --service; may be empty */
	size_t asked;       /* --of-source: its place in the settings' sources */
	const char *out;    /* NULL: standard output */
	struct arena arena;
	struct survey survey;
	uint64_t requests;
};

static const struct source_settings *asked(const struct making *making)
{
	return &making->settings.sources[making->asked];
}

static bool look(struct making *making, struct err *err)
{
	int64_t step = making->settings.engine.counting.step.ms, settle = making->settings.engine.settle.ms;
	struct survey_options survey_options = {
		.since = making->since,
		.at = {(making->now.ms - settle) / step * step},
		.service_label = making->service,
	};
	struct source *source = source_new(asked(making), err);
	bool ok = source && survey_take(source, &survey_options, &making->arena, &making->survey, err);

	if (source)
		making->requests = source_stats(source).requests;
	source_free(source);
	making->survey.source = asked(making)->name;
	return ok;
}

/* Nobody wrote these definitions: what is wrong with them is a fault of ours. */
static struct slo_set *read_back(struct str text)
{
	struct slo_set *set = slo_set_read("proposals", text);

	once_say_findings(set);
	return set;
}

/* Counts every proposal over the history. */
static bool try_out(struct making *making, struct err *err)
{
	struct once once = {.set = NULL};
	struct snapshot *snapshot;
	struct buf text;
	bool ok;

	if (!making->since_given)
		making->since = trial_span(&making->survey, making->since);
	fprintf(stderr, "wick: reads back %s; SLOs to try: %zu\n", span_text(making->since).text, making->survey.len);
	buf_init(&text, LIMIT_FILE_BYTES);
	ok = trial_write(&text, &making->survey, making->since) ||
	     err_set(err, "there is too much to try at once; name the service's label with --service");
	if (ok) {
		once.set = read_back(buf_view(&text));
		ok = slo_set_errors(once.set) == 0 || err_set(err, "the proposals cannot be counted");
	}
	ok = ok && once_count(&once, &making->settings, making->now, err);
	if (ok) {
		snapshot = engine_snapshot(once.engine, making->now);
		trial_judge(&making->survey, &snapshot->results, making->since);
		snapshot_unref(snapshot);
		making->requests += source_stats(once.sources.at[making->asked].source).requests;
	}
	buf_release(&text);
	once_release(&once);
	return ok;
}

static size_t active(const struct survey *survey)
{
	size_t count = 0;

	for (size_t i = 0; i < survey->len; i++)
		count += proposal_active(&survey->list[i]);
	return count;
}

static void say_summary(const struct making *making)
{
	struct buf out;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	document_summary(&out, &making->survey, making->since);
	fwrite(out.at ? out.at : "", 1, out.len, stderr);
	fprintf(stderr,
		"wick: %zu metrics, %zu of known kinds; SLOs proposed: %zu, that cannot be told yet: %zu; %llu requests\n",
		making->survey.names, making->survey.known, active(&making->survey),
		making->survey.len - active(&making->survey), (unsigned long long)making->requests);
	buf_release(&out);
}

static int put_file(const struct making *making, const struct buf *text)
{
	struct err err = {0};

	if (!making->out)
		return command_print(text, EXIT_FINE);
	if (text->full || !file_make_folders(making->out, &err) ||
	    !file_replace(making->out, buf_view(text), 0644, &err))
		return command_fail("%s", text->full ? "the file would be too large" : err.text);
	if (asked(making)->name.len)
		fprintf(stderr, "wick: wrote '%s'; look it through, then: wick check -c FILE --source URL %s\n",
			making->out, making->out);
	else
		fprintf(stderr, "wick: wrote '%s'; look it through, then: wick check --source %s %s\n", making->out,
			http_url_text(asked(making)->url).text, making->out);
	return EXIT_FINE;
}

static int write_down(const struct making *making)
{
	struct url_text url = http_url_text(asked(making)->url);
	struct slo_set *set;
	struct buf text;
	int code;

	buf_init(&text, LIMIT_FILE_BYTES);
	document_write(&text, &making->survey, str_of(url.text), making->since);
	set = read_back(buf_view(&text));
	if (slo_set_errors(set))
		code = command_fail("the proposals cannot be written as definitions");
	else
		code = put_file(making, &text);
	slo_set_unref(set);
	buf_release(&text);
	return code;
}

static int make(struct making *making)
{
	struct err err = {0};

	if (!look(making, &err) || (making->survey.len && !try_out(making, &err)))
		return command_fail("%s", err.text);
	say_summary(making);
	if (active(&making->survey))
		return write_down(making);
	fprintf(stderr, "wick: nothing can be proposed, and nothing is written%s\n",
		making->survey.known ? "" : ": there is no metric of a kind that wick knows; docs/init.md names them");
	return EXIT_FINDINGS;
}

/* Before anything is asked. */
static bool may_write(const struct command *command, const struct arguments *arguments, const char *out)
{
	if (!out || argument(command, arguments, "force") || access(out, F_OK) != 0)
		return true;
	command_fail("'%s' is there already; --force replaces it", out);
	return false;
}

static bool service_label(const struct command *command, const struct arguments *arguments, struct str *label)
{
	*label = str_of(argument(command, arguments, "service"));
	if (!label->at || label_name_ok(*label))
		return true;
	command_misused(command, "--service: '%s' is no name of a label", label->at);
	return false;
}

static void say_unknown_source(const struct settings *settings, struct str name)
{
	struct str names[LIMIT_SOURCES + 1];
	struct buf out;

	for (size_t i = 0; i < settings->sources_len; i++)
		names[i] = settings->sources[i].name;
	buf_init(&out, LIMIT_TEXT_BYTES);
	slo_source_unknown(&out, name, names, settings->sources_len);
	command_fail("%s", out.at);
	buf_release(&out);
}

static bool find_source(struct making *making, const struct arguments *arguments, const struct command *command)
{
	const char *name = argument(command, arguments, "of-source");
	size_t i = 0;

	while (name && i < making->settings.sources_len && !str_is(making->settings.sources[i].name, name))
		i++;
	if (!name || i < making->settings.sources_len) {
		making->asked = i;
		return true;
	}
	say_unknown_source(&making->settings, str_of(name));
	return false;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct making making = {.out = NULL};
	struct arguments arguments;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	arena_init(&making.arena);
	making.out = argument(command, &arguments, "out");
	making.since_given = argument(command, &arguments, "since") != NULL;
	if (settings_from(&making.settings, command, &arguments) && once_since(command, &arguments, &making.since) &&
	    once_settings(&making.settings, command, &arguments, &making.now) &&
	    find_source(&making, &arguments, command) && service_label(command, &arguments, &making.service) &&
	    may_write(command, &arguments, making.out)) {
		/* sums of the whole time are wanted, and no single steps */
		making.settings.engine.counting.exact_ledgers = false;
		code = make(&making);
	}
	settings_release(&making.settings);
	arena_release(&making.arena);
	arguments_release(&arguments);
	return code;
}

const struct command command_init = {
	.name = "init",
	.syntax =
		"[--source URL] [--out FILE [--force]] [--since DURATION] [--at TIME] [--of-source NAME] [--service LABEL]",
	.summary = "propose SLOs for the metrics that a source has",
	.help = "Looks for metrics of kinds that it knows (HTTP, gRPC, probes, spans, proxies and meshes), for the label that names the "
		"service, the values that tell bad events, and the bounds of histograms; counts each over the history as the daemon "
		"would; and writes a commented file of definitions, to standard output or FILE. What it chose, and why, stands beside "
		"each choice and on standard error, and so does what it left out.\n\n"
		"An objective is the strictest of 90, 95, 99, 99.5, 99.9, 99.95 and 99.99 % of whose error budget the history would have "
		"left a tenth or more. A latency threshold is the smallest bound that 99 % of the requests met. Where the history cannot "
		"tell, the SLO stands there as a comment.\n\n"
		"Without --since, less than 30 days is read where 30 would be too many samples, and that is said. Exits 1 where nothing "
		"can be proposed; an existing FILE is replaced with --force alone.\n\n"
		"  wick init --source http://localhost:9090 --out slo.yaml",
	.options_only = true,
	.make_options = options,
	.run = run,
};
