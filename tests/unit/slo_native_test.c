/* The native language: what is read, and every way in which it can be wrong. */
#include "slo/definitions.h"

#include "base/buf.h"
#include "base/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct slo_set *set;
static struct buf text;

static void begin(void)
{
	set = NULL;
	buf_init(&text, MIB(16));
}

static void end(void)
{
	slo_set_unref(set);
	buf_release(&text);
}

#define HEAD   "apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\n"
#define EVENTS "sli: {events: {bad: 'x_total{code=\"5\"}', total: x_total}}"

static void read_text(const char *yaml)
{
	slo_set_unref(set);
	set = slo_set_read("a.yaml", str_of(yaml));
}

/* One SLO of which `inner` is all but the name, on line 5 of the file, in flow style. */
static void read_slo(const char *inner)
{
	buf_clear(&text);
	buf_fmt(&text, HEAD "slos:\n- {name: n, %s}\n", inner);
	read_text(text.at);
}

static void assert_text(struct str s, const char *expected)
{
	ck_assert_msg(str_is(s, expected), "'%.*s' is not '%s'", STR_ARG(s), expected);
}

static const char *all_findings(void)
{
	struct buf buf;
	const char *out;

	buf_init(&buf, MIB(1));
	for (size_t i = 0; i < set->findings_len; i++)
		buf_fmt(&buf, "%u:%u %s [%s]\n", set->findings[i].place.line, set->findings[i].place.col,
			set->findings[i].text.at, set->findings[i].rule);
	out = arena_str(&set->arena, buf_view(&buf)).at;
	buf_release(&buf);
	return out;
}

static const struct slo *only(void)
{
	ck_assert_msg(set->len == 1, "%zu SLOs, findings:\n%s", set->len, all_findings());
	return &set->slos[0];
}

START_TEST(several_objectives_are_slos_of_one_indicator)
{
	read_slo(
		"description: it answers, " EVENTS
		", objectives: [{name: internal, objective: 99.9%}, {name: contract, objective: 0.99, description: signed}]");
	ck_assert_msg(set->len == 2, "%s", all_findings());
	assert_text(set->slos[0].id, "s/n-contract");
	assert_text(set->slos[0].description, "signed");
	assert_text(set->slos[0].objective_text, "0.99");
	assert_text(set->slos[1].id, "s/n-internal");
	assert_text(set->slos[1].description, "it answers");
	ck_assert(set->slos[1].objective > 0.9989 && set->slos[1].objective < 0.9991);
	ck_assert_uint_eq(set->slos[0].counts_hash, set->slos[1].counts_hash);
	ck_assert_uint_eq(set->findings_len, 0);
}
END_TEST

START_TEST(an_slo_has_what_its_author_wrote)
{
	read_text("apiVersion: wick/v1\nkind: ServiceLevels\nservice: api\nnamespace: shop\n"
		  "labels: {team: a, tier_of: \"on\"}\nslos:\n"
		  "- name: availability\n  description: it answers\n  objective: 99.9%\n  window: 7d\n"
		  "  labels: {team: b, extra: 1.0}\n  groupBy: [zone, instance]\n  groupLimit: 7\n"
		  "  sli:\n    events:\n      bad: x_total{code=~\"5..\"}\n      total: x_total\n");
	const struct slo *slo = only();

	assert_text(slo->id, "shop/api/availability");
	assert_text(slo->namespace_, "shop");
	assert_text(slo->service, "api");
	assert_text(slo->name, "availability");
	assert_text(slo->description, "it answers");
	assert_text(slo->objective_text, "99.9%");
	ck_assert(slo->objective <= 0.999 && slo->objective >= 0.999);
	ck_assert_int_eq(slo->window.ms, 7 * 86400000LL);
	ck_assert_uint_eq(slo->labels.len, 3);
	assert_text(slo->labels.at[0].name, "extra");
	assert_text(slo->labels.at[0].value, "1.0");
	assert_text(slo->labels.at[1].value, "b");
	assert_text(slo->labels.at[2].value, "on");
	ck_assert_uint_eq(slo->group_by_len, 2);
	assert_text(slo->group_by[0], "instance");
	assert_text(slo->group_by[1], "zone");
	ck_assert_uint_eq(slo->group_limit, 7);
	ck_assert_int_eq(slo->sli.kind, SLI_EVENTS);
	assert_text(slo->sli.bad.text, "x_total{code=~\"5..\"}");
	ck_assert_uint_eq(slo->sli.bad.place.line, 16);
	ck_assert_uint_eq(slo->sli.bad.place.col, 12);
	ck_assert_str_eq(slo->sli.bad.place.file, "a.yaml");
	assert_text(slo->sli.total.text, "x_total");
	ck_assert_uint_eq(slo->sli.good.text.len, 0);
	ck_assert_uint_eq(slo->place.line, 7);
	ck_assert_uint_eq(set->findings_len, 0);
}
END_TEST

