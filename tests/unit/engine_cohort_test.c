/* Counting against a simulated source: however the steps are cut into pieces, and however often the state is thrown
 * away in between, the ledgers are the same bit for bit; and they hold what the generator of the series knows. */
#include "engine/cohort.h"
#include "tests/unit/alerting_fixture.h"

#include "base/mem.h"
#include "base/num.h"
#include "simulated_source.h"
#include "unit.h"

enum {
	BEGIN = 1000,
	STEPS = 600,
	TARGETS = 4,
	CODES = 3,
	STEP_MS = 60 * 1000,
};

/* ---- a world of targets that count requests ---- */

struct world {
	struct source source;
	uint64_t random;
	double total, bad, slow;          /* events that the samples of (BEGIN, BEGIN + STEPS] show */
	int64_t dark_from[3], dark_to[3]; /* the source itself was down */
};

static uint64_t below(struct world *world, uint64_t limit) { return unit_random(&world->random) % limit; }

static bool dark(const struct world *world, int64_t ms)
{
	for (size_t i = 0; i < 3; i++)
		if (ms >= world->dark_from[i] && ms < world->dark_to[i])
			return true;
	return false;
}

static const char *const codes[CODES] = {"200", "404", "500"};

/* One process of a target counts from 0; a series is exposed from its first event on, "200" from the start. */
struct process {
	double value[CODES], shown[CODES]; /* shown: at the newest sample */
	double fast, fast_shown;           /* of the first code */
	bool exposed[CODES];
};

struct target {
	char instance[8];
	size_t series[CODES], up, start, probe, fast, count;
	int64_t interval, phase;
	struct process process;
	int64_t started, ends; /* ms; the process's */
	bool gone;
};

static size_t add_series(struct world *world, const char *name, const struct target *target, const char *label,
			 const char *value)
{
	struct label labels[4] = {
		{STR("__name__"), str_of(name)},
		{STR("instance"), str_of(target->instance)},
		{STR("job"), STR("api")},
		{str_of(label), str_of(value)},
	};

	sim_add(&world->source, labels, label ? 4 : 3);
	return world->source.len - 1;
}

static void target_init(struct world *world, struct target *target, size_t number, int64_t begin)
{
	static const int64_t intervals[] = {15000, 30000, 60000, 90000};

	*target = (struct target){.interval = intervals[below(world, 4)], .started = begin};
	target->phase = (int64_t)below(world, (uint64_t)target->interval / 1000) * 1000;
	target->ends = begin + (int64_t)(120 + below(world, 400)) * STEP_MS;
	snprintf(target->instance, sizeof(target->instance), "i%zu", number);
	for (size_t c = 0; c < CODES; c++)
		target->series[c] = add_series(world, "requests_total", target, "code", codes[c]);
	target->up = add_series(world, "up", target, NULL, NULL);
	target->start = add_series(world, "process_start_time_seconds", target, NULL, NULL);
	target->probe = add_series(world, "healthy", target, NULL, NULL);
	target->fast = add_series(world, "latency_seconds_bucket", target, "le", "0.5");
	target->count = add_series(world, "latency_seconds_count", target, NULL, NULL);
	target->process.exposed[0] = true;
}

static void restart(struct world *world, struct target *target, int64_t ms)
{
	target->process = (struct process){.exposed = {true}};
	target->started = ms;
	target->ends = ms + (int64_t)(5 + below(world, 400)) * STEP_MS;
}

static void serve(struct world *world, struct target *target)
{
	static const uint64_t odds[CODES] = {3, 40, 60};

	for (size_t c = 0; c < CODES; c++)
		if (below(world, odds[c]) == 0) {
			target->process.value[c] += c == 0 ? 1 : 1 + (double)below(world, 4);
			target->process.exposed[c] = true;
			target->process.fast += c == 0 && below(world, 200) ? 1 : 0;
		}
}

