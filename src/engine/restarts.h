/* Processes that started anew under a target's name, by its process_start_time_seconds. A counter that has passed its
 * old value by the next scrape does not show by its value that it began again; this does. */
#ifndef WICK_ENGINE_RESTARTS_H
#define WICK_ENGINE_RESTARTS_H

#include "count/tally.h"
#include "source/source.h"

struct restarts;

/* Will tell the tally of every restart in (at - range, at] of the jobs that it counts. Targets without
 * process_start_time_seconds have none. */
struct restarts *restarts_new(struct tally *tally, struct instant at, struct span range);
void restarts_free(struct restarts *restarts); /* NULL is legal */

/* The questions of the next round, which stay the callee's; 0 where there is nothing more to ask. */
size_t restarts_ask(struct restarts *restarts, struct ask **asks);
/* Takes their answers. Anything but ASK_OK: the source does not answer. */
enum ask_outcome restarts_take(struct restarts *restarts, struct err *err);

#endif