START_TEST(groups_may_have_a_top)
{
	read_slo("objective: 99%, groupBy: {labels: [b, a]}, " EVENTS);
	ck_assert_uint_eq(only()->group_by_len, 2);
	assert_text(only()->group_by[0], "a");
	ck_assert_uint_eq(only()->top.most, 0);
	ck_assert_uint_eq(only()->group_limit, 100);
	read_slo("objective: 99%, groupBy: {labels: [a], top: 5}, " EVENTS);
	ck_assert_uint_eq(only()->top.most, 5);
	ck_assert_int_eq(only()->top.by, TOP_EVENTS);
	assert_text(only()->top.rest, "everything-else");
	ck_assert_uint_eq(only()->group_limit, 1000);
	read_slo("objective: 99%, groupBy: {labels: [a], top: 5, by: bad, rest: none}, groupLimit: 7, " EVENTS);
	ck_assert_int_eq(only()->top.by, TOP_BAD);
	ck_assert(!slo_has_rest(only()));
	ck_assert_uint_eq(only()->group_limit, 7);
	/* time can be sliced for each group, as long as nobody asks for the others */
	read_slo("objective: 99%, groupBy: {labels: [a], top: 5, rest: none}, "
		 "budgeting: {method: timeslices, target: 99%}, " EVENTS);
	ck_assert_uint_eq(only()->top.most, 5);
	ck_assert_uint_eq(set->findings_len, 0);
}
END_TEST

START_TEST(what_is_left_out_has_its_default)
{
	read_slo("objective: 99%, window: , labels: ~, " EVENTS);
	ck_assert_int_eq(only()->window.ms, 30 * 86400000LL);
	ck_assert_uint_eq(only()->group_limit, 100);
	ck_assert_uint_eq(only()->labels.len, 0);
	assert_text(only()->id, "s/n");
	assert_text(only()->description, "");
}
END_TEST

static const struct {
	const char *written;
	double objective;
} objectives[] = {
	{"99.9%", 0.999},   {"'99.9%'", 0.999}, {"0.999", 0.999}, {"99.5 %", 0.995},
	{"99.99%", 0.9999}, {"9.5e-1", 0.95},   {"95%", 0.95},    {"99.999%", 0.99999},
};

START_TEST(windows_stand_side_by_side)
{
	const struct slo_window *windows;

	read_slo(
		"objective: 99%, windows: [7d, month, {calendar: month, timeZone: Asia/Kathmandu}, {calendar: week, every: 2, "
		"start: '2026-11-09T06:30'}, {rolling: 90d}], " EVENTS);
	windows = only()->windows;
	ck_assert_uint_eq(only()->windows_len, 5);
	ck_assert_int_eq(only()->window.ms, 7 * SPAN_DAY);
	assert_text(windows[0].name, "7d");
	assert_text(windows[1].name, "month");
	ck_assert(windows[1].calendar && windows[1].periods.unit == PERIOD_MONTH);
	ck_assert_int_eq(windows[1].span.ms, 30 * SPAN_DAY);
	assert_text(windows[2].name, "month Asia/Kathmandu");
	ck_assert_str_eq(zone_name(windows[2].periods.zone), "Asia/Kathmandu");
	assert_text(windows[3].name, "2 weeks");
	ck_assert_int_eq(windows[3].span.ms, 14 * SPAN_DAY);
	ck_assert(windows[3].periods.start.year == 2026 && windows[3].periods.start.day == 9 &&
		  windows[3].periods.start.hour == 6 && windows[3].periods.start.minute == 30);
	ck_assert(!windows[4].calendar && windows[4].span.ms == 90 * SPAN_DAY);
	read_slo("objective: 99%, window: quarter, " EVENTS);
	ck_assert_uint_eq(only()->windows_len, 1);
	ck_assert_int_eq(only()->window.ms, 90 * SPAN_DAY);
}
END_TEST

START_TEST(an_objective_is_the_double_that_its_decimal_is)
{
	buf_fmt(&text, "objective: %s, " EVENTS, objectives[_i].written);
	char *inner = strdup(text.at);

	read_slo(inner);
	free(inner);
	ck_assert_msg(only()->objective <= objectives[_i].objective && only()->objective >= objectives[_i].objective,
		      "%s is %.17g", objectives[_i].written, only()->objective);
}
END_TEST

