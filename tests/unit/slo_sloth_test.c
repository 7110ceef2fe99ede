/* sloth's definition files: what is read of them, and every way in which one can be wrong. */
#include "slo/templates/sli_templates.h"
#include "tests/unit/language_fixture.h"

#define BAD   "sum(rate(http_requests_total{job=\"shop\",code=~\"5..\"}[{{.window}}]))"
#define TOTAL "sum(rate(http_requests_total{job=\"shop\"}[{{.window}}]))"

/* Every field of the language; the numbers of lines are what tests below speak of. */
static const char full[] = "version: prometheus/v1\n"                                           /* 1 */
			   "service: shop\n"                                                    /* 2 */
			   "labels: {team: a, tier: \"2\"}\n"                                   /* 3 */
			   "slo_plugins: {chain: [{id: x, priority: 1}]}\n"                     /* 4 */
			   "slos:\n"                                                            /* 5 */
			   "- name: availability\n"                                             /* 6 */
			   "  objective: 99.9\n"                                                /* 7 */
			   "  description: it answers\n"                                        /* 8 */
			   "  labels: {team: b, category: web}\n"                               /* 9 */
			   "  plugins: {chain: []}\n"                                           /* 10 */
			   "  sli:\n"                                                           /* 11 */
			   "    events:\n"                                                      /* 12 */
			   "      error_query: " BAD "\n"                                       /* 13 */
			   "      total_query: " TOTAL "\n"                                     /* 14 */
			   "  alerting:\n"                                                      /* 15 */
			   "    name: ShopErrors\n"                                             /* 16 */
			   "    labels: {category: web}\n"                                      /* 17 */
			   "    annotations: {runbook: \"https://example.com/r\", title: oh}\n" /* 18 */
			   "    page_alert:\n"                                                  /* 19 */
			   "      labels: {severity: pageteam, key: k}\n"                       /* 20 */
			   "      annotations: {title: page}\n"                                 /* 21 */
			   "    ticket_alert:\n"                                                /* 22 */
			   "      labels: {severity: slack, channel: \"#alerts\"}\n";           /* 23 */

#define TIERS                                                                                                          \
	"  page-fast pageteam 1h/5m x14.4 category=web,key=k annotations runbook=https://example.com/r,title=page\n"   \
	"  page-slow pageteam 6h/30m x6 category=web,key=k annotations runbook=https://example.com/r,title=page\n"     \
	"  ticket-fast slack 1d/2h x3 category=web,channel=#alerts annotations "                                       \
	"runbook=https://example.com/r,title=oh\n"                                                                     \
	"  ticket-slow slack 3d/6h x1 category=web,channel=#alerts annotations "                                       \
	"runbook=https://example.com/r,title=oh\n"                                                                     \
	"  runbook https://example.com/r\n"

START_TEST(an_slo_has_all_that_its_author_wrote)
{
	read_text(full);
	assert_slos("all fields",
		    "shop/availability 99.9% 30d\nevents\n  bad " BAD "\n  total " TOTAL "\n  'it answers'\n"
		    " labels category=web,exported_tier=2,team=b\n" TIERS,
		    false);
	ck_assert_str_eq(findings_up_to(FINDING_WARNING), "");
	ck_assert_str_eq(
		findings_up_to(FINDING_NOTE),
		"3:19: labels: 'tier' is written as 'exported_tier': wick sets a label of that name itself "
		"[label-renamed]\n"
		"4:14: slo_plugins: has no effect here: sloth's SLO plugins change the rules that sloth writes "
		"[no-effect]\n"
		"10:12: plugins: has no effect here: sloth's SLO plugins change the rules that sloth writes "
		"[no-effect]\n"
		"16:11: name: has no effect here: an alert goes by its tier [no-effect]\n");
	ck_assert_uint_eq(set->slos[0].sli.bad.place.line, 13);
	ck_assert_uint_eq(set->slos[0].sli.bad.place.col, 20);
	ck_assert_uint_eq(set->slos[0].place.line, 6);
	ck_assert(set->slos[0].objective <= 0.999 && set->slos[0].objective >= 0.999);
}
END_TEST

static const char resource[] =
	"apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\n"
	"metadata: {name: shop-slos, namespace: prod, labels: {a: b}, resourceVersion: \"5\"}\n"
	"spec:\n  service: shop\n  labels: {team: a}\n  sloPlugins: {}\n  slos:\n"
	"  - name: availability\n    objective: 99.9\n    sli: {events: {errorQuery: '" BAD "', totalQuery: '" TOTAL
	"'}}\n"
	"    alerting:\n      pageAlert: {labels: {severity: pageteam}}\n      ticketAlert: {disable: true}\n"
	"status: {processedSLOs: 1}\n";

