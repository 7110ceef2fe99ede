#include "slo/default_alerting.h"
#include "slo/foreign/foreign.h"
#include "slo/foreign/openslo.h"
#include "slo/keeping.h"
#include "slo/native/native_types.h"

#include "base/limits.h"

#include <stddef.h>

enum { CONDITIONS_MAX = 16 };

struct condition {
	int kind, op;
	double threshold;
	struct span lookback, after;
	struct str severity;
	const struct yaml_node *condition;
};

struct written_policy {
	bool no_data, breaching;
	const struct yaml_node *conditions, *targets;
};

#define AT(member) offsetof(struct condition, member)

static const struct field burn[] = {
	{.name = "kind",
	 .type = &field_choice,
	 .at = AT(kind),
	 .required = true,
	 .choices = (const char *const[]){"burnrate", NULL}},
	{.name = "op", /* OpenSLO's own schema of v1 has none */
	 .type = &field_choice,
	 .at = AT(op),
	 .choices = (const char *const[]){"gt", "gte", "lt", "lte", NULL}},
	{.name = "threshold", .type = &field_number, .at = AT(threshold), .required = true},
	{.name = "lookbackWindow", .type = &openslo_span, .at = AT(lookback), .required = true},
	{.name = "alertAfter", .type = &openslo_span, .at = AT(after), .max = (double)(365 * SPAN_DAY)},
	{.name = NULL},
};

static const struct field condition_fields[] = {
	{.name = "description", .type = &foreign_passed_text},
	{.name = "severity", .type = &foreign_name, .at = AT(severity), .required = true, .max = 63},
	{.name = "condition", .type = &native_type_sli, .at = AT(condition), .required = true, .inner = burn},
	{.name = NULL},
};

#undef AT
#define AT(member) offsetof(struct written_policy, member)

static const struct field policy_fields[] = {
	{.name = "description", .type = &foreign_passed_text},
	{.name = "alertWhenNoData", .type = &field_bool, .at = AT(no_data)},
	{.name = "alertWhenResolved",
	 .type = &foreign_unused,
	 .help = "Alertmanager says who is told that an alert is over"},
	{.name = "alertWhenBreaching", .type = &field_bool, .at = AT(breaching)},
	{.name = "conditions", .type = &native_type_list, .at = AT(conditions), .required = true},
	{.name = "notificationTargets", .type = &native_type_list, .at = AT(targets)},
	{.name = NULL},
};

/* The value of `key: NAME` in an item of a list; NULL: it stands inline. */
static const struct yaml_node *reference(const struct yaml_node *item, const char *key)
{
	if (item->kind == YAML_SCALAR && !yaml_null(item))
		return item;
	return yaml_get(item, key);
}

/* What may stand beside a reference: nothing that it says otherwise. */
struct referring {
	const struct yaml_node *ref, *spec;
};

static const char said_there[] = "what is referred to says it";

#define REFERRING(key)                                                                                                 \
	{.name = (key), .type = &native_type_later, .at = offsetof(struct referring, ref)},                            \
		{.name = "apiVersion", .type = &foreign_unused, .help = said_there},                                   \
		{.name = "kind", .type = &foreign_unused, .help = said_there},                                         \
		{.name = "metadata", .type = &foreign_unused, .help = said_there},                                     \
		{.name = "spec", .type = &native_type_later, .at = offsetof(struct referring, spec)},                  \
	{                                                                                                              \
		.name = NULL                                                                                           \
	}

static const char policy_ref[] = "alertPolicyRef", condition_ref[] = "conditionRef";
static const struct field policy_referring[] = {REFERRING(policy_ref)};
static const struct field condition_referring[] = {REFERRING(condition_ref)};

/* The item of a list that refers to a part by `key`: one that defines it, too, says two things. */
static bool refers_only(struct reader *reader, const struct yaml_node *item, const char *key)
{
	struct referring referring = {.ref = NULL};
	size_t errors = reader->findings->errors;

	if (item->kind != YAML_MAP)
		return true;
	fields_read(reader, key == policy_ref ? policy_referring : condition_referring, item, "a reference",
		    &referring);
	if (referring.spec)
		reader_error(reader, referring.spec, "spec", "inline-and-reference",
			     "stands beside '%s'; give one of the two", key);
	return reader->findings->errors == errors;
}

/* A part that is referred to, or one that stands inline; `within` reads it. False, with a finding, where there is none.
 */
static bool resolve(struct reader *reader, const struct yaml_node *item, const char *key, const char *kind,
		    struct reader *within, struct openslo_object *object)
{
	const struct yaml_node *ref = reference(item, key);
	const struct part *part = NULL;

	*within = *reader;
	*object = (struct openslo_object){.spec = NULL};
	if (ref && ref->kind == YAML_SCALAR) {
		if (!refers_only(reader, item, key))
			return false;
		part = parts_find(reader->parts, kind, ref->text);
		if (!part)
			return reader_error(reader, ref, key, "unknown-reference", "there is no %s '%.*s'", kind,
					    VALUE_ARG(ref->text));
		*within = reader_within(reader, part);
	}
	fields_read(within, openslo_inlined, part ? part->node : item, kind, object);
	if (object->kind.len && !str_is(object->kind, kind))
		return reader_error(within, yaml_get(item, "kind"), "kind", "unknown-kind",
				    "'%.*s' stands where an %s is wanted", VALUE_ARG(object->kind), kind);
	return object->spec != NULL;
}

