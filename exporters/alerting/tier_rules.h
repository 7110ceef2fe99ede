/* The rules that alert, one for each kind of tier: their names and texts, which rules over wick's series and those that
 * count by themselves share. The texts are Prometheus's templates. They ask for the numbers of the very SLO and group
 * whose alert it is: of the alert's labels those that its wick_slo_info has, too. */
#ifndef WICK_EXPORTERS_ALERTING_TIER_RULES_H
#define WICK_EXPORTERS_ALERTING_TIER_RULES_H

#include "exporters/alerting/rule_file.h"
#include "model/alerting.h"

/* What fires by wick's word, which rules over its series go by: wick_slo_alert_value of each alert that fires. While
 * wick is away, up to 15 min, it is what it last said; without the label `instance` where that is wick's own, so that a
 * wick that is back elsewhere tells of the same alerts. */
extern const struct rule tier_memory;

/* Over wick's series; texts in the arena. No expression, as below. */
struct rule tier_rule(struct arena *arena, enum tier_kind kind);
/* What goes with it, from the definitions by way of wick_slo_alert_info; `runbooks` is the address of those of wick, or
 * empty. */
struct labels tier_annotations(struct arena *arena, enum tier_kind kind, struct str runbooks);
/* Of a tier whose events the rules count by themselves. */
struct rule tier_rule_counted(struct arena *arena, const struct tier *tier);

#endif
