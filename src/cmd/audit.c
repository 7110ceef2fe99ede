/* What changed of exclusions and adjustments: the audit list of a daemon that runs, or of its store. */
#include "engine/audit.h"
#include "base/limits.h"
#include "cmd/ask.h"
#include "cmd/command.h"
#include "exporters/audit.h"

static const struct option_row options[] = {
	ASK_URL_OPTION,
	{.name = "store",
	 .value = "PATH",
	 .help = "read this ledger file, also while a daemon writes it, instead of asking the daemon"},
	{.name = "since",
	 .value = "TIME",
	 .help = "only what was noticed from then on: a time (RFC 3339, a date, or Unix seconds), or a duration such as 30d"},
	{.name = "format", .value = "FORMAT", .help = "table, json or csv"},
	{.name = NULL},
};

static const char *const formats[] = {"table", "json", "csv", NULL};
static bool (*const writers[])(struct buf *, const struct audit_list *,
			       struct instant) = {audit_table_write, audit_json_write, audit_csv_write};

static struct audit_list *ask_daemon(const char *address, struct err *err)
{
	struct audit_list *list = NULL;
	struct answer answer;
	struct err why = {0};

	if (!ask(address, STR("/api/v1/audit"), &answer, err))
		;
	else if (answer.status != 200)
		err_set(err, "'%.*s' answers with status %ld; is it wick?", STR_ARG(buf_view(&answer.url)),
			answer.status);
	else if (!(list = audit_json_read(buf_view(&answer.body), &why)))
		err_set(err, "what '%.*s' answers is not wick's: %s", STR_ARG(buf_view(&answer.url)), why.text);
	answer_release(&answer);
	return list;
}

static bool read_since(const struct command *command, const struct arguments *arguments, struct instant *since)
{
	const char *text = argument(command, arguments, "since");
	struct span span;

	*since = (struct instant){INT64_MIN};
	if (!text || instant_read(str_of(text), since))
		return true;
	if (span_read(str_of(text), &span)) {
		since->ms = instant_now().ms - span.ms;
		return true;
	}
	command_misused(command,
			"--since: '%s' is neither a time such as 2026-01-31T12:00:00Z nor a duration such as 30d",
			text);
	return false;
}

static int show(const char *url, const char *path, struct instant since, size_t format)
{
	struct err err = {0};
	struct audit_list *list = path ? audit_read(path, &err) : ask_daemon(url, &err);
	struct buf out;
	int code;

	if (!list)
		return command_fail("%s", err.text);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	writers[format](&out, list, since);
	code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	audit_list_unref(list);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct instant since;
	const char *url, *path;
	size_t format;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	url = argument(command, &arguments, "url");
	path = argument(command, &arguments, "store");
	if (url && path)
		code = command_misused(command, "'--url' and '--store' name two sources; give one of them");
	else if (argument_choice(command, &arguments, "format", formats, &format) &&
		 read_since(command, &arguments, &since))
		code = show(url, path, since, format);
	arguments_release(&arguments);
	return code;
}

const struct command command_audit = {
	.name = "audit",
	.syntax = "[--url URL | --store PATH] [--since TIME] [--format table|json|csv]",
	.summary = "show every change of exclusions and adjustments",
	.help = "A daemon keeps in its ledger file which exclusions and adjustments are in force, and notes each that comes, goes or "
		"changes with its definitions: when that was noticed, what it was before and is now, its author and reason, and "
		"where it stands. A file that is broken takes nothing away. The oldest entry is first; the newest 10,000 are "
		"kept, and how many there were before is said.\n\n"
		"Asks the daemon, or with --store reads its file. Exits 0, and 2 where neither can be read.",
	.options_only = true,
	.options = options,
	.run = run,
};
