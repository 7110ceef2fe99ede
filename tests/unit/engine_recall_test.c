/* A bound of an exclusion that is written down when all is over: the slot around it is counted once more at a simulated
 * source. Where time without data counts, what it counts as is known by the hour before. */
#include "engine/recall.h"

#include "base/mem.h"
#include "base/num.h"
#include "simulated_source.h"
#include "unit.h"

enum {
	BEGIN = 29874240, /* 2026-10-20T00:00:00Z */
	GAP = BEGIN + 600,
	GAP_END = GAP + 120,
	POINT = GAP + 33, /* in a slot of half an hour that lies within the gap */
	END = BEGIN + 2 * 1440,
	STEP_MS = 60 * 1000,
};

static const struct counting_options counting = {
	.step = {STEP_MS}, .lookback = {5 * SPAN_MINUTE}, .horizon = {4 * SPAN_HOUR}};

/* A process that answers ten requests a minute, one of them badly; nobody looks at it in the gap. */
static void run_world(struct source *source)
{
	static const struct label all[] = {{STR_INIT("__name__"), STR_INIT("x_total")},
					   {STR_INIT("code"), STR_INIT("200")}},
				  bad[] = {{STR_INIT("__name__"), STR_INIT("x_total")},
					   {STR_INIT("code"), STR_INIT("500")}};

	*source = (struct source){.asked = 0};
	arena_init(&source->arena);
	sim_add(source, all, 2);
	sim_add(source, bad, 2);
	for (int64_t step = BEGIN - 120; step <= END + 10; step++) {
		if (step > GAP && step <= GAP_END)
			continue;
		sim_put(&source->at[0], step * STEP_MS - 20000, 9.0 * (double)(step - BEGIN + 200));
		sim_put(&source->at[1], step * STEP_MS - 20000, 1.0 * (double)(step - BEGIN + 200));
	}
}

static struct slo_set *set_of(const char *missing, const char *more)
{
	char yaml[2000];
	struct slo_set *set;

	snprintf(
		yaml, sizeof(yaml),
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n- {name: api, objective: 0.99, window: 7d, "
		"%ssli: {events: {bad: 'x_total{code=\"500\"}', total: x_total}}}\n%s",
		missing, more);
	set = slo_set_read("a.yaml", str_of(yaml));
	ck_assert_msg(set->len == 1 && slo_set_errors(set) == 0, "%s", yaml);
	return set;
}

static void count(struct source *source, struct store *store, const struct slo_set *set)
{
	const struct slo *list[] = {&set->slos[0]};
	struct cohort *cohort = cohort_new(&counting, source, store, list, 1, BEGIN);

	for (step_no to = BEGIN + 240; to <= END; to += 240) {
		struct advance_cost cost;
		struct err err = {0};

		ck_assert_int_eq(cohort_advance(cohort, to, &cost, &err), ADVANCE_DONE);
	}
	cohort_free(cohort);
}

static const char *const missing[] = {"", "budgeting: {noData: bad}, ", "budgeting: {noData: good}, ",
				      "budgeting: {noData: hold}, "};

START_TEST(a_bound_within_a_gap_is_placed_by_the_hour_before_it)
{
	struct err err = {0};
	struct source source;
	struct store *store = store_open(NULL, counting.step, &err);
	struct slo_set *set = set_of(missing[_i], ""), *corrected;
	const struct slo *slo = &set->slos[0];
	struct ledger_key key = {slo->id, slo->counts_hash, {NULL, 0}};
	struct recall *recall;
	struct ledger *before;
	struct counts gap, part;
	step_no begin, end;
	size_t at = 0;

	run_world(&source);
	count(&source, store, set);
	before = store_find(store, &key)->ledger;
	ledger_slot(before, POINT, &begin, &end);
	ck_assert(begin > GAP && begin < POINT && POINT < end && end < GAP_END && !ledger_exact(before, POINT));
	gap = ledger_read(before, begin, end);

	corrected = set_of(missing[_i],
			   "---\napiVersion: wick/v1\nkind: Corrections\nauthor: a\nexclusions:\n"
			   "- {for: {slo: shop/api}, from: 2026-10-20T10:33Z, to: 2026-10-20T12:00Z, reason: drill}\n");
	recall = recall_new(&counting, corrected, (struct slo_places){&at, 1}, &source, store);
	for (int turns = 0; turns < 20; turns++)
		if (recall_turn(recall, END, &err) == RECALL_NOTHING)
			break;
	ck_assert_msg(err.text[0] == '\0', "%s", err.text);
	if (_i > 0) { /* what counts as something is there: as much of it as steps */
		const struct ledger *ledger = store_find(store, &key)->ledger;

		ck_assert(gap.total > 0);
		ck_assert_msg(ledger_exact(ledger, POINT), "the bound is not remembered");
		part = ledger_read(ledger, begin, POINT);
		ck_assert_double_eq_tol(part.total, gap.total * (double)(POINT - begin) / (double)(end - begin), 1e-6);
		ck_assert_double_eq_tol(part.bad, gap.bad * (double)(POINT - begin) / (double)(end - begin), 1e-6);
		part = ledger_read(ledger, begin, end);
		ck_assert(num_same(part.total, gap.total) && num_same(part.bad, gap.bad));
	}
	recall_free(recall);
	slo_set_unref(corrected);
	slo_set_unref(set);
	store_close(store);
	sim_release(&source);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("engine/recall");

	tcase_add_loop_test(tcase, a_bound_within_a_gap_is_placed_by_the_hour_before_it, 0, COUNT_OF(missing));
	return unit_run("engine/recall", tcase);
}
