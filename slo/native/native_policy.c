/* `kind: Policy` of the native language. */
#include "slo/native/native_policy.h"

#include "base/limits.h"
#include "base/mem.h"
#include "slo/field_schema.h"
#include "slo/loader.h"
#include "slo/native/native_types.h"

#include <stddef.h>

/* One document as it is read. */
struct draft {
	int api_version, kind;
	struct policy policy;
};

static bool read_level(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	size_t errors = reader->findings->errors;
	struct policy_step *step = at;

	fields_read(reader, field->inner, node, field->name, step);
	step->given = true;
	return reader->findings->errors == errors;
}

static const struct field_type type_level = {"a map", read_level, NULL, field_schema_map};

#define STEP(member) offsetof(struct policy_step, member)
#define AGREED                                                                                                         \
	{                                                                                                              \
		.name = "agreed", .type = &field_text, .at = STEP(agreed), .required = true, .min = 1,                 \
		.max = (double)LIMIT_TEXT_BYTES,                                                                       \
		.help = "What is done while the level is in force, in words for people"                                \
	}

static const struct field normal_step[] = {AGREED, {.name = NULL}};

const struct field native_policy_step[] = {
	{.name = "consumed",
	 .type = &native_type_part,
	 .at = STEP(consumed),
	 .required = true,
	 .max = 10,
	 .help = "The level is in force from this part of the budget on. Not for `normal`, which begins at 0"},
	AGREED,
	{.name = NULL},
};

#define AT(member)   offsetof(struct draft, member)
#define LEVEL(level) AT(policy.steps) + (level) * sizeof(struct policy_step)

const struct field native_policy_levels[] = {
	{.name = "normal",
	 .type = &type_level,
	 .at = LEVEL(POLICY_NORMAL),
	 .inner = normal_step,
	 .help = "While no other level is in force"},
	{.name = "review",
	 .type = &type_level,
	 .at = LEVEL(POLICY_REVIEW),
	 .inner = native_policy_step,
	 .help = "What spends the budget is looked for"},
	{.name = "approval",
	 .type = &type_level,
	 .at = LEVEL(POLICY_APPROVAL),
	 .inner = native_policy_step,
	 .help = "Deployments want somebody's approval"},
	{.name = "freeze",
	 .type = &type_level,
	 .at = LEVEL(POLICY_FREEZE),
	 .inner = native_policy_step,
	 .help = "Nothing is deployed but what the team has agreed on: `wick gate` exits 1"},
	{.name = NULL},
};

const struct field native_policy[] = {
	{.name = "apiVersion",
	 .type = &field_choice,
	 .at = AT(api_version),
	 .required = true,
	 .choices = (const char *const[]){"wick/v1", NULL},
	 .help = "The language, and its version"},
	{.name = "kind",
	 .type = &field_choice,
	 .at = AT(kind),
	 .required = true,
	 .choices = (const char *const[]){"Policy", NULL},
	 .help = "What the document is"},
	{.name = "name",
	 .type = &native_type_name,
	 .at = AT(policy.name),
	 .required = true,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "What SLOs call it by. The one named `default` is that of all SLOs that name none"},
	{.name = "description",
	 .type = &field_text,
	 .at = AT(policy.description),
	 .max = (double)LIMIT_TEXT_BYTES,
	 .help = "Who agreed on it, and where it is written down"},
	{.name = "levels",
	 .type = &field_map,
	 .required = true,
	 .inner = native_policy_levels,
	 .help = "What is done when how much of the budget is consumed; levels that are not given do not exist"},
	{.name = NULL},
};

/* Each level begins later than those before it. */
static void check_order(struct reader *reader, const struct yaml_node *levels, const struct policy *policy)
{
	size_t below = POLICY_NORMAL;

	for (size_t i = POLICY_REVIEW; i < POLICY_LEVELS; i++) {
		const struct policy_step *step = &policy->steps[i];
		const struct yaml_node *node = yaml_get(yaml_get(levels, policy_level_names[i]), "consumed");

		if (!step->given || !(step->consumed > 0))
			continue;
		if (step->consumed <= policy->steps[below].consumed)
			reader_error(reader, node, "consumed", "policy-order",
				     "'%s' begins at '%.*s', which is not later than '%s'", policy_level_names[i],
				     VALUE_ARG(node->text), policy_level_names[below]);
		below = i;
	}
	if (below == POLICY_NORMAL && levels->kind == YAML_MAP)
		reader_error(reader, levels, "levels", "policy-empty",
			     "has neither review nor approval nor freeze: such a policy says nothing; 'policy: none' "
			     "in an SLO says that it has none");
}

static void load_policy(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	struct draft draft = {.policy.place = reader_place(reader, document)};
	const struct yaml_node *name = yaml_get(document, "name"), *levels = yaml_get(document, "levels");
	size_t errors = reader->findings->errors;
	struct policy *policy;

	fields_read(reader, native_policy, document, "the policy", &draft);
	draft.policy.steps[POLICY_NORMAL].given = true;
	if (str_is(draft.policy.name, "none"))
		reader_error(reader, name, "name", "reserved", "'none' is what SLOs without a policy say");
	if (levels && reader->findings->errors == errors)
		check_order(reader, levels, &draft.policy);
	if (reader->findings->errors != errors) {
		loaded->default_broken |= !draft.policy.name.len || str_eq(draft.policy.name, policy_default.name);
		return;
	}
	policy = arena_alloc(reader->arena, sizeof(*policy));
	*policy = draft.policy;
	XGROW(loaded->policies, loaded->policies_len, loaded->policies_cap);
	loaded->policies[loaded->policies_len++] = policy;
}

const struct loader loader_policy = {.api_version = "wick/v1", .kind = "Policy", .load = load_policy};
