/* OpenSLO, all versions of it: what is read, and every way in which a document can be wrong. */
#include "tests/unit/language_fixture.h"

/* Every kind of v1, and nearly every field. */
static const char full[] =
	"apiVersion: openslo/v1\n"                                                                   /* 1 */
	"kind: SLO\n"                                                                                /* 2 */
	"metadata:\n"                                                                                /* 3 */
	"  name: web\n"                                                                              /* 4 */
	"  displayName: The web\n"                                                                   /* 5 */
	"  labels: {team: [a, b], env: prod, window: x}\n"                                           /* 6 */
	"  annotations: {a: b}\n"                                                                    /* 7 */
	"spec:\n"                                                                                    /* 8 */
	"  description: it answers\n"                                                                /* 9 */
	"  service: shop\n"                                                                          /* 10 */
	"  indicatorRef: answers\n"                                                                  /* 11 */
	"  timeWindow:\n"                                                                            /* 12 */
	"  - {duration: 4w, isRolling: true}\n"                                                      /* 13 */
	"  budgetingMethod: Occurrences\n"                                                           /* 14 */
	"  objectives:\n"                                                                            /* 15 */
	"  - {displayName: Good enough!, target: 0.995, compositeWeight: 1}\n"                       /* 16 */
	"  - {displayName: Fine, targetPercent: 99, op: gt}\n"                                       /* 17 */
	"  alertPolicies: [fast]\n"                                                                  /* 18 */
	"---\n"                                                                                      /* 19 */
	"apiVersion: openslo/v1\n"                                                                   /* 20 */
	"kind: SLI\n"                                                                                /* 21 */
	"metadata: {name: answers}\n"                                                                /* 22 */
	"spec:\n"                                                                                    /* 23 */
	"  description: answers\n"                                                                   /* 24 */
	"  ratioMetric:\n"                                                                           /* 25 */
	"    counter: true\n"                                                                        /* 26 */
	"    bad: {metricSource: {type: Prometheus, spec: {query: 'a_total{c=\"5\"}'}}}\n"           /* 27 */
	"    total: {metricSource: {metricSourceRef: main, spec: {query: a_total}}}\n"               /* 28 */
	"---\n"                                                                                      /* 29 */
	"apiVersion: openslo/v1\n"                                                                   /* 30 */
	"kind: DataSource\n"                                                                         /* 31 */
	"metadata: {name: main}\n"                                                                   /* 32 */
	"spec: {description: d, type: thanos, connectionDetails: [{url: x}]}\n"                      /* 33 */
	"---\n"                                                                                      /* 34 */
	"apiVersion: openslo/v1\n"                                                                   /* 35 */
	"kind: AlertPolicy\n"                                                                        /* 36 */
	"metadata: {name: fast}\n"                                                                   /* 37 */
	"spec:\n"                                                                                    /* 38 */
	"  description: d\n"                                                                         /* 39 */
	"  alertWhenNoData: false\n"                                                                 /* 40 */
	"  alertWhenResolved: true\n"                                                                /* 41 */
	"  alertWhenBreaching: true\n"                                                               /* 42 */
	"  conditions: [{conditionRef: burns}]\n"                                                    /* 43 */
	"  notificationTargets: [{targetRef: us}]\n"                                                 /* 44 */
	"---\n"                                                                                      /* 45 */
	"apiVersion: openslo/v1\n"                                                                   /* 46 */
	"kind: AlertCondition\n"                                                                     /* 47 */
	"metadata: {name: burns, annotations: {wick/shortWindow: 5m}}\n"                             /* 48 */
	"spec:\n"                                                                                    /* 49 */
	"  description: d\n"                                                                         /* 50 */
	"  severity: page\n"                                                                         /* 51 */
	"  condition: {kind: burnrate, op: gt, threshold: 14, lookbackWindow: 1h, alertAfter: 2m}\n" /* 52 */
	"---\n"                                                                                      /* 53 */
	"{apiVersion: openslo/v1, kind: Service, metadata: {name: shop}, spec: {description: d}}\n"  /* 54 */
	"---\n"                                                                                      /* 55 */
	"{apiVersion: openslo/v1, kind: AlertNotificationTarget, metadata: {name: us}, spec: {target: mail}}\n"; /* 56
														  */

