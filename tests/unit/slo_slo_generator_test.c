/* slo-generator's definitions and what they share: what is read of them, and every way in which one can be wrong. */
#include "tests/unit/language_fixture.h"

#define GOOD  "http_requests_total{job=\"shop\",code!~\"5..\"}"
#define BAD   "http_requests_total{job=\"shop\",code=~\"5..\"}"
#define TOTAL "http_requests_total{job=\"shop\"}"

/* Every field of the language but those of other methods, and an error budget policy. */
static const char full[] = "apiVersion: sre.google.com/v2\n"                                                 /* 1 */
			   "kind: ServiceLevelObjective\n"                                                   /* 2 */
			   "metadata:\n"                                                                     /* 3 */
			   "  name: shop-front-availability\n"                                               /* 4 */
			   "  labels: {service_name: shop, feature_name: front, slo_name: up, env: x}\n"     /* 5 */
			   "spec:\n"                                                                         /* 6 */
			   "  description: it answers\n"                                                     /* 7 */
			   "  backend: prometheus/eu\n"                                                      /* 8 */
			   "  method: good_bad_ratio\n"                                                      /* 9 */
			   "  exporters: [prometheus]\n"                                                     /* 10 */
			   "  error_budget_policy: ours\n"                                                   /* 11 */
			   "  goal: 0.995\n"                                                                 /* 12 */
			   "  frequency: 60\n"                                                               /* 13 */
			   "  service_level_indicator:\n"                                                    /* 14 */
			   "    filter_good: " GOOD "\n"                                                     /* 15 */
			   "    filter_valid: " TOTAL "\n"                                                   /* 16 */
			   "    operators: [rate, sum]\n"                                                    /* 17 */
			   "---\n"                                                                           /* 18 */
			   "backends: {prometheus: {url: x}}\n"                                              /* 19 */
			   "exporters: {}\n"                                                                 /* 20 */
			   "default_exporters: []\n"                                                         /* 21 */
			   "error_budget_policies:\n"                                                        /* 22 */
			   "  ours:\n"                                                                       /* 23 */
			   "    steps:\n"                                                                    /* 24 */
			   "    - name: 1 hour\n"                                                            /* 25 */
			   "      window: 3600\n"                                                            /* 26 */
			   "      burn_rate_threshold: 9\n"                                                  /* 27 */
			   "      alert: true\n"                                                             /* 28 */
			   "      message_alert: page somebody\n"                                            /* 29 */
			   "      message_ok: fine\n"                                                        /* 30 */
			   "    - {name: 7 days, window: 604800, burn_rate_threshold: 1.5, alert: true}\n"   /* 31 */
			   "    - {name: 12 hours, window: 43200, burn_rate_threshold: 3, alert: false}\n"   /* 32 */
			   "    - {name: 28 days, window: 2419200, burn_rate_threshold: 1, alert: false}\n"; /* 33 */

START_TEST(an_slo_has_all_that_its_author_wrote)
{
	read_text(full);
	assert_slos("all fields",
		    "shop/front-up 0.995 28d\nevents\n  good " GOOD "\n  total " TOTAL "\n  'it answers'\n"
		    " labels env=x,feature_name=front,service_name=shop,slo_name=up\n"
		    "  1-hour page 1h/5m x9 annotations message=page somebody\n  7-days ticket 7d/12h x1.5\n"
		    "  12-hours info 12h/1h x3\n",
		    false);
	ck_assert_str_eq(findings_up_to(FINDING_WARNING), "");
	ck_assert(str_is(set->slos[0].source.name, "eu") && set->slos[0].source.soft);
	ck_assert_str_eq(
		findings_up_to(FINDING_NOTE),
		"4:9: name: has no effect here: an SLO goes by its labels service_name, feature_name and slo_name "
		"[no-effect]\n"
		"8:12: backend: it is counted at the source 'eu' where the settings have one of that name, else at the "
		"default one [source-wish]\n"
		"10:14: exporters: has no effect here: wick serves its numbers itself [no-effect]\n"
		"13:14: frequency: has no effect here: wick counts all the time [no-effect]\n"
		"19:11: backends: has no effect here: it is for the file's other readers [no-effect]\n"
		"20:12: exporters: has no effect here: it is for the file's other readers [no-effect]\n"
		"21:20: default_exporters: has no effect here: it is for the file's other readers [no-effect]\n"
		"30:19: message_ok: has no effect here: what is fine sends no message [no-effect]\n");
}
END_TEST

