/* Composites read through their members: against sums over made-up worlds, step by step and member by member; and what
 * they want of ledgers that are not theirs. */
#include "base/num.h"
#include "engine/periods.h"
#include "engine/window.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"
#include "tests/unit/world_fixture.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 600, NODES = 6, STRETCHES = 2 };
#define ORIGIN ((step_no)29874240) /* 2026-10-20T00:00:00Z */

/* An SLO of a made-up tree: what happened in each of its steps, or who its members are. */
struct node {
	struct counts world[STEPS]; /* of step ORIGIN + 1 + i */
	bool out[STEPS];            /* by its own exclusions */
	struct slo slo;
	struct slo_window window;
	struct composite composite;
	struct composite_member members[NODES];
	const struct node *below[NODES];
	struct exclusion exclusions[STRETCHES];
	const struct exclusion *list[STRETCHES];
	struct corrections corrections;
	char name[16];
};

struct tree {
	struct node nodes[NODES];
	struct store *store;
	struct arena arena;
	uint64_t state;
};

static size_t dice(struct tree *tree, size_t sides) { return (size_t)(unit_random(&tree->state) % sides); }

static struct exclusion excluded(step_no from, step_no to)
{
	struct exclusion exclusion = {.reason = STR("a drill")};
	struct err err = {0};
	struct recurrence_terms terms = {
		.zone = zone_find(STR("UTC"), &err),
		.start = civil_of_seconds(from * 60),
		.end = civil_of_seconds(to * 60),
	};

	ck_assert_msg(recurrence_read(&terms, &exclusion.when, &err), "%s", err.text);
	return exclusion;
}

static void exclude(struct tree *tree, struct node *node, size_t len)
{
	if (!len)
		return;
	for (size_t i = 0; i < len; i++) {
		size_t from = dice(tree, STEPS - 100), to = from + 1 + dice(tree, 99);

		node->exclusions[i] = excluded(ORIGIN + (step_no)from, ORIGIN + (step_no)to);
		node->list[i] = &node->exclusions[i];
		for (size_t s = from; s < to; s++)
			node->out[s] = true;
	}
	node->corrections = (struct corrections){.exclusions = node->list, .exclusions_len = len};
	node->slo.corrections = &node->corrections;
}

/* Busy and quiet stretches, idle ones, holes and bridged holes; some have no data at first, or none at all. */
static void make_world(struct tree *tree, struct node *node)
{
	size_t mood = 0, first = dice(tree, 3) ? 0 : dice(tree, STEPS + 100);

	for (size_t i = 0; i < STEPS; i++) {
		struct counts *at = &node->world[i];

		if (i % 20 == 0)
			mood = dice(tree, 6);
		*at = (struct counts){.covered = i >= first && mood != 0, .bridged = i >= first && mood == 0 && i % 2};
		if (!(at->covered + at->bridged > 0))
			continue;
		at->total = mood == 1 ? 0 : (double)dice(tree, mood == 2 ? 10 : 1000);
		at->bad = fmin((double)dice(tree, mood == 3 ? 500 : 5), at->total);
	}
}

static void name(struct node *node, size_t i, int64_t minutes)
{
	snprintf(node->name, sizeof(node->name), "shop/%zu", i);
	node->window = (struct slo_window){.span = {minutes * SPAN_MINUTE}, .name = STR("w")};
	node->slo = slo_with(&node->window, 1);
	node->slo.id = str_of(node->name);
	node->slo.counts_hash = 1;
	node->slo.alerting = fixture_alerting(node->window.span);
}

static void compose(struct tree *tree, struct node *node, const size_t *members, size_t len)
{
	node->composite = (struct composite){
		.weighting = dice(tree, 2) ? WEIGHTED_BY_EVENTS : WEIGHTED_EQUALLY,
		.missing = (enum slice_missing)dice(tree, 3),
		.delay = {10 * SPAN_MINUTE},
		.members = node->members,
		.len = len,
	};
	for (size_t i = 0; i < len; i++) {
		node->below[i] = &tree->nodes[members[i]];
		node->members[i] = (struct composite_member){node->below[i]->slo.id,
							     dice(tree, 2) ? 1 : 0.25 * (double)(1 + dice(tree, 12)),
							     &node->below[i]->slo,
							     {0}};
	}
	node->slo.sli.kind = SLI_COMPOSITE;
	node->slo.sli.composite = &node->composite;
}

