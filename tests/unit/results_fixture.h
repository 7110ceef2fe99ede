/* Results for the tests of writers: a few SLOs with numbers that can be worked out by hand, and as many as a benchmark
 * wants. */
#ifndef WICK_TESTS_RESULTS_FIXTURE_H
#define WICK_TESTS_RESULTS_FIXTURE_H

#include "base/mem.h"
#include "model/health.h"
#include "model/result.h"
#include "tests/unit/alerting_fixture.h"

#include <math.h>

enum { FIXTURE_MAX = 16 };

struct fixture {
	struct arena arena;
	struct slo slos[FIXTURE_MAX];
	struct slo_result list[FIXTURE_MAX];
	struct results results;
	struct health_file broken[2];
	struct health_source sources[2];
	struct health health;
};

static inline struct labels fixture_labels(struct arena *arena, size_t len, const char *const *pairs)
{
	struct labels labels = {arena_array(arena, len, sizeof(struct label)), len};

	for (size_t i = 0; i < len; i++)
		labels.at[i] = (struct label){str_of(pairs[2 * i]), str_of(pairs[2 * i + 1])};
	return labels;
}
#define FIXTURE_LABELS(arena, ...)                                                                                     \
	fixture_labels((arena), sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *) / 2,                       \
		       (const char *const[]){__VA_ARGS__})

/* An SLO of 99.5 % over 30 days; the id follows from the names. */
static inline struct slo fixture_slo(struct arena *arena, const char *space, const char *service, const char *name)
{
	struct slo slo = {.namespace_ = str_of(space), .service = str_of(service), .name = str_of(name)};

	slo.objective = 0.995;
	slo.objective_text = STR("99.5%");
	slo.window = (struct span){30 * SPAN_DAY};
	slo.windows = fixture_windows(slo.window);
	slo.windows_len = 1;
	slo.alerting = fixture_alerting(slo.window);
	slo.id = arena_fmt(arena, "%s%s%s/%s", space, *space ? "/" : "", service, name);
	return slo;
}

/* Nothing is known yet. */
static inline struct slo_result fixture_unknown(const struct slo *slo)
{
	double none = (double)NAN;
	struct slo_result result = {.slo = slo, .state = DATA_NO_DATA, .budgets = fixture_budgets(slo)};

	result.budgets->sli = result.budgets->allowed = result.budgets->consumed = none;
	result.budgets->good = result.budgets->bad = result.budgets->total = none;
	result.budgets->remaining = result.budgets->remaining_observed = result.budgets->remaining_events =
		result.budgets->remaining_minutes = none;
	result.budgets->exhaustion_seconds = none;
	result.good_ever = result.bad_ever = none;
	result.burn = fixture_burn(slo);
	for (size_t i = 0; i < slo->alerting->windows_len; i++)
		result.burn[i] = (struct burn){none, none, none};
	return result;
}

/* A million events, `bad` of them bad: the budget is 5000. */
static inline struct slo_result fixture_counted(const struct slo *slo, double bad)
{
	struct slo_result result = fixture_unknown(slo);

	result.state = DATA_OK;
	result.way = "sample";
	result.exact = true;
	result.budgets->total = 1000000;
	result.budgets->bad = result.bad_ever = bad;
	result.budgets->good = result.good_ever = result.budgets->total - bad;
	result.budgets->sli = result.budgets->good / result.budgets->total;
	result.budgets->allowed = 5000;
	result.budgets->consumed = bad / result.budgets->allowed;
	result.budgets->remaining = result.budgets->remaining_observed = 1 - result.budgets->consumed;
	result.budgets->remaining_events = result.budgets->allowed - bad;
	result.budgets->remaining_minutes = 216 * result.budgets->remaining;
	result.budgets->coverage = result.budgets->known = 1;
	result.budgets->exhaustion_seconds = HUGE_VAL;
	for (size_t i = 0; i < slo->alerting->windows_len; i++)
		result.burn[i] = (struct burn){0.25 * (double)i, 1 - 0.005 * 0.25 * (double)i, 1};
	result.counted_to = result.data_seen = (struct instant){1700000040000};
	return result;
}

static inline struct slo_result *fixture_add(struct fixture *fixture, struct slo slo, double bad)
{
	size_t at = fixture->results.len++;

	fixture->slos[at] = slo;
	fixture->list[at] = bad >= 0 ? fixture_counted(&fixture->slos[at], bad) : fixture_unknown(&fixture->slos[at]);
	return &fixture->list[at];
}

/* The result is corrected: half of the bad events were counted and are taken away, and half an hour does not count. */
static inline void fixture_correct(struct fixture *fixture, struct slo_result *result)
{
	static const struct exclusion drill = {
		.when_text = {"daily", 5}, .reason = {"a drill", 7}, .author = {"ops", 3}};

	result->raw = arena_array(&fixture->arena, 1, sizeof(*result->raw));
	*result->raw = *result->budgets;
	result->budgets->bad /= 2;
	result->budgets->total -= result->budgets->bad;
	result->budgets->sli = result->budgets->good / result->budgets->total;
	result->budgets->remaining = 1 - result->budgets->bad / result->budgets->allowed;
	result->budgets->adjusted_bad = -result->budgets->bad;
	result->budgets->excluded_seconds = 1800;
	result->exclusion = &drill;
}

/* Empty results, and a daemon in good health but for one broken file. */
static inline void fixture_init(struct fixture *fixture)
{
	*fixture = (struct fixture){0};
	arena_init(&fixture->arena);
	fixture->results = (struct results){.at = {1700000070000}, .step = {SPAN_MINUTE}, .list = fixture->list};
	fixture->broken[0] = (struct health_file){STR("slo/broken \"one\".yaml"), STR("slo/broken:1:1: no"), true};
	fixture->health = (struct health){
		.ready = true,
		.cycles = 12,
		.cycle_seconds = 0.125,
		.cycle_seconds_total = 1.5,
		.backfill_done_ratio = (double)NAN,
		.files = 3,
		.files_broken = 1,
		.reload_at = {1700000000000},
		.store_ok = true,
		.store_bytes = 65536,
		.cpu_seconds = 0.25,
		.resident_bytes = 8388608,
		.started_at = {1699999999500},
		.version = STR("0.1.0"),
	};
	fixture->health.broken = fixture->broken;
	fixture->sources[0] = (struct health_source){
		.name = STR("default"), .url = STR("http://prometheus.example"), .up = true, .slos = 2, .requests = 40};
	fixture->sources[1] = (struct health_source){.name = STR("eu"),
						     .url = STR("http://eu.example"),
						     .error = STR("nobody answers"),
						     .slos = 1,
						     .behind_seconds = 180,
						     .asks_unavailable = 3};
	fixture->health.sources = fixture->sources; /* the second one is left out, and down */
	fixture->health.sources_len = fixture->health.sources_up = 1;
}

static inline void fixture_release(struct fixture *fixture) { arena_release(&fixture->arena); }

#endif
