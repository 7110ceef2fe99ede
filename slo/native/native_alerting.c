#include "slo/native/native_alerting.h"

#include "base/limits.h"
#include "base/num.h"
#include "format/template.h"
#include "slo/default_alerting.h"
#include "slo/field_schema.h"
#include "slo/native/native_types.h"
#include "slo/tier_fit.h"
#include "slo/tier_keys.h"

#include <stddef.h>
#include <string.h>

struct tier_list {
	struct tier_draft at[TIERS_MAX];
	size_t len;
	bool own; /* what is read is the SLO's own, not its document's */
};

/* The keys of one `alerting`. */
struct written {
	bool disable;
	struct str runbook;
	struct labels labels, annotations;
	const struct yaml_node *tiers; /* NULL: none */
};

static bool read_annotation(struct reader *reader, const struct field *field, const struct yaml_pair *pair,
			    struct label *annotation)
{
	struct err err;

	if (!label_name_ok(pair->key->text))
		return reader_error(reader, pair->key, field->name, "label-name",
				    "'%.*s' is not a legal name of an annotation", VALUE_ARG(pair->key->text));
	if (pair->value->kind != YAML_SCALAR)
		return reader_error(reader, pair->value, field->name, "wrong-type",
				    "the value of '%.*s' must be a text, not %s", VALUE_ARG(pair->key->text),
				    yaml_what(pair->value));
	if (pair->value->text.len > LIMIT_TEXT_BYTES)
		return reader_error(reader, pair->value, field->name, "too-long",
				    "the value of '%.*s' is over %zu bytes long", VALUE_ARG(pair->key->text),
				    LIMIT_TEXT_BYTES);
	if (!template_check(pair->value->text, &err))
		return reader_error(reader, pair->value, field->name, "template", "'%.*s': %s",
				    VALUE_ARG(pair->key->text), err.text);
	annotation->name = arena_str(reader->arena, pair->key->text);
	annotation->value = arena_str(reader->arena, pair->value->text);
	return true;
}

static bool read_annotations(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct labels annotations = {NULL, 0};
	bool ok = true;

	if (node->kind != YAML_MAP)
		return reader_error(reader, node, field->name, "wrong-type", "wants a map of names and texts, not %s",
				    yaml_what(node));
	annotations.at = arena_array(reader->arena, node->len, sizeof(*annotations.at));
	for (size_t i = 0; i < node->len; i++)
		if (read_annotation(reader, field, &node->pairs[i], &annotations.at[annotations.len]))
			annotations.len++;
		else
			ok = false;
	labels_sort(annotations);
	*(struct labels *)at = annotations;
	return ok;
}

bool address_legal(struct str text)
{
	if (!str_starts(text, STR("https://")) && !str_starts(text, STR("http://")))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7f || strchr("<>\"\\^`{|}", text.at[i]))
			return false;
	return true;
}

static bool read_url(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;

	if (!field_text.read(reader, field, node, &text))
		return false;
	if (!address_legal(text))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is no address that begins with https:// or http://", VALUE_ARG(text));
	*(struct str *)at = text;
	return true;
}

static void schema_annotations(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_OBJECT);
	json_key(json, "propertyNames");
	json_object(json);
	json_key_text(json, "pattern", STR("^" SCHEMA_LABEL "$"));
	json_object_end(json);
	json_key(json, "additionalProperties");
	json_object(json);
	schema_type(json, NULL, SCHEMA_SCALAR | SCHEMA_NULL);
	schema_key_int(json, "maxLength", LIMIT_TEXT_BYTES);
	json_object_end(json);
}

static void schema_url(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_STRING);
	schema_key_int(json, "maxLength", (int64_t)field->max);
	schema_pattern(json, field, "^https?://[^\\u0000- \\u007f<>\"\\\\^`{|}]*$");
}

/* Which windows there are is another SLO's another thing; what can be none is said at once. */
static bool read_calendar(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;

	if (!field_text.read(reader, field, node, &text))
		return false;
	if (!alerting_is_calendar(text))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is no calendar window's name, such as month or 2 weeks", VALUE_ARG(text));
	*(struct str *)at = text;
	return true;
}

static void schema_calendar(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_STRING);
	schema_key_int(json, "maxLength", (int64_t)field->max);
	schema_pattern(json, field, "^([0-9]+ )?(day|week|month|quarter|year)");
}

static const struct field_type type_calendar = {"a calendar window", read_calendar, NULL, schema_calendar};
static const struct field_type type_annotations = {"a map of texts", read_annotations, NULL, schema_annotations};
static const struct field_type type_url = {"an address", read_url, NULL, schema_url};

