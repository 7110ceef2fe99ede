/* Grafana dashboards: as files that Grafana is provisioned with, or pushed to it. */
#include "exporters/dashboards/dashboards.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/grafana.h"
#include "format/json_write.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

static const struct option_row options[] = {
	{.name = "list", .help = "list the dashboards that there are"},
	{.name = "name",
	 .value = "NAME",
	 .repeats = true,
	 .help = "only this dashboard; alone it is written to standard output"},
	{.name = "out",
	 .value = "FOLDER",
	 .help = "write the dashboards, and what Grafana is provisioned with, into this folder"},
	{.name = "push", .value = "URL", .help = "put the dashboards into the Grafana at this address"},
	{.name = "token-file",
	 .value = "FILE",
	 .help = "a file with a token of a service account of Grafana; else the variable GRAFANA_TOKEN is looked at"},
	{.name = "folder",
	 .value = "UID",
	 .help = "the folder of Grafana that dashboards come into that are not there yet; it is made where it is not there (default: wick)"},
	{.name = "wick-url",
	 .value = "URL",
	 .help = "where people reach wick (default: http://localhost:9655); links lead there"},
	{.name = "path",
	 .value = "FOLDER",
	 .help = "of --out: where Grafana will find the dashboards, if not in that folder itself"},
	{.name = "prometheus",
	 .value = "URL",
	 .help = "of --out: the Prometheus of the provisioned data source (default: http://localhost:9090)"},
	{.name = "loki", .value = "URL", .help = "of --out: a Loki to provision, too"},
	{.name = "tempo", .value = "URL", .help = "of --out: a Tempo to provision, too"},
	{.name = "format", .value = "FORMAT", .help = "of --list and --push: text or json"},
	{.name = NULL},
};

static const char *const formats[] = {"text", "json", NULL};

/* What the command line says. */
struct wish {
	const struct dashboard **chosen; /* owned */
	size_t len;
	struct str wick_url;
	const char *out, *path;
	struct dashboard_sources sources;
	struct grafana_settings grafana;
	bool list, json;
};

static bool choose(const struct command *command, const struct arguments *arguments, struct wish *wish)
{
	size_t count = 0, at = 0;
	const char *name;

	while (dashboards[count])
		count++;
	wish->chosen = xcalloc(count + 1, sizeof(const struct dashboard *));
	for (size_t i = 0; i < count && !argument(command, arguments, "name"); i++)
		wish->chosen[wish->len++] = dashboards[i];
	while ((name = argument_next(command, arguments, "name", &at)) != NULL) {
		const struct dashboard *one = dashboard_named(str_of(name));
		bool again = false;

		if (!one) {
			command_misused(command, "--name: there is no dashboard '%s'; --list shows those there are",
					name);
			return false;
		}
		for (size_t i = 0; i < wish->len; i++)
			again |= wish->chosen[i] == one;
		if (!again)
			wish->chosen[wish->len++] = one;
	}
	return true;
}

/* An address without the slashes at its end; `url` keeps its default where the option is not given. */
static bool read_url(const struct command *command, const struct arguments *arguments, const char *option,
		     struct str *url)
{
	const char *text = argument(command, arguments, option);
	struct err err = {0};

	if (!text)
		return true;
	*url = str_of(text);
	while (str_ends(*url, STR("/")))
		url->len--;
	if (http_url_check(*url, &err))
		return true;
	command_misused(command, "--%s '%s': %s", option, http_url_text(*url).text, err.text);
	return false;
}

static bool is_uid(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_alpha(text.at[i]) && !ascii_digit(text.at[i]) && text.at[i] != '-' && text.at[i] != '_')
			return false;
	return text.len >= 1 && text.len <= 40;
}

