/* The engine's turns against a simulated source: how far it counts, and that what goes wrong for one SLO holds up no
 * other. */
#include "engine/engine.h"

#include "base/log.h"
#include "simulated_source.h"
#include "unit.h"

enum { STEP_MS = 60 * 1000, HISTORY = 120 /* steps */ };
#define NOW_MS ((int64_t)1700000040000) /* the end of a step */

static const char two_slos[] =
	"apiVersion: wick/v1\n"
	"kind: ServiceLevels\n"
	"service: shop\n"
	"slos:\n"
	"  - name: good\n"
	"    objective: 99%\n"
	"    window: 1h\n"
	"    sli: {events: {bad: 'requests_total{job=\"a\",code=\"500\"}', total: 'requests_total{job=\"a\"}'}}\n"
	"  - name: other\n"
	"    objective: 99%\n"
	"    window: 1h\n"
	"    sli: {events: {bad: 'jobs_total{job=\"a\",result=\"failed\"}', total: 'jobs_total{job=\"a\"}'}}\n";

struct stage {
	struct source source;
	struct named_source named;
	struct store *store;
	struct slo_set *set;
	struct engine *engine;
};

/* A counter that rises by ten with each scrape, half a minute into each step. */
static void add_counter(struct source *source, const char *metric)
{
	struct label labels[] = {
		{STR("__name__"), str_of(metric)}, {STR("job"), STR("a")}, {STR("instance"), STR("i")}};
	struct sim_series *series = sim_add(source, labels, COUNT_OF(labels));

	for (int i = -HISTORY; i < HISTORY; i++)
		sim_put(series, NOW_MS + (int64_t)i * STEP_MS - STEP_MS / 2, 10.0 * (i + HISTORY));
}

static void set_up(struct stage *stage)
{
	struct engine_options options = {
		.counting = {.step = {STEP_MS}, .lookback = {5 * SPAN_MINUTE}, .horizon = {SPAN_DAY}},
		.settle = {30 * SPAN_SECOND},
		.backfill = true,
		.check_source_clock = true,
	};
	struct err err;

	log_setup(LOG_LOGFMT, LOG_ERROR);
	*stage = (struct stage){.source = {.clock_ms = NOW_MS + 30 * SPAN_SECOND}};
	arena_init(&stage->source.arena);
	add_counter(&stage->source, "requests_total");
	add_counter(&stage->source, "jobs_total");
	stage->store = store_open(NULL, options.counting.step, &err);
	stage->set = slo_set_read("two.yaml", STR(two_slos));
	ck_assert_uint_eq(slo_set_errors(stage->set), 0);
	stage->named = (struct named_source){.name = STR(""), .source = &stage->source};
	stage->engine = engine_new(&options, &(struct sources){&stage->named, 1}, stage->store);
}

static void take_down(struct stage *stage)
{
	engine_free(stage->engine);
	store_close(stage->store);
	slo_set_unref(stage->set);
	sim_release(&stage->source);
}

/* Turns until there is nothing to do; bounded, so that an engine that goes round in circles fails. */
static void run(struct stage *stage, int64_t now_ms)
{
	int turns = 0;

	while (engine_turn(stage->engine, (struct instant){now_ms}) != TURN_IDLE)
		ck_assert_int_lt(++turns, 1000);
}

static struct slo_result result_of(struct stage *stage, int64_t now_ms, const char *id)
{
	struct snapshot *snapshot = engine_snapshot(stage->engine, (struct instant){now_ms});
	struct slo_result found = {0};
	static struct budget budgets[4]; /* one of the last few results each */
	static size_t next;

	for (size_t i = 0; i < snapshot->results.len; i++)
		if (str_is(snapshot->results.list[i].slo->id, id))
			found = snapshot->results.list[i];
	ck_assert_ptr_nonnull(found.slo);
	found.reason = (struct str){found.reason.len ? "said" : NULL, found.reason.len ? 4 : 0};
	budgets[next % 4] = *found.budgets;
	found.budgets = &budgets[next++ % 4];
	snapshot_unref(snapshot);
	return found;
}

