/* Groups with a top and a rest, step by step through the engine, against what a made-up world knows: customers whose
 * traffic changes by the hours, who come and go, more of them than the limit. */
#include "engine/engine.h"

#include "base/log.h"
#include "engine/top_note.h"
#include "simulated_source.h"
#include "unit.h"

enum {
	CUSTOMERS = 13,
	TOP = 3,
	WINDOW = 24 * 60, /* steps */
	HISTORY = WINDOW + 60,
	LIVE = 30 * 60,
	STEPS = HISTORY + LIVE,
	STEP_MS = 60 * 1000,
	NAMED = CUSTOMERS - 1, /* one who is called like the rest */
};
#define BEGIN ((step_no)28333380) /* a full hour */

static const char definition[] =
	"apiVersion: wick/v1\n"
	"kind: ServiceLevels\n"
	"service: shop\n"
	"slos:\n"
	"  - name: calls\n"
	"    objective: 99%%\n"
	"    window: 1d\n"
	"    groupBy: {labels: [customer], top: 3%s}\n"
	"    groupLimit: %d\n"
	"    sli: {events: {bad: 'calls_total{job=\"a\",code=\"500\"}', total: 'calls_total{job=\"a\"}'}}\n";

struct world {
	struct source source;
	struct named_source named;
	uint64_t random;
	double total[CUSTOMERS][STEPS], bad[CUSTOMERS][STEPS];
	char name[CUSTOMERS][24];
	step_no born[CUSTOMERS], ends[CUSTOMERS]; /* places in the arrays */
	struct store *store;
	struct slo_set *set;
	struct engine *engine;
	int limit;
};

static uint64_t below(struct world *world, uint64_t limit) { return unit_random(&world->random) % limit; }

/* ---- the world ---- */

static struct sim_series *add_series(struct world *world, const char *metric, size_t customer, const char *code)
{
	struct label labels[] = {
		{STR("__name__"), str_of(metric)},
		{STR("code"), str_of(code)},
		{STR("customer"), str_of(world->name[customer])},
		{STR("instance"), STR("i")},
		{STR("job"), STR("a")},
	};

	return sim_add(&world->source, labels, COUNT_OF(labels));
}

/* The traffic of a customer is another one every few hours; now and then one has an outage. */
static void live(struct world *world, size_t customer)
{
	double rate = 1, outage = 0;

	for (step_no i = world->born[customer]; i < world->ends[customer]; i++) {
		if (i % 180 == 0 || i == world->born[customer])
			rate = (double)(10 + below(world, 100) * below(world, 100) / 10);
		outage = below(world, 900) == 0 ? 0.9 : below(world, 40) == 0 ? 0 : outage;
		world->total[customer][i] = floor(rate / 2 + (double)below(world, (uint64_t)rate));
		world->bad[customer][i] =
			floor(world->total[customer][i] * (outage > 0 ? outage : (double)below(world, 30) / 1500));
	}
}

/* Half a minute into each step; counters are there, at 0, before their first event. */
static void expose(struct world *world, size_t customer)
{
	struct sim_series *good, *bad;
	double sum = 0, sum_bad = 0;

	add_series(world, "calls_total", customer, "200");
	add_series(world, "calls_total", customer, "500");
	good = &world->source.at[world->source.len - 2];
	bad = &world->source.at[world->source.len - 1];
	for (step_no i = world->born[customer]; i < world->ends[customer]; i++) {
		int64_t ms = (BEGIN + i) * STEP_MS + STEP_MS / 2;

		if (i == world->born[customer] && i > 0) {
			sim_put(good, ms - 20000, 0);
			sim_put(bad, ms - 20000, 0);
		}
		sum += world->total[customer][i];
		sum_bad += world->bad[customer][i];
		sim_put(good, ms, sum - sum_bad);
		sim_put(bad, ms, sum_bad);
	}
}

static void add_up(struct world *world)
{
	struct label up[] = {{STR("__name__"), STR("up")}, {STR("instance"), STR("i")}, {STR("job"), STR("a")}};
	struct sim_series *series = sim_add(&world->source, up, COUNT_OF(up));

	for (step_no i = -5; i < STEPS; i++)
		sim_put(series, (BEGIN + i) * STEP_MS + STEP_MS / 2, 1);
}