#define AT(member) offsetof(struct tier_draft, member)
#define YEAR_MS    ((double)(365 * SPAN_DAY))

const struct field native_tier[] = {
	{.name = "name",
	 .type = &native_type_name,
	 .at = AT(tier.name),
	 .required = true,
	 .min = 1,
	 .max = 63,
	 .help = "That of a default tier, to change what is given here and no more; or a new one"},
	{.name = "kind",
	 .type = &field_choice,
	 .at = AT(kind),
	 .choices = (const char *const[]){"burn", "budget", "exhausts", "no-data", "vanished", "error", "missed", NULL},
	 .help = "What it looks at; `burn` for a new tier that does not say"},
	{.name = "severity",
	 .type = &native_type_name,
	 .at = AT(tier.severity),
	 .min = 1,
	 .max = 63,
	 .help = "Who is told, and how: `page`, `ticket`, `info`, or a word of your own; `ticket` for a new tier"},
	{.name = "long",
	 .type = &native_type_minutes,
	 .at = AT(tier.long_),
	 .min = (double)SPAN_MINUTE,
	 .max = YEAR_MS,
	 .help = "`burn`: the long window, shorter than the SLO's. `exhausts`: the window of its burn rate, `1h` for a new tier"},
	{.name = "short",
	 .type = &native_type_minutes,
	 .at = AT(tier.short_),
	 .min = (double)SPAN_MINUTE,
	 .max = YEAR_MS,
	 .help = "`burn`: the short window; about a twelfth of the long one for a new tier"},
	{.name = "factor",
	 .type = &native_type_positive,
	 .at = AT(tier.factor),
	 .rivals = RIVALS_AT_MOST_ONE,
	 .help = "`burn`: it is true while both burn rates are above this"},
	{.name = "budget",
	 .type = &native_type_part,
	 .at = AT(share),
	 .rivals = RIVALS_AT_MOST_ONE,
	 .max = 1,
	 .help = "`burn`: in place of `factor`, the part of the budget that is spent within the long window"},
	{.name = "consumed",
	 .type = &native_type_part,
	 .at = AT(tier.consumed),
	 .max = 10,
	 .help = "`budget`: it is true once this part of the budget is consumed"},
	{.name = "within",
	 .type = &field_duration,
	 .at = AT(tier.within),
	 .min = (double)SPAN_MINUTE,
	 .max = YEAR_MS,
	 .help = "`exhausts`: it is true while the budget will be empty sooner than this. `missed`: it is true for so long once a period that missed the objective is closed, `1d` for a new tier"},
	{.name = "window",
	 .type = &type_calendar,
	 .at = AT(tier.window),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "`missed`: the calendar window whose periods it is about, by its name (`month`); the first one for a new tier"},
	{.name = "for",
	 .type = &field_duration,
	 .at = AT(tier.for_),
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "How long it is true before it fires"},
	{.name = "keepFiringFor",
	 .type = &field_duration,
	 .at = AT(tier.keep_firing_for),
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "How long it goes on firing once it is not true any more"},
	{.name = "minBadEvents",
	 .type = &field_number,
	 .at = AT(tier.min_bad),
	 .min = 0,
	 .max = 1e12,
	 .help = "`burn`, `budget`, `exhausts`: fewer bad events than this in the long window (`budget`: the SLO's) are chance: it is not true then"},
	{.name = "minEvents",
	 .type = &field_number,
	 .at = AT(tier.min_events),
	 .min = 0,
	 .max = 1e12,
	 .help = "The same for all events"},
	{.name = "labels",
	 .type = &native_type_labels,
	 .at = AT(tier.labels),
	 .help = "On this alert, beside the SLO's"},
	{.name = "annotations",
	 .type = &type_annotations,
	 .at = AT(tier.annotations),
	 .help = "Texts for people, beside wick's own; `{{ $labels.NAME }}` and `{{ $value }}` are filled in"},
	{.name = "disable", .type = &field_bool, .at = AT(disable), .help = "This tier does not exist"},
	{.name = NULL},
};
_Static_assert(TIER_KINDS == 7, "native_tier names every kind");

#undef AT
#define AT(member) offsetof(struct written, member)

