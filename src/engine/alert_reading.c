#include "engine/alert_reading.h"

struct alert_reading alert_reading_at(const struct view *view, const struct tier *tier,
				      const struct window_reading *window, step_no at, struct span stale_after)
{
	struct instant end = {at * view->step.ms};
	step_no last;
	bool seen = view_last_data(view, at, &last);

	return (struct alert_reading){
		.at = end,
		.step = view->step,
		.window = *window,
		.long_ = view_span(view, at, tier->long_),
		.short_ = view_span(view, at, tier->short_),
		.excluded = view_span_excluded(view, at, tier->long_) || view_span_excluded(view, at, tier->short_),
		.data_seen = {seen ? end.ms - view_quiet(view, at).ms : 0},
		.stale_after = stale_after,
	};
}