#define REST                                                                                                           \
	"events\n  bad a_total{c=\"5\"}\n  total a_total\n  'it answers'\n"                                            \
	" labels env=prod,exported_window=x,team=a,b\n  burns page 1h/5m x14 for 2m\n"                                 \
	"  budget-50 info\n  budget-75 info\n  budget-100 ticket\n  error ticket\n"

START_TEST(an_slo_has_all_that_its_author_wrote)
{
	read_text(full);
	assert_slos("all fields", "shop/web-fine 99% 28d\n" REST "shop/web-good-enough 0.995 28d\n" REST, true);
	ck_assert_str_eq(findings_up_to(FINDING_WARNING), "");
	ck_assert_str_eq(
		findings_up_to(FINDING_NOTE),

		"5:16: displayName: has no effect here: each objective has its own [no-effect]\n"
		"6:37: labels: 'window' is written as 'exported_window': wick sets a label of that name itself "
		"[label-renamed]\n"
		"7:16: annotations: has no effect here: they are for the file's other readers [no-effect]\n"
		"16:65: compositeWeight: has no effect here: each objective is an SLO of its own [no-effect]\n"
		"17:48: op: has no effect here: the indicator is a ratio [no-effect]\n"
		"24:16: description: has no effect here: it is for the file's other readers [no-effect]\n"
		"33:21: description: has no effect here: it is for the file's other readers [no-effect]\n"
		"33:57: connectionDetails: has no effect here: wick asks the source of its own settings, whatever is "
		"written here [no-effect]\n"
		"39:16: description: has no effect here: it is for the file's other readers [no-effect]\n"
		"41:22: alertWhenResolved: has no effect here: Alertmanager says who is told that an alert is over "
		"[no-effect]\n"
		"44:25: notificationTargets: has no effect here: Alertmanager says who is told [no-effect]\n"
		"50:16: description: has no effect here: it is for the file's other readers [no-effect]\n"
		"54:85: description: has no effect here: it is for the file's other readers [no-effect]\n"
		"56:94: target: has no effect here: Alertmanager says who is told [no-effect]\n");
}
END_TEST

/* An SLO with one objective; `indicator` and what else stands in spec and objective. */
#define SLO(version, spec, objective)                                                                                  \
	"apiVersion: " version "\nkind: SLO\nmetadata: {name: n}\nspec: {service: s, budgetingMethod: Occurrences, "   \
	"objectives: [{target: 0.99" objective "}], " spec "}\n"
#define ROLLING    "timeWindow: [{duration: 30d, isRolling: true}], "
#define RATIO(of)  ROLLING "indicator: {metadata: {name: i}, spec: {ratioMetric: {" of "}}}"
#define METRIC(of) "{metricSource: {type: Prometheus, spec: {query: '" of "'}}}"

