/* What a change of definitions means: two texts in, sentences out. */
#include "slo/change/change.h"

#include "base/limits.h"
#include "tests/unit/unit.h"

#define HEAD   "apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\n"
#define SLI    "sli: {events: {bad: 'x_total{code=\"5\"}', total: x_total}}"
#define POLICY "apiVersion: wick/v1\nkind: Policy\nname: p\nlevels:\n  review: {consumed: 50%, agreed: look}\n"

#define NIGHT                   "{for: {service: s}, from: 2026-07-20, duration: 1h, reason: r}"
#define CORRECTIONS(list, rows) "apiVersion: wick/v1\nkind: Corrections\nauthor: ops\n" list ":\n- " rows "\n"
#define MANY                                                                                                           \
	HEAD "slos:\n- {name: a, objective: 99%, " SLI "}\n- {name: b, objective: 99%, " SLI "}\n"                     \
	     "- {name: c, objective: 99%, " SLI "}\n- {name: d, objective: 99%, " SLI "}\n\n"

/* An SLO that begins in line 5: its name, what else it says, and its SLI. */
#define SLO(name, more, sli) HEAD "slos:\n- {name: " name ", objective: 99%" more ", " sli "}\n"

#define DELIVERY(service, more, environments)                                                                          \
	"apiVersion: wick/v1\nkind: Delivery\nservice: " service "\nrepository: o/r\n" more                            \
	"environments: {" environments "}\n"
#define PROD "p: {workflow: d.yml}"

