/* Which keys of an alert tier do something for which kinds. */
#ifndef WICK_SLO_TIER_KEYS_H
#define WICK_SLO_TIER_KEYS_H

#include "model/alerting.h"
#include "slo/field.h"

/* An error for each key of `tier` that does nothing for a tier of this kind, at the key's place. `assumed`: nobody said
 * the kind, which the author may not know. */
void tier_keys_check(struct reader *reader, const struct yaml_node *tier, enum tier_kind kind, bool assumed);

#endif