static const struct {
	const char *what, *yaml, *slos;
} read_as[] = {
	{"a sum of counters",
	 SLO("openslo/v1", RATIO("counter: true, good: " METRIC("sum(a{c=\"2\"})") ", total: " METRIC("sum(a)")), ""),
	 "s/n 0.99 30d\nevents\n  good sum(a{c=\"2\"})\n  total sum(a)\n"},
	{"queries with a window are events, counter or not",
	 SLO("openslo/v1",
	     RATIO("counter: false, bad: " METRIC("sum(rate(b_total[{{.window}}]))") ", total: " METRIC(
		     "sum(rate(a_total[{{.window}}]))")),
	     ""),
	 "s/n 0.99 30d\nevents\n  bad sum(rate(b_total[{{.window}}]))\n  total sum(rate(a_total[{{.window}}]))\n"},
	{"gauges make a ratio of their values",
	 SLO("openslo/v1", RATIO("counter: false, good: " METRIC("up_now") ", total: " METRIC("all_now")), ""),
	 "s/n 0.99 30d\nratio\n  good (up_now) / (all_now)\n"},
	{"what is not said to be a counter is one by its name",
	 SLO("openslo/v1", RATIO("good: " METRIC("b_total") ", total: " METRIC("a_total")), ""),
	 "s/n 0.99 30d\nevents\n  good b_total\n  total a_total\n"},
	{"a raw ratio of failures",
	 SLO("openslo/v1", RATIO("rawType: failure, raw: " METRIC("avg_over_time(x[5m])")), ""),
	 "s/n 0.99 30d\nratio\n  bad avg_over_time(x[5m])\n"},
	{"a raw ratio that is a quotient of counts",
	 SLO("openslo/v1",
	     RATIO("rawType: success, raw: " METRIC("sum(rate(g[{{.window}}])) / sum(rate(a[{{.window}}]))")), ""),
	 "s/n 0.99 30d\nevents\n  good sum(rate(g[$window]))\n  total sum(rate(a[$window]))\n"},
	{"a threshold",
	 SLO("openslo/v1",
	     ROLLING "indicator: {metadata: {name: i}, spec: {thresholdMetric: " METRIC("queue_length") "}}",
	     ", op: lte, value: 100"),
	 "s/n 0.99 30d\nthreshold\n  of queue_length\n  <= 100\n"},
	{"v2alpha has other names",
	 "apiVersion: openslo.com/v2alpha\nkind: SLO\nmetadata: {name: n, labels: {a: b}}\n"
	 "spec: {serviceRef: s, budgetingMethod: Occurrences, objectives: [{target: 0.99}], " ROLLING
	 "sli: {metadata: {name: i}, spec: {ratioMetric: {counter: true, "
	 "good: {dataSourceSpec: {type: Prometheus}, spec: {query: b_total}}, "
	 "total: {dataSourceSpec: {type: Prometheus}, spec: {query: a_total}}}}}}\n",
	 "s/n 0.99 30d\nevents\n  good b_total\n  total a_total\n labels a=b\n"},
	{"v1alpha has them all in one",
	 SLO("openslo/v1alpha", "timeWindows: [{count: 30, unit: Day}]",
	     ", ratioMetrics: {incremental: true, good: {source: prometheus, queryType: promql, query: b_total}, "
	     "total: {source: prometheus, queryType: promql, query: a_total}}"),
	 "s/n 0.99 30d\nevents\n  good b_total\n  total a_total\n"},
	{"v1alpha without a budgeting method, as sloth reads it",
	 "apiVersion: openslo/v1alpha\nkind: SLO\nmetadata: {name: n}\nspec: {service: s, timeWindows: [{count: 30, unit: "
	 "Day}], objectives: [{target: 0.99, ratioMetrics: {good: {source: prometheus, query: "
	 "'sum(rate(b_total[{{.window}}]))'}, total: {source: prometheus, query: 'sum(rate(a_total[{{.window}}]))'}}}]}\n",
	 "s/n 0.99 30d\nevents\n  good sum(rate(b_total[{{.window}}]))\n  total sum(rate(a_total[{{.window}}]))\n"},
	{"a threshold of v1alpha, by the calendar",
	 SLO("openslo/v1alpha",
	     "timeWindows: [{count: 1, unit: Quarter, isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, "
	     "timeZone: America/New_York}}], indicator: {thresholdMetric: {source: Mimir, query: q}}",
	     ", op: lt, value: 1e3"),
	 "s/n 0.99 quarter\nthreshold\n  of q\n  < 1000\n"},
	{"1m of a calendar is a month",
	 SLO("openslo/v1",
	     "timeWindow: [{duration: 1m, isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, timeZone: UTC}}], "
	     "indicator: {metadata: {name: i}, spec: {ratioMetric: {counter: true, good: " METRIC(
		     "b_total") ", total: " METRIC("a_total") "}}}",
	     ""),
	 "s/n 0.99 month\nevents\n  good b_total\n  total a_total\n"},
	{"a rolling quarter has 90 days",
	 SLO("openslo/v1",
	     "timeWindow: [{duration: 1Q, isRolling: true}], indicator: {metadata: {name: i}, spec: {ratioMetric: "
	     "{counter: true, good: " METRIC("b_total") ", total: " METRIC("a_total") "}}}",
	     ""),
	 "s/n 0.99 90d\nevents\n  good b_total\n  total a_total\n"},
	{"another system's is left out",
	 SLO("openslo/v1",
	     RATIO("counter: true, good: {metricSource: {type: Datadog, spec: {query: 'sum:a{b}.as_count()'}}}, total: "
		   "{metricSource: {type: Datadog, spec: {query: 'sum:a{*}.as_count()'}}}"),
	     ""),
	 ""},
};