START_TEST(a_clock_that_jumps_ahead_counts_nothing_that_has_not_happened)
{
	int64_t true_now = NOW_MS + 30 * SPAN_SECOND, wrong_now = true_now + SPAN_DAY;
	struct stage stage;

	set_up(&stage);
	engine_load(stage.engine, stage.set, (struct instant){true_now});
	run(&stage, true_now);
	ck_assert_int_eq(result_of(&stage, true_now, "shop/good").counted_to.ms, NOW_MS);
	run(&stage, wrong_now);
	ck_assert_int_eq(result_of(&stage, wrong_now, "shop/good").counted_to.ms, NOW_MS);
	/* Both clocks are right again, two steps later: ten requests a step for the hour, none lost and none twice. */
	stage.source.clock_ms = true_now + 2 * STEP_MS;
	run(&stage, true_now + 2 * STEP_MS);
	ck_assert_int_eq(result_of(&stage, true_now, "shop/good").counted_to.ms, NOW_MS + 2 * STEP_MS);
	ck_assert_double_eq(result_of(&stage, true_now, "shop/good").budgets->total, 600);
	take_down(&stage);
}
END_TEST

START_TEST(a_source_that_is_a_little_behind_delays_nothing)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct stage stage;

	set_up(&stage);
	stage.source.clock_ms = now - 20 * SPAN_SECOND;
	engine_load(stage.engine, stage.set, (struct instant){now});
	run(&stage, now);
	ck_assert_int_eq(result_of(&stage, now, "shop/good").counted_to.ms, NOW_MS);
	take_down(&stage);
}
END_TEST

START_TEST(an_slo_that_is_refused_holds_up_no_other)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct slo_result good, other;
	struct stage stage;

	set_up(&stage);
	stage.source.refuses = "jobs_total";
	engine_load(stage.engine, stage.set, (struct instant){now});
	run(&stage, now);
	good = result_of(&stage, now, "shop/good");
	other = result_of(&stage, now, "shop/other");
	ck_assert_int_eq(good.state, DATA_OK);
	ck_assert_double_eq(good.budgets->total, 600);
	ck_assert_int_eq(other.state, DATA_ERROR);
	ck_assert_uint_gt(other.reason.len, 0);
	take_down(&stage);
}
END_TEST

START_TEST(answers_that_are_too_large_are_asked_for_in_smaller_pieces)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct stage stage;

	set_up(&stage);
	stage.source.most_samples = 7;
	engine_load(stage.engine, stage.set, (struct instant){now});
	run(&stage, now);
	ck_assert_double_eq(result_of(&stage, now, "shop/good").budgets->total, 600);
	ck_assert_double_eq(result_of(&stage, now, "shop/other").budgets->total, 600);
	take_down(&stage);
}
END_TEST

START_TEST(a_set_that_is_taken_up_again_goes_on_where_it_was)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct stage stage;

	set_up(&stage);
	engine_load(stage.engine, stage.set, (struct instant){now});
	engine_turn(stage.engine, (struct instant){now}); /* in the middle of reading back */
	engine_load(stage.engine, stage.set, (struct instant){now});
	run(&stage, now);
	ck_assert_double_eq(result_of(&stage, now, "shop/good").budgets->total, 600);
	ck_assert_double_eq(result_of(&stage, now, "shop/other").budgets->total, 600);
	take_down(&stage);
}
END_TEST

UNIT_MAIN("engine/turn", a_clock_that_jumps_ahead_counts_nothing_that_has_not_happened,
	  a_source_that_is_a_little_behind_delays_nothing, an_slo_that_is_refused_holds_up_no_other,
	  answers_that_are_too_large_are_asked_for_in_smaller_pieces, a_set_that_is_taken_up_again_goes_on_where_it_was)