/* 5 is a composite of 4, 0 and 1; 4 is one of 1, 2 and 3. */
static void plant(struct tree *tree, uint64_t seed)
{
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){(STEPS + 100) * SPAN_MINUTE});
	struct err err = {0};

	*tree = (struct tree){.state = seed, .store = store_open(NULL, STEP, &err)};
	arena_init(&tree->arena);
	for (size_t i = 0; i < NODES; i++)
		name(&tree->nodes[i], i, i == 4 ? 180 : 300);
	for (size_t i = 0; i < 4; i++) {
		struct node *node = &tree->nodes[i];
		struct ledger_key key = {node->slo.id, 1, {0}};

		make_world(tree, node);
		ledger_post(store_create(tree->store, &key, &shape, ORIGIN)->ledger,
			    &(struct posting){.first = ORIGIN + 1, .at = node->world, .len = STEPS});
	}
	compose(tree, &tree->nodes[4], (const size_t[]){1, 2, 3}, 3);
	compose(tree, &tree->nodes[5], (const size_t[]){4, 0, 1}, 3);
	for (size_t i = 0; i < NODES; i++)
		exclude(tree, &tree->nodes[i], dice(tree, STRETCHES + 1));
}

static void cut_down(struct tree *tree)
{
	store_close(tree->store);
	arena_release(&tree->arena);
}

static struct view view_in(struct tree *tree, size_t node)
{
	struct view_source source = {.store = tree->store, .step = STEP};

	return view_raw_composite(&tree->nodes[node].slo, &source, &tree->arena);
}

/* --- the same, the long way round ----------------------------------------------------------------------------------
 */

/* Of a span: its steps that count, those that are covered and known, and events. */
struct sum {
	double steps, covered, known, bad, total;
};

static bool is_out(const struct node *node, step_no step)
{
	return step > ORIGIN && step <= ORIGIN + STEPS && node->out[step - ORIGIN - 1];
}

/* Whether the step is no part of the node: by itself, by a composite above, or since it is none of any member. */
static bool gone(const struct node *node, step_no step, bool above)
{
	bool out = above || is_out(node, step), all = true;

	for (size_t i = 0; i < node->composite.len; i++)
		all = all && gone(node->below[i], step, out);
	return out || (node->composite.len && all);
}

static step_no first_known(const struct node *node)
{
	step_no first = INT64_MAX;

	for (size_t i = 0; i < node->composite.len; i++)
		first = first_known(node->below[i]) < first ? first_known(node->below[i]) : first;
	for (size_t i = STEPS; i-- > 0 && !node->composite.len;)
		if (node->world[i].covered + node->world[i].bridged > 0)
			first = ORIGIN + 1 + (step_no)i;
	return first;
}

struct mask {
	const struct node *by[NODES]; /* composites above, whose exclusions hold */
	size_t len;
	bool counted; /* none holds */
};

static bool masked(const struct mask *mask, step_no step)
{
	for (size_t i = 0; i < mask->len; i++)
		if (is_out(mask->by[i], step))
			return true;
	return false;
}

static struct sum sum_of(const struct node *node, step_no from, step_no to, struct mask mask);

static double steps_left(const struct node *node, step_no from, step_no to, const struct mask *mask)
{
	double left = 0;

	for (step_no step = from + 1; step <= to; step++)
		left += mask->counted || !gone(node, step, masked(mask, step));
	return left;
}

static struct sum leaf_sum(const struct node *node, step_no from, step_no to, const struct mask *mask)
{
	struct sum sum = {.steps = steps_left(node, from, to, mask)};

	for (step_no step = from + 1; step <= to; step++) {
		const struct counts *at;

		if (step <= ORIGIN || step > ORIGIN + STEPS || (!mask->counted && gone(node, step, masked(mask, step))))
			continue;
		at = &node->world[step - ORIGIN - 1];
		sum.covered += at->covered;
		sum.known += at->covered + at->bridged;
		sum.bad += at->bad;
		sum.total += at->total;
	}
	return sum;
}

