/* Points that a ledger is asked to remember after their time, against sums of the made-up world they come from. */
#include "base/num.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/world_fixture.h"

#include <stdio.h>
#include <stdlib.h>

enum { BEGIN = 29000000, DAYS = 10, END = BEGIN + DAYS * 1440 + 17 };

/* Nine tenths of what happened in a slot, as of a source that has forgotten a series, and none of it bad. */
static struct counts poorer(step_no step)
{
	struct counts counts = world(step);

	counts.total *= 0.9;
	counts.bad = 0;
	return counts;
}

static struct ledger *ledger_of(const struct ledger_shape *shape, step_no begin, step_no end,
				struct counts (*at)(step_no step))
{
	struct ledger *ledger = ledger_new(shape, begin);

	for (step_no step = begin + 1; step <= end; step++) {
		struct counts counts = at(step);

		ledger_post(ledger, &(struct posting){.first = step, .at = &counts, .len = 1});
	}
	return ledger;
}

static struct ledger *thin_ledger(void)
{
	struct ledger_shape shape = ledger_shape_default(STEP, KEEP);

	return ledger_of(&shape, BEGIN, END, world);
}

static struct ledger *fine_ledger(step_no begin, step_no end, struct counts (*at)(step_no step))
{
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){SPAN_DAY});

	return ledger_of(&shape, begin, end, at);
}

static void is_world(const struct ledger *ledger, step_no from, step_no to)
{
	struct counts is = ledger_read(ledger, from, to), truth = world_sum(from, to);

	ck_assert_msg(num_same(is.bad, truth.bad) && num_same(is.total, truth.total) &&
			      num_same(is.covered, truth.covered),
		      "(%lld, %lld]: %g of %g, in truth %g of %g", (long long)(from - BEGIN), (long long)(to - BEGIN),
		      is.bad, is.total, truth.bad, truth.total);
}

START_TEST(a_point_that_is_exact_stays_so_when_it_gets_old)
{
	struct ledger *ledger = thin_ledger();
	step_no point = END - 61;

	ck_assert(ledger_exact(ledger, point) && ledger_remember(ledger, point, NULL));
	for (step_no step = END + 1; step <= END + 3 * 1440; step++) {
		struct counts counts = world(step);

		ledger_post(ledger, &(struct posting){.first = step, .at = &counts, .len = 1});
	}
	ck_assert(ledger_exact(ledger, point) && !ledger_exact(ledger, point + 1));
	is_world(ledger, point, END + 3 * 1440);
	ledger_free(ledger);
}
END_TEST

/* Days back: in slots of half an hour; hours: in slots of five minutes. */
static const step_no olds[] = {END - 5 * 1440 - 11, END - 1440 - 123, END - 12 * 60 - 4};

START_TEST(a_second_look_makes_a_thinned_point_exact)
{
	struct ledger *ledger = thin_ledger(), *before = ledger_copy(ledger), *finer, *again;
	step_no point = olds[_i], begin, end;
	struct err err = {0};
	struct buf bytes;

	ledger_slot(ledger, point, &begin, &end);
	ck_assert(begin < point && point < end && !ledger_exact(ledger, point));
	ck_assert(ledger_exact(ledger, begin) && ledger_exact(ledger, end));
	finer = fine_ledger(begin, end, world);
	ck_assert(!ledger_remember(ledger, point, NULL));
	ck_assert(ledger_remember(ledger, point, finer));
	is_world(ledger, point, END);
	is_world(ledger, begin, point);
	is_world(ledger, begin, end);
	ck_assert_uint_eq(ledger_pins(ledger), ledger_pins(before) + 1);
	/* on disk, too */
	buf_init(&bytes, 1 << 20);
	ck_assert(ledger_save(ledger, &bytes));
	again = ledger_load(buf_view(&bytes), &err);
	ck_assert_msg(again != NULL, "%s", err.text);
	is_world(again, point, END);
	buf_release(&bytes);
	ledger_free(again);
	ledger_free(finer);
	ledger_free(before);
	ledger_free(ledger);
}
END_TEST

START_TEST(what_was_counted_stays_where_the_second_look_sees_less)
{
	struct ledger *ledger = thin_ledger(), *finer;
	step_no point = olds[_i], begin, end;
	struct counts all, part, truth, whole;

	ledger_slot(ledger, point, &begin, &end);
	finer = fine_ledger(begin, end, poorer);
	ck_assert(ledger_remember(ledger, point, finer));
	is_world(ledger, begin, end);
	part = ledger_read(ledger, begin, point);
	truth = world_sum(begin, point);
	all = ledger_read(ledger, begin, end);
	whole = world_sum(begin, end);
	ck_assert_double_eq_tol(part.total, truth.total, 1e-6);
	/* of bad events it knows nothing: they lie as all events do */
	ck_assert_double_eq_tol(part.bad, whole.bad * truth.total / whole.total, 1e-6);
	ck_assert(all.bad >= part.bad);
	ledger_free(finer);
	ledger_free(ledger);
}
END_TEST

static struct counts nothing(step_no step)
{
	(void)step;
	return (struct counts){0};
}

