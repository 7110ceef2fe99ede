/* A report of October 2026 for the tests of its forms, put down by hand: numbers that can be worked out on paper, and
 * one of each thing that a report can say. */
#ifndef WICK_TESTS_PERIOD_REPORT_FIXTURE_H
#define WICK_TESTS_PERIOD_REPORT_FIXTURE_H

#include "report/deliveries.h"
#include "report/order.h"
#include "tests/unit/dora_results_fixture.h"
#include "tests/unit/results_fixture.h"

#define OCTOBER   ((struct period){{DORA_DAY(1)}, {DORA_DAY(32)}})
#define SEPTEMBER ((struct period){{DORA_DAY(-29)}, {DORA_DAY(1)}})
enum { OCTOBER_STEPS = 31 * 24 * 60, SEPTEMBER_STEPS = 30 * 24 * 60 };

struct period_fixture {
	struct dora_fixture dora;
	struct slo slos[4];
	struct report_slo shop[3], mail[1];
	struct report_delivery deliveries[2];
	struct report_service services[2];
	struct report_incident incidents[2];
	struct report_correction corrections[2];
	struct report_point curve[4];
	struct audit_entry change;
	struct period_record closed;
	struct label group;
	struct period_report report;
};

/* All of the period was covered by data, but for `unknown` steps. */
static inline struct period_record period_fixture_record(double bad, double total, double steps, double missing)
{
	bool october = steps > SEPTEMBER_STEPS;
	struct period period = october ? OCTOBER : SEPTEMBER;
	struct period_record record = {
		.window = STR("month"),
		.name = october ? STR("2026-10") : STR("2026-09"),
		.begin = period.begin,
		.end = period.end,
		.objective = 0.995,
		.counts = {.bad = bad, .total = total, .covered = steps - missing},
		.steps = steps,
		.counted_steps = steps,
		.closed_at = {period.end.ms + SPAN_HOUR},
	};

	record.counted = record.counts;
	return record;
}

static inline void period_fixture_incidents(struct period_fixture *f)
{
	f->incidents[0] = (struct report_incident){
		.tiers = STR("page-fast, page-slow"),
		.begin = DORA_AT(20, 9, 5),
		.end = DORA_AT(20, 10, 35),
		.bad = 6000,
		.cost = 1.2,
		.interpolated = true,
	};
	f->incidents[1] = (struct report_incident){
		.tiers = STR("page-slow"),
		.begin = DORA_AT(31, 23, 0),
		.end = DORA_AT(32, 0, 0),
		.open = true,
		.bad = (double)NAN,
		.cost = (double)NAN,
	};
	f->corrections[0] = (struct report_correction){.kind = CORRECTION_EXCLUSION,
						       .when = STR("2026-10-04T02:00 UTC, 2h"),
						       .reason = STR("database upgrade"),
						       .author = STR("ops")};
	f->corrections[1] = (struct report_correction){.kind = CORRECTION_ADJUSTMENT,
						       .when = STR("2026-10-05T00:00:00Z"),
						       .amount = STR("bad -400"),
						       .reason = STR("a load test"),
						       .author = STR("ops")};
}

/* One that missed: 6400 bad events of 1,000,000 where 5000 may be bad, after corrections. */
static inline void period_fixture_checkout(struct period_fixture *f, struct report_slo *out)
{
	struct period_record *record = &out->now.record;

	*out = (struct report_slo){.slo = &f->slos[0], .level = POLICY_FREEZE, .watch = WATCH_KEPT};
	out->now = (struct report_numbers){.origin = ORIGIN_RECORD,
					   .record = period_fixture_record(6400, 1000000, OCTOBER_STEPS, 0)};
	record->counted.bad = 7000;
	record->counted.total = 1012000;
	record->excluded_steps = 120;
	record->steps -= 120;
	record->counts.covered -= 120;
	record->adjusted_bad = -400;
	out->before = (struct report_numbers){.origin = ORIGIN_RECORD,
					      .record = period_fixture_record(1000, 800000, SEPTEMBER_STEPS, 0)};
	out->incidents = f->incidents;
	out->incidents_len = 2;
	out->corrections = f->corrections;
	out->corrections_len = 2;
	for (int i = 0; i < 4; i++)
		f->curve[i].at.ms = OCTOBER.begin.ms + (OCTOBER.end.ms - OCTOBER.begin.ms) / 4 * (i + 1);
	f->curve[0].left = 0.95;
	f->curve[1].left = (double)NAN;
	f->curve[2].left = -0.25;
	f->curve[3].left = -0.28;
	out->curve = f->curve;
	out->curve_len = 4;
}

