/* A made-up world in which every step of a minute is another one, its sums the long way round, and ledgers of it. */
#ifndef WICK_TESTS_WORLD_FIXTURE_H
#define WICK_TESTS_WORLD_FIXTURE_H

#include "engine/window.h"
#include "ledger/store.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STEP     ((struct span){SPAN_MINUTE})
#define KEEP     ((struct span){31 * SPAN_DAY})
#define AT(text) step_at(text)

static inline step_no step_at(const char *text)
{
	struct instant instant = {0};

	ck_assert(instant_read(str_of(text), &instant));
	return instant.ms / STEP.ms;
}

/* What happened in a step: anything that no two steps are likely to share. */
static inline struct counts world(step_no step)
{
	struct counts counts = {.covered = 1};

	counts.total = (double)(step * 7919 % 1000);
	counts.bad = (double)(step * 104729 % 13);
	counts.bad = fmin(counts.bad, counts.total);
	return counts;
}

static inline struct counts world_sum(step_no from, step_no to)
{
	struct counts sum = {0};

	for (step_no step = from + 1; step <= to; step++) {
		sum.bad += world(step).bad;
		sum.total += world(step).total;
		sum.covered++;
	}
	return sum;
}

static inline struct slo_window calendar(enum period_unit unit, const char *zone)
{
	struct err err = {0};
	struct slo_window window = {
		.calendar = true,
		.periods = {unit, 1, zone_find(str_of(zone), &err), {0}},
		.name = str_of(period_unit_names[unit]),
	};

	ck_assert_msg(window.periods.zone != NULL, "%s", err.text);
	window.span = period_nominal(&window.periods);
	return window;
}

static inline struct slo slo_with(const struct slo_window *windows, size_t len)
{
	return (struct slo){.id = STR("shop/api"),
			    .objective = 0.99,
			    .window = windows->span,
			    .windows = windows,
			    .windows_len = len};
}

static inline struct window_reading read_at(const struct slo *slo, size_t window, const struct account *account,
					    step_no at)
{
	struct view raw = view_raw(slo, account->ledger, STEP), view;
	struct window_reading reading;
	struct arena arena;

	arena_init(&arena);
	view = view_of(&raw, &arena, at, at);
	reading = window_read(&slo->windows[window], &view, at);
	arena_release(&arena);
	return reading;
}

/* Counts on in pieces of `piece` steps as the engine does, with pins. */
static inline void count_on(struct account *account, struct store *store, const struct slo *slo, step_no to,
			    size_t piece)
{
	struct arena arena;

	arena_init(&arena);
	while (ledger_end(account->ledger) < to) {
		step_no first = ledger_end(account->ledger) + 1;
		size_t len = to - first + 1 > (step_no)piece ? piece : (size_t)(to - first + 1);
		struct counts *at = calloc(len, sizeof(*at));
		struct step_list pins = windows_pins(slo, &arena, first, first + (step_no)len - 1, STEP);
		struct step_list needed;
		struct entry entry = {account, {first, at, len, pins.at, pins.len}};
		struct err err = {0};

		for (size_t i = 0; i < len; i++)
			at[i] = world(first + (step_no)i);
		ck_assert_msg(store_commit(store, &entry, 1, &err), "%s", err.text);
		needed = windows_needed_pins(slo, &arena, ledger_end(account->ledger), STEP);
		ledger_keep_pins(account->ledger, needed.at, needed.len);
		free(at);
	}
	arena_release(&arena);
}

static inline struct account *account_of(struct store *store, const struct slo *slo, step_no begin)
{
	struct ledger_key key = {slo->id, 1, {0}};
	struct ledger_shape shape = ledger_shape_default(STEP, KEEP);
	struct account *account = store_find(store, &key);

	return account ? account : store_create(store, &key, &shape, begin);
}

#endif
