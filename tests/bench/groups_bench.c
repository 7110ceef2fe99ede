/* What many groups of one SLO cost, all of them shown or a top of 20, with a month of history each: memory of the
 * ledgers, and the time of a step without that of the source. groups_bench [GROUPS...] */
#include "base/limits.h"
#include "base/log.h"
#include "base/num.h"
#include "engine/engine.h"
#include "tests/unit/simulated_source.h"

#include <time.h>

#define STEP ((struct span){SPAN_MINUTE})
#define END  ((step_no)28333380)
enum { HISTORY = 31 * 24 * 60, CYCLES = 5 };

static const char definition[] =
	"apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n"
	"  - {name: calls, objective: 99.9%%, groupBy: {labels: [customer]%s}, groupLimit: 10000,\n"
	"     sli: {events: {bad: 'calls_total{job=\"a\",code=\"500\"}', total: 'calls_total{job=\"a\"}'}}}\n";

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct slo_set *read_set(const char *top)
{
	char text[1024];

	snprintf(text, sizeof(text), definition, top);
	return slo_set_read("bench.yaml", str_of(text));
}

static struct labels customer(struct arena *arena, size_t i)
{
	struct label *label = arena_alloc(arena, sizeof(*label));

	*label = (struct label){STR("customer"), arena_fmt(arena, "customer-%05zu", i)};
	return (struct labels){label, 1};
}

/* The larger the number, the less traffic. */
static double events_of(size_t i, step_no step)
{
	return (double)(1 + (step * 7919 + (step_no)i) % 100) / (double)(i + 1);
}

static void fill(struct store *store, const struct slo *slo, struct labels group, struct counts *at, size_t i)
{
	struct ledger_key key = {slo->id, slo->counts_hash, group};
	struct ledger_shape shape = ledger_shape_default(STEP, (struct span){31 * SPAN_DAY});
	struct account *account = store_create(store, &key, &shape, END - HISTORY);
	struct posting posting = {.first = END - HISTORY + 1, .at = at, .len = HISTORY};

	for (size_t s = 0; s < HISTORY && group.len; s++) {
		double total = nearbyint(1000 * events_of(i, (step_no)s));

		at[s] = (struct counts){.total = total, .bad = (s + i) % 50 == 0, .covered = 1};
	}
	ledger_post(account->ledger, &posting);
}

static void expose(struct source *source, struct arena *arena, size_t i)
{
	struct label labels[] = {
		{STR("__name__"), STR("calls_total")},
		{STR("code"), i % 2 ? STR("200") : STR("500")},
		{STR("customer"), customer(arena, i).at->value},
		{STR("instance"), STR("i")},
		{STR("job"), STR("a")},
	};
	struct sim_series *series = sim_add(source, labels, 5);

	for (int s = -5; s < CYCLES + 1; s++)
		sim_put(series, (END + s) * STEP.ms + STEP.ms / 2, 1000 + s);
}

static void measure(struct source *source, struct store *store, struct slo_set *set, size_t groups, const char *what)
{
	struct engine_options options = {
		.counting = {.step = STEP, .lookback = {5 * SPAN_MINUTE}, .horizon = {SPAN_DAY}},
		.settle = {30 * SPAN_SECOND},
		.backfill = true,
	};
	struct named_source named = {.source = source};
	struct engine *engine = engine_new(&options, &(struct sources){&named, 1}, store);
	step_no from, cycles = 0;
	double count = 0, show = 0;
	size_t shown = 0;

	from = slo_position(store, &set->slos[0], END);
	engine_load(engine, set, (struct instant){from * STEP.ms + 30 * SPAN_SECOND});
	for (step_no at = from; at < from + 3; at++, cycles++) {
		struct instant now = {at * STEP.ms + 30 * SPAN_SECOND};
		struct snapshot *snapshot;
		double begin = seconds(), counted;

		while (engine_turn(engine, now) != TURN_IDLE)
			;
		counted = seconds();
		snapshot = engine_snapshot(engine, now);
		shown = snapshot->results.len;
		snapshot_unref(snapshot);
		if (at == from)
			continue; /* what is decided or looked up for the first time */
		count += counted - begin;
		show += seconds() - counted;
	}
	printf("| %zu, %s | %zu | %.1f MiB | %.1f ms | %.1f ms |\n", groups, what, shown,
	       (double)store_stats(store).memory_bytes / 1048576, count / (double)(cycles - 1) * 1e3,
	       show / (double)(cycles - 1) * 1e3);
	engine_free(engine);
}

static void bench(size_t groups)
{
	struct slo_set *all = read_set(""), *top = read_set(", top: 20");
	struct counts *at = xcalloc(HISTORY, sizeof(*at)), *sum = xcalloc(HISTORY, sizeof(*sum));
	struct source source = {.len = 0};
	struct err err;
	struct store *store = store_open(NULL, STEP, &err);

	arena_init(&source.arena);
	for (size_t i = 0; i < groups; i++) {
		fill(store, &all->slos[0], customer(&source.arena, i), at, i);
		for (size_t s = 0; s < HISTORY; s++) {
			sum[s].total += at[s].total;
			sum[s].bad += at[s].bad;
			sum[s].covered = 1;
		}
		expose(&source, &source.arena, i);
	}
	fill(store, &all->slos[0], (struct labels){0}, sum, 0);
	measure(&source, store, all, groups, "all shown");
	measure(&source, store, top, groups, "top 20 and the rest");
	store_close(store);
	sim_release(&source);
	slo_set_unref(all);
	slo_set_unref(top);
	free(at);
	free(sum);
}

int main(int argc, char **argv)
{
	log_setup(LOG_LOGFMT, LOG_ERROR);
	printf("| groups | shown | ledgers | counting a step | results of a step |\n|---|---|---|---|---|\n");
	for (int i = 1; i < argc; i++) {
		uint64_t groups;

		if (num_read_u64(str_of(argv[i]), &groups) && groups <= LIMIT_GROUPS_MAX)
			bench((size_t)groups);
	}
	if (argc == 1)
		bench(100);
	return 0;
}