#define HEAD                                                                                                           \
	"apiVersion: sre.google.com/v2\nkind: ServiceLevelObjective\nmetadata: {name: n}\n"                            \
	"spec: {backend: prometheus, goal: 0.99, "

static const struct {
	const char *what, *yaml, *slos;
} read_as[] = {
	{"good and bad make all",
	 HEAD "method: good_bad_ratio, service_level_indicator: {filter_good: 'a_total{c=\"2\"}', filter_bad: "
	      "'a_total{c=\"5\"}'}}\n",
	 "n/n 0.99 30d\nevents\n  bad a_total{c=\"5\"}\n"
	 "  total sum(increase(a_total{c=\"2\"}[$window])) + sum(increase(a_total{c=\"5\"}[$window]))\n"},
	{"a window in the filters is the one that is put behind them elsewhere",
	 HEAD "method: good_bad_ratio, service_level_indicator: {filter_good: 'a_total{c=\"2\"}[window]', "
	      "filter_valid: 'a_total[window]'}}\n",
	 "n/n 0.99 30d\nevents\n  good a_total{c=\"2\"}\n  total a_total\n"},
	{"in those that make all",
	 HEAD "method: good_bad_ratio, service_level_indicator: {filter_good: 'a_total{c=\"2\"}[window]', filter_bad: "
	      "'a_total{c=\"5\"}[window]'}}\n",
	 "n/n 0.99 30d\nevents\n  bad a_total{c=\"5\"}\n"
	 "  total sum(increase(a_total{c=\"2\"}[$window])) + sum(increase(a_total{c=\"5\"}[$window]))\n"},
	{"with an offset",
	 HEAD "method: good_bad_ratio, service_level_indicator: {filter_good: 'a_total{c=\"2\"}[window] offset 5m', "
	      "filter_valid: 'a_total[window] offset 5m'}}\n",
	 "n/n 0.99 30d\nevents\n  good sum(increase(a_total{c=\"2\"}[$window] offset 5m))\n"
	 "  total sum(increase(a_total[$window] offset 5m))\n"},
	{"a window behind the buckets",
	 HEAD "method: distribution_cut, service_level_indicator: {expression: 'd_seconds_bucket{a=\"b\"}[window]', "
	      "threshold_bucket: 0.25}}\n",
	 "n/n 0.99 30d\nlatency\n  of d_seconds{a=\"b\"}\n  <= 0.25\n"},
	{"a window of a subquery",
	 HEAD "method: query_sli, service_level_indicator: {expression: 'avg_over_time((up == bool 1)[window:1m])'}}\n",
	 "n/n 0.99 30d\nratio\n  good avg_over_time((up == bool 1)[$window:1m])\n"},
	{"bad and all",
	 HEAD "method: good_bad_ratio, service_level_indicator: {filter_bad: 'a_total{c=\"5\"}', filter_valid: "
	      "a_total}}\n",
	 "n/n 0.99 30d\nevents\n  bad a_total{c=\"5\"}\n  total a_total\n"},
	{"a bucket is a latency",
	 HEAD "method: distribution_cut, service_level_indicator: {expression: 'd_seconds_bucket{a=\"b\"}', "
	      "threshold_bucket: 0.25}}\n",
	 "n/n 0.99 30d\nlatency\n  of d_seconds{a=\"b\"}\n  <= 0.25\n"},
	{"a query that is a quotient of counts is counted",
	 HEAD "method: query_sli, service_level_indicator: {expression: 'sum(rate(g_total[window])) / "
	      "sum(rate(a_total[window]))'}}\n",
	 "n/n 0.99 30d\nevents\n  good sum(rate(g_total[$window]))\n  total sum(rate(a_total[$window]))\n"},
	{"counters whose series go together one by one are counted, too",
	 HEAD
	 "method: query_sli, service_level_indicator: {expression: 'increase(d_bucket{a=\"b\",le=\"0.25\"}[window]) / "
	 "ignoring (le) increase(d_count{a=\"b\"}[window])'}}\n",
	 "n/n 0.99 30d\nevents\n  good sum(increase(d_bucket{a=\"b\",le=\"0.25\"}[$window]))\n"
	 "  total sum(increase(d_count{a=\"b\"}[$window]))\n"},
	{"by the labels that both have",
	 HEAD "method: query_sli, service_level_indicator: {expression: "
	      "'rate(g{a=\"b\",c=\"d\"}[window]) / on (a, i) rate(t{a=\"b\"}[window])'}}\n",
	 "n/n 0.99 30d\nevents\n  good sum(rate(g{a=\"b\",c=\"d\"}[$window]))\n  total sum(rate(t{a=\"b\"}[$window]))\n"},
	{"where one side selects more, its series have no others to go with",
	 HEAD
	 "method: query_sli, service_level_indicator: {expression: 'rate(a{c=\"2\"}[window]) / rate(a[window])'}}\n",
	 "n/n 0.99 30d\nratio\n  good rate(a{c=\"2\"}[$window]) / rate(a[$window])\n"},
	{"many to one is averaged",
	 HEAD "method: query_sli, service_level_indicator: {expression: 'rate(a[window]) / on (i) group_left () "
	      "rate(b[window])'}}\n",
	 "n/n 0.99 30d\nratio\n  good rate(a[$window]) / on (i) group_left () rate(b[$window])\n"},
	{"so is what lies apart in time",
	 HEAD
	 "method: query_sli, service_level_indicator: {expression: 'rate(a[window] offset 1m) / rate(b[window])'}}\n",
	 "n/n 0.99 30d\nratio\n  good rate(a[$window] offset 1m) / rate(b[$window])\n"},
	{"another query is averaged",
	 HEAD "method: query_sli, service_level_indicator: {expression: 'avg_over_time(up[window])'}}\n",
	 "n/n 0.99 30d\nratio\n  good avg_over_time(up[$window])\n"},
	{"another system's is left out, whatever its variables are",
	 "apiVersion: sre.google.com/v2\nkind: ServiceLevelObjective\nmetadata: {name: n}\n"
	 "spec: {backend: cloud_monitoring, project: '${NOT_SET_ANYWHERE}'}\n",
	 ""},
};

