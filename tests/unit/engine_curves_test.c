/* Curves: what they hold is held to the sums of what was posted; what is not known is no slot of nothing; and they are
 * shared while their window has hardly moved. */
#include "engine/curves.h"
#include "engine/window.h"
#include "ledger/store.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include "base/mem.h"

#include <math.h>

enum { FIRST = 28000000, MONTH = 30 * 24 * 60, POSTED = MONTH + 5000 };
#define STEP ((struct span){SPAN_MINUTE})

static struct counts posted[POSTED]; /* of step FIRST + 1 + i */
static struct ledger *ledger;
static struct curves *curves;
static struct account account;
static struct slo slo;

/* Every minute 100 events and some bad ones; a day without data, and an hour that was bridged. */
static void begin(void)
{
	static const struct counts bridged = {2, 100, 0, 1};

	for (int i = 0; i < POSTED; i++) {
		posted[i] = (struct counts){i % 7, 100 + i % 13, 1, 0};
		if (i >= POSTED - 20000 && i < POSTED - 20000 + 1440)
			posted[i] = (struct counts){0};
		if (i >= POSTED - 3000 && i < POSTED - 3000 + 60)
			posted[i] = bridged;
	}
	slo = (struct slo){.id = STR("a/b"),
			   .objective = 0.99,
			   .windows = fixture_windows((struct span){30 * SPAN_DAY}),
			   .windows_len = 1,
			   .alerting = fixture_alerting((struct span){30 * SPAN_DAY})};
	ledger = NULL;
	curves = curves_new();
}

static void end(void)
{
	ledger_free(ledger);
	curves_free(curves);
}

static struct view view_up_to(int steps)
{
	struct ledger_shape shape = ledger_shape_default(STEP, (struct span){31 * SPAN_DAY});

	ledger_free(ledger);
	ledger = ledger_new(&shape, FIRST);
	ledger_post(ledger, &(struct posting){.first = FIRST + 1, .at = posted, .len = (size_t)steps});
	account = (struct account){.row = 1, .ledger = ledger};
	return view_raw(&slo, ledger, STEP);
}

/* What was posted for the steps in (from, to]. */
static struct counts sum_of(step_no from, step_no to)
{
	struct counts sum = {0};

	for (step_no at = from + 1; at <= to; at++) {
		const struct counts *one = &posted[at - FIRST - 1];

		sum.bad += one->bad;
		sum.total += one->total;
		sum.covered += one->covered;
		sum.bridged += one->bridged;
	}
	return sum;
}

START_TEST(slots_hold_what_was_posted_and_a_day_without_data_is_not_known)
{
	struct view view = view_up_to(POSTED);
	struct curve *curve = curves_take(curves, &account, &view);
	step_no from = view.end - MONTH;
	double bad = 0, total = 0;
	bool unknown = false;

	ck_assert_int_eq(curve->from.ms, from * SPAN_MINUTE);
	ck_assert_int_eq(curve->to.ms, view.end * SPAN_MINUTE);
	ck_assert_uint_le(curve->len, CURVE_SLOTS);
	ck_assert_uint_ge(curve->len, 60);
	for (unsigned i = 0; i < curve->len; i++) {
		step_no to = curve_end(curve, i).ms / SPAN_MINUTE;
		struct counts sum = sum_of(from, to);
		double known = (sum.covered + sum.bridged) / (double)(to - from);

		/* bounds inside of a ledger's slot are interpolated: off by less than a slot of 30 steps */
		ck_assert_double_le(fabs((double)curve->total[i] - sum.total), 60 * 113);
		ck_assert_double_le(fabs((double)curve->bad[i] - sum.bad), 60 * 7);
		ck_assert_int_eq(curve->known[i] == 0, known <= 0);
		ck_assert_int_eq(curve->known[i] == CURVE_KNOWN, known >= 1);
		unknown |= curve->known[i] < CURVE_KNOWN;
		bad += (double)curve->bad[i];
		total += (double)curve->total[i];
		from = to;
	}
	ck_assert_int_eq(from, view.end);
	ck_assert(unknown);
	ck_assert_double_le(fabs(total / sum_of(view.end - MONTH, view.end).total - 1), 0.001);
	ck_assert_double_le(fabs(bad / sum_of(view.end - MONTH, view.end).bad - 1), 0.001);
	curve_unref(curve);
}
END_TEST