START_TEST(a_latency_threshold_is_in_the_histograms_unit)
{
	static const struct {
		const char *inner;
		double limit;
		int64_t latency_ms;
	} rows[] = {
		{"histogram: h_seconds, threshold: 500ms", 0.5, 500},
		{"histogram: h_seconds, threshold: 0.25", 0.25, 0},
		{"histogram: h_milliseconds, threshold: 500ms", 500, 500},
		{"histogram: h, threshold: 2s, unit: us", 2e6, 0},
		{"histogram: h, threshold: 2s, unit: ns, native: true", 2e9, 0},
		{"histogram: h_ms, threshold: 2s, unit: s", 2, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char inner[256];

		snprintf(inner, sizeof(inner), "objective: 99%%, sli: {latency: {%s}}", rows[i].inner);
		read_slo(inner);
		ck_assert_int_eq(only()->sli.kind, SLI_LATENCY);
		ck_assert_double_eq(only()->sli.limit, rows[i].limit);
		ck_assert_int_eq(only()->sli.latency.ms, rows[i].latency_ms);
	}
	ck_assert_uint_eq(only()->sli.limit_place.line, 5);
}
END_TEST

START_TEST(the_other_kinds_are_read)
{
	read_slo("objective: 99%, sli: {probe: 'up{job=\"a\"}'}");
	ck_assert_int_eq(only()->sli.kind, SLI_PROBE);
	assert_text(only()->sli.metric.text, "up{job=\"a\"}");
	read_slo("objective: 99%, sli: {threshold: {query: max(x), operator: '>=', value: -1.5}}");
	ck_assert_int_eq(only()->sli.kind, SLI_THRESHOLD);
	ck_assert_int_eq(only()->sli.comparison, IS_AT_LEAST);
	ck_assert_double_eq(only()->sli.limit, -1.5);
	read_slo("objective: 99%, sli: {ratio: {bad: 'a / b'}}");
	ck_assert_int_eq(only()->sli.kind, SLI_RATIO);
	assert_text(only()->sli.bad.text, "a / b");
	read_slo("objective: 99%, sli: {events: {good: 'sum(rate(a[$window]))', total: 'sum(rate(b[5m]))'}}");
	assert_text(only()->sli.good.text, "sum(rate(a[$window]))");
}
END_TEST

/* `inner` stands in line 5; the finding is the only one. */
static const struct {
	const char *what, *inner;
	unsigned col;
	const char *rule, *reason;
} wrong[] = {
	{"no objective", EVENTS, 3, "missing-key", "objective: is missing in an SLO"},
	{"an objective of nothing", "objective: , " EVENTS, 24, "missing-key", "has no value"},
	{"slices without a target", "objective: 99%, budgeting: {method: timeslices}, " EVENTS, 40, "missing-key",
	 "target: is missing in budgeting"},
	{"slices where events are what counts", "objective: 99%, budgeting: {noData: bad, slice: 5m}, " EVENTS, 61,
	 "budgeting-key", "slice: is for slices of time"},
	{"gaps of groups", "objective: 99%, groupBy: [pod], budgeting: {noData: bad}, " EVENTS, 3, "no-data-groups",
	 "noData: wants an SLO without groups"},
	{"slices with a target that says nothing", "objective: 99%, budgeting: {method: timeslices, target: }, " EVENTS,
	 40, "missing-key", "target: is missing in budgeting"},
	{"one objective and several", "objective: 99%, objectives: [{name: a, objective: 98%}], " EVENTS, 41,
	 "good-and-bad", "objectives: stands beside objective"},
	{"two objectives of one name", "objectives: [{name: a, objective: 99%}, {name: a, objective: 98%}], " EVENTS,
	 60, "duplicate", "'n-a' is the name of another SLO already"},
	{"no objectives", "objectives: [], " EVENTS, 25, "empty", "objectives: "},
	{"an objective that is none", "objectives: [{name: a, objective: 999%}], " EVENTS, 47, "objective-range",
	 "'999%' leaves no budget"},
	{"an objective without a name", "objectives: [{objective: 99%}], " EVENTS, 26, "missing-key",
	 "name: is missing"},
	{"an objective of 0", "objective: 0, " EVENTS, 24, "objective-range", "'0' asks for nothing"},
	{"an objective of 0 %", "objective: 0%, " EVENTS, 24, "objective-range", "'0%' asks for nothing"},
	{"an objective of 100 %", "objective: 100%, " EVENTS, 24, "objective-range", "'100%' leaves no budget"},
	{"an objective of 1", "objective: 1, " EVENTS, 24, "objective-range", "leaves no budget"},
	{"an objective over 100 %", "objective: 101%, " EVENTS, 24, "objective-range", "leaves no budget"},
	{"an objective below 0", "objective: -99%, " EVENTS, 24, "objective-range", "asks for nothing"},
	{"a number that is meant in percent", "objective: 99.5, " EVENTS, 24, "objective-range", "write '99.5%' if"},
	{"a word as an objective", "objective: high, " EVENTS, 24, "wrong-type", "'high' is not an objective"},
	{"an objective that is not a number", "objective: nan, " EVENTS, 24, "wrong-type", "is not an objective"},
	{"an objective as a list", "objective: [99%], " EVENTS, 24, "wrong-type", "wants an objective, not a list"},
	{"a description as a map", "objective: 99%, description: {a: b}, " EVENTS, 42, "wrong-type",
	 "wants a text, not a map"},
	{"a window without a unit", "objective: 99%, window: 30, " EVENTS, 37, "wrong-type",
	 "'30' is neither a duration"},
	{"a window that is too short", "objective: 99%, window: 59m, " EVENTS, 37, "out-of-range", "from 1h to 1y"},
	{"a window that is too long", "objective: 99%, window: 366d, " EVENTS, 37, "out-of-range", "from 1h to 1y"},
	{"a window with seconds", "objective: 99%, window: 7d30s, " EVENTS, 37, "window-minutes",
	 "whole number of minutes"},
	{"a window as a list", "objective: 99%, window: [7d], " EVENTS, 37, "wrong-type", "not a list"},
	{"a window of no kind", "objective: 99%, window: {timeZone: UTC}, " EVENTS, 37, "window-kind",
	 "neither rolling"},
	{"a window of both kinds", "objective: 99%, window: {rolling: 7d, calendar: day}, " EVENTS, 37, "window-kind",
	 "both rolling and calendar"},
	{"a calendar that is none", "objective: 99%, window: {calendar: decade}, " EVENTS, 48, "not-a-choice",
	 "day, week"},
	{"a zone that is none", "objective: 99%, window: {calendar: month, timeZone: Europe/Berln}, " EVENTS, 65,
	 "time-zone", "did you mean 'Europe/Berlin'"},
	{"an offset as a zone", "objective: 99%, window: {calendar: month, timeZone: '+02:00'}, " EVENTS, 65,
	 "time-zone", "no time zone"},
	{"a zone of a rolling window", "objective: 99%, window: {rolling: 7d, timeZone: UTC}, " EVENTS, 61,
	 "window-kind", "is for calendar windows"},
	{"a start that is none", "objective: 99%, window: {calendar: month, start: tomorrow}, " EVENTS, 62,
	 "wrong-type", "neither a date"},
	{"a start with a zone",
	 "objective: 99%, window: {calendar: month, start: '2026-01-01T00:00:00+01:00'}, " EVENTS, 62, "wrong-type",
	 "the zone is timeZone's"},
	{"periods that are too long", "objective: 99%, window: {calendar: year, every: 2}, " EVENTS, 37, "out-of-range",
	 "to 1y"},
	{"no period at all", "objective: 99%, window: {calendar: year, every: 0}, " EVENTS, 61, "out-of-range",
	 "from 1"},
	{"window and windows", "objective: 99%, window: 7d, windows: [30d], " EVENTS, 50, "window-kind",
	 "beside window"},
	{"no windows", "objective: 99%, windows: [], " EVENTS, 38, "empty", "at least one"},
	{"windows that are no list", "objective: 99%, windows: 7d, " EVENTS, 38, "wrong-type", "a list such as"},
	{"the same window twice", "objective: 99%, windows: [month, 7d, {calendar: month, timeZone: UTC}], " EVENTS, 50,
	 "duplicate", "'month' stands here twice"},

	{"labels as a list", "objective: 99%, labels: [a], " EVENTS, 37, "wrong-type", "not a list"},
	{"a label of wick's own", "objective: 99%, labels: {slo: a}, " EVENTS, 38, "label-reserved",
	 "'slo' is reserved"},
	{"the name of alerts", "objective: 99%, labels: {alertname: b}, " EVENTS, 38, "label-reserved",
	 "'alertname' is reserved"},
	{"a label of Prometheus's own", "objective: 99%, labels: {__a: b}, " EVENTS, 38, "label-reserved",
	 "'__a' is reserved"},
	{"a label that is no name", "objective: 99%, labels: {a-b: c}, " EVENTS, 38, "label-name",
	 "'a-b' is not a legal label name"},
	{"a label without a value", "objective: 99%, labels: {a: ''}, " EVENTS, 41, "label-empty", "'a' has no value"},
	{"a label with a list", "objective: 99%, labels: {a: [b]}, " EVENTS, 41, "wrong-type",
	 "must be a text, not a list"},
	{"groups as a text", "objective: 99%, groupBy: a, " EVENTS, 38, "wrong-type", "such as [instance]"},
	{"a group by a label of Prometheus", "objective: 99%, groupBy: [__name__], " EVENTS, 39, "label-reserved",
	 "'__name__' is Prometheus's own"},
	{"a group that is no label", "objective: 99%, groupBy: [a.b], " EVENTS, 39, "label-name",
	 "'a.b' is not a legal"},
	{"a group twice", "objective: 99%, groupBy: [a, a], " EVENTS, 42, "duplicate", "'a' stands here twice"},
	{"a group as a list", "objective: 99%, groupBy: [[a]], " EVENTS, 39, "wrong-type", "wants label names"},
	{"a group that is a label already", "objective: 99%, labels: {a: b}, groupBy: [a], " EVENTS, 54, "group-label",
	 "is one of the SLO's labels"},
	{"a group limit of 0", "objective: 99%, groupBy: [a], groupLimit: 0, " EVENTS, 55, "out-of-range",
	 "from 1 to 10000"},
	{"a group limit that is too high", "objective: 99%, groupBy: [a], groupLimit: 10001, " EVENTS, 55,
	 "out-of-range", "from 1 to 10000"},
	{"half a group", "objective: 99%, groupBy: [a], groupLimit: 1.5, " EVENTS, 55, "wrong-type",
	 "not a whole number"},
	{"groups without labels", "objective: 99%, groupBy: {top: 5}, " EVENTS, 38, "missing-key",
	 "labels: is missing in groupBy"},
	{"a top of no groups", "objective: 99%, groupBy: {labels: [a], top: 0}, " EVENTS, 57, "out-of-range",
	 "from 1 to 1000"},
	{"a top that is too high", "objective: 99%, groupBy: {labels: [a], top: 1001}, " EVENTS, 57, "out-of-range",
	 "from 1 to 1000"},
	{"a top that is no number", "objective: 99%, groupBy: {labels: [a], top: most}, " EVENTS, 57, "wrong-type",
	 "top: "},
	{"a top by nothing there is", "objective: 99%, groupBy: {labels: [a], top: 5, by: errors}, " EVENTS, 64,
	 "not-a-choice", "events"},
	{"a rest without a top", "objective: 99%, groupBy: {labels: [a], rest: others}, " EVENTS, 58, "group-top",
	 "rest: has no meaning without top"},
	{"an order without a top", "objective: 99%, groupBy: {labels: [a], by: bad}, " EVENTS, 56, "group-top",
	 "by: has no meaning without top"},
	{"a rest that is no name", "objective: 99%, groupBy: {labels: [a], top: 5, rest: 'a b'}, " EVENTS, 66,
	 "illegal-name", "rest: "},
	{"a rest as a list", "objective: 99%, groupBy: {labels: [a], top: 5, rest: [b]}, " EVENTS, 66, "wrong-type",
	 "not a list"},
	{"a top of no labels", "objective: 99%, groupBy: {labels: [], top: 5}, " EVENTS, 56, "group-top",
	 "top: wants labels to group by"},
	{"an unknown key of groups", "objective: 99%, groupBy: {labels: [a], topp: 5}, " EVENTS, 52, "unknown-key",
	 "did you mean 'top'?"},
	{"a top above the limit", "objective: 99%, groupBy: {labels: [a], top: 5}, groupLimit: 4, " EVENTS, 38,
	 "group-top", "top: 5 is more than groupLimit, which is 4"},
	{"a rest of slices",
	 "objective: 99%, groupBy: {labels: [a], top: 5}, budgeting: {method: timeslices, target: 99%}, " EVENTS, 38,
	 "group-top", "rest: wants a budget of events"},
	{"a group in a map that is no label", "objective: 99%, groupBy: {labels: [a.b]}, " EVENTS, 48, "label-name",
	 "'a.b' is not a legal"},
	{"an unknown key", "objective: 99%, windw: 3d, " EVENTS, 29, "unknown-key", "did you mean 'window'?"},
	{"a key that is nothing like one", "objective: 99%, xyzzy: 3d, " EVENTS, 29, "unknown-key",
	 "unknown key 'xyzzy' in an SLO"},
	{"a key twice", "objective: 99%, objective: 98%, " EVENTS, 29, "yaml",
	 "'objective' stands here twice, first in line 5, column 13"},
	{"no SLI", "objective: 99%", 3, "missing-key", "sli: is missing"},
	{"an SLI as a text", "objective: 99%, sli: up", 34, "wrong-type", "wants a map"},
	{"an SLI of no kind", "objective: 99%, sli: {}", 34, "missing-key", "none of its kinds: events, latency"},
	{"an SLI of two kinds", "objective: 99%, sli: {probe: a, ratio: {bad: b}}", 52, "sli-kinds",
	 "has both probe and ratio"},
	{"an SLI of an unknown kind", "objective: 99%, sli: {probe: a, event: {}}", 45, "unknown-key",
	 "did you mean 'events'?"},
	{"events as a list", "objective: 99%, sli: {events: [a]}", 43, "wrong-type", "wants a map of keys"},
	{"events of nothing", "objective: 99%, sli: {events: }", 43, "empty", "events: is empty"},
	{"events without total", "objective: 99%, sli: {events: {bad: a}}", 43, "missing-key",
	 "total: is missing in events"},
	{"events without good and bad", "objective: 99%, sli: {events: {total: a}}", 43, "missing-key",
	 "neither good nor bad"},
	{"events with good and bad", "objective: 99%, sli: {events: {good: a_b, bad: a_c, total: a_d}}", 0,
	 "good-and-bad", "both good and bad"},
	{"a query that does not parse", "objective: 99%, sli: {events: {bad: 'a{', total: a}}", 0, "promql", "bad: "},
	{"an empty query", "objective: 99%, sli: {events: {bad: ' ', total: a}}", 49, "empty",
	 "wants a PromQL expression"},
	{"a query as a map", "objective: 99%, sli: {events: {bad: {a: b}, total: a}}", 49, "wrong-type", "not a map"},
	{"an aggregation without a window", "objective: 99%, sli: {events: {bad: a_b, total: sum(a_c)}}", 61,
	 "query-window", "neither a plain selector"},
	{"a range as events", "objective: 99%, sli: {events: {bad: a_b, total: 'a_c[5m]'}}", 61, "query-type",
	 "is a range of samples"},
	{"a number as events", "objective: 99%, sli: {events: {bad: a_b, total: 1}}", 61, "query-type", "is a number"},
	{"a text as events", "objective: 99%, sli: {events: {bad: a_b, total: '\"x\"'}}", 61, "query-type",
	 "text in quotes"},
	{"an offset on a counter", "objective: 99%, sli: {events: {bad: a_b, total: a_c offset 5m}}", 61,
	 "query-modifier", "offset or @"},
	{"an aggregation that drops the group",
	 "objective: 99%, groupBy: [z], sli: {events: {bad: a_b, total: 'sum by (y) (rate(a_c[$window]))'}}", 75,
	 "group-label", "drops the label 'z'"},
	{"a latency without a threshold", "objective: 99%, sli: {latency: {histogram: h}}", 44, "missing-key",
	 "threshold: is missing"},
	{"a latency without a histogram", "objective: 99%, sli: {latency: {threshold: 1s}}", 44, "missing-key",
	 "histogram: is missing"},
	{"a latency threshold of a word", "objective: 99%, sli: {latency: {histogram: h, threshold: fast}}", 70,
	 "wrong-type", "neither a duration"},
	{"a latency threshold of 0", "objective: 99%, sli: {latency: {histogram: h, threshold: 0}}", 70, "out-of-range",
	 "must be above 0"},
	{"a latency threshold of 0 s", "objective: 99%, sli: {latency: {histogram: h, threshold: 0s}}", 70,
	 "out-of-range", "must be above 0"},
	{"a latency threshold below 0", "objective: 99%, sli: {latency: {histogram: h, threshold: -1}}", 70,
	 "out-of-range", "must be above 0"},
	{"a histogram that is no selector", "objective: 99%, sli: {latency: {histogram: 'rate(h[5m])', threshold: 1}}",
	 56, "query-selector", "plain selector"},
	{"a histogram with a range", "objective: 99%, sli: {latency: {histogram: 'h[5m]', threshold: 1}}", 56,
	 "query-selector", "plain selector"},
	{"a histogram with le", "objective: 99%, sli: {latency: {histogram: 'h{le=\"1\"}', threshold: 1}}", 56,
	 "histogram-le", "selects buckets"},
	{"a histogram without a name", "objective: 99%, sli: {latency: {histogram: '{a=\"b\"}', threshold: 1}}", 56,
	 "histogram-name", "does not name"},
	{"a native that is neither", "objective: 99%, sli: {latency: {histogram: h, threshold: 1, native: 1}}", 81,
	 "wrong-type", "neither true nor false"},
	{"an unknown unit", "objective: 99%, sli: {latency: {histogram: h, threshold: 1, unit: sec}}", 79,
	 "not-a-choice", "by-name, s, ms, us or ns"},
	{"a probe that is no selector", "objective: 99%, sli: {probe: 'min(a)'}", 42, "query-selector",
	 "plain selector"},
	{"a probe as a map", "objective: 99%, sli: {probe: {query: a}}", 42, "wrong-type", "not a map"},
	{"a threshold without a query", "objective: 99%, sli: {threshold: {operator: <, value: 1}}", 46, "missing-key",
	 "query: is missing"},
	{"a threshold without an operator", "objective: 99%, sli: {threshold: {query: a, value: 1}}", 46, "missing-key",
	 "operator: is missing"},
	{"a threshold without a value", "objective: 99%, sli: {threshold: {query: a, operator: <}}", 46, "missing-key",
	 "value: is missing"},
	{"an operator that is none", "objective: 99%, sli: {threshold: {query: a, operator: lt, value: 1}}", 67,
	 "not-a-choice", "<, <=, > or >="},
	{"a value that is no number", "objective: 99%, sli: {threshold: {query: a, operator: <, value: 1s}}", 77,
	 "wrong-type", "'1s' is not a number"},
	{"a threshold over a range", "objective: 99%, sli: {threshold: {query: 'a[5m]', operator: <, value: 1}}", 54,
	 "query-type", "range of samples"},
	{"a ratio of nothing", "objective: 99%, sli: {ratio: {}}", 42, "missing-key", "neither good nor bad"},
	{"a ratio of both", "objective: 99%, sli: {ratio: {good: a, bad: b}}", 0, "good-and-bad", "both good and bad"},
	{"a ratio that is a number", "objective: 99%, sli: {ratio: {bad: 0.5}}", 48, "query-type", "is a number"},
};

START_TEST(what_is_wrong_in_an_slo_is_said_where_it_stands)
{
	const char *what = wrong[_i].what;
	const struct finding *finding;

	read_slo(wrong[_i].inner);
	ck_assert_msg(set->len == 0 && slo_set_errors(set) == 1, "%s: %zu SLOs, %zu errors:\n%s", what, set->len,
		      slo_set_errors(set), all_findings());
	finding = &set->findings[0];
	ck_assert_msg(strcmp(finding->rule, wrong[_i].rule) == 0, "%s: %s", what, all_findings());
	ck_assert_msg(strstr(finding->text.at, wrong[_i].reason), "%s: %s", what, all_findings());
	ck_assert_msg(finding->place.line == 5 && (!wrong[_i].col || finding->place.col == wrong[_i].col), "%s: %s",
		      what, all_findings());
}
END_TEST

/* What stands beside SLOs in a folder for a cluster, and what is meant to be an SLO. */
static const struct {
	const char *version, *kind;
	bool passed_over;
} strangers[] = {
	{"v1", "ConfigMap", true},
	{"v1", "Service", true},
	{"apps/v1", "Deployment", true},
	{"kustomize.config.k8s.io/v1beta1", "Kustomization", true},
	{"monitoring.coreos.com/v1", "PrometheusRule", true},
	{"discovery.k8s.io/v1", "EndpointSlice", true},
	{"kyverno.io/v1", "Policy", true},
	{"template.openshift.io/v1", "Template", true},
	{"x", "Policy", false},
	{"wick/v2", "ServiceLevels", false},
	{"wik/v1", "Corrections", false},
	{"v1", "ServiceLevel", false},
	{"pyrra.dev/v1beta1", "ServiceLevelObjective", false},
	{"pyra.dev/v1alpha1", "Objective", false},
	{"OpenSLO/v2", "Service", false},
	{"sloth.slok.dev/v1", "PrometheusRule", false},
	{"sre.google.com/v1", "Objective", false},
	{"n9/v1alpha", "SLO", false},
	{"datadoghq.com/v1alpha1", "DatadogSLO", false},
	{"prometheus/v1", "Rules", false},
};

START_TEST(what_defines_nothing_is_passed_over_and_near_misses_are_not)
{
	char yaml[256];

	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		const char *version = strangers[i].version, *kind = strangers[i].kind;

		snprintf(yaml, sizeof(yaml), "apiVersion: %s\nkind: %s\nspec: {}\n", version, kind);
		read_text(yaml);
		ck_assert_msg((slo_set_errors(set) == 0) == strangers[i].passed_over && set->findings_len == 1,
			      "%s %s: %s", version, kind, all_findings());
		if (strangers[i].passed_over)
			ck_assert_msg(set->findings[0].level == FINDING_NOTE &&
					      strstr(set->findings[0].text.at, "defines nothing for wick"),
				      "%s", all_findings());
	}
}
END_TEST

