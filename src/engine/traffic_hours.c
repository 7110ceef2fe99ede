#include "engine/traffic_hours.h"

enum { HOURS = 24 };

/* One hour of the day over all days. */
struct hour {
	double total, steps;
	struct instant newest; /* ms == 0: none that has room */
};

/* What is alike to a tenth would be told twice for nothing. */
static const double alike = 0.9;

static double traffic_of(const struct hour *hour) { return hour->total / hour->steps; }

static void add_hour(struct hour hours[HOURS], const struct view *view, int64_t number, int64_t last_ms)
{
	int64_t begin_ms = number * SPAN_HOUR;
	step_no from = begin_ms / view->step.ms, to = (begin_ms + SPAN_HOUR) / view->step.ms;
	struct counts counts = view_counted(view, from, to);
	struct hour *hour = &hours[number % HOURS];

	if (counts.covered + counts.bridged < (double)(to - from))
		return;
	hour->total += counts.total;
	hour->steps += (double)(to - from);
	if (begin_ms <= last_ms)
		hour->newest.ms = begin_ms;
}

bool traffic_hours_find(const struct view *view, step_no from, step_no to, struct span room, struct traffic_hours *out)
{
	struct span step = view->step;
	const struct hour *busiest = NULL, *quietest = NULL, *newest = NULL;
	struct hour hours[HOURS] = {{.total = 0}};
	int64_t first = (from * step.ms + SPAN_HOUR - 1) / SPAN_HOUR, end = to * step.ms / SPAN_HOUR;

	for (int64_t number = first; number < end; number++)
		add_hour(hours, view, number, to * step.ms - room.ms);
	for (const struct hour *hour = hours; hour < hours + HOURS; hour++) {
		if (hour->newest.ms == 0)
			continue;
		if (!busiest || traffic_of(hour) > traffic_of(busiest))
			busiest = hour;
		if (!quietest || traffic_of(hour) < traffic_of(quietest))
			quietest = hour;
		if (!newest || hour->newest.ms > newest->newest.ms)
			newest = hour;
	}
	if (!newest)
		return false;
	out->alike = traffic_of(quietest) >= alike * traffic_of(busiest);
	out->busiest = out->alike ? newest->newest : busiest->newest;
	out->quietest = out->alike ? newest->newest : quietest->newest;
	return true;
}