/* By docs/formulas.md. */
static struct sum composite_sum(const struct node *node, step_no from, step_no to, struct mask mask)
{
	const struct composite *composite = &node->composite;
	bool events = composite->weighting == WEIGHTED_BY_EVENTS;
	struct sum sum = {.steps = steps_left(node, from, to, &mask)}, member[NODES];
	double rate[NODES], rates = 0, rated = 0, weights = 0, covered = 0, known = 0;
	step_no base = to - node->window.span.ms / STEP.ms;

	mask.by[mask.len++] = node;
	for (size_t i = 0; i < composite->len; i++) {
		struct sum longer = sum_of(node->below[i], base < from ? base : from, to, mask);

		member[i] = sum_of(node->below[i], from, to, mask);
		rate[i] = longer.known > 0 ? longer.total / longer.known : -1;
		if (rate[i] >= 0 && member[i].steps > 0) {
			rates += composite->members[i].weight * rate[i];
			rated += composite->members[i].weight;
		}
	}
	for (size_t i = 0; i < composite->len; i++) {
		double weight = composite->members[i].weight, say = weight, ruled = 0, is_known, bad, total;
		step_no since = first_known(node->below[i]);

		if (!(member[i].steps > 0))
			continue;
		if (events && rates > 0)
			say *= rate[i] >= 0 ? rate[i] : rates / rated;
		if (composite->missing != MISSING_IGNORED && since <= to && (!events || rate[i] >= 0))
			ruled = fmax(steps_left(node->below[i], since - 1 > from ? since - 1 : from, to, &mask) -
					     member[i].known,
				     0);
		is_known = member[i].known + ruled;
		if (events) {
			total = member[i].total + ruled * fmax(rate[i], 0);
			bad = member[i].bad + (composite->missing == MISSING_BAD ? ruled * fmax(rate[i], 0) : 0);
		} else {
			/* the bad part of its known time, which is ruled bad where it is */
			double ratio = member[i].total > 0 ? member[i].bad / member[i].total : 0;

			total = is_known / member[i].steps * sum.steps;
			bad = (ratio * member[i].known + (composite->missing == MISSING_BAD ? ruled : 0)) /
			      member[i].steps * sum.steps;
		}
		weights += say;
		covered += say * member[i].covered / member[i].steps;
		known += say * is_known / member[i].steps;
		sum.bad += weight * bad;
		sum.total += weight * total;
	}
	if (!(weights > 0))
		return (struct sum){.steps = sum.steps};
	if (!events) {
		sum.bad /= weights;
		sum.total /= weights;
	}
	sum.covered = covered / weights * sum.steps;
	sum.known = known / weights * sum.steps;
	return sum;
}

static struct sum sum_of(const struct node *node, step_no from, step_no to, struct mask mask)
{
	return node->composite.len ? composite_sum(node, from, to, mask) : leaf_sum(node, from, to, &mask);
}

static bool close_to(double a, double b) { return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b))); }

static void same(struct counts is, struct sum truth, const char *what, uint64_t seed)
{
	ck_assert_msg(
		close_to(is.bad, truth.bad) && close_to(is.total, truth.total) && close_to(is.covered, truth.covered) &&
			close_to(is.covered + is.bridged, truth.known),
		"%s in tree %llu: %.12g of %.12g, %.12g covered, %.12g known; in truth %.12g of %.12g, %.12g, %.12g",
		what, (unsigned long long)seed, is.bad, is.total, is.covered, is.covered + is.bridged, truth.bad,
		truth.total, truth.covered, truth.known);
}

