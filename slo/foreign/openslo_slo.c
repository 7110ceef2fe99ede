#include "slo/foreign/foreign.h"
#include "slo/foreign/openslo.h"
#include "slo/keeping.h"
#include "slo/kept_path.h"
#include "slo/native/native_types.h"

#include "base/limits.h"
#include "base/num.h"

#include <stddef.h>

/* The spec of an SLO, all versions of it. */
struct spec {
	struct str service, description;
	int method;
	const struct yaml_node *indicator, *indicator_ref, *window, *objectives, *policies;
};

#define AT(member) offsetof(struct spec, member)

/* The spelling of names differs by version. */
#define COMMON                                                                                                         \
	{.name = "description", .type = &field_text, .at = AT(description), .max = (double)LIMIT_TEXT_BYTES},          \
		{.name = "service", .type = &foreign_name, .at = AT(service)},                                         \
		{.name = "objectives", .type = &native_type_list, .at = AT(objectives), .required = true},             \
	{                                                                                                              \
		.name = "alertPolicies", .type = &native_type_list, .at = AT(policies)                                 \
	}
#define METHOD(wanted)                                                                                                 \
	{                                                                                                              \
		.name = "budgetingMethod", .type = &field_choice, .at = AT(method), .required = (wanted),              \
		.choices = (const char *const[])                                                                       \
		{                                                                                                      \
			"Occurrences", "Timeslices", "RatioTimeslices", NULL                                           \
		}                                                                                                      \
	}

static const struct field v1_spec[] = {
	COMMON,
	METHOD(true),
	{.name = "indicator", .type = &native_type_later, .at = AT(indicator)},
	{.name = "indicatorRef", .type = &native_type_later, .at = AT(indicator_ref)},
	{.name = "timeWindow", .type = &native_type_later, .at = AT(window), .required = true},
	{.name = NULL},
};

static const struct field v2_spec[] = {
	COMMON,
	METHOD(true),
	{.name = "serviceRef", .type = &foreign_name, .at = AT(service)},
	{.name = "sli", .type = &native_type_later, .at = AT(indicator)},
	{.name = "sliRef", .type = &native_type_later, .at = AT(indicator_ref)},
	{.name = "timeWindow", .type = &native_type_later, .at = AT(window), .required = true},
	{.name = NULL},
};

static const struct field alpha_spec[] = {
	COMMON,
	METHOD(false), /* files of that time are without: sloth never read it */
	{.name = "indicator", .type = &native_type_later, .at = AT(indicator)},
	{.name = "timeWindows", .type = &native_type_later, .at = AT(window), .required = true},
	{.name = NULL},
};

struct alpha_indicator {
	const struct yaml_node *threshold;
};

static const struct field alpha_indicator_fields[] = {
	{.name = "thresholdMetric",
	 .type = &native_type_later,
	 .at = offsetof(struct alpha_indicator, threshold),
	 .required = true},
	{.name = NULL},
};

#undef AT
#undef COMMON
#define AT(member) offsetof(struct openslo_objective, member)

/* 0 to 1; a percentage where it is targetPercent. */
static bool read_target(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct field named = *field;

	named.type = str_is(str_of(field->name), "targetPercent") ? &foreign_percent : &native_type_objective;
	return named.type->read(reader, &named, node, at);
}

static const struct field_type type_target = {"a target", read_target, NULL, NULL};

/* In the order of enum comparison. */
static const char *const ops[] = {"lt", "lte", "gt", "gte", NULL};

#define COMMON                                                                                                         \
	{.name = "displayName", .type = &field_text, .at = AT(display_name), .max = LIMIT_NAME_BYTES * 4.0},           \
		{.name = "op", .type = &field_choice, .at = AT(op), .choices = ops},                                   \
		{.name = "value", .type = &field_number, .at = AT(value)},                                             \
		{.name = "target", .type = &type_target, .at = AT(draft.slo)},                                         \
		{.name = "timeSliceTarget", .type = &native_type_part, .at = AT(slice_target), .max = 1},              \
	{                                                                                                              \
		.name = "timeSliceWindow", .type = &openslo_span, .at = AT(slice), .max = (double)SPAN_DAY             \
	}
#define COMMON_SINCE_V1                                                                                                \
	{.name = "targetPercent", .type = &type_target, .at = AT(draft.slo)},                                          \
	{                                                                                                              \
		.name = "compositeWeight", .type = &native_type_positive, .at = AT(weight), .fallback = "1"            \
	}

