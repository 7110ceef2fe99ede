/* The ledger against a naive model: an array of all steps that were ever posted. */
#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "ledger/ledger.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

enum { MODEL_STEPS = 2000 };

struct model {
	struct ledger_shape shape;
	step_no origin, end;
	struct counts at[MODEL_STEPS]; /* step origin + 1 + i */
	bool pinned;                   /* is_pin's steps are */
};

static const struct {
	const char *what;
	struct ledger_shape shape;
} shapes[] = {
	{"three levels", {{{1, 20}, {5, 60}, {10, 200}}}},
	{"fine throughout", {{{1, 120}, {1, 120}, {1, 120}}}},
	{"slots longer than the finer level", {{{1, 2}, {7, 9}, {28, 150}}}},
	{"two levels", {{{1, 10}, {1, 10}, {6, 300}}}},
};

static uint64_t dice_state;

/* xorshift64: the same numbers in every run */
static uint64_t dice(uint64_t sides)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return dice_state % sides;
}

static step_no round_down(step_no step, step_no slot)
{
	while (step % slot)
		step--;
	return step;
}

static step_no model_begin(const struct model *model)
{
	const struct ledger_level *last = NULL;
	step_no oldest;

	for (size_t i = 0; i < LEDGER_LEVELS; i++)
		if (!last || model->shape.level[i].age > last->age)
			last = &model->shape.level[i];
	oldest = round_down(model->end - last->age, last->slot);
	return oldest > model->origin ? oldest : model->origin;
}

/* A point is known if a level whose age reaches it has it as a multiple of its slot. */
static bool model_knows(const struct model *model, step_no point)
{
	if (point == model->origin && model_begin(model) == model->origin)
		return true;
	for (size_t i = 0; i < LEDGER_LEVELS; i++) {
		struct ledger_level level = model->shape.level[i];

		if (point % level.slot == 0 && point >= round_down(model->end - level.age, level.slot) &&
		    point >= model->origin)
			return true;
	}
	return false;
}

static struct counts model_exact(const struct model *model, step_no from, step_no to)
{
	struct counts sum = {0};

	for (step_no step = from + 1; step <= to; step++) {
		const struct counts *counts = &model->at[step - model->origin - 1];

		sum.bad += counts->bad;
		sum.total += counts->total;
		sum.covered += counts->covered;
		sum.bridged += counts->bridged;
	}
	return sum;
}

/* Steps that are pinned: some. The origin needs no pin to be known for ever. */
static bool is_pin(const struct model *model, step_no step)
{
	return step > model->origin && (step - model->origin) % 37 == 0;
}

/* What is exact however old it is. */
static bool model_keeps(const struct model *model, step_no point)
{
	return point <= model->origin || (model->pinned && point <= model->end && is_pin(model, point));
}

/* Bad and total from origin to a point, on the straight line between known neighbours. */
static struct counts model_until(const struct model *model, step_no point)
{
	step_no low = point, high = point;
	struct counts before, slot;
	double share;

	if (model_keeps(model, point))
		return model_exact(model, model->origin, point);
	while (!model_knows(model, low))
		low--;
	while (!model_knows(model, high))
		high++;
	before = model_exact(model, model->origin, low);
	slot = model_exact(model, low, high);
	share = high > low ? (double)(point - low) / (double)(high - low) : 0;
	return (struct counts){.bad = before.bad + share * slot.bad, .total = before.total + share * slot.total};
}

static struct counts model_read(const struct model *model, step_no from, step_no to)
{
	struct counts low, high, sum;

	from = from < model_begin(model) && !model_keeps(model, from) ? model_begin(model) : from;
	from = from < model->origin ? model->origin : from;
	to = to > model->end ? model->end : to;
	if (from >= to || (to < model_begin(model) && !model_keeps(model, to)))
		return (struct counts){0};
	low = model_until(model, from);
	high = model_until(model, to);
	sum = model_exact(model, from, to);
	sum.bad = high.bad - low.bad;
	sum.total = high.total - low.total;
	return sum;
}

static void model_post(struct model *model, const struct posting *posting)
{
	step_no known = model_begin(model), end = model->end;

	for (size_t i = 0; i < posting->len; i++) {
		step_no step = posting->first + (step_no)i;
		const struct counts *counts = &posting->at[i];
		struct counts *cell;

		if (step <= known && step <= end)
			continue;
		cell = &model->at[step - model->origin - 1];
		if (step > end)
			*cell = (struct counts){0}, model->end = step;
		cell->bad += counts->bad;
		cell->total += counts->total;
		cell->bridged = cell->covered > 0 || counts->covered > 0 ? 0 : cell->bridged > 0 || counts->bridged > 0;
		cell->covered = cell->covered > 0 || counts->covered > 0;
	}
}