START_TEST(a_span_of_a_composite_is_made_of_what_its_members_have_done)
{
	static struct tree tree;
	uint64_t seed = (uint64_t)_i + 1;
	struct view raw, view;

	plant(&tree, seed);
	raw = view_in(&tree, 5);
	view = view_without(&raw, &tree.arena, ORIGIN - 1000, ORIGIN + STEPS + 1000);
	ck_assert_int_eq(raw.end, ORIGIN + STEPS);
	for (size_t i = 0; i < 60; i++) {
		step_no to = ORIGIN + 1 + (step_no)dice(&tree, STEPS), from = to - 1 - (step_no)dice(&tree, 400);
		step_no steps;

		same(view_counted(&view, from, to), sum_of(&tree.nodes[5], from, to, (struct mask){.counted = true}),
		     "as counted", seed);
		same(view_read(&view, from, to), sum_of(&tree.nodes[5], from, to, (struct mask){.len = 0}), "left",
		     seed);
		view_excluded(&view, from, to, &steps);
		ck_assert_int_eq(to - from - steps,
				 (step_no)steps_left(&tree.nodes[5], from, to, &(struct mask){.len = 0}));
	}
	cut_down(&tree);
}
END_TEST

START_TEST(a_window_is_the_span_it_stands_for_and_members_share_its_bad_events)
{
	static struct tree tree;
	struct view raw, view;

	plant(&tree, (uint64_t)_i + 1);
	raw = view_in(&tree, 5);
	for (step_no at = ORIGIN + 290; at <= raw.end; at += 31) {
		struct window_reading reading;
		const struct view_share *shares;
		struct sum truth = sum_of(&tree.nodes[5], at - 300, at, (struct mask){.len = 0});
		double parts = 0;

		view = view_of(&raw, &tree.arena, at, at);
		reading = window_read(&tree.nodes[5].window, &view, at);
		same(reading.counts, truth, "the window", (uint64_t)_i + 1);
		ck_assert(close_to(reading.steps, truth.steps) && close_to(reading.past, truth.steps));
		shares = view_shares(&view, &tree.arena, at - 300, at);
		for (size_t m = 0; m < 3; m++)
			parts += truth.bad > 0 ? shares[m].bad : 0;
		ck_assert(truth.bad > 0 ? close_to(parts, 1) : isnan(shares[0].bad));
	}
	cut_down(&tree);
}
END_TEST

/* --- worked out by hand --------------------------------------------------------------------------------------------
 */

/* Two members of an hour: a busy one, and one that is quiet and fails half of the time. */
struct pair {
	struct node nodes[3];
	struct store *store;
	struct account *accounts[2];
};

static void post(struct pair *pair, size_t which, step_no steps, struct counts each)
{
	struct counts at[60];

	for (step_no i = 0; i < steps; i++)
		at[i] = each;
	ledger_post(pair->accounts[which]->ledger,
		    &(struct posting){
			    .first = ledger_end(pair->accounts[which]->ledger) + 1, .at = at, .len = (size_t)steps});
}

static void make_pair(struct pair *pair, enum composite_weighting weighting, enum slice_missing missing)
{
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){10 * SPAN_HOUR});
	struct err err = {0};

	*pair = (struct pair){.store = store_open(NULL, STEP, &err)};
	for (size_t i = 0; i < 3; i++)
		name(&pair->nodes[i], i, 60);
	for (size_t i = 0; i < 2; i++) {
		struct ledger_key key = {pair->nodes[i].slo.id, 1, {0}};

		pair->accounts[i] = store_create(pair->store, &key, &shape, ORIGIN);
		pair->nodes[2].members[i] =
			(struct composite_member){pair->nodes[i].slo.id, i ? 1 : 3, &pair->nodes[i].slo, {0}};
	}
	pair->nodes[2].composite =
		(struct composite){weighting, missing, {10 * SPAN_MINUTE}, pair->nodes[2].members, 2};
	pair->nodes[2].slo.sli.kind = SLI_COMPOSITE;
	pair->nodes[2].slo.sli.composite = &pair->nodes[2].composite;
}

static const struct slo *stuck;
static bool is_stuck(const void *context, const struct slo *slo) { return slo == context; }

static struct view pair_view(struct pair *pair)
{
	struct view_source source = {pair->store, STEP, is_stuck, stuck};

	return view_raw_composite(&pair->nodes[2].slo, &source, fixture_arena());
}

