/* The delivery metrics of a service in a period, and in the one before it. */
#ifndef WICK_REPORT_DELIVERIES_H
#define WICK_REPORT_DELIVERIES_H

#include "model/period_report.h"

/* One environment of a service. The result outlives the report. */
struct report_delivery report_delivery_of(struct arena *arena, const struct dora_result *result, struct str name,
					  struct period period, struct str name_before, struct period before);

#endif
