/* Runbooks as Markdown files: one per alert, and per alert of each SLO. */
#include "base/file.h"
#include "base/limits.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "exporters/alerting/names.h"
#include "exporters/alerting/runbook.h"

static const struct option_row options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "out",
	 .value = "FOLDER",
	 .help = "write a file per runbook below this folder, instead of all to standard output"},
	{.name = NULL},
};

/* One runbook, of an SLO or in general, into its file or to `all`. */
static bool put(const char *folder, struct buf *all, const struct runbook *runbook, const struct slo *slo,
		struct err *err)
{
	struct buf path, text;
	bool ok;

	if (!folder) {
		buf_cstr(all, all->len ? "\n---\n\n" : "");
		return runbook_write_markdown(all, runbook, slo);
	}
	buf_init(&path, KIB(8));
	buf_init(&text, LIMIT_FILE_BYTES);
	buf_fmt(&path, "%s/%s", folder, runbook->name); /* as a daemon serves them */
	if (slo)
		buf_fmt(&path, "/%.*s", STR_ARG(slo->id));
	buf_cstr(&path, ".md");
	ok = runbook_write_markdown(&text, runbook, slo) && file_make_folders(path.at, err) &&
	     file_replace(path.at, buf_view(&text), 0644, err);
	buf_release(&path);
	buf_release(&text);
	return ok;
}

/* Each kind of alert that the SLO has, once. */
static bool put_slo(const char *folder, struct buf *all, const struct slo *slo, struct err *err)
{
	bool done[TIER_KINDS] = {false}, ok = true;

	for (size_t i = 0; i < slo->alerting->len && ok; i++) {
		enum tier_kind kind = slo->alerting->tiers[i].kind;

		if (!done[kind])
			ok = put(folder, all, runbook_named(str_of(alert_runbooks[kind])), slo, err);
		done[kind] = true;
	}
	return ok;
}

static int write_all(const struct slo_set *set, const char *folder)
{
	const struct runbook *runbook;
	struct err err = {0};
	struct buf all;
	bool ok = true;
	int code;

	buf_init(&all, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; ok && (runbook = runbook_at(i)) != NULL; i++)
		ok = put(folder, &all, runbook, NULL, &err);
	for (size_t i = 0; set && i < set->len && ok; i++)
		ok = put_slo(folder, &all, &set->slos[i], &err);
	code = ok ? command_print(&all, EXIT_FINE) : command_fail("%s", err.text);
	buf_release(&all);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct once once = {.set = NULL};
	struct arguments arguments;
	struct settings settings;
	int code = EXIT_FAILED;
	const char *out;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	out = argument(command, &arguments, "out");
	if (settings_from(&settings, command, &arguments)) {
		if (out && !*out)
			command_misused(command, "--out: the name is empty");
		else if (settings.definitions_len && !once_load(&once, &settings))
			code = command_fail("the definitions have errors");
		else
			code = write_all(once.set, out);
	}
	once_release(&once);
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_runbooks = {
	.name = "runbooks",
	.syntax = "[--out FOLDER] [PATH...]",
	.summary = "write what to do about each alert",
	.help = "Writes the runbooks of all alerts as Markdown: what it means, likely causes, the first three steps, resolution, when to roll "
		"back and when to escalate. With definition files also those of each SLO's alerts, filled with its own names and "
		"queries, below the alert's name. A running daemon serves the same at /runbooks/.\n\n"
		"  wick runbooks --out runbooks/ slos/",
	.options = options,
	.run = run,
};
