/* What every SLO of a test needs and few tests are about: default alerting, and room for burn rates. Lives as long as
 * the program. */
#ifndef WICK_TESTS_ALERTING_FIXTURE_H
#define WICK_TESTS_ALERTING_FIXTURE_H

#include "model/counts.h"
#include "model/result.h"

static inline struct arena *fixture_arena(void)
{
	static struct arena arena;

	return &arena;
}

static inline const struct alerting *fixture_alerting(struct span window)
{
	return alerting_default(fixture_arena(), &(struct alerting_basis){.window = window});
}

/* One rolling window. */
static inline const struct slo_window *fixture_windows(struct span span)
{
	struct slo_window *window = arena_alloc(fixture_arena(), sizeof(*window));

	window->span = span;
	window->name = arena_str(fixture_arena(), str_of(span_text(span).text));
	return window;
}

/* What a rolling window reads whose steps of a minute end at `to`. */
static inline struct window_reading fixture_reading(struct counts counts, struct span span, struct instant to)
{
	double steps = (double)span.ms / (double)SPAN_MINUTE;

	return (struct window_reading){
		.counts = counts, .from = {to.ms - span.ms}, .to = to, .steps = steps, .past = steps};
}

/* Budgets of the SLO, all 0. */
static inline struct budget *fixture_budgets(const struct slo *slo)
{
	return arena_array(fixture_arena(), slo->windows_len, sizeof(struct budget));
}

/* Burn rates of the SLO, all 0. */
static inline struct burn *fixture_burn(const struct slo *slo)
{
	return arena_array(fixture_arena(), slo->alerting->windows_len, sizeof(struct burn));
}

#endif
