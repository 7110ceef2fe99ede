/* The windows of an SLO on the grid: what its view says of them, how far back they reach, and which points of its
 * ledger they want remembered. What is read back, kept and remembered of a ledger serves the composites above its SLO,
 * too. */
#ifndef WICK_ENGINE_WINDOW_H
#define WICK_ENGINE_WINDOW_H

#include "engine/view.h"

/* Steps, rising, each once. */
struct step_list {
	step_no *at;
	size_t len;
};

/* A window of the view's SLO as it stood at the end of the step `at`, with the SLO's adjustments. At the very end of a
 * calendar period it is that period. */
struct window_reading window_read(const struct slo_window *window, const struct view *view, step_no at);
/* The same as it was counted. */
struct window_reading window_read_raw(const struct slo_window *window, const struct view *view, step_no at);

/* The step at whose end the window begins that stands at the end of the step `at`. */
step_no window_begin(const struct slo_window *window, step_no at, struct span step);
/* Where counting has to begin for every window to be whole at `at`: for days, weeks and months so that the last period
 * that is over is whole, too. */
step_no windows_reach(const struct slo *slo, step_no at, struct span step);
/* Up to where a window of the SLO that stands at `at` reaches: `at` itself, or the last end of a calendar period. */
step_no windows_end(const struct slo *slo, step_no at, struct span step);
/* The longest that one of the SLO gets. */
struct span windows_longest(const struct slo *slo);
/* What windows_reach comes to at most. */
struct span windows_span(const struct slo *slo);
/* How far back a rolling one reaches: so much is kept of a ledger. */
struct span windows_kept(const struct slo *slo);

/* Where periods begin and exclusions begin and end, from the step `first` to `last`: points that a ledger is to
 * remember exactly. */
struct step_list windows_pins(const struct slo *slo, struct arena *arena, step_no first, step_no last,
			      struct span step);
/* Those that are still needed once the step `at` is counted: of this period and the one before it, and of exclusions
 * that a window holds. */
struct step_list windows_needed_pins(const struct slo *slo, struct arena *arena, step_no at, struct span step);
/* The same of a calendar that need not be a window's, such as that of reports: where its periods begin, from the step
 * `first` to `last`; and where the last ones began, a year of months. They are put into the list. */
void windows_add_pins(struct step_list *list, const struct calendar *calendar, struct arena *arena, step_no first,
		      step_no last, struct span step);
void windows_add_needed_pins(struct step_list *list, const struct calendar *calendar, struct arena *arena, step_no at,
			     struct span step);

#endif