START_TEST(annotations_go_by_the_labels_of_wicks_alerts)
{
	read_text(
		"version: prometheus/v1\nservice: s\nslos:\n- name: n\n  objective: 99\n  sli: {events: {error_query: x_bad_total, "
		"total_query: x_total}}\n  alerting:\n    annotations:\n      a: '{{$labels.sloth_service}}/{{ "
		"$labels.sloth_slo }} of {{ $labels.team }}'\n      b: '{{ $labels.sloth_id }}'\n"
		"    page_alert: {annotations: {c: '{{ $labels.sloth_window }}'}}\n");
	ck_assert_uint_eq(set->len, 1);
	ck_assert_str_eq(labels_get(set->slos[0].alerting->tiers[0].annotations, STR("a")).at,
			 "{{ $labels.service }}/{{ $labels.slo }} of {{ $labels.team }}");
	ck_assert_str_eq(labels_get(set->slos[0].alerting->tiers[0].annotations, STR("b")).at,
			 "{{ $labels.service }}-{{ $labels.slo }}");
	ck_assert_str_eq(findings_up_to(FINDING_WARNING),
			 "11:35: annotations: wick's alerts have no label 'sloth_window': its place stays empty "
			 "[sloth-label]\n");
	ck_assert(
		says(findings_up_to(FINDING_NOTE), "10:10: annotations: is '{{ $labels.service }}-{{ $labels.slo }}'"));
}
END_TEST

START_TEST(a_resource_is_the_same_in_another_spelling)
{
	read_text(resource);
	assert_slos("a resource",
		    "prod/shop/availability 99.9% 30d\nevents\n  bad " BAD "\n  total " TOTAL "\n labels team=a\n"
		    "  page-fast pageteam 1h/5m x14.4\n  page-slow pageteam 6h/30m x6\n",
		    true);
}
END_TEST

#define HEAD                                                                                                           \
	"version: prometheus/v1\nservice: s\nslos:\n- name: n\n  objective: 99\n  alerting: {page_alert: {disable: "   \
	"true}, ticket_alert: {disable: true}}\n"

static const struct {
	const char *what, *yaml, *slos;
} read_as[] = {
	{"a ratio that is a quotient of counts is counted",
	 HEAD
	 "  sli: {raw: {error_ratio_query: 'sum(rate(e_total[{{.window}}])) / sum(rate(a_total[{{.window}}]))'}}\n",
	 "s/n 99% 30d\nevents\n  bad sum(rate(e_total[$window]))\n  total sum(rate(a_total[$window]))\n"},
	{"one minus good by all is a quotient too",
	 HEAD "  sli: {raw: {error_ratio_query: '1 - (sum(rate(g_total[{{ .window }}])) / "
	      "sum(rate(a_total[{{.window}}])))'}}\n",
	 "s/n 99% 30d\nevents\n  good sum(rate(g_total[$window]))\n  total sum(rate(a_total[$window]))\n"},
	{"another ratio is averaged", HEAD "  sli: {raw: {error_ratio_query: '1 - avg_over_time(x[{{.window}}])'}}\n",
	 "s/n 99% 30d\nratio\n  bad 1 - avg_over_time(x[{{.window}}])\n"},
	{"by a label a quotient stays one",
	 HEAD
	 "  sli: {raw: {error_ratio_query: 'sum by (a) (rate(e[{{.window}}])) / sum by (a) (rate(a[{{.window}}]))'}}\n",
	 "s/n 99% 30d\nratio\n  bad sum by (a) (rate(e[{{.window}}])) / sum by (a) (rate(a[{{.window}}]))\n"},
	{"several documents, and carriage returns",
	 HEAD
	 "  sli: {events: {error_query: e_total, total_query: a_total}}\r\n---\r\nversion: "
	 "\"prometheus/v1\"\r\nservice: t\r\nslos:\r\n"
	 "- {name: n, objective: \"99.99\", alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}, "
	 "sli: {events: {error_query: e_total, total_query: a_total}}}\r\n",
	 "s/n 99% 30d\nevents\n  bad e_total\n  total a_total\n"
	 "t/n 99.99% 30d\nevents\n  bad e_total\n  total a_total\n"},
};