static void same_exactly(struct counts a, struct counts b, const char *what, step_no from, step_no to)
{
	bool same = num_same(a.bad, b.bad) && num_same(a.total, b.total) && num_same(a.covered, b.covered) &&
		    num_same(a.bridged, b.bridged);

	ck_assert_msg(same, "%s (%lld, %lld]: ledger %.17g/%.17g %g+%g, model %.17g/%.17g %g+%g", what, (long long)from,
		      (long long)to, a.bad, a.total, a.covered, a.bridged, b.bad, b.total, b.covered, b.bridged);
}

static void all_windows_agree(const struct ledger *ledger, const struct model *model, const char *what)
{
	step_no begin = model_begin(model);

	ck_assert_int_eq(ledger_begin(ledger), begin);
	ck_assert_int_eq(ledger_end(ledger), model->end);
	for (step_no from = begin - 3; from <= model->end + 1; from++) {
		for (step_no to = from - 1; to <= model->end + 2; to += 1 + (step_no)dice(3)) {
			struct counts read = ledger_read(ledger, from, to), truth = model_read(model, from, to);

			ck_assert_double_eq_tol(read.bad, truth.bad, 1e-6);
			ck_assert_double_eq_tol(read.total, truth.total, 1e-6);
			if ((from < begin || model_knows(model, from)) && (to > model->end || model_knows(model, to)))
				same_exactly(read, truth, what, from, to);
			ck_assert(num_same(read.covered, truth.covered) && num_same(read.bridged, truth.bridged));
		}
	}
}

/* Between pins everything is exact, however long ago. */
static void all_pins_agree(const struct ledger *ledger, const struct model *model, const char *what)
{
	size_t len = 0;

	for (step_no step = model->origin; step <= model->end; step++)
		len += is_pin(model, step);
	ck_assert_uint_eq(ledger_pins(ledger), len);
	for (size_t a = 0; a < len; a++) {
		ck_assert(is_pin(model, ledger_pin(ledger, a)));
		for (size_t b = a + 1; b < len; b++)
			same_exactly(ledger_read(ledger, ledger_pin(ledger, a), ledger_pin(ledger, b)),
				     model_exact(model, ledger_pin(ledger, a), ledger_pin(ledger, b)), what,
				     ledger_pin(ledger, a), ledger_pin(ledger, b));
		same_exactly(ledger_read(ledger, ledger_pin(ledger, a), model->end),
			     model_exact(model, ledger_pin(ledger, a), model->end), what, ledger_pin(ledger, a),
			     model->end);
	}
}

static struct str saved(const struct ledger *ledger, struct buf *buf)
{
	buf_init(buf, MIB(4));
	ck_assert(ledger_save(ledger, buf));
	return buf_view(buf);
}

static void same_bytes(const struct ledger *a, const struct ledger *b, const char *what)
{
	struct buf left, right;

	ck_assert_msg(str_eq(saved(a, &left), saved(b, &right)), "%s: the bytes differ", what);
	buf_release(&left);
	buf_release(&right);
}

static struct counts random_counts(void)
{
	struct counts counts = {.total = (double)dice(100000)};
	uint64_t kind = dice(10);

	if (kind == 0) /* eighths are exact in doubles, so that the model may add in any order */
		counts.total += (double)dice(8) / 8;
	counts.bad = dice(3) ? 0 : floor(counts.total / (double)(1 + dice(50)));
	counts.covered = kind < 7;
	counts.bridged = kind == 7 || kind == 8;
	return counts;
}