static bool read_condition(struct reader *reader, const struct openslo_object *object, struct condition *condition)
{
	size_t errors = reader->findings->errors;
	const struct yaml_node *node;

	*condition = (struct condition){.kind = 0};
	fields_read(reader, condition_fields, object->spec, "spec", condition);
	node = condition->condition;
	if (reader->findings->errors != errors)
		return false;
	if (!(condition->threshold > 0))
		return reader_error(reader, yaml_get(node, "threshold"), "threshold", "out-of-range",
				    "must be above 0");
	if (!foreign_get(node, "op"))
		reader_note(reader, node, "op", "burn-rate-op",
			    "is not said, and so it is 'gt': the burn rate is above the threshold");
	if (condition->op >= 2)
		reader_warn(
			reader, yaml_get(node, "op"), "op", "burn-rate-op",
			"'%s' would alert while all is well; it is taken for 'gt': the burn rate is above the threshold",
			condition->op == 2 ? "lt" : "lte");
	return true;
}

void openslo_condition_check(struct reader *reader, const struct openslo_object *object)
{
	struct condition condition;

	read_condition(reader, object, &condition);
}

static bool read_policy(struct reader *reader, const struct openslo_object *object, struct written_policy *policy)
{
	size_t errors = reader->findings->errors;

	*policy = (struct written_policy){.no_data = true, .breaching = true};
	fields_read(reader, policy_fields, object->spec, "the AlertPolicy's spec", policy);
	if (policy->conditions && policy->conditions->len != 1)
		reader_error(reader, policy->conditions, "conditions", "wrong-type", "wants a list with one condition");
	return reader->findings->errors == errors;
}

/* Whoever is told: but for Alertmanager, which is. */
static void note_targets(struct reader *reader, const struct written_policy *policy)
{
	for (size_t i = 0; policy->targets && i < policy->targets->len; i++) {
		const struct yaml_node *item = policy->targets->items[i],
				       *target = yaml_get(yaml_get(item, "spec"), "target");

		if (!target || target->kind != YAML_SCALAR || !str_is(target->text, "alertmanager"))
			reader_unused(reader, item, "notificationTargets", "Alertmanager says who is told");
	}
}

void openslo_policy_check(struct reader *reader, const struct openslo_object *object)
{
	struct written_policy policy;
	struct condition condition;
	struct openslo_object inner;

	read_policy(reader, object, &policy);
	for (size_t i = 0; policy.conditions && i < policy.conditions->len; i++) {
		const struct yaml_node *item = policy.conditions->items[i], *ref = reference(item, condition_ref);

		if (ref && ref->kind == YAML_SCALAR) {
			refers_only(reader, item, condition_ref);
			if (!parts_find(reader->parts, openslo_condition, ref->text))
				reader_warn(reader, ref, "conditionRef", "unknown-reference",
					    "no AlertCondition '%.*s' is defined here", VALUE_ARG(ref->text));
			continue;
		}
		openslo_metadata_unused(reader, item);
		inner = (struct openslo_object){.spec = NULL};
		fields_read(reader, openslo_inlined, item, "a condition", &inner);
		if (inner.spec)
			read_condition(reader, &inner, &condition);
	}
	note_targets(reader, &policy);
}

/* Tiers that are being put together. */
struct gathering {
	struct tier *tiers;
	size_t len;
	struct span window;
	const struct alerting *base; /* wick's own tiers: those that do not burn stay, unless no_data says otherwise */
	bool no_data;
};

static bool same_name(const struct gathering *gathering, struct str name)
{
	const struct tier *own = alerting_tier(gathering->base, name);

	for (size_t i = 0; i < gathering->len; i++)
		if (str_eq(gathering->tiers[i].name, name))
			return true;
	return own && own->kind != TIER_BURN; /* those that burn make room for the policies' */
}

static struct str tier_name(struct reader *reader, const struct gathering *gathering,
			    const struct openslo_object *object, const struct condition *condition)
{
	struct str name = object->metadata.name;

	if (!name.len || name.len > 40)
		name = arena_fmt(reader->arena, "burn-%s", span_text(condition->lookback).text);
	return same_name(gathering, name) ? arena_fmt(reader->arena, "%.*s-%zu", STR_ARG(name), gathering->len + 1)
					  : arena_str(reader->arena, name);
}

