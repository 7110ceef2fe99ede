/* An incident that is made up: which alerts would fire, how soon, and how much of the budget would be gone. */
#include "base/limits.h"
#include "base/num.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "engine/rehearsal.h"
#include "exporters/alerting/text.h"
#include "exporters/screen.h"
#include "format/json_write.h"
#include "slo/native_types.h"

#include <math.h>

enum { OUTAGES_MAX = 16 };

static const struct option_row own_options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "outage",
	 .value = "PART:TIME",
	 .repeats = true,
	 .help = "this part of all events is bad for so long, as 100%:10m or 5%:2h@+1h (default 100%:10m)"},
	{.name = "rate", .value = "N", .help = "events per minute (default 1000); of probes an event is a step"},
	{.name = "format", .value = "FORMAT", .help = "table or json"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, false);
}

/* "100%:10m" or "100%:10m@+1h" */
static bool read_outage(struct str text, struct rehearsal_outage *outage)
{
	size_t colon = str_find(text, ':'), at = str_find(text, '@');
	bool percent;

	*outage = (struct rehearsal_outage){.ratio = 0};
	if (colon >= at || !part_read(str_slice(text, 0, colon), &outage->ratio, &percent) || !(outage->ratio > 0) ||
	    outage->ratio > 1 || !span_read(str_slice(text, colon + 1, at), &outage->length) || outage->length.ms <= 0)
		return false;
	if (at == text.len)
		return true;
	text = str_slice(text, at + 1, text.len);
	if (str_starts(text, STR("+")))
		text = str_slice(text, 1, text.len);
	return span_read(text, &outage->after);
}

static bool read_outages(const struct command *command, const struct arguments *arguments,
			 struct rehearsal_outage *outages, size_t *len)
{
	const char *value;

	*len = 0;
	for (size_t at = 0; (value = argument_next(command, arguments, "outage", &at));) {
		if (*len == OUTAGES_MAX || !read_outage(str_of(value), &outages[*len])) {
			command_misused(command,
					"--outage: '%s' is not of the form 100%%:10m or 5%%:2h@+1h, at most %d of them",
					value, OUTAGES_MAX);
			return false;
		}
		(*len)++;
	}
	if (*len == 0)
		outages[(*len)++] = (struct rehearsal_outage){1, {0}, {10 * SPAN_MINUTE}};
	return true;
}

static bool read_rate(const struct command *command, const struct arguments *arguments, double *rate)
{
	const char *text = argument(command, arguments, "rate");

	*rate = 1000;
	if (!text || (num_read_double(str_of(text), rate) && *rate > 0 && *rate <= 1e9))
		return true;
	command_misused(command, "--rate: '%s' is no number above 0", text);
	return false;
}

static double seconds_between(struct instant from, struct instant to) { return (double)(to.ms - from.ms) / 1000; }

/* The first time that the tier fires; NULL: it does not. */
static const struct backtest_alert *first_of(const struct rehearsal *rehearsal, const struct tier *tier)
{
	for (size_t i = 0; i < rehearsal->backtest.len; i++)
		if (rehearsal->backtest.alerts[i].tier == tier)
			return &rehearsal->backtest.alerts[i];
	return NULL;
}

/* Part of the budget that was spent when the alert fired: what the incident had taken until then. */
static double spent_before(const struct backtest_alert *alert) { return 1 - alert->left; }

static void put_time(struct buf *out, double seconds, unsigned width)
{
	struct buf cell;

	buf_init(&cell, 64);
	alert_time_write(&cell, seconds);
	buf_fmt(out, "%*s", (int)width, cell.at);
	buf_release(&cell);
}

static void put_tier(struct buf *out, const struct rehearsal *rehearsal, const struct tier *tier)
{
	const struct backtest_alert *alert = first_of(rehearsal, tier);

	if (!alert)
		return;
	buf_fmt(out, "  %-16.*s %-9.*s", STR_ARG(tier->name), STR_ARG(tier->severity));
	put_time(out, seconds_between(rehearsal->begin, alert->fired_at), 14);
	if (alert->over_at.ms && alert->over_at.ms < rehearsal->end.ms)
		buf_fmt(out, "%16s", "before the end");
	else if (alert->over_at.ms)
		put_time(out, seconds_between(rehearsal->end, alert->over_at), 16);
	else
		buf_fmt(out, "%16s", "-");
	buf_fmt(out, "%12.1f %%\n", spent_before(alert) * 100);
}

