#include "model/policy.h"

#include <math.h>

const char *const policy_level_names[POLICY_LEVELS] = {
	[POLICY_UNKNOWN] = "unknown",   [POLICY_NORMAL] = "normal", [POLICY_REVIEW] = "review",
	[POLICY_APPROVAL] = "approval", [POLICY_FREEZE] = "freeze",
};

const struct policy policy_default = {
	.name = STR_INIT("default"),
	.description = STR_INIT("wick's own, since the definitions have no policy of this name."),
	.steps =
		{
			[POLICY_NORMAL] = {true, 0, STR_INIT("Deploy as usual.")},
			[POLICY_REVIEW] = {true, 0.5,
					   STR_INIT("Look for what spends the budget, and plan its repair.")},
			[POLICY_APPROVAL] = {true, 0.75,
					     STR_INIT("Whoever owns the service approves each deployment.")},
			[POLICY_FREEZE] = {true, 1,
					   STR_INIT("Deploy only what makes the service more reliable, until there is "
						    "budget again.")},
		},
};

enum policy_level policy_level_at(const struct policy *policy, double consumed)
{
	enum policy_level level = POLICY_NORMAL;

	if (!policy || isnan(consumed))
		return POLICY_UNKNOWN;
	for (int i = POLICY_REVIEW; i < POLICY_LEVELS; i++)
		if (policy->steps[i].given && consumed >= policy->steps[i].consumed)
			level = (enum policy_level)i;
	return level;
}

const struct policy *policy_copy(struct arena *arena, const struct policy *policy, const char *file)
{
	struct policy *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *policy;
	copy->name = arena_str(arena, policy->name);
	copy->description = arena_str(arena, policy->description);
	for (size_t i = 0; i < POLICY_LEVELS; i++)
		copy->steps[i].agreed = arena_str(arena, policy->steps[i].agreed);
	copy->place.file = file;
	return copy;
}