static const struct field v1_objective[] = {
	COMMON,
	COMMON_SINCE_V1,
	{.name = "indicator", .type = &native_type_later, .at = AT(indicator)},
	{.name = "indicatorRef", .type = &native_type_later, .at = AT(indicator_ref)},
	{.name = NULL},
};

static const struct field v2_objective[] = {
	COMMON,
	COMMON_SINCE_V1,
	{.name = "sli", .type = &native_type_later, .at = AT(indicator)},
	{.name = "sliRef", .type = &native_type_later, .at = AT(indicator_ref)},
	{.name = NULL},
};

static const struct field alpha_objective[] = {
	COMMON,
	{.name = "ratioMetrics", .type = &native_type_later, .at = AT(ratio_metrics)},
	{.name = NULL},
};

/* What an objective has its own indicator by, in any version. */
static const char *const own_indicators[] = {"indicator", "indicatorRef", "sli", "sliRef", NULL};

/* The tables of a version. */
struct version {
	const char *name;
	const struct field *spec, *objective;
	bool alpha;
};
static const struct version versions[] = {
	{"openslo/v1", v1_spec, v1_objective, false},
	{"openslo.com/v2alpha", v2_spec, v2_objective, false},
	{"openslo/v1alpha", alpha_spec, alpha_objective, true},
};

/* What all objectives of an SLO share while it is being loaded. */
struct slo_reading {
	struct reader *reader;
	const struct yaml_node *document;
	const struct openslo_object *object;
	struct spec spec;
	const struct version *version;
	struct composite *composite; /* of its objectives, as far as they are SLOs; NULL: it is none */
	double targets;              /* their sum, by weight */
};

static bool find_indicator(const struct slo_reading *reading, const struct yaml_node *inline_,
			   const struct yaml_node *ref, struct openslo_indicator *indicator)
{
	struct openslo_object object = {.spec = NULL};
	struct reader *reader = reading->reader;
	const struct part *part;
	const char *nearest;

	indicator->reader = *reader;
	if (inline_) {
		fields_read(reader, openslo_inlined, inline_, "the indicator", &object);
		indicator->spec = object.spec;
		openslo_metadata_unused(reader, inline_);
		reader_keep(reader, yaml_get(yaml_get(inline_, "metadata"), "name"));
		return object.spec != NULL;
	}
	if (ref->kind != YAML_SCALAR)
		return reader_error(reader, ref, "indicatorRef", "wrong-type", "wants a name, not %s", yaml_what(ref));
	part = parts_find(reader->parts, openslo_sli, ref->text);
	nearest = part ? NULL : parts_nearest(reader->parts, openslo_sli, ref->text);
	if (!part)
		return reader_error(reader, ref, "indicatorRef", "unknown-reference", "there is no SLI '%.*s'%s%s%s",
				    VALUE_ARG(ref->text), nearest ? "; did you mean '" : "", nearest ? nearest : "",
				    nearest ? "'?" : "");
	indicator->reader = reader_within(reader, part);
	reader_keep(reader, ref);
	indicator->spec = yaml_get(part->node, "spec");
	return indicator->spec != NULL;
}

static bool read_alpha_sli(const struct slo_reading *reading, struct openslo_objective *objective)
{
	struct alpha_indicator indicator = {.threshold = NULL};

	if (reading->spec.indicator)
		fields_read(reading->reader, alpha_indicator_fields, reading->spec.indicator, "indicator", &indicator);
	return openslo_alpha_sli_read(reading->reader, objective->ratio_metrics, indicator.threshold, objective);
}

static bool read_sli(const struct slo_reading *reading, struct openslo_objective *objective)
{
	const struct spec *spec = &reading->spec;
	bool own = objective->indicator || objective->indicator_ref;
	const struct yaml_node *inline_ = own ? objective->indicator : spec->indicator;
	const struct yaml_node *ref = own ? objective->indicator_ref : spec->indicator_ref;
	struct openslo_indicator indicator;

	if (reading->version->alpha)
		return read_alpha_sli(reading, objective);
	if (!inline_ == !ref)
		return reader_error(reading->reader, own ? objective->node : reading->object->spec, "indicator",
				    "missing-key",
				    inline_ ? "stands beside a reference to one; give one of them"
					    : "is missing, and there is no reference to one");
	return find_indicator(reading, inline_, ref, &indicator) &&
	       openslo_sli_read(reading->reader, &indicator, objective);
}