START_TEST(what_can_be_written_is_read)
{
	read_text(read_as[_i].yaml);
	assert_slos(read_as[_i].what, read_as[_i].slos, true);
	ck_assert_msg(slo_set_errors(set) == 0, "%s: %s", read_as[_i].what, findings_up_to(FINDING_NOTE));
}
END_TEST

/* The four of 28 days as sloth would have them, and one SLO beside. */
static const char catalogue[] = "apiVersion: sloth.slok.dev/v1\n"                                             /* 1 */
				"kind: AlertWindows\n"                                                        /* 2 */
				"spec:\n"                                                                     /* 3 */
				"  sloPeriod: 28d\n"                                                          /* 4 */
				"  page:\n"                                                                   /* 5 */
				"    quick: {errorBudgetPercent: 2, shortWindow: 5m, longWindow: 1h}\n"       /* 6 */
				"    slow: {errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}\n"       /* 7 */
				"  ticket:\n"                                                                 /* 8 */
				"    quick: {errorBudgetPercent: 10, shortWindow: 2h, longWindow: 1d}\n"      /* 9 */
				"    slow: {errorBudgetPercent: 12.5, shortWindow: 6h, longWindow: 3d}\n"     /* 10 */
				"---\n"                                                                       /* 11 */
				"version: prometheus/v1\n"                                                    /* 12 */
				"service: s\n"                                                                /* 13 */
				"slos:\n"                                                                     /* 14 */
				"- name: n\n"                                                                 /* 15 */
				"  objective: 99.9\n"                                                         /* 16 */
				"  sli: {events: {error_query: 'a_total{c=\"5\"}', total_query: a_total}}\n"; /* 17 */

START_TEST(a_catalogue_says_period_and_windows)
{
	read_text(catalogue);
	assert_slos("28 days",
		    "s/n 99.9% 28d\nevents\n  bad a_total{c=\"5\"}\n  total a_total\n"
		    "  page-fast page 1h/5m x13.44\n  page-slow page 6h/30m x5.6\n"
		    "  ticket-fast ticket 1d/2h x2.8\n  ticket-slow ticket 3d/6h x1.16667\n",
		    false);
	ck_assert_uint_eq(set->findings_len, 0);
}
END_TEST

START_TEST(of_several_catalogues_that_of_thirty_days_counts)
{
	struct buf both;

	buf_init(&both, MIB(1));
	buf_fmt(&both, "%.*s---\n%s", (int)(strstr(catalogue, "---") - catalogue), catalogue, catalogue);
	memcpy(strstr(both.at, "28d"), "30d", 3);
	read_text(both.at);
	ck_assert_msg(set->len == 1, "%s", findings_up_to(FINDING_NOTE));
	ck_assert_int_eq(set->slos[0].window.ms, 30 * SPAN_DAY);
	memcpy(strstr(both.at, "30d"), "14d", 3);
	read_text(both.at);
	ck_assert_msg(strstr(findings_up_to(FINDING_ERROR), "26:3: sloPeriod: there are 2 catalogues"), "%s",
		      findings_up_to(FINDING_NOTE));
	memcpy(strstr(both.at, "14d"), "28d", 3);
	read_text(both.at);
	ck_assert_msg(strstr(findings_up_to(FINDING_ERROR),
			     "12:1: name: the AlertWindows '28d' is defined already at a.yaml:1:1"),
		      "%s", findings_up_to(FINDING_NOTE));
	buf_release(&both);
}
END_TEST