static const char slices[] =
	"apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: n}\nspec: {service: s, budgetingMethod: Timeslices, "
	"objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}], " ROLLING
	"indicator: {metadata: {name: i}, spec: {ratioMetric: {counter: true, good: " METRIC(
		"b_total") ", total: " METRIC("a_total") "}}}}\n";

START_TEST(what_can_be_written_is_read)
{
	const char *slos = read_as[_i].slos;

	read_text(read_as[_i].yaml);
	ck_assert_msg(slo_set_errors(set) == 0, "%s: %s", read_as[_i].what, findings_up_to(FINDING_NOTE));
	if (set->len) {
		struct alerting none = {.len = 0};

		set->slos[0].alerting = &none;
		assert_slos(read_as[_i].what, slos, false);
	}
	ck_assert_msg(set->len == (*slos != '\0'), "%s: %s", read_as[_i].what, findings_up_to(FINDING_NOTE));
}
END_TEST

START_TEST(a_budgeting_method_that_is_not_said_is_told)
{
	static const char alpha[] =
		"apiVersion: openslo/v1alpha\nkind: SLO\nmetadata: {name: n}\nspec:\n  service: s\n"
		"  timeWindows: [{count: 30, unit: Day}]\n  indicator: {thresholdMetric: {source: prometheus, query: q}}\n"
		"  objectives: [{target: 0.99, op: lt, value: 1}]\n";

	read_text(alpha);
	ck_assert_uint_eq(set->len, 1);
	ck_assert_int_eq(set->slos[0].budgeting.method, BUDGET_OCCURRENCES);
	ck_assert(
		says(findings_up_to(FINDING_WARNING), "5:3: budgetingMethod: is not said, and so it is 'Occurrences'"));
	read_changed(full, "  budgetingMethod: Occurrences\n", "");
	ck_assert(says(findings_up_to(FINDING_ERROR), "9:3: budgetingMethod: is missing in spec"));
}
END_TEST

START_TEST(slices_of_time_are_read)
{
	struct alerting none = {.len = 0};

	read_text(slices);
	ck_assert_msg(set->len == 1, "%s", findings_up_to(FINDING_NOTE));
	set->slos[0].alerting = &none;
	assert_slos("slices", "s/n 0.99 30d timeslices 5m 0.95\nevents\n  good b_total\n  total a_total\n", false);
	read_changed(slices, ", timeSliceTarget: 0.95", "");
	ck_assert(says(findings_up_to(FINDING_ERROR), "4:62: timeSliceTarget: is missing"));
	read_changed(slices, "0.95", "1.5");
	ck_assert(says(findings_up_to(FINDING_ERROR), "4:94: timeSliceTarget: '1.5' is out of range"));
	read_changed(slices, "timeSliceWindow: 5m", "timeSliceWindow: 1w");
	ck_assert(says(findings_up_to(FINDING_ERROR), "4:117: timeSliceWindow: '1w' is above 1d"));
	read_changed(slices, "timeSliceWindow: 5m", "timeSliceWindow: ");
	ck_assert_int_eq(set->slos[0].budgeting.slice.ms, SPAN_MINUTE);
	read_changed(slices, ", timeSliceWindow: 5m", "");
	ck_assert_int_eq(set->slos[0].budgeting.slice.ms, SPAN_MINUTE);
	read_changed(slices, "Timeslices", "RatioTimeslices");
	ck_assert_int_eq(set->slos[0].budgeting.method, BUDGET_RATIO_TIME_SLICES);
	ck_assert(says(findings_up_to(FINDING_WARNING), "4:99: timeSliceTarget: has no effect"));
}
END_TEST