START_TEST(what_can_be_written_is_read)
{
	read_text(read_as[_i].yaml);
	for (size_t i = 0; i < set->len; i++)
		ck_assert_uint_gt(set->slos[i].alerting->len, 4);
	ck_assert_msg(slo_set_errors(set) == 0, "%s: %s", read_as[_i].what, findings_up_to(FINDING_NOTE));
	if (set->len) {
		struct alerting none = {.len = 0};

		set->slos[0].alerting = &none;
		assert_slos(read_as[_i].what, read_as[_i].slos, false);
	} else {
		ck_assert_str_eq(read_as[_i].slos, "");
		ck_assert(says(findings_up_to(FINDING_WARNING), "4:17: backend: 'cloud_monitoring' is no Prometheus"));
	}
}
END_TEST

START_TEST(variables_of_the_environment_are_filled_in)
{
	ck_assert_int_eq(setenv("WICK_TEST_JOB", "shop", 1), 0);
	ck_assert_int_eq(setenv("WICK_TEST_TOKEN", "s3cret", 1), 0);
	read_changed(full, "job=\"shop\",code!~", "job=\"${WICK_TEST_JOB}\",code!~");
	ck_assert_msg(set->len == 1, "%s", findings_up_to(FINDING_NOTE));
	ck_assert(str_is(set->slos[0].sli.good.text, GOOD));
	read_changed(full, "it answers", "it costs $5, ${} and ${5");
	ck_assert_msg(set->len == 1 && str_is(set->slos[0].description, "it costs $5, ${} and ${5"), "%s",
		      findings_up_to(FINDING_NOTE));
	read_changed(full, "it answers", "'${WICK_TEST_TOKEN}'");
	ck_assert(says(findings_up_to(FINDING_ERROR),
		       "7:16: ${}: the variable 'WICK_TEST_TOKEN' has the name of a secret"));
	ck_assert_ptr_null(strstr(findings_up_to(FINDING_NOTE), "s3cret"));
	ck_assert_uint_eq(set->len, 0);
	read_changed(full, "page somebody", "page ${WICK_TEST_JOB}");
	ck_assert_msg(set->len == 1, "%s", findings_up_to(FINDING_NOTE));
	ck_assert(str_is(alerting_tier(set->slos[0].alerting, STR("1-hour"))->annotations.at[0].value, "page shop"));
	read_changed(full, "page somebody", "page ${WICK_TEST_TOKEN}");
	ck_assert(says(findings_up_to(FINDING_ERROR), "29:22: ${}: the variable 'WICK_TEST_TOKEN' has the name"));
	read_changed(full, "it answers", "'${WICK_TEST_NOT_SET}'");
	ck_assert(says(findings_up_to(FINDING_ERROR),
		       "7:16: ${}: the environment variable 'WICK_TEST_NOT_SET' is not set"));
}
END_TEST

