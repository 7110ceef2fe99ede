/* Which burn tiers SLOs alert by, under one short name: the same tiers have the same name on every machine and in every
 * version, so that series of several daemons agree. */
#ifndef WICK_EXPORTERS_ALERTING_TIER_SET_H
#define WICK_EXPORTERS_ALERTING_TIER_SET_H

#include "model/alerting.h"

struct tier_set {
	char name[17]; /* sixteen hexadecimal digits; "none" without burn tiers */
};

struct tier_set tier_set_of(const struct alerting *alerting);

#endif
