/* Budgets by time slices: postings in any pieces, with amendments, against slices that are judged from the whole of
 * what happened; and a slice by a table. */
#include "engine/slices.h"

#include "base/num.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STEP ((struct span){SPAN_MINUTE})
#define KEEP ((struct span){2 * SPAN_DAY})
enum { BEGIN = 1000000, STEPS = 600 };

static const struct {
	const char *what;
	struct budgeting budgeting;
	struct counts events, slice;
} judged[] = {
	{"good enough", {BUDGET_TIME_SLICES, {0}, 0.95, SLICE_GOOD, 0}, {5, 100, 1, 0}, {0, 1, 0, 0}},
	{"one too many", {BUDGET_TIME_SLICES, {0}, 0.95, SLICE_GOOD, 0}, {6, 100, 1, 0}, {1, 1, 0, 0}},
	{"all must be good", {BUDGET_TIME_SLICES, {0}, 1, SLICE_GOOD, 0}, {1, 1000000, 1, 0}, {1, 1, 0, 0}},
	{"all are", {BUDGET_TIME_SLICES, {0}, 1, SLICE_GOOD, 0}, {0, 1000000, 1, 0}, {0, 1, 0, 0}},
	{"a tenth is a tenth", {BUDGET_TIME_SLICES, {0}, 0.9, SLICE_GOOD, 0}, {1, 10, 1, 0}, {0, 1, 0, 0}},
	{"the part", {BUDGET_RATIO_TIME_SLICES, {0}, 0, SLICE_GOOD, 0}, {25, 100, 1, 0}, {0.25, 1, 0, 0}},
	{"empty and good", {BUDGET_TIME_SLICES, {0}, 0.9, SLICE_GOOD, 0}, {0, 0, 1, 0}, {0, 1, 0, 0}},
	{"empty and bad", {BUDGET_TIME_SLICES, {0}, 0.9, SLICE_BAD, 0}, {0, 0, 1, 0}, {1, 1, 0, 0}},
	{"empty and ignored", {BUDGET_TIME_SLICES, {0}, 0.9, SLICE_IGNORED, 0}, {0, 0, 1, 0}, {0, 0, 0, 0}},
	{"unknown is not good", {BUDGET_TIME_SLICES, {0}, 0.9, SLICE_GOOD, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}},
	{"unknown is not bad", {BUDGET_TIME_SLICES, {0}, 0.9, SLICE_BAD, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}},
	{"bridged is known", {BUDGET_TIME_SLICES, {0}, 0.9, SLICE_BAD, 0}, {5, 10, 0, 1}, {1, 1, 0, 0}},
};

START_TEST(a_slice_is_judged_by_its_events)
{
	struct counts slice = slices_judge(&judged[_i].budgeting, &judged[_i].events);

	ck_assert_msg(num_same(slice.bad, judged[_i].slice.bad) && num_same(slice.total, judged[_i].slice.total),
		      "%s: %g of %g", judged[_i].what, slice.bad, slice.total);
}
END_TEST

/* The whole of what happened, step by step. */
struct history {
	struct counts at[STEPS];
};

static unsigned any(unsigned most) { return (unsigned)rand() % (most + 1); }

/* A ledger of the events, one of the slices, and the same events beside them. */
struct play {
	struct ledger *events, *slices;
	struct history *history;
	struct budgeting budgeting;
};

static void post(struct play *play, step_no first, struct counts *at, size_t len)
{
	struct posting posting = {.first = first, .at = at, .len = len}, judged_;
	struct arena arena;

	arena_init(&arena);
	judged_ = slices_post(&arena, &play->budgeting, STEP, play->events, play->slices, &posting);
	ledger_post(play->events, &posting);
	ledger_post(play->slices, &judged_);
	arena_release(&arena);
	for (size_t i = 0; i < len; i++) {
		struct counts *sum = &play->history->at[first + (step_no)i - BEGIN - 1];

		sum->bad += at[i].bad;
		sum->total += at[i].total;
		if (at[i].covered > 0) {
			sum->covered = 1;
			sum->bridged = 0;
		} else if (at[i].bridged > 0 && !(sum->covered > 0)) {
			sum->bridged = 1;
		}
	}
}

static struct counts anything(void)
{
	struct counts counts = {0};

	switch (any(5)) {
	case 0:
		return counts;
	case 1:
		counts.covered = 1;
		return counts;
	default:
		counts.covered = 1;
		counts.total = any(50);
		counts.bad = counts.total > 0 && any(2) == 0 ? any((unsigned)counts.total) : 0;
		return counts;
	}
}

