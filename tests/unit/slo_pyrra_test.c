/* Pyrra's resource: what is read of it, and every way in which one can be wrong. */
#include "tests/unit/language_fixture.h"

#define BAD   "http_requests_total{job=\"shop\",code=~\"5..\"}"
#define TOTAL "http_requests_total{job=\"shop\"}"

/* Every field of the language but the other indicators. */
static const char full[] = "apiVersion: pyrra.dev/v1alpha1\n"                                         /* 1 */
			   "kind: ServiceLevelObjective\n"                                            /* 2 */
			   "metadata:\n"                                                              /* 3 */
			   "  name: shop-errors\n"                                                    /* 4 */
			   "  namespace: prod\n"                                                      /* 5 */
			   "  labels: {role: alert-rules, pyrra.dev/team: a, pyrra.dev/tier: gold}\n" /* 6 */
			   "  annotations: {a: b}\n"                                                  /* 7 */
			   "spec:\n"                                                                  /* 8 */
			   "  description: it answers\n"                                              /* 9 */
			   "  target: '99.5'\n"                                                       /* 10 */
			   "  window: 4w\n"                                                           /* 11 */
			   "  indicator:\n"                                                           /* 12 */
			   "    ratio:\n"                                                             /* 13 */
			   "      errors: {metric: '" BAD "'}\n"                                      /* 14 */
			   "      total: {metric: '" TOTAL "'}\n"                                     /* 15 */
			   "      grouping: [zone, handler]\n"                                        /* 16 */
			   "  alerting:\n"                                                            /* 17 */
			   "    disabled: false\n"                                                    /* 18 */
			   "    burnrates: true\n"                                                    /* 19 */
			   "    absent: true\n"                                                       /* 20 */
			   "    name: Errors\n"                                                       /* 21 */
			   "    absentName: Gone\n"                                                   /* 22 */
			   "    severities: {fast: critical}\n"                                       /* 23 */
			   "  partial_response_strategy: abort\n"                                     /* 24 */
			   "  performanceOverAccuracy: true\n"                                        /* 25 */
			   "  ruleOutput: {enableDescriptionAsLabel: true}\n"                         /* 26 */
			   "status: {type: PrometheusRule}\n";                                        /* 27 */

#define BURN                                                                                                           \
	"  page-fast critical 1h/5m x13.44\n  page-slow critical 6h/30m x5.6\n"                                        \
	"  ticket-fast warning 1d/2h x2.8\n  ticket-slow warning 3d/6h x0.933333\n"

START_TEST(an_slo_has_all_that_its_author_wrote)
{
	read_text(full);
	assert_slos("all fields",
		    "prod/shop-errors/shop-errors 99.5% 28d\nevents\n  bad " BAD "\n  total " TOTAL
		    "\n  'it answers'\n labels exported_tier=gold,team=a by handler by zone\n" BURN
		    "  budget-50 info\n  budget-75 info\n  budget-100 warning\n  vanished warning\n  no-data warning\n"
		    "  error warning\n",
		    true);
	ck_assert_str_eq(findings_up_to(FINDING_WARNING), "");
	ck_assert_str_eq(
		findings_up_to(FINDING_NOTE),
		"6:12: labels: 'role' is the cluster's, without 'pyrra.dev/' before it [label-passed]\n"
		"6:50: labels: 'tier' is written as 'exported_tier': wick sets a label of that name itself "
		"[label-renamed]\n"
		"7:16: annotations: has no effect here: it is the cluster's [no-effect]\n"
		"21:11: name: has no effect here: an alert goes by its tier [no-effect]\n"
		"22:17: absentName: has no effect here: an alert goes by its tier [no-effect]\n"
		"23:17: severities: has no effect here: pages are `critical` and tickets `warning` [no-effect]\n"
		"24:30: partial_response_strategy: has no effect here: it is for Thanos's ruler, and wick counts no "
		"partial answer [no-effect]\n"
		"25:28: performanceOverAccuracy: has no effect here: wick's counts are exact and cheap [no-effect]\n"
		"26:15: ruleOutput: has no effect here: it changes the rules that Pyrra writes [no-effect]\n"
		"27:9: status: has no effect here: it is for the file's other readers [no-effect]\n");
}
END_TEST

#define HEAD(name)                                                                                                     \
	"apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: " name                          \
	"}\nspec: {target: \"99\", window: 7d, alerting: {disabled: true}, indicator: {"