/* Changes of `full`. */
static const struct wrong_change wrong[] = {
	{"no service", "service: shop\n", "", "1:1: service: is missing in the document"},
	{"an empty service", "service: shop", "service: ''", "2:10: service: is empty"},
	{"an illegal service", "service: shop", "service: a/b", "2:10: service: 'a/b' is not a legal name"},
	{"a list of labels", "labels: {team: a, tier: \"2\"}", "labels: [a]", "3:9: labels: wants a map"},
	{"a label that is a list", "team: a", "team: [a]", "3:16: labels: the value of 'team' must be a text"},
	{"two labels that are one to Prometheus", "team: a", "a-b: 1, a_b: 2", "3:18: labels: 'a_b' is 'a_b' to"},
	{"an empty label name", "team: a", "'': a", "3:10: labels: a label has an empty name"},
	{"an unknown key", "service: shop", "service: shop\nowner: me", "3:1: unknown key 'owner'"},
	{"no name", "name: availability\n  objective", "objective", "6:3: name: is missing in an SLO"},
	{"no objective", "  objective: 99.9\n", "", "6:3: objective: is missing in an SLO"},
	{"an objective of 100", "99.9", "100", "7:14: objective: '100' leaves no budget"},
	{"an objective above 100", "99.9", "100.1", "7:14: objective: '100.1' is out of range"},
	{"an objective of 0", "99.9", "0", "7:14: objective: '0' is out of range"},
	{"an objective with a sign", "99.9", "99.9%", "7:14: objective: '99.9%' is not a number"},
	{"an objective that is no number", "99.9", ".nan", "7:14: objective: '.nan' is not a number"},
	{"an objective without end", "99.9", "inf", "7:14: objective: 'inf' is"},
	{"an objective that is a list", "99.9", "[99.9]", "7:14: objective: wants a percentage, not a list"},
	{"a description that is a map", "it answers", "{a: b}", "8:16: description: wants a text"},
	{"no sli", "  sli:\n    events:\n", "  events:\n", "6:3: sli: is missing"},
	{"the other spelling", "error_query", "errorQuery", "13:7: unknown key 'errorQuery' in events"},
	{"no errors", "      error_query: " BAD "\n", "", "13:7: error_query: is missing in events"},
	{"no total", "      total_query: " TOTAL "\n", "", "13:7: total_query: is missing in events"},
	{"what is no PromQL", BAD, "sum(", "13:24: error_query: "},
	{"an empty query", BAD, "''", "13:20: error_query: is empty"},
	{"a number for a query", BAD, "5", "13:20: error_query: '5' is a number; it must select series"},
	{"a query without window", BAD, "sum(a_total)", "13:20: error_query: 'sum(a_total)' is neither"},
	{"two kinds", "    events:", "    raw: {error_ratio_query: a}\n    events:", "12:5: sli: wants exactly one"},
	{"a kind that says nothing", "events:\n      error_query: " BAD "\n      total_query: " TOTAL "\n", "events:\n",
	 "12:5: sli: wants exactly one"},
	{"a plugin", "    events:\n      error_query: " BAD "\n      total_query: " TOTAL "\n",
	 "    plugin: {id: sloth-common/x, options: {a: b}}\n",
	 "12:18: plugin: 'sloth-common/x' is code that only sloth can run"},
	{"alerting as a text", "alerting:\n    name", "alerting: yes\n  other:\n    name",
	 "15:13: alerting: wants a map"},
	{"disable as a word", "page_alert:\n", "page_alert:\n      disable: yes\n", "20:16: disable: 'yes' is neither"},
	{"an annotation that is a list", "title: page", "title: [page]",
	 "21:28: annotations: the value of 'title' must be a text"},
	{"a key twice", "  objective: 99.9\n", "  objective: 99.9\n  objective: 99\n", "8:3: the key 'objective'"},
	{"an SLO that is a text", "slos:\n- name: availability\n", "slos:\n- x\n- name: availability\n",
	 "6:3: an SLO: wants a map"},
};

START_TEST(what_is_wrong_is_said_where_it_stands) { assert_refused(full, &wrong[_i]); }
END_TEST

/* Changes of `catalogue`: the SLO goes with it, for nobody can tell its window. */
static const struct wrong_change wrong_windows[] = {
	{"no period", "  sloPeriod: 28d\n", "", "4:3: sloPeriod: is missing in spec"},
	{"a period that is none", "28d", "soon", "4:14: sloPeriod: 'soon' is not a duration"},
	{"no part", "errorBudgetPercent: 2, ", "", "6:12: errorBudgetPercent: is missing in quick"},
	{"a part of nothing", "Percent: 2", "Percent: 0", "6:33: errorBudgetPercent: '0' is out of range"},
	{"more than all", "Percent: 12.5", "Percent: 101", "10:32: errorBudgetPercent: '101' is out of range"},
	{"no short window", ", shortWindow: 6h", "", "10:11: shortWindow: is missing in slow"},
	{"a short window that is long", "shortWindow: 5m", "shortWindow: 1h", "6:49: shortWindow: 1h is not shorter"},
	{"a long window beyond the period", "longWindow: 3d", "longWindow: 28d",
	 "10:67: longWindow: 28d is not shorter"},
	{"half minutes", "shortWindow: 5m", "shortWindow: 90s", "6:49: shortWindow: '90s' is not a whole number"},
	{"a kind too many", "  ticket:\n", "  info: {}\n  ticket:\n", "8:3: unknown key 'info' in spec"},
};

