/* An incident that is made up: which alerts would fire, how soon, and how much of the budget would be gone. */
#include "base/limits.h"
#include "base/num.h"
#include "cmd/once.h"
#include "cmd/setting_options.h"
#include "engine/rehearsal.h"
#include "exporters/rehearsal.h"
#include "format/json_write.h"
#include "slo/native/native_types.h"

enum { FAULTS_MAX = 16 };

static const struct option_row own_options[] = {
	{.name = "config", .letter = 'c', .value = "FILE", .help = "read settings from this wick.yaml"},
	{.name = "outage",
	 .value = "PART:TIME",
	 .repeats = true,
	 .help = "this part of all events is bad for so long, as 100%:10m or 5%:2h@+1h, an hour later (default 100%:10m)"},
	{.name = "slow",
	 .value = "PART:TIME",
	 .repeats = true,
	 .help = "this part of all requests is slower than every threshold for so long: bad for latencies, and for "
		 "no other SLO"},
	{.name = "at",
	 .value = "TIME",
	 .help = "lay the incident over the SLO's own traffic, from this time on (RFC 3339, a date, or Unix seconds)"},
	{.name = "since",
	 .value = "DURATION",
	 .help = "lay it over the busiest and the quietest hour of the day, as so much of the history tells them "
		 "(default 30d with --source)"},
	{.name = "rate",
	 .value = "N",
	 .help = "events per minute of even traffic (default 1000); of probes, thresholds and ratios an event is a step"},
	{.name = "format", .value = "FORMAT", .help = "table or json"},
	{.name = NULL},
};

static const struct option_row *options(void)
{
	static struct option_row table[SETTING_OPTIONS_MAX];

	return setting_options(table, own_options, false);
}

/* What is asked for. */
struct request {
	struct rehearsal_fault faults[FAULTS_MAX];
	struct rehearsal_options options;
	bool history; /* the SLO's own traffic instead of an even one */
	bool as_json;
};

/* "100%:10m" or "100%:10m@+1h"; false where it is not of that form. */
static bool split_fault(struct str text, struct rehearsal_fault *fault)
{
	size_t colon = str_find(text, ':'), at = str_find(text, '@');
	bool percent;

	if (colon >= at || !part_read(str_slice(text, 0, colon), &fault->ratio, &percent) ||
	    !span_read(str_slice(text, colon + 1, at), &fault->length))
		return false;
	if (at == text.len)
		return true;
	text = str_slice(text, at + 1, text.len);
	if (str_starts(text, STR("+")))
		text = str_slice(text, 1, text.len);
	return span_read(text, &fault->after);
}

static bool read_faults(const struct command *command, const struct arguments *arguments, const char *option,
			struct request *request)
{
	const char *value;

	for (size_t at = 0; (value = argument_next(command, arguments, option, &at));) {
		struct rehearsal_fault fault = {.slow = strcmp(option, "slow") == 0};
		const char *fault_text = NULL;

		if (!split_fault(str_of(value), &fault))
			fault_text = "is not of the form 100%:10m or 5%:2h@+1h";
		else if (!(fault.ratio > 0) || fault.ratio > 1)
			fault_text = "has no part above 0% and up to 100%";
		else if (fault.length.ms <= 0)
			fault_text = "takes no time";
		else if (request->options.incident.len == FAULTS_MAX)
			fault_text = "is one too many: an incident has 16 outages and slow times at most";
		if (fault_text) {
			command_misused(command, "--%s: '%s' %s", option, value, fault_text);
			return false;
		}
		request->faults[request->options.incident.len++] = fault;
	}
	return true;
}

static bool read_incident(const struct command *command, const struct arguments *arguments, struct request *request)
{
	static const struct rehearsal_fault usual = {.ratio = 1, .length = {10 * SPAN_MINUTE}};

	request->options.incident = (struct rehearsal_incident){request->faults, 0};
	if (!read_faults(command, arguments, "outage", request) || !read_faults(command, arguments, "slow", request))
		return false;
	if (request->options.incident.len == 0)
		request->faults[request->options.incident.len++] = usual;
	return true;
}