enum { SLUG_BYTES = 40 };

/* "web-availability" for the only objective, "web-availability-good" for one of several. */
static struct str objective_name(const struct slo_reading *reading, const struct openslo_objective *objective, size_t i)
{
	struct arena *arena = reading->reader->arena;
	struct str name = reading->object->metadata.name, slug;

	if (reading->spec.objectives->len == 1)
		return name;
	slug = foreign_slug(arena, objective->display_name, SLUG_BYTES);
	return slug.len ? arena_fmt(arena, "%.*s-%.*s", STR_ARG(name), STR_ARG(slug))
			: arena_fmt(arena, "%.*s-%zu", STR_ARG(name), i + 1);
}

static void no_effect(const struct slo_reading *reading, const struct openslo_objective *objective, const char *key)
{
	const struct yaml_node *node = foreign_get(objective->node, key);

	if (!node)
		return;
	reader_warn(reading->reader, node, key, "no-effect", "has no effect with this budgetingMethod");
	reader_keep(reading->reader, node);
}

static void read_budgeting(const struct slo_reading *reading, struct openslo_objective *objective)
{
	struct reader *reader = reading->reader;
	struct budgeting *budgeting = &objective->draft.slo.budgeting;
	const struct yaml_node *node = objective->node;

	budgeting->method = (enum budgeting_method)reading->spec.method;
	if (budgeting->method == BUDGET_OCCURRENCES)
		no_effect(reading, objective, "timeSliceWindow");
	if (budgeting->method != BUDGET_TIME_SLICES)
		no_effect(reading, objective, "timeSliceTarget");
	else if (!foreign_get(node, "timeSliceTarget"))
		reader_error(reader, node, "timeSliceTarget", "missing-key", "is missing, and slices of time want it");
	if (budgeting->method == BUDGET_TIME_SLICES)
		budgeting->target = objective->slice_target;
	if (budgeting->method == BUDGET_OCCURRENCES)
		return;
	budgeting->slice = objective->slice;
	if (!foreign_get(node, "timeSliceWindow")) {
		reader_warn(reader, node, "timeSliceWindow", "missing-key",
			    "is missing; slices of one minute are taken");
		budgeting->slice = (struct span){SPAN_MINUTE};
	}
}

static void check_op(struct reader *reader, const struct openslo_objective *objective)
{
	static const char *const keys[] = {"op", "value"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct yaml_node *node = foreign_get(objective->node, keys[i]);

		if (objective->draft.slo.sli.kind != SLI_THRESHOLD)
			reader_unused(reader, node, keys[i], "the indicator is a ratio");
	}
}

static void read_target_of(struct reader *reader, struct openslo_objective *objective)
{
	const struct yaml_node *target = foreign_get(objective->node, "target"),
			       *percent = foreign_get(objective->node, "targetPercent");

	objective->draft.objective = target ? target : percent;
	if (!target && !percent)
		reader_error(reader, objective->node, "target", "missing-key", "is missing");
	else if (target && percent)
		reader_error(reader, percent, "targetPercent", "good-and-bad",
			     "stands beside target; give one of them");
}

static void add_member(struct slo_reading *reading, const struct openslo_objective *objective, const struct slo *slo)
{
	reading->composite->members[reading->composite->len++] = (struct composite_member){
		.id = slo->id, .weight = objective->weight, .place = reader_place(reading->reader, objective->node)};
	reading->targets += objective->weight * slo->objective;
}

/* The policies' tiers, for the windows that are read so far: there is at least one. */
static void read_alerting(const struct slo_reading *reading, struct draft *draft)
{
	struct slo so_far = draft->slo;
	struct alerting_basis basis;

	so_far.window = draft->windows[0].span;
	so_far.windows = draft->windows;
	so_far.windows_len = draft->windows_len;
	basis = slo_alerting_basis(&so_far);
	draft->slo.alerting = openslo_alerting_read(reading->reader, reading->spec.policies, &basis);
}

/* A quotient of counts that is counted by its events, or gauges whose quotient is averaged. */
static bool other_shape(const struct slo_reading *reading, const struct openslo_objective *objective)
{
	const struct yaml_node *inline_ = objective->indicator ? objective->indicator : reading->spec.indicator,
			       *ratio = yaml_get(yaml_get(inline_, "spec"), "ratioMetric");

	return ratio && !foreign_get(ratio, "raw") != (objective->draft.slo.sli.kind == SLI_EVENTS);
}

