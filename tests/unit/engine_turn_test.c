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

/* The second SLO is another source's. */
static const char two_sources[] =
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
	"    source: eu\n"
	"    sli: {events: {bad: 'requests_total{job=\"a\",code=\"500\"}', total: 'requests_total{job=\"a\"}'}}\n";

struct stage {
	struct source source, eu;
	struct named_source named[2];
	struct store *store;
	struct slo_set *set;
	struct engine *engine;
};

/* A counter that rises with each scrape, half a minute into each step. */
static void add_counter(struct source *source, const char *metric, double rise)
{
	struct label labels[] = {
		{STR("__name__"), str_of(metric)}, {STR("job"), STR("a")}, {STR("instance"), STR("i")}};
	struct sim_series *series = sim_add(source, labels, COUNT_OF(labels));

	for (int i = -HISTORY; i < HISTORY; i++)
		sim_put(series, NOW_MS + (int64_t)i * STEP_MS - STEP_MS / 2, rise * (i + HISTORY));
}

static void set_up_with(struct stage *stage, const char *definitions, size_t sources)
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
	stage->eu.clock_ms = stage->source.clock_ms;
	arena_init(&stage->source.arena);
	arena_init(&stage->eu.arena);
	add_counter(&stage->source, "requests_total", 10);
	add_counter(&stage->source, "jobs_total", 10);
	add_counter(&stage->eu, "requests_total", 7);
	stage->store = store_open(NULL, options.counting.step, &err);
	stage->set = slo_set_read("two.yaml", str_of(definitions));
	ck_assert_uint_eq(slo_set_errors(stage->set), 0);
	stage->named[0] = (struct named_source){.name = STR(""), .source = &stage->source};
	stage->named[1] = (struct named_source){.name = STR("eu"), .source = &stage->eu};
	stage->engine = engine_new(&options, &(struct sources){stage->named, sources}, stage->store);
}

static void set_up(struct stage *stage) { set_up_with(stage, two_slos, 1); }

static void take_down(struct stage *stage)
{
	engine_free(stage->engine);
	store_close(stage->store);
	slo_set_unref(stage->set);
	sim_release(&stage->source);
	sim_release(&stage->eu);
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

/* Turns for as long as something is counted; what it ended with. */
static enum turn work(struct stage *stage, int64_t now_ms)
{
	enum turn turn = TURN_WORKED;

	for (int turns = 0; turn == TURN_WORKED; turns++) {
		ck_assert_int_lt(turns, 1000);
		turn = engine_turn(stage->engine, (struct instant){now_ms});
	}
	return turn;
}

START_TEST(a_source_that_hangs_holds_up_its_own_slos_alone)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct stage stage;

	set_up_with(&stage, two_sources, 2);
	stage.eu.hangs = true;
	engine_load(stage.engine, stage.set, (struct instant){now});
	ck_assert_int_eq(work(&stage, now), TURN_WAITING);
	ck_assert_double_eq(result_of(&stage, now, "shop/good").budgets->total, 600);
	ck_assert_int_eq(result_of(&stage, now, "shop/other").state, DATA_NO_DATA);
	ck_assert(engine_cycle_ended(stage.engine));
	ck_assert(!engine_caught_up(stage.engine, (struct instant){now}));
	/* Ten steps later it still hangs. */
	now += 10 * STEP_MS;
	stage.source.clock_ms += 10 * STEP_MS;
	ck_assert_int_eq(work(&stage, now), TURN_WAITING);
	ck_assert(engine_cycle_ended(stage.engine));
	ck_assert_int_eq(result_of(&stage, now, "shop/good").counted_to.ms, NOW_MS + 10 * STEP_MS);
	stage.eu.clock_ms += 10 * STEP_MS;
	sim_wake(&stage.eu);
	ck_assert_int_eq(work(&stage, now), TURN_IDLE);
	ck_assert_double_eq(result_of(&stage, now, "shop/good").budgets->total, 600);
	ck_assert_double_eq(result_of(&stage, now, "shop/other").budgets->total, 420); /* 60 times 7 */
	ck_assert(engine_caught_up(stage.engine, (struct instant){now}));
	take_down(&stage);
}
END_TEST

