/* The demo's past as an OpenMetrics file for `promtool tsdb create-blocks-from openmetrics`: what a Prometheus with a
 * scrape interval of one minute would have kept. */
#ifndef WICK_DEMO_HISTORY_H
#define WICK_DEMO_HISTORY_H

#include "base/err.h"
#include "demo/world.h"

enum { HISTORY_SCRAPE_MS = 60000 };

/* The first scrape of a job's process after `at`: each has its own place within the minute. */
struct instant history_scrape_after(const struct story *story, const struct target *target, struct instant at);

/* Writes the scrapes in (from, to] to the descriptor; none while Prometheus was down. */
bool history_write(struct world *world, struct instant from, struct instant to, int fd, struct err *err);

#endif
