/* OpenSLO's parts: a file for SLOs and their indicators, one for alerts. */
#ifndef WICK_EXPORTERS_DEFINITIONS_OPENSLO_H
#define WICK_EXPORTERS_DEFINITIONS_OPENSLO_H

#include "exporters/definitions/write.h"

/* A duration with the largest of its units: 90m, 6h, 30d. Whole minutes. */
struct str openslo_duration_text(struct arena *arena, struct span span);

/* `alertPolicies`: one for each burn tier, unless the tiers are the default ones, which go without saying. Notes what
 * cannot be said. */
void openslo_put_alerts(struct writing *writing);

/* `indicator`, whose name is the SLO's. False after refusing. */
bool openslo_put_indicator(struct writing *writing, struct str name);

#endif