/* Amendments add events to what is there, and cover what was not. */
static struct counts late(void)
{
	struct counts counts = {.total = any(9)};

	counts.bad = any((unsigned)counts.total);
	counts.bridged = 1;
	return counts;
}

/* Pieces of any length, some of which reach back. */
static void play_all(struct play *play)
{
	step_no end = BEGIN;

	while (end < BEGIN + STEPS) {
		struct counts at[64] = {{0}};
		step_no more = 1 + any(20), back = any(3) == 0 ? any(30) : 0;

		if (more > BEGIN + STEPS - end)
			more = BEGIN + STEPS - end;
		if (back > end - BEGIN)
			back = end - BEGIN;
		for (step_no i = 0; i < back + more; i++)
			at[i] = i < back ? late() : anything();
		post(play, end + 1 - back, at, (size_t)(back + more));
		end += more;
	}
}

/* What nothing is known of counts as is said, from the first data on. */
static struct counts without_data(const struct play *play, struct counts last, bool any)
{
	switch (play->budgeting.missing) {
	case MISSING_GOOD:
		return any ? (struct counts){0, 1, 0, 0} : last;
	case MISSING_BAD:
		return any ? (struct counts){1, 1, 0, 0} : last;
	case MISSING_HELD:
		return last;
	case MISSING_IGNORED:
		break;
	}
	return (struct counts){0};
}

/* By the words of the definition, from the whole of it. */
static struct counts truth(const struct play *play, step_no from, step_no to, bool *known)
{
	struct counts events = {0}, slice = {0};

	for (step_no step = from + 1; step <= to; step++) {
		events.bad += play->history->at[step - BEGIN - 1].bad;
		events.total += play->history->at[step - BEGIN - 1].total;
		events.covered += play->history->at[step - BEGIN - 1].covered;
		events.bridged += play->history->at[step - BEGIN - 1].bridged;
	}
	*known = events.covered + events.bridged > 0;
	if (!*known)
		return slice;
	if (num_same(events.total, 0)) {
		slice.total = play->budgeting.empty != SLICE_IGNORED;
		slice.bad = play->budgeting.empty == SLICE_BAD;
		return slice;
	}
	slice.total = 1;
	slice.bad = events.bad / events.total;
	if (play->budgeting.method == BUDGET_TIME_SLICES)
		slice.bad = events.total - events.bad < play->budgeting.target * events.total - 1e-6;
	return slice;
}

static void check_slices(const struct play *play, step_no length)
{
	struct counts last = {0};
	bool any = false, known;

	for (step_no end = (BEGIN + length) / length * length; end <= BEGIN + STEPS; end += length) {
		struct counts is = ledger_read(play->slices, end - length, end), expected;

		if (end - length < BEGIN)
			continue;
		expected = truth(play, end - length, end, &known);
		if (known) {
			last = expected;
			any = true;
		} else {
			expected = without_data(play, last, any);
			ck_assert_msg(num_same(is.covered, 0), "a guess covers");
			ck_assert_msg(num_same(is.bridged, any && play->budgeting.missing ? (double)length : 0),
				      "%g of %d steps are bridged", is.bridged, (int)length);
		}
		ck_assert_msg(fabs(is.bad - expected.bad) < 1e-6 && fabs(is.total - expected.total) < 1e-6,
			      "slice of %d steps that ends with %d: %g of %g, not %g of %g", (int)length,
			      (int)(end - BEGIN), is.bad, is.total, expected.bad, expected.total);
	}
}

START_TEST(slices_are_those_of_the_whole_in_any_pieces)
{
	static const step_no lengths[] = {1, 2, 5, 7, 60};
	struct ledger_shape shape = ledger_shape_exact(STEP, KEEP);

	srand((unsigned)_i + 1);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct play play = {.history = calloc(1, sizeof(struct history))};

		play.events = ledger_new(&shape, BEGIN);
		play.slices = ledger_new(&shape, BEGIN);
		play.budgeting = (struct budgeting){_i % 2 ? BUDGET_TIME_SLICES : BUDGET_RATIO_TIME_SLICES,
						    {lengths[i] * STEP.ms},
						    0.8,
						    (enum slice_empty)(_i % 3),
						    (enum slice_missing)(_i / 3 % 4)};
		play_all(&play);
		check_slices(&play, lengths[i]);
		ledger_free(play.events);
		ledger_free(play.slices);
		free(play.history);
	}
}
END_TEST