static const struct engine_options options = {
	.counting = {.step = {STEP_MS}, .lookback = {5 * SPAN_MINUTE}, .horizon = {SPAN_DAY}},
	.settle = {30 * SPAN_SECOND},
	.backfill = true,
};

static struct world *world_new(uint64_t seed, const char *top, int limit)
{
	struct world *world = calloc(1, sizeof(*world));
	struct err err = {0};
	char text[1024];

	log_setup(LOG_LOGFMT, LOG_ERROR);
	world->random = seed;
	world->limit = limit;
	arena_init(&world->source.arena);
	add_up(world);
	for (size_t c = 0; c < CUSTOMERS; c++) {
		snprintf(world->name[c], sizeof(world->name[c]), c == NAMED ? "everything-else" : "customer-%02zu", c);
		world->born[c] = c < 7 ? 0 : (step_no)below(world, STEPS - 120);
		world->ends[c] = below(world, 3) ? STEPS : world->born[c] + (step_no)below(world, STEPS);
		world->ends[c] = world->ends[c] > STEPS ? STEPS : world->ends[c];
		live(world, c);
		expose(world, c);
	}
	snprintf(text, sizeof(text), definition, top, limit);
	world->set = slo_set_read("top.yaml", str_of(text));
	ck_assert_uint_eq(slo_set_errors(world->set), 0);
	world->store = store_open(NULL, options.counting.step, &err);
	ck_assert_msg(world->store != NULL, "%s", err.text);
	return world;
}

static void world_free(struct world *world)
{
	engine_free(world->engine);
	store_close(world->store);
	slo_set_unref(world->set);
	sim_release(&world->source);
	free(world);
}

/* ---- what is seen of it ---- */

/* One snapshot: who is shown, and the numbers. */
struct seen {
	bool shown[CUSTOMERS], rest_shown;
	double total[CUSTOMERS], bad[CUSTOMERS], rest_total, rest_bad, rest_ever, rest_bad_ever, coverage;
	bool told[CUSTOMERS]; /* an alert fires, or ended less than a quarter of an hour ago */
	size_t len, rest_groups;
};

static size_t customer_of(const struct world *world, const struct slo_result *result)
{
	for (size_t c = 0; c < NAMED; c++)
		if (str_is(result->group.at[0].value, world->name[c]))
			return c;
	return CUSTOMERS;
}

static bool is_told(const struct slo_result *result, struct instant now)
{
	for (size_t i = 0; i < result->slo->alerting->len; i++) {
		const struct alert_state *state = &result->alerts[i].state;

		if (state->phase == ALERT_FIRING ||
		    (state->resolved_at.ms && now.ms - state->resolved_at.ms < 15 * SPAN_MINUTE))
			return true;
	}
	return false;
}

static struct seen look(struct world *world, struct instant now)
{
	struct snapshot *snapshot = engine_snapshot(world->engine, now);
	struct seen seen = {.len = 0};

	for (size_t i = 0; i < snapshot->results.len; i++) {
		const struct slo_result *result = &snapshot->results.list[i];
		size_t c;

		ck_assert_uint_eq(result->group.len, 1);
		if (result->rest) {
			ck_assert(str_is(result->group.at[0].value, "everything-else"));
			seen.rest_shown = true;
			seen.rest_groups = result->rest_groups;
			seen.rest_total = result->budgets->total;
			seen.rest_bad = result->budgets->bad;
			seen.rest_ever = result->good_ever + result->bad_ever;
			seen.rest_bad_ever = result->bad_ever;
			seen.coverage = result->budgets->coverage;
			continue;
		}
		c = customer_of(world, result);
		ck_assert_uint_lt(c, CUSTOMERS);
		seen.shown[c] = true;
		seen.told[c] = is_told(result, now);
		seen.total[c] = result->budgets->total;
		seen.bad[c] = result->budgets->bad;
		seen.len++;
	}
	snapshot_unref(snapshot);
	return seen;
}

static struct instant moment(step_no steps) { return (struct instant){(BEGIN + steps) * STEP_MS + 30 * SPAN_SECOND}; }