static bool read_wish(const struct command *command, const struct arguments *arguments, struct wish *wish)
{
	const char *folder = argument(command, arguments, "folder"),
		   *token = argument(command, arguments, "token-file");
	const char *variable = getenv("GRAFANA_TOKEN");
	size_t format;

	wish->wick_url = DASHBOARDS_WICK_URL;
	wish->sources.prometheus = STR("http://localhost:9090");
	wish->out = argument(command, arguments, "out");
	wish->path = argument(command, arguments, "path");
	wish->list = argument(command, arguments, "list") != NULL;
	wish->grafana.folder = str_of(folder ? folder : "wick");
	wish->grafana.token_file = str_of(token ? token : "");
	if (!token && variable && *variable)
		wish->grafana.token = secret_new(str_of(variable));
	if (!argument_choice(command, arguments, "format", formats, &format) || !choose(command, arguments, wish) ||
	    !read_url(command, arguments, "wick-url", &wish->wick_url) ||
	    !read_url(command, arguments, "prometheus", &wish->sources.prometheus) ||
	    !read_url(command, arguments, "loki", &wish->sources.loki) ||
	    !read_url(command, arguments, "tempo", &wish->sources.tempo) ||
	    !read_url(command, arguments, "push", &wish->grafana.url))
		return false;
	wish->json = format == 1;
	if ((wish->out != NULL) + (wish->grafana.url.len > 0) + wish->list > 1) {
		command_misused(command, "--out, --push and --list are not given together");
		return false;
	}
	if (!wish->out && !wish->grafana.url.len && !wish->list && !argument(command, arguments, "name")) {
		command_misused(command, "nothing to do: give --out, --push, --list or --name");
		return false;
	}
	if (!is_uid(wish->grafana.folder)) {
		command_misused(command, "--folder: '%.*s' is no uid: 1 to 40 letters, digits, '-' and '_'",
				STR_ARG(wish->grafana.folder));
		return false;
	}
	if (wish->out && !*wish->out) {
		command_misused(command, "--out: the name is empty");
		return false;
	}
	return true;
}

static int print_list(const struct wish *wish)
{
	struct json_writer json;
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	json_begin(&json, &out, true);
	if (wish->json)
		json_array(&json);
	for (size_t i = 0; i < wish->len; i++) {
		const struct dashboard *one = wish->chosen[i];

		if (!wish->json) {
			buf_fmt(&out, "%-16s %s\n", one->name, one->summary);
			continue;
		}
		json_object(&json);
		json_key_text(&json, "name", str_of(one->name));
		json_key_text(&json, "title", str_of(one->title));
		json_key_text(&json, "summary", str_of(one->summary));
		json_object_end(&json);
	}
	if (wish->json) {
		json_array_end(&json);
		buf_char(&out, '\n');
	}
	code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	return code;
}

static int print_dashboards(const struct wish *wish)
{
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < wish->len; i++)
		dash_write(&out, wish->chosen[i], wish->wick_url);
	code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	return code;
}

/* Into a file below the folder. */
static bool put_file(const struct wish *wish, const char *name, const struct buf *text, struct err *err)
{
	struct buf path;
	bool ok;

	buf_init(&path, KIB(8));
	buf_fmt(&path, "%s/%s", wish->out, name);
	if (path.full || text->full)
		ok = err_set(err, "the name of the folder is too long");
	else
		ok = file_make_folders(path.at, err) && file_replace(path.at, buf_view(text), 0644, err);
	buf_release(&path);
	return ok;
}

static bool put_dashboards(const struct wish *wish, struct buf *text, struct err *err)
{
	char name[64];
	bool ok = true;

	for (size_t i = 0; i < wish->len && ok; i++) {
		buf_clear(text);
		dash_write(text, wish->chosen[i], wish->wick_url);
		*stpcpy(stpcpy(name, wish->chosen[i]->name), ".json") = '\0';
		ok = put_file(wish, name, text, err);
	}
	return ok;
}

