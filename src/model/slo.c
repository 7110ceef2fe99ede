#include "model/slo.h"

const char *const sli_kind_names[SLI_KINDS] = {
	[SLI_EVENTS] = "events",       [SLI_LATENCY] = "latency", [SLI_PROBE] = "probe",
	[SLI_THRESHOLD] = "threshold", [SLI_RATIO] = "ratio",     [SLI_COMPOSITE] = "composite",
};

const char *const comparison_signs[COMPARISONS] = {
	[IS_LESS] = "<",
	[IS_AT_MOST] = "<=",
	[IS_MORE] = ">",
	[IS_AT_LEAST] = ">=",
};

const char *const budgeting_method_names[BUDGETING_METHODS] = {
	[BUDGET_OCCURRENCES] = "occurrences",
	[BUDGET_TIME_SLICES] = "timeslices",
	[BUDGET_RATIO_TIME_SLICES] = "ratioTimeslices",
};

const char *const slice_empty_names[SLICE_EMPTIES] = {
	[SLICE_GOOD] = "good", [SLICE_BAD] = "bad", [SLICE_IGNORED] = "ignore"};

const char *const slice_missing_names[SLICE_MISSINGS] = {
	[MISSING_IGNORED] = "ignore", [MISSING_GOOD] = "good", [MISSING_BAD] = "bad", [MISSING_HELD] = "hold"};

const char *const composite_weighting_names[COMPOSITE_WEIGHTINGS] = {
	[WEIGHTED_EQUALLY] = "equal",
	[WEIGHTED_BY_EVENTS] = "events",
};

_Static_assert((int)CALENDARS_MAX == (int)SLO_WINDOWS, "every window may be a calendar one");

struct alerting_basis slo_alerting_basis(const struct slo *slo)
{
	struct alerting_basis basis = {.window = slo->window, .per_step = slo_per_step(slo)};

	for (size_t i = 0; i < slo->windows_len; i++)
		if (slo->windows[i].calendar)
			basis.calendars[basis.calendars_len++] = slo->windows[i].name;
	return basis;
}
