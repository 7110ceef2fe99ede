#include "slo/foreign/slo_generator_policy.h"

#include "base/limits.h"
#include "base/num.h"
#include "format/template.h"
#include "slo/default_alerting.h"
#include "slo/foreign/foreign.h"
#include "slo/foreign/yaml_fill.h"
#include "slo/native/native_types.h"
#include "slo/parts.h"

#include <stddef.h>

static const char part_kind[] = "error budget policy", broken_kind[] = "broken error budget policies";

enum { STEPS_MAX = 16, TIER_NAME_BYTES = 63 };

struct step {
	struct str name, message;
	double threshold;
	struct span window;
	bool alert;
};

struct policy_steps {
	const struct yaml_node *list;
};

struct config {
	const struct yaml_node *policies;
};

/* A step's window is a number of seconds. */
static bool read_seconds(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	double seconds;

	if (!field_number.read(reader, field, node, &seconds))
		return false;
	if (!(seconds >= 60) || seconds > 365 * 86400.0 || !num_same(seconds / 60, (double)(int64_t)(seconds / 60)))
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it wants seconds: whole minutes up to a year",
				    VALUE_ARG(node->text));
	((struct span *)at)->ms = (int64_t)seconds * 1000;
	return true;
}

/* It becomes an annotation, and those are templates. */
static bool read_message(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;
	struct err err;

	if (!field_text.read(reader, field, node, &text))
		return false;
	if (template_check(text, &err))
		*(struct str *)at = text;
	else
		reader_warn(reader, node, field->name, "template", "is left out: %s", err.text);
	return true;
}

static const struct field_type type_message = {"a text", read_message, NULL, NULL};
static const struct field_type type_seconds = {"a number of seconds", read_seconds, NULL, NULL};

#define AT(member) offsetof(struct step, member)

static const struct field step_fields[] = {
	{.name = "name", .type = &field_text, .at = AT(name), .required = true, .min = 1, .max = LIMIT_NAME_BYTES},
	{.name = "burn_rate_threshold", .type = &native_type_positive, .at = AT(threshold), .required = true},
	{.name = "alert", .type = &field_bool, .at = AT(alert)},
	{.name = "message_alert", .type = &type_message, .at = AT(message), .max = (double)LIMIT_TEXT_BYTES},
	{.name = "message_ok", .type = &foreign_unused, .help = "what is fine sends no message"},
	{.name = "window", .type = &type_seconds, .at = AT(window), .required = true},
	{.name = NULL},
};

static const struct field policy_fields[] = {
	{.name = "steps",
	 .type = &native_type_list,
	 .at = offsetof(struct policy_steps, list),
	 .required = true,
	 .inner = step_fields},
	{.name = NULL},
};

static const struct field config_fields[] = {
	{.name = "backends", .type = &foreign_passed},
	{.name = "exporters", .type = &foreign_passed},
	{.name = "default_exporters", .type = &foreign_passed},
	{.name = "error_budget_policies",
	 .type = &native_type_later,
	 .at = offsetof(struct config, policies),
	 .required = true},
	{.name = NULL},
};

/* "1-hour": a tier's name. */
static struct str tier_name(struct arena *arena, struct str name, size_t i)
{
	struct str slug = foreign_slug(arena, name, TIER_NAME_BYTES);

	return slug.len ? slug : arena_fmt(arena, "step-%zu", i + 1);
}

static struct span longest(const struct step *steps, size_t len)
{
	struct span span = {0};

	for (size_t i = 0; i < len; i++)
		if (steps[i].window.ms > span.ms)
			span = steps[i].window;
	return span;
}

static bool read_filled(struct reader *reader, const struct yaml_node *node, struct step *steps, size_t *len)
{
	size_t errors = reader->findings->errors;
	const struct yaml_node *policy = yaml_fill(reader, node);
	struct policy_steps written = {.list = NULL};

	*len = 0;
	fields_read(reader, policy_fields, policy, "an error budget policy", &written);
	if (!written.list)
		return false;
	if (written.list->len == 0 || written.list->len > STEPS_MAX)
		return reader_error(reader, written.list, "steps", "too-many", "wants from 1 to %d steps", STEPS_MAX);
	for (size_t i = 0; i < written.list->len; i++) {
		struct step *step = &steps[(*len)++];

		*step = (struct step){.alert = false};
		fields_read(reader, step_fields, written.list->items[i], "a step", step);
		for (size_t k = 0; k < i; k++)
			if (step->window.ms && steps[k].window.ms == step->window.ms)
				reader_error(reader, written.list->items[i], "window", "duplicate",
					     "is that of another step already");
	}
	if (reader->findings->errors == errors && longest(steps, *len).ms < SPAN_HOUR)
		reader_error(reader, written.list, "steps", "out-of-range",
			     "none has a window of an hour or more; the longest is that of the SLO");
	return reader->findings->errors == errors;
}

static bool read_steps(struct reader *reader, const struct yaml_node *node, struct step *steps, size_t *len)
{
	size_t before = reader->findings->len;
	bool fine = read_filled(reader, node, steps, len);

	yaml_fill_settle(reader, before);
	return fine;
}

