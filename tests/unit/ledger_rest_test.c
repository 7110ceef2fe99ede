/* A ledger less others, against arrays: random groups with holes, births, ends and late events. */
#include "ledger/ledger.h"

#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = 9, STEPS = 5000, BEGIN = 600 /* a multiple of every slot */, WORLDS = 6 };

static const struct ledger_shape shape = {{{1, 300}, {5, 900}, {30, 3000}}};

struct world {
	uint64_t random;
	struct counts at[GROUPS][STEPS];
	step_no origin[GROUPS];
	struct ledger *group[GROUPS], *whole;
};

static uint64_t dice(struct world *world, uint64_t sides) { return unit_random(&world->random) % sides; }

static struct counts add(struct counts a, struct counts b)
{
	return (struct counts){a.bad + b.bad, a.total + b.total, fmax(a.covered, b.covered),
			       fmax(a.bridged, b.bridged)};
}

static void post(struct ledger *ledger, step_no step, struct counts counts, bool pin)
{
	struct posting posting = {.first = step, .at = &counts, .len = 1, .pins = &step, .pins_len = pin};

	ledger_post(ledger, &posting);
}

/* Groups begin at a point that the whole has at every age; some end, and some are without data for a while. */
static void make(struct world *world, uint64_t seed)
{
	step_no away[GROUPS] = {0};

	*world = (struct world){.random = seed, .whole = ledger_new(&shape, BEGIN)};
	for (size_t g = 0; g < GROUPS; g++) {
		world->origin[g] = BEGIN + (g < 3 ? 0 : (step_no)dice(world, STEPS / 30) * 30);
		world->group[g] = ledger_new(&shape, world->origin[g]);
	}
	for (step_no i = 0; i < STEPS; i++) {
		struct counts sum = {0};
		bool pin = dice(world, 400) == 0;

		for (size_t g = 0; g < GROUPS; g++) {
			struct counts *counts = &world->at[g][i];

			if (BEGIN + i + 1 <= world->origin[g])
				continue;
			if (dice(world, 200) == 0)
				away[g] = i + (step_no)dice(world, 300);
			if (i >= away[g])
				*counts = (struct counts){(double)dice(world, 5), 5 + (double)dice(world, 90), 1, 0};
			post(world->group[g], BEGIN + i + 1, *counts, pin);
			sum = add(sum, *counts);
		}
		post(world->whole, BEGIN + i + 1, sum, pin);
	}
}

/* What comes to light later, of steps that are not forgotten. */
static void amend(struct world *world)
{
	for (int n = 0; n < 300; n++) {
		step_no i = STEPS - 1 - (step_no)dice(world, 2000);
		size_t g = dice(world, GROUPS);
		struct counts more = {1, 7, 0, 1};

		if (BEGIN + i + 1 <= world->origin[g])
			continue;
		world->at[g][i].bad += more.bad;
		world->at[g][i].total += more.total;
		world->at[g][i].bridged = world->at[g][i].covered > 0 ? 0 : 1;
		post(world->group[g], BEGIN + i + 1, more, false);
		post(world->whole, BEGIN + i + 1, more, false);
	}
}

static void end(struct world *world)
{
	for (size_t g = 0; g < GROUPS; g++)
		ledger_free(world->group[g]);
	ledger_free(world->whole);
}

static struct counts brute(const struct world *world, unsigned others, step_no from, step_no to)
{
	struct counts sum = {0};

	for (step_no i = from - BEGIN; i < to - BEGIN; i++) {
		struct counts step = {0};

		for (size_t g = 0; g < GROUPS; g++)
			step = others & 1U << g ? add(step, world->at[g][i]) : step;
		sum.bad += step.bad;
		sum.total += step.total;
		sum.covered += step.covered;
		sum.bridged += step.covered > 0 ? 0 : step.bridged;
	}
	return sum;
}

static struct ledger *rest_of(const struct world *world, unsigned others)
{
	const struct ledger *list[GROUPS], *parts[GROUPS];
	size_t len = 0, parts_len = 0;

	for (size_t g = 0; g < GROUPS; g++)
		if (others & 1U << g)
			list[len++] = world->group[g];
		else
			parts[parts_len++] = world->group[g];
	return ledger_rest(world->whole, parts, parts_len, list, len);
}