const struct field native_alerting[] = {
	{.name = "disable",
	 .type = &field_bool,
	 .at = AT(disable),
	 .help = "No alert at all; `false` in an SLO takes it back"},
	{.name = "runbook",
	 .type = &type_url,
	 .at = AT(runbook),
	 .min = 1,
	 .max = 2000,
	 .help = "The address that alerts link to, in place of wick's own runbook"},
	{.name = "labels", .type = &native_type_labels, .at = AT(labels), .help = "On every alert, beside the SLO's"},
	{.name = "annotations",
	 .type = &type_annotations,
	 .at = AT(annotations),
	 .help = "On every alert, beside wick's own texts; rules over wick's series have those called `summary`, "
		 "`description`, `dashboard`, `runbook_url` and `slo_description`"},
	{.name = "tiers",
	 .type = &native_type_list,
	 .at = AT(tiers),
	 .inner = native_tier,
	 .help = "Changes to the default tiers, and tiers of your own"},
	{.name = NULL},
};

static struct tier_draft *find(struct tier_list *list, struct str name)
{
	for (size_t i = 0; i < list->len; i++)
		if (str_eq(list->at[i].tier.name, name))
			return &list->at[i];
	return NULL;
}

/* What a new tier has where it says nothing. */
static void complete(struct tier_draft *draft)
{
	struct tier *tier = &draft->tier;

	tier->kind = draft->kind == TIER_KINDS ? TIER_BURN : (enum tier_kind)draft->kind;
	if (tier->severity.len == 0)
		tier->severity = STR("ticket");
	if (tier->kind == TIER_EXHAUSTS && tier->long_.ms == 0)
		tier->long_ = (struct span){SPAN_HOUR};
	if (tier->kind == TIER_MISSED && tier->within.ms == 0)
		tier->within = (struct span){SPAN_DAY};
}

/* What is said of all SLOs of a document is said of those without that calendar window, too. */
static struct tier_draft *add_absent(struct reader *reader, struct str name, struct tier_list *list)
{
	if (!alerting_is_missed_name(name) || list->len == TIERS_MAX)
		return NULL;
	list->at[list->len] = (struct tier_draft){
		.tier = alerting_missed_tier(reader->arena, STR("")), .kind = TIER_MISSED, .absent = true};
	list->at[list->len].tier.name = arena_str(reader->arena, name);
	return &list->at[list->len++];
}

/* Of a tier whose kind is known, or would be if it were right. */
static void check_keys(struct reader *reader, const struct yaml_node *node, const struct tier_draft *known,
		       const struct tier_draft *draft)
{
	if (known && !known->broken)
		tier_keys_check(reader, node, known->tier.kind, false);
	else if (!known)
		tier_keys_check(reader, node, draft->kind == TIER_KINDS ? TIER_BURN : (enum tier_kind)draft->kind,
				draft->kind == TIER_KINDS);
}

static void read_tier(struct reader *reader, const struct yaml_node *node, struct tier_list *list)
{
	const struct yaml_node *name = yaml_get(node, "name"), *kind = yaml_get(node, "kind");
	struct tier_draft *known = name && name->kind == YAML_SCALAR ? find(list, name->text) : NULL;
	struct tier_draft draft = {.kind = TIER_KINDS};
	struct labels labels, annotations;
	size_t errors = reader->findings->errors;
	uint64_t given;

	if (!known && name && name->kind == YAML_SCALAR)
		known = add_absent(reader, name->text, list);
	if (known)
		draft = *known;
	labels = draft.tier.labels;
	annotations = draft.tier.annotations;
	draft.node = node;
	draft.own = list->own;
	draft.share = 0;
	given = fields_read(reader, native_tier, node, "a tier", &draft);
	if (draft.tier.name.len == 0)
		return;
	if (known && field_given(native_tier, given, "kind") && draft.kind != (int)known->tier.kind)
		reader_error(reader, kind, "kind", "tier-kind",
			     "'%.*s' is a default tier of kind %s; give another kind another name",
			     VALUE_ARG(draft.tier.name), tier_kind_names[known->tier.kind]);
	else if (field_given(native_tier, given, "kind") || !kind || yaml_null(kind))
		check_keys(reader, node, known, &draft);
	if (field_given(native_tier, given, "factor") && draft.share > 0)
		reader_error(reader, yaml_get(node, "budget"), "budget", "factor-and-budget",
			     "stands beside factor; one of them says the other");
	if (!known && draft.disable)
		reader_error(reader, name, "name", "unknown-tier", "there is no tier '%.*s' that could be disabled",
			     VALUE_ARG(draft.tier.name));
	draft.broken |= reader->findings->errors != errors;
	draft.tier.labels = labels_over(reader->arena, labels, draft.tier.labels);
	draft.tier.annotations = labels_over(reader->arena, annotations, draft.tier.annotations);
	/* A factor of its own takes the place of the part, and the other way round. */
	if (!field_given(native_tier, given, "factor") && draft.share > 0)
		draft.tier.factor = 0;
	if (known) {
		*known = draft;
	} else if (list->len == TIERS_MAX) {
		reader_error(reader, node, "tiers", "too-many", "there are more than %d tiers", TIERS_MAX);
	} else {
		complete(&draft);
		list->at[list->len++] = draft;
	}
}