/* `said` is all of it, a line for each as "line:column level [rule] text", in order. */
static const struct {
	const char *what, *before, *now, *said;
} rows[] = {
	{"nothing", SLO("a", "", SLI), SLO("a", "", SLI), ""},
	{"words for people", SLO("a", "", SLI), SLO("a", ", description: new words", SLI), ""},
	{"another spelling of the same", HEAD "slos:\n- {name: a, objective: 99%, " SLI "}\n",
	 HEAD
	 "slos:\n- name: a\n  objective: 0.99\n  window: 30d\n  sli:\n    events:\n      bad: x_total { code = '5' }\n"
	 "      total: x_total\n",
	 ""},
	{"a looser objective", SLO("a", "", SLI), HEAD "slos:\n- {name: a, objective: 95%, " SLI "}\n",
	 "5:24 warning [objective-loosened] objective of 's/a' loosened from 99% to 95%: its error budget is 5 times "
	 "what it was\n"},
	{"a tighter objective", SLO("a", "", SLI), HEAD "slos:\n- {name: a, objective: 99.5%, " SLI "}\n",
	 "5:24 note [objective-tightened] objective of 's/a' tightened from 99% to 99.5%: its error budget is 0.5 times "
	 "what it was\n"},
	{"another window, for an SLO without alerts", SLO("a", ", alerting: {disable: true}", SLI),
	 SLO("a",
	     ", alerting: {disable: true}, window: {calendar: week, every: 2, timeZone: Europe/Berlin, start: 2026-01-05}",
	     SLI),
	 "5:64 note [window-changed] window of 's/a' changed from 30d to 2 weeks in Europe/Berlin from 2026-01-05T00:00: "
	 "its history stays, its budget is another one\n"},
	{"one more window", SLO("a", "", SLI), SLO("a", ", windows: [30d, month]", SLI),
	 "5:39 note [window-changed] window of 's/a' changed from 30d to [30d, month]: its history stays, its budget is "
	 "another one\n"},
	{"a query", SLO("a", "", SLI), SLO("a", "", "sli: {events: {bad: 'x_total{code=\"4\"}', total: x_total}}"),
	 "5:49 warning [query-changed] bad of 's/a' changed from 'x_total{code=\"5\"}' to 'x_total{code=\"4\"}': what is "
	 "counted changed, so it starts a new history\n"},
	{"good events in place of bad ones", SLO("a", "", SLI),
	 SLO("a", "", "sli: {events: {good: 'x_total{code=\"5\"}', total: x_total}}"),
	 "5:50 warning [query-changed] good, bad of 's/a' changed: what is counted changed, so it starts a new history\n"},
	{"a threshold", SLO("a", "", "sli: {latency: {histogram: h_seconds, threshold: 500ms}}"),
	 SLO("a", "", "sli: {latency: {histogram: h_seconds, threshold: 1s}}"),
	 "5:78 warning [query-changed] threshold of 's/a' changed from '500ms' to '1s': what is counted changed, so it "
	 "starts a new history\n"},
	{"a threshold in another unit", SLO("a", "", "sli: {latency: {histogram: h_seconds, threshold: 500ms}}"),
	 SLO("a", "", "sli: {latency: {histogram: h_seconds, threshold: 0.5}}"), ""},
	{"an operator", SLO("a", "", "sli: {threshold: {query: q, operator: <, value: 5}}"),
	 SLO("a", "", "sli: {threshold: {query: q, operator: <=, value: 5}}"),
	 "5:78 warning [query-changed] operator of 's/a' changed from '<' to '<=': what is counted changed, so it starts "
	 "a new history\n"},
	{"a source", SLO("a", "", SLI), SLO("a", ", source: eu", SLI),
	 "5:37 warning [query-changed] source of 's/a' changed from 'default' to 'eu': what is counted changed, so it "
	 "starts a new history\n"},
	{"another source", SLO("a", ", source: us", SLI), SLO("a", ", source: eu", SLI),
	 "5:37 warning [query-changed] source of 's/a' changed from 'us' to 'eu': what is counted changed, so it starts a "
	 "new history\n"},
	{"a source that was the document's", HEAD "source: eu\nslos:\n- {name: a, objective: 99%, " SLI "}\n",
	 SLO("a", ", source: eu", SLI), ""},
	{"the default source by its name", SLO("a", "", SLI), SLO("a", ", source: default", SLI), ""},
	{"groups", SLO("a", "", SLI), SLO("a", ", groupBy: [zone, node]", SLI),
	 "5:3 warning [groups-changed] groupBy of 's/a' changed from none to [node, zone]: what is counted changed, so it "
	 "starts a new history\n"},
	{"the limit of groups", SLO("a", ", groupBy: [zone]", SLI), SLO("a", ", groupBy: [zone], groupLimit: 7", SLI),
	 "5:3 warning [groups-changed] groupLimit of 's/a' changed from 100 to 7\n"},
	{"a top of groups", SLO("a", ", groupBy: [zone]", SLI),
	 SLO("a", ", groupBy: {labels: [zone], top: 9}, groupLimit: 100", SLI),
	 "5:3 warning [groups-changed] groups of 's/a' that are shown changed from all groups to the 9 with the most "
	 "events, and everything-else: their history stays\n"},
	{"a larger top by other events", SLO("a", ", groupBy: {labels: [zone], top: 9}", SLI),
	 SLO("a", ", groupBy: {labels: [zone], top: 10, by: bad}", SLI),
	 "5:3 note [groups-changed] groups of 's/a' that are shown changed from the 9 with the most events, and "
	 "everything-else to the 10 with the most bad events, and everything-else: their history stays\n"},
	{"the rest is not shown any more", SLO("a", ", groupBy: {labels: [zone], top: 9}", SLI),
	 SLO("a", ", groupBy: {labels: [zone], top: 9, rest: none}", SLI),
	 "5:3 warning [groups-changed] groups of 's/a' that are shown changed from the 9 with the most events, and "
	 "everything-else to the 9 with the most events, without the rest: their history stays\n"},
	{"another name", SLO("a", "", SLI), SLO("b", "", SLI),
	 "5:3 warning [slo-renamed] 's/b' was 's/a' at 'main' and counts the same: its history stays behind under the old "
	 "name\n"},
	{"another service, and a looser objective", SLO("a", "", SLI),
	 "apiVersion: wick/v1\nkind: ServiceLevels\nservice: t\nslos:\n- {name: a, objective: 98%, " SLI "}\n",
	 "5:3 warning [slo-renamed] 't/a' was 's/a' at 'main' and counts the same: its history stays behind under the old "
	 "name\n"
	 "5:24 warning [objective-loosened] objective of 't/a' loosened from 99% to 98%: its error budget is 2 times what "
	 "it was\n"},
	{"one of two that count the same: the one with its objective is it",
	 HEAD "slos:\n- {name: a, objective: 99%, " SLI "}\n- {name: b, objective: 90%, " SLI "}\n",
	 HEAD "slos:\n- {name: c, objective: 90%, " SLI "}\n",
	 "0:0 warning [slo-removed] 's/a' is removed (it was in line 5 at 'main'): its alerts end, its history stays "
	 "behind\n"
	 "5:3 warning [slo-renamed] 's/c' was 's/b' at 'main' and counts the same: its history stays behind under the old "
	 "name\n"},
	{"another name and another query: one goes and one comes", SLO("a", "", SLI), SLO("b", "", "sli: {probe: p}"),
	 "0:0 warning [slo-removed] 's/a' is removed (it was in line 5 at 'main'): its alerts end, its history stays "
	 "behind\n"
	 "5:3 note [slo-added] 's/b' is new: 99% over 30d\n"},
	{"another member of a composite, of which nothing is counted anew",
	 SLO("a", "", SLI) "- {name: b, objective: 99%, sli: {composite: {members: [{slo: s/a}]}}}\n",
	 SLO("a", "", SLI) "- {name: c, objective: 99%, sli: {probe: p}}\n- {name: b, objective: 99%, sli: {composite: "
			   "{noData: bad, members: [{slo: s/a, weight: 2}, {slo: s/c}]}}}\n",
	 "6:3 note [slo-added] 's/c' is new: 99% over 30d\n"
	 "7:76 warning [composite-changed] 's/b' is equal of s/a * 2, s/c; noData: bad and was equal of s/a: its past is "
	 "read anew as if it always had been\n"},
	{"a composite in place of another",
	 SLO("a", "", SLI) "- {name: b, objective: 99%, sli: {composite: {members: [{slo: s/a}]}}}\n",
	 SLO("a", "", SLI) "- {name: c, objective: 99%, sli: {composite: {members: [{slo: s/a}]}}}\n",
	 "0:0 warning [slo-removed] 's/b' is removed (it was in line 6 at 'main'): its alerts end, its history stays "
	 "behind\n"
	 "6:3 note [slo-added] 's/c' is new: 99% over 30d\n"},
	{"no alerts any more", SLO("a", "", SLI), SLO("a", ", alerting: {disable: true}", SLI),
	 "5:3 warning [alerts-disabled] 's/a' alerts no more: none of its 10 tiers is left\n"},
	{"a tier of its own, changed", SLO("a", ", alerting: {tiers: [{name: t, long: 2h, factor: 4}]}", SLI),
	 SLO("a", ", alerting: {tiers: [{name: t, long: 2h, factor: 3, severity: page, for: 2m}]}", SLI),
	 "5:3 note [alert-tier-changed] alert tier 't' of 's/a' changed: severity from ticket to page, factor from 4 to 3, "
	 "for from 0s to 2m\n"},
	{"a tier that comes", SLO("a", "", SLI), SLO("a", ", alerting: {tiers: [{name: t, long: 2h, factor: 4}]}", SLI),
	 "5:3 note [alert-tier-added] alert tier 't' (ticket) of 's/a' is new\n"},
	{"a tier that goes", SLO("a", ", alerting: {tiers: [{name: t, long: 2h, factor: 4}]}", SLI), SLO("a", "", SLI),
	 "5:3 warning [alert-tier-disabled] alert tier 't' (ticket) of 's/a' is disabled\n"},
	{"a runbook", SLO("a", "", SLI), SLO("a", ", alerting: {runbook: https://a/b}", SLI),
	 "5:3 note [runbook-changed] runbook of 's/a' changed from wick's own to https://a/b\n"},
	{"labels", SLO("a", ", labels: {team: x}", SLI), SLO("a", ", labels: {team: y}", SLI),
	 "5:3 note [labels-changed] labels of 's/a' changed from {team=\"x\"} to {team=\"y\"}; its numbers stay\n"},
	{"no policy any more", SLO("a", "", SLI), SLO("a", ", policy: none", SLI),
	 "5:3 warning [policy-changed] policy of 's/a' changed from 'default' to 'none': its budget has no consequences\n"},
	{"a policy that is new", SLO("a", "", SLI), SLO("a", "", SLI) "---\n" POLICY,
	 "7:1 note [policy-added] the policy 'p' is new\n"},
	{"a policy that is gone", POLICY "---\n" SLO("a", "", SLI), SLO("a", "", SLI),
	 "0:0 warning [policy-removed] the policy 'p' is removed\n"},
	{"levels of a policy",
	 "apiVersion: wick/v1\nkind: Policy\nname: p\nlevels:\n  review: {consumed: 50%, agreed: look}\n"
	 "  approval: {consumed: 70%, agreed: ask}\n  freeze: {consumed: 100%, agreed: stop}\n",
	 "apiVersion: wick/v1\nkind: Policy\nname: p\nlevels:\n  review: {consumed: 60%, agreed: look hard}\n"
	 "  freeze: {consumed: 90%, agreed: stop}\n",
	 "1:1 warning [policy-level-changed] 'review' of the policy 'p' begins at 60 % of the budget, later than before (50 %)\n"
	 "1:1 warning [policy-level-removed] policy 'p' has no level 'approval' any more; it began at 70 % of the budget\n"
	 "1:1 note [policy-level-changed] 'freeze' of the policy 'p' begins at 90 % of the budget, sooner than before (100 %)\n"
	 "1:1 note [policy-agreed-changed] what the policy 'p' asks for in 'review' changed to 'look hard'\n"},
	{"an exclusion that is new", SLO("a", "", SLI), SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions", NIGHT),
	 "11:3 warning [exclusion-added] a new exclusion: 2026-07-20T00:00 UTC, 1h, for service s, by ops: r; it is for "
	 "'s/a'\n"},
	{"an exclusion that is gone", CORRECTIONS("exclusions", NIGHT) "---\n" SLO("a", "", SLI), SLO("a", "", SLI),
	 "0:0 note [exclusion-removed] an exclusion is removed: 2026-07-20T00:00 UTC, 1h, for service s, by ops: r (it was "
	 "in line 5 at 'main'); it was for 's/a'\n"},
	{"an exclusion at another place, spelled in another way",
	 SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions", NIGHT),
	 CORRECTIONS("exclusions", "{reason: r, for: {service: s}, author: ops, from: '2026-07-20 00:00:00', duration: "
				   "60m}") "---\n" SLO("a", "", SLI),
	 ""},
	{"an exclusion with another reason and author", SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions", NIGHT),
	 SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions", "{for: {service: s}, from: 2026-07-20, duration: 1h, "
							     "reason: q, author: sre}"),
	 "11:3 note [exclusion-changed] an exclusion changed: reason from 'r' to 'q', author from 'ops' to 'sre'; it is for "
	 "'s/a'\n"},
	{"an exclusion at another time, beside one that stays",
	 SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions",
					       NIGHT "\n- {for: {service: s}, from: 2026-07-27, duration: "
						     "1h, reason: r}"),
	 SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions",
					       "{for: {service: s}, from: 2026-07-27, duration: 1h, reason: "
					       "r}\n- {for: {service: s}, from: 2026-07-20, duration: 2h, "
					       "reason: r}"),
	 "12:3 warning [exclusion-changed] an exclusion changed: time from '2026-07-20T00:00 UTC, 1h' to '2026-07-20T00:00 "
	 "UTC, 2h'; it is for 's/a'\n"},
	{"an exclusion for other SLOs", SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions", NIGHT),
	 SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions",
					       "{for: {slo: s/b}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "11:3 warning [exclusion-changed] an exclusion changed: for from 'service s' to 'slo s/b'; it is for no SLO\n"},
	{"adjustments that are new, for the better and for the worse", MANY,
	 MANY "---\n" CORRECTIONS(
		 "adjustments", "{for: {service: s}, at: 2026-07-20, bad: -3, reason: r}\n- {for: {service: s}, at: "
				"2026-07-21, badMinutes: 3, reason: r}\n- {for: {service: s}, at: 2026-07-22, good: 3, "
				"reason: r}"),
	 "15:3 warning [adjustment-added] a new adjustment: 2026-07-20T00:00:00Z, bad -3, for service s, by ops: r; it is for "
	 "'s/a', 's/b', 's/c' and 1 more\n"
	 "16:3 note [adjustment-added] a new adjustment: 2026-07-21T00:00:00Z, bad minutes 3, for service s, by ops: r; it is "
	 "for 's/a', 's/b', 's/c' and 1 more\n"
	 "17:3 warning [adjustment-added] a new adjustment: 2026-07-22T00:00:00Z, good 3, for service s, by ops: r; it is for "
	 "'s/a', 's/b', 's/c' and 1 more\n"},
	{"an adjustment of more and one of less",
	 SLO("a", "", SLI) "---\n" CORRECTIONS(
		 "adjustments", "{for: {service: s}, at: 2026-07-20, bad: 3, reason: r}\n- {for: {service: s}, at: "
				"2026-07-21, bad: 3, reason: r}"),
	 SLO("a", "", SLI) "---\n" CORRECTIONS(
		 "adjustments", "{for: {service: s}, at: 2026-07-20, bad: 2, reason: r}\n- {for: {service: s}, at: "
				"2026-07-21, bad: 4, reason: r}"),
	 "11:3 warning [adjustment-changed] an adjustment changed: numbers from 'bad 3' to 'bad 2'; it is for 's/a'\n"
	 "12:3 note [adjustment-changed] an adjustment changed: numbers from 'bad 3' to 'bad 4'; it is for 's/a'\n"},
	{"an adjustment of bad events that is gone",
	 CORRECTIONS("adjustments", "{for: {service: s}, at: 2026-07-20, bad: 3, "
				    "reason: r}") "---\n" SLO("a", "", SLI),
	 SLO("a", "", SLI),
	 "0:0 warning [adjustment-removed] an adjustment is removed: 2026-07-20T00:00:00Z, bad 3, for service s, by ops: r "
	 "(it was in line 5 at 'main'); it was for 's/a'\n"},
	{"corrections of a file that is broken", SLO("a", "", SLI) "---\n" CORRECTIONS("exclusions", NIGHT),
	 HEAD "slos: 7\n", ""},
	{"a file that was broken: what is in it is not called new", HEAD "slos: 7\n", SLO("a", "", SLI),
	 "0:0 note [not-compared] what the file defined at 'main' is not compared: it had errors (a.yaml:4:7: slos: wants "
	 "a list, each item after a '-', not a text)\n"},
	{"a file that is broken: what was in it is not called removed", SLO("a", "", SLI), HEAD "slos: 7\n", ""},
	{"a delivery's words for people", DELIVERY("s", "", PROD), DELIVERY("s", "description: new\n", PROD), ""},
	{"another spelling of a delivery", DELIVERY("s", "", PROD), DELIVERY("s", "attribution: 1d\n", PROD), ""},
	{"a new delivery", DELIVERY("s", "", PROD), DELIVERY("s", "", PROD) "---\n" DELIVERY("t", "", PROD),
	 "7:1 note [delivery-added] the delivery of 't' is new\n"},
	{"a delivery that goes", DELIVERY("s", "", PROD) "---\n" DELIVERY("t", "", PROD), DELIVERY("s", "", PROD),
	 "0:0 warning [delivery-removed] the delivery of 't' is removed (it was in line 7 at 'main'): its numbers end\n"},
	{"an environment more, and one less", DELIVERY("s", "", PROD ", a: {releases: '*'}"),
	 DELIVERY("s", "", "b: {deployments: b}, " PROD),
	 "1:1 warning [delivery-environment-removed] 'a' of the delivery of 's' is removed: its numbers end\n"
	 "5:16 note [delivery-environment-added] 'b' of the delivery of 's' is new: deployments 'b'\n"},
	{"a delivery in two documents", DELIVERY("s", "", PROD ", a: {releases: '*'}"),
	 DELIVERY("s", "", PROD) "---\n" DELIVERY("s", "", "a: {releases: '*'}"), ""},
	{"where deployments are seen", DELIVERY("s", "", PROD), DELIVERY("s", "", "p: {workflow: d.yml, branch: main}"),
	 "5:16 warning [delivery-source-changed] deployments of 's' to 'p' are seen elsewhere: by workflow 'd.yml', branch "
	 "'main', not by workflow 'd.yml'; its numbers of the past are worked out anew\n"},
	{"a delivery's numbers", DELIVERY("s", "incidents: [{slo: page}]\n", PROD),
	 DELIVERY("s", "incidents: [{slo: page}, {issues: {labels: a}}]\nattribution: 2d\nleave_out: {bots: true}\n",
		  PROD),
	 "1:1 note [delivery-attribution-changed] attribution of the delivery of 's' changed from 1d to 2d: other deployments have failed, in the past too\n"
	 "1:1 note [delivery-incidents-changed] incidents of the delivery of 's' changed from alerts of severity 'page' to alerts of severity 'page', issues with 'a': other deployments have failed, in the past too\n"
	 "1:1 note [delivery-leave-out-changed] leave_out of the delivery of 's' changed from nobody to bots: lead times are those of other changes, in the past too\n"},
	{"a delivery that tells less", DELIVERY("s", "incidents: [{slo: page}]\nhotfix: {labels: [a, b]}\n", PROD),
	 DELIVERY("s", "attribution: 1h\nhotfix: {labels: a}\nrecovery: first\nlead_time: merge\npaths: a/*\n", PROD),
	 "1:1 warning [delivery-attribution-changed] attribution of the delivery of 's' changed from 1d to 1h: other deployments have failed, in the past too\n"
	 "1:1 warning [delivery-hotfix-changed] hotfix of the delivery of 's' changed from branches 'hotfix/*', 'hotfix-*', labels 'a', 'b' to branches 'hotfix/*', 'hotfix-*', labels 'a': other deployments have failed, in the past too\n"
	 "1:1 warning [delivery-incidents-changed] incidents of the delivery of 's' changed from alerts of severity 'page' to none: other deployments have failed, in the past too\n"
	 "1:1 warning [delivery-lead-time-changed] lead_time of the delivery of 's' changed from commit to merge: lead times are another number than before, in the past too\n"
	 "1:1 warning [delivery-scope-changed] paths of the delivery of 's' changed from none to 'a/*': other commits are its changes, and other deployments its own, in the past too\n"
	 "1:1 warning [delivery-recovery-changed] recovery of the delivery of 's' changed from last to first: recovery times are another number than before, in the past too\n"},
	{"whose a delivery is", DELIVERY("s", "team: a\n", PROD),
	 DELIVERY("s", "group: b\nlabels: {x: y}\nreport_year: 2023\n", PROD),
	 "1:1 note [delivery-group-changed] group of the delivery of 's' changed from none to b: it is added up elsewhere, in the past too\n"
	 "1:1 note [delivery-labels-changed] labels of the delivery of 's' changed from {} to {x=\"y\"}: its numbers stay\n"
	 "1:1 note [delivery-report-year-changed] report_year of the delivery of 's' changed from 2024 to 2023: levels are taken from another table; the numbers stay\n"
	 "1:1 note [delivery-team-changed] team of the delivery of 's' changed from a to none: it is added up elsewhere, in the past too\n"},
	{"a repository", DELIVERY("s", "", PROD),
	 "apiVersion: wick/v1\nkind: Delivery\nservice: s\nrepository: o/q\nenvironments: {" PROD "}\n",
	 "1:1 warning [delivery-repository-changed] repository of the delivery of 's' changed from o/r to o/q: its numbers of the "
	 "past are those of the new one\n"},
	{"which repositories of an organisation",
	 "apiVersion: wick/v1\nkind: Delivery\norganisation: o\nenvironments: {" PROD "}\n",
	 "apiVersion: wick/v1\nkind: Delivery\norganisation: {name: o, exclude: x*}\nenvironments: {" PROD "}\n",
	 "1:1 warning [delivery-repositories-changed] organisation of the delivery of 'organisation o' changed from all to "
	 "exclude 'x*': which repositories are services is another question\n"},
};

