/* Processes that started anew under a target's name, by its process_start_time_seconds. A counter that has passed its
 * old value by the next scrape does not show by its value that it began again; this does. */
#ifndef WICK_ENGINE_RESTARTS_H
#define WICK_ENGINE_RESTARTS_H

#include "count/tally.h"
#include "source/source.h"

/* Tells the tally of every restart in (at - range, at] of the jobs that it counts. Targets without
 * process_start_time_seconds have none. Anything but ASK_OK: the source does not answer. */
enum ask_outcome restarts_find(struct source *source, struct tally *tally, struct instant at, struct span range,
			       struct err *err);

#endif