static void check_twins(struct reader *reader, const struct yaml_node *tiers)
{
	for (size_t i = 0; i < tiers->len; i++) {
		const struct yaml_node *name = yaml_get(tiers->items[i], "name");

		for (size_t k = 0; k < i && name && name->kind == YAML_SCALAR; k++) {
			const struct yaml_node *other = yaml_get(tiers->items[k], "name");

			if (other && other->kind == YAML_SCALAR && str_eq(other->text, name->text)) {
				reader_error(reader, name, "name", "duplicate",
					     "'%.*s' is the name of another tier already, in line %u, column %u",
					     VALUE_ARG(name->text), other->line, other->col);
				break;
			}
		}
	}
}

/* Puts one `alerting` over what is there. */
static void apply(struct reader *reader, const struct yaml_node *node, struct written *written, struct tier_list *list)
{
	struct labels labels = written->labels, annotations = written->annotations;

	written->tiers = NULL;
	fields_read(reader, native_alerting, node, "alerting", written);
	written->labels = labels_over(reader->arena, labels, written->labels);
	written->annotations = labels_over(reader->arena, annotations, written->annotations);
	if (!written->tiers)
		return;
	check_twins(reader, written->tiers);
	for (size_t i = 0; i < written->tiers->len; i++)
		read_tier(reader, written->tiers->items[i], list);
}

static void defaults(const struct alerting *alerting, struct tier_list *list)
{
	list->len = 0;
	list->own = false;
	for (size_t i = 0; i < alerting->len; i++)
		list->at[list->len++] =
			(struct tier_draft){.tier = alerting->tiers[i], .kind = (int)alerting->tiers[i].kind};
}

void alerting_check(struct reader *reader, const struct yaml_node *document)
{
	struct written written = {.disable = false};
	struct tier_list list;

	if (!document)
		return;
	defaults(default_alerting(reader, &(struct alerting_basis){.window = {30 * SPAN_DAY}}), &list);
	apply(reader, document, &written, &list);
}

/* Reads what alerting_check has complained of already, without complaining again. */
static void apply_silently(struct reader *reader, const struct yaml_node *node, struct written *written,
			   struct tier_list *list)
{
	struct findings unseen;
	struct reader silent = *reader;

	findings_init(&unseen, reader->scratch, 0);
	silent.findings = &unseen;
	apply(&silent, node, written, list);
	findings_release(&unseen);
}

static const struct alerting *made(struct reader *reader, struct tier_list *list, const struct written *written,
				   const struct slo *slo)
{
	struct alerting *alerting = arena_alloc(reader->arena, sizeof(*alerting));
	struct tier *tiers = arena_array(reader->arena, list->len, sizeof(*tiers));

	for (size_t i = 0; i < list->len && !written->disable; i++) {
		struct tier_draft *draft = &list->at[i];
		struct tier *tier = &tiers[alerting->len];

		if (draft->disable || draft->broken || !tier_fit(reader, draft, slo))
			continue;
		*tier = draft->tier;
		tier->labels = labels_over(reader->arena, written->labels, tier->labels);
		tier->annotations = labels_over(reader->arena, written->annotations, tier->annotations);
		alerting->len++;
	}
	alerting->tiers = tiers;
	alerting->runbook = written->runbook;
	alerting_windows(reader->arena, alerting, slo->window);
	return alerting;
}

const struct alerting *alerting_read(struct reader *reader, const struct yaml_node *document,
				     const struct yaml_node *own, const struct slo *slo)
{
	struct alerting_basis basis = slo_alerting_basis(slo);
	const struct alerting *alerting = default_alerting(reader, &basis);
	struct written written = {.disable = false};
	struct tier_list list;

	if (!document && !own)
		return alerting;
	defaults(alerting, &list);
	if (document)
		apply_silently(reader, document, &written, &list);
	list.own = true;
	if (own)
		apply(reader, own, &written, &list);
	return made(reader, &list, &written, slo);
}
