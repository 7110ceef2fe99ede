/* `alerting` of the native language: what is made of it, and every way in which it can be wrong. */
#include "slo/definitions.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

#include <stdio.h>

static struct slo_set *set;
static struct buf text;

static void begin(void)
{
	set = NULL;
	buf_init(&text, MIB(1));
}

static void end(void)
{
	slo_set_unref(set);
	buf_release(&text);
}

/* A document of one SLO, 99.9 % over 30 days unless `own` says otherwise; both in flow style. */
static void read_both(const char *document, const char *own)
{
	buf_clear(&text);
	buf_fmt(&text,
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\n%s%s\nslos:\n"
		"- {name: n, objective: 99.9%%, sli: {events: {bad: 'x_total{code=\"5\"}', total: x_total}}%s%s}\n",
		*document ? "alerting: " : "", document, *own ? ", " : "", own);
	slo_set_unref(set);
	set = slo_set_read("a.yaml", buf_view(&text));
}

static const char *all_findings(void)
{
	buf_clear(&text);
	for (size_t i = 0; i < set->findings_len; i++)
		buf_fmt(&text, "%u:%u %s [%s]\n", set->findings[i].place.line, set->findings[i].place.col,
			set->findings[i].text.at, set->findings[i].rule);
	return text.len ? text.at : "";
}

static const struct alerting *read_fine(const char *document, const char *own)
{
	read_both(document, own);
	ck_assert_msg(slo_set_errors(set) == 0 && set->len == 1, "%s", all_findings());
	return set->slos[0].alerting;
}

static const struct tier *tier_of(const struct alerting *alerting, const char *name)
{
	const struct tier *tier = alerting_tier(alerting, str_of(name));

	ck_assert_msg(tier != NULL, "no tier '%s'", name);
	return tier;
}

START_TEST(without_a_word_there_are_the_default_tiers)
{
	const struct alerting *alerting = read_fine("", "");

	ck_assert_uint_eq(alerting->len, 10);
	ck_assert_double_eq(tier_of(alerting, "page-fast")->factor, 14.4);
	ck_assert_double_eq(tier_of(alerting, "page-fast")->min_bad, 5);
	ck_assert_int_eq(tier_of(alerting, "vanished")->for_.ms, 15 * SPAN_MINUTE);
}
END_TEST

START_TEST(a_default_tier_keeps_what_is_not_given)
{
	const struct alerting *alerting =
		read_fine("", "alerting: {tiers: [{name: page-fast, severity: wake-up, minBadEvents: 20, for: 2m}]}");
	const struct tier *tier = tier_of(alerting, "page-fast");

	ck_assert_uint_eq(alerting->len, 10);
	ck_assert(str_is(tier->severity, "wake-up"));
	ck_assert_double_eq(tier->min_bad, 20);
	ck_assert_int_eq(tier->for_.ms, 2 * SPAN_MINUTE);
	ck_assert_double_eq(tier->factor, 14.4);
	ck_assert_int_eq(tier->long_.ms, SPAN_HOUR);
}
END_TEST

START_TEST(the_slo_has_the_last_word_over_its_document)
{
	const struct alerting *alerting = read_fine(
		"{labels: {team: a, area: x}, runbook: 'https://a.example/r',"
		" tiers: [{name: page-fast, minBadEvents: 20, for: 2m, labels: {team: c}}, {name: ticket-slow, disable: true}]}",
		"alerting: {labels: {team: b}, tiers: [{name: page-fast, for: 5m}]}");
	const struct tier *tier = tier_of(alerting, "page-fast"), *slow = tier_of(alerting, "page-slow");

	ck_assert_double_eq(tier->min_bad, 20);
	ck_assert_int_eq(tier->for_.ms, 5 * SPAN_MINUTE);
	ck_assert(str_is(labels_get(tier->labels, STR("team")), "c"));
	ck_assert(str_is(labels_get(tier->labels, STR("area")), "x"));
	ck_assert(str_is(labels_get(slow->labels, STR("team")), "b"));
	ck_assert(str_is(alerting->runbook, "https://a.example/r"));
	ck_assert_ptr_null(alerting_tier(alerting, STR("ticket-slow")));
}
END_TEST