static void put_table(struct buf *out, const struct rehearsal *rehearsal)
{
	const struct slo *slo = rehearsal->backtest.slo;

	screen_safe(out, slo->id);
	buf_fmt(out, ": %.*s over %s; the incident takes %.1f %% of the error budget\n", STR_ARG(slo->objective_text),
		span_text(slo->window).text, rehearsal->spent * 100);
	if (rehearsal->backtest.len == 0) {
		buf_cstr(out, "  no alert would fire\n");
		return;
	}
	buf_fmt(out, "  %-16s %-9s%14s%16s%14s\n", "ALERT", "SEVERITY", "FIRES AFTER", "OVER AFTER", "BUDGET SPENT");
	for (size_t i = 0; i < slo->alerting->len; i++)
		put_tier(out, rehearsal, &slo->alerting->tiers[i]);
}

static void put_json(struct json_writer *json, const struct rehearsal *rehearsal)
{
	const struct slo *slo = rehearsal->backtest.slo;

	json_object(json);
	json_key_text(json, "id", slo->id);
	json_key_num(json, "objective", slo->objective);
	json_key_num(json, "budget_spent", rehearsal->spent);
	json_key(json, "alerts");
	json_array(json);
	for (size_t i = 0; i < slo->alerting->len; i++) {
		const struct backtest_alert *alert = first_of(rehearsal, &slo->alerting->tiers[i]);

		json_object(json);
		json_key_text(json, "tier", slo->alerting->tiers[i].name);
		json_key_text(json, "severity", slo->alerting->tiers[i].severity);
		json_key_num(json, "fires_after_seconds",
			     alert ? seconds_between(rehearsal->begin, alert->fired_at) : (double)NAN);
		json_key_num(json, "over_after_seconds",
			     alert && alert->over_at.ms ? seconds_between(rehearsal->end, alert->over_at)
							: (double)NAN);
		json_key_num(json, "budget_spent_before", alert ? spent_before(alert) : (double)NAN);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

static int show(const struct slo_set *set, const struct rehearsal_options *options, bool as_json)
{
	struct json_writer json;
	struct arena arena;
	struct err err = {0};
	struct buf out;
	int code = EXIT_FINE;

	arena_init(&arena);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	json_begin(&json, &out, true);
	if (as_json)
		json_array(&json);
	for (size_t i = 0; i < set->len; i++) {
		struct rehearsal rehearsal;

		if (!rehearse(&set->slos[i], options, &arena, &rehearsal, &err)) {
			code = command_fail("%s", err.text);
		} else if (as_json) {
			put_json(&json, &rehearsal);
		} else {
			buf_cstr(&out, out.len ? "\n" : "");
			put_table(&out, &rehearsal);
		}
	}
	if (as_json) {
		json_array_end(&json);
		buf_char(&out, '\n');
	}
	code = command_print(&out, code);
	buf_release(&out);
	arena_release(&arena);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"table", "json", NULL};
	struct rehearsal_outage outages[OUTAGES_MAX];
	struct rehearsal_options rehearsal = {.outages = outages};
	struct once once = {.set = NULL};
	struct arguments arguments;
	struct settings settings;
	size_t format;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (settings_from(&settings, command, &arguments) &&
	    argument_choice(command, &arguments, "format", formats, &format) &&
	    read_outages(command, &arguments, outages, &rehearsal.len) &&
	    read_rate(command, &arguments, &rehearsal.events_per_minute)) {
		rehearsal.step = settings.engine.counting.step;
		rehearsal.stale_after = engine_stale_after(&settings.engine);
		if (settings.definitions_len == 0)
			code = command_misused(command, "no definition files are given");
		else if (!once_load(&once, &settings))
			code = command_fail("the definitions have errors");
		else
			code = show(once.set, &rehearsal, format == 1);
	}
	once_release(&once);
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_simulate = {
	.name = "simulate",
	.syntax = "[--outage PART:TIME] [--rate N] [--format table|json] PATH...",
	.summary = "show which alerts a made-up incident would fire",
	.help = "Plays an incident on even traffic behind a calm window, by the same ledgers and judgements as the daemon: after what time "
		"each alert fires, how soon behind the end it is over, and how much of the error budget is spent by then. Nothing is asked of a "
		"source; times are on the grid of --step.\n\n"
		"  wick simulate slos/\n"
		"  wick simulate --outage 5%:2h slos/\n"
		"  wick simulate --outage 100%:5m --outage 1%:6h@+1h --rate 20 slos/",
	.make_options = options,
	.run = run,
};
