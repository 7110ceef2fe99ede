/* A configuration for Alertmanager. */
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "exporters/alerting/alertmanager_config.h"
#include "exporters/series.h"
#include "net/address.h"
#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_row options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "out",
	 .value = "FOLDER",
	 .help = "write alertmanager.yml and wick.tmpl there, instead of the first to standard output"},
	{.name = "template", .help = "print the template of the messages instead"},
	{.name = "slack-url-file", .value = "FILE", .help = "post to Slack; the file holds the webhook's URL"},
	{.name = "page-channel", .value = "NAME", .help = "Slack's channel for pages (default #pages)"},
	{.name = "ticket-channel", .value = "NAME", .help = "Slack's channel for tickets (default #tickets)"},
	{.name = "email-to", .value = "ADDRESS", .help = "mail pages there; wants --email-from and --smarthost"},
	{.name = "email-from", .value = "ADDRESS", .help = "the sender of mails"},
	{.name = "smarthost", .value = "HOST:PORT", .help = "the server that mails go through"},
	{.name = "webhook", .value = "URL", .help = "post pages and tickets there"},
	{.name = "watchdog", .value = "URL", .help = "post the watchdog there: what misses it raises the alarm"},
	{.name = NULL},
};

static struct str given(const struct command *command, const struct arguments *arguments, const char *name,
			const char *fallback)
{
	const char *value = argument(command, arguments, name);

	return str_of(value ? value : fallback);
}

struct text_list {
	struct str *at;
	size_t len, cap;
};

static int by_text(const void *a, const void *b) { return str_cmp(*(const struct str *)a, *(const struct str *)b); }

/* Once each. */
static void add(struct text_list *list, struct str text)
{
	for (size_t i = 0; i < list->len; i++)
		if (str_eq(list->at[i], text))
			return;
	XGROW(list->at, list->len, list->cap);
	list->at[list->len++] = text;
}

static void add_team(struct text_list *teams, struct labels labels)
{
	struct str team = labels_get(labels, STR("team"));

	if (team.len)
		add(teams, team);
}

/* The teams that own SLOs, or alerts of them. */
static void find_teams(struct text_list *teams, const struct slo_set *set)
{
	for (size_t i = 0; set && i < set->len; i++) {
		const struct alerting *alerting = set->slos[i].alerting;

		add_team(teams, set->slos[i].labels);
		for (size_t t = 0; t < alerting->len; t++)
			if (!labels_get(set->slos[i].labels, STR("team")).at)
				add_team(teams, alerting->tiers[t].labels);
	}
	if (teams->len > 1)
		qsort(teams->at, teams->len, sizeof(*teams->at), by_text);
}

/* The names that the labels of groups have on series: asked of the one who names them, with a value that tells them. */
static void find_group_labels(struct text_list *names, const struct slo_set *set, struct arena *arena)
{
	static const struct str value = STR_INIT("the value of a group");

	for (size_t i = 0; set && i < set->len; i++) {
		const struct slo *slo = &set->slos[i];
		struct label *group = arena_array(arena, slo->group_by_len, sizeof(*group));
		struct slo_result result = {.slo = slo, .group = {group, slo->group_by_len}};
		struct labels labels;

		for (size_t k = 0; k < slo->group_by_len; k++)
			group[k] = (struct label){slo->group_by[k], value};
		labels = series_labels_of(arena, &result);
		for (size_t k = 0; k < labels.len; k++)
			if (str_eq(labels.at[k].value, value))
				add(names, labels.at[k].name);
	}
}

static bool write_file(const char *folder, const char *name, const struct buf *text, struct err *err)
{
	struct buf path;
	bool ok;

	buf_init(&path, KIB(8));
	buf_fmt(&path, "%s/%s", folder, name);
	ok = file_make_folders(path.at, err) && file_replace(path.at, buf_view(text), 0644, err);
	buf_release(&path);
	return ok;
}

static int write_both(const char *folder, const struct buf *config, const struct buf *template)
{
	struct err err = {0};

	if (write_file(folder, "alertmanager.yml", config, &err) && write_file(folder, "wick.tmpl", template, &err))
		return EXIT_FINE;
	return command_fail("%s", err.text);
}

/* Alertmanager takes a receiver without an address, and tells nobody. */
static void warn_of_silence(const struct alertmanager_config *config)
{
	bool anybody = config->slack_url_file.len || config->webhook.len;

	if (!anybody && !config->email_to.len)
		fputs("wick: warning: nobody is told of anything: give --slack-url-file, --email-to or --webhook\n",
		      stderr);
	else if (!anybody)
		fputs("wick: warning: nobody is told of tickets: mail is for pages; give --slack-url-file or --webhook\n",
		      stderr);
	if (!config->watchdog.len)
		fputs("wick: warning: nobody misses the watchdog: give --watchdog\n", stderr);
}

