#include "model/result.h"

const char *const data_state_names[DATA_STATES] = {
	[DATA_OK] = "ok",       [DATA_NO_EVENTS] = "no_events", [DATA_NO_DATA] = "no_data",
	[DATA_STALE] = "stale", [DATA_PARTIAL] = "partial",     [DATA_ERROR] = "error",
};

const struct span burn_windows[BURN_WINDOWS] = {
	{5 * SPAN_MINUTE}, {30 * SPAN_MINUTE}, {SPAN_HOUR},    {2 * SPAN_HOUR},
	{6 * SPAN_HOUR},   {SPAN_DAY},         {3 * SPAN_DAY},
};

const char *const burn_window_names[BURN_WINDOWS] = {"5m", "30m", "1h", "2h", "6h", "1d", "3d"};
