#include "exporters/rehearsal.h"

#include "base/num.h"
#include "exporters/alerting/text.h"
#include "exporters/backtest.h"
#include "format/json_write.h"

#include <assert.h>
#include <math.h>

static const char *const traffic_names[] = {"even", "chosen", "busiest", "quietest", "alike", "unknown"};
static const char *const traffic_texts[] = {
	"on even traffic",
	"on its own traffic",
	"in the busiest hour of the day",
	"in the quietest hour of the day",
	"on its own traffic, which is alike at all hours",
	"",
};
static_assert(sizeof(traffic_names) == TRAFFICS * sizeof(char *), "one for each traffic");
static_assert(sizeof(traffic_texts) == TRAFFICS * sizeof(char *), "one for each traffic");

static const char *const outcome_names[] = {"quiet", "fires", "fired_before", "fires_anyway"};
static const char *const outcome_texts[] = {"", "", "already firing", "without it too"};
static_assert(sizeof(outcome_names) == OUTCOMES * sizeof(char *), "one for each outcome");
static_assert(sizeof(outcome_texts) == OUTCOMES * sizeof(char *), "one for each outcome");

static double seconds_between(struct instant from, struct instant to) { return (double)(to.ms - from.ms) / 1000; }

/* A part that is not known as such is told when it is more than nothing. */
static void put_known(struct buf *out, const char *of, double known)
{
	if (known >= 0.99)
		return;
	buf_cstr(out, "  ");
	backtest_ratio_write(out, known);
	buf_fmt(out, " of %s is known\n", of);
}

static void put_head(struct buf *out, const struct rehearsal *rehearsal)
{
	const struct slo *slo = rehearsal->slo;

	backtest_name_write(out, slo, rehearsal->group);
	buf_fmt(out, ": %.*s over %.*s; ", STR_ARG(slo->objective_text), STR_ARG(slo->windows->name));
	if (!rehearsal->touched) {
		buf_cstr(out, "the incident does not touch it: slow requests concern latencies alone\n");
	} else if (rehearsal->traffic == TRAFFIC_UNKNOWN) {
		buf_cstr(out, "no hour of its history is known and has room for the incident behind it\n");
	} else if (!(rehearsal->known > 0)) {
		buf_fmt(out, "nothing is known of the time from %s on\n", instant_text(rehearsal->begin).text);
	} else {
		buf_cstr(out, "the incident takes ");
		backtest_ratio_write(out, rehearsal->spent);
		buf_cstr(out, " of the error budget\n");
	}
}

static void put_traffic(struct buf *out, const struct rehearsal *rehearsal)
{
	double rate = rehearsal->events_per_minute;

	buf_fmt(out, "  %s", traffic_texts[rehearsal->traffic]);
	if (rehearsal->traffic != TRAFFIC_EVEN)
		buf_fmt(out, ", from %s on", instant_text(rehearsal->begin).text);
	buf_fmt(out, rate < 100 ? ": %.3g %s%s a minute" : ": %.0f %s%s a minute", rate,
		slo_per_step(rehearsal->slo) ? "step" : "event", num_same(rate, 1) ? "" : "s");
	if (rehearsal->traffic != TRAFFIC_EVEN) {
		buf_cstr(out, "; before it ");
		backtest_ratio_write(out, rehearsal->left_before);
		buf_cstr(out, " of the budget is left");
	}
	buf_char(out, '\n');
	put_known(out, "the time of the incident", rehearsal->known);
	put_known(out, "the window before it", rehearsal->window_known);
}

static void put_time(struct buf *out, const char *before, double seconds, unsigned width)
{
	struct buf cell;

	buf_init(&cell, 64);
	buf_cstr(&cell, before);
	alert_time_write(&cell, seconds);
	buf_fmt(out, "%*s", (int)width, cell.at);
	buf_release(&cell);
}

static void put_part(struct buf *out, double part, unsigned width)
{
	struct buf cell;

	buf_init(&cell, 64);
	backtest_ratio_write(&cell, part);
	buf_fmt(out, "%*s", (int)width, cell.at);
	buf_release(&cell);
}