START_TEST(alerts_can_be_taken_away_and_given_back)
{
	ck_assert_uint_eq(read_fine("{disable: true}", "")->len, 0);
	ck_assert_uint_eq(read_fine("{disable: true}", "alerting: {disable: false}")->len, 10);
	ck_assert_uint_eq(read_fine("", "alerting: {disable: true}")->len, 0);
	/* burn rates are shown all the same */
	ck_assert_uint_eq(set->slos[0].alerting->windows_len, 7);
}
END_TEST

START_TEST(a_new_tier_says_what_it_looks_at)
{
	const struct alerting *alerting = read_fine(
		"",
		"alerting: {tiers: [{name: mine, long: 12h, budget: 4%}, {name: soon, kind: exhausts, within: 6h, severity: page},"
		" {name: most, kind: budget, consumed: 90%}]}");
	const struct tier *mine = tier_of(alerting, "mine"), *soon = tier_of(alerting, "soon");

	ck_assert_uint_eq(alerting->len, 13);
	ck_assert_int_eq(mine->kind, TIER_BURN);
	ck_assert_double_eq_tol(mine->factor, 0.04 * 720 / 12, 1e-12); /* 4 % of 720 h in 12 h */
	ck_assert_int_eq(mine->short_.ms, SPAN_HOUR);
	ck_assert(str_is(mine->severity, "ticket"));
	ck_assert_uint_lt(alerting_window(alerting, mine->long_), alerting->windows_len);
	ck_assert_int_eq(soon->long_.ms, SPAN_HOUR);
	ck_assert_int_eq(soon->within.ms, 6 * SPAN_HOUR);
	ck_assert_double_eq(tier_of(alerting, "most")->consumed, 0.9);
}
END_TEST

START_TEST(slos_that_say_nothing_share_their_tiers)
{
	static const char yaml[] = "apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\nslos:\n"
				   "- {name: a, objective: 99%, sli: {events: {bad: 'x{c=\"5\"}', total: x}}}\n"
				   "- {name: b, objective: 98%, sli: {events: {bad: 'x{c=\"5\"}', total: x}}}\n"
				   "- {name: c, objective: 98%, sli: {probe: up}}\n";

	set = slo_set_read("a.yaml", STR(yaml));
	ck_assert_uint_eq(set->len, 3);
	ck_assert_ptr_eq(set->slos[0].alerting, set->slos[1].alerting);
	ck_assert_double_eq(tier_of(set->slos[2].alerting, "page-fast")->min_bad, 2);
}
END_TEST

/* An SLO with this objective and window, and `more` behind them. */
static void read_slo(const char *objective, const char *window, const char *more)
{
	buf_clear(&text);
	buf_fmt(&text,
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\nslos:\n"
		"- {name: n, sli: {events: {bad: 'x_total{code=\"5\"}', total: x_total}}, objective: %s, window: %s%s}\n",
		objective, window, more);
	slo_set_unref(set);
	set = slo_set_read("a.yaml", buf_view(&text));
	ck_assert_msg(slo_set_errors(set) == 0 && set->len == 1, "%s", all_findings());
}

/* An SLO of 99.9 % with these windows, and `more` behind them. */
static void read_windows(const char *windows, const char *more)
{
	char own[512];

	snprintf(own, sizeof(own), "windows: %s, %s", windows, more);
	read_fine("", own);
}