START_TEST(a_source_that_has_forgotten_leaves_it_as_it_was)
{
	struct ledger *ledger = thin_ledger(), *before = ledger_copy(ledger), *finer;
	step_no point = olds[0], begin, end;

	ledger_slot(ledger, point, &begin, &end);
	finer = fine_ledger(begin, end, nothing);
	ck_assert(!ledger_remember(ledger, point, finer));
	ledger_free(finer);
	finer = fine_ledger(begin + 1, end, world); /* not of the whole slot */
	ck_assert(!ledger_remember(ledger, point, finer));
	ck_assert(!ledger_remember(ledger, BEGIN + DAYS * 2000, finer)); /* to come */
	ck_assert(ledger_remember(ledger, BEGIN - 5, NULL));             /* before the beginning there is nothing */
	ck_assert(num_same(ledger_read(ledger, point, END).bad, ledger_read(before, point, END).bad));
	ck_assert_uint_eq(ledger_pins(ledger), 0);
	ledger_free(finer);
	ledger_free(before);
	ledger_free(ledger);
}
END_TEST

/* Half of the steps, and of the others all that there was. */
static struct counts patchy(step_no step) { return step % 2 ? world(step) : (struct counts){0}; }

START_TEST(a_second_look_that_knows_other_steps_is_not_taken)
{
	struct ledger *ledger = thin_ledger(), *finer;
	step_no point = olds[_i], begin, end;
	struct counts before, after;

	ledger_slot(ledger, point, &begin, &end);
	before = ledger_read(ledger, begin, point);
	finer = fine_ledger(begin, end, patchy);
	ck_assert(ledger_read(finer, begin, end).total > 0);
	ck_assert(!ledger_remember(ledger, point, finer) && !ledger_exact(ledger, point));
	after = ledger_read(ledger, begin, point);
	ck_assert(num_same(before.bad, after.bad) && num_same(before.total, after.total));
	ledger_free(finer);
	ledger_free(ledger);
}
END_TEST

START_TEST(late_events_reach_what_was_remembered_late)
{
	struct ledger *ledger = thin_ledger(), *finer;
	step_no point = olds[0], begin, end;
	struct counts late = {.bad = 3, .total = 5, .covered = 1}, before;

	ledger_slot(ledger, point, &begin, &end);
	finer = fine_ledger(begin, end, world);
	ck_assert(ledger_remember(ledger, point, finer));
	before = ledger_read(ledger, begin, point);
	ledger_post(ledger, &(struct posting){.first = point, .at = &late, .len = 1});
	ck_assert(num_same(ledger_read(ledger, begin, point).bad, before.bad + 3));
	ledger_post(ledger, &(struct posting){.first = point + 1, .at = &late, .len = 1});
	ck_assert(num_same(ledger_read(ledger, begin, point).total, before.total + 5));
	ledger_free(finer);
	ledger_free(ledger);
}
END_TEST

static void commit(struct store *store, struct account *account, step_no to)
{
	struct counts counts;
	struct entry entry = {account, {.at = &counts, .len = 1}};
	struct err err = {0};

	while (ledger_end(account->ledger) < to) {
		entry.posting.first = ledger_end(account->ledger) + 1;
		counts = world(entry.posting.first);
		ck_assert_msg(store_commit(store, &entry, 1, &err), "%s", err.text);
	}
}

START_TEST(a_ledger_that_is_replaced_survives_a_restart)
{
	char path[] = "/tmp/wick-remember-XXXXXX", file[64];
	struct slo_window window = {.span = {7 * SPAN_DAY}, .name = STR("7d")};
	struct slo slo = slo_with(&window, 1);
	struct err err = {0};
	struct account *account;
	struct ledger *next;
	struct store *store;
	step_no point = BEGIN + 7 * 1440;

	ck_assert_ptr_nonnull(mkdtemp(path));
	snprintf(file, sizeof(file), "%s/wick.db", path);
	store = store_open(file, STEP, &err);
	account = account_of(store, &slo, BEGIN);
	count_on(account, store, &slo, point + 100, 100);
	next = ledger_copy(account->ledger);
	ck_assert(ledger_remember(next, point + 7, NULL));
	ck_assert_msg(store_replace(store, account, next, &err), "%s", err.text);
	/* for as long as an SLO's windows want it */
	commit(store, account, point + 2000);
	is_world(account->ledger, point + 7, point + 2000);
	store_close(store);
	store = store_open(file, STEP, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	account = account_of(store, &slo, BEGIN);
	ck_assert(ledger_pinned(account->ledger, point + 7));
	is_world(account->ledger, point + 7, point + 2000);
	store_close(store);
	snprintf(file, sizeof(file), "rm -r %s", path);
	ck_assert_int_eq(system(file), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine/remember");
	TCase *remember = tcase_create("remember");
	SRunner *runner = srunner_create(suite);
	int failed, rows = (int)(sizeof(olds) / sizeof(olds[0]));

	tcase_add_test(remember, a_point_that_is_exact_stays_so_when_it_gets_old);
	tcase_add_loop_test(remember, a_second_look_makes_a_thinned_point_exact, 0, rows);
	tcase_add_loop_test(remember, what_was_counted_stays_where_the_second_look_sees_less, 0, rows);
	tcase_add_loop_test(remember, a_second_look_that_knows_other_steps_is_not_taken, 0, rows);
	tcase_add_test(remember, a_source_that_has_forgotten_leaves_it_as_it_was);
	tcase_add_test(remember, late_events_reach_what_was_remembered_late);
	tcase_add_test(remember, a_ledger_that_is_replaced_survives_a_restart);
	suite_add_tcase(suite, remember);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
