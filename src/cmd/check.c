/* Definition files and settings looked through, without a daemon; with --source, the source too, and with --diff, what
 * they were before. */
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/setting_options.h"
#include "engine/live_check.h"
#include "format/json_write.h"
#include "slo/change/change.h"
#include "slo/change/revision.h"
#include "slo/corrections/corrections_past.h"
#include "slo/definitions.h"
#include "slo/deliveries.h"
#include "slo/finding_write.h"
#include "slo/reference.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_row own_options[] = {
	{.name = "config",
	 .letter = 'c',
	 .value = "FILE",
	 .help = "check this wick.yaml too, and its definitions where no PATH is given"},
	{.name = "format", .value = "FORMAT", .help = "text, json, github (annotations in Actions), sarif or markdown"},
	{.name = "strict", .help = "exit 1 for warnings too"},
	{.name = "verbose",
	 .help = "say what was made of fields that need a word; with --source, how each SLO is counted, and what that costs"},
	{.name = "at",
	 .value = "TIME",
	 .help = "with --source: look as of this time (RFC 3339, a date, or Unix seconds) instead of now"},
	{.name = "diff",
	 .value = "REV",
	 .help = "say what changed since this revision in git, and what that means for budgets, histories and alerts"},
	{.name = "reference", .help = "print the reference page of the definition language and end"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, false);
}

/* All that is found, whoever found it: definition files, settings, a live source. */
struct checking {
	struct settings settings;
	struct slo_set *set;
	struct findings findings;
	const char *revision; /* --diff; NULL: none */
	struct findings changes;
	struct arena texts;
	enum finding_format format;
	bool strict, verbose;
	bool configured; /* the settings could be read: what names of sources stand for is known */
	bool live;       /* a source was asked; only --source makes that so, and no default */
	struct instant at;
	struct live_report report;
};

static size_t warnings(const struct findings *findings)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->len; i++)
		count += findings->at[i].level == FINDING_WARNING;
	return count;
}

static bool unreadable(const struct findings *findings)
{
	for (size_t i = 0; i < findings->len; i++)
		if (strcmp(findings->at[i].rule, "unreadable") == 0)
			return true;
	return false;
}

static void take(struct findings *findings, struct finding finding)
{
	XGROW(findings->at, findings->len, findings->cap);
	findings->at[findings->len++] = finding;
}

/* Changes are news, not faults: no exit code hangs on them. */
static bool check_changes(struct checking *checking, const char *const *paths, size_t len)
{
	struct err err = {0};
	struct slo_set *before = slo_set_load_revision(checking->revision, paths, len, &err);

	if (!before) {
		command_fail("--diff: %s", err.text);
		return false;
	}
	if (checking->configured)
		settings_find_sources(&checking->settings, before);
	changes_find(before, checking->set, checking->revision, &checking->changes);
	findings_sort(checking->changes.at, checking->changes.len);
	slo_set_unref(before);
	return true;
}

static bool check_definitions(struct checking *checking)
{
	const struct settings *settings = &checking->settings;
	const char **paths = xcalloc(settings->definitions_len + 1, sizeof(*paths));
	struct findings *findings = &checking->findings;
	bool ok;

	for (size_t i = 0; i < settings->definitions_len; i++)
		paths[i] = settings->definitions[i].at;
	checking->set = slo_set_load(paths, settings->definitions_len, NULL);
	if (checking->configured)
		settings_find_sources(settings, checking->set);
	if (checking->verbose) {
		corrections_past(checking->set, instant_now(), findings);
		deliveries_list(checking->set, findings);
	}
	ok = !checking->revision || check_changes(checking, paths, settings->definitions_len);
	for (size_t i = 0; i < checking->set->findings_len; i++)
		if (checking->set->findings[i].level != FINDING_NOTE || checking->verbose)
			take(findings, checking->set->findings[i]);
	findings->errors += slo_set_errors(checking->set);
	findings->dropped += checking->set->findings_dropped;
	free(paths);
	return ok;
}

/* Files of tokens and certificates are there; nothing is contacted. */
static bool sources_usable(const struct settings *settings, struct err *err)
{
	struct sources sources;
	bool ok = sources_open(&sources, settings->sources, settings->sources_len, err);

	if (ok)
		sources_close(&sources);
	return ok;
}

/* Without a source, too, it is known which queries are taken as they are. */
static void check_exactness(struct checking *checking)
{
	const struct counting_options *counting = &checking->settings.engine.counting;
	struct plan_options options = {.rewrite = {.step = counting->step,
						   .lookback = counting->lookback,
						   .horizon = counting->horizon,
						   .births = true},
				       .preference = counting->preference};

	for (size_t i = 0; i < checking->set->len && !checking->live; i++) {
		const struct slo *slo = &checking->set->slos[i];
		struct arena arena;
		struct plan plan;
		struct err err;

		arena_init(&arena);
		if (slo->sli.kind == SLI_EVENTS && plan_make(&arena, slo, &options, &plan, &err) && !plan.exact)
			findings_add(&checking->findings, FINDING_WARNING, slo->place, STR(""), "not-exact",
				     "not every event is counted once: %.*s", STR_ARG(plan.note));
		arena_release(&arena);
	}
}

