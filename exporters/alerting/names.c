#include "exporters/alerting/names.h"

const char *const alert_names[TIER_KINDS] = {
	[TIER_BURN] = "ErrorBudgetBurn",        [TIER_BUDGET] = "ErrorBudgetConsumed",
	[TIER_EXHAUSTS] = "ErrorBudgetRunsOut", [TIER_NO_DATA] = "SloHasNoData",
	[TIER_VANISHED] = "SloDataVanished",    [TIER_ERROR] = "SloCannotBeEvaluated",
	[TIER_MISSED] = "ObjectiveMissed",
};

const char *const alert_runbooks[TIER_KINDS] = {
	[TIER_BURN] = "error-budget-burn",         [TIER_BUDGET] = "error-budget-consumed",
	[TIER_EXHAUSTS] = "error-budget-runs-out", [TIER_NO_DATA] = "slo-has-no-data",
	[TIER_VANISHED] = "slo-data-vanished",     [TIER_ERROR] = "slo-cannot-be-evaluated",
	[TIER_MISSED] = "objective-missed",
};
