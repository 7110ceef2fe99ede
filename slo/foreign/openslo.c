#include "slo/foreign/openslo.h"

#include "base/limits.h"
#include "base/num.h"
#include "slo/foreign/foreign.h"
#include "slo/keeping.h"
#include "slo/native/native_types.h"

#include <stddef.h>

const char openslo_sli[] = "SLI", openslo_source[] = "DataSource", openslo_policy[] = "AlertPolicy",
	   openslo_condition[] = "AlertCondition", openslo_short_window[] = "wick/shortWindow";

/* A label's value may be a list: Prometheus has one text for a label. */
static struct yaml_node *joined(struct arena *arena, const struct yaml_node *list)
{
	struct yaml_node *node = arena_alloc(arena, sizeof(*node));

	*node = *list;
	node->kind = YAML_SCALAR;
	node->quoted = true;
	node->text = STR("");
	for (size_t i = 0; i < list->len; i++)
		node->text = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(node->text), i ? "," : "",
				       STR_ARG(list->items[i]->text));
	return node;
}

static bool is_texts(const struct yaml_node *node)
{
	for (size_t i = 0; node->kind == YAML_LIST && i < node->len; i++)
		if (node->items[i]->kind != YAML_SCALAR)
			return false;
	return node->kind == YAML_LIST && node->len > 0;
}

static bool read_labels(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct yaml_node copy = *node;

	if (node->kind != YAML_MAP)
		return foreign_labels.read(reader, field, node, at);
	copy.pairs = arena_array(reader->scratch, node->len, sizeof(*copy.pairs));
	for (size_t i = 0; i < node->len; i++) {
		copy.pairs[i] = node->pairs[i];
		if (!is_texts(node->pairs[i].value))
			continue;
		reader_keep(reader, node->pairs[i].value);
		copy.pairs[i].value = joined(reader->scratch, node->pairs[i].value);
	}
	return foreign_labels.read(reader, field, &copy, at);
}

static const struct field_type type_labels = {"a map of texts", read_labels, NULL, NULL};

#define AT(member) offsetof(struct openslo_metadata, member)

static const struct field metadata[] = {
	{.name = "name", .type = &foreign_name, .at = AT(name), .required = true},
	{.name = "displayName", .type = &field_text, .at = AT(display_name), .max = LIMIT_NAME_BYTES * 4.0},
	{.name = "labels", .type = &type_labels, .at = AT(labels)},
	{.name = "annotations", .type = &foreign_texts, .at = AT(annotations)},
	{.name = NULL},
};

static bool read_metadata(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	fields_read(reader, metadata, node, field->name, at);
	return true;
}

static const struct field_type type_metadata = {"a map", read_metadata, NULL, NULL};

#undef AT
#define AT(member) offsetof(struct openslo_object, member)

const struct field openslo_object[] = {
	{.name = "apiVersion", .type = &field_text, .at = AT(api_version), .required = true},
	{.name = "kind", .type = &field_text, .at = AT(kind), .required = true},
	{.name = "metadata", .type = &type_metadata, .at = AT(metadata), .required = true},
	{.name = "spec", .type = &native_type_later, .at = AT(spec), .required = true},
	{.name = NULL},
};

const struct field openslo_inlined[] = {
	{.name = "apiVersion", .type = &field_text, .at = AT(api_version)},
	{.name = "kind", .type = &field_text, .at = AT(kind)},
	{.name = "metadata", .type = &type_metadata, .at = AT(metadata)},
	{.name = "spec", .type = &native_type_later, .at = AT(spec), .required = true},
	{.name = NULL},
};

void openslo_metadata_unused(struct reader *reader, const struct yaml_node *object)
{
	const struct yaml_node *written = yaml_get(object, "metadata"), *annotations = yaml_get(written, "annotations");

	reader_unused(reader, foreign_get(written, "displayName"), "displayName", "only SLOs have one");
	reader_unused(reader, foreign_get(written, "labels"), "labels", "only those of SLOs are on series");
	for (size_t i = 0; annotations && annotations->kind == YAML_MAP && i < annotations->len; i++)
		if (!str_is(annotations->pairs[i].key->text, openslo_short_window))
			reader_unused(reader, annotations->pairs[i].value, "annotations",
				      "it is for the file's other readers");
}

struct str openslo_annotation(const struct openslo_metadata *of, const char *name)
{
	const struct yaml_node *node = yaml_get(of->annotations, name);

	return node && node->kind == YAML_SCALAR ? node->text : STR("");
}

bool openslo_duration_read(struct str text, struct openslo_duration *duration)
{
	uint64_t count;

	text = str_trim(text);
	if (text.len < 2 || !num_read_u64(str_slice(text, 0, text.len - 1), &count) || count == 0 || count > 1000000)
		return false;
	*duration = (struct openslo_duration){(unsigned)count, text.at[text.len - 1]};
	switch (duration->unit) {
	case 'm':
	case 'h':
	case 'd':
	case 'w':
	case 'M':
	case 'Q':
	case 'Y':
		return true;
	default:
		return false;
	}
}