/* Random appends and amendments, whole to one ledger and split at random places to the other. */
static void random_life(const struct ledger_shape *shape, const char *what, step_no origin)
{
	struct model *model = xcalloc(1, sizeof(*model));
	struct ledger *whole = ledger_new(shape, origin), *split = ledger_new(shape, origin);
	double ever_bad = 0, ever_total = 0;
	step_no pins[100];

	for (size_t i = 0; i < 100; i++)
		pins[i] = origin + (step_no)(37 * i);
	model->shape = *shape;
	model->pinned = true;
	model->origin = model->end = origin;
	for (int round = 0; round < 40; round++) {
		struct counts at[64];
		step_no back = (step_no)dice(round % 4 ? 8 : 260);
		struct posting posting = {
			.first = model->end + 1 - back, .at = at, .len = 1 + dice(64), .pins = pins, .pins_len = 100};

		if (posting.first <= origin)
			posting.first = origin + 1;
		for (size_t i = 0; i < posting.len; i++)
			at[i] = random_counts();
		model_post(model, &posting);
		ledger_post(whole, &posting);
		for (size_t i = 0, n; i < posting.len; i += n) {
			n = 1 + dice(posting.len - i);
			ledger_post(split, &(struct posting){.first = posting.first + (step_no)i,
							     .at = at + i,
							     .len = n,
							     .pins = pins,
							     .pins_len = 100});
		}
		ck_assert_double_ge(ledger_ever(whole).bad, ever_bad);
		ck_assert_double_ge(ledger_ever(whole).total, ever_total);
		ever_bad = ledger_ever(whole).bad;
		ever_total = ledger_ever(whole).total;
		if (round % 8 == 7)
			all_windows_agree(whole, model, what);
		all_pins_agree(whole, model, what);
	}
	all_pins_agree(split, model, what);
	same_exactly(ledger_ever(whole), model_exact(model, origin, model->end), what, origin, model->end);
	same_bytes(whole, split, what);
	ledger_free(whole);
	ledger_free(split);
	free(model);
}

START_TEST(every_window_equals_the_sum_of_its_steps)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		dice_state = 0x9E3779B97F4A7C15u + i;
		for (step_no origin = -37; origin < 1000; origin += 347)
			random_life(&shapes[i].shape, shapes[i].what, origin);
	}
}
END_TEST

START_TEST(a_thousand_steps_at_once_give_the_bytes_of_one_by_one)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct ledger *once = ledger_new(&shapes[i].shape, 12345),
			      *single = ledger_new(&shapes[i].shape, 12345);
		struct counts at[1000];

		dice_state = 77;
		for (size_t k = 0; k < 1000; k++) {
			at[k] = (struct counts){.bad = (double)dice(1000) / 7,
						.total = (double)dice(1000000) / 3,
						.covered = dice(5) > 0};
			ledger_post(single, &(struct posting){.first = 12346 + (step_no)k, .at = &at[k], .len = 1});
		}
		ledger_post(once, &(struct posting){.first = 12346, .at = at, .len = 1000});
		same_bytes(once, single, shapes[i].what);
		ledger_free(once);
		ledger_free(single);
	}
}
END_TEST

START_TEST(a_hole_that_is_bridged_later_gives_the_bytes_of_one_posted_at_once)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct ledger *late = ledger_new(&shapes[i].shape, 990), *once = ledger_new(&shapes[i].shape, 990);
		struct counts at[100], empty[30] = {{0}}, hole[30];

		dice_state = 4711;
		for (size_t k = 0; k < 100; k++)
			at[k] = (struct counts){
				.bad = (double)dice(9) / 9, .total = (double)dice(900) / 7, .covered = 1};
		for (size_t k = 0; k < 30; k++)
			at[40 + k] = hole[k] = (struct counts){.bad = 10.0 / 30, .total = 1e9 / 30, .bridged = 1};
		ledger_post(once, &(struct posting){.first = 991, .at = at, .len = 100});
		ledger_post(late, &(struct posting){.first = 991, .at = at, .len = 40});
		ledger_post(late, &(struct posting){.first = 1031, .at = empty, .len = 30});
		ledger_post(late, &(struct posting){.first = 1061, .at = at + 70, .len = 30});
		ledger_post(late, &(struct posting){.first = 1031, .at = hole, .len = 30});
		same_bytes(once, late, shapes[i].what);
		ledger_free(once);
		ledger_free(late);
	}
}
END_TEST

START_TEST(slots_begin_at_multiples_of_their_length_wherever_the_ledger_began)
{
	struct ledger *ledger = ledger_new(&shapes[0].shape, 1003);
	struct counts one = {.total = 1, .covered = 1};
	step_no point;
	int fine = 0, middle = 0, coarse = 0;

	for (step_no step = 1004; step <= 2000; step++)
		ledger_post(ledger, &(struct posting){.first = step, .at = &one, .len = 1});
	ck_assert_int_eq(ledger_begin(ledger), 1800);
	for (point = ledger_begin(ledger); point < ledger_end(ledger);) {
		step_no next = ledger_next(ledger, point);

		fine += next - point == 1;
		middle += next - point == 5;
		coarse += next - point == 10;
		ck_assert_int_eq(next % (next - point), 0);
		point = next;
	}
	ck_assert_int_eq(fine, 20);
	ck_assert_int_eq(middle, 8);
	ck_assert_int_eq(coarse, 14);
	ledger_free(ledger);
}
END_TEST

