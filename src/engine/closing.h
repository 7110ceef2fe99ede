/* When a calendar period is closed, and what of it: the same live and in a backtest. Pure. */
#ifndef WICK_ENGINE_CLOSING_H
#define WICK_ENGINE_CLOSING_H

#include "engine/view.h"
#include "model/period_record.h"

/* When a period is closed that was read at its end, as counted: an hour after it, or a day where steps are still
 * unknown that a hole's bridge may yet fill. */
struct instant closing_time(const struct window_reading *reading);

/* The record of a period that was read at its end, but for whose it is, corrections, and when it was closed; its name
 * in the arena, that of the window is the SLO's. */
struct period_record closing_record(struct arena *arena, const struct slo *slo, const struct slo_window *window,
				    const struct window_reading *reading);

/* The window's last period that is closed at the end of the step `at`, as it was read at its end, with corrections, and
 * when it was due to be closed. False where there is none of which there is anything. */
bool closing_last(const struct slo_window *window, const struct view *view, step_no at, struct window_reading *out,
		  struct instant *closed_at);

#endif