static inline void period_fixture_slos(struct period_fixture *f, struct arena *arena)
{
	static const char *const labels[] = {"route", "/pay <b>"};

	f->slos[0] = fixture_slo(arena, "", "shop", "checkout");
	f->slos[1] = fixture_slo(arena, "", "shop", "search");
	f->slos[2] = fixture_slo(arena, "", "shop", "stock");
	f->slos[3] = fixture_slo(arena, "eu", "mail", "sent");
	f->slos[0].policy = f->slos[1].policy = &policy_default;
	f->slos[1].sli.kind = SLI_PROBE;
	f->group = (struct label){str_of(labels[0]), str_of(labels[1])};
	period_fixture_incidents(f);
	period_fixture_checkout(f, &f->shop[1]);
	/* 44640 steps of which 1 % is unknown, and 22 were bad */
	f->shop[0] = (struct report_slo){.slo = &f->slos[1],
					 .now = {.origin = ORIGIN_LEDGER,
						 .interpolated = true,
						 .record = period_fixture_record(22, 44193.6, OCTOBER_STEPS, 446.4)},
					 .level = POLICY_NORMAL,
					 .watch = WATCH_KEPT,
					 .watch_since = DORA_AT(3, 0, 0)};
	f->shop[0].before.reason = STR("its ledger does not reach so far back any more");
	f->shop[2] = (struct report_slo){.slo = &f->slos[2], .now = {.reason = STR("there are no data of the period")}};
	f->shop[2].before.reason = STR("there are no data of the period");
	f->mail[0] = (struct report_slo){.slo = &f->slos[3],
					 .group = {&f->group, 1},
					 .now = {.origin = ORIGIN_SOURCE,
						 .record = period_fixture_record(0, 0, OCTOBER_STEPS, 0),
						 .closed = &f->closed},
					 .watch = WATCH_PLAYED};
	/* two hours of September are known, and of October nine minutes were when it was closed */
	f->mail[0].before = (struct report_numbers){
		.origin = ORIGIN_SOURCE,
		.record = period_fixture_record(0, 100, SEPTEMBER_STEPS, SEPTEMBER_STEPS - 120)};
	f->closed = period_fixture_record(0, 9, OCTOBER_STEPS, OCTOBER_STEPS - 9);
}

static inline void period_fixture_init(struct period_fixture *f)
{
	struct arena *arena = &f->report.arena;

	*f = (struct period_fixture){.report.name = {NULL, 0}};
	arena_init(arena);
	dora_fixture_init(&f->dora);
	f->dora.shop.since.ms = DORA_DAY(-60);
	f->dora.list[1].windows->window.to.ms = DORA_DAY(33);
	period_fixture_slos(f, arena);
	f->report.name = STR("2026-10");
	f->report.before = STR("2026-09");
	f->report.zone = STR("UTC");
	f->report.period = OCTOBER;
	f->report.period_before = SEPTEMBER;
	f->report.step.ms = SPAN_MINUTE;
	f->report.made_at.ms = DORA_DAY(33);
	for (size_t i = 0; i < 2; i++)
		f->deliveries[i] = report_delivery_of(arena, &f->dora.list[i], f->report.name, OCTOBER,
						      f->report.before, SEPTEMBER);
	f->services[0] = (struct report_service){
		.namespace_ = STR("eu"), .name = STR("mail"), .id = STR("eu/mail"), .slos = f->mail, .slos_len = 1};
	f->services[1] = (struct report_service){.namespace_ = STR(""),
						 .name = STR("shop"),
						 .id = STR("shop"),
						 .slos = f->shop,
						 .slos_len = 3,
						 .deliveries = f->deliveries,
						 .deliveries_len = 2};
	f->report.services = f->services;
	f->report.len = 2;
	f->change = (struct audit_entry){.number = 1,
					 .at = DORA_AT(5, 8, 0),
					 .change = AUDIT_ADDED,
					 .now = {.kind = CORRECTION_ADJUSTMENT,
						 .scope = STR("slo shop/checkout"),
						 .when = STR("2026-10-05T00:00:00Z"),
						 .amount = STR("bad -400"),
						 .reason = STR("a load test"),
						 .author = STR("ops"),
						 .file = STR("slo/fixes.yaml"),
						 .line = 4}};
	f->report.changes = &f->change;
	f->report.changes_len = 1;
	report_order(&f->report);
	report_sum_up(&f->report);
}

static inline void period_fixture_release(struct period_fixture *f) { arena_release(&f->report.arena); }

#endif
