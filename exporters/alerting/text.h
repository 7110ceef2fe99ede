/* What people are told of an alert, with the numbers that they can act on. */
#ifndef WICK_EXPORTERS_ALERTING_TEXT_H
#define WICK_EXPORTERS_ALERTING_TEXT_H

#include "base/buf.h"
#include "model/result.h"

/* One line: "shop/availability burns its error budget 20 times too fast"; of an inactive alert how it is now that it is
 * over. */
bool alert_summary_write(struct buf *out, const struct slo_result *result, const struct tier *tier,
			 const struct alert *alert);
/* What stands behind it: the burn rates and events of its windows, what is left of the budget, when it will be empty,
 * what became of a closed period, or the reason of an error. */
bool alert_description_write(struct buf *out, const struct slo_result *result, const struct tier *tier,
			     const struct alert *alert);

/* "6h 5m": the two largest units of a time in seconds. */
bool alert_time_write(struct buf *out, double seconds);

#endif