static void put_over(struct buf *out, const struct rehearsal *rehearsal, const struct rehearsal_alert *alert)
{
	if (alert->over_at.ms == 0)
		put_time(out, "> ", seconds_between(rehearsal->end, rehearsal->to), 16);
	else if (alert->over_at.ms < rehearsal->end.ms)
		buf_fmt(out, "%16s", "before the end");
	else
		put_time(out, "", seconds_between(rehearsal->end, alert->over_at), 16);
}

static void put_alert(struct buf *out, const struct rehearsal *rehearsal, const struct rehearsal_alert *alert)
{
	if (alert->outcome == OUTCOME_QUIET)
		return;
	buf_fmt(out, "  %-16.*s %-9.*s", STR_ARG(alert->tier->name), STR_ARG(alert->tier->severity));
	if (alert->outcome == OUTCOME_FIRES) {
		put_time(out, "", seconds_between(rehearsal->begin, alert->fired_at), 15);
		put_over(out, rehearsal, alert);
		put_part(out, alert->spent, 14);
		put_part(out, alert->left, 10);
	} else {
		buf_fmt(out, "%15s", outcome_texts[alert->outcome]);
	}
	buf_char(out, '\n');
}

bool rehearsal_write(struct buf *out, const struct rehearsal *rehearsal)
{
	bool quiet = true;

	put_head(out, rehearsal);
	if (!rehearsal->touched || !(rehearsal->known > 0))
		return !out->full;
	put_traffic(out, rehearsal);
	for (size_t i = 0; i < rehearsal->len; i++)
		quiet = quiet && rehearsal->alerts[i].outcome == OUTCOME_QUIET;
	if (quiet)
		return buf_cstr(out, "  no alert would fire\n");
	buf_fmt(out, "  %-16s %-9s%15s%16s%14s%10s\n", "ALERT", "SEVERITY", "FIRES AFTER", "OVER AFTER", "BUDGET SPENT",
		"LEFT");
	for (size_t i = 0; i < rehearsal->len; i++)
		put_alert(out, rehearsal, &rehearsal->alerts[i]);
	return !out->full;
}

static void alert_json(struct json_writer *json, const struct rehearsal *rehearsal, const struct rehearsal_alert *alert)
{
	bool fires = alert->outcome == OUTCOME_FIRES;

	json_object(json);
	json_key_text(json, "tier", alert->tier->name);
	json_key_text(json, "severity", alert->tier->severity);
	json_key(json, "outcome");
	json_cstr(json, outcome_names[alert->outcome]);
	json_key_num(json, "fires_after_seconds",
		     fires ? seconds_between(rehearsal->begin, alert->fired_at) : (double)NAN);
	json_key_num(json, "over_after_seconds",
		     alert->over_at.ms ? seconds_between(rehearsal->end, alert->over_at) : (double)NAN);
	json_key_num(json, "budget_spent_before", alert->spent);
	json_key_num(json, "budget_left", alert->left);
	json_object_end(json);
}

void rehearsal_json(struct json_writer *json, const struct rehearsal *rehearsal)
{
	bool dated = rehearsal->traffic != TRAFFIC_EVEN;

	json_object(json);
	json_key_text(json, "id", rehearsal->slo->id);
	backtest_group_json(json, rehearsal->group);
	json_key_num(json, "objective", rehearsal->slo->objective);
	json_key(json, "touched");
	json_bool(json, rehearsal->touched);
	json_key(json, "traffic");
	json_cstr(json, traffic_names[rehearsal->traffic]);
	json_key_instant(json, "begin", dated ? rehearsal->begin : (struct instant){0});
	json_key_instant(json, "end", dated ? rehearsal->end : (struct instant){0});
	json_key_instant(json, "played_to", dated ? rehearsal->to : (struct instant){0});
	json_key_num(json, "events_per_minute", rehearsal->events_per_minute);
	json_key_num(json, "known", rehearsal->known);
	json_key_num(json, "window_known", rehearsal->window_known);
	json_key_num(json, "budget_left_before", rehearsal->left_before);
	json_key_num(json, "budget_spent", rehearsal->spent);
	json_key(json, "alerts");
	json_array(json);
	for (size_t i = 0; i < rehearsal->len; i++)
		alert_json(json, rehearsal, &rehearsal->alerts[i]);
	json_array_end(json);
	json_object_end(json);
}