static void scrape(struct world *world, struct target *target, int64_t ms)
{
	bool counted = ms > BEGIN * (int64_t)STEP_MS && ms <= (BEGIN + STEPS) * (int64_t)STEP_MS;
	struct sim_series *at = world->source.at;

	sim_put(&at[target->up], ms, 1);
	sim_put(&at[target->start], ms, (double)target->started / 1000);
	sim_put(&at[target->probe], ms, below(world, 50) ? 1 : 0);
	world->slow += counted ? target->process.value[0] - target->process.shown[0] -
					 (target->process.fast - target->process.fast_shown)
			       : 0;
	sim_put(&at[target->count], ms, target->process.value[0]);
	sim_put(&at[target->fast], ms, target->process.fast);
	target->process.fast_shown = target->process.fast;
	for (size_t c = 0; c < CODES; c++) {
		double seen = target->process.value[c] - target->process.shown[c];

		if (!target->process.exposed[c])
			continue;
		sim_put(&at[target->series[c]], ms, target->process.value[c]);
		target->process.shown[c] = target->process.value[c];
		world->total += counted ? seen : 0;
		world->bad += counted && c == 2 ? seen : 0;
	}
}

/* Second by second. A target misses scrapes by chance, for longer at times, and so does the source as a whole. */
static void world_run(struct world *world)
{
	int64_t begin = (BEGIN - 30) * (int64_t)STEP_MS, end = (BEGIN + STEPS + 5) * (int64_t)STEP_MS;
	struct target targets[TARGETS];
	int64_t away_until[TARGETS] = {0};

	for (size_t i = 0; i < 3; i++) {
		world->dark_from[i] = (BEGIN + 20 + (int64_t)below(world, STEPS - 80)) * STEP_MS + 7000;
		world->dark_to[i] = world->dark_from[i] + (int64_t)(1 + below(world, 40)) * STEP_MS;
	}
	for (size_t i = 0; i < TARGETS; i++)
		target_init(world, &targets[i], i, begin);
	for (int64_t ms = begin; ms < end; ms += 1000)
		for (size_t i = 0; i < TARGETS; i++) {
			struct target *target = &targets[i];

			if (ms >= target->ends)
				restart(world, target, ms + (int64_t)below(world, 30) * 1000);
			if (ms < target->started)
				continue;
			serve(world, target);
			if ((ms - target->phase) % target->interval != 0)
				continue;
			if (below(world, 400) == 0)
				away_until[i] = ms + (int64_t)below(world, 30) * STEP_MS;
			if (ms >= away_until[i] && below(world, 50) && !dark(world, ms))
				scrape(world, target, ms);
		}
}

static void world_init(struct world *world, uint64_t seed)
{
	*world = (struct world){.random = seed};
	arena_init(&world->source.arena);
	world_run(world);
}

/* ---- what is counted in it ---- */

enum { SLOS = 5, BY_BAD = 0, BY_GOOD, BY_INSTANCE, PROBE, LATENCY };

static struct str instance_label = STR_INIT("instance");

static void slos_init(struct slo slos[SLOS])
{
	static const char *const ids[SLOS] = {"s/by-bad", "s/by-good", "s/by-instance", "s/probe", "s/latency"};
	struct query all = {.text = STR("requests_total{job=\"api\"}")};

	for (size_t i = 0; i < SLOS; i++)
		slos[i] = (struct slo){
			.service = STR("s"),
			.id = str_of(ids[i]),
			.counts_hash = 7,
			.objective = 0.99,
			.window = {STEPS * (int64_t)STEP_MS},
			.windows = fixture_windows((struct span){STEPS * (int64_t)STEP_MS}),
			.windows_len = 1,
			.group_limit = 20,
			.sli = {.kind = SLI_EVENTS, .total = all},
		};
	slos[BY_BAD].sli.bad.text = STR("requests_total{job=\"api\",code=~\"5..\"}");
	slos[BY_GOOD].sli.good.text = STR("requests_total{job=\"api\",code!~\"5..\"}");
	slos[BY_INSTANCE].sli.bad.text = STR("requests_total{job=\"api\",code=\"500\"}");
	slos[BY_INSTANCE].group_by = &instance_label;
	slos[BY_INSTANCE].group_by_len = 1;
	slos[LATENCY].sli =
		(struct sli){.kind = SLI_LATENCY, .metric.text = STR("latency_seconds{job=\"api\"}"), .latency = {500}};
	slos[PROBE].sli = (struct sli){.kind = SLI_PROBE, .metric.text = STR("healthy{job=\"api\"}")};
}

static const struct counting_options counting = {
	.step = {STEP_MS}, .lookback = {5 * SPAN_MINUTE}, .horizon = {4 * SPAN_HOUR}, .exact_ledgers = true};

