#include "model/result.h"

#include <math.h>

const char *const data_state_names[DATA_STATES] = {
	[DATA_OK] = "ok",       [DATA_NO_EVENTS] = "no_events", [DATA_NO_DATA] = "no_data",
	[DATA_STALE] = "stale", [DATA_PARTIAL] = "partial",     [DATA_ERROR] = "error",
};

double result_burn_rate(const struct slo_result *result, struct span window)
{
	size_t i = alerting_window(result->slo->alerting, window);

	return i < result->slo->alerting->windows_len ? result->burn[i].rate : (double)NAN;
}

bool budget_corrected(const struct budget *budget)
{
	return budget->excluded_seconds > 0 || fabs(budget->adjusted_good) > 0 || fabs(budget->adjusted_bad) > 0;
}