START_TEST(a_change_is_said_with_what_it_means)
{
	struct slo_set *before = slo_set_read("a.yaml", str_of(rows[_i].before));
	struct slo_set *now = slo_set_read("a.yaml", str_of(rows[_i].now));
	static const char *const levels[] = {"error", "warning", "note"};
	struct findings changes;
	struct arena arena;
	struct buf said;

	arena_init(&arena);
	findings_init(&changes, &arena, SIZE_MAX);
	changes_find(before, now, "main", &changes);
	slo_set_unref(before);
	slo_set_unref(now);
	findings_sort(changes.at, changes.len);
	buf_init(&said, MIB(1));
	buf_cstr(&said, "");
	for (size_t i = 0; i < changes.len; i++) {
		ck_assert_ptr_nonnull(changes.at[i].change);
		buf_fmt(&said, "%u:%u %s [%s] %.*s\n", changes.at[i].place.line, changes.at[i].place.col,
			levels[changes.at[i].level], changes.at[i].rule, STR_ARG(changes.at[i].text));
	}
	ck_assert_msg(str_is(buf_view(&said), rows[_i].said), "%s:\n%.*snot:\n%s", rows[_i].what,
		      STR_ARG(buf_view(&said)), rows[_i].said);
	buf_release(&said);
	findings_release(&changes);
	arena_release(&arena);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("change");

	tcase_add_loop_test(tcase, a_change_is_said_with_what_it_means, 0, (int)COUNT_OF(rows));
	return unit_run("slo/change", tcase);
}