static bool put_provisioning(const struct wish *wish, struct buf *text, struct err *err)
{
	/* Grafana looks from its own folder on */
	char *whole = wish->path ? NULL : realpath(wish->out, NULL);
	bool ok;

	buf_clear(text);
	dashboards_provider_write(text, str_of(wish->path ? wish->path : whole ? whole : wish->out));
	free(whole);
	ok = put_file(wish, "provisioning/dashboards/wick.yaml", text, err);
	if (!ok)
		return false;
	buf_clear(text);
	dashboards_sources_write(text, &wish->sources);
	return put_file(wish, "provisioning/datasources/wick.yaml", text, err);
}

static int write_files(const struct wish *wish)
{
	struct err err = {0};
	struct buf text;
	bool ok;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	ok = put_dashboards(wish, &text, &err) && put_provisioning(wish, &text, &err);
	buf_release(&text);
	return ok ? EXIT_FINE : command_fail("%s", err.text);
}

/* A line for each dashboard, or an array. */
static void put_outcome(const struct wish *wish, struct json_writer *json, const struct dashboard *one,
			enum grafana_outcome outcome, const struct err *err)
{
	if (!wish->json) {
		buf_fmt(json->out, "%-10s %-16s %.*s/d/wick-%s\n", grafana_outcome_names[outcome], one->name,
			STR_ARG(wish->grafana.url), one->name);
		return;
	}
	json_object(json);
	json_key_text(json, "name", str_of(one->name));
	json_key_text(json, "outcome", str_of(grafana_outcome_names[outcome]));
	json_key(json, "error");
	if (outcome == GRAFANA_FAILED)
		json_cstr(json, err->text);
	else
		json_null(json);
	json_object_end(json);
}

/* What could be put is told, whatever went wrong with the others. */
static int push(const struct wish *wish)
{
	struct err err = {0};
	struct grafana *grafana = grafana_new(&wish->grafana, &err);
	struct json_writer json;
	bool hopeless = false;
	int code = EXIT_FINE;
	struct buf out;

	if (!grafana)
		return command_fail("%s", err.text);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	json_begin(&json, &out, true);
	if (wish->json)
		json_array(&json);
	for (size_t i = 0; i < wish->len && !hopeless; i++) {
		enum grafana_outcome outcome = grafana_put(grafana, wish->chosen[i], wish->wick_url, &hopeless, &err);

		if (outcome == GRAFANA_FAILED)
			code = command_fail("%s: %s", wish->chosen[i]->name, err.text);
		put_outcome(wish, &json, wish->chosen[i], outcome, &err);
	}
	if (wish->json) {
		json_array_end(&json);
		buf_char(&out, '\n');
	}
	code = command_print(&out, code);
	buf_release(&out);
	grafana_free(grafana);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct wish wish = {.len = 0};
	struct arguments arguments;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (!read_wish(command, &arguments, &wish))
		code = EXIT_FAILED;
	else if (wish.list)
		code = print_list(&wish);
	else if (wish.out)
		code = write_files(&wish);
	else if (wish.grafana.url.len)
		code = push(&wish);
	else
		code = print_dashboards(&wish);
	secret_free(wish.grafana.token);
	free(wish.chosen);
	arguments_release(&arguments);
	return code;
}

const struct command command_dashboards = {
	.name = "dashboards",
	.syntax = "--out FOLDER|--push URL|--list|--name NAME",
	.summary = "write dashboards for Grafana, or push them to it",
	.help = "Writes Grafana dashboards about SLOs, deliveries, services, hosts, probes, Prometheus and wick itself. They ask a "
		"Prometheus that scrapes wick, and the exporters that they are about.\n\n"
		"--out writes a JSON file for each, and below provisioning/ what Grafana reads when it starts. --push puts them into a "
		"Grafana that runs: new ones into the folder --folder, those that are there stay where they are, and what has not "
		"changed is left alone. Exits 0, and 2 where something could not be done.\n\n"
		"  wick dashboards --out /etc/grafana/wick\n"
		"  wick dashboards --push http://grafana:3000 --token-file token\n"
		"  wick dashboards --name slo-detail > slo-detail.json\n\n"
		"A daemon that runs serves them at /dashboards/, with links to its own --external-url.",
	.options_only = true,
	.options = options,
	.run = run,
};