static const struct {
	const char *what, *yaml, *slos;
} read_as[] = {
	{"the bucket and count of a histogram are a latency",
	 HEAD("l") "latency: {success: {metric: 'd_seconds_bucket{a=\"b\",le=\"5.0\"}'}, "
		   "total: {metric: 'd_seconds_count{a=\"b\"}'}}}}\n",
	 "l/l 99% 7d\nlatency\n  of d_seconds{a=\"b\"}\n  <= 5\n"},
	{"those that select other things are good events and all",
	 HEAD("l") "latency: {success: {metric: 'd_seconds_bucket{c=\"5\",le=\"1\"}'}, total: {metric: "
		   "d_seconds_count}, grouping: [a]}}}\n",
	 "l/l 99% 7d\nevents\n  good d_seconds_bucket{c=\"5\",le=\"1\"}\n  total d_seconds_count\n by a\n"},
	{"a regular expression of buckets is one of events",
	 HEAD("l") "latency: {success: {metric: 'd_seconds_bucket{le=~\"1|1.0\"}'}, total: {metric: d_seconds_count}}}}\n",
	 "l/l 99% 7d\nevents\n  good d_seconds_bucket{le=~\"1|1.0\"}\n  total d_seconds_count\n"},
	{"what lies back in time is counted over the window",
	 HEAD("o") "ratio: {errors: {metric: 'e_total{a=\"b\"} offset 5m'}, total: {metric: 'a_total offset 5m'}}}}\n",
	 "o/o 99% 7d\nevents\n  bad sum(increase(e_total{a=\"b\"}[$window] offset 5m))\n"
	 "  total sum(increase(a_total[$window] offset 5m))\n"},
	{"by its groups",
	 HEAD("o") "ratio: {errors: {metric: e_total offset 5m}, total: {metric: a_total offset 5m}, grouping: [y, x]}}}\n",
	 "o/o 99% 7d\nevents\n  bad sum by (x, y) (increase(e_total[$window] offset 5m))\n"
	 "  total sum by (x, y) (increase(a_total[$window] offset 5m))\n by x by y\n"},
	{"a latency back in time is good events and all",
	 HEAD("o") "latency: {success: {metric: 'd_seconds_bucket{le=\"1\"} offset 5m'}, total: {metric: "
		   "d_seconds_count offset 5m}}}}\n",
	 "o/o 99% 7d\nevents\n  good sum(increase(d_seconds_bucket{le=\"1\"}[$window] offset 5m))\n"
	 "  total sum(increase(d_seconds_count[$window] offset 5m))\n"},
	{"a native histogram",
	 HEAD("n") "latencyNative: {latency: 200ms, total: {metric: 'd_seconds{a=\"b\"}'}, grouping: [h]}}}\n",
	 "n/n 99% 7d\nlatency native\n  of d_seconds{a=\"b\"}\n  <= 0.2\n by h\n"},
	{"a probe", HEAD("p") "bool_gauge: {metric: 'probe_success{job=\"x\"}', grouping: [target]}}}\n",
	 "p/p 99% 7d\nprobe\n  of probe_success{job=\"x\"}\n by target\n"},
	{"the label of its service",
	 "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\n"
	 "metadata: {name: n, labels: {pyrra.dev/service: shop}}\n"
	 "spec: {target: '99', window: 7d, alerting: {burnrates: false, absent: false}, indicator: {ratio: {errors: "
	 "{metric: e_total}, total: {metric: e_all_total}}}}\n",
	 "shop/n 99% 7d\nevents\n  bad e_total\n  total e_all_total\n  budget-50 info\n  budget-75 info\n"
	 "  budget-100 warning\n  error warning\n"},
	{"a List of the cluster",
	 "apiVersion: v1\nkind: List\nitems:\n- apiVersion: pyrra.dev/v1alpha1\n  kind: ServiceLevelObjective\n"
	 "  metadata: {name: n, uid: 1, generation: 2}\n  spec: {target: '99', window: 7d, alerting: {disabled: true}, "
	 "indicator: {bool_gauge: {metric: up}}}\n",
	 "n/n 99% 7d\nprobe\n  of up\n"},
};

START_TEST(what_can_be_written_is_read)
{
	read_text(read_as[_i].yaml);
	assert_slos(read_as[_i].what, read_as[_i].slos, true);
	ck_assert_msg(slo_set_errors(set) == 0, "%s: %s", read_as[_i].what, findings_up_to(FINDING_NOTE));
}
END_TEST