static void add_tier(struct reader *reader, const struct yaml_node *node, const struct openslo_object *object,
		     const struct condition *condition, struct gathering *gathering)
{
	struct str text = openslo_annotation(&object->metadata, openslo_short_window);
	struct openslo_duration duration;
	struct tier *tier;

	if (gathering->len == CONDITIONS_MAX) {
		reader_error(reader, node, "alertPolicies", "too-many", "more than %d conditions", CONDITIONS_MAX);
		return;
	}
	if (condition->lookback.ms >= gathering->window.ms) {
		reader_error(reader, yaml_get(condition->condition, "lookbackWindow"), "lookbackWindow", "tier-window",
			     "%s is not shorter than the SLO's window, %s", span_text(condition->lookback).text,
			     span_text(gathering->window).text);
		return;
	}
	tier = &gathering->tiers[gathering->len];
	*tier = (struct tier){
		.name = tier_name(reader, gathering, object, condition),
		.kind = TIER_BURN,
		.severity = condition->severity,
		.long_ = condition->lookback,
		.short_ = condition->lookback,
		.factor = condition->threshold,
		.for_ = condition->after,
		.min_bad = gathering->base->tiers[0].min_bad,
	};
	gathering->len++;
	if (!text.len)
		return;
	if (!openslo_duration_read(text, &duration) || openslo_duration_span(duration).ms > condition->lookback.ms)
		reader_error(reader, yaml_get(object->metadata.annotations, openslo_short_window), openslo_short_window,
			     "wrong-type", "'%.*s' is no duration up to the lookbackWindow, %s", VALUE_ARG(text),
			     span_text(condition->lookback).text);
	else
		tier->short_ = openslo_duration_span(duration);
}

static void take_policy(struct reader *reader, const struct yaml_node *item, struct gathering *gathering)
{
	struct written_policy policy;
	struct openslo_object object, inner;
	struct reader within, deeper;
	struct condition condition;

	if (yaml_null(item) || !resolve(reader, item, policy_ref, openslo_policy, &within, &object) ||
	    !read_policy(&within, &object, &policy))
		return;
	if (!reference(item, policy_ref)) { /* one that is referred to is looked at where it stands */
		note_targets(reader, &policy);
		openslo_metadata_unused(reader, item);
	}
	gathering->no_data &= policy.no_data;
	for (size_t i = 0; policy.breaching && policy.conditions && i < policy.conditions->len; i++) {
		const struct yaml_node *at = policy.conditions->items[i];

		if (!resolve(&within, at, condition_ref, openslo_condition, &deeper, &inner) ||
		    !read_condition(&deeper, &inner, &condition))
			continue;
		if (!reference(item, policy_ref) && !reference(at, condition_ref))
			openslo_metadata_unused(reader, at);
		add_tier(&deeper, inner.spec, &inner, &condition, gathering);
	}
}

static struct str name_of(const struct yaml_node *object)
{
	const struct yaml_node *name = yaml_get(yaml_get(object, "metadata"), "name");

	return name && name->kind == YAML_SCALAR ? name->text : STR("");
}

/* It stands elsewhere, or its condition does, or the two have names of their own, or it tells nobody. */
static bool more_than_tier(const struct yaml_node *policy)
{
	const struct yaml_node *spec = yaml_get(policy, "spec"), *conditions = yaml_get(spec, "conditions"),
			       *condition = conditions && conditions->kind == YAML_LIST && conditions->len == 1
						    ? conditions->items[0]
						    : NULL,
			       *breaching = yaml_get(spec, "alertWhenBreaching");

	return !condition || reference(policy, policy_ref) || reference(condition, condition_ref) ||
	       !str_eq(name_of(policy), name_of(condition)) || !breaching || !str_is(breaching->text, "true");
}

void openslo_policies_keep(struct reader *reader, const struct yaml_node *policies)
{
	bool more = policies && reader_keeps(reader, policies);

	for (size_t i = 0; policies && i < policies->len; i++)
		more |= !yaml_null(policies->items[i]) && more_than_tier(policies->items[i]);
	if (more)
		reader_keep(reader, policies);
}

const struct alerting *openslo_alerting_read(struct reader *reader, const struct yaml_node *policies,
					     const struct alerting_basis *basis)
{
	const struct alerting *base = default_alerting(reader, basis);
	struct span window = basis->window;
	struct alerting *alerting;
	struct gathering gathering = {.window = window, .base = base, .no_data = true};
	bool any = false;

	for (size_t i = 0; policies && i < policies->len; i++)
		any |= !yaml_null(policies->items[i]);
	if (!any)
		return NULL;
	gathering.tiers = arena_array(reader->arena, CONDITIONS_MAX + base->len, sizeof(*gathering.tiers));
	for (size_t i = 0; i < policies->len; i++)
		take_policy(reader, policies->items[i], &gathering);
	for (size_t i = 0; i < base->len; i++) {
		enum tier_kind kind = base->tiers[i].kind;

		if (kind != TIER_BURN && (gathering.no_data || (kind != TIER_NO_DATA && kind != TIER_VANISHED)))
			gathering.tiers[gathering.len++] = base->tiers[i];
	}
	alerting = arena_alloc(reader->arena, sizeof(*alerting));
	alerting->tiers = gathering.tiers;
	alerting->len = gathering.len;
	alerting_windows(reader->arena, alerting, window);
	return alerting;
}
