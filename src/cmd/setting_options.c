#include "cmd/setting_options.h"

#include "base/limits.h"
#include "base/mem.h"
#include "slo/finding_write.h"

#include <assert.h>
#include <stdio.h>

static bool for_daemons(const char *name)
{
	static const char *const names[] = {"backfill-rate", "enable-reload",  "listen",    "no-backfill", "no-watch",
					    "store",         "watch-interval", "log-level", "facts"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return strncmp(name, "github-", 7) == 0 || strncmp(name, "delivery-", 9) == 0 ||
	       strncmp(name, "report-", 7) == 0;
}

static bool is_own(const struct option_row *own, const char *name)
{
	for (; own->name; own++)
		if (strcmp(own->name, name) == 0)
			return true;
	return false;
}

/* Appends the flags that begin so, but for those that the command has options of its own for; hidden are those that
 * mean nothing to a command that runs no daemon. */
static const struct option_row *fill(struct option_row *table, const struct option_row *own, const char *begin,
				     bool hide)
{
	const struct setting_flag *flags;
	size_t len = 0, count = settings_flags(&flags);

	for (const struct option_row *row = own; row->name; row++)
		table[len++] = *row;
	assert(len + count < SETTING_OPTIONS_MAX);
	for (size_t i = 0; i < count; i++)
		if (strncmp(flags[i].name, begin, strlen(begin)) == 0 && !is_own(own, flags[i].name))
			table[len++] = (struct option_row){
				.name = flags[i].name,
				.value = flags[i].value,
				.help = flags[i].help,
				.repeats = flags[i].repeats,
				.hidden = flags[i].hidden || (hide && for_daemons(flags[i].name)),
			};
	table[len] = (struct option_row){.name = NULL};
	return table;
}

const struct option_row *setting_options(struct option_row table[SETTING_OPTIONS_MAX], const struct option_row *own,
					 bool daemon)
{
	return fill(table, own, "", !daemon);
}

const struct option_row *setting_options_of(struct option_row table[SETTING_OPTIONS_MAX], const struct option_row *own,
					    const char *begin)
{
	return fill(table, own, begin, false);
}

static bool is_setting(const char *name)
{
	const struct setting_flag *flags;
	size_t count = settings_flags(&flags);

	for (size_t i = 0; i < count; i++)
		if (strcmp(flags[i].name, name) == 0)
			return true;
	return false;
}

/* Writes what was found to stderr. */
static void print_findings(const struct findings *findings)
{
	struct buf out;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	findings_write(&out, FINDING_TEXT, findings->at, findings->len, findings->dropped);
	fwrite(out.at ? out.at : "", 1, out.len, stderr);
	buf_release(&out);
}

static bool read_config(struct settings *settings, const char *path)
{
	struct findings findings;
	struct arena arena;
	bool ok;

	arena_init(&arena);
	findings_init(&findings, &arena, LIMIT_FINDINGS);
	ok = settings_read_file(settings, path, &findings);
	print_findings(&findings);
	findings_release(&findings);
	arena_release(&arena);
	return ok;
}

bool settings_from_flags(struct settings *settings, const struct command *command, const struct arguments *arguments)
{
	struct err err = {0};
	bool ok = true;

	for (size_t i = 0; i < arguments->given_len; i++)
		if (is_setting(arguments->given[i].row->name) &&
		    !settings_flag(settings, arguments->given[i].row->name, arguments->given[i].value, &err)) {
			command_misused(command, "%s", err.text);
			ok = false;
		}
	return ok;
}

bool settings_from(struct settings *settings, const struct command *command, const struct arguments *arguments)
{
	const char *config = argument(command, arguments, "config");
	struct err err = {0};
	bool ok;

	settings_init(settings);
	if (config && !read_config(settings, config)) {
		command_fail("'%s' cannot be used", config);
		return false;
	}
	ok = settings_from_flags(settings, command, arguments);
	if (arguments->rest_len)
		settings_paths(settings, arguments->rest, arguments->rest_len);
	if (ok && !settings_finish(settings, &err)) {
		command_fail("%s", err.text);
		ok = false;
	}
	return ok;
}

const char **settings_definitions(const struct settings *settings)
{
	const char **paths = xcalloc(settings->definitions_len + 1, sizeof(*paths));

	for (size_t i = 0; i < settings->definitions_len; i++)
		paths[i] = settings->definitions[i].at;
	return paths;
}
