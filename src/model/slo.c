#include "model/slo.h"

const char *const sli_kind_names[SLI_KINDS] = {
	[SLI_EVENTS] = "events",       [SLI_LATENCY] = "latency", [SLI_PROBE] = "probe",
	[SLI_THRESHOLD] = "threshold", [SLI_RATIO] = "ratio",
};

const char *const comparison_signs[COMPARISONS] = {
	[IS_LESS] = "<",
	[IS_AT_MOST] = "<=",
	[IS_MORE] = ">",
	[IS_AT_LEAST] = ">=",
};
