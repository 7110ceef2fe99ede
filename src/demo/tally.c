#include "demo/tally.h"

#include <math.h>

#define EVENT ((uint64_t)1 << 30)
enum { KEY_PHASE = 100, KEY_POD = 200 };

const double latency_bounds[LATENCY_BOUNDS] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
/* What a request of the cell took, near enough for a sum. */
static const double latency_middles[LATENCY_CELLS] = {0.004, 0.008, 0.018, 0.038, 0.075, 0.165,
						      0.36,  0.72,  1.6,   3.5,   7,     14};

void tally_init(struct tally *tally, const struct story *story, enum process process, unsigned slot,
		struct instant born)
{
	*tally = (struct tally){.process = process, .slot = slot, .at = born};
	/* Each cell starts somewhere within its first event, so that cells do not count in step. */
	for (unsigned i = 0; i < CELLS_API; i++)
		tally->cells[i] =
			(uint64_t)(story_noise(story, KEY_PHASE + slot * CELLS_API + i, born.ms) * (double)EVENT);
}

static uint64_t per_ms(double per_second) { return (uint64_t)(per_second / 1000 * (double)EVENT); }

/* The share of requests at most `seconds` long: log-normal, median 60 ms, plus a delay. */
static double at_most(double seconds, const struct weather *weather)
{
	double own = seconds - weather->delay;

	if (own <= 0)
		return 0;
	return 0.5 * erfc(-log(own / (0.06 * weather->slowness)) / (0.9 * 1.4142135623730951));
}

static void checkout_rates(const struct weather *weather, double ok, double failed, uint64_t *rates)
{
	double below = 0;

	for (unsigned i = 0; i < LATENCY_CELLS; i++) {
		double upto = i < LATENCY_BOUNDS ? at_most(latency_bounds[i], weather) : 1;

		rates[CELL_CHECKOUT_OK + i] = per_ms(ok * (upto - below));
		rates[CELL_CHECKOUT_FAILED + i] = per_ms(failed * (upto - below));
		below = upto;
	}
}

/* Events per millisecond and cell. A third of the requests are checkouts; one item in seventy is not there. */
static void api_rates(const struct story *story, const struct tally *tally, uint64_t *rates)
{
	struct weather weather = story_weather(story, tally->at);
	double uneven = 0.9 + 0.2 * story_noise(story, KEY_POD + tally->slot, tally->at.ms / SPAN_MINUTE);
	double requests = weather.requests / DEMO_PODS * uneven;
	double errors = fmin(weather.errors, 1);
	double checkouts = requests / 3, items = requests - checkouts;

	rates[CELL_ITEMS_OK] = per_ms(items * (1 - errors) * 69 / 70);
	rates[CELL_ITEMS_MISSING] = per_ms(items * (1 - errors) / 70);
	rates[CELL_ITEMS_FAILED] = per_ms(items * errors);
	checkout_rates(&weather, checkouts * (1 - errors), checkouts * errors, rates);
}

/* Jobs follow the requests; as many of them fail, but never all. */
static void worker_rates(const struct story *story, const struct tally *tally, uint64_t *rates)
{
	struct weather weather = story_weather(story, tally->at);
	double pace = stretch_holds(story->backlog, tally->at) ? 0.4 : 1;
	double errors = fmin(weather.errors, 0.5);

	rates[CELL_MAILS_OK] = per_ms(weather.requests * 0.05 * pace * (1 - errors));
	rates[CELL_MAILS_FAILED] = per_ms(weather.requests * 0.05 * pace * errors);
	rates[CELL_INVOICES_OK] = per_ms(weather.requests * 0.02 * pace * (1 - errors));
	rates[CELL_INVOICES_FAILED] = per_ms(weather.requests * 0.02 * pace * errors);
}

void tally_advance(struct tally *tally, const struct story *story, struct instant to)
{
	while (tally->at.ms < to.ms && tally->process != PROCESS_BLACKBOX) {
		struct instant next = story_next_change(story, tally->at);
		unsigned cells = tally->process == PROCESS_API ? CELLS_API : CELLS_WORKER;
		uint64_t rates[CELLS_API] = {0}, ms;

		if (next.ms > to.ms)
			next = to;
		ms = (uint64_t)(next.ms - tally->at.ms);
		if (tally->process == PROCESS_API)
			api_rates(story, tally, rates);
		else
			worker_rates(story, tally, rates);
		for (unsigned i = 0; i < cells; i++)
			tally->cells[i] += rates[i] * ms;
		tally->at = next;
	}
}

uint64_t tally_events(const struct tally *tally, unsigned first, unsigned count)
{
	uint64_t events = 0;

	for (unsigned i = first; i < first + count; i++)
		events += tally->cells[i] / EVENT;
	return events;
}

double tally_seconds(const struct tally *tally, unsigned first)
{
	double seconds = 0;

	for (unsigned i = 0; i < LATENCY_CELLS; i++)
		seconds += latency_middles[i] * (double)tally_events(tally, first + i, 1);
	return seconds;
}
