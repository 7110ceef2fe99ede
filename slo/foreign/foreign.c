#include "slo/foreign/foreign.h"

#include "base/limits.h"
#include "base/num.h"
#include "format/template.h"
#include "slo/keeping.h"
#include "slo/native/native_alerting.h"
#include "slo/native/native_types.h"

#include <stddef.h>

enum { LABELS_MAX = 64, SEVERITY_BYTES = 63 };
static const struct str severity_label = STR_INIT("severity");

const struct yaml_node *foreign_get(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	return node && !yaml_null(node) ? node : NULL;
}

struct str foreign_slug(struct arena *arena, struct str text, size_t most)
{
	struct str copy = arena_str(arena, text);
	char *slug = (char *)(uintptr_t)copy.at;
	size_t len = 0;

	for (size_t i = 0; i < text.len && len < most; i++) {
		char c = ascii_lower(text.at[i]);

		if (ascii_alpha(c) || ascii_digit(c))
			slug[len++] = c;
		else if (len && slug[len - 1] != '-')
			slug[len++] = '-';
	}
	while (len && slug[len - 1] == '-')
		len--;
	return arena_str(arena, (struct str){slug, len});
}

static bool read_percent(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct slo *slo = (struct slo *)(void *)((char *)at - field->at);
	struct str text;
	double value, hundredfold;

	if (!field_scalar(reader, field, node, &text))
		return false;
	text = str_trim(text);
	/* scaled in decimal: 99.9 is exactly the double 0.999 */
	if (!num_read_scaled(text, -2, &value) || !num_read_double(text, &hundredfold))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is not a number; write the percentage, such as 99.9", VALUE_ARG(text));
	if (!(value > 0) || value > 1)
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' is out of range; it must be above 0 and below 100", VALUE_ARG(text));
	if (value >= 1)
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' leaves no budget; it must be above 0 and below 100", VALUE_ARG(text));
	if (hundredfold <= 1)
		reader_warn(reader, node, field->name, "objective-low",
			    "'%.*s' is in percent; write %.6g if the part is meant", VALUE_ARG(text),
			    hundredfold * 100);
	slo->objective = value;
	slo->objective_text = arena_fmt(reader->arena, "%.*s%%", VALUE_ARG(text));
	return true;
}

struct str foreign_label(struct arena *arena, struct str name, bool on_alert)
{
	struct str legal = arena_fmt(arena, "%s%.*s", name.len && ascii_digit(name.at[0]) ? "_" : "", STR_ARG(name));
	char *at = (char *)(uintptr_t)legal.at;

	for (size_t i = 0; i < legal.len; i++)
		if (!ascii_alpha(at[i]) && !ascii_digit(at[i]))
			at[i] = '_';
	if (on_alert && str_eq(legal, severity_label))
		return legal;
	return label_reserved(legal) ? arena_fmt(arena, "exported_%.*s", STR_ARG(legal)) : legal;
}

static bool read_label(struct reader *reader, const struct field *field, const struct yaml_pair *pair,
		       struct label *label)
{
	struct str name = pair->key->text;
	const struct yaml_node *key = pair->key, *value = pair->value;

	if (name.len == 0)
		return reader_error(reader, key, field->name, "label-name", "a label has an empty name");
	if (value->kind != YAML_SCALAR)
		return reader_error(reader, value, field->name, "wrong-type",
				    "the value of '%.*s' must be a text, not %s", VALUE_ARG(name), yaml_what(value));
	if (value->text.len > LIMIT_TEXT_BYTES)
		return reader_error(reader, value, field->name, "too-long",
				    "the value of '%.*s' is over %zu bytes long", VALUE_ARG(name), LIMIT_TEXT_BYTES);
	label->name = foreign_label(reader->arena, name, field->type == &foreign_alert_labels);
	label->value = yaml_null(value) ? STR("") : arena_str(reader->arena, value->text);
	if (!str_eq(label->name, name)) {
		reader_keep(reader, value);
		reader_note(reader, key, field->name, "label-renamed", "'%.*s' is written as '%.*s': %s",
			    VALUE_ARG(name), VALUE_ARG(label->name),
			    label_name_ok(name) ? "wick sets a label of that name itself"
						: "Prometheus takes letters, digits and '_' alone");
	}
	return true;
}

static bool map_of_texts(struct reader *reader, const struct field *field, const struct yaml_node *node)
{
	if (node->kind != YAML_MAP)
		return reader_error(reader, node, field->name, "wrong-type", "wants a map of names and texts, not %s",
				    yaml_what(node));
	return node->len <= LABELS_MAX || reader_error(reader, node, field->name, "too-many",
						       "%zu entries; at most %d are allowed", node->len, LABELS_MAX);
}

