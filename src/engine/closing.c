#include "engine/closing.h"

#include "engine/window.h"

#define GRACE_KNOWN ((struct span){SPAN_HOUR})
#define GRACE_HOLES ((struct span){SPAN_DAY})

static double known_steps(const struct window_reading *reading)
{
	return reading->counts.covered + reading->counts.bridged;
}

struct instant closing_time(const struct window_reading *reading)
{
	/* a composite's known steps are a mean, and may miss their number by its last bits */
	bool whole = known_steps(reading) >= reading->steps * (1 - 1e-12);

	return (struct instant){reading->to.ms + (whole ? GRACE_KNOWN.ms : GRACE_HOLES.ms)};
}

struct period_record closing_record(struct arena *arena, const struct slo *slo, const struct slo_window *window,
				    const struct window_reading *reading)
{
	struct period period = {reading->from, reading->to};

	return (struct period_record){
		.slo_id = slo->id,
		.window = window->name,
		.name = arena_str(arena, str_of(period_name(&window->periods, period).text)),
		.begin = reading->from,
		.end = reading->to,
		.objective = slo->objective,
		.counts = reading->counts,
		.steps = reading->steps,
		.counted = reading->counts,
		.counted_steps = reading->steps,
	};
}

bool closing_last(const struct slo_window *window, const struct view *view, step_no at, struct window_reading *out,
		  struct instant *closed_at)
{
	for (step_no end = window_begin(window, at, view->step), begin;
	     end > view_origin(view) && view_knows(view, end); end = begin) {
		struct window_reading raw = window_read_raw(window, view, end);

		begin = window_begin(window, end, view->step);
		if (!view_knows(view, begin))
			return false;
		*closed_at = closing_time(&raw);
		if (closed_at->ms > at * view->step.ms || !(known_steps(&raw) > 0))
			continue;
		*out = window_read(window, view, end);
		return true;
	}
	return false;
}