START_TEST(only_the_slot_that_the_window_cuts_is_interpolated)
{
	struct ledger *ledger = ledger_new(&shapes[0].shape, 0);
	struct counts at[100] = {{0}};

	for (size_t i = 0; i < 100; i++)
		at[i].covered = 1;
	at[14].total = 100; /* step 15, in the slot (10, 20] of the coarse level */
	at[14].bad = 50;
	ledger_post(ledger, &(struct posting){.first = 1, .at = at, .len = 100});
	same_exactly(ledger_read(ledger, 10, 100), (struct counts){50, 100, 90, 0}, "whole slot", 10, 100);
	same_exactly(ledger_read(ledger, 13, 100), (struct counts){35, 70, 87, 0}, "seven tenths of it", 13, 100);
	same_exactly(ledger_read(ledger, 20, 100), (struct counts){0, 0, 80, 0}, "behind it", 20, 100);
	ledger_free(ledger);
}
END_TEST

START_TEST(events_before_what_is_known_are_dropped_and_reported)
{
	struct ledger *ledger = ledger_new(&shapes[1].shape, 0);
	struct counts at[200], late[3], dropped;

	for (size_t i = 0; i < 200; i++)
		at[i] = (struct counts){.total = 1, .covered = 1};
	for (size_t i = 0; i < 3; i++)
		late[i] = (struct counts){.bad = 2, .total = 5, .covered = 1};
	dropped = ledger_post(ledger, &(struct posting){.first = 1, .at = at, .len = 200});
	same_exactly(dropped, (struct counts){0}, "what was appended", 0, 200);
	ck_assert_int_eq(ledger_begin(ledger), 80);
	dropped = ledger_post(ledger, &(struct posting){.first = 79, .at = late, .len = 3});
	same_exactly(dropped, (struct counts){4, 10, 2, 0}, "steps 79 and 80", 78, 80);
	same_exactly(ledger_ever(ledger), (struct counts){2, 205, 200, 0}, "ever", 0, 200);
	ledger_free(ledger);
}
END_TEST