/* Changes of `full`. */
static const struct wrong_change wrong[] = {
	{"an unknown version", "openslo/v1\n", "openslo/v3\n", "1:13: apiVersion: 'openslo/v3'"},
	{"an unknown kind", "kind: SLO\n", "kind: SL\n", "2:7: kind: 'SL' is no kind of OpenSLO"},
	{"no metadata", "metadata:\n  name: web\n", "meta:\n  name: web\n", "1:1: metadata: is missing"},
	{"no name", "  name: web\n", "", "4:3: name: is missing in metadata"},
	{"an illegal name", "name: web", "name: the web", "4:9: name: 'the web' is not a legal name"},
	{"labels as a text", "{team: [a, b], env: prod, window: x}", "x", "6:11: labels: wants a map"},
	{"a label that is a map", "env: prod", "env: {a: b}", "6:31: labels: the value of 'env' must be a text"},
	{"annotations as a list", "annotations: {a: b}", "annotations: [a]", "7:16: annotations: wants a map"},
	{"an annotation that is a list", "annotations: {a: b}", "annotations: {a: [b]}",
	 "7:20: annotations: the value of 'a' must be a text"},
	{"a description that is a list", "it answers", "[a]", "9:16: description: wants a text"},
	{"no service", "  service: shop\n", "", "9:3: service: is missing"},
	{"a service that is a map", "service: shop", "service: {a: b}", "10:12: service: wants a name"},
	{"no indicator", "  indicatorRef: answers\n", "", "9:3: indicator: is missing"},
	{"an indicator that is not there", "indicatorRef: answers", "indicatorRef: answer",
	 "11:17: indicatorRef: there is no SLI 'answer'; did you mean 'answers'?"},
	{"a reference that is a map", "indicatorRef: answers", "indicatorRef: {a: b}",
	 "11:17: indicatorRef: wants a name"},
	{"v2alpha's name in v1", "indicatorRef: answers", "sliRef: answers", "11:3: unknown key 'sliRef'"},
	{"an indicator and a reference", "indicatorRef: answers",
	 "indicatorRef: answers\n  indicator: {metadata: {name: i}, spec: {}}", "9:3: indicator: stands beside"},
	{"no window", "  timeWindow:\n  - {duration: 4w, isRolling: true}\n", "", "9:3: timeWindow: is missing"},
	{"two windows", "  - {duration: 4w, isRolling: true}\n",
	 "  - {duration: 4w, isRolling: true}\n  - {duration: 1w, isRolling: true}\n",
	 "13:3: timeWindow: wants a list"},
	{"a window as a map", "  - {duration: 4w, isRolling: true}\n", "    {duration: 4w, isRolling: true}\n",
	 "13:5: timeWindow: wants a list"},
	{"no duration", "duration: 4w, ", "", "13:5: duration: is missing"},
	{"a duration of seconds", "4w", "3600s", "13:16: duration: '3600s' is no duration"},
	{"a duration of nothing", "4w", "0d", "13:16: duration: '0d' is no duration"},
	{"a rolling window with a calendar", "isRolling: true}",
	 "isRolling: true, calendar: {startTime: 2022-01-01 12:00:00, timeZone: UTC}}",
	 "13:47: calendar: is for calendar windows"},
	{"no calendar", "isRolling: true}", "isRolling: false}",
	 "13:5: calendar: is missing, and the window is not rolling"},
	{"a calendar of hours", "duration: 4w, isRolling: true",
	 "duration: 4h, isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, timeZone: UTC}",
	 "13:16: duration: a calendar window is days"},
	{"a zone that is none", "isRolling: true}",
	 "isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, timeZone: Mars/Olympus}}", "13:91: timeZone: "},
	{"a start that is none", "isRolling: true}", "isRolling: false, calendar: {startTime: soon, timeZone: UTC}}",
	 "13:60: startTime: 'soon'"},
	{"no method", "  budgetingMethod: Occurrences\n", "", "9:3: budgetingMethod: is missing"},
	{"an unknown method", "Occurrences", "Occurences", "14:20: budgetingMethod: 'Occurences' is not one of"},
	{"objectives as a text", "  objectives:\n", "  objectives: x\n  other:\n", "15:15: objectives: wants a list"},
	{"no target", "target: 0.995, ", "", "16:5: target: is missing"},
	{"two targets", "target: 0.995", "target: 0.995, targetPercent: 99.5",
	 "16:63: targetPercent: stands beside target;"},
	{"a target that says nothing", "target: 0.995", "target: ", "16:5: target: is missing"},
	{"a target in percent", "0.995", "99.5", "16:41: target: '99.5' is above 1"},
	{"a percentage of 100", "targetPercent: 99", "targetPercent: 100",
	 "17:40: targetPercent: '100' leaves no budget"},
	{"an unknown operator", "op: gt", "op: '>'", "17:48: op: '>' is not one of its values"},
	{"a value that is no number", "op: gt", "value: much", "17:51: value: 'much' is not a number"},
	{"a value without end", "op: gt", "value: inf", "17:51: value: 'inf' is not a number"},
	{"v1alpha's metrics in v1", "op: gt", "ratioMetrics: {}", "17:44: unknown key 'ratioMetrics' in an objective"},
	{"two objectives of one name", "Fine", "Good Enough", "17:19: name: 'web-good-enough' is the name of another"},
	{"a policy that is not there", "[fast]", "[slow]", "18:19: alertPolicyRef: there is no AlertPolicy 'slow'"},
	{"two kinds of metric", "  ratioMetric:\n", "  thresholdMetric: {}\n  ratioMetric:\n", "24:3: spec: has both"},
	{"no kind of metric", "  ratioMetric:\n", "  ratioMetrics:\n", "25:3: unknown key 'ratioMetrics'"},
	{"counter as a word", "counter: true", "counter: yes", "26:14: counter: 'yes' is neither"},
	{"good and bad", "    bad:", "    good: {}\n    bad:", "26:5: ratioMetric: has both good and bad"},
	{"no total", "    total: {metricSource: {metricSourceRef: main, spec: {query: a_total}}}\n", "",
	 "26:5: total: is missing"},
	{"a metric as a text", "bad: {metricSource: {type: Prometheus, spec: {query: 'a_total{c=\"5\"}'}}}",
	 "bad: a_total", "27:10: bad: wants a map"},
	{"what is no PromQL", "'a_total{c=\"5\"}'", "'a_total{c='", "27:69: bad: "},
	{"no query", "{query: 'a_total{c=\"5\"}'}", "{q: 1}", "27:50: bad: has no query"},
	{"a source that is a list", "type: Prometheus", "type: [Prometheus]", "27:32: type: wants a text"},
	{"a reference to a source that is a list", "metricSourceRef: main", "metricSourceRef: [main]",
	 "28:45: metricSourceRef: wants a text"},
	{"a source without a type", "type: thanos, ", "", "33:7: type: is missing"},
	{"no data as a word", "alertWhenNoData: false", "alertWhenNoData: no",
	 "40:20: alertWhenNoData: 'no' is neither"},
	{"no conditions", "  conditions: [{conditionRef: burns}]\n", "", "39:3: conditions: is missing"},
	{"two conditions", "[{conditionRef: burns}]", "[{conditionRef: burns}, {conditionRef: burns}]",
	 "43:15: conditions: wants a list with one condition"},
	{"a condition that is not there", "conditionRef: burns", "conditionRef: burn",
	 "43:31: conditionRef: there is no AlertCondition 'burn'"},
	{"another kind in place of a condition", "{conditionRef: burns}", "{kind: SLI, metadata: {name: x}, spec: {}}",
	 "43:23: kind: 'SLI' stands where an AlertCondition is wanted"},
	{"a reference to a condition, and a typo", "{conditionRef: burns}", "{conditionRef: burns, serverity: x}",
	 "43:38: unknown key 'serverity' in a reference"},
	{"a reference to a condition, and another one", "{conditionRef: burns}",
	 "{conditionRef: burns, kind: AlertCondition, spec: {severity: x}}",
	 "43:66: spec: stands beside 'conditionRef'; give one of the two"},
	{"a reference to a policy, and another one", "alertPolicies: [fast]",
	 "alertPolicies: [{alertPolicyRef: fast, spec: {conditions: []}}]",
	 "18:48: spec: stands beside 'alertPolicyRef'; give one of the two"},
	{"no severity", "  severity: page\n", "", "50:3: severity: is missing"},
	{"an illegal severity", "severity: page", "severity: 'a b'", "51:13: severity: 'a b' is not a legal name"},
	{"a severity that is long", "severity: page",
	 "severity: a123456789b123456789c123456789d123456789e123456789f123456789g1234",
	 "51:13: severity: 'a123456789b123456789c123456789d123456789e123456789f123456789g1234...' is 65 bytes long"},
	{"a wait without end", "alertAfter: 2m", "alertAfter: 1000000w", "52:86: alertAfter: '1000000w' is above 1y"},
	{"another kind of condition", "kind: burnrate", "kind: budget",
	 "52:21: kind: 'budget' is not one of its values"},
	{"no threshold", "threshold: 14, ", "", "52:14: threshold: is missing"},
	{"a threshold of 0", "threshold: 14", "threshold: 0", "52:50: threshold: must be above 0"},
	{"a threshold without end", "threshold: 14", "threshold: inf", "52:50: threshold: 'inf' is not a number"},
	{"a lookback of months", "lookbackWindow: 1h", "lookbackWindow: 1M",
	 "52:70: lookbackWindow: '1M' is no duration"},
	{"a lookback beyond the window", "lookbackWindow: 1h", "lookbackWindow: 4w",
	 "52:70: lookbackWindow: 28d is not shorter than the SLO's window"},
	{"a short window that is long", "wick/shortWindow: 5m", "wick/shortWindow: 2h",
	 "48:57: wick/shortWindow: '2h' is no duration up to"},
	{"a target without a target", "spec: {target: mail}", "spec: {}", "56:85: target: is missing"},
	{"an unknown field of a service", "kind: Service, metadata: {name: shop}, spec: {description: d}",
	 "kind: Service, metadata: {name: shop}, spec: {markdown: d}", "54:72: unknown key 'markdown' in spec"},
	{"two SLIs of a name", "kind: DataSource\n",
	 "kind: SLI\nmetadata: {name: answers}\nspec: {thresholdMetric: {}}\n---\n"
	 "apiVersion: openslo/v1\nkind: DataSource\n",
	 "30:1: name: the SLI 'answers' is defined already at a.yaml:20:1"},
};

