/* What a made-up incident would do, for people and for machines. */
#ifndef WICK_EXPORTERS_REHEARSAL_H
#define WICK_EXPORTERS_REHEARSAL_H

#include "base/buf.h"
#include "model/rehearsal.h"

/* A paragraph: the traffic that it was played on, and each alert that fires: how soon, how soon behind the end of the
 * incident it is over, what the incident had taken by then, what was left. */
bool rehearsal_write(struct buf *out, const struct rehearsal *rehearsal);

struct json_writer;
/* All tiers, also those that do not fire. On even traffic there are no dates. */
void rehearsal_json(struct json_writer *json, const struct rehearsal *rehearsal);

#endif