static void run(struct world *world, step_no steps)
{
	int turns = 0;

	world->source.clock_ms = moment(steps).ms;
	while (engine_turn(world->engine, moment(steps)) != TURN_IDLE)
		ck_assert_int_lt(++turns, 10000);
}

static void begin_anew(struct world *world, step_no steps)
{
	engine_free(world->engine);
	world->named = (struct named_source){.source = &world->source};
	world->engine = engine_new(&options, &(struct sources){&world->named, 1}, world->store);
	engine_load(world->engine, world->set, moment(steps));
}

/* ---- the truth ---- */

static double sum(const double *steps, step_no from, step_no to)
{
	double all = 0;

	for (step_no i = from < 0 ? 0 : from; i < to; i++)
		all += steps[i];
	return all;
}

static double weight(const struct world *world, size_t customer, step_no at)
{
	return sum(world->total[customer], at - WINDOW, at);
}

/* Where every ledger has a point a day back, all numbers are the truth's; with a limit, that all of them together are.
 * What was counted of a group while it was over the limit stays with the rest. */
static void check_numbers(const struct world *world, const struct seen *seen, step_no at)
{
	double total = 0, bad = 0, all = 0, all_bad = 0;
	double rest = 0, rest_bad = 0;

	for (size_t c = 0; c < CUSTOMERS; c++) {
		double own = weight(world, c, at), own_bad = sum(world->bad[c], at - WINDOW, at);

		all += own;
		all_bad += own_bad;
		total += seen->total[c];
		bad += seen->bad[c];
		if (!seen->shown[c]) {
			rest += own;
			rest_bad += own_bad;
		} else if (at % 30 == 0 && world->limit > CUSTOMERS) {
			ck_assert_double_eq(seen->total[c], own);
			ck_assert_double_eq(seen->bad[c], own_bad);
		}
	}
	if (at % 30 != 0)
		return;
	ck_assert_double_eq(total + seen->rest_total, all);
	ck_assert_double_eq(bad + seen->rest_bad, all_bad);
	if (world->limit < CUSTOMERS)
		return;
	ck_assert_double_eq(seen->rest_total, rest);
	ck_assert_double_eq(seen->rest_bad, rest_bad);
}

static void check_sum(const struct world *world, const struct seen *seen, step_no at)
{
	struct ledger_key key = {world->set->slos[0].id, world->set->slos[0].counts_hash, {NULL, 0}};
	const struct ledger *whole = store_find(world->store, &key)->ledger;
	struct counts counts = ledger_read(whole, BEGIN + at - WINDOW, BEGIN + at);
	double total = seen->rest_total, bad = seen->rest_bad;

	for (size_t c = 0; c < CUSTOMERS; c++) {
		total += seen->total[c];
		bad += seen->bad[c];
	}
	ck_assert_double_eq_tol(total, counts.total, 1e-4);
	ck_assert_double_eq_tol(bad, counts.bad, 1e-4);
}

/* What the counters of the rest gain in a step is what happened in it to those who were in the rest before. */
static void check_counters(const struct world *world, const struct seen *before, const struct seen *seen, step_no at)
{
	double more = 0, more_bad = 0;

	for (size_t c = 0; c < CUSTOMERS; c++) {
		more += before->shown[c] ? 0 : world->total[c][at - 1];
		more_bad += before->shown[c] ? 0 : world->bad[c][at - 1];
	}
	ck_assert_double_eq(seen->rest_ever - before->rest_ever, more);
	ck_assert_double_eq(seen->rest_bad_ever - before->rest_bad_ever, more_bad);
}

static bool clearly_more(const struct world *world, size_t a, size_t b, step_no hour)
{
	return weight(world, a, hour) > 1.1 * weight(world, b, hour) &&
	       weight(world, a, hour - 60) > 1.1 * weight(world, b, hour - 60);
}

/* Over the limit, those whose data have ended make room. */
static bool is_gone(const struct world *world, size_t customer, step_no at)
{
	return world->ends[customer] <= at - (world->limit > CUSTOMERS ? WINDOW : 0);
}

