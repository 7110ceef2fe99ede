#include "slo/policies.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"

static const struct policy *named(const struct policy *const *policies, size_t len, struct str name)
{
	for (size_t i = 0; i < len; i++)
		if (str_eq(policies[i]->name, name))
			return policies[i];
	return NULL;
}

void policies_check(const struct slo_set *set, const struct loaded *loaded, struct findings *findings)
{
	for (size_t i = 0; i < loaded->policies_len; i++) {
		const struct policy *policy = loaded->policies[i];
		const struct policy *first = named(set->policies, set->policies_len, policy->name);

		if (!first)
			first = named(loaded->policies, i, policy->name);
		if (first)
			findings_add(findings, FINDING_ERROR, policy->place, STR("name"), "duplicate",
				     "the policy '%.*s' is defined already at %s:%u:%u", VALUE_ARG(policy->name),
				     first->place.file, first->place.line, first->place.col);
	}
	if (loaded->policies_len > LIMIT_POLICIES - set->policies_len)
		findings_add(findings, FINDING_ERROR, loaded->policies[0]->place, STR(""), "too-many",
			     "with this file there are more than %d policies", LIMIT_POLICIES);
}

static void take(struct slo_set *set, size_t *cap, const struct policy *policy)
{
	XGROW(set->policies, set->policies_len, *cap);
	set->policies[set->policies_len++] = policy;
}

void policies_take(struct slo_set *set, size_t *cap, const struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->policies_len; i++)
		take(set, cap, loaded->policies[i]);
}

bool policies_keep(struct slo_set *set, size_t *cap, const struct slo_set *before, const struct definition_file *file)
{
	bool any = false;

	for (size_t i = 0; before && i < before->policies_len; i++) {
		const struct policy *policy = before->policies[i];

		if (!str_is(file->path, policy->place.file) || named(set->policies, set->policies_len, policy->name) ||
		    set->policies_len == LIMIT_POLICIES)
			continue;
		take(set, cap, policy_copy(&set->arena, policy, file->path.at));
		any = true;
	}
	return any;
}

static void undefined(const struct slo_set *set, const struct slo *slo, struct findings *findings)
{
	const char *names[LIMIT_POLICIES + 1], *nearest;
	size_t len = 0;

	for (size_t i = 0; i < set->policies_len; i++)
		names[len++] = set->policies[i]->name.at;
	names[len++] = "none";
	nearest = str_nearest(slo->policy_ref.name, names, len);
	findings_add(findings, FINDING_ERROR, slo->policy_ref.place, STR("policy"), "unknown-policy",
		     "policy: there is no policy '%.*s' in any of the files%s%s%s", VALUE_ARG(slo->policy_ref.name),
		     nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* With everything failing, 1 / (1 - objective) of the budget is consumed in the end. */
static void never_reached(const struct slo *slo, struct findings *findings)
{
	for (size_t i = POLICY_REVIEW; slo->policy && i < POLICY_LEVELS; i++) {
		const struct policy_step *step = &slo->policy->steps[i];

		if (step->given && step->consumed * (1 - slo->objective) > 1 + 1e-9)
			findings_add(findings, FINDING_WARNING, slo->place, STR("policy"), "level-never-reached",
				     "policy: '%s' of '%.*s' begins at %.4g %% of the budget, and with an objective of "
				     "'%.*s' no more than %.4g %% can be consumed",
				     policy_level_names[i], VALUE_ARG(slo->policy->name), step->consumed * 100,
				     VALUE_ARG(slo->objective_text), 100 / (1 - slo->objective));
	}
}

static bool same_place(struct place a, struct place b)
{
	return a.file == b.file && a.line == b.line && a.col == b.col;
}

void policies_resolve(struct slo_set *set, bool default_broken, struct findings *findings)
{
	struct place said = {NULL, 0, 0};
	struct map by_name;

	map_init(&by_name);
	/* map values are not const, and never written to */
	for (size_t i = 0; i < set->policies_len; i++)
		map_put(&by_name, set->policies[i]->name, &set->policies[i]);
	for (size_t i = 0; i < set->len; i++) {
		struct slo *slo = &set->slos[i];
		struct str name = slo->policy_ref.name;
		const struct policy *const *found = map_get(&by_name, name.len ? name : policy_default.name);

		slo->policy = found ? *found : NULL;
		never_reached(slo, findings);
		if (found || str_is(name, "none"))
			continue;
		if (!name.len || str_eq(name, policy_default.name)) {
			slo->policy = default_broken ? NULL : &policy_default;
			if (default_broken)
				slo->policy_ref.name = policy_default.name;
			continue;
		}
		/* the SLOs of a document share the name that it gives: one finding */
		if (!same_place(said, slo->policy_ref.place))
			undefined(set, slo, findings);
		said = slo->policy_ref.place;
	}
	map_release(&by_name);
}
