/* Default tiers, made once for all SLOs of a set with the same windows: thousands of SLOs share a few of them. */
#ifndef WICK_SLO_DEFAULT_ALERTING_H
#define WICK_SLO_DEFAULT_ALERTING_H

#include "model/alerting.h"
#include "slo/field.h"

struct alerting_shelf;

/* Lives as long as the arena, and so does what it gives out. */
struct alerting_shelf *alerting_shelf_new(struct arena *arena);
const struct alerting *default_alerting(struct reader *reader, const struct alerting_basis *basis);

#endif
