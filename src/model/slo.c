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

const char *const top_order_names[TOP_ORDERS] = {[TOP_EVENTS] = "events", [TOP_BAD] = "bad"};

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

struct labels slo_rest_group(struct arena *arena, const struct slo *slo)
{
	struct labels group = {arena_array(arena, slo->group_by_len, sizeof(struct label)), slo->group_by_len};

	for (size_t i = 0; i < group.len; i++)
		group.at[i] = (struct label){slo->group_by[i], slo->top.rest};
	return group;
}

bool slo_is_rest(const struct slo *slo, struct labels group)
{
	bool is = slo_has_rest(slo) && group.len == slo->group_by_len;

	for (size_t i = 0; i < group.len && is; i++)
		is = str_eq(group.at[i].name, slo->group_by[i]) && str_eq(group.at[i].value, slo->top.rest);
	return is;
}

_Static_assert((int)CALENDARS_MAX == (int)SLO_WINDOWS, "every window may be a calendar one");

struct alerting_basis slo_alerting_basis(const struct slo *slo)
{
	struct alerting_basis basis = {.window = slo->window, .per_step = slo_per_step(slo)};

	for (size_t i = 0; i < slo->windows_len; i++)
		if (slo->windows[i].calendar)
			basis.calendars[basis.calendars_len++] = slo->windows[i].name;
	return basis;
}