static int write(const struct command *command, const struct arguments *arguments, const struct slo_set *set)
{
	const char *folder = argument(command, arguments, "out");
	struct text_list teams = {.len = 0}, group_labels = {.len = 0};
	struct alertmanager_config config = {
		.slack_url_file = given(command, arguments, "slack-url-file", ""),
		.page_channel = given(command, arguments, "page-channel", "#pages"),
		.ticket_channel = given(command, arguments, "ticket-channel", "#tickets"),
		.email_to = given(command, arguments, "email-to", ""),
		.email_from = given(command, arguments, "email-from", ""),
		.smarthost = given(command, arguments, "smarthost", ""),
		.webhook = given(command, arguments, "webhook", ""),
		.watchdog = given(command, arguments, "watchdog", ""),
		.template_file = STR("wick.tmpl"),
	};
	struct buf text, template;
	struct arena arena;
	int code;

	arena_init(&arena);
	find_group_labels(&group_labels, set, &arena);
	config.group_labels = group_labels.at;
	config.group_labels_len = group_labels.len;
	find_teams(&teams, set);
	config.teams = teams.at;
	config.teams_len = teams.len;
	buf_init(&text, LIMIT_OUTPUT_BYTES);
	buf_init(&template, LIMIT_OUTPUT_BYTES);
	warn_of_silence(&config);
	alertmanager_config_write(&text, &config);
	alertmanager_template_write(&template, &config);
	if (folder)
		code = write_both(folder, &text, &template);
	else
		code = command_print(argument(command, arguments, "template") ? &template : &text, EXIT_FINE);
	buf_release(&text);
	buf_release(&template);
	free(teams.at);
	free(group_labels.at);
	arena_release(&arena);
	return code;
}

/* Newer Alertmanagers fill in templates in addresses, too. */
static bool address_ok(const struct command *command, const struct arguments *arguments, const char *name)
{
	struct str url = given(command, arguments, name, "");
	struct err err = {0};

	if (!argument(command, arguments, name))
		return true;
	if (!http_url_target_check(url, &err))
		command_misused(command, "--%s: %s", name, err.text);
	else if (str_find(url, '{') < url.len || str_find(url, '}') < url.len)
		command_misused(command, "--%s: a '{' or '}' in it would be read as a template", name);
	else
		return true;
	return false;
}

/* Mail takes all three or none. */
static bool options_ok(const struct command *command, const struct arguments *arguments)
{
	int mail = (argument(command, arguments, "email-to") != NULL) +
		   (argument(command, arguments, "email-from") != NULL) +
		   (argument(command, arguments, "smarthost") != NULL);

	const char *smarthost = argument(command, arguments, "smarthost"), *out = argument(command, arguments, "out");
	struct address address;
	struct err err = {0};

	if (mail != 0 && mail != 3)
		command_misused(command, "--email-to, --email-from and --smarthost go together");
	else if (smarthost && !address_split(str_of(smarthost), &address, &err))
		command_misused(command, "--smarthost: %s", err.text);
	else if (smarthost && !address.host[0])
		command_misused(command, "--smarthost: '%s' has no host", smarthost);
	else if (out && !*out)
		command_misused(command, "--out: the name is empty");
	else
		return address_ok(command, arguments, "webhook") && address_ok(command, arguments, "watchdog");
	return false;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct once once = {.set = NULL};
	struct arguments arguments;
	struct settings settings;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (settings_from(&settings, command, &arguments) && options_ok(command, &arguments)) {
		if (settings.definitions_len && !once_load(&once, &settings))
			code = command_fail("the definitions have errors");
		else
			code = write(command, &arguments, once.set);
	}
	once_release(&once);
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_alertmanager = {
	.name = "alertmanager",
	.syntax = "[--out FOLDER] [--slack-url-file FILE] [PATH...]",
	.summary = "write a configuration for Alertmanager",
	.help = "Writes routes by severity and team, grouping by alert, service and severity, inhibition (a page over the tickets of the same "
		"SLO, a dead host over what else is said of the same instance), receivers, and a template for their messages. Teams are the values "
		"of the label 'team' in the definition files. Secrets stay in files that the configuration names.\n\n"
		"  wick alertmanager --slack-url-file /run/slack-url --out am/ slos/",
	.options = options,
	.run = run,
};