/* Of the objective and of what all objectives share. An indicator of its own is written as that of the SLO. */
static const struct kept_fields *keep(const struct slo_reading *reading, const struct openslo_objective *objective)
{
	struct reader *reader = reading->reader;
	const struct yaml_node *node = objective->node, *spec = reading->object->spec;
	const struct yaml_node *metadata = yaml_get(reading->document, "metadata");
	bool v2 = str_is(str_of(reading->version->name), "openslo.com/v2alpha");
	struct kept_list kept = {NULL, 0};

	openslo_policies_keep(reader, reading->spec.policies);
	if (other_shape(reading, objective))
		reader_keep(reader, objective->indicator ? objective->indicator : reading->spec.indicator);
	kept_gather(reader, &kept, metadata, STR("metadata"), NULL);
	for (size_t i = 0; spec->kind == YAML_MAP && i < spec->len; i++)
		kept_gather(reader, &kept, spec->pairs[i].value,
			    kept_path_key(reader->arena, STR("spec"), spec->pairs[i].key->text),
			    reading->spec.objectives);
	if (objective->indicator != NULL)
		kept_gather(reader, &kept, objective->indicator, v2 ? STR("spec.sli") : STR("spec.indicator"), NULL);
	if (objective->indicator_ref != NULL)
		kept_gather(reader, &kept, objective->indicator_ref, v2 ? STR("spec.sliRef") : STR("spec.indicatorRef"),
			    NULL);
	for (size_t i = 0; i < node->len; i++)
		if (node->pairs[i].value != objective->indicator && node->pairs[i].value != objective->indicator_ref)
			kept_gather(reader, &kept, node->pairs[i].value,
				    kept_path_key(reader->arena, STR("spec.objectives[0]"), node->pairs[i].key->text),
				    NULL);
	return kept_of(reader, &kept);
}

static void note_unused(const struct slo_reading *reading, const struct openslo_objective *objective)
{
	struct reader *reader = reading->reader;

	reader_unused(reader, foreign_get(yaml_get(reading->document, "metadata"), "annotations"), "annotations",
		      "they are for the file's other readers");
	if (reading->spec.objectives->len == 1)
		reader_unused(reader, foreign_get(objective->node, "displayName"), "displayName",
			      "the only objective goes by the SLO's name");
	else if (objective->display_name.len)
		reader_unused(reader, foreign_get(yaml_get(reading->document, "metadata"), "displayName"),
			      "displayName", "each objective has its own");
}

static void load_objective(struct slo_reading *reading, struct head *head, size_t i, struct loaded *loaded)
{
	struct reader *reader = reading->reader;
	const struct yaml_node *node = reading->spec.objectives->items[i];
	struct openslo_objective objective = {.draft = {.node = node}, .op = COMPARISONS, .node = node};
	struct draft *draft = &objective.draft;
	size_t errors = reader->findings->errors, taken = loaded->slos_len;
	bool ours;

	fields_read(reader, reading->version->objective, node, "an objective", &objective);
	if (node->kind != YAML_MAP)
		return;
	if (!reading->composite)
		reader_unused(reader, foreign_get(node, "compositeWeight"), "compositeWeight",
			      "each objective is an SLO of its own");
	objective.value_node = foreign_get(node, "value");
	read_target_of(reader, &objective);
	draft->name = foreign_get(node, "displayName");
	if (!draft->name || reading->spec.objectives->len == 1)
		draft->name = yaml_get(yaml_get(reading->document, "metadata"), "name");
	draft->slo.name = objective_name(reading, &objective, i);
	draft->slo.description = reading->spec.description;
	draft->slo.display_name = reading->object->metadata.display_name;
	if (objective.display_name.len && reading->spec.objectives->len > 1)
		draft->slo.display_name = objective.display_name;
	ours = read_sli(reading, &objective);
	check_op(reader, &objective);
	read_budgeting(reading, &objective);
	if (reading->spec.window)
		openslo_window_read(reader, reading->spec.window, reading->version->alpha, draft);
	if (draft->windows_len)
		read_alerting(reading, draft);
	note_unused(reading, &objective);
	if (ours) {
		draft->slo.kept = keep(reading, &objective);
		draft_take(reader, head, draft, errors, loaded);
	}
	if (reading->composite && loaded->slos_len > taken)
		add_member(reading, &objective, &loaded->slos[taken]);
}

