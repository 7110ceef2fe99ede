/* What Alertmanager is told, read back by another JSON reader; and the words, written out by hand. */
#include "exporters/alerting/alertmanager.h"
#include "exporters/alerting/rules.h"
#include "tests/unit/results_fixture.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "exporters/alerting/text.h"

#include <jansson.h>
#include <math.h>

#define NOW ((struct instant){1700000400000}) /* 2023-11-14T22:20:00Z */

static struct fixture fixture;
static struct alerting alerting;
static struct tier tiers[3];
static struct alert alerts[3];
static struct alert_state own[OWN_ALERTS];
static struct buf out;
static struct told *memory; /* NULL: what was told before is not known */

/* One SLO with a burn tier that fires, one of its budget that is calm, and one that vanished and came back. */
static void setup(void)
{
	struct slo slo;

	fixture_init(&fixture);
	memset(own, 0, sizeof(own));
	slo = fixture_slo(&fixture.arena, "eu", "shop", "availability");
	slo.labels = FIXTURE_LABELS(&fixture.arena, "team", "core");
	slo.description = STR("requests \"answered\"");
	tiers[0] = *alerting_tier(slo.alerting, STR("page-fast"));
	tiers[0].labels = FIXTURE_LABELS(&fixture.arena, "room", "a", "team", "other");
	tiers[0].annotations = FIXTURE_LABELS(&fixture.arena, "chart", "c/{{ $labels.slo }}?v={{ $value }}", "summary",
					      "{{ $labels.tier }}: {{ $labels.gone }}");
	tiers[1] = *alerting_tier(slo.alerting, STR("budget-50"));
	tiers[2] = *alerting_tier(slo.alerting, STR("vanished"));
	tiers[2].annotations = FIXTURE_LABELS(&fixture.arena, "chart", "v={{ $value }}");
	alerting = *slo.alerting;
	alerting.tiers = tiers;
	alerting.len = 3;
	alerting.runbook = STR("https://wiki.example/shop");
	slo.alerting = &alerting;
	alerts[0] = (struct alert){.value = 20.125, .value_short = 25, .bad = 101, .total = 1000};
	alerts[0].state = (struct alert_state){ALERT_FIRING, {1700000000000}, {1700000040000}, {0}, {0}};
	alerts[1] = (struct alert){.value = 0.25};
	alerts[2] = (struct alert){.value = (double)NAN};
	alerts[2].state = (struct alert_state){ALERT_INACTIVE, {0}, {1700000000000}, {0}, {1700000100000}};
	fixture_add(&fixture, slo, 1250)->alerts = alerts;
	fixture.list[0].group = FIXTURE_LABELS(&fixture.arena, "zone", "1");
	fixture.list[0].budgets->exhaustion_seconds = 21900;
	buf_init(&out, MIB(1));
}

static void teardown(void)
{
	buf_release(&out);
	fixture_release(&fixture);
}