START_TEST(a_quiet_member_weighs_what_its_events_or_its_minutes_weigh)
{
	static struct pair pair;
	struct view view;
	struct counts counts;

	make_pair(&pair, WEIGHTED_BY_EVENTS, MISSING_IGNORED);
	post(&pair, 0, 60, (struct counts){.bad = 1, .total = 1000, .covered = 1});
	post(&pair, 1, 60, (struct counts){.bad = 5, .total = 10, .covered = 1});
	view = pair_view(&pair);
	counts = view_counted(&view, ORIGIN, ORIGIN + 60);
	ck_assert(num_same(counts.bad, 3 * 60 + 5 * 60) && num_same(counts.total, 3 * 60000 + 600));
	ck_assert(num_same(counts.covered, 60) && num_same(counts.bridged, 0));
	pair.nodes[2].composite.weighting = WEIGHTED_EQUALLY;
	counts = view_counted(&view, ORIGIN, ORIGIN + 60);
	/* 3 of 4 parts are bad by 1/1000, 1 by 1/2 */
	ck_assert(num_same(counts.total, 60) && close_to(counts.bad, 60 * (3 * 0.001 + 0.5) / 4));
	ck_assert(num_same(counts.covered, 60) && num_same(counts.bridged, 0));
	store_close(pair.store);
}
END_TEST