START_TEST(what_is_wrong_is_said_where_it_stands) { assert_refused(full, &wrong[_i]); }
END_TEST

static const struct wrong_change doubtful[] = {
	{"a burn rate below", "op: gt, threshold", "op: lte, threshold",
	 "52:35: op: 'lte' would alert while all is well"},
	{"a burn rate of no direction", "op: gt, threshold", "threshold",
	 "52:14: op: is not said, and so it is 'gt': the burn rate is above the threshold"},
	{"a kind beside a reference", "{conditionRef: burns}", "{conditionRef: burns, kind: AlertCondition}",
	 "43:44: kind: has no effect here: what is referred to says it"},
	{"a source that is not there", "metricSourceRef: main", "metricSourceRef: other",
	 "28:45: dataSourceRef: no DataSource 'other' is defined here"},
	{"another system whose query is PromQL", "type: Prometheus", "type: Any", "27:32: type: 'Any' is not known"},
	{"slices without effect", "target: 0.995", "target: 0.995, timeSliceWindow: 1m",
	 "16:65: timeSliceWindow: has no effect with this budgetingMethod"},
	{"a rolling month", "duration: 4w", "duration: 1M", "13:16: duration: 1M is no fixed length"},
	{"a counter that is not said", "    counter: true\n", "",
	 "27:65: counter: is not said, and so the metric is taken for a counter by its name"},
};

