#include "engine/alert_reading.h"

struct counts ledger_window(const struct ledger *ledger, step_no at, struct span window, struct span step)
{
	return window.ms ? ledger_read(ledger, at - (window.ms + step.ms - 1) / step.ms, at) : (struct counts){0};
}

struct alert_reading alert_reading_at(const struct ledger *ledger, const struct tier *tier,
				      const struct window_reading *window, step_no at, struct span step,
				      struct span stale_after)
{
	step_no seen = ledger_last_covered(ledger, at);

	return (struct alert_reading){
		.at = {at * step.ms},
		.step = step,
		.window = *window,
		.long_ = ledger_window(ledger, at, tier->long_, step),
		.short_ = ledger_window(ledger, at, tier->short_, step),
		.data_seen = {seen > ledger_begin(ledger) ? seen * step.ms : 0},
		.stale_after = stale_after,
	};
}