/* Whole files; the one error's place. */
static const struct {
	const char *what, *yaml;
	unsigned line, col;
	const char *reason;
} wrong_files[] = {
	{"another kind", "apiVersion: wick/v1\nkind: SLO\n", 2, 7, "known are wick/v1 ServiceLevels, wick/v1 Policy"},
	{"another version", "apiVersion: wick/v9\nkind: ServiceLevels\n", 1, 13,
	 "'wick/v9' with kind 'ServiceLevels' is not known"},
	{"no kind at all", "a: 1\n", 1, 1, "apiVersion: is missing"},
	{"a list of no documents", "- a\n", 1, 3, "a document must be a map"},
	{"a text", "hello\n", 1, 1, "a document must be a map"},
	{"no service", "apiVersion: wick/v1\nkind: ServiceLevels\nslos: [{name: n, objective: 99%, " EVENTS "}]\n", 1,
	 1, "service: is missing"},
	{"an illegal service",
	 "apiVersion: wick/v1\nkind: ServiceLevels\nservice: a/b\nslos: [{name: n, objective: 99%, " EVENTS "}]\n", 3,
	 10, "'a/b' is not a legal name"},
	{"an empty service",
	 "apiVersion: wick/v1\nkind: ServiceLevels\nservice: ''\nslos: [{name: n, objective: 99%, " EVENTS "}]\n", 3,
	 10, "service: is empty"},
	{"an illegal namespace", HEAD "namespace: -a\nslos: [{name: n, objective: 99%, " EVENTS "}]\n", 4, 12,
	 "'-a' is not a legal name"},
	{"no SLOs", HEAD, 1, 1, "slos: is missing"},
	{"an empty list of SLOs", HEAD "slos: []\n", 4, 7, "at least one item"},
	{"SLOs as a map", HEAD "slos: {a: b}\n", 4, 7, "wants a list"},
	{"an SLO as a text", HEAD "slos: [a]\n", 4, 8, "an SLO: wants a map"},
	{"an SLO without a name", HEAD "slos:\n- {objective: 99%, " EVENTS "}\n", 5, 3, "name: is missing"},
	{"a name twice",
	 HEAD "slos:\n- {name: n, objective: 99%, " EVENTS "}\n- {name: n, objective: 99%, " EVENTS "}\n", 6, 10,
	 "'n' is the name of another SLO already, in line 5, column 10"},
	{"the same SLO in two documents",
	 HEAD "slos: [{name: n, objective: 99%, " EVENTS "}]\n---\n" HEAD "slos: [{name: n, objective: 99%, " EVENTS
	      "}]\n",
	 9, 8, "'s/n' is defined already at a.yaml:4:8"},
	{"a fault in the middle of a block",
	 HEAD
	 "slos:\n- name: n\n  objective: 99%\n  sli:\n    events:\n      total: a_b\n      bad: |\n        sum(\n          rate(a_c[$window]) +)\n",
	 12, 31, "bad: "},
};

