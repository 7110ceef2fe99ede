/* What rules about SLOs say, by the kind of the tier: over the daemon's series and over those that rules record. */
#ifndef WICK_EXPORTERS_ALERTING_TIER_RULES_H
#define WICK_EXPORTERS_ALERTING_TIER_RULES_H

#include "exporters/alerting/rule_file.h"
#include "model/alerting.h"

/* The rule but for its expression and severity: name, texts (templates over the SLO's series) and runbook. */
struct rule tier_rule(struct arena *arena, enum tier_kind kind);

#endif