/* The mean step of the last hour with data that ends with `known`, as the SLO takes it; all of it is counted by hand.
 */
static struct counts guessed(const struct play *play, step_no known)
{
	struct counts sum = {0}, guess = {0};

	for (step_no step = known - 59 > BEGIN ? known - 59 : BEGIN + 1; step <= known; step++) {
		const struct counts *at = &play->history->at[step - BEGIN - 1];

		if (!(at->covered + at->bridged > 0))
			continue;
		sum.bad += at->bad;
		sum.total += at->total;
		sum.covered++;
	}
	guess.total = sum.total / sum.covered;
	guess.bad = play->budgeting.missing == MISSING_BAD    ? guess.total
		    : play->budgeting.missing == MISSING_HELD ? sum.bad / sum.covered
							      : 0;
	return guess;
}

START_TEST(a_gap_counts_as_the_hour_before_it_in_any_pieces)
{
	struct ledger_shape shape = ledger_shape_exact(STEP, KEEP);
	struct play play = {.history = calloc(1, sizeof(struct history)),
			    .events = ledger_new(&shape, BEGIN),
			    .slices = ledger_new(&shape, BEGIN),
			    .budgeting = {.missing = (enum slice_missing)(MISSING_GOOD + _i % 3)}};
	step_no last = 0;

	srand((unsigned)_i + 1000);
	play_all(&play);
	for (step_no step = BEGIN + 1; step <= BEGIN + STEPS; step++) {
		const struct counts *at = &play.history->at[step - BEGIN - 1];
		struct counts is = ledger_read(play.slices, step - 1, step), expected = *at;
		bool known = at->covered + at->bridged > 0;

		last = known ? step : last;
		if (!known && last)
			expected = guessed(&play, last);
		ck_assert_msg(fabs(is.bad - expected.bad) < 1e-6 && fabs(is.total - expected.total) < 1e-6,
			      "step %d: %g of %g, not %g of %g", (int)(step - BEGIN), is.bad, is.total, expected.bad,
			      expected.total);
		ck_assert(num_same(is.covered, at->covered > 0));
		ck_assert(num_same(is.bridged, known ? at->covered <= 0 : last != 0));
	}
	ledger_free(play.events);
	ledger_free(play.slices);
	free(play.history);
}
END_TEST

/* An event a step, all good, up to a moment inside of a slot of half an hour; then nothing for days, in any pieces. */
START_TEST(a_gap_of_days_counts_every_step_alike)
{
	struct ledger_shape shape = ledger_shape_default(STEP, (struct span){31 * SPAN_DAY});
	struct ledger *events = ledger_new(&shape, BEGIN), *taken = ledger_new(&shape, BEGIN);
	step_no data = 1000 + 7 * _i, gap = 5 * 1440 + _i, end = BEGIN + data + gap;

	srand((unsigned)_i);
	while (ledger_end(events) < end) {
		struct counts at[700] = {{0}};
		struct posting posting = {.first = ledger_end(events) + 1, .at = at}, filled;
		struct budgeting budgeting = {.missing = MISSING_BAD};
		struct arena arena;

		posting.len = 1 + any(_i % 3 ? 5 : 690);
		if (posting.first + (step_no)posting.len > end)
			posting.len = (size_t)(end - posting.first + 1);
		for (size_t i = 0; i < posting.len; i++)
			if (posting.first + (step_no)i <= BEGIN + data)
				at[i] = (struct counts){.total = 1, .covered = 1};
		arena_init(&arena);
		filled = slices_post(&arena, &budgeting, STEP, events, taken, &posting);
		ledger_post(taken, &filled);
		ledger_post(events, &posting);
		arena_release(&arena);
	}
	ck_assert_msg(num_same(ledger_ever(taken).total, (double)(data + gap)) &&
			      num_same(ledger_ever(taken).bad, (double)gap),
		      "%g bad of %g, not %d of %d", ledger_ever(taken).bad, ledger_ever(taken).total, (int)gap,
		      (int)(data + gap));
	ledger_free(events);
	ledger_free(taken);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("slices");
	TCase *tests = tcase_create("slices");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, a_slice_is_judged_by_its_events, 0, (int)(sizeof(judged) / sizeof(*judged)));
	tcase_add_loop_test(tests, slices_are_those_of_the_whole_in_any_pieces, 0, 60);
	tcase_add_loop_test(tests, a_gap_counts_as_the_hour_before_it_in_any_pieces, 0, 60);
	tcase_add_loop_test(tests, a_gap_of_days_counts_every_step_alike, 0, 9);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