static bool twin(struct labels labels, struct str name)
{
	for (size_t i = 0; i < labels.len; i++)
		if (str_eq(labels.at[i].name, name))
			return true;
	return false;
}

static bool read_labels(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct labels labels = {NULL, 0};
	bool fine = true;

	if (!map_of_texts(reader, field, node))
		return false;
	labels.at = arena_array(reader->arena, node->len, sizeof(*labels.at));
	for (size_t i = 0; i < node->len; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		struct label *label = &labels.at[labels.len];

		if (!read_label(reader, field, pair, label))
			fine = false;
		else if (twin(labels, label->name))
			fine = reader_error(reader, pair->key, field->name, "duplicate",
					    "'%.*s' is '%.*s' to Prometheus, as another label here is",
					    VALUE_ARG(pair->key->text), VALUE_ARG(label->name));
		else if (label->value.len) /* an empty label is none */
			labels.len++;
	}
	labels_sort(labels);
	*(struct labels *)at = labels;
	return fine;
}

static bool read_annotations(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct labels annotations = {NULL, 0};
	bool fine = true;

	if (!map_of_texts(reader, field, node))
		return false;
	annotations.at = arena_array(reader->arena, node->len, sizeof(*annotations.at));
	for (size_t i = 0; i < node->len; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		struct label *annotation = &annotations.at[annotations.len];
		struct err err;

		if (!read_label(reader, field, pair, annotation))
			fine = false;
		else if (twin(annotations, annotation->name))
			fine = reader_error(reader, pair->key, field->name, "duplicate",
					    "'%.*s' is '%.*s' to Prometheus, as another annotation here is",
					    VALUE_ARG(pair->key->text), VALUE_ARG(annotation->name));
		else if (template_check(annotation->value, &err))
			annotations.len++;
		else {
			reader_warn(reader, pair->value, field->name, "template", "'%.*s' is left out: %s",
				    VALUE_ARG(pair->key->text), err.text);
			reader_keep(reader, pair->value);
		}
	}
	labels_sort(annotations);
	*(struct labels *)at = annotations;
	return fine;
}

static bool read_texts(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	bool fine = map_of_texts(reader, field, node);

	for (size_t i = 0; fine && i < node->len; i++) {
		const struct yaml_node *value = node->pairs[i].value;

		if (value->kind != YAML_SCALAR)
			return reader_error(reader, value, field->name, "wrong-type",
					    "the value of '%.*s' must be a text, not %s",
					    VALUE_ARG(node->pairs[i].key->text), yaml_what(value));
	}
	if (fine)
		*(const struct yaml_node **)at = node;
	return fine;
}

static bool read_passed_text(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;

	(void)at;
	if (!field_scalar(reader, field, node, &text))
		return false;
	reader_unused(reader, node, field->name, "it is for the file's other readers");
	return true;
}

static bool read_unused(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	(void)at;
	reader_unused(reader, node, field->name, field->help);
	return true;
}

static bool read_passed(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	(void)at;
	reader_unused(reader, node, field->name, "it is for the file's other readers");
	return true;
}

static bool read_foreign_name(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct field named = *field;

	named.min = 1;
	named.max = field->max > 0 ? field->max : (double)LIMIT_NAME_BYTES;
	return native_type_name.read(reader, &named, node, at);
}

const struct field_type foreign_percent = {"a percentage", read_percent, NULL, NULL};
const struct field_type foreign_labels = {"a map of texts", read_labels, NULL, NULL};
const struct field_type foreign_alert_labels = {"a map of texts", read_labels, NULL, NULL};
const struct field_type foreign_annotations = {"a map of texts", read_annotations, NULL, NULL};
const struct field_type foreign_name = {"a name", read_foreign_name, NULL, NULL};
const struct field_type foreign_texts = {"a map of texts", read_texts, NULL, NULL};
const struct field_type foreign_unused = {"anything", read_unused, NULL, NULL};
const struct field_type foreign_passed = {"anything", read_passed, NULL, NULL};
const struct field_type foreign_passed_text = {"a text", read_passed_text, NULL, NULL};

#define AT(member) offsetof(struct foreign_metadata, member)