START_TEST(what_is_wrong_in_a_file_is_said_where_it_stands)
{
	const char *what = wrong_files[_i].what;

	read_text(wrong_files[_i].yaml);
	ck_assert_msg(slo_set_errors(set) == 1 && set->len == 0, "%s: %s", what, all_findings());
	ck_assert_msg(strstr(set->findings[0].text.at, wrong_files[_i].reason), "%s: %s", what, all_findings());
	ck_assert_msg(set->findings[0].place.line == wrong_files[_i].line &&
			      set->findings[0].place.col == wrong_files[_i].col,
		      "%s: %s", what, all_findings());
}
END_TEST

static const struct {
	const char *what, *inner, *rule;
} doubtful[] = {
	{"a tier that cannot fire", "objective: 90%, " EVENTS, "tier-never-fires"},
	{"a very low objective", "objective: 0.5%, " EVENTS, "objective-low"},
	{"a histogram with _bucket", "objective: 99%, sli: {latency: {histogram: h_bucket, threshold: 1}}",
	 "bucket-suffix"},
	{"a histogram with _count", "objective: 99%, sli: {latency: {histogram: h_count, threshold: 1}}",
	 "histogram-name"},
	{"a gauge as a counter",
	 "objective: 99%, sli: {events: {bad: 'probe_success{a=\"b\"}', total: probe_failures_total}}",
	 "not-a-counter"},
	{"a duration as a probe", "objective: 99%, sli: {probe: 'probe_duration_seconds{a=\"b\"}'}", "not-a-probe"},
	{"good as all", "objective: 99%, sli: {events: {good: 'a_b{x=\"1\"}', total: 'a_b{ x = \"1\" }'}}",
	 "same-query"},
	{"metrics with nothing in common", "objective: 99%, sli: {events: {bad: a_b, total: c_d}}", "other-metric"},
	{"a part with fewer matchers than the whole",
	 "objective: 99%, sli: {events: {bad: 'a_b{c=\"5\"}', total: 'a_b{j=\"1\"}'}}", "not-a-part"},
	{"a group limit without groups", "objective: 99%, groupLimit: 5, " EVENTS, "group-limit-alone"},
};

