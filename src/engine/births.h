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

struct births;

/* The births of the tally's stretch; `options` must stay where they are. */
struct births *births_new(struct tally *tally, const struct births_options *options);
void births_free(struct births *births); /* NULL is legal; what is not settled stays so */

/* The questions of the next round, which stay the callee's. 0: there is nothing more to ask, and every birth is
 * settled.
 */
size_t births_ask(struct births *births, struct ask **asks);
/* Takes their answers. Anything but ASK_OK: nothing will be settled, the stretch has to be given up. */
enum ask_outcome births_take(struct births *births, struct err *err);

#endif