START_TEST(each_calendar_window_has_a_tier_for_its_closed_periods)
{
	const struct alerting *alerting;
	const struct tier *tier;

	read_slo("99%", "month", "");
	ck_assert_uint_eq(set->slos[0].alerting->len, 11);
	tier = tier_of(set->slos[0].alerting, "month-missed");
	ck_assert_int_eq(tier->kind, TIER_MISSED);
	ck_assert(str_is(tier->severity, "ticket") && str_is(tier->window, "month"));
	ck_assert_int_eq(tier->within.ms, SPAN_DAY);
	read_slo("99%", "{calendar: week, every: 2, timeZone: Europe/Berlin}", "");
	ck_assert(str_is(tier_of(set->slos[0].alerting, "2-weeks-missed")->window, "2 weeks"));
	read_windows("[30d, day, {calendar: day, timeZone: Asia/Tokyo}]",
		     "alerting: {tiers: [{name: day-missed, disable: true}, {name: day-Asia-Tokyo-missed, within: 2d},"
		     " {name: mine, kind: missed, severity: page}]}");
	alerting = set->slos[0].alerting;
	ck_assert_uint_eq(alerting->len, 12);
	ck_assert_ptr_null(alerting_tier(alerting, STR("day-missed")));
	ck_assert_int_eq(tier_of(alerting, "day-Asia-Tokyo-missed")->within.ms, 2 * SPAN_DAY);
	ck_assert(str_is(tier_of(alerting, "day-Asia-Tokyo-missed")->window, "day Asia/Tokyo"));
	/* a new one is about the first calendar window, for a day */
	ck_assert(str_is(tier_of(alerting, "mine")->window, "day"));
	ck_assert_int_eq(tier_of(alerting, "mine")->within.ms, SPAN_DAY);
}
END_TEST

START_TEST(what_a_document_says_of_closed_periods_is_for_slos_that_have_some)
{
	static const char document[] =
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\n"
		"alerting: {tiers: [{name: month-missed, severity: page}, {name: week-missed, disable: true},"
		" {name: mine, kind: missed, window: week}]}\nslos:\n"
		"- {name: a, objective: 99%, sli: {probe: up}, window: month}\n"
		"- {name: b, objective: 99%, sli: {probe: up}, windows: [7d, week]}\n"
		"- {name: c, objective: 99%, sli: {probe: up}}\n";

	set = slo_set_read("a.yaml", STR(document));
	ck_assert_msg(set->findings_len == 0 && set->len == 3, "%s", all_findings());
	ck_assert(str_is(tier_of(set->slos[0].alerting, "month-missed")->severity, "page"));
	ck_assert_uint_eq(set->slos[0].alerting->len, 11);
	ck_assert(str_is(tier_of(set->slos[1].alerting, "mine")->window, "week"));
	ck_assert_uint_eq(set->slos[1].alerting->len, 11);
	ck_assert_uint_eq(set->slos[2].alerting->len, 10);
}
END_TEST

/* In an SLO it is a mistake to speak of periods that it has not. */
static const struct {
	const char *what, *windows, *tiers, *says;
} periodless[] = {
	{"no calendar window", "[30d]", "[{name: a, kind: missed}]",
	 "window: of the tier 'a' of 'n' is about closed periods of a calendar window that the SLO has not; it has none"},
	{"the default tier of another", "[30d, day]", "[{name: month-missed, severity: page}]",
	 "name: of the tier 'month-missed' of 'n' is about closed periods of a calendar window that the SLO has not; it has 'day'"},
	{"another one by name", "[day, month, week]", "[{name: a, kind: missed, window: quarter}]",
	 "has not; it has 'day', 'month' and 'week'"},
};

START_TEST(an_slo_does_not_speak_of_periods_that_it_has_not)
{
	char own[512];

	snprintf(own, sizeof(own), "windows: %s, alerting: {tiers: %s}", periodless[_i].windows, periodless[_i].tiers);
	read_both("", own);
	ck_assert_msg(slo_set_errors(set) == 1 && strcmp(set->findings[0].rule, "tier-window") == 0 &&
			      strstr(set->findings[0].text.at, periodless[_i].says),
		      "%s: %s", periodless[_i].what, all_findings());
}
END_TEST