START_TEST(what_is_hardly_meant_is_a_warning_and_is_taken)
{
	bool found = false;

	read_slo(doubtful[_i].inner);
	only();
	for (size_t i = 0; i < set->findings_len; i++) {
		ck_assert_int_eq(set->findings[i].level, FINDING_WARNING);
		found |= strcmp(set->findings[i].rule, doubtful[_i].rule) == 0;
	}
	ck_assert_msg(found, "%s: %s", doubtful[_i].what, all_findings());
}
END_TEST

START_TEST(a_bucket_suffix_is_taken_off)
{
	read_slo("objective: 99%, sli: {latency: {histogram: 'h_bucket{a=\"b\"}', threshold: 1}}");
	assert_text(only()->sli.metric.text, "h{a=\"b\"}");
}
END_TEST

START_TEST(all_that_is_wrong_is_said_in_one_run)
{
	read_text(
		"apiVersion: wick/v1\nkind: ServiceLevels\nservce: x\nslos:\n"
		"  - name: a b\n    objective: 100%\n    window: 90s\n    nam: 3\n    sli: {events: {bad: 'sum(', total: sum(x)}}\n"
		"  - name: q\n    objective: 99.5\n    sli: {threshold: {query: x, operator: '=', value: abc}}\n");
	ck_assert_msg(slo_set_errors(set) == 11, "%zu: %s", slo_set_errors(set), all_findings());
	for (size_t i = 1; i < set->findings_len; i++)
		ck_assert_uint_le(set->findings[i - 1].place.line, set->findings[i].place.line);
	ck_assert_uint_eq(set->files_len, 1);
	ck_assert(set->files[0].broken);
	ck_assert_ptr_nonnull(strstr(set->files[0].error.at, "a.yaml:1:1: service: is missing"));
}
END_TEST