START_TEST(what_is_doubtful_is_said_once_and_taken)
{
	assert_said(full, &doubtful[_i]);
	ck_assert_uint_eq(set->len, 2);
	for (size_t i = 1; i < set->findings_len; i++)
		ck_assert(!str_eq(set->findings[i].text, set->findings[i - 1].text) ||
			  set->findings[i].place.line != set->findings[i - 1].place.line);
}
END_TEST

START_TEST(a_condition_named_like_a_tier_of_wicks_own_is_another_tier)
{
	struct buf named;
	const struct alerting *alerting;

	buf_init(&named, MIB(1));
	buf_cstr(&named, full);
	memcpy(strstr(named.at, "{name: burns,"), "{name: error,", 13);
	memcpy(strstr(named.at, "conditionRef: burns"), "conditionRef: error", 19);
	read_text(named.at);
	buf_release(&named);
	ck_assert_msg(set->len == 2, "%s", findings_up_to(FINDING_NOTE));
	alerting = set->slos[0].alerting;
	ck_assert(alerting_tier(alerting, STR("error"))->kind == TIER_ERROR);
	ck_assert(alerting_tier(alerting, STR("error-1"))->kind == TIER_BURN);
}
END_TEST

/* In files of their own, whichever is read first: what is wrong with a part is said where the part stands. */
START_TEST(parts_may_stand_in_other_files)
{
	read_files("apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: n}\nspec: {service: s, budgetingMethod: "
		   "Occurrences, indicatorRef: i, objectives: [{target: 0.99}], timeWindow: [{duration: 30d, "
		   "isRolling: true}]}\n",
		   "# a line\n# or two\n\n\n\n\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: i}\nspec:\n"
		   "  ratioMetric:\n    counter: true\n    good: {metricSource: {type: Prometheus, spec: {query: "
		   "free_bytes}}}\n    total: {metricSource: {type: Prometheus, spec: {query: free_all_total}}}\n");
	ck_assert_uint_eq(set->len, 1);
	ck_assert_uint_eq(set->findings_len, 1);
	ck_assert_str_eq(set->findings[0].rule, "not-a-counter");
	ck_assert(str_ends(str_of(set->findings[0].place.file), STR("/b.yaml")));
	ck_assert_uint_eq(set->findings[0].place.line, 13);
}
END_TEST