START_TEST(a_source_that_fails_is_put_behind_and_named)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct snapshot *snapshot;
	struct stage stage;
	int failures = 0;

	set_up_with(&stage, two_sources, 2);
	stage.eu.fail_every = 1;
	engine_load(stage.engine, stage.set, (struct instant){now});
	for (enum turn turn = TURN_WORKED; turn != TURN_IDLE; failures += turn == TURN_UNAVAILABLE)
		turn = engine_turn(stage.engine, (struct instant){now});
	ck_assert_int_eq(failures, 1); /* and it is not asked again at once */
	snapshot = engine_snapshot(stage.engine, (struct instant){now});
	ck_assert_uint_eq(snapshot->health.sources_len, 2);
	ck_assert_uint_eq(snapshot->health.sources_up, 1);
	ck_assert(snapshot->health.sources[0].up && !snapshot->health.sources[1].up);
	ck_assert(str_is(snapshot->health.sources[0].name, "default"));
	ck_assert(str_is(snapshot->health.sources[1].name, "eu"));
	ck_assert(str_is(snapshot->health.sources[1].error, "down"));
	ck_assert(engine_caught_up(stage.engine, (struct instant){now})); /* as far as it can be */
	snapshot_unref(snapshot);
	ck_assert_double_eq(result_of(&stage, now, "shop/good").budgets->total, 600);
	take_down(&stage);
}
END_TEST

START_TEST(each_source_is_counted_by_its_own_clock)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct stage stage;

	set_up_with(&stage, two_sources, 2);
	stage.eu.clock_ms -= 20 * STEP_MS;
	engine_load(stage.engine, stage.set, (struct instant){now});
	run(&stage, now);
	ck_assert_int_eq(result_of(&stage, now, "shop/good").counted_to.ms, NOW_MS);
	ck_assert_int_eq(result_of(&stage, now, "shop/other").counted_to.ms, NOW_MS - 20 * STEP_MS);
	take_down(&stage);
}
END_TEST

START_TEST(definitions_are_taken_up_while_a_source_hangs)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct stage stage;

	set_up_with(&stage, two_sources, 2);
	stage.eu.hangs = true;
	engine_load(stage.engine, stage.set, (struct instant){now});
	ck_assert_int_eq(work(&stage, now), TURN_WAITING);
	engine_load(stage.engine, stage.set, (struct instant){now});
	ck_assert_ptr_null(stage.eu.pending);
	sim_wake(&stage.eu);
	run(&stage, now);
	ck_assert_double_eq(result_of(&stage, now, "shop/other").budgets->total, 420);
	stage.eu.hangs = true; /* and the engine may end in the middle of a question */
	work(&stage, now + STEP_MS);
	take_down(&stage);
}
END_TEST

START_TEST(an_slo_of_a_source_that_nobody_knows_is_in_error_and_holds_up_no_other)
{
	int64_t now = NOW_MS + 30 * SPAN_SECOND;
	struct snapshot *snapshot;
	struct stage stage;

	set_up_with(&stage, two_sources, 1);
	engine_load(stage.engine, stage.set, (struct instant){now});
	run(&stage, now);
	ck_assert_double_eq(result_of(&stage, now, "shop/good").budgets->total, 600);
	snapshot = engine_snapshot(stage.engine, (struct instant){now});
	ck_assert_uint_eq(snapshot->health.sources_len, 1);
	ck_assert_int_eq(snapshot->results.list[1].state, DATA_ERROR);
	ck_assert(str_is(snapshot->results.list[1].reason,
			 "there is no source 'eu' in the settings; none has a name there"));
	ck_assert(engine_caught_up(stage.engine, (struct instant){now}));
	snapshot_unref(snapshot);
	take_down(&stage);
}
END_TEST

UNIT_MAIN("engine/turn", a_clock_that_jumps_ahead_counts_nothing_that_has_not_happened,
	  a_source_that_is_a_little_behind_delays_nothing, an_slo_that_is_refused_holds_up_no_other,
	  answers_that_are_too_large_are_asked_for_in_smaller_pieces, a_set_that_is_taken_up_again_goes_on_where_it_was,
	  a_source_that_hangs_holds_up_its_own_slos_alone, a_source_that_fails_is_put_behind_and_named,
	  each_source_is_counted_by_its_own_clock, definitions_are_taken_up_while_a_source_hangs,
	  an_slo_of_a_source_that_nobody_knows_is_in_error_and_holds_up_no_other)