/* Who is told is not said there. */
static struct str severity_of(const struct step *step)
{
	if (!step->alert)
		return STR("info");
	return step->window.ms <= SPAN_DAY ? STR("page") : STR("ticket");
}

static struct tier tier_of(struct arena *arena, const struct step *step, size_t i, const struct tier *like)
{
	struct tier tier = {
		.name = tier_name(arena, step->name, i),
		.kind = TIER_BURN,
		.severity = severity_of(step),
		.long_ = step->window,
		.short_ = alerting_short_window(step->window),
		.factor = step->threshold,
		.min_bad = like->min_bad,
	};

	if (step->message.len) {
		tier.annotations = (struct labels){arena_array(arena, 1, sizeof(struct label)), 1};
		tier.annotations.at[0] = (struct label){STR("message"), step->message};
	}
	return tier;
}

static const struct alerting *make_alerting(struct reader *reader, const struct step *steps, size_t len,
					    struct span window, bool per_step)
{
	struct alerting_basis basis = {window, per_step, {{0}}, 0};
	const struct alerting *base = default_alerting(reader, &basis);
	struct alerting *alerting = arena_alloc(reader->arena, sizeof(*alerting));
	struct tier *tiers = arena_array(reader->arena, len + base->len, sizeof(*tiers));

	*alerting = (struct alerting){.tiers = tiers};
	for (size_t i = 0; i < base->len; i++)
		if (base->tiers[i].kind != TIER_BURN)
			tiers[alerting->len++] = base->tiers[i];
	for (size_t i = 0; i < len; i++) {
		struct tier tier = tier_of(reader->arena, &steps[i], i, &base->tiers[0]);

		if (steps[i].window.ms >= window.ms)
			continue;
		if (alerting_tier(alerting, tier.name))
			tier.name = arena_fmt(reader->arena, "%.*s-step-%zu", STR_ARG(tier.name), i + 1);
		tiers[alerting->len++] = tier;
	}
	alerting_windows(reader->arena, alerting, window);
	return alerting;
}

bool generator_policy_find(struct reader *reader, struct str name, const struct yaml_node *node, bool per_step,
			   struct span *window, const struct alerting **alerting)
{
	const struct part *part = parts_find(reader->parts, part_kind, name);
	const struct part *broken = part ? NULL : parts_any(reader->parts, broken_kind);
	struct step steps[STEPS_MAX];
	struct findings unseen;
	struct reader within;
	size_t len;
	bool fine;

	*alerting = NULL;
	if (!part)
		return !broken || reader_error(reader, node, "error_budget_policy", "unknown-policy",
					       "the policies of %s cannot be read, and '%.*s' may be one of them",
					       broken->file, VALUE_ARG(name));
	within = reader_within(reader, part);
	findings_init(&unseen, reader->scratch, 0);
	within.findings = &unseen;
	fine = read_steps(&within, part->node, steps, &len);
	findings_release(&unseen);
	if (!fine)
		return reader_error(reader, node, "error_budget_policy", "unknown-policy",
				    "the policy '%.*s' at %s:%u:%u is wrong", VALUE_ARG(name), part->file,
				    part->node->line, part->node->col);
	*window = longest(steps, len);
	*alerting = make_alerting(reader, steps, len, *window, per_step);
	return true;
}

static bool claims(const struct yaml_node *document)
{
	return yaml_get(document, "error_budget_policies") && !yaml_get(document, "apiVersion");
}

static const struct yaml_node *policies_of(struct reader *reader, const struct yaml_node *document)
{
	struct config config = {.policies = NULL};

	fields_read(reader, config_fields, document, "the document", &config);
	if (config.policies && config.policies->kind != YAML_MAP) {
		reader_error(reader, config.policies, "error_budget_policies", "wrong-type",
			     "wants a map of policies, not %s", yaml_what(config.policies));
		return NULL;
	}
	return config.policies;
}

static void declare(struct reader *reader, const struct yaml_node *document)
{
	const struct yaml_node *policies = policies_of(reader, document);

	for (size_t i = 0; policies && i < policies->len; i++)
		parts_declare(reader, part_kind, policies->pairs[i].key->text, policies->pairs[i].value);
}

static void lost(struct reader *reader) { parts_declare(reader, broken_kind, STR(""), NULL); }

static void load(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	const struct yaml_node *policies = policies_of(reader, document);
	struct step steps[STEPS_MAX];
	size_t len;

	(void)loaded;
	for (size_t i = 0; policies && i < policies->len; i++) {
		read_steps(reader, policies->pairs[i].value, steps, &len);
		parts_twin(reader, part_kind, policies->pairs[i].key->text, policies->pairs[i].value);
	}
}

const struct loader loader_slo_generator_config = {
	.api_version = NULL,
	.kind = "",
	.claims = claims,
	.declare = declare,
	.marker = "error_budget_policies",
	.declare_broken = lost,
	.load = load,
};