/* Who comes takes the place of one who has clearly less, at a full hour; or one that is free. */
static size_t check_changes(const struct world *world, const struct seen *before, const struct seen *seen, step_no at)
{
	size_t came = 0, room = TOP, stay = 0;

	for (size_t c = 0; c < CUSTOMERS; c++) {
		stay += before->shown[c] && !is_gone(world, c, at);
		came += seen->shown[c] && !before->shown[c];
		if (!before->shown[c] || seen->shown[c] || is_gone(world, c, at))
			continue;
		ck_assert_msg(!before->told[c], "%s goes at step %lld while its alert is under way", world->name[c],
			      (long long)at);
	}
	ck_assert_uint_le(seen->len, 2 * TOP);
	if (stay >= room && at % 60 != 0)
		ck_assert_uint_eq(came, 0);
	for (size_t c = 0; c < CUSTOMERS && stay >= room && world->limit > CUSTOMERS; c++) {
		bool lighter = false;

		if (!seen->shown[c] || before->shown[c])
			continue;
		for (size_t other = 0; other < CUSTOMERS; other++)
			lighter |= before->shown[other] && clearly_more(world, c, other, at);
		ck_assert_msg(lighter, "%s comes at step %lld and has not clearly more than anyone", world->name[c],
			      (long long)at);
	}
	return came;
}

struct story {
	size_t came, over, hidden;
};

static struct story follow(struct world *world, uint64_t restart_every)
{
	struct story story = {0};
	struct seen before, seen;

	begin_anew(world, HISTORY);
	run(world, HISTORY);
	before = look(world, moment(HISTORY));
	ck_assert_uint_eq(before.len, TOP);
	for (step_no at = HISTORY + 1; at <= STEPS; at++) {
		if (restart_every && below(world, restart_every) == 0)
			begin_anew(world, at - 1);
		run(world, at);
		seen = look(world, moment(at));
		ck_assert(seen.rest_shown);
		ck_assert_double_eq(seen.coverage, 1);
		check_numbers(world, &seen, at);
		check_sum(world, &seen, at);
		check_counters(world, &before, &seen, at);
		story.came += check_changes(world, &before, &seen, at);
		story.over += seen.len > TOP;
		story.hidden = seen.rest_groups > story.hidden ? seen.rest_groups : story.hidden;
		before = seen;
	}
	return story;
}

/* The second of two worlds is restarted now and then. */
static struct story follow_worlds(uint64_t seed, int limit)
{
	struct story all = {0};

	for (uint64_t i = 0; i < 2; i++) {
		struct world *world = world_new(seed + i, "", limit);
		struct story story = follow(world, i * 50);

		all.came += story.came;
		all.over += story.over;
		all.hidden = story.hidden > all.hidden ? story.hidden : all.hidden;
		world_free(world);
	}
	return all;
}

START_TEST(shown_groups_and_the_rest_are_the_whole_whoever_comes_and_goes)
{
	struct story story = follow_worlds(1, 100);

	/* the worlds have what is meant to be looked at */
	ck_assert_uint_gt(story.came, 5);
	ck_assert_uint_gt(story.over, 0);
	ck_assert_uint_gt(story.hidden, 5);
}
END_TEST

START_TEST(of_more_groups_than_the_limit_none_is_lost)
{
	struct story story = follow_worlds(3, 8);

	ck_assert_uint_gt(story.came, 3);
	ck_assert_uint_gt(story.hidden, 5);
}
END_TEST

/* The same snapshots, whether the engine lives on or is begun anew before every single one. */
START_TEST(a_restart_changes_nothing)
{
	struct world *a = world_new(7, ", by: bad", 8), *b = world_new(7, ", by: bad", 8);

	begin_anew(a, HISTORY);
	begin_anew(b, HISTORY);
	for (step_no at = HISTORY; at <= HISTORY + 300; at++) {
		struct seen one, other;

		if (at > HISTORY)
			begin_anew(b, at - 1);
		run(a, at);
		run(b, at);
		one = look(a, moment(at));
		other = look(b, moment(at));
		ck_assert_mem_eq(one.shown, other.shown, sizeof(one.shown));
		ck_assert_double_eq(one.rest_total, other.rest_total);
		ck_assert_double_eq(one.rest_ever, other.rest_ever);
		ck_assert_double_eq(one.rest_bad_ever, other.rest_bad_ever);
	}
	world_free(a);
	world_free(b);
}
END_TEST