START_TEST(a_catalogue_that_is_wrong_leaves_no_slo_with_another_period)
{
	const struct wrong_change *row = &wrong_windows[_i];
	const char *said;

	read_changed(catalogue, row->from, row->to);
	said = findings_up_to(FINDING_ERROR);
	ck_assert_msg(says(said, row->said), "%s: not '%s' but '%s'", row->what, row->said, said);
	ck_assert_msg(strstr(said, "sloPeriod: the AlertWindows of a.yaml cannot be read") != NULL, "%s: %s", row->what,
		      said);
	ck_assert_uint_eq(set->len, 0);
}
END_TEST

static const struct wrong_change doubtful[] = {
	{"an objective below 1", "99.9", "0.999",
	 "7:14: objective: '0.999' is in percent; write 99.9 if the part is meant"},
	{"an annotation that cannot be filled in", "title: page", "title: '{{ $labels.a | x }}'",
	 "21:28: annotations: 'title' is left out"},
	{"an illegal severity", "severity: slack", "severity: '#x'", "16:5: alerting: "},
	{"a label that is no name", "team: a", "team-of: a", "3:10: labels: 'team-of' is written as 'team_of'"},
};

START_TEST(what_is_doubtful_is_said_and_taken)
{
	assert_said(full, &doubtful[_i]);
	ck_assert_uint_eq(set->len, 1);
}
END_TEST

/* Each must be a template that there is. */
static const struct {
	const char *id, *template;
} plugins[] = {
	{"sloth-common/kubernetes/apiserver/availability", "kubernetes-api-availability"},
	{"sloth-common/kubernetes/apiserver/latency", "kubernetes-api-latency"},
	{"sloth-common/coredns/latency", "coredns-latency"},
	{"sloth-common/traefik/v1/availability", "traefik-availability"},
	{"sloth-common/istio/v1/latency", "istio-latency"},
	{"a/ingress-nginx/latency", "ingress-nginx-latency"},
	{"a/haproxy", "haproxy-availability"},
	{"a/envoy/latency", "envoy-latency"},
	{"a/grpc", "grpc-availability"},
	{"a/kafka/latency", "kafka-lag"},
	{"a/probe", "blackbox-probe"},
	{"a/http/latency", "http-latency"},
	{"sloth-common/noop", NULL},
};

START_TEST(of_a_plugin_the_template_is_named)
{
	const char *all, *template = plugins[_i].template;

	buf_clear(&written);
	buf_fmt(&written,
		"version: prometheus/v1\nservice: s\nslos:\n- {name: n1, objective: 99, sli: {plugin: {id: %s}}}\n",
		plugins[_i].id);
	read_text(written.at);
	all = findings_up_to(FINDING_ERROR);
	ck_assert_msg(strstr(all, "only sloth can run") != NULL, "%s", all);
	ck_assert_msg(!template == !strstr(all, "template: "), "%s", all);
	ck_assert_msg(!template || (strstr(all, template) && template_file_named(str_of(template))), "%s", all);
}
END_TEST

START_TEST(no_alerts_means_none)
{
	read_changed(full, "    page_alert:\n", "    page_alert:\n      disable: true\n");
	ck_assert_uint_eq(set->len, 1);
	for (size_t i = 0; i < set->slos[0].alerting->len; i++)
		ck_assert(!str_is(set->slos[0].alerting->tiers[i].severity, "pageteam"));
	ck_assert_uint_gt(set->slos[0].alerting->len, 2);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/sloth");

	tcase_add_checked_fixture(tcase, language_begin, language_end);
	tcase_add_test(tcase, an_slo_has_all_that_its_author_wrote);
	tcase_add_test(tcase, annotations_go_by_the_labels_of_wicks_alerts);
	tcase_add_test(tcase, a_resource_is_the_same_in_another_spelling);
	tcase_add_loop_test(tcase, what_can_be_written_is_read, 0, COUNT_OF(read_as));
	tcase_add_test(tcase, a_catalogue_says_period_and_windows);
	tcase_add_test(tcase, of_several_catalogues_that_of_thirty_days_counts);
	tcase_add_loop_test(tcase, what_is_wrong_is_said_where_it_stands, 0, COUNT_OF(wrong));
	tcase_add_loop_test(tcase, a_catalogue_that_is_wrong_leaves_no_slo_with_another_period, 0,
			    COUNT_OF(wrong_windows));
	tcase_add_loop_test(tcase, what_is_doubtful_is_said_and_taken, 0, COUNT_OF(doubtful));
	tcase_add_loop_test(tcase, of_a_plugin_the_template_is_named, 0, COUNT_OF(plugins));
	tcase_add_test(tcase, no_alerts_means_none);
	return unit_run("slo/sloth", tcase);
}