START_TEST(what_is_missing_counts_by_what_the_composite_says)
{
	static const struct {
		enum composite_weighting weighting;
		enum slice_missing missing;
		double bad, total, covered, bridged;
	} rows[] = {
		/* the busy one, and of the quiet one 15 of 60 minutes: what covers it is the mean by their events */
		{WEIGHTED_BY_EVENTS, MISSING_IGNORED, 180 + 75, 180000 + 150, 60 * (3000 + 10 * 0.25) / 3010, 0},
		{WEIGHTED_BY_EVENTS, MISSING_GOOD, 180 + 75, 180000 + 600, 60 * (3000 + 10 * 0.25) / 3010,
		 60 * 10 * 0.75 / 3010},
		{WEIGHTED_BY_EVENTS, MISSING_BAD, 180 + 75 + 450, 180000 + 600, 60 * (3000 + 10 * 0.25) / 3010,
		 60 * 10 * 0.75 / 3010},
		{WEIGHTED_EQUALLY, MISSING_IGNORED, (3 * 0.06 + 7.5) / 4, (3 * 60 + 15) / 4.0, (3 * 60 + 15) / 4.0, 0},
		{WEIGHTED_EQUALLY, MISSING_GOOD, (3 * 0.06 + 7.5) / 4, 60, (3 * 60 + 15) / 4.0, 45 / 4.0},
		{WEIGHTED_EQUALLY, MISSING_BAD, (3 * 0.06 + 7.5 + 45) / 4, 60, (3 * 60 + 15) / 4.0, 45 / 4.0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct pair pair;
		struct view view;
		struct counts counts;

		make_pair(&pair, rows[i].weighting, rows[i].missing);
		post(&pair, 0, 60, (struct counts){.bad = 1, .total = 1000, .covered = 1});
		post(&pair, 1, 15, (struct counts){.bad = 5, .total = 10, .covered = 1});
		post(&pair, 1, 45, (struct counts){0});
		view = pair_view(&pair);
		counts = view_counted(&view, ORIGIN, ORIGIN + 60);
		ck_assert_msg(close_to(counts.bad, rows[i].bad) && close_to(counts.total, rows[i].total) &&
				      close_to(counts.covered, rows[i].covered) &&
				      close_to(counts.bridged, rows[i].bridged),
			      "row %zu: %.9g of %.9g, %.9g covered, %.9g bridged", i, counts.bad, counts.total,
			      counts.covered, counts.bridged);
		/* a short span of which nothing is known of the quiet one goes by what it usually does */
		counts = view_counted(&view, ORIGIN + 50, ORIGIN + 60);
		if (rows[i].weighting == WEIGHTED_BY_EVENTS)
			ck_assert(close_to(counts.bad, 30 + (rows[i].missing == MISSING_BAD ? 100 : 0)));
		store_close(pair.store);
	}
}
END_TEST

/* Before a member's first data nobody knows whether it was there. */
START_TEST(what_lies_before_the_first_data_is_neither_good_nor_bad)
{
	static struct pair pair;
	struct view view;
	struct counts counts;

	make_pair(&pair, WEIGHTED_EQUALLY, MISSING_BAD);
	post(&pair, 0, 60, (struct counts){.total = 1000, .covered = 1});
	post(&pair, 1, 30, (struct counts){0});
	post(&pair, 1, 30, (struct counts){.total = 10, .covered = 1});
	view = pair_view(&pair);
	counts = view_counted(&view, ORIGIN, ORIGIN + 60);
	ck_assert(num_same(counts.bad, 0) && num_same(counts.total, (3 * 60 + 30) / 4.0));
	counts = view_counted(&view, ORIGIN, ORIGIN + 30);
	ck_assert(num_same(counts.bad, 0) && num_same(counts.covered, 30 * 0.75));
	store_close(pair.store);
}
END_TEST

START_TEST(only_a_member_that_does_not_get_on_is_left_behind_and_not_before_the_delay)
{
	static struct pair pair;

	stuck = NULL;
	make_pair(&pair, WEIGHTED_EQUALLY, MISSING_IGNORED);
	post(&pair, 0, 60, (struct counts){.total = 1, .covered = 1});
	post(&pair, 1, 49, (struct counts){.total = 1, .covered = 1});
	ck_assert_int_eq(pair_view(&pair).end, ORIGIN + 49);
	stuck = &pair.nodes[1].slo;
	ck_assert_int_eq(pair_view(&pair).end, ORIGIN + 60);
	post(&pair, 1, 1, (struct counts){.total = 1, .covered = 1});
	ck_assert_int_eq(pair_view(&pair).end, ORIGIN + 50);
	stuck = &pair.nodes[0].slo;
	ck_assert_int_eq(pair_view(&pair).end, ORIGIN + 50);
	stuck = NULL;
	store_close(pair.store);
}
END_TEST

START_TEST(a_correction_of_a_member_counts_in_its_share)
{
	static struct adjustment adjustment = {.good = -10, .bad = 20};
	static const struct adjustment *const adjustments[] = {&adjustment};
	static struct exclusion drill;
	static const struct exclusion *const drills[] = {&drill};
	struct corrections adjusted = {.adjustments = adjustments, .adjustments_len = 1};
	struct corrections cut = {.exclusions = drills, .exclusions_len = 1};
	static struct pair pair;
	struct view raw, view;
	struct window_reading reading;
	step_no at = ORIGIN + 60;

	make_pair(&pair, WEIGHTED_BY_EVENTS, MISSING_IGNORED);
	post(&pair, 0, 60, (struct counts){.bad = 1, .total = 1000, .covered = 1});
	post(&pair, 1, 60, (struct counts){.bad = 5, .total = 10, .covered = 1});
	adjustment.at.ms = (ORIGIN + 10) * STEP.ms;
	pair.nodes[0].slo.corrections = &adjusted;
	raw = pair_view(&pair);
	view = view_of(&raw, fixture_arena(), at, at);
	reading = window_read(&pair.nodes[2].window, &view, at);
	ck_assert(close_to(reading.counts.bad, 3 * 80 + 300) && close_to(reading.counts.total, 3 * 60010 + 600));
	/* burn rates and what was counted are as counted */
	ck_assert(num_same(view_read(&view, ORIGIN, at).bad, 3 * 60 + 300));
	ck_assert(num_same(window_read_raw(&pair.nodes[2].window, &view, at).counts.bad, 3 * 60 + 300));

	/* half an hour of the quiet one does not count: all of the other half is known, and the hour stays one */
	drill = excluded(ORIGIN + 30, ORIGIN + 60);
	pair.nodes[0].slo.corrections = NULL;
	pair.nodes[1].slo.corrections = &cut;
	view = view_of(&raw, fixture_arena(), at, at);
	reading = window_read(&pair.nodes[2].window, &view, at);
	ck_assert(close_to(reading.counts.bad, 180 + 150) && close_to(reading.counts.total, 180000 + 300));
	ck_assert(close_to(reading.counts.covered, 60) && num_same(reading.past, 60));
	ck_assert(!view_span_excluded(&view, at, (struct span){10 * SPAN_MINUTE}));
	/* and if it counts for none of them, it is no part of the composite either */
	pair.nodes[0].slo.corrections = &cut;
	view = view_of(&raw, fixture_arena(), at, at);
	reading = window_read(&pair.nodes[2].window, &view, at);
	ck_assert(close_to(reading.counts.bad, 90 + 150) && num_same(reading.past, 30) && num_same(reading.steps, 30));
	ck_assert(view_span_excluded(&view, at, (struct span){10 * SPAN_MINUTE}));
	store_close(pair.store);
}
END_TEST

/* --- what it wants of its members' ledgers ---------------------------------------------------------------------------
 */

/* A member that looks at a week is a part of a month. */
struct month {
	struct slo_window week, month;
	struct slo member, composite;
	struct composite_member members[1];
	struct composite of;
	const struct slo *above[1];
	struct exclusion drill;
	const struct exclusion *drills[1];
	struct corrections cut;
	struct store *store;
	struct account *account;
};

static void make_month(struct month *month, step_no begin)
{
	struct err err = {0};

	*month = (struct month){.week = {.span = {7 * SPAN_DAY}, .name = STR("7d")},
				.month = calendar(PERIOD_MONTH, "Europe/Berlin")};
	month->member = slo_with(&month->week, 1);
	month->member.counts_hash = 1;
	month->member.alerting = fixture_alerting((struct span){7 * SPAN_DAY});
	month->composite = slo_with(&month->month, 1);
	month->composite.id = STR("shop/journey");
	month->composite.alerting = fixture_alerting((struct span){30 * SPAN_DAY});
	month->members[0] = (struct composite_member){month->member.id, 2, &month->member, {0}};
	month->of = (struct composite){WEIGHTED_BY_EVENTS, MISSING_IGNORED, {0}, month->members, 1};
	month->composite.sli.kind = SLI_COMPOSITE;
	month->composite.sli.composite = &month->of;
	month->above[0] = &month->composite;
	month->member.above = month->above;
	month->member.above_len = 1;
	month->drill = excluded(AT("2026-07-08T10:07:00Z"), AT("2026-07-08T11:11:00Z"));
	month->drills[0] = &month->drill;
	month->cut = (struct corrections){.exclusions = month->drills, .exclusions_len = 1};
	month->composite.corrections = &month->cut;
	month->store = store_open(NULL, STEP, &err);
	month->account = account_of(month->store, &month->member, begin);
}

static struct view month_view(struct month *month)
{
	struct view_source source = {.store = month->store, .step = STEP};

	return view_raw_composite(&month->composite, &source, fixture_arena());
}

START_TEST(its_windows_are_read_back_kept_and_remembered_by_its_members)
{
	step_no at = AT("2026-08-20T12:34:00Z"), reach;
	static struct month month;

	make_month(&month, 0);
	reach = windows_reach(&month.member, at, STEP);
	ck_assert_int_eq(reach, AT("2026-06-30T22:00:00Z")); /* the month before, too */
	ck_assert_int_eq(windows_span(&month.member).ms, windows_span(&month.composite).ms);
	month.month = (struct slo_window){.span = {90 * SPAN_DAY}, .name = STR("90d")};
	ck_assert_int_eq(windows_kept(&month.member).ms, 90 * SPAN_DAY);
	ck_assert_int_eq(windows_longest(&month.member).ms, 7 * SPAN_DAY);
	store_close(month.store);
}
END_TEST

/* Of all that is excluded in the tree, read through node 5. */
static uint64_t hash_of(struct tree *tree)
{
	struct view raw = view_in(tree, 5), view = view_without(&raw, &tree->arena, ORIGIN, ORIGIN + STEPS);

	return view_corrections_hash(&view, ORIGIN, ORIGIN + STEPS);
}

static void exclude_alike(struct node *node)
{
	node->exclusions[0] = excluded(ORIGIN + 100, ORIGIN + 140);
	node->list[0] = &node->exclusions[0];
	node->corrections = (struct corrections){.exclusions = node->list, .exclusions_len = 1};
	node->slo.corrections = &node->corrections;
}

START_TEST(what_corrects_a_reading_is_whose_it_is_and_what_that_weighs)
{
	struct composite_member *members;
	uint64_t first, heavier, other;
	struct tree tree;

	plant(&tree, 11);
	for (size_t i = 0; i < NODES; i++)
		tree.nodes[i].slo.corrections = NULL;
	members = tree.nodes[5].members; /* 4, 0 and 1 */
	ck_assert_uint_eq(hash_of(&tree), 0);
	exclude_alike(&tree.nodes[0]);
	members[1].weight = 1;
	first = hash_of(&tree);
	ck_assert(first != 0 && first == hash_of(&tree));
	members[1].weight = 1.5;
	heavier = hash_of(&tree);
	ck_assert_msg(heavier != first, "it weighs more, and nobody sees that");
	members[1].weight = 1;
	ck_assert(hash_of(&tree) == first);
	/* another SLO in its place, with the same exclusion */
	exclude_alike(&tree.nodes[3]);
	tree.nodes[4].composite.len = 2; /* 3 is none of its members now */
	ck_assert(hash_of(&tree) == first);
	members[1] = (struct composite_member){tree.nodes[3].slo.id, 1, &tree.nodes[3].slo, {0}};
	other = hash_of(&tree);
	ck_assert_msg(other != first && other != 0, "it is another member's, and nobody sees that");
	cut_down(&tree);
}
END_TEST

START_TEST(a_month_of_it_is_closed_once_the_same_live_and_read_back)
{
	step_no from = AT("2026-06-30T22:00:00Z"), to = AT("2026-07-31T22:00:00Z"), end = AT("2026-08-20T12:00:00Z");
	struct counts truth = world_sum(from, to), drill;
	const struct period_record *const *list;
	static struct month month;
	struct err err = {0};

	drill = world_sum(AT("2026-07-08T10:07:00Z"), AT("2026-07-08T11:11:00Z"));
	for (int way = 0; way < 2; way++) {
		struct periods *periods;
		struct view view;

		make_month(&month, from);
		periods = periods_new(month.store, &err);
		/* counted on minute by minute, as far as that has to be, or read back in large pieces */
		count_on(month.account, month.store, &month.member, to - 3, way ? 5000 : 333);
		count_on(month.account, month.store, &month.member, end, way ? 5000 : 60);
		view = month_view(&month);
		ck_assert(periods_close(periods, &view, (struct labels){0}, (struct instant){end * STEP.ms}, &err));
		ck_assert_uint_eq(periods_of(periods, month.composite.id, (struct labels){0}, &list), 1);
		ck_assert_str_eq(list[0]->name.at, "2026-07");
		ck_assert(num_same(list[0]->counted.bad, 2 * truth.bad) &&
			  num_same(list[0]->counted.total, 2 * truth.total) &&
			  num_same(list[0]->counted.covered, truth.covered));
		ck_assert(num_same(list[0]->counts.bad, 2 * (truth.bad - drill.bad)) &&
			  num_same(list[0]->counts.total, 2 * (truth.total - drill.total)));
		ck_assert(num_same(list[0]->steps, truth.covered - 64));
		periods_free(periods);
		store_close(month.store);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine/composite");
	TCase *composite = tcase_create("composite");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(composite, a_span_of_a_composite_is_made_of_what_its_members_have_done, 0, 60);
	tcase_add_loop_test(composite, a_window_is_the_span_it_stands_for_and_members_share_its_bad_events, 0, 40);
	tcase_add_test(composite, a_quiet_member_weighs_what_its_events_or_its_minutes_weigh);
	tcase_add_test(composite, what_is_missing_counts_by_what_the_composite_says);
	tcase_add_test(composite, what_lies_before_the_first_data_is_neither_good_nor_bad);
	tcase_add_test(composite, only_a_member_that_does_not_get_on_is_left_behind_and_not_before_the_delay);
	tcase_add_test(composite, a_correction_of_a_member_counts_in_its_share);
	tcase_add_test(composite, its_windows_are_read_back_kept_and_remembered_by_its_members);
	tcase_add_test(composite, what_corrects_a_reading_is_whose_it_is_and_what_that_weighs);
	tcase_add_test(composite, a_month_of_it_is_closed_once_the_same_live_and_read_back);
	tcase_set_timeout(composite, 60);
	suite_add_tcase(suite, composite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