static const struct {
	const char *what, *alerting, *rule, *says;
} wrong[] = {
	{"no map", "1", "wrong-type", "wants a map"},
	{"an unknown key", "{tier: []}", "unknown-key", "did you mean 'tiers'?"},
	{"tiers that are no list", "{tiers: {name: a}}", "wrong-type", "wants a list"},
	{"a tier that is no map", "{tiers: [page-fast]}", "wrong-type", "wants a map"},
	{"a tier without a name", "{tiers: [{for: 5m}]}", "missing-key", "name: is missing"},
	{"an unknown key of a tier", "{tiers: [{name: page-fast, facter: 3}]}", "unknown-key",
	 "did you mean 'factor'?"},
	{"the same tier twice", "{tiers: [{name: page-fast}, {name: page-fast}]}", "duplicate", "another tier already"},
	{"an unknown kind", "{tiers: [{name: a, kind: burns}]}", "not-a-choice", "burn, budget"},
	{"another kind of a default tier", "{tiers: [{name: page-fast, kind: budget}]}", "tier-kind", "another name"},
	{"a factor of 0", "{tiers: [{name: page-fast, factor: 0}]}", "out-of-range", "above 0"},
	{"a factor that is no number", "{tiers: [{name: page-fast, factor: much}]}", "wrong-type", "not a number"},
	{"factor and budget", "{tiers: [{name: page-fast, factor: 3, budget: 2%}]}", "factor-and-budget", "beside"},
	{"a part above all", "{tiers: [{name: page-fast, budget: 200%}]}", "out-of-range", "at most 100 %"},
	{"a part that is none", "{tiers: [{name: page-fast, budget: few}]}", "wrong-type", "is no part"},
	{"a window of 90 s", "{tiers: [{name: page-fast, long: 90s}]}", "window-minutes", "whole number of minutes"},
	{"a window of 0", "{tiers: [{name: page-fast, short: 0s}]}", "out-of-range", "from 1m"},
	{"a new tier without windows", "{tiers: [{name: a, factor: 3}]}", "missing-key", "'a' of 'n' is missing"},
	{"a new tier without factor", "{tiers: [{name: a, long: 1h}]}", "missing-key", "and so is budget"},
	{"short above long", "{tiers: [{name: a, long: 1h, short: 2h, factor: 1}]}", "tier-window",
	 "longer than the long"},
	{"as long as the SLO", "{tiers: [{name: a, long: 30d, factor: 1}]}", "tier-window", "not shorter than the SLO"},
	{"a budget tier without its part", "{tiers: [{name: a, kind: budget}]}", "missing-key", "consumed"},
	{"an exhaustion tier without its time", "{tiers: [{name: a, kind: exhausts}]}", "missing-key", "within"},
	{"a negative minimum", "{tiers: [{name: page-fast, minBadEvents: -1}]}", "out-of-range", "from 0"},
	{"a reserved label", "{labels: {severity: x}}", "label-reserved", "'severity' is reserved"},
	{"the name of the alert", "{labels: {alertname: Mine}}", "label-reserved", "'alertname' is reserved"},
	{"the name of a tier's alert", "{tiers: [{name: page-fast, labels: {alertname: Mine}}]}", "label-reserved",
	 "'alertname' is reserved"},
	{"the state that Prometheus keeps", "{labels: {alertstate: firing}}", "label-reserved", "'alertstate'"},
	{"a pack of rules", "{tiers: [{name: page-fast, labels: {pack: host}}]}", "label-reserved", "'pack'"},
	{"an illegal label", "{tiers: [{name: page-fast, labels: {a-b: x}}]}", "label-name", "'a-b'"},
	{"an unknown template", "{annotations: {summary: 'x {{ .Labels.a }}'}}", "template", "{{ .Labels.a }}"},
	{"an open template", "{tiers: [{name: page-fast, annotations: {a: 'x {{ $value'}}]}", "template",
	 "cannot be filled in"},
	{"a runbook that is no address", "{runbook: 'javascript:alert(1)'}", "wrong-type", "https://"},
	{"a disabled tier that is none", "{tiers: [{name: ticket-slwo, disable: true}]}", "unknown-tier",
	 "'ticket-slwo'"},
	{"a runbook that ends its link", "{runbook: 'https://a.example/> b'}", "wrong-type", "https://"},
	{"a budget's part of a burn tier", "{tiers: [{name: page-fast, consumed: 50%}]}", "tier-key",
	 "consumed: is for tiers of kind budget; this one is of kind burn"},
	{"a factor of a budget tier", "{tiers: [{name: budget-50, factor: 3}]}", "tier-key",
	 "factor: is for tiers of kind burn; this one is of kind budget"},
	{"a window of a tier without data", "{tiers: [{name: no-data, long: 1h}]}", "tier-key",
	 "long: is for tiers of kind burn and exhausts; this one is of kind no-data"},
	{"a short window of an exhaustion tier", "{tiers: [{name: a, kind: exhausts, within: 6h, short: 5m}]}",
	 "tier-key", "short: is for tiers of kind burn; this one is of kind exhausts"},
	{"a part of the budget of a budget tier", "{tiers: [{name: a, kind: budget, consumed: 5%, budget: 5%}]}",
	 "tier-key", "budget: is for tiers of kind burn; this one is of kind budget"},
	{"bad events of a tier that counts none", "{tiers: [{name: vanished, minBadEvents: 3}]}", "tier-key",
	 "minBadEvents: is for tiers of kind burn, budget and exhausts; this one is of kind vanished"},
	{"events of another one", "{tiers: [{name: a, kind: error, minEvents: 3}]}", "tier-key",
	 "minEvents: is for tiers of kind burn, budget and exhausts"},
	{"a kind that was forgotten", "{tiers: [{name: a, within: 6h}]}", "tier-key",
	 "within: is for tiers of kind exhausts and missed; this one is of kind burn, as a new tier is that names no other"},
	{"a window of a tier that has others", "{tiers: [{name: a, long: 1h, factor: 3, window: month}]}", "tier-key",
	 "window: is for tiers of kind missed; this one is of kind burn"},
	{"a window that no calendar has", "{tiers: [{name: a, kind: missed, window: mnoth}]}", "wrong-type",
	 "'mnoth' is no calendar window's name"},
	{"another kind of the tier of a calendar window", "{tiers: [{name: month-missed, kind: budget}]}", "tier-kind",
	 "a default tier of kind missed"},
	{"a factor of a tier of closed periods", "{tiers: [{name: month-missed, factor: 3}]}", "tier-key",
	 "factor: is for tiers of kind burn; this one is of kind missed"},
	{"a reserved label of closed periods", "{labels: {period: x}}", "label-reserved", "'period' is reserved"},
	{"a kind that is empty", "{tiers: [{name: a, kind: , consumed: 50%}]}", "tier-key", "as a new tier is"},
	{"a number as switch", "{disable: 1}", "wrong-type", "neither true nor false"},
};