static uint64_t hash_of(const char *inner)
{
	read_slo(inner);
	return only()->counts_hash;
}

START_TEST(the_hash_is_of_what_is_counted_and_of_nothing_else)
{
	uint64_t hash = hash_of("objective: 99%, " EVENTS);

	/* FNV-1a of "events\nbad=x_total{code=\"5\"}\ntotal=x_total\n", worked out apart; histories hang on it for
	 * ever */
	ck_assert_uint_eq(hash, UINT64_C(0x5451568c262a7950));
	ck_assert_uint_eq(hash, hash_of("objective: 98%, window: 7d, labels: {a: b}, description: d, " EVENTS));
	ck_assert_uint_eq(
		hash, hash_of("objective: 99%, sli: {events: {total: ' x_total ', bad: 'x_total{ code = \"5\", }'}}"));
	ck_assert_uint_ne(hash,
			  hash_of("objective: 99%, sli: {events: {good: 'x_total{code=\"5\"}', total: x_total}}"));
	ck_assert_uint_ne(hash, hash_of("objective: 99%, sli: {events: {bad: 'x_total{code=\"4\"}', total: x_total}}"));
	ck_assert_uint_ne(hash, hash_of("objective: 99%, groupBy: [a], " EVENTS));
	ck_assert_uint_eq(hash_of("objective: 99%, groupBy: [a], " EVENTS),
			  hash_of("objective: 99%, groupBy: {labels: [a], top: 5, by: bad, rest: b}, " EVENTS));
	ck_assert_uint_eq(hash_of("objective: 99%, sli: {latency: {histogram: h, threshold: 500ms}}"),
			  hash_of("objective: 99%, sli: {latency: {histogram: h, threshold: 0.5}}"));
	ck_assert_uint_ne(hash_of("objective: 99%, sli: {threshold: {query: a, operator: <, value: 1}}"),
			  hash_of("objective: 99%, sli: {threshold: {query: a, operator: <=, value: 1}}"));
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

int main(void)
{
	Suite *suite = suite_create("native");
	TCase *tests = tcase_create("native");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, an_slo_has_what_its_author_wrote);
	tcase_add_test(tests, several_objectives_are_slos_of_one_indicator);
	tcase_add_test(tests, windows_stand_side_by_side);
	tcase_add_test(tests, what_is_left_out_has_its_default);
	tcase_add_test(tests, groups_may_have_a_top);
	tcase_add_loop_test(tests, an_objective_is_the_double_that_its_decimal_is, 0, COUNT(objectives));
	tcase_add_test(tests, a_latency_threshold_is_in_the_histograms_unit);
	tcase_add_test(tests, the_other_kinds_are_read);
	tcase_add_loop_test(tests, what_is_wrong_in_an_slo_is_said_where_it_stands, 0, COUNT(wrong));
	tcase_add_loop_test(tests, what_is_wrong_in_a_file_is_said_where_it_stands, 0, COUNT(wrong_files));
	tcase_add_test(tests, what_defines_nothing_is_passed_over_and_near_misses_are_not);
	tcase_add_loop_test(tests, what_is_hardly_meant_is_a_warning_and_is_taken, 0, COUNT(doubtful));
	tcase_add_test(tests, a_bucket_suffix_is_taken_off);
	tcase_add_test(tests, all_that_is_wrong_is_said_in_one_run);
	tcase_add_test(tests, the_hash_is_of_what_is_counted_and_of_nothing_else);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