/* What the cluster adds to an object that it gives out is no concern of ours. */
static const struct field metadata_fields[] = {
	{.name = "name", .type = &foreign_name, .at = AT(name), .required = true},
	{.name = "namespace", .type = &foreign_name, .at = AT(namespace_)},
	{.name = "labels", .type = &foreign_texts, .at = AT(labels)},
	{.name = "annotations", .type = &foreign_texts, .at = AT(annotations)},
	{.name = "displayName", .type = &foreign_unused, .help = "an SLO goes by its name"},
	{.name = "creationTimestamp", .type = &foreign_passed},
	{.name = "deletionGracePeriodSeconds", .type = &foreign_passed},
	{.name = "deletionTimestamp", .type = &foreign_passed},
	{.name = "finalizers", .type = &foreign_passed},
	{.name = "generateName", .type = &foreign_passed},
	{.name = "generation", .type = &foreign_passed},
	{.name = "managedFields", .type = &foreign_passed},
	{.name = "ownerReferences", .type = &foreign_passed},
	{.name = "resourceVersion", .type = &foreign_passed},
	{.name = "selfLink", .type = &foreign_passed},
	{.name = "uid", .type = &foreign_passed},
	{.name = NULL},
};

#undef AT
#define AT(member) offsetof(struct foreign_resource, member)

static bool read_metadata(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	fields_read(reader, metadata_fields, node, field->name, at);
	return true;
}

static const struct field_type type_metadata = {"a map", read_metadata, NULL, NULL};

const struct field foreign_resource[] = {
	{.name = "apiVersion", .type = &field_text, .at = AT(api_version), .required = true},
	{.name = "kind", .type = &field_text, .at = AT(kind), .required = true},
	{.name = "metadata", .type = &type_metadata, .at = AT(metadata), .required = true},
	{.name = "spec", .type = &native_type_later, .at = AT(spec), .required = true},
	{.name = "status", .type = &foreign_passed},
	{.name = NULL},
};

void foreign_metadata_unused(struct reader *reader, const struct foreign_metadata *metadata)
{
	static const char why[] = "it is the cluster's";

	reader_unused(reader, metadata->labels, "labels", why);
	reader_unused(reader, metadata->annotations, "annotations", why);
}

static struct labels without(struct arena *arena, struct labels labels, struct str name)
{
	struct labels rest = {arena_array(arena, labels.len, sizeof(*rest.at)), 0};

	for (size_t i = 0; i < labels.len; i++)
		if (!str_eq(labels.at[i].name, name))
			rest.at[rest.len++] = labels.at[i];
	return rest;
}

static bool is_page(const struct tier *tier) { return str_is(tier->severity, "page"); }

static void set_severity(struct reader *reader, const struct yaml_node *node, struct tier *tier)
{
	struct str severity = labels_get(tier->labels, severity_label);

	if (!severity.at)
		return;
	tier->labels = without(reader->arena, tier->labels, severity_label);
	if (str_is(tier->severity, "info"))
		return; /* others have no alerts that tell nobody */
	if (severity.len <= SEVERITY_BYTES && name_legal(severity))
		tier->severity = severity;
	else
		reader_warn(reader, node, "alerting", "severity",
			    "'%.*s' is no legal severity here, so its alerts keep the severity '%.*s'",
			    VALUE_ARG(severity), STR_ARG(tier->severity));
}

static struct str runbook_of(struct labels annotations)
{
	static const struct str names[] = {STR_INIT("runbook_url"), STR_INIT("runbook")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct str value = labels_get(annotations, names[i]);

		if (address_legal(value))
			return value;
	}
	return STR("");
}

const struct alerting *foreign_alerting_make(struct reader *reader, const struct alerting *base, struct span window,
					     const struct foreign_alerting *written, const struct yaml_node *node)
{
	struct arena *arena = reader->arena;
	struct alerting *alerting = arena_alloc(arena, sizeof(*alerting));
	struct tier *tiers = arena_array(arena, base->len, sizeof(*tiers));

	for (size_t i = 0; i < base->len; i++) {
		const struct foreign_alert *alert = is_page(&base->tiers[i]) ? &written->page : &written->ticket;
		struct tier *tier = &tiers[alerting->len];

		if (alert->disable)
			continue;
		*tier = base->tiers[i];
		tier->labels = labels_over(arena, written->labels, alert->labels);
		tier->annotations = labels_over(arena, written->annotations, alert->annotations);
		set_severity(reader, node, tier);
		alerting->len++;
	}
	if (alerting->len == 0)
		reader_note(reader, node, "alerting", "no-alerts", "all alerts are disabled, those without data too");
	alerting->tiers = tiers;
	alerting->runbook = runbook_of(written->annotations);
	if (!alerting->runbook.len)
		alerting->runbook = runbook_of(written->page.annotations);
	alerting_windows(arena, alerting, window);
	return alerting;
}