/* Several objectives, each with an indicator of its own, are a composite. */
static struct composite *composite_of(const struct slo_reading *reading)
{
	const struct yaml_node *objectives = reading->spec.objectives;
	struct composite *composite;

	if (objectives->len < 2 || objectives->len > LIMIT_COMPOSITE_MEMBERS)
		return NULL;
	for (size_t i = 0; i < objectives->len; i++) {
		const struct yaml_node *node = objectives->items[i];
		bool own = false;

		for (const char *const *key = own_indicators; *key && node->kind == YAML_MAP; key++)
			own |= foreign_get(node, *key) != NULL;
		if (!own)
			return NULL;
	}
	composite = arena_alloc(reading->reader->arena, sizeof(*composite));
	composite->delay = (struct span){10 * SPAN_MINUTE};
	composite->members = arena_array(reading->reader->arena, objectives->len, sizeof(*composite->members));
	return composite;
}

/* OpenSLO does not say what a composite as a whole has to reach: what its objectives may miss, by weight. */
static void load_composite(const struct slo_reading *reading, struct head *head, size_t errors, struct loaded *loaded)
{
	struct reader *reader = reading->reader;
	struct composite *composite = reading->composite;
	struct draft draft = {.node = reading->document, .objective = reading->spec.objectives};
	double weights = 0;

	if (composite->len < reading->spec.objectives->len) {
		reader_note(reader, reading->spec.objectives, "objectives", "no-composite",
			    "some of them are left out, and so is the composite of them all");
		return;
	}
	for (size_t i = 0; i < composite->len; i++)
		weights += composite->members[i].weight;
	draft.name = yaml_get(yaml_get(reading->document, "metadata"), "name");
	draft.slo.name = reading->object->metadata.name;
	draft.slo.display_name = reading->object->metadata.display_name;
	draft.slo.description = reading->spec.description;
	draft.slo.objective = reading->targets / weights;
	draft.slo.objective_text = arena_fmt(reader->arena, "%.10g%%", 100 * draft.slo.objective);
	draft.slo.sli.kind = SLI_COMPOSITE;
	draft.slo.sli.composite = composite;
	if (reading->spec.window)
		openslo_window_read(reader, reading->spec.window, reading->version->alpha, &draft);
	if (draft.windows_len)
		read_alerting(reading, &draft);
	reader_note(reader, reading->spec.objectives, "objectives", "composite",
		    "'%.*s' is a composite of them, a minute of one weighs as much as one of another, and its target "
		    "is the mean of theirs: %s",
		    VALUE_ARG(draft.slo.name), draft.slo.objective_text.at);
	draft_take(reader, head, &draft, errors, loaded);
}

void openslo_slo_load(struct reader *reader, const struct yaml_node *document, const struct openslo_object *object,
		      struct loaded *loaded)
{
	struct slo_reading reading = {.reader = reader, .document = document, .object = object};
	size_t errors = reader->findings->errors;
	struct head head;

	reading.version = versions;
	while (!str_is(object->api_version, reading.version->name))
		reading.version++;
	fields_read(reader, reading.version->spec, object->spec, "spec", &reading.spec);
	if (object->spec->kind == YAML_MAP && !foreign_get(object->spec, "service") &&
	    !foreign_get(object->spec, "serviceRef"))
		reader_error(reader, object->spec, "service", "missing-key", "is missing");
	if (reading.version->alpha && object->spec->kind == YAML_MAP && !foreign_get(object->spec, "budgetingMethod"))
		reader_warn(reader, object->spec, "budgetingMethod", "budgeting-method",
			    "is not said, and so it is 'Occurrences': each event counts");
	if (!reading.spec.objectives)
		return;
	if (reading.spec.objectives->len == 0)
		reader_error(reader, reading.spec.objectives, "objectives", "empty", "wants at least one objective");
	head_init(&head);
	head.service = reading.spec.service;
	head.labels = object->metadata.labels;
	reading.composite = reading.version->alpha ? NULL : composite_of(&reading);
	for (size_t i = 0; i < reading.spec.objectives->len; i++)
		load_objective(&reading, &head, i, loaded);
	if (reading.composite && reader->findings->errors == errors)
		load_composite(&reading, &head, errors, loaded);
	head_release(&head);
}