static void same(struct counts want, struct counts got)
{
	ck_assert_double_eq(got.bad, want.bad);
	ck_assert_double_eq(got.total, want.total);
	ck_assert_double_eq(got.covered, want.covered);
	ck_assert_double_eq(got.bridged, want.bridged);
}

/* From every known point, pins that are still covered among them. */
static void check(const struct world *world, unsigned others)
{
	struct ledger *rest = rest_of(world, others);
	step_no last = ledger_end(rest);

	ck_assert_int_eq(last, BEGIN + STEPS);
	ck_assert_int_eq(ledger_begin(rest), ledger_begin(world->whole));
	for (step_no at = ledger_begin(rest); at < last; at = ledger_next(rest, at))
		same(brute(world, others, at, last), ledger_read(rest, at, last));
	ck_assert_uint_eq(ledger_pins(rest), ledger_pins(world->whole));
	for (size_t i = 0; i < ledger_pins(rest); i++) {
		step_no at = ledger_pin(rest, i);
		struct counts want = brute(world, others, at, last), got = ledger_read(rest, at, last);

		ck_assert_double_eq(got.bad, want.bad);
		ck_assert_double_eq(got.total, want.total);
		if (at >= ledger_begin(rest))
			same(want, got);
	}
	ledger_free(rest);
}

START_TEST(what_is_left_is_what_the_others_have)
{
	struct world *world = malloc(sizeof(*world));

	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		make(world, seed);
		amend(world);
		check(world, 0);
		check(world, (1U << GROUPS) - 1);
		for (int n = 0; n < 10; n++)
			check(world, (unsigned)dice(world, 1U << GROUPS));
		end(world);
	}
	free(world);
}
END_TEST

/* Inside a slot all are interpolated alike, so the parts and what is left are the whole at any point. */
static void check_sums(const struct world *world, unsigned others)
{
	struct ledger *rest = rest_of(world, others);

	for (step_no at = ledger_begin(rest); at < BEGIN + STEPS; at++) {
		struct counts all = ledger_read(world->whole, at, BEGIN + STEPS);
		struct counts sum = ledger_read(rest, at, BEGIN + STEPS);

		for (size_t g = 0; g < GROUPS; g++)
			if (!(others & 1U << g)) {
				struct counts part = ledger_read(world->group[g], at, BEGIN + STEPS);

				sum.bad += part.bad;
				sum.total += part.total;
			}
		ck_assert_double_eq_tol(sum.bad, all.bad, 1e-6);
		ck_assert_double_eq_tol(sum.total, all.total, 1e-6);
		ck_assert_double_ge(ledger_read(rest, at, BEGIN + STEPS).total, 0);
	}
	ledger_free(rest);
}

START_TEST(parts_and_rest_are_the_whole_at_every_step)
{
	struct world *world = malloc(sizeof(*world));

	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		make(world, 100 + seed);
		check_sums(world, (unsigned)dice(world, 1U << GROUPS));
		end(world);
	}
	free(world);
}
END_TEST

/* A group that ended long ago has an end before that of the whole. */
START_TEST(a_part_that_has_ended_before_is_taken_whole)
{
	struct ledger *whole = ledger_new(&shape, 0), *part = ledger_new(&shape, 0), *rest;
	const struct ledger *parts[] = {part};

	for (step_no step = 1; step <= 2000; step++) {
		struct counts own = {0, 3, 1, 0}, all = {1, step <= 700 ? 13 : 10, 1, 0};

		if (step <= 700)
			post(part, step, own, false);
		post(whole, step, all, false);
	}
	rest = ledger_rest(whole, parts, 1, NULL, 0);
	ck_assert_double_eq(ledger_read(rest, 600, 2000).total, 14000);
	ck_assert_double_eq(ledger_read(rest, 600, 2000).bad, 1400);
	ck_assert_double_eq(ledger_read(rest, 600, 2000).covered, 0); /* nobody knows of it */
	ck_assert_double_eq(ledger_ever(rest).total, 20000);
	ledger_free(rest);
	ledger_free(whole);
	ledger_free(part);
}
END_TEST

UNIT_MAIN("ledger/rest", what_is_left_is_what_the_others_have, parts_and_rest_are_the_whole_at_every_step,
	  a_part_that_has_ended_before_is_taken_whole)