struct span openslo_duration_span(struct openslo_duration duration)
{
	int64_t unit = SPAN_MINUTE;

	switch (duration.unit) {
	case 'h':
		unit = SPAN_HOUR;
		break;
	case 'd':
		unit = SPAN_DAY;
		break;
	case 'w':
		unit = 7 * SPAN_DAY;
		break;
	case 'M':
		unit = 30 * SPAN_DAY;
		break;
	case 'Q':
		unit = 90 * SPAN_DAY;
		break;
	case 'Y':
		unit = 365 * SPAN_DAY;
		break;
	default:
		break;
	}
	return (struct span){duration.count * unit};
}

static bool read_span(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct openslo_duration duration;
	struct str text;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!openslo_duration_read(text, &duration) || duration.unit == 'M' || duration.unit == 'Q' ||
	    duration.unit == 'Y')
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is no duration such as 5m, 1h, 1d or 1w", VALUE_ARG(text));
	if (field->max > 0 && (double)openslo_duration_span(duration).ms > field->max)
		return reader_error(reader, node, field->name, "out-of-range", "'%.*s' is above %s", VALUE_ARG(text),
				    span_text((struct span){(int64_t)field->max}).text);
	*(struct span *)at = openslo_duration_span(duration);
	return true;
}

const struct field_type openslo_span = {"a duration", read_span, NULL, NULL};

/* Kinds that SLOs do not need, and what their specs may hold. */
static const struct field service_spec[] = {
	{.name = "description", .type = &foreign_passed_text},
	{.name = NULL},
};
static const struct field source_spec[] = {
	{.name = "description", .type = &foreign_passed_text},
	{.name = "type", .type = &field_text, .at = 0, .required = true, .min = 1},
	{.name = "connectionDetails",
	 .type = &foreign_unused,
	 .help = "wick asks the source of its own settings, whatever is written here"},
	{.name = NULL},
};
static const struct field target_spec[] = {
	{.name = "description", .type = &foreign_passed_text},
	{.name = "target", .type = &foreign_unused, .help = "Alertmanager says who is told", .required = true},
	{.name = NULL},
};

/* What nobody asks for is read all the same, for what is wrong with it. */
static void check_spec(struct reader *reader, const struct openslo_object *object, const struct field *fields)
{
	struct str unused;

	fields_read(reader, fields, object->spec, "spec", &unused);
}

static void check_service(struct reader *reader, const struct openslo_object *object)
{
	check_spec(reader, object, service_spec);
}

static void check_source(struct reader *reader, const struct openslo_object *object)
{
	check_spec(reader, object, source_spec);
}

static void check_target(struct reader *reader, const struct openslo_object *object)
{
	check_spec(reader, object, target_spec);
}

/* Every kind but SLO. */
static const struct {
	const char *kind;
	void (*check)(struct reader *reader, const struct openslo_object *object);
	bool alone; /* two of one name are an error: it would not be clear which counts */
} kinds[] = {
	{openslo_sli, openslo_sli_check, true},
	{openslo_policy, openslo_policy_check, true},
	{openslo_condition, openslo_condition_check, true},
	{openslo_source, check_source, false},
	{"Service", check_service, false},
	{"AlertNotificationTarget", check_target, false},
};

static void load(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	struct openslo_object object = {.spec = NULL};
	const struct yaml_node *kind = yaml_get(document, "kind");

	fields_read(reader, openslo_object, document, "the document", &object);
	if (!object.kind.len || !object.spec)
		return;
	if (str_is(object.kind, "SLO")) {
		openslo_slo_load(reader, document, &object, loaded);
		return;
	}
	openslo_metadata_unused(reader, document);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!str_is(object.kind, kinds[i].kind))
			continue;
		if (kinds[i].alone && object.metadata.name.len)
			parts_twin(reader, kinds[i].kind, object.metadata.name, document);
		kinds[i].check(reader, &object);
		return;
	}
	reader_error(reader, kind, "kind", "unknown-kind",
		     "'%.*s' is no kind of OpenSLO: SLO, SLI, Service, DataSource, AlertPolicy, AlertCondition or "
		     "AlertNotificationTarget",
		     VALUE_ARG(object.kind));
}

static void declare(struct reader *reader, const struct yaml_node *document)
{
	const struct yaml_node *kind = yaml_get(document, "kind"),
			       *name = yaml_get(yaml_get(document, "metadata"), "name");

	if (!kind || kind->kind != YAML_SCALAR || !name || name->kind != YAML_SCALAR)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(kind->text, kinds[i].kind))
			parts_declare(reader, kinds[i].kind, name->text, document);
}

const struct loader loader_openslo_v1 = {
	.api_version = "openslo/v1", .kind = "", .declare = declare, .marker = "openslo", .load = load};
const struct loader loader_openslo_v2alpha = {
	.api_version = "openslo.com/v2alpha", .kind = "", .declare = declare, .marker = "openslo", .load = load};
const struct loader loader_openslo_v1alpha = {
	.api_version = "openslo/v1alpha", .kind = "", .declare = declare, .marker = "openslo", .load = load};