#define OWN(name, more)                                                                                                \
	"{displayName: " name more ", indicator: {spec: {ratioMetric: {counter: true, bad: " METRIC(                   \
		name "_bad_total") ", total: " METRIC(name "_total") "}}}}"
#define JOURNEY(objectives)                                                                                            \
	"apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: journey}\nspec: {service: s, budgetingMethod: "           \
	"Occurrences, " ROLLING "objectives: [" objectives "]}\n"

START_TEST(objectives_with_indicators_of_their_own_are_a_composite_too)
{
	const struct composite *composite;

	read_text(JOURNEY(OWN("cart", ", target: 0.99, compositeWeight: 3") ", " OWN("pay", ", targetPercent: 99.9")));
	ck_assert_uint_eq(slo_set_errors(set), 0);
	ck_assert_uint_eq(set->len, 3);
	ck_assert_str_eq(set->slos[0].id.at, "s/journey");
	ck_assert_double_eq_tol(set->slos[0].objective, (3 * 0.99 + 0.999) / 4, 1e-15);
	ck_assert_str_eq(set->slos[0].objective_text.at, "99.225%");
	composite = set->slos[0].sli.composite;
	ck_assert_int_eq(composite->weighting, WEIGHTED_EQUALLY);
	ck_assert_uint_eq(composite->len, 2);
	ck_assert_ptr_eq(composite->members[0].slo, &set->slos[1]);
	ck_assert_str_eq(set->slos[1].id.at, "s/journey-cart");
	ck_assert_double_eq(composite->members[0].weight, 3);
	ck_assert_double_eq(composite->members[1].weight, 1);
	/* one that shares the SLO's indicator is no part of one */
	read_text(JOURNEY(OWN("cart", ", target: 0.99")));
	ck_assert_uint_eq(set->len, 1);
	/* nor is there one where a member cannot be had */
	read_text(JOURNEY(OWN(
		"cart",
		", target: 0.99") ", {displayName: pay, target: 0.9, indicator: {spec: {ratioMetric: {counter: true, "
				  "bad: {metricSource: {type: Datadog, spec: {}}}, total: {metricSource: {type: "
				  "Datadog, spec: {}}}}}}}"));
	ck_assert_uint_eq(set->len, 1);
	ck_assert_ptr_nonnull(strstr(findings_up_to(FINDING_NOTE), "[no-composite]"));
	read_text(JOURNEY(OWN("cart", ", target: 0.99, compositeWeight: 0") ", " OWN("pay", ", target: 0.9")));
	ck_assert_ptr_nonnull(strstr(findings_up_to(FINDING_ERROR), "compositeWeight: '0' must be above 0"));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/openslo");

	tcase_add_checked_fixture(tcase, language_begin, language_end);
	tcase_add_test(tcase, an_slo_has_all_that_its_author_wrote);
	tcase_add_loop_test(tcase, what_can_be_written_is_read, 0, COUNT_OF(read_as));
	tcase_add_test(tcase, a_budgeting_method_that_is_not_said_is_told);
	tcase_add_test(tcase, slices_of_time_are_read);
	tcase_add_loop_test(tcase, what_is_wrong_is_said_where_it_stands, 0, COUNT_OF(wrong));
	tcase_add_loop_test(tcase, what_is_doubtful_is_said_once_and_taken, 0, COUNT_OF(doubtful));
	tcase_add_test(tcase, a_condition_named_like_a_tier_of_wicks_own_is_another_tier);
	tcase_add_test(tcase, parts_may_stand_in_other_files);
	tcase_add_test(tcase, objectives_with_indicators_of_their_own_are_a_composite_too);
	return unit_run("slo/openslo", tcase);
}
