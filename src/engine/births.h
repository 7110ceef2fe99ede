/* What a series' first sample means, or its first one after a hole (design, "Counting"): asked back at the source, for
 * all births of a stretch at once.
 *
 *   it had samples before, within the horizon         the two samples count like any pair; if its process began between
 *                                                     them, or it fell, from 0 and that begin, or from the last scrape
 *                                                     of its target, which was without it
 *   its target was scraped before without it,         it started at 0: its first value counts
 *   or the target's process started just before,
 *   or in a hole, while nothing of its job was scraped
 *   neither                                           its history is unknown; counted as a loss of coverage
 *
 * The answers depend on the source's data alone, never on what wick remembers: live, after a restart and in a backfill
 * the same birth is settled the same way. */
#ifndef WICK_ENGINE_BIRTHS_H
#define WICK_ENGINE_BIRTHS_H

#include "count/tally.h"
#include "source/source.h"

struct births_options {
	struct span lookback, horizon;
};

/* Settles every birth of the tally's stretch. Anything but ASK_OK: nothing is settled, the stretch has to be given
 * up. */
enum ask_outcome births_settle(struct source *source, struct tally *tally, const struct births_options *options,
			       struct err *err);

#endif