/* The file, then the flags. What is wrong in the file is a finding, a wrong flag ends the command. */
static bool check_settings(struct checking *checking, const struct command *command, const struct arguments *arguments)
{
	const char *config = argument(command, arguments, "config");
	struct err err = {0};
	bool readable = !config || settings_read_file(&checking->settings, config, &checking->findings);

	if (!settings_from_flags(&checking->settings, command, arguments))
		return false;
	if (arguments->rest_len)
		settings_paths(&checking->settings, arguments->rest, arguments->rest_len);
	checking->live &= readable;
	checking->configured = config && readable && settings_finish(&checking->settings, &err);
	if (!readable || (settings_finish(&checking->settings, &err) && sources_usable(&checking->settings, &err)))
		return true;
	if (!config) {
		command_fail("%s", err.text);
		return false;
	}
	checking->live = false;
	findings_add(&checking->findings, FINDING_ERROR, (struct place){config, 0, 0}, STR(""), "settings", "%s",
		     err.text);
	return true;
}

/* Without the settings nobody knows what a name of a source stands for. */
static void say_unknown_sources(struct checking *checking)
{
	struct place said = {NULL, 0, 0};

	for (size_t i = 0; i < checking->set->len; i++) {
		const struct source_ref *source = &checking->set->slos[i].source;

		if (source->soft || source->name.len == 0 ||
		    (source->place.file == said.file && source->place.line == said.line))
			continue;
		said = source->place;
		findings_add(
			&checking->findings, FINDING_WARNING, source->place, STR("source"), "not-looked-at",
			"source: what is counted at '%.*s' is not looked at without the settings; give them by --config",
			VALUE_ARG(source->name));
	}
}

/* Holds the definitions that could be read against their sources. */
static bool check_source(struct checking *checking)
{
	const struct settings *settings = &checking->settings;
	struct live_options options = {settings->engine.counting, settings->engine.settle, checking->at};
	struct sources sources;
	struct err err = {0};
	bool ok = sources_open(&sources, settings->sources, settings->sources_len, &err);

	if (!checking->configured)
		say_unknown_sources(checking);
	if (ok) {
		ok = live_check(&sources, checking->set, &options, &checking->texts, &checking->findings,
				&checking->report, &err);
		sources_close(&sources);
	}
	if (!ok)
		command_fail("%s", err.text);
	return ok;
}

static int verdict(const struct checking *checking)
{
	const struct findings *findings = &checking->findings;
	size_t warned = warnings(findings), deliveries = checking->set->deliveries_len;
	char of_deliveries[48] = "";

	if (deliveries)
		snprintf(of_deliveries, sizeof(of_deliveries), " and %zu deliver%s", deliveries,
			 deliveries == 1 ? "y" : "ies");
	fprintf(stderr, "wick: checked %zu file%s with %zu SLO%s%s%s: %zu error%s, %zu warning%s\n",
		checking->set->files_len, checking->set->files_len == 1 ? "" : "s", checking->set->len,
		checking->set->len == 1 ? "" : "s", of_deliveries, checking->live ? " against the source" : "",
		findings->errors, findings->errors == 1 ? "" : "s", warned, warned == 1 ? "" : "s");
	if (checking->revision)
		fprintf(stderr, "wick: %zu change%s since '%s'\n", checking->changes.len,
			checking->changes.len == 1 ? "" : "s", checking->revision);
	if (unreadable(findings))
		return EXIT_FAILED;
	return findings->errors || (checking->strict && warned) ? EXIT_FINDINGS : EXIT_FINE;
}

/* JSON holds what changed, and what is known of each SLO, in the same object. */
static void write_json(const struct checking *checking, struct buf *out)
{
	const struct findings *findings = &checking->findings;
	struct json_writer json;

	json_begin(&json, out, true);
	json_object(&json);
	findings_json(&json, findings->at, findings->len, findings->dropped);
	if (checking->revision) {
		json_key(&json, "changes");
		findings_json_array(&json, checking->changes.at, checking->changes.len);
	}
	if (checking->live) {
		json_key(&json, "slos");
		live_report_json(&json, &checking->report);
	}
	json_object_end(&json);
	buf_char(out, '\n');
}

