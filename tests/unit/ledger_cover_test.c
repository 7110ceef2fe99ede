/* The states of steps against an array of them. */
#include "ledger/cover.h"
#include "tests/unit/unit.h"

#include <string.h>

enum { STEPS = 6000, AGE = 2500 };

static uint64_t state = 1;

static uint64_t dice(uint64_t sides) { return unit_random(&state) % sides; }

static void agree(const struct cover *cover, const unsigned char *states, struct cover_count at_begin)
{
	struct cover_count count = at_begin;
	step_no last_data = cover->begin;

	for (step_no step = cover->begin + 1; step <= cover->end; step++) {
		step_no end = step;

		ck_assert_int_eq(cover_at(cover, step), states[step]);
		count.covered += states[step] == COVER_DATA;
		count.bridged += states[step] == COVER_BRIDGED;
		ck_assert_uint_eq(cover_until(cover, step).covered, count.covered);
		ck_assert_uint_eq(cover_until(cover, step).bridged, count.bridged);
		if (states[step] == COVER_DATA)
			last_data = step;
		if (dice(50) == 0) {
			while (end < cover->end && states[end + 1] == states[step])
				end++;
			ck_assert_int_eq(cover_run_end(cover, step), end);
		}
	}
	ck_assert_int_eq(cover_last_data(cover, cover->end), last_data);
}

/* Long runs, so that most blocks are of one state, and late changes, so that they become it and cease to be it. */
START_TEST(long_runs_and_late_changes_are_kept_to_the_step)
{
	unsigned char *states = calloc(STEPS + 1, 1);
	struct cover_count before = {7, 3};
	struct cover cover, copy;

	cover_init(&cover, 0, before, AGE);
	while (cover.end < STEPS) {
		uint64_t run = 1 + dice(dice(2) ? 900 : 20), changes = dice(300);
		enum cover_state kind = (enum cover_state)dice(3);
		step_no from;

		run = run < (uint64_t)(STEPS - cover.end) ? run : (uint64_t)(STEPS - cover.end);
		for (uint64_t done = 0, part; done < run;
		     done += part) { /* no block longer than the age is forgotten */
			part = run - done < 100 ? run - done : 100;
			memset(states + cover.end + 1, (int)kind, part);
			cover_append(&cover, kind, part);
			for (; cover.begin < cover.end - AGE; cover_forget(&cover, cover.begin + 1)) {
				before.covered += states[cover.begin + 1] == COVER_DATA;
				before.bridged += states[cover.begin + 1] == COVER_BRIDGED;
			}
		}
		from = cover.begin + 1 + (step_no)dice((uint64_t)(cover.end - cover.begin));
		for (step_no step = from; step <= cover.end && step < from + (step_no)changes; step++) {
			enum cover_state better = (enum cover_state)dice(3);

			cover_raise(&cover, step, better);
			states[step] = better > states[step] ? better : states[step];
		}
		cover_recount(&cover, from);
		agree(&cover, states, before);
	}
	copy = cover_copy(&cover);
	cover_release(&cover);
	agree(&copy, states, before);
	cover_release(&copy);
	free(states);
}
END_TEST

START_TEST(blocks_of_one_state_take_no_memory_of_their_own)
{
	struct cover cover;
	size_t calm;

	cover_init(&cover, -1, (struct cover_count){0}, 100 * COVER_BLOCK);
	cover_append(&cover, COVER_DATA, 99 * COVER_BLOCK);
	calm = cover_bytes(&cover);
	ck_assert_uint_le(calm, 200 * sizeof(struct cover_block));
	ck_assert_int_eq(cover_at(&cover, 77 * COVER_BLOCK + 5), COVER_DATA);
	cover_append(&cover, COVER_NONE, COVER_BLOCK);
	ck_assert_uint_eq(cover_bytes(&cover), calm);
	cover_raise(&cover, cover.end - 1, COVER_BRIDGED);
	cover_recount(&cover, cover.end - 1);
	ck_assert_uint_eq(cover_bytes(&cover), calm + sizeof(struct cover_bits));
	for (step_no step = cover.end - COVER_BLOCK + 1; step <= cover.end; step++)
		cover_raise(&cover, step, COVER_DATA);
	cover_append(&cover, COVER_DATA, 1); /* the block is no longer the newest */
	cover_recount(&cover, 0);
	ck_assert_uint_eq(cover_bytes(&cover), calm + sizeof(struct cover_bits));
	ck_assert_uint_eq(cover_until(&cover, cover.end).covered, 100 * COVER_BLOCK + 1);
	cover_release(&cover);
}
END_TEST

UNIT_MAIN("ledger/cover", long_runs_and_late_changes_are_kept_to_the_step,
	  blocks_of_one_state_take_no_memory_of_their_own)