START_TEST(a_covered_step_stays_covered_and_a_bridged_one_becomes_covered)
{
	static const struct {
		const char *what;
		struct counts first, second;
		double covered, bridged;
	} cases[] = {
		{"nothing, then bridged", {.bad = 0}, {.bridged = 1}, 0, 1},
		{"nothing, then data", {.bad = 0}, {.covered = 1}, 1, 0},
		{"bridged, then data", {.bridged = 1}, {.covered = 1}, 1, 0},
		{"data, then bridged", {.covered = 1}, {.bridged = 1}, 1, 0},
		{"bridged twice", {.bridged = 1}, {.bridged = 1}, 0, 1},
		{"data, then events alone", {.covered = 1}, {.total = 3}, 1, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (step_no later = 0; later <= 150; later += 50) { /* fine, middle and coarse slots */
			struct ledger *ledger = ledger_new(&shapes[0].shape, 1000);
			struct counts first = cases[i].first, second = cases[i].second, none = {0}, read;

			ledger_post(ledger, &(struct posting){.first = 1001, .at = &first, .len = 1});
			for (step_no step = 1002; step <= 1001 + later; step++)
				ledger_post(ledger, &(struct posting){.first = step, .at = &none, .len = 1});
			ledger_post(ledger, &(struct posting){.first = 1001, .at = &second, .len = 1});
			read = ledger_read(ledger, 1000, 1001);
			ck_assert_msg(num_same(read.covered, cases[i].covered) &&
					      num_same(read.bridged, cases[i].bridged),
				      "%s, %d steps later", cases[i].what, (int)later);
			ledger_free(ledger);
		}
	}
}
END_TEST

START_TEST(the_newest_step_with_data_is_found_behind_bridged_and_empty_ones)
{
	struct ledger *ledger = ledger_new(&shapes[0].shape, 500);
	struct counts data = {.covered = 1}, bridged = {.bridged = 1}, none = {0};

	ck_assert_int_eq(ledger_last_covered(ledger, ledger_end(ledger)), 500);
	ledger_post(ledger, &(struct posting){.first = 501, .at = &none, .len = 1});
	ck_assert_int_eq(ledger_last_covered(ledger, ledger_end(ledger)), 500);
	ledger_post(ledger, &(struct posting){.first = 502, .at = &data, .len = 1});
	ledger_post(ledger, &(struct posting){.first = 503, .at = &bridged, .len = 1});
	ledger_post(ledger, &(struct posting){.first = 504, .at = &none, .len = 1});
	ck_assert_int_eq(ledger_last_covered(ledger, ledger_end(ledger)), 502);
	ledger_free(ledger);
}
END_TEST

START_TEST(whole_numbers_stay_whole_to_2_53)
{
	struct ledger *ledger = ledger_new(&shapes[0].shape, 0);
	struct counts huge = {
		.bad = 1, .total = 9007199254740991.0 / 127, .covered = 1}; /* 2^53 - 1 = 6361 * 69431 * 20394401 */

	huge.total = floor(huge.total);
	for (step_no step = 1; step <= 127; step++)
		ledger_post(ledger, &(struct posting){.first = step, .at = &huge, .len = 1});
	ck_assert(num_same(ledger_ever(ledger).total, huge.total * 127));
	ck_assert(num_same(ledger_read(ledger, 0, 127).bad, 127));
	ledger_free(ledger);
}
END_TEST

START_TEST(what_is_no_number_counts_nothing_and_what_is_negative_takes_away)
{
	struct ledger *ledger = ledger_new(&shapes[0].shape, 0), *again;
	struct counts at[] = {
		{.bad = NAN, .total = NAN, .covered = 1}, {.bad = -5.5, .total = 7, .covered = 1}, {3, 4, 1, 0}};
	struct err err;
	struct buf bytes;

	ledger_post(ledger, &(struct posting){.first = 1, .at = at, .len = 3});
	buf_init(&bytes, LIMIT_LEDGER_BYTES);
	ck_assert(ledger_save(ledger, &bytes));
	again = ledger_load(buf_view(&bytes), &err);
	ck_assert(again != NULL);
	same_exactly(ledger_ever(again), (struct counts){-2.5, 11, 3, 0}, "ever", 0, 3);
	same_exactly(ledger_read(again, 1, 2), (struct counts){-5.5, 7, 1, 0}, "a step", 1, 2);
	same_exactly(ledger_read(again, 1, 3), (struct counts){-2.5, 11, 2, 0}, "two steps", 1, 3);
	buf_release(&bytes);
	ledger_free(again);
	ledger_free(ledger);
}
END_TEST

static struct ledger *full_month(double fraction)
{
	struct ledger_shape shape =
		ledger_shape_default((struct span){SPAN_MINUTE}, (struct span){30 * SPAN_DAY + 30 * SPAN_MINUTE});
	struct ledger *ledger = ledger_new(&shape, 29000000);

	dice_state = 99;
	for (step_no step = 29000001; step <= 29000000 + 45 * 1440; step++) {
		struct counts counts = {(double)dice(3), 500 + (double)dice(600) + fraction, 1, 0};

		ledger_post(ledger, &(struct posting){.first = step, .at = &counts, .len = 1});
	}
	return ledger;
}

START_TEST(a_month_takes_at_most_24_kb_and_a_young_ledger_little)
{
	struct ledger_shape shape = ledger_shape_default((struct span){SPAN_MINUTE}, (struct span){30 * SPAN_DAY});
	struct ledger *month = full_month(0), *young = ledger_new(&shape, 29000000);
	struct counts one = {.total = 1, .covered = 1};
	struct buf bytes;

	ck_assert_uint_le(ledger_bytes(month), 24000);
	ck_assert_uint_le(saved(month, &bytes).len, 12000);
	buf_release(&bytes);
	for (step_no step = 29000001; step <= 29000060; step++)
		ledger_post(young, &(struct posting){.first = step, .at = &one, .len = 1});
	ck_assert_uint_le(ledger_bytes(young), 3000);
	ledger_free(month);
	ledger_free(young);
}
END_TEST

START_TEST(what_was_saved_is_loaded_and_goes_on_as_if_nothing_had_been)
{
	double fractions[] = {0, 0.3};

	for (size_t f = 0; f < 2; f++) {
		struct ledger *ledger = full_month(fractions[f]), *loaded, *copy = ledger_copy(ledger);
		struct counts at[500];
		struct err err = {0};
		struct buf bytes;

		loaded = ledger_load(saved(ledger, &bytes), &err);
		ck_assert_msg(loaded != NULL, "%s", err.text);
		buf_release(&bytes);
		same_bytes(ledger, loaded, "loaded");
		same_bytes(ledger, copy, "copied");
		for (size_t i = 0; i < 500; i++)
			at[i] = random_counts();
		ledger_post(ledger, &(struct posting){.first = ledger_end(ledger) - 200, .at = at, .len = 500});
		ledger_post(loaded, &(struct posting){.first = ledger_end(loaded) - 200, .at = at, .len = 500});
		same_bytes(ledger, loaded, "gone on");
		ledger_become(copy, loaded);
		same_bytes(ledger, copy, "taken over");
		ledger_free(ledger);
		ledger_free(copy);
	}
}
END_TEST

START_TEST(a_damaged_ledger_is_refused_whichever_byte_is_wrong)
{
	struct ledger *ledger = ledger_new(&shapes[0].shape, 40), *empty = ledger_new(&shapes[0].shape, 40), *loaded;
	struct counts at[300];
	struct err err = {0};
	struct buf bytes;

	loaded = ledger_load(saved(empty, &bytes), &err);
	ck_assert_ptr_nonnull(loaded);
	buf_release(&bytes);
	ledger_free(loaded);
	dice_state = 5;
	for (size_t i = 0; i < 300; i++)
		at[i] = random_counts();
	ledger_post(ledger, &(struct posting){.first = 41, .at = at, .len = 300});
	saved(ledger, &bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		bytes.at[i] ^= 0x10;
		ck_assert_msg(!ledger_load(buf_view(&bytes), &err), "byte %zu", i);
		bytes.at[i] ^= 0x10;
		ck_assert_msg(!ledger_load((struct str){bytes.at, i}, &err), "the first %zu bytes", i);
	}
	ck_assert_ptr_nonnull(strstr(err.text, "damaged"));
	buf_release(&bytes);
	ledger_free(ledger);
	ledger_free(empty);
}
END_TEST

START_TEST(default_slots_are_whole_steps_and_nest)
{
	static const int64_t steps_ms[] = {1000, 5000, 7000, 15000, 60000, 90000, 300000, 3600000};

	for (size_t i = 0; i < sizeof(steps_ms) / sizeof(*steps_ms); i++) {
		struct ledger_shape shape =
			ledger_shape_default((struct span){steps_ms[i]}, (struct span){30 * SPAN_DAY});
		const struct ledger_level *level = shape.level;

		ck_assert_uint_eq(level[0].slot, 1);
		ck_assert_uint_eq(level[1].slot % level[0].slot, 0);
		ck_assert_uint_eq(level[2].slot % level[1].slot, 0);
		ck_assert_int_le(level[0].age, level[1].age);
		ck_assert_int_le(level[1].age, level[2].age);
		ck_assert_int_ge(level[2].age * steps_ms[i], 30 * SPAN_DAY);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ledger/ledger");
	TCase *tests = tcase_create("ledger");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, every_window_equals_the_sum_of_its_steps);
	tcase_add_test(tests, a_thousand_steps_at_once_give_the_bytes_of_one_by_one);
	tcase_add_test(tests, a_hole_that_is_bridged_later_gives_the_bytes_of_one_posted_at_once);
	tcase_add_test(tests, slots_begin_at_multiples_of_their_length_wherever_the_ledger_began);
	tcase_add_test(tests, only_the_slot_that_the_window_cuts_is_interpolated);
	tcase_add_test(tests, events_before_what_is_known_are_dropped_and_reported);
	tcase_add_test(tests, a_covered_step_stays_covered_and_a_bridged_one_becomes_covered);
	tcase_add_test(tests, the_newest_step_with_data_is_found_behind_bridged_and_empty_ones);
	tcase_add_test(tests, whole_numbers_stay_whole_to_2_53);
	tcase_add_test(tests, what_is_no_number_counts_nothing_and_what_is_negative_takes_away);
	tcase_add_test(tests, a_month_takes_at_most_24_kb_and_a_young_ledger_little);
	tcase_add_test(tests, what_was_saved_is_loaded_and_goes_on_as_if_nothing_had_been);
	tcase_add_test(tests, a_damaged_ledger_is_refused_whichever_byte_is_wrong);
	tcase_add_test(tests, default_slots_are_whole_steps_and_nest);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
