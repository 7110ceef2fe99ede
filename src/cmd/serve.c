/* The daemon, from the command line. */
#include "base/limits.h"
#include "cmd/setting_options.h"
#include "daemon/daemon.h"

#include <stdlib.h>

static const struct option_row own_options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "print-config", .help = "print all settings as understood, and end"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, true);
}

static int print_config(const struct settings *settings)
{
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	settings_print(&out, settings);
	code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	return code;
}

static int serve(struct settings *settings)
{
	struct str facts = settings_facts(settings);
	const char **paths = settings_definitions(settings);
	struct daemon_options daemon = {
		.engine = settings->engine,
		.sources = settings->sources,
		.sources_len = settings->sources_len,
		.server = {.listen = settings->listen,
			   .reload_enabled = settings->reload,
			   .address = settings->external_url},
		.pager = {.urls = settings->alertmanagers.at,
			  .len = settings->alertmanagers.len,
			  .http = settings->alertmanager_http,
			  .resend = settings->resend,
			  .link = settings->external_url},
		.importer = {.enabled = settings->import_silences,
			     .silences = {.urls = settings_silence_tellers(settings).at,
					  .len = settings_silence_tellers(settings).len,
					  .comment = settings->silence_comment},
			     .http = settings->alertmanager_http,
			     .interval = settings->silence_interval},
		.tracker = {.enabled = settings_github_asked(settings),
			    .poller = {.github = settings->github,
				       .facts = facts.len ? facts.at : NULL,
				       .interval = settings->delivery_interval,
				       .history = settings->delivery_history}},
		.reports = {.folder = settings->report_folder.len ? settings->report_folder.at : NULL,
			    .calendar = settings->report_calendar,
			    .format = (enum period_format)settings->report_format},
		.webhook_secret_file = settings->github_webhook_secret_file,
		.store_path = settings->store.len ? settings->store.at : NULL,
		.paths = paths,
		.paths_len = settings->definitions_len,
		.watch = settings->watch,
		.watch_interval = settings->watch_interval,
		.test_clock = settings->test_clock.len ? settings->test_clock.at : NULL,
	};
	struct err err = {0};
	int code;

	/* A clock that a test drives has nothing to do with the source's. */
	daemon.engine.check_source_clock = !daemon.test_clock;
	log_setup(settings->log_format, settings->log_level);
	code = daemon_run(&daemon, &err) ? EXIT_FINE : command_fail("%s", err.text);
	free(paths);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct settings settings;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (settings_from(&settings, command, &arguments)) {
		if (argument(command, &arguments, "print-config"))
			code = print_config(&settings);
		else if (settings.definitions_len == 0)
			code = command_misused(command, "no definition files are given");
		else
			code = serve(&settings);
	}
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_serve = {
	.name = "serve",
	.syntax = "[-c FILE] [--source URL] [--store FILE] [--listen ADDRESS] PATH...",
	.summary = "keep every budget counted, and serve them",
	.help = "Reads the definition files, reads back what is missing of their windows, and from then on counts every step. Serves "
		"/metrics, /api/v1/slos, /-/healthy, /-/ready and a page to look at.\n\n"
		"SIGHUP and changes of the files reload them; a broken file never stops the daemon: its last good version stays in use. SIGTERM and "
		"SIGINT end it; what was counted is on disk.",
	.make_options = options,
	.run = run,
};
