/* What every SLO of a test needs and few tests are about: default alerting, and room for burn rates. Lives as long as
 * the program. */
#ifndef WICK_TESTS_ALERTING_FIXTURE_H
#define WICK_TESTS_ALERTING_FIXTURE_H

#include "model/result.h"

static inline struct arena *fixture_arena(void)
{
	static struct arena arena;

	return &arena;
}

static inline const struct alerting *fixture_alerting(struct span window)
{
	return alerting_default(fixture_arena(), window, false);
}

/* Burn rates of the SLO, all 0. */
static inline struct burn *fixture_burn(const struct slo *slo)
{
	return arena_array(fixture_arena(), slo->alerting->windows_len, sizeof(struct burn));
}

#endif
