#include "propose/ladder.h"

#include <math.h>

/* Parts of 10,000 that may be bad. */
static const struct rung {
	const char *objective;
	double bad;
} rungs[] = {{"99.99%", 1}, {"99.95%", 5}, {"99.9%", 10}, {"99.5%", 50}, {"99%", 100}, {"95%", 500}, {"90%", 1000}};
enum { RUNGS = sizeof(rungs) / sizeof(rungs[0]) };

#define MOST_SPENT   0.9 /* of the budget: an objective that was met by a hair is broken next month */
#define LEAST_BUDGET 5.0 /* events: the default alerts ask for as many before they page */
#define LEAST_KNOWN  0.8 /* of a day: nights differ from days */

static double left_of(const struct rung *rung, const struct measured *measured)
{
	double allowed = measured->total * rung->bad / 10000;

	return 1 - measured->bad / allowed;
}

/* In whole numbers, as long as there are some. */
static bool leaves_some(const struct rung *rung, const struct measured *measured)
{
	return measured->bad * 10000 * 10 <= measured->total * rung->bad * (MOST_SPENT * 10);
}

static bool too_fine(const struct rung *rung, const struct measured *measured)
{
	return measured->total * rung->bad / 10000 < LEAST_BUDGET;
}

static void take(struct measured *measured, size_t i)
{
	measured->objective = rungs[i].objective;
	measured->left = left_of(&rungs[i], measured);
	if (i == 0)
		return;
	measured->stricter = rungs[i - 1].objective;
	measured->stricter_left = left_of(&rungs[i - 1], measured);
	measured->stricter_too_fine = too_fine(&rungs[i - 1], measured);
}

double ladder_least_known(struct span since) { return fmin((double)since.ms, (double)SPAN_DAY) * LEAST_KNOWN; }

void ladder_judge(struct measured *measured, struct span since)
{
	if (!(measured->total > 0))
		measured->doubt = STR("nothing happened in the history");
	else if (!(measured->known * (double)since.ms >= ladder_least_known(since)))
		measured->doubt = STR("too little of the history is known to tell");
	else if (too_fine(&rungs[RUNGS - 1], measured))
		measured->doubt = STR("too few events happened to tell");
	if (measured->doubt.len)
		return;
	for (size_t i = 0; i < RUNGS; i++)
		if (!too_fine(&rungs[i], measured) && leaves_some(&rungs[i], measured)) {
			take(measured, i);
			return;
		}
	measured->doubt = STR("the history would have missed even 90 %, or left next to nothing of its budget");
}