START_TEST(a_variable_without_a_value_hides_no_other_error)
{
	read_text("apiVersion: sre.google.com/v2\nkind: ServiceLevelObjective\nmetadata: {name: n}\nspec:\n"
		  "  backend: prometheus\n  method: ${WICK_TEST_NOT_SET}\n  goal: 99.9\n"
		  "  service_level_indicator:\n    filter_good: 'a{j=\"${WICK_TEST_NOT_SET}\"}[window]'\n"
		  "    filter_valid: 'a{[window]'\n");
	ck_assert_str_eq(
		findings_up_to(FINDING_ERROR),
		"6:11: ${}: the environment variable 'WICK_TEST_NOT_SET' is not set [environment]\n"
		"7:9: goal: '99.9' is above 1; write '99.9%' if it is meant in percent [objective-range]\n"
		"9:18: ${}: the environment variable 'WICK_TEST_NOT_SET' is not set [environment]\n"
		"10:22: filter_valid: unexpected '[' in braces, expected a label name or '}' in 'a{[window]' [promql]\n");
	ck_assert_uint_eq(set->len, 0);
}
END_TEST

START_TEST(steps_of_one_name_are_tiers_of_their_own)
{
	read_changed(full, "name: 7 days", "name: 1-Hour");
	ck_assert_msg(set->len == 1 && alerting_tier(set->slos[0].alerting, STR("1-hour")) &&
			      alerting_tier(set->slos[0].alerting, STR("1-hour-step-2")),
		      "%s%s", set->len ? slo_as_text(&set->slos[0], true) : "", findings_up_to(FINDING_NOTE));
	read_changed(full, "name: 7 days", "name: No data!");
	ck_assert(alerting_tier(set->slos[0].alerting, STR("no-data"))->kind == TIER_NO_DATA);
	ck_assert(alerting_tier(set->slos[0].alerting, STR("no-data-step-2"))->kind == TIER_BURN);
	read_changed(full, "name: 7 days", "name: '***'");
	ck_assert(alerting_tier(set->slos[0].alerting, STR("step-2"))->kind == TIER_BURN);
}
END_TEST