static bool read_rate(const struct command *command, const struct arguments *arguments, double *rate)
{
	const char *text = argument(command, arguments, "rate");

	*rate = 1000;
	if (!text || (num_read_double(str_of(text), rate) && *rate > 0 && *rate <= 1e9))
		return true;
	command_misused(command, "--rate: '%s' is no number above 0 and up to 1e9", text);
	return false;
}

static bool misused(const struct command *command, const char *why)
{
	command_misused(command, "%s", why);
	return false;
}

/* Which traffic: any of three options wants the SLO's own. */
static bool read_traffic(const struct command *command, const struct arguments *arguments, struct request *request)
{
	bool at = argument(command, arguments, "at"), since = argument(command, arguments, "since");

	request->history = at || since || argument(command, arguments, "source");
	if (at && since)
		return misused(command, "--at says when the incident begins, and --since where such a time is looked "
					"for: give one of them");
	if (request->history && argument(command, arguments, "rate"))
		return misused(command,
			       "--rate is for even traffic: with --source, --at or --since it is the SLO's own");
	if (!read_rate(command, arguments, &request->options.events_per_minute) ||
	    !once_at(command, arguments, &request->options.begin) ||
	    !once_since(command, arguments, &request->options.since))
		return false;
	if (at && request->options.begin.ms <= 0)
		return misused(command, "--at: there is no history before 1970");
	return true;
}

/* Slow requests alone, and nobody who minds, are a mistake. */
static bool concerns_any(const struct slo_set *set, const struct request *request)
{
	bool any = set->len == 0;

	for (size_t i = 0; i < set->len; i++)
		any = any || rehearsal_touches(&request->options.incident, &set->slos[i]);
	if (!any)
		command_fail(
			"--slow concerns latencies alone, and none of these SLOs is one; --outage is for all kinds");
	return any;
}

/* How much is read back: with a time that was asked for what lies around it, else all in which such a time is looked
 * for. False where the incident would not be over yet. */
static bool prepare(const struct slo_set *set, const struct request *request, struct settings *settings,
		    struct instant *now)
{
	struct span begin, end, last = {0}, room = {0}, lead = {0};
	struct instant behind;

	*now = instant_now();
	once_prepare(settings, false);
	settings->engine.counting.before = request->options.since;
	if (request->options.begin.ms == 0)
		return true;
	for (size_t i = 0; i < set->len; i++) {
		struct span wanted = rehearsal_room(&set->slos[i], &request->options.incident);

		rehearsal_bounds(&request->options.incident, &set->slos[i], &begin, &end);
		last.ms = end.ms > last.ms ? end.ms : last.ms;
		room.ms = wanted.ms > room.ms ? wanted.ms : room.ms;
		wanted = rehearsal_lead(&set->slos[i]);
		lead.ms = wanted.ms > lead.ms ? wanted.ms : lead.ms;
	}
	if (request->options.begin.ms + last.ms > now->ms) {
		behind.ms = request->options.begin.ms + last.ms;
		command_fail("--at: the incident would end at %s: there is no history of that yet",
			     instant_text(behind).text);
		return false;
	}
	/* the grid may end a step before */
	behind.ms = request->options.begin.ms + room.ms + settings->engine.counting.step.ms;
	settings->engine.counting.before.ms = room.ms + lead.ms + settings->engine.counting.step.ms;
	if (behind.ms + settings->engine.settle.ms <= now->ms) {
		*now = behind;
		once_prepare(settings, true);
	}
	return true;
}

/* The rehearsals of one SLO: one on even traffic, else one or two for each group. */
static bool rehearse_slo(const struct once *once, const struct slo *slo, const struct request *request,
			 struct arena *arena, struct rehearsal **list, size_t *len, struct err *err)
{
	if (request->history)
		return rehearse_history(once->store, slo, &request->options, arena, list, len, err) &&
		       (*len || err_set(err, "no group of '%.*s' is known in this history", STR_ARG(slo->id)));
	*list = arena_array(arena, 1, sizeof(**list));
	*len = 1;
	return rehearse_evenly(slo, &request->options, arena, *list, err);
}