/* What is wrong and what changed, by file and line. */
static void write_findings(const struct checking *checking, struct buf *out)
{
	const struct findings *findings = &checking->findings, *changes = &checking->changes;
	struct findings all = {.limit = SIZE_MAX};

	for (size_t i = 0; i < findings->len; i++)
		take(&all, findings->at[i]);
	for (size_t i = 0; i < changes->len; i++)
		take(&all, changes->at[i]);
	findings_sort(all.at, all.len);
	findings_write(out, checking->format, all.at, all.len, findings->dropped);
	findings_release(&all);
}

static int print(struct checking *checking)
{
	struct findings *findings = &checking->findings;
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	findings_sort(findings->at, findings->len);
	if (checking->format == FINDING_JSON)
		write_json(checking, &out);
	else
		write_findings(checking, &out);
	if (checking->verbose && checking->live && checking->format == FINDING_TEXT)
		live_report_write(&out, &checking->report);
	code = command_print(&out, verdict(checking));
	buf_release(&out);
	return code;
}

static int check(struct checking *checking, const struct command *command, const struct arguments *arguments)
{
	int code = EXIT_FAILED;

	arena_init(&checking->texts);
	settings_init(&checking->settings);
	findings_init(&checking->findings, &checking->texts, SIZE_MAX);
	findings_init(&checking->changes, &checking->texts, SIZE_MAX);
	if (check_settings(checking, command, arguments) && check_definitions(checking)) {
		check_exactness(checking);
		if (!checking->live || check_source(checking))
			code = print(checking);
	}
	findings_release(&checking->findings);
	findings_release(&checking->changes);
	slo_set_unref(checking->set);
	settings_release(&checking->settings);
	arena_release(&checking->texts);
	return code;
}

static int print_reference(void)
{
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	slo_reference_write(&out);
	code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	return code;
}

static bool read_options(struct checking *checking, const struct command *command, const struct arguments *arguments)
{
	const char *at = argument(command, arguments, "at");
	size_t format;

	if (!argument_choice(command, arguments, "format", finding_format_names, &format))
		return false;
	checking->format = (enum finding_format)format;
	checking->strict = argument(command, arguments, "strict") != NULL;
	checking->verbose = argument(command, arguments, "verbose") != NULL;
	checking->revision = argument(command, arguments, "diff");
	checking->live = argument(command, arguments, "source") != NULL;
	if (at && !instant_read(str_of(at), &checking->at)) {
		command_misused(command, "--at: '%s' is no time such as 2026-01-31T12:00:00Z", at);
		return false;
	}
	if (!checking->live && at) {
		command_misused(command, "'--at' wants --source");
		return false;
	}
	return true;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct checking checking = {.set = NULL};
	struct arguments arguments;
	int code;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (argument(command, &arguments, "reference"))
		code = print_reference();
	else if (!read_options(&checking, command, &arguments))
		code = EXIT_FAILED;
	else if (!argument(command, &arguments, "config") && arguments.rest_len == 0)
		code = command_misused(command, "'check' wants a PATH, or a wick.yaml by --config");
	else
		code = check(&checking, command, &arguments);
	arguments_release(&arguments);
	return code;
}

const struct command command_check = {
	.name = "check",
	.syntax = "[-c FILE] [--source URL] [--diff REV] [--format FORMAT] [--strict] [--verbose] PATH...",
	.summary = "look through SLO files for what is wrong",
	.help = "Each finding is 'file:line:col: error|warning: text' on stdout, all of them in one run; a summary goes to stderr. "
		"A PATH is a file, a folder of *.yaml and *.yml files, or '-' for standard input.\n\n"
		"With --source, the definitions are also held against what is there: whether each metric exists, how many "
		"series there are, whether ratios lie between 0 and 1, whether samples come often enough, whether a "
		"threshold is a bucket, and whether groups stay under their limit. Nothing is contacted without it, "
		"whatever the settings say. --verbose adds how each SLO is counted, and what that costs; --format json "
		"always has that, as 'slos'. Without --source, --verbose adds notes on what was made of fields: those of other tools' "
		"files that have no effect here, for one. What a delivery is made of is listed, too.\n\n"
		"With --diff, git is asked what the same paths held at that revision, and what a change means is said, too: an objective "
		"that is loosened, a window that is another one, a history that starts anew because what is counted changed or "
		"stays behind under an old name, alerts, policies and deliveries. These are notes, and warnings where less is promised, told or "
		"remembered than before; the exit code does not hang on them.\n\n"
		"Exits with 0 where nothing is wrong, 1 where there are errors (with --strict also for warnings), and 2 where "
		"a file cannot be read, the source does not answer, or there is no such revision.\n\n"
		"  wick check slos/\n"
		"  wick check --format github --strict slos/\n"
		"  wick check --diff origin/main slos/\n"
		"  wick check --source http://localhost:9090 --verbose slos/",
	.make_options = options,
	.run = run,
};