static const struct wrong_change wrong[] = {
	{"no name", "  name: shop-front-availability\n", "", "4:3: name: is missing in metadata"},
	{"labels as a text", "{service_name: shop, feature_name: front, slo_name: up, env: x}", "x",
	 "5:11: labels: wants a map"},
	{"a label that is a list", "env: x", "env: [x]", "5:72: labels: the value of 'env' must be a text"},
	{"no backend", "  backend: prometheus/eu\n", "", "7:3: backend: is missing in spec"},
	{"a backend that is a list", "prometheus/eu", "[a]", "8:12: backend: wants a text"},
	{"no method", "  method: good_bad_ratio\n", "", "7:3: method: is missing in spec"},
	{"an unknown method", "good_bad_ratio", "ratio", "9:11: method: 'ratio' is not one of its values"},
	{"no goal", "  goal: 0.995\n", "", "7:3: goal: is missing in spec"},
	{"a goal in percent", "0.995", "99.5", "12:9: goal: '99.5' is above 1"},
	{"a goal of 1", "0.995", "1", "12:9: goal: '1' leaves no budget"},
	{"a goal below 0", "0.995", "-1", "12:9: goal: '-1' asks for nothing"},
	{"an unknown field", "frequency: 60", "frequence: 60", "13:3: unknown key 'frequence' in spec; did you mean"},
	{"no indicator", "  service_level_indicator:\n    filter_good", "  x:\n    filter_good",
	 "7:3: service_level_indicator: is missing in spec"},
	{"good alone", "    filter_valid: " TOTAL "\n", "", "15:5: service_level_indicator: wants filter_good with"},
	{"good, bad and all", "    operators", "    filter_bad: a_total\n    operators",
	 "17:17: filter_bad: stands beside filter_good and filter_valid"},
	{"what is no PromQL", "filter_good: " GOOD, "filter_good: 'a{'", "15:21: filter_good: "},
	{"an unknown field of the indicator", "operators:", "operator:", "17:5: unknown key 'operator'"},
	{"operators that are not known", "[rate, sum]", "[delta, sum]", "17:16: operators: are known as"},
	{"operators as a text", "[rate, sum]", "rate", "17:16: operators: are known as"},
	{"no expression", "good_bad_ratio", "query_sli", "15:5: expression: is missing"},
	{"a cut without expression", "good_bad_ratio", "distribution_cut", "15:5: expression: is missing"},
	{"a policy without steps", "    steps:\n    - name: 1 hour\n      window: 3600\n",
	 "    stairs:\n    - name: 1\n", "24:5: steps: is missing in an error budget policy"},
	{"policies as a list", "  ours:\n    steps:\n", "- x\n- y:\n    steps:\n",
	 "23:1: error_budget_policies: wants a map"},
	{"a step without a name", "- name: 1 hour\n      window", "- window", "25:7: name: is missing in a step"},
	{"a step without window", "      window: 3600\n", "", "25:7: window: is missing in a step"},
	{"a window of half minutes", "3600", "90", "26:15: window: '90' is out of range"},
	{"a window that is a duration", "3600", "1h", "26:15: window: '1h' is not a number"},
	{"a window without end", "3600", "inf", "26:15: window: 'inf' is"},
	{"a window twice", "window: 3600", "window: 604800", "31:7: window: is that of another step"},
	{"no threshold", "      burn_rate_threshold: 9\n", "", "25:7: burn_rate_threshold: is missing in a step"},
	{"a threshold of 0", "burn_rate_threshold: 9", "burn_rate_threshold: 0",
	 "27:28: burn_rate_threshold: '0' must be above 0"},
	{"a threshold without end", "burn_rate_threshold: 9", "burn_rate_threshold: inf",
	 "27:28: burn_rate_threshold: 'inf' is"},
	{"alert as a word", "alert: true\n", "alert: yes\n", "28:14: alert: 'yes' is neither"},
	{"a message that is a list", "message_alert: page somebody", "message_alert: []",
	 "29:22: message_alert: wants a text"},
};