static void says(int _i, const char *where)
{
	bool found = false;

	for (size_t i = 0; i < set->findings_len; i++) {
		const struct finding *finding = &set->findings[i];

		found |= strcmp(finding->rule, wrong[_i].rule) == 0 && strstr(finding->text.at, wrong[_i].says) &&
			 finding->place.line > 0 && finding->place.col > 0;
	}
	ck_assert_msg(found && slo_set_errors(set) == 1, "%s, in the %s: %s", wrong[_i].what, where, all_findings());
}

START_TEST(a_fault_is_said_once_with_its_place)
{
	char own[512];

	snprintf(own, sizeof(own), "alerting: %s", wrong[_i].alerting);
	read_both("", own);
	says(_i, "SLO");
	read_both(wrong[_i].alerting, "");
	says(_i, "document");
}
END_TEST

START_TEST(a_key_that_does_nothing_is_found_where_it_stands)
{
	read_both("{tiers: [{name: mine, kind: budget, consumed: 90%}]}",
		  "alerting: {tiers: [{name: mine, for: 5m, within: 6h}]}");
	ck_assert_str_eq(all_findings(),
			 "6:131 within: is for tiers of kind exhausts and missed; this one is of kind budget "
			 "[tier-key]\n");
	/* nothing behind it is as if it were not there */
	read_fine("{tiers: [{name: budget-50, factor: , minBadEvents: 7, minEvents: 9}]}", "");
	ck_assert_double_eq(tier_of(set->slos[0].alerting, "budget-50")->min_bad, 7);
}
END_TEST