static int show(const struct once *once, const struct request *request)
{
	struct json_writer json;
	struct arena arena;
	struct err err = {0};
	struct buf out;
	int code = EXIT_FINE;

	arena_init(&arena);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	json_begin(&json, &out, true);
	if (request->as_json)
		json_array(&json);
	for (size_t i = 0; i < once->set->len; i++) {
		struct rehearsal *list;
		size_t len;

		if (!rehearse_slo(once, &once->set->slos[i], request, &arena, &list, &len, &err)) {
			code = command_fail("%s", err.text);
			continue;
		}
		for (size_t k = 0; k < len; k++) {
			if (request->as_json) {
				rehearsal_json(&json, &list[k]);
				continue;
			}
			buf_cstr(&out, out.len ? "\n" : "");
			rehearsal_write(&out, &list[k]);
		}
	}
	if (request->as_json) {
		json_array_end(&json);
		buf_char(&out, '\n');
	}
	code = command_print(&out, code);
	buf_release(&out);
	arena_release(&arena);
	return code;
}

static int rehearse_all(struct settings *settings, struct request *request)
{
	struct once once = {.offline = !request->history};
	struct instant now;
	struct err err = {0};
	int code = EXIT_FAILED;

	request->options.step = settings->engine.counting.step;
	request->options.stale_after = engine_stale_after(&settings->engine);
	if (!once_load(&once, settings))
		command_fail("the definitions have errors");
	else if (!concerns_any(once.set, request) || (request->history && !prepare(once.set, request, settings, &now)))
		code = EXIT_FAILED; /* it has been said why */
	else if (request->history && !once_count_all(&once, settings, now, &err))
		command_fail("%s", err.text);
	else
		code = show(&once, request);
	once_release(&once);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"table", "json", NULL};
	struct request request = {.history = false};
	struct arguments arguments;
	struct settings settings;
	size_t format;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	if (settings_from(&settings, command, &arguments) &&
	    argument_choice(command, &arguments, "format", formats, &format) &&
	    read_incident(command, &arguments, &request) && read_traffic(command, &arguments, &request)) {
		request.as_json = format == 1;
		if (settings.definitions_len == 0)
			code = command_misused(command, "no definition files are given");
		else
			code = rehearse_all(&settings, &request);
	}
	settings_release(&settings);
	arguments_release(&arguments);
	return code;
}

const struct command command_simulate = {
	.name = "simulate",
	.syntax = "[--outage PART:TIME] [--slow PART:TIME] [--source URL] [--at TIME] PATH...",
	.summary = "show which alerts a made-up incident would fire",
	.help = "Plays an incident by the same ledgers and judgements as the daemon: after what time each alert fires, how soon behind "
		"the end it is over, how much of the error budget the incident has taken by then, and how much is left. Times are on the "
		"grid of --step.\n\n"
		"An outage is bad for SLOs of every kind; slow requests are bad for latencies alone. Where several are under way, the "
		"worst one counts.\n\n"
		"Without a source it is played on even traffic behind a calm window, and nothing is asked. With --source, --at or --since "
		"it is laid over the traffic that the SLO had: the given part of the good events of each step turns bad. The history is "
		"read back as for 'wick backtest', so quiet nights, the least numbers of events and the budget that is already spent are "
		"real ones. Alerts that fired anyway are told apart.\n\n"
		"  wick simulate slos/\n"
		"  wick simulate --outage 5%:2h slos/\n"
		"  wick simulate --slow 30%:20m --outage 100%:5m@+1h --rate 20 slos/\n"
		"  wick simulate --outage 5%:1h --source http://localhost:9090 slos/\n"
		"  wick simulate --outage 5%:1h --at 2026-01-31T03:00:00Z slos/",
	.make_options = options,
	.run = run,
};