static const struct wrong_change wrong[] = {
	{"no metadata", "metadata:\n  name: shop-errors\n  namespace: prod\n", "metadata: x\nm:\n",
	 "3:11: metadata: wants a map"},
	{"no name", "  name: shop-errors\n", "", "4:3: name: is missing in metadata"},
	{"an illegal name", "shop-errors", "a b", "4:9: name: 'a b' is not a legal name"},
	{"an illegal namespace", "namespace: prod", "namespace: a/b", "5:14: namespace: 'a/b' is not a legal name"},
	{"labels as a list", "labels: {role: alert-rules, pyrra.dev/team: a, pyrra.dev/tier: gold}", "labels: [a]",
	 "6:11: labels: wants a map"},
	{"a label that is a map", "pyrra.dev/team: a", "pyrra.dev/team: {a: b}",
	 "6:47: labels: the value of 'pyrra.dev/team' must be a text"},
	{"annotations as a text", "annotations: {a: b}", "annotations: a", "7:16: annotations: wants a map"},
	{"no spec", "spec:\n", "metaspec:\n", "1:1: spec: is missing"},
	{"an unknown field", "  window: 4w\n", "  window: 4w\n  windows: 4w\n", "12:3: unknown key 'windows' in spec"},
	{"no target", "  target: '99.5'\n", "", "9:3: target: is missing in spec"},
	{"a target of 100", "99.5", "100", "10:11: target: '100' leaves no budget"},
	{"a target of 0", "99.5", "0", "10:11: target: '0' is out of range"},
	{"a target that is no number", "99.5", "99.5%", "10:11: target: '99.5%' is not a number"},
	{"no window", "  window: 4w\n", "", "9:3: window: is missing in spec"},
	{"a window that is none", "4w", "month", "11:11: window: 'month' is not a duration"},
	{"a window that is too short", "4w", "30m", "11:11: window: '30m' is out of range"},
	{"a window of nothing", "4w", "0s", "11:11: window: '0s' is out of range"},
	{"a window that is too long", "4w", "53w", "11:11: window: '371d' is out of range"},
	{"a window of half minutes", "4w", "90m30s", "11:11: window: '90m30s' is not a whole number"},
	{"no indicator", "    ratio:\n", "    {}\n  x:\n", "13:5: indicator: has none of"},
	{"two indicators", "    ratio:\n", "    bool_gauge: {metric: up}\n    ratio:\n",
	 "13:17: indicator: has more than one"},
	{"no errors", "      errors: {metric: '" BAD "'}\n", "", "14:7: errors: is missing in ratio"},
	{"an empty metric", "errors: {metric: '" BAD "'}", "errors: {metric: ''}", "14:24: metric: is empty"},
	{"no metric", "errors: {metric: '" BAD "'}", "errors: {}", "14:15: metric: is missing in errors"},
	{"what is no selector", "errors: {metric: '" BAD "'}", "errors: {metric: 'a{b'}", "14:28: metric: "},
	{"a metric as a text", "errors: {metric: '" BAD "'}", "errors: a", "14:15: errors: wants a map"},
	{"groups as a text", "[zone, handler]", "zone", "16:17: grouping: wants a list"},
	{"a group twice", "[zone, handler]", "[zone, zone]", "16:24: grouping: 'zone' stands here twice"},
	{"a group that is a label of the SLO", "[zone, handler]", "[team]", "16:17: groupBy: 'team' is one of"},
	{"disabled as a number", "disabled: false", "disabled: 0", "18:15: disabled: '0' is neither"},
	{"burnrates as a word", "burnrates: true", "burnrates: on", "19:16: burnrates: 'on' is neither"},
	{"absent as a list", "absent: true", "absent: []", "20:13: absent: wants true or false"},
	{"a bucket without a bound",
	 "    ratio:\n      errors: {metric: '" BAD "'}\n      total: {metric: '" TOTAL "'}\n",
	 "    latency:\n      success: {metric: a_bucket}\n      total: {metric: a_count}\n",
	 "14:25: metric: 'a_bucket' does not say which bucket"},
	{"a bound that is none", "    ratio:\n      errors: {metric: '" BAD "'}\n      total: {metric: '" TOTAL "'}\n",
	 "    latency:\n      success: {metric: 'a_bucket{le=\"x\"}'}\n      total: {metric: a_count}\n",
	 "14:25: metric: le=\"x\" is no threshold"},
	{"a query for a bucket", "    ratio:\n      errors: {metric: '" BAD "'}\n      total: {metric: '" TOTAL "'}\n",
	 "    latency:\n      success: {metric: 'sum(a_bucket{le=\"1\"})'}\n      total: {metric: a_count}\n",
	 "14:25: metric: 'sum(a_bucket{le=\"1\"})' must be a plain selector"},
	{"a latency that is none",
	 "    ratio:\n      errors: {metric: '" BAD "'}\n      total: {metric: '" TOTAL "'}\n",
	 "    latencyNative:\n      latency: soon\n      total: {metric: a}\n", "14:16: latency: 'soon' is neither"},
};

START_TEST(what_is_wrong_is_said_where_it_stands) { assert_refused(full, &wrong[_i]); }
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/pyrra");

	tcase_add_checked_fixture(tcase, language_begin, language_end);
	tcase_add_test(tcase, an_slo_has_all_that_its_author_wrote);
	tcase_add_loop_test(tcase, what_can_be_written_is_read, 0, COUNT_OF(read_as));
	tcase_add_loop_test(tcase, what_is_wrong_is_said_where_it_stands, 0, COUNT_OF(wrong));
	return unit_run("slo/pyrra", tcase);
}