/* How a run cuts the steps into pieces. */
struct cutting {
	const char *what;
	uint64_t piece_most;    /* steps of a piece: 1 to this, by chance */
	uint64_t restart_every; /* the state is thrown away before one of so many pieces; 0: never */
	bool left_end;
	unsigned fail_every;
};

static void advance_all(struct cohort **cohort, struct world *world, struct store *store, const struct slo *const *slos,
			const struct cutting *cutting)
{
	step_no end = BEGIN + STEPS;

	for (step_no at = BEGIN; at < end;) {
		step_no to = at + 1 + (step_no)below(world, cutting->piece_most);
		struct advance_cost cost;
		struct err err = {0};
		enum advance verdict;

		if (cutting->restart_every && below(world, cutting->restart_every) == 0) {
			cohort_free(*cohort);
			*cohort = cohort_new(&counting, &world->source, store, slos, SLOS, at);
		}
		verdict = cohort_advance(*cohort, to < end ? to : end, &cost, &err);
		if (verdict == ADVANCE_DONE)
			at = to < end ? to : end;
		else
			ck_assert_int_eq(verdict, ADVANCE_UNAVAILABLE);
		ck_assert_int_eq(cohort_position(*cohort), at);
	}
}

static struct store *run(struct world *world, const struct slo *slos, const struct cutting *cutting)
{
	const struct slo *list[SLOS];
	struct err err = {0};
	struct store *store = store_open(NULL, counting.step, &err);
	struct cohort *cohort;

	ck_assert_msg(store != NULL, "%s", err.text);
	for (size_t i = 0; i < SLOS; i++)
		list[i] = &slos[i];
	world->source.left_end = cutting->left_end;
	world->source.fail_every = cutting->fail_every;
	cohort = cohort_new(&counting, &world->source, store, list, SLOS, BEGIN);
	advance_all(&cohort, world, store, list, cutting);
	cohort_free(cohort);
	world->source.fail_every = 0;
	return store;
}

/* ---- comparing ---- */

static void check_steps(const char *what, uint64_t seed, const struct account *want, const struct account *got)
{
	const struct ledger *a = want->ledger, *b = got->ledger;
	struct buf name;

	buf_init(&name, 4096);
	buf_str(&name, want->key.slo_id);
	labels_write(&name, want->key.group);
	for (step_no step = BEGIN + 1; step <= BEGIN + STEPS; step++) {
		struct counts x = ledger_read(a, step - 1, step), y = ledger_read(b, step - 1, step);

		ck_assert_msg(num_same(x.bad, y.bad) && num_same(x.total, y.total) && num_same(x.covered, y.covered) &&
				      num_same(x.bridged, y.bridged),
			      "%s, world %llu, %s, step %lld:\n  at once %.12g/%.12g covered %g bridged %g\n  "
			      "else    %.12g/%.12g covered %g bridged %g",
			      what, (unsigned long long)seed, name.at, (long long)step, x.bad, x.total, x.covered,
			      x.bridged, y.bad, y.total, y.covered, y.bridged);
	}
	ck_assert_msg(ledger_begin(a) == ledger_begin(b), "%s, world %llu, %s: begins at %lld and %lld", what,
		      (unsigned long long)seed, name.at, (long long)ledger_begin(a), (long long)ledger_begin(b));
	buf_release(&name);
}

static void check_bytes(const char *what, const struct account *want, const struct account *got)
{
	struct buf a, b;

	buf_init(&a, 1 << 24);
	buf_init(&b, 1 << 24);
	ck_assert(ledger_save(want->ledger, &a) && ledger_save(got->ledger, &b));
	ck_assert_msg(str_eq(buf_view(&a), buf_view(&b)), "%s: %.*s has other bytes", what, STR_ARG(want->key.slo_id));
	buf_release(&a);
	buf_release(&b);
}