/* Those with the most bad events; without a rest they are all that is shown. */
START_TEST(the_first_choice_is_by_the_window)
{
	struct world *world = world_new(11, ", by: bad, rest: none", 100);
	struct seen seen;

	begin_anew(world, HISTORY);
	run(world, HISTORY);
	seen = look(world, moment(HISTORY));
	ck_assert(!seen.rest_shown);
	ck_assert_uint_eq(seen.len, TOP);
	for (size_t c = 0; c < NAMED; c++)
		for (size_t other = 0; other < NAMED && seen.shown[c]; other++)
			if (!seen.shown[other])
				ck_assert_double_ge(seen.bad[c], sum(world->bad[other], HISTORY - WINDOW, HISTORY));
	world_free(world);
}
END_TEST

/* ---- what is kept ---- */

struct kept {
	int64_t row[3];
	struct top_memory memory[3];
	struct top_place places[3][4];
	size_t len;
};

static void keep(void *context, int64_t row, const struct top_memory *memory)
{
	struct kept *kept = context;

	ck_assert_uint_lt(kept->len, 3);
	kept->row[kept->len] = row;
	kept->memory[kept->len] = *memory;
	memcpy(kept->places[kept->len++], memory->at, memory->len * sizeof(*memory->at));
}

START_TEST(places_are_read_back_as_they_were_written)
{
	struct top_place places[] = {{7, false}, {9, true}};
	struct top_memory memory = {places, 2, 2, true, TOP_BAD, 123, {.bad = -0.1, .total = 9007199254740991}};
	struct top_memory empty = {.formed = true, .decided = 5};
	struct kept kept = {.len = 0};
	struct err err = {0};
	struct buf note;

	buf_init(&note, 4096);
	top_note_begin(&note);
	top_note_put(&note, 4, &memory);
	top_note_put(&note, 6, &empty);
	ck_assert_msg(top_note_read(buf_view(&note), 9, keep, &kept, &err), "%s", err.text);
	ck_assert_uint_eq(kept.len, 2);
	ck_assert_int_eq(kept.row[0], 4);
	ck_assert_int_eq(kept.memory[0].by, TOP_BAD);
	ck_assert_int_eq(kept.memory[0].decided, 123);
	ck_assert_double_eq(kept.memory[0].carried.bad, -0.1);
	ck_assert_double_eq(kept.memory[0].carried.total, 9007199254740991);
	ck_assert_uint_eq(kept.memory[0].len, 2);
	ck_assert_int_eq(kept.places[0][1].row, 9);
	ck_assert(!kept.places[0][0].leaving && kept.places[0][1].leaving);
	ck_assert_int_eq(kept.row[1], 6);
	ck_assert_uint_eq(kept.memory[1].len, 0);
	buf_release(&note);
}
END_TEST

START_TEST(a_damaged_line_ends_what_is_read_back)
{
	static const char *const damaged[] = {
		"wick groups 2\n",
		"wick groups 1\n1 0 5 0 0 2",
		"wick groups 1\n0 0 5 0 0\n",
		"wick groups 1\n10 0 5 0 0\n",
		"wick groups 1\n1 2 5 0 0\n",
		"wick groups 1\n1 0 -5 0 0\n",
		"wick groups 1\n1 0 5 0\n",
		"wick groups 1\n1 0 5 inf 0\n",
		"wick groups 1\n1 0 5 0 0 10\n",
		"wick groups 1\n1 0 5 0 0 x\n",
	};

	for (size_t i = 0; i < COUNT_OF(damaged); i++) {
		struct kept kept = {.len = 0};
		struct err err = {0};

		ck_assert_msg(!top_note_read(str_of(damaged[i]), 9, keep, &kept, &err), "%s", damaged[i]);
		ck_assert_uint_eq(kept.len, 0);
		ck_assert(err.text[0]);
	}
}
END_TEST

UNIT_MAIN("engine/top", shown_groups_and_the_rest_are_the_whole_whoever_comes_and_goes,
	  of_more_groups_than_the_limit_none_is_lost, a_restart_changes_nothing, the_first_choice_is_by_the_window,
	  places_are_read_back_as_they_were_written, a_damaged_line_ends_what_is_read_back)
