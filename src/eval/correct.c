#include "eval/correct.h"

#include <math.h>

void reading_exclude(struct window_reading *reading, struct counts counts, double steps, double past)
{
	reading->counts.bad -= counts.bad;
	reading->counts.total -= counts.total;
	reading->counts.covered -= counts.covered;
	reading->counts.bridged -= counts.bridged;
	reading->steps -= steps;
	reading->past -= past;
	reading->excluded += past;
}

/* Events of a mean minute. */
static double per_minute(const struct counts *counts, struct span step)
{
	double known = counts->covered + counts->bridged;

	return known > 0 ? counts->total / known / ((double)step.ms / SPAN_MINUTE) : 0;
}

void reading_adjust(struct window_reading *reading, const struct corrections *corrections, struct instant until,
		    struct span step)
{
	struct counts *counts = &reading->counts;
	const struct counts before = *counts;
	double good = 0, bad = 0, minutes = 0;
	bool any = false;

	for (size_t i = 0; corrections && i < corrections->adjustments_len; i++) {
		const struct adjustment *one = corrections->adjustments[i];

		if (one->at.ms < reading->from.ms || one->at.ms >= until.ms)
			continue;
		good += one->good;
		bad += one->bad;
		minutes += one->bad_minutes;
		any = true;
	}
	if (!any)
		return;
	/* minutes at the traffic that was counted, whatever was added by hand */
	bad += minutes * per_minute(&before, step);
	good -= minutes * per_minute(&before, step);
	counts->total = fmax(before.total + good + bad, 0);
	counts->bad = fmin(fmax(before.bad + bad, 0), counts->total);
	reading->adjusted_bad = counts->bad - before.bad;
	reading->adjusted_good = counts->total - before.total - reading->adjusted_bad;
}
