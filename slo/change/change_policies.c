/* Policies, and which of them an SLO is under. */
#include "base/num.h"
#include "slo/change/change_parts.h"

static struct str name_of(const struct slo *slo)
{
	if (slo->policy)
		return slo->policy->name;
	return slo->policy_ref.name.len ? slo->policy_ref.name : STR("none");
}

void change_policy(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	struct str from = name_of(old), to = name_of(new);

	if (!str_eq(from, to))
		change_say(comparing, str_is(to, "none") ? FINDING_WARNING : FINDING_NOTE, new->place, "policy",
			   "policy-changed", (struct change){CHANGE_SLO, new->id, from, to},
			   "policy of '%.*s' changed from '%.*s' to '%.*s'%s", VALUE_ARG(new->id), VALUE_ARG(from),
			   VALUE_ARG(to), str_is(to, "none") ? ": its budget has no consequences" : "");
}

static const struct policy *find(const struct slo_set *set, struct str name)
{
	for (size_t i = 0; i < set->policies_len; i++)
		if (str_eq(set->policies[i]->name, name))
			return set->policies[i];
	return NULL;
}

static struct str consumed_text(struct arena *arena, const struct policy_step *step)
{
	return step->given ? arena_fmt(arena, "%.15g %%", step->consumed * 100) : STR("");
}

static void compare_level(struct comparing *comparing, const struct policy *old, const struct policy *new,
			  enum policy_level level)
{
	const struct policy_step *was = &old->steps[level], *is = &new->steps[level];
	struct change change = {CHANGE_POLICY, new->name, consumed_text(comparing->arena, was),
				consumed_text(comparing->arena, is)};
	const char *name = policy_level_names[level];

	if (!was->given && !is->given)
		return;
	if (!is->given)
		change_say(comparing, FINDING_WARNING, new->place, name, "policy-level-removed", change,
			   "policy '%.*s' has no level '%s' any more; it began at %.*s of the budget",
			   VALUE_ARG(new->name), name, STR_ARG(change.from));
	else if (!was->given)
		change_say(comparing, FINDING_NOTE, new->place, name, "policy-level-added", change,
			   "policy '%.*s' has a new level '%s', from %.*s of the budget on", VALUE_ARG(new->name), name,
			   STR_ARG(change.to));
	else if (!num_same(was->consumed, is->consumed))
		change_say(comparing, is->consumed > was->consumed ? FINDING_WARNING : FINDING_NOTE, new->place, name,
			   "policy-level-changed", change,
			   "'%s' of the policy '%.*s' begins at %.*s of the budget, %s than before (%.*s)", name,
			   VALUE_ARG(new->name), STR_ARG(change.to), is->consumed > was->consumed ? "later" : "sooner",
			   STR_ARG(change.from));
	if (was->given && is->given && !str_eq(was->agreed, is->agreed))
		change_say(comparing, FINDING_NOTE, new->place, name, "policy-agreed-changed",
			   (struct change){CHANGE_POLICY, new->name, was->agreed, is->agreed},
			   "what the policy '%.*s' asks for in '%s' changed to '%.*s'", VALUE_ARG(new->name), name,
			   VALUE_ARG(is->agreed));
}

static void compare_policies(struct comparing *comparing, const struct policy *old, const struct policy *new)
{
	for (int level = POLICY_NORMAL; level < POLICY_LEVELS; level++)
		compare_level(comparing, old, new, (enum policy_level)level);
}

/* Where none is called `default`, wick's own is. */
void change_policies(struct comparing *comparing)
{
	const struct slo_set *before = comparing->before, *now = comparing->now;

	for (size_t i = 0; i < now->policies_len; i++) {
		const struct policy *new = now->policies[i], *old = find(before, new->name);

		if (!old && !change_unknown(before, new->place.file))
			change_say(comparing, FINDING_NOTE, new->place, "", "policy-added",
				   (struct change){CHANGE_POLICY, new->name, STR(""), new->name},
				   "the policy '%.*s' is new%s", VALUE_ARG(new->name),
				   str_eq(new->name, policy_default.name) ? ", in place of wick's own" : "");
		if (!old && str_eq(new->name, policy_default.name))
			old = &policy_default;
		if (old)
			compare_policies(comparing, old, new);
	}
	for (size_t i = 0; i < before->policies_len; i++) {
		const struct policy *old = before->policies[i];

		if (!find(now, old->name) && !change_unknown(now, old->place.file))
			change_say(comparing, FINDING_WARNING, change_gone(old->place), "", "policy-removed",
				   (struct change){CHANGE_POLICY, old->name, old->name, STR("")},
				   "the policy '%.*s' is removed%s", VALUE_ARG(old->name),
				   str_eq(old->name, policy_default.name) ? ": wick's own holds in its place" : "");
	}
}