START_TEST(a_tier_that_cannot_fire_is_a_warning_that_names_it)
{
	const char *own = "alerting: {tiers: [{name: never, long: 1h, factor: 2000}]}";

	read_fine("", own);
	ck_assert_uint_eq(set->findings_len, 1);
	ck_assert_str_eq(set->findings[0].rule, "tier-never-fires");
	ck_assert_ptr_nonnull(strstr(set->findings[0].text.at, "never (2000)"));
}
END_TEST

#define ALONE(tiers)                                                                                                   \
	", alerting: {tiers: [{name: page-fast, disable: true}, {name: page-slow, disable: true}, "                    \
	"{name: ticket-fast, disable: true}, {name: ticket-slow, disable: true}, " tiers "]}"

/* In an outage of everything, all events are bad: that is 1 / (1 - objective) of the budget, 500 % at 80 %. */
static const struct {
	const char *what, *objective, *tiers, *never; /* NULL: it can fire */
} reach[] = {
	{"more than an outage consumes", "80%", ALONE("{name: a, kind: budget, consumed: 501%}"),
	 "burn rate of at most 5, so these alert tiers can never fire: a (501 % of the budget)"},
	{"just what an outage consumes", "80%", ALONE("{name: a, kind: budget, consumed: 500%}"), NULL},
	{"the most that can be said", "90%", ALONE("{name: a, kind: budget, consumed: 1000%}"), NULL},
	{"a factor that is met and never exceeded", "90%", ALONE("{name: a, long: 1h, factor: 10}"),
	 "never fire: a (10)"},
	{"a factor just below it", "90%", ALONE("{name: a, long: 1h, factor: 9.99}"), NULL},
	{"one of each", "80%", ALONE("{name: a, long: 1h, factor: 6}, {name: b, kind: budget, consumed: 6}"),
	 "never fire: a (6), b (600 % of the budget)"},
};

START_TEST(a_tier_is_held_to_what_an_outage_can_do)
{
	read_slo(reach[_i].objective, "30d", reach[_i].tiers);
	ck_assert_msg(set->findings_len == (reach[_i].never != NULL), "%s: %s", reach[_i].what, all_findings());
	if (!reach[_i].never)
		return;
	ck_assert_str_eq(set->findings[0].rule, "tier-never-fires");
	ck_assert_msg(strstr(set->findings[0].text.at, reach[_i].never) != NULL, "%s: %s", reach[_i].what,
		      all_findings());
}
END_TEST