static json_t *written(struct instant now)
{
	struct alertmanager_options options = {
		now, {10 * SPAN_MINUTE}, {15 * SPAN_MINUTE}, STR("http://wick.example"), memory};
	json_t *root;

	buf_clear(&out);
	ck_assert(alertmanager_write(&out, &fixture.results, &fixture.health, own, &options));
	root = json_loadb(out.at, out.len, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(json_is_array(root), "%s", out.at);
	return root;
}

static const char *text_of(json_t *alert, const char *map, const char *key)
{
	const char *text = json_string_value(json_object_get(map ? json_object_get(alert, map) : alert, key));

	return text ? text : "(none)";
}

START_TEST(a_firing_alert_has_its_labels_words_and_times)
{
	json_t *root = written(NOW), *alert = json_array_get(root, 0);
	static const char *const labels[][2] = {
		{"alertname", "ErrorBudgetBurn"},
		{"service", "shop"},
		{"slo", "availability"},
		{"namespace", "eu"},
		{"team", "core"},
		{"zone", "1"},
		{"tier", "page-fast"},
		{"kind", "burn"},
		{"severity", "page"},
		{"long", "1h"},
		{"short", "5m"},
		{"factor", "14.4"},
		{"room", "a"},
	};

	ck_assert_uint_eq(json_object_size(json_object_get(alert, "labels")), COUNT_OF(labels));
	for (size_t i = 0; i < COUNT_OF(labels); i++)
		ck_assert_str_eq(text_of(alert, "labels", labels[i][0]), labels[i][1]);
	ck_assert_str_eq(text_of(alert, "annotations", "summary"), "page-fast: ");
	ck_assert_str_eq(text_of(alert, "annotations", "chart"), "c/availability?v=20.12");
	ck_assert_str_eq(text_of(alert, "annotations", "slo_description"), "requests \"answered\"");
	ck_assert_str_eq(text_of(alert, "annotations", "runbook_url"), "https://wiki.example/shop");
	ck_assert_str_eq(text_of(alert, "annotations", "details_url"), "http://wick.example/slo/eu/shop/availability");
	ck_assert_str_eq(
		text_of(alert, "annotations", "description"),
		"Over 1h and 5m the burn rates are 20.1 and 25, above 14.4: 101 of 1000 events were bad in 1h. "
		"75 % of the error budget of 30d is left; as it burns now, it is empty in 6h 5m.");
	ck_assert_str_eq(text_of(alert, NULL, "startsAt"), "2023-11-14T22:14:00Z");
	ck_assert_str_eq(text_of(alert, NULL, "endsAt"), "2023-11-14T22:30:00Z"); /* 10 min from now */
	ck_assert_str_eq(text_of(alert, NULL, "generatorURL"), "http://wick.example/");
	json_decref(root);
}
END_TEST

START_TEST(an_alert_that_is_over_is_told_for_a_while)
{
	json_t *root = written(NOW), *alert = json_array_get(root, 1);

	ck_assert_uint_eq(json_array_size(root), 3); /* the calm one is not told */
	ck_assert_str_eq(text_of(alert, "labels", "alertname"), "SloDataVanished");
	ck_assert_str_eq(text_of(alert, NULL, "endsAt"), "2023-11-14T22:15:00Z");
	ck_assert_ptr_null(json_object_get(json_object_get(alert, "labels"), "factor"));
	ck_assert_str_eq(text_of(alert, "annotations", "chart"), "v=unknown"); /* it has no number */
	json_decref(root);
	root = written((struct instant){NOW.ms + 11 * SPAN_MINUTE});
	ck_assert_uint_eq(json_array_size(root), 2);
	json_decref(root);
	alerts[2].state.phase = ALERT_PENDING; /* true again, and not firing yet: the last time is still over */
	root = written(NOW);
	ck_assert_str_eq(text_of(json_array_get(root, 1), NULL, "endsAt"), "2023-11-14T22:15:00Z");
	ck_assert_str_eq(text_of(json_array_get(root, 1), "annotations", "summary"),
			 "The data of eu/shop/availability {zone=\"1\"} are there again");
	json_decref(root);
}
END_TEST

START_TEST(while_data_are_missing_a_firing_alert_has_no_number_and_says_so)
{
	json_t *root, *alert;

	alerts[0].value = alerts[0].value_short = (double)NAN;
	fixture.list[0].budgets->remaining = (double)NAN;
	root = written(NOW);
	alert = json_array_get(root, 0);
	ck_assert_ptr_null(strstr(out.at, "nan"));
	ck_assert_str_eq(text_of(alert, "annotations", "chart"), "c/availability?v=unknown");
	ck_assert_str_eq(text_of(alert, "annotations", "description"),
			 "Over 1h and 5m the burn rates are not known now; it fired above 14.4. ");
	json_decref(root);
}
END_TEST

START_TEST(the_watchdog_always_fires)
{
	json_t *root;

	fixture.results.len = 0;
	root = written(NOW);
	ck_assert_uint_eq(json_array_size(root), 1);
	ck_assert_str_eq(text_of(json_array_get(root, 0), "labels", "alertname"), "Watchdog");
	ck_assert_str_eq(text_of(json_array_get(root, 0), "labels", "sender"), "wick");
	json_decref(root);
}
END_TEST

START_TEST(what_is_wrong_with_wick_is_told_like_any_alert)
{
	json_t *root, *alert;

	fixture.results.len = 0;
	fixture.health.sources_len = 2;
	own[0] = (struct alert_state){ALERT_FIRING, {1700000000000}, {1700000040000}, {0}, {0}};
	own[1] = (struct alert_state){ALERT_PENDING, {1700000000000}, {0}, {0}, {0}};
	root = written(NOW);
	ck_assert_uint_eq(json_array_size(root), 2); /* with the watchdog; what is pending is not told */
	alert = json_array_get(root, 0);
	ck_assert_str_eq(text_of(alert, "labels", "alertname"), "WickSourceDown");
	ck_assert_str_eq(text_of(alert, "labels", "severity"), "page");
	ck_assert_str_eq(text_of(alert, "labels", "sender"), "wick");
	ck_assert_ptr_nonnull(
		strstr(text_of(alert, "annotations", "description"), "eu (http://eu.example): nobody answers. "));
	ck_assert_str_eq(text_of(alert, "annotations", "runbook_url"), "http://wick.example/runbooks/wick-source-down");
	ck_assert_str_eq(text_of(alert, NULL, "startsAt"), "2023-11-14T22:14:00Z");
	ck_assert_str_eq(text_of(alert, NULL, "endsAt"), "2023-11-14T22:30:00Z");
	json_decref(root);
}
END_TEST

/* The rule of that name, up to the next one, as `wick rules` prints it. */
static struct str rule_of(struct str rules, const char *name)
{
	struct buf head;
	const char *begin, *end;

	buf_init(&head, KIB(1));
	buf_fmt(&head, "- alert: %s\n", name);
	begin = strstr(rules.at, head.at);
	buf_release(&head);
	ck_assert_msg(begin != NULL, "there is no rule '%s'", name);
	end = strstr(begin + 1, "- alert: ");
	return (struct str){begin, end ? (size_t)(end - begin) : strlen(begin)};
}

static void has_line(struct str rule, const char *before, const char *value, const char *behind)
{
	struct buf line;

	buf_init(&line, KIB(1));
	buf_fmt(&line, "%s%s%s\n", before, value, behind);
	ck_assert_msg(memmem(rule.at, rule.len, line.at, line.len) != NULL, "no '%s' in\n%.*s", line.at, STR_ARG(rule));
	buf_release(&line);
}

START_TEST(what_wick_says_of_itself_is_what_its_rules_say)
{
	struct rules_options options = {.job = STR("wick"), .runbooks = STR("http://x")};
	struct buf all, health;

	buf_init(&all, MIB(1));
	buf_init(&health, MIB(1));
	ck_assert(rules_write(&all, &options));
	options.health_only = true;
	ck_assert(rules_write(&health, &options));
	for (size_t i = 0; i < OWN_ALERTS; i++) {
		const struct own_alert *alert = &own_alerts[i];
		struct str rule = rule_of(buf_view(&all), alert->name);

		has_line(rule, "severity: ", alert->severity, "");
		has_line(rule, "for: \"", span_text(alert->for_).text, "\"");
		has_line(rule, "http://x/", alert->runbook, "");
		/* twice would be two pages */
		ck_assert_ptr_null(strstr(health.at, alert->name));
	}
	buf_release(&all);
	buf_release(&health);
}
END_TEST

START_TEST(wick_is_well_unless_one_thing_is_wrong)
{
	static const char *const names[] = {"WickSourceDown", "WickBehind", "WickNotStored", "WickReloadFailed",
					    "WickGithubDown"};

	for (size_t wrong = 0; wrong <= OWN_ALERTS; wrong++) {
		/* where a source is down it is one alert, not two */
		struct health_source sources[2] = {
			{.up = true, .behind_seconds = wrong == 1 ? 400 : 300},
			{.up = wrong != 0, .behind_seconds = wrong == 0 ? 400 : 300},
		};
		struct health health = {.sources = sources,
					.sources_len = 2,
					.sources_up = 2 - (wrong == 0),
					.store_ok = wrong != 2,
					.reload_ok = wrong != 3,
					.delivery = {.asked = true, .up = wrong != 4}};

		for (size_t i = 0; i < OWN_ALERTS; i++)
			ck_assert_msg(own_alerts[i].holds(&health) == (i == wrong), "%s", own_alerts[i].name);
		if (wrong < OWN_ALERTS)
			ck_assert_str_eq(own_alerts[wrong].name, names[wrong]);
	}
}
END_TEST

static const struct {
	enum tier_kind kind;
	double value;
	const char *summary, *description;
} words[] = {
	{TIER_BURN, 20.125, "eu/shop/availability {zone=\"1\"} burns its error budget 20.1 times too fast", NULL},
	{TIER_BUDGET, 0.502, "eu/shop/availability {zone=\"1\"} has spent 50.2 % of its error budget",
	 "101 of 1000 events were bad. 75 % of the error budget of 30d is left; as it burns now, it is empty in 6h 5m."},
	{TIER_EXHAUSTS, 7265, "The error budget of eu/shop/availability {zone=\"1\"} will be empty in 2h 1m", NULL},
	{TIER_BURN, (double)NAN,
	 "eu/shop/availability {zone=\"1\"} burned its error budget too fast, and how fast it does now is not known",
	 NULL},
	{TIER_BUDGET, (double)NAN,
	 "eu/shop/availability {zone=\"1\"} had spent 75 % of its error budget, and how much it has now is not known",
	 "75 % of the error budget of 30d was left when it was last known."},
	{TIER_EXHAUSTS, (double)NAN,
	 "The error budget of eu/shop/availability {zone=\"1\"} was to be empty within 6h, and when it will be is not known now",
	 NULL},
	{TIER_EXHAUSTS, HUGE_VAL, "The error budget of eu/shop/availability {zone=\"1\"} does not burn any more", NULL},
	{TIER_NO_DATA, 0, "eu/shop/availability {zone=\"1\"} has no data",
	 "Nothing is known of its window of 30d: its metrics may have other names, or were never there."},
	{TIER_VANISHED, 0, "The data of eu/shop/availability {zone=\"1\"} have vanished",
	 "The last ones are of 2023-11-14T22:14:00Z: a target is gone, or its metrics have other names."},
	{TIER_ERROR, 0, "eu/shop/availability {zone=\"1\"} cannot be evaluated", "The reason: the source refuses."},
};

START_TEST(every_kind_has_its_words)
{
	struct alert alert = {.state = {.phase = ALERT_FIRING},
			      .value = words[_i].value,
			      .value_short = 1,
			      .bad = 101,
			      .total = 1000};
	struct tier tier = {.kind = words[_i].kind,
			    .long_ = {SPAN_HOUR},
			    .short_ = {5 * SPAN_MINUTE},
			    .consumed = 0.75,
			    .within = {6 * SPAN_HOUR}};

	fixture.list[0].reason = STR("the source refuses");
	ck_assert(alert_summary_write(&out, &fixture.list[0], &tier, &alert));
	ck_assert_str_eq(out.at, words[_i].summary);
	buf_clear(&out);
	ck_assert(alert_description_write(&out, &fixture.list[0], &tier, &alert));
	if (words[_i].description)
		ck_assert_str_eq(out.at, words[_i].description);
}
END_TEST

/* Nothing is said of the present that was true when it fired: factor 14.4, 75 % and 6 h. */
static const struct {
	enum tier_kind kind;
	double value, short_;
	const char *summary, *description;
} ended[] = {
	{TIER_BURN, 22.3, 0.2, "eu/shop/availability {zone=\"1\"} does not burn its error budget too fast any more",
	 "Over 1h and 5m the burn rates are 22.3 and 0.2; it fires above 14.4: 101 of 1000 events were bad in 1h. "
	 "75 % of the error budget of 30d is left; as it burns now, it is empty in 6h 5m."},
	{TIER_BURN, (double)NAN, (double)NAN,
	 "eu/shop/availability {zone=\"1\"} does not burn its error budget too fast any more",
	 "Over 1h and 5m the burn rates are not known now; it fired above 14.4. "
	 "75 % of the error budget of 30d was left when it was last known."},
	{TIER_BUDGET, 0.48, 0,
	 "eu/shop/availability {zone=\"1\"} has spent 48 % of its error budget; the alert is from 75 % on", NULL},
	{TIER_EXHAUSTS, 90000, 0,
	 "The error budget of eu/shop/availability {zone=\"1\"} will be empty in 1d 1h; the alert is below 6h", NULL},
	{TIER_NO_DATA, 0, 0, "eu/shop/availability {zone=\"1\"} has data",
	 "Something is known of its window of 30d again."},
	{TIER_VANISHED, 0, 0, "The data of eu/shop/availability {zone=\"1\"} are there again",
	 "The last ones are of 2023-11-14T22:14:00Z."},
	{TIER_ERROR, 0, 0, "eu/shop/availability {zone=\"1\"} can be evaluated again",
	 "Its query is answered, and its numbers are possible ones."},
};

START_TEST(an_alert_that_is_over_has_the_words_of_now)
{
	struct alert alert = {.value = ended[_i].value, .value_short = ended[_i].short_, .bad = 101, .total = 1000};
	struct tier tier = {.kind = ended[_i].kind,
			    .long_ = {SPAN_HOUR},
			    .short_ = {5 * SPAN_MINUTE},
			    .factor = 14.4,
			    .consumed = 0.75,
			    .within = {6 * SPAN_HOUR}};

	ck_assert(alert_summary_write(&out, &fixture.list[0], &tier, &alert));
	ck_assert_str_eq(out.at, ended[_i].summary);
	buf_clear(&out);
	ck_assert(alert_description_write(&out, &fixture.list[0], &tier, &alert));
	if (ended[_i].description)
		ck_assert_str_eq(out.at, ended[_i].description);
}
END_TEST

/* 99.5 % of a million: 5000 may be bad. */
static const struct {
	struct counts counts;
	const char *summary, *description;
} months[] = {
	{{6900, 1e6, 44640, 0},
	 "eu/shop/availability {zone=\"1\"} missed its objective of 99.5% for 2023-10",
	 "From 2023-10-01T00:00:00Z to 2023-11-01T00:00:00Z the SLI was 99.310%: 6900 of 1000000 events were bad, "
	 "138 % of the error budget, which is 1900 more than the 5000 that might have been. Data were there for 100.0% of the period."},
	{{3750, 5e5, 20088, 2232},
	 "eu/shop/availability {zone=\"1\"} may have met its objective of 99.5% for 2023-10 after all",
	 "From 2023-10-01T00:00:00Z to 2023-11-01T00:00:00Z the SLI was 99.250%: 3750 of 500000 events were bad, "
	 "75 % of the error budget. Data were there for 45.0% of the period. Only 50.0% of it is known, and what is not counts as good."},
	{{100, 1e6, 44640, 0},
	 "eu/shop/availability {zone=\"1\"} met its objective of 99.5% for 2023-10 after all",
	 "From 2023-10-01T00:00:00Z to 2023-11-01T00:00:00Z the SLI was 99.990%: 100 of 1000000 events were bad, "
	 "2 % of the error budget. Data were there for 100.0% of the period."},
};

static struct period_record october(struct counts counts)
{
	struct period_record record = {.window = STR("month"), .name = STR("2023-10"), .objective = 0.995};

	record.begin = (struct instant){INT64_C(1696118400000)};
	record.end = (struct instant){INT64_C(1698796800000)};
	record.counts = counts;
	record.steps = 44640; /* of a minute, in 31 days */
	return record;
}

START_TEST(a_closed_period_is_told_with_its_numbers)
{
	struct period_record record = october(months[_i].counts);
	struct alert alert = {.value = 1, .period = &record};
	struct tier tier = {.kind = TIER_MISSED, .window = STR("month")};

	ck_assert(alert_summary_write(&out, &fixture.list[0], &tier, &alert));
	ck_assert_str_eq(out.at, months[_i].summary);
	buf_clear(&out);
	ck_assert(alert_description_write(&out, &fixture.list[0], &tier, &alert));
	ck_assert_str_eq(out.at, months[_i].description);
}
END_TEST

START_TEST(each_closed_period_has_labels_of_its_own)
{
	struct period_record record = october(months[0].counts);
	json_t *root, *alert;

	tiers[1] = (struct tier){
		.name = STR("month-missed"), .kind = TIER_MISSED, .severity = STR("ticket"), .window = STR("month")};
	alerts[1] = (struct alert){.value = 1.38, .period = &record};
	alerts[1].state = (struct alert_state){ALERT_FIRING, {1700000000000}, {1700000040000}, {0}, {0}};
	root = written(NOW);
	alert = json_array_get(root, 1);
	ck_assert_str_eq(text_of(alert, "labels", "alertname"), "ObjectiveMissed");
	ck_assert_str_eq(text_of(alert, "labels", "tier"), "month-missed");
	ck_assert_str_eq(text_of(alert, "labels", "kind"), "missed");
	ck_assert_str_eq(text_of(alert, "labels", "window"), "month");
	ck_assert_str_eq(text_of(alert, "labels", "period"), "2023-10");
	ck_assert_str_eq(text_of(alert, "annotations", "summary"), months[0].summary);
	json_decref(root);
	/* a record that is gone leaves nothing to say of it */
	alerts[1].period = NULL;
	alerts[1].value = (double)NAN;
	root = written(NOW);
	alert = json_array_get(root, 1);
	ck_assert_str_eq(text_of(alert, "annotations", "summary"),
			 "eu/shop/availability {zone=\"1\"} missed its objective in a period whose record is gone");
	ck_assert_ptr_null(json_object_get(json_object_get(alert, "labels"), "period"));
	json_decref(root);
}
END_TEST

static struct instant minutes_later(int minutes) { return (struct instant){NOW.ms + minutes * SPAN_MINUTE}; }

/* startsAt and endsAt of the alert with that tier and factor; NULL: there is none. */
static const char *times_of(json_t *root, const char *tier, const char *factor)
{
	static char text[64];
	const char *found = NULL;
	json_t *alert;
	size_t i;

	json_array_foreach(root, i, alert)
	{
		if (strcmp(text_of(alert, "labels", "tier"), tier) ||
		    strcmp(text_of(alert, "labels", "factor"), factor))
			continue;
		ck_assert_msg(!found, "it is there twice");
		snprintf(text, sizeof(text), "%s %s", text_of(alert, NULL, "startsAt"), text_of(alert, NULL, "endsAt"));
		found = text;
	}
	return found;
}

static void expect_times(struct instant now, const char *tier, const char *factor, const char *times)
{
	json_t *root = written(now);
	const char *got = times_of(root, tier, factor);

	ck_assert_msg(times ? got && strcmp(got, times) == 0 : !got, "%s", got ? got : "(none)");
	json_decref(root);
}

#define FIRED "2023-11-14T22:14:00Z "

/* It fired at 22:14; at 22:21 its SLO is deleted. */
START_TEST(what_is_not_there_any_more_is_told_as_over)
{
	memory = told_new();
	expect_times(NOW, "page-fast", "14.4", FIRED "2023-11-14T22:30:00Z");
	fixture.results.len = 0;
	expect_times(minutes_later(1), "page-fast", "14.4", FIRED "2023-11-14T22:21:00Z");
	expect_times(minutes_later(16), "page-fast", "14.4", FIRED "2023-11-14T22:21:00Z");
	expect_times(minutes_later(17), "page-fast", "14.4", NULL);
	/* it is back before it was forgotten, and gone again */
	fixture.results.len = 1;
	expect_times(minutes_later(18), "page-fast", "14.4", FIRED "2023-11-14T22:48:00Z");
	fixture.results.len = 0;
	expect_times(minutes_later(19), "page-fast", "14.4", FIRED "2023-11-14T22:39:00Z");
	fixture.results.len = 1;
	expect_times(minutes_later(20), "page-fast", "14.4", FIRED "2023-11-14T22:50:00Z");
	told_free(memory);
	memory = NULL;
}
END_TEST

/* With the other factor it is another alert. What ends by itself is told once, and as it ended. */
START_TEST(an_edited_tier_ends_the_alert_that_it_was)
{
	memory = told_new();
	fixture.list[0].counted_to = NOW;
	expect_times(NOW, "page-fast", "14.4", FIRED "2023-11-14T22:30:00Z");
	tiers[0].factor = 10;
	expect_times(minutes_later(1), "page-fast", "10", FIRED "2023-11-14T22:31:00Z");
	expect_times(minutes_later(2), "page-fast", "14.4", FIRED "2023-11-14T22:21:00Z");
	alerts[0].state.phase = ALERT_INACTIVE;
	alerts[0].state.resolved_at = minutes_later(3);
	expect_times(minutes_later(4), "page-fast", "10", FIRED "2023-11-14T22:23:00Z");
	told_free(memory);
	memory = NULL;
}
END_TEST

/* An SLO that is read back anew says nothing of its alerts yet; Alertmanagers take them for over by themselves. */
START_TEST(an_slo_that_is_late_takes_nothing_back)
{
	memory = told_new();
	fixture.list[0].counted_to = NOW;
	expect_times(NOW, "page-fast", "14.4", FIRED "2023-11-14T22:30:00Z");
	alerts[0].state.phase = ALERT_INACTIVE;
	fixture.list[0].counted_to.ms = NOW.ms - SPAN_DAY;
	expect_times(minutes_later(1), "page-fast", "14.4", NULL);
	expect_times(minutes_later(9), "page-fast", "14.4", NULL);
	fixture.list[0].counted_to = minutes_later(10);
	expect_times(minutes_later(10), "page-fast", "14.4", FIRED "2023-11-14T22:30:00Z");
	told_free(memory);
	/* nor does one that was told of by the wick before this one */
	memory = told_new();
	expect_times(minutes_later(11), "page-fast", "14.4", NULL);
	told_free(memory);
	memory = NULL;
}
END_TEST

static const struct {
	double seconds;
	const char *text;
} times[] = {{0, "0s"},     {59.9, "59s"},    {60, "1m"},    {3600, "1h"}, {3661, "1h 1m"}, {3605, "1h"},
	     {86400, "1d"}, {90000, "1d 1h"}, {86460, "1d"}, {-5, "0s"},   {1e18, "0s"}};

START_TEST(times_have_their_two_largest_units)
{
	ck_assert(alert_time_write(&out, times[_i].seconds));
	ck_assert_str_eq(out.at, times[_i].text);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("exporters/alertmanager");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_firing_alert_has_its_labels_words_and_times);
	tcase_add_test(tcase, an_alert_that_is_over_is_told_for_a_while);
	tcase_add_test(tcase, while_data_are_missing_a_firing_alert_has_no_number_and_says_so);
	tcase_add_test(tcase, the_watchdog_always_fires);
	tcase_add_test(tcase, what_is_wrong_with_wick_is_told_like_any_alert);
	tcase_add_test(tcase, wick_is_well_unless_one_thing_is_wrong);
	tcase_add_test(tcase, what_wick_says_of_itself_is_what_its_rules_say);
	tcase_add_loop_test(tcase, every_kind_has_its_words, 0, (int)COUNT_OF(words));
	tcase_add_loop_test(tcase, an_alert_that_is_over_has_the_words_of_now, 0, (int)COUNT_OF(ended));
	tcase_add_loop_test(tcase, a_closed_period_is_told_with_its_numbers, 0, (int)COUNT_OF(months));
	tcase_add_test(tcase, each_closed_period_has_labels_of_its_own);
	tcase_add_test(tcase, what_is_not_there_any_more_is_told_as_over);
	tcase_add_test(tcase, an_edited_tier_ends_the_alert_that_it_was);
	tcase_add_test(tcase, an_slo_that_is_late_takes_nothing_back);
	tcase_add_loop_test(tcase, times_have_their_two_largest_units, 0, (int)COUNT_OF(times));
	return unit_run("exporters/alertmanager", tcase);
}
