/* What would have been: the alerts and the budget that a definition would have had over the history that the source
 * holds. */
#include "engine/backtest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "cmd/terminal.h"
#include "exporters/backtest.h"
#include "exporters/backtest_page.h"
#include "format/json_write.h"

#include <stdlib.h>

/* As the formats are given. */
enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_HTML };
enum { CURVE_POINTS = 60, DRAWN_POINTS = 800 };

static const struct option_row own_options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "since", .value = "DURATION", .help = "play so much of the history (default 30d)"},
	{.name = "at", .value = "TIME", .help = "up to this time (RFC 3339, a date, or Unix seconds) instead of now"},
	{.name = "compare", .value = "PATH", .help = "play these definitions too, and compare the alerts of both"},
	{.name = "format", .value = "FORMAT", .help = "table, json, or html: a file with the curves drawn"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, false);
}

/* All backtests of one version of the definitions; they live in the arena and point into its set. */
struct version {
	struct once once;
	struct backtest *list;
	size_t len, cap;
};

static bool play(struct version *version, struct settings *settings, const struct backtest_options *options,
		 struct instant now, struct arena *arena, struct err *err)
{
	if (!once_count_all(&version->once, settings, now, err))
		return false;
	for (size_t i = 0; i < version->once.set->len; i++) {
		struct backtest *played;
		size_t len = backtest_play(version->once.store, &version->once.set->slos[i], options, arena, &played);

		for (size_t k = 0; k < len; k++) {
			XGROW(version->list, version->len, version->cap);
			version->list[version->len++] = played[k];
		}
	}
	return true;
}

/* Before anything is asked: reading a history back takes a while. */
static bool load_both(struct version *before, struct version *after, struct settings *settings, const char *compare,
		      struct err *err)
{
	bool ok = once_load(&before->once, settings);

	if (ok && compare) {
		settings_paths(settings, &compare, 1);
		ok = once_load(&after->once, settings);
	}
	return ok || err_set(err, "the definitions have errors");
}

static void version_release(struct version *version)
{
	once_release(&version->once);
	free(version->list);
}

static const struct backtest *find(const struct version *version, const struct backtest *twin)
{
	for (size_t i = 0; i < version->len; i++)
		if (str_eq(version->list[i].slo->id, twin->slo->id) && labels_eq(version->list[i].group, twin->group))
			return &version->list[i];
	return NULL;
}

static void write_table(struct buf *out, const struct version *before, const struct version *after)
{
	struct table_style style = terminal_style();

	for (size_t i = 0; i < before->len; i++) {
		const struct backtest *twin = find(after, &before->list[i]);

		if (i)
			buf_char(out, '\n');
		if (twin)
			backtest_write_comparison(out, &before->list[i], twin);
		else
			backtest_write(out, &before->list[i], &style);
	}
}

static void write_list(struct json_writer *json, const struct version *version)
{
	json_array(json);
	for (size_t i = 0; i < version->len; i++)
		backtest_json(json, &version->list[i]);
	json_array_end(json);
}

static void write_json(struct buf *out, const struct version *before, const struct version *after, bool compared)
{
	struct json_writer json;

	json_begin(&json, out, true);
	if (compared) {
		json_object(&json);
		json_key(&json, "before");
		write_list(&json, before);
		json_key(&json, "after");
		write_list(&json, after);
		json_object_end(&json);
	} else {
		write_list(&json, before);
	}
	buf_char(out, '\n');
}

/* Each SLO, and below it what it is with the other definitions. */
static void write_page(struct buf *out, const struct version *before, const struct version *after, bool compared)
{
	backtest_page_begin(out);
	for (size_t i = 0; i < before->len; i++) {
		const struct backtest *twin = find(after, &before->list[i]);

		backtest_page_write(out, &before->list[i], compared ? STR("before") : STR(""));
		if (twin)
			backtest_page_write(out, twin, STR("after"));
	}
	backtest_page_end(out);
}

/* Plays one or two versions, and prints; the exit code. */
static int show(struct settings *settings, const struct backtest_options *options, struct instant now,
		const char *compare, enum format format)
{
	struct version before = {.len = 0}, after = {.len = 0};
	struct arena arena;
	struct err err = {0};
	struct buf out;
	bool ok;
	int code;

	arena_init(&arena);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	ok = load_both(&before, &after, settings, compare, &err) &&
	     play(&before, settings, options, now, &arena, &err) &&
	     (!compare || play(&after, settings, options, now, &arena, &err));
	if (ok && format == FORMAT_JSON)
		write_json(&out, &before, &after, compare != NULL);
	else if (ok && format == FORMAT_HTML)
		write_page(&out, &before, &after, compare != NULL);
	else if (ok)
		write_table(&out, &before, &after);
	code = ok ? command_print(&out, EXIT_FINE) : command_fail("%s", err.text);
	buf_release(&out);
	version_release(&before);
	version_release(&after);
	arena_release(&arena);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"table", "json", "html", NULL};
	struct backtest_options play_options = {.points = 0};
	struct arguments arguments;
	struct settings settings;
	struct instant now;
	size_t format;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (settings_from(&settings, command, &arguments) &&
	    argument_choice(command, &arguments, "format", formats, &format) &&
	    once_since(command, &arguments, &play_options.since) &&
	    once_settings(&settings, command, &arguments, &now)) {
		play_options.points = format == FORMAT_HTML ? DRAWN_POINTS : CURVE_POINTS;
		play_options.lead = BACKTEST_LEAD;
		settings.engine.counting.before.ms = play_options.since.ms + play_options.lead.ms;
		play_options.step = settings.engine.counting.step;
		play_options.stale_after = engine_stale_after(&settings.engine);
		if (settings.definitions_len == 0)
			code = command_misused(command, "no definition files are given");
		else
			code = show(&settings, &play_options, now, argument(command, &arguments, "compare"),
				    (enum format)format);
	}
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_backtest = {
	.name = "backtest",
	.syntax = "[--source URL] [--since DURATION] [--at TIME] [--compare PATH] PATH...",
	.summary = "show which alerts would have fired over the history",
	.help = "Reads the history back from the source, a window further than is played, and judges every step of it as the daemon "
		"would have: each alert that would have fired, from when to when, how much of the budget was spent in its long "
		"window before, and how much was left; the curve of the budget; and the objective that would have been met "
		"throughout.\n\n"
		"With --compare the same history is played with other definitions, too, and the alerts of both stand side by "
		"side: before a threshold is changed, one sees what that would do.\n\n"
		"  wick backtest --source http://localhost:9090 --since 14d slos/\n"
		"  wick backtest --format html slos/ > backtest.html\n"
		"  wick backtest --compare edited.yaml slos/shop.yaml",
	.make_options = options,
	.run = run,
};