START_TEST(what_is_wrong_is_said_where_it_stands) { assert_refused(full, &wrong[_i]); }
END_TEST

/* A policy that cannot be read leaves no SLO with other alerts than its author's. */
START_TEST(an_slo_whose_policy_is_wrong_is_wrong_too)
{
	read_changed(full, "window: 3600", "window: 1");
	ck_assert(says(findings_up_to(FINDING_ERROR),
		       "11:24: error_budget_policy: the policy 'ours' at a.yaml:24:5 is wrong"));
	read_changed(full, "  goal: 0.995\n", "  goal: 0.995\n  goal: 0.995\n");
	ck_assert_uint_eq(set->len, 0);
}
END_TEST

START_TEST(a_configuration_that_breaks_leaves_slos_as_they_were)
{
	const char *config = strstr(full, "backends:");
	char slo[1024];

	snprintf(slo, sizeof(slo), "%.*s", (int)(strstr(full, "---") - full), full);
	read_files(slo, config);
	ck_assert_msg(set->len == 1 && slo_set_errors(set) == 0, "%s", findings_up_to(FINDING_NOTE));
	buf_clear(&written);
	buf_fmt(&written, "%s- [\n", config);
	read_files(slo, written.at);
	ck_assert_uint_eq(slo_set_errors(set), 2);
	ck_assert(says(findings_up_to(FINDING_ERROR), "11:24: error_budget_policy: the policies of "));
	ck_assert_uint_eq(set->len, 1);
	ck_assert_int_eq(set->slos[0].window.ms, 28 * SPAN_DAY);
	ck_assert_ptr_nonnull(alerting_tier(set->slos[0].alerting, STR("1-hour")));
	read_files(slo,
		   "error_budget_policies: {theirs: {steps: [{name: a, window: 3600, burn_rate_threshold: 1}]}}\n");
	ck_assert_uint_eq(slo_set_errors(set), 0);
	ck_assert_int_eq(set->slos[0].window.ms, 30 * SPAN_DAY);
}
END_TEST

static const struct wrong_change doubtful[] = {
	{"a policy that nobody defines", "error_budget_policy: ours", "error_budget_policy: theirs",
	 "11:24: error_budget_policy: no file here defines the policy 'theirs'"},
	{"a message that is no template", "page somebody", "'{{ oops'", "29:22: message_alert: is left out: "},
	{"another system", "prometheus/eu", "datadog", "8:12: backend: 'datadog' is no Prometheus"},
	{"a reserved label", "env: x", "window: x", "5:67: labels: 'window' is written as 'exported_window'"},
};

START_TEST(what_is_doubtful_is_said_and_taken) { assert_said(full, &doubtful[_i]); }
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/slo_generator");

	tcase_add_checked_fixture(tcase, language_begin, language_end);
	tcase_add_test(tcase, an_slo_has_all_that_its_author_wrote);
	tcase_add_loop_test(tcase, what_can_be_written_is_read, 0, COUNT_OF(read_as));
	tcase_add_test(tcase, variables_of_the_environment_are_filled_in);
	tcase_add_test(tcase, a_variable_without_a_value_hides_no_other_error);
	tcase_add_test(tcase, steps_of_one_name_are_tiers_of_their_own);
	tcase_add_loop_test(tcase, what_is_wrong_is_said_where_it_stands, 0, COUNT_OF(wrong));
	tcase_add_test(tcase, an_slo_whose_policy_is_wrong_is_wrong_too);
	tcase_add_test(tcase, a_configuration_that_breaks_leaves_slos_as_they_were);
	tcase_add_loop_test(tcase, what_is_doubtful_is_said_and_taken, 0, COUNT_OF(doubtful));
	return unit_run("slo/slo_generator", tcase);
}