static void check_same(const char *what, uint64_t seed, const struct slo *slos, struct store *want, struct store *got)
{
	for (size_t i = 0; i < SLOS; i++) {
		struct account **a, **b;
		size_t a_len = store_accounts(want, slos[i].id, 7, &a), b_len = store_accounts(got, slos[i].id, 7, &b);

		ck_assert_msg(a_len == b_len, "%s, world %llu, %.*s: %zu accounts and %zu", what,
			      (unsigned long long)seed, STR_ARG(slos[i].id), a_len, b_len);
		for (size_t j = 0; j < a_len; j++) {
			ck_assert(labels_eq(a[j]->key.group, b[j]->key.group));
			check_steps(what, seed, a[j], b[j]);
			check_bytes(what, a[j], b[j]);
		}
		free(a);
		free(b);
	}
}

static struct counts whole(struct store *store, const struct slo *slo)
{
	struct ledger_key key = {slo->id, slo->counts_hash, {NULL, 0}};

	return ledger_read(store_find(store, &key)->ledger, BEGIN, BEGIN + STEPS);
}

enum { WORLDS = 12 };

static const struct cutting at_once = {.what = "at once", .piece_most = 1 << 20};
static const struct cutting cuttings[] = {
	{"step by step", 1, 0, false, 0},
	{"step by step, begun anew before each step", 1, 1, false, 0},
	{"step by step, begun anew now and then", 1, 40, false, 0},
	{"in pieces of up to 9 steps", 9, 0, false, 0},
	{"in pieces of up to 200 steps, begun anew now and then", 200, 2, false, 0},
	{"in pieces of up to 30 steps while the source fails at times", 30, 5, false, 23},
	{"step by step, ranges with their left end", 1, 30, true, 0},
};

START_TEST(ledgers_are_equal_however_the_steps_are_cut)
{
	uint64_t seed = (uint64_t)_i + 1;
	struct slo slos[SLOS];
	struct world world;
	struct store *want;

	world_init(&world, seed * UINT64_C(0x9E3779B97F4A7C15));
	slos_init(slos);
	want = run(&world, slos, &at_once);
	for (size_t i = 0; i < COUNT_OF(cuttings); i++) {
		struct store *got = run(&world, slos, &cuttings[i]);

		check_same(cuttings[i].what, seed, slos, want, got);
		store_close(got);
	}
	store_close(want);
	sim_release(&world.source);
}
END_TEST

START_TEST(every_event_that_samples_show_is_counted_once)
{
	static const size_t events[] = {BY_BAD, BY_GOOD, BY_INSTANCE};
	struct slo slos[SLOS];
	struct world world;
	struct store *store;

	world_init(&world, ((uint64_t)_i + 1) * UINT64_C(0x9E3779B97F4A7C15));
	slos_init(slos);
	store = run(&world, slos, &cuttings[2]);
	for (size_t i = 0; i < COUNT_OF(events); i++) {
		const struct slo *slo = &slos[events[i]];
		struct counts counts = whole(store, slo);

		ck_assert_msg(num_same(counts.total, world.total) && num_same(counts.bad, world.bad),
			      "world %d, %.*s: %g of %g bad, counted %g of %g", _i + 1, STR_ARG(slo->id), world.bad,
			      world.total, counts.bad, counts.total);
	}
	ck_assert_msg(num_same(whole(store, &slos[LATENCY]).bad, world.slow), "world %d: %g slow, counted %g", _i + 1,
		      world.slow, whole(store, &slos[LATENCY]).bad);
	store_close(store);
	sim_release(&world.source);
}
END_TEST

/* What the source refuses to tell of births is unknown; it must not stop the counting. */
START_TEST(questions_about_births_that_are_refused_hold_nobody_up)
{
	struct slo slos[SLOS];
	struct world world;
	struct store *store;
	struct counts counts;

	world_init(&world, 77);
	slos_init(slos);
	world.source.refuses = "last_over_time";
	store = run(&world, slos, &at_once);
	counts = whole(store, &slos[BY_BAD]);
	ck_assert_msg(counts.total > 0 && counts.total <= world.total && counts.bad <= world.bad,
		      "%g of %g, counted %g of %g", world.bad, world.total, counts.bad, counts.total);
	store_close(store);
	sim_release(&world.source);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("engine/cohort");

	tcase_add_loop_test(tcase, ledgers_are_equal_however_the_steps_are_cut, 0, WORLDS);
	tcase_add_loop_test(tcase, every_event_that_samples_show_is_counted_once, 0, WORLDS);
	tcase_add_test(tcase, questions_about_births_that_are_refused_hold_nobody_up);
	return unit_run("engine/cohort", tcase);
}