/* Burn rate x long window / window: 14.4 x 5 min / 1 d = 5 %, 6 x 5 min / 5 h = 10 %. */
static const struct {
	const char *what, *window, *more, *says; /* NULL: nothing */
} windows[] = {
	{"the longest that is too short", "59h", "",
	 "'59h' is too short for default tiers: 'page-fast' takes 2.03 % of the budget to fire (a burn rate above "
	 "14.4 over 5m), where 2 % are meant; give such SLOs tiers of their own"},
	{"the shortest that is not", "60h", "", NULL},
	{"a day", "1d", "", "'page-fast' takes 5 % of the budget"},
	{"an hour: more than all of it, and each tier that is late", "1h", "",
	 "'page-fast' takes 120 % of the budget to fire (a burn rate above 14.4 over 5m), where 2 % are meant; "
	 "'page-slow' takes 50 % of the budget to fire (a burn rate above 6 over 5m), where 5 % are meant; "
	 "'ticket-fast' takes 25 % of the budget to fire (a burn rate above 3 over 5m), where 10 % are meant; give"},
	{"by the calendar", "day", "", "'day' is too short for default tiers: 'page-fast' takes 5 % of the budget"},
	{"as a map, which has no text", "{rolling: 1d}", "",
	 "'1d' is too short for default tiers: 'page-fast' takes 5 % of the budget"},
	{"a map of the calendar", "{calendar: day, timeZone: Europe/Berlin}", "",
	 "'day' is too short for default tiers: 'page-fast' takes 5 % of the budget"},
	{"another page", "5h", ", alerting: {tiers: [{name: page-fast, disable: true}]}",
	 "'5h' is too short for default tiers: 'page-slow' takes 10 % of the budget to fire (a burn rate above 6 over 5m), "
	 "where 5 % are meant; give"},
	{"one's own factor", "1d", ", alerting: {tiers: [{name: page-fast, factor: 5.76}]}", NULL},
	{"one's own part", "1d", ", alerting: {tiers: [{name: page-fast, budget: 2%}]}", NULL},
	{"another time changes nothing", "1d", ", alerting: {tiers: [{name: page-fast, for: 2m}]}", "page-fast"},
	{"tiers of one's own", "1h", ALONE("{name: mine, long: 10m, factor: 3}"), NULL},
	{"no alerts", "1h", ", alerting: {disable: true}", NULL},
};

START_TEST(a_window_that_is_too_short_for_the_default_tiers_is_a_warning)
{
	read_slo("99.9%", windows[_i].window, windows[_i].more);
	ck_assert_msg(set->findings_len == (windows[_i].says != NULL), "%s: %s", windows[_i].what, all_findings());
	if (!windows[_i].says)
		return;
	ck_assert_str_eq(set->findings[0].rule, "window-short");
	ck_assert_uint_eq(set->findings[0].place.line, 5);
	ck_assert_msg(strstr(set->findings[0].text.at, windows[_i].says) != NULL, "%s: %s", windows[_i].what,
		      all_findings());
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/alerting");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_test(tcase, without_a_word_there_are_the_default_tiers);
	tcase_add_test(tcase, a_default_tier_keeps_what_is_not_given);
	tcase_add_test(tcase, the_slo_has_the_last_word_over_its_document);
	tcase_add_test(tcase, alerts_can_be_taken_away_and_given_back);
	tcase_add_test(tcase, a_new_tier_says_what_it_looks_at);
	tcase_add_test(tcase, slos_that_say_nothing_share_their_tiers);
	tcase_add_test(tcase, each_calendar_window_has_a_tier_for_its_closed_periods);
	tcase_add_test(tcase, what_a_document_says_of_closed_periods_is_for_slos_that_have_some);
	tcase_add_loop_test(tcase, an_slo_does_not_speak_of_periods_that_it_has_not, 0, (int)COUNT_OF(periodless));
	tcase_add_test(tcase, a_key_that_does_nothing_is_found_where_it_stands);
	tcase_add_test(tcase, a_tier_that_cannot_fire_is_a_warning_that_names_it);
	tcase_add_loop_test(tcase, a_tier_is_held_to_what_an_outage_can_do, 0, (int)COUNT_OF(reach));
	tcase_add_loop_test(tcase, a_window_that_is_too_short_for_the_default_tiers_is_a_warning, 0,
			    (int)COUNT_OF(windows));
	tcase_add_loop_test(tcase, a_fault_is_said_once_with_its_place, 0, (int)COUNT_OF(wrong));
	return unit_run("slo/alerting", tcase);
}