START_TEST(a_curve_is_shared_for_some_steps_and_then_made_anew)
{
	struct view view = view_up_to(POSTED - 70);
	struct curve *first = curves_take(curves, &account, &view), *again = curves_take(curves, &account, &view);
	bool renewed = false;

	ck_assert_ptr_eq(first, again);
	curve_unref(again);
	for (int more = 1; more <= 64; more++) {
		view = view_up_to(POSTED - 70 + more);
		again = curves_take(curves, &account, &view);
		renewed |= again != first;
		ck_assert_int_le(view.end * SPAN_MINUTE - again->to.ms, 64 * SPAN_MINUTE);
		curve_unref(again);
	}
	ck_assert(renewed);
	curves_forget(curves);
	again = curves_take(curves, &account, &view);
	ck_assert_int_eq(again->to.ms, view.end * SPAN_MINUTE);
	ck_assert_int_eq(first->to.ms, (FIRST + POSTED - 70) * SPAN_MINUTE); /* ours is still there */
	curve_unref(again);
	curve_unref(first);
}
END_TEST

START_TEST(a_short_window_has_short_slots_and_is_always_of_now)
{
	struct view view;

	slo.windows = fixture_windows((struct span){SPAN_HOUR});
	for (int more = 0; more < 5; more++) {
		struct curve *curve;

		view = view_up_to(POSTED - 100 + more);
		curve = curves_take(curves, &account, &view);
		ck_assert_int_eq(curve->slot.ms, SPAN_MINUTE);
		ck_assert_uint_eq(curve->len, 60);
		ck_assert_int_eq(curve->to.ms, view.end * SPAN_MINUTE);
		ck_assert_double_eq((double)curve->bad[59], sum_of(view.end - 1, view.end).bad);
		curve_unref(curve);
	}
}
END_TEST

START_TEST(the_newest_steps_are_as_they_were_counted)
{
	struct arena arena;
	struct view view = view_up_to(POSTED - 3000 + 61); /* the newest has data, those before were bridged */
	const struct recent_step *recent;

	arena_init(&arena);
	recent = curves_recent(&view, &arena);
	for (int i = 0; i < RECENT_SHOWN; i++) {
		struct counts sum = sum_of(view.end - i - 1, view.end - i);

		ck_assert_double_eq((double)recent[i].bad, sum.bad);
		ck_assert_double_eq((double)recent[i].total, sum.total);
		ck_assert_int_eq(recent[i].seen, i ? STEP_BRIDGED : STEP_COVERED);
		ck_assert(!recent[i].excluded);
	}
	view = view_up_to(POSTED - 20000 + 5);
	recent = curves_recent(&view, &arena);
	ck_assert_int_eq(recent[0].seen, STEP_UNKNOWN);
	ck_assert_int_eq(recent[5].seen, STEP_COVERED);
	arena_release(&arena);
}
END_TEST

START_TEST(what_is_excluded_is_neither_counted_nor_unknown)
{
	struct arena arena;
	struct view view = view_up_to(POSTED);
	struct stretch out_of_it = {view.end - 2000, view.end - 500};
	struct curve *whole = curves_take(curves, &account, &view), *less;
	double before = 0, after = 0;

	arena_init(&arena);
	view.excluded = (struct stretch_list){&out_of_it, 1};
	curves_forget(curves);
	less = curves_take(curves, &account, &view);
	for (unsigned i = 0; i < whole->len; i++) {
		step_no to = curve_end(whole, i).ms / SPAN_MINUTE;

		before += (double)whole->total[i];
		after += (double)less->total[i];
		if (to > view.end - 2000)
			ck_assert_uint_eq(less->known[i], CURVE_KNOWN);
	}
	ck_assert_double_le(fabs(before - after - sum_of(view.end - 2000, view.end - 500).total), 60 * 113);
	ck_assert(curves_recent(&view, &arena)[0].excluded == false);
	curve_unref(whole);
	curve_unref(less);
	arena_release(&arena);
}
END_TEST

UNIT_MAIN_IN("engine/curves", begin, end, slots_hold_what_was_posted_and_a_day_without_data_is_not_known,
	     a_curve_is_shared_for_some_steps_and_then_made_anew, a_short_window_has_short_slots_and_is_always_of_now,
	     the_newest_steps_are_as_they_were_counted, what_is_excluded_is_neither_counted_nor_unknown)
