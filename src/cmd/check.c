/* Definition files and settings looked through, without a daemon. */
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "engine/settings.h"
#include "slo/definitions.h"
#include "slo/finding_write.h"
#include "slo/reference.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_row options[] = {
	{.name = "config",
	 .letter = 'c',
	 .value = "FILE",
	 .help = "check this wick.yaml too, and its definitions where no PATH is given"},
	{.name = "format", .value = "FORMAT", .help = "text, json, github (annotations in Actions) or sarif"},
	{.name = "strict", .help = "exit 1 for warnings too"},
	{.name = "reference", .help = "print the reference page of the definition language and end"},
	{.name = NULL},
};

/* All that is found, whoever found it: definition files, settings, a live source. */
struct checking {
	struct settings settings;
	struct slo_set *set;
	struct findings findings;
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

static void check_definitions(struct checking *checking)
{
	const struct settings *settings = &checking->settings;
	const char **paths = xcalloc(settings->definitions_len + 1, sizeof(*paths));
	struct findings *findings = &checking->findings;

	for (size_t i = 0; i < settings->definitions_len; i++)
		paths[i] = settings->definitions[i].at;
	checking->set = slo_set_load(paths, settings->definitions_len, NULL);
	for (size_t i = 0; i < checking->set->findings_len; i++) {
		XGROW(findings->at, findings->len, findings->cap);
		findings->at[findings->len++] = checking->set->findings[i];
	}
	findings->errors += slo_set_errors(checking->set);
	findings->dropped += checking->set->findings_dropped;
	free(paths);
}

static void check_settings(struct checking *checking, const char *config)
{
	struct err err = {0};

	if (settings_read_file(&checking->settings, config, &checking->findings) &&
	    !settings_finish(&checking->settings, &err))
		findings_add(&checking->findings, FINDING_ERROR, (struct place){config, 0, 0}, STR(""), "settings",
			     "%s", err.text);
}

static int verdict(const struct checking *checking, bool strict)
{
	const struct findings *findings = &checking->findings;
	size_t warned = warnings(findings);

	fprintf(stderr, "wick: checked %zu file%s with %zu SLO%s: %zu error%s, %zu warning%s\n",
		checking->set->files_len, checking->set->files_len == 1 ? "" : "s", checking->set->len,
		checking->set->len == 1 ? "" : "s", findings->errors, findings->errors == 1 ? "" : "s", warned,
		warned == 1 ? "" : "s");
	if (unreadable(findings))
		return EXIT_FAILED;
	return findings->errors || (strict && warned) ? EXIT_FINDINGS : EXIT_FINE;
}

static int check(const struct arguments *arguments, const char *config, enum finding_format format, bool strict)
{
	struct checking checking = {.set = NULL};
	struct arena texts;
	struct buf out;
	int code;

	arena_init(&texts);
	settings_init(&checking.settings);
	findings_init(&checking.findings, &texts, SIZE_MAX);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (config)
		check_settings(&checking, config);
	if (arguments->rest_len)
		settings_paths(&checking.settings, arguments->rest, arguments->rest_len);
	check_definitions(&checking);
	findings_sort(checking.findings.at, checking.findings.len);
	findings_write(&out, format, checking.findings.at, checking.findings.len, checking.findings.dropped);
	code = command_print(&out, verdict(&checking, strict));
	buf_release(&out);
	findings_release(&checking.findings);
	slo_set_unref(checking.set);
	settings_release(&checking.settings);
	arena_release(&texts);
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

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	const char *config;
	size_t format;
	int code;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	config = argument(command, &arguments, "config");
	if (argument(command, &arguments, "reference"))
		code = print_reference();
	else if (!argument_choice(command, &arguments, "format", finding_format_names, &format))
		code = EXIT_FAILED;
	else if (!config && arguments.rest_len == 0)
		code = command_misused(command, "'check' wants a PATH, or a wick.yaml by --config");
	else
		code = check(&arguments, config, (enum finding_format)format,
			     argument(command, &arguments, "strict") != NULL);
	arguments_release(&arguments);
	return code;
}

const struct command command_check = {
	.name = "check",
	.syntax = "[-c FILE] [--format FORMAT] [--strict] PATH...",
	.summary = "look through SLO files for what is wrong",
	.help = "Each finding is 'file:line:col: error|warning: text' on stdout, all of them in one run; a summary goes to stderr. "
		"A PATH is a file, a folder of *.yaml and *.yml files, or '-' for standard input.\n\n"
		"Exits with 0 where nothing is wrong, 1 where there are errors (with --strict also for warnings), and 2 where "
		"a file cannot be read.\n\n"
		"  wick check slos/\n"
		"  wick check --format github --strict slos/",
	.options = options,
	.run = run,
};
