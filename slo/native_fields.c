#include "slo/native.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

enum { LABELS_MAX = 64, GROUP_BY_MAX = 16 };

/* [A-Za-z0-9][-A-Za-z0-9_.]* : an id's parts are joined by '/', and stand in addresses and file names */
static bool read_name(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str *name = at;

	if (!field_text.read(reader, field, node, name))
		return false;
	for (size_t i = 0; i < name->len; i++) {
		char c = name->at[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && (i == 0 || (c != '-' && c != '_' && c != '.')))
			return reader_error(
				reader, node, field->name, "illegal-name",
				"'%.*s' is not a legal name; it begins with a letter or digit and holds letters, "
				"digits, '-', '_' and '.'",
				VALUE_ARG(*name));
	}
	return true;
}

/* "99.5%", 99.5%, 0.995: scaled in decimal, so that 99.9% is exactly the double 0.999. */
static bool read_objective(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct slo *slo = (struct slo *)(void *)((char *)at - field->at);
	struct str text, digits;
	bool percent;
	double value;

	if (!field_scalar(reader, field, node, &text))
		return false;
	digits = str_trim(text);
	percent = str_ends(digits, STR("%"));
	if (percent)
		digits = str_trim(str_slice(digits, 0, digits.len - 1));
	if (!num_read_scaled(digits, percent ? -2 : 0, &value))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is not an objective; write '99.5%%' or 0.995", VALUE_ARG(text));
	if (!percent && value > 1)
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' is above 1; write '%.*s%%' if it is meant in percent", VALUE_ARG(text),
				    VALUE_ARG(digits));
	if (value >= 1)
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' leaves no budget; it must be above 0 and below 100 %%", VALUE_ARG(text));
	if (!(value > 0))
		return reader_error(reader, node, field->name, "objective-range",
				    "'%.*s' asks for nothing; it must be above 0 and below 100 %%", VALUE_ARG(text));
	slo->objective = value;
	slo->objective_text = arena_str(reader->arena, str_trim(text));
	return true;
}

static bool read_window(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct span window;

	if (!field_duration.read(reader, field, node, &window))
		return false;
	if (window.ms % SPAN_MINUTE)
		return reader_error(reader, node, field->name, "window-minutes",
				    "'%.*s' is not a whole number of minutes", VALUE_ARG(node->text));
	*(struct span *)at = window;
	return true;
}

/* Labels that wick puts on its own series, or that have a meaning of their own in Prometheus. */
static bool reserved(struct str name)
{
	static const char *const names[] = {"service",  "slo",  "namespace", "window", "outcome", "state",   "tier",
					    "severity", "long", "short",     "factor", "le",      "quantile"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return str_starts(name, STR("__"));
}

static bool label_fine(struct reader *reader, const struct field *field, const struct yaml_node *node)
{
	if (!label_name_ok(node->text))
		return reader_error(
			reader, node, field->name, "label-name",
			"'%.*s' is not a legal label name; it begins with a letter or '_' and holds letters, digits and '_'",
			VALUE_ARG(node->text));
	if (reserved(node->text))
		return reader_error(reader, node, field->name, "label-reserved",
				    "the label '%.*s' is reserved: wick or Prometheus sets it", VALUE_ARG(node->text));
	return true;
}

static bool read_label(struct reader *reader, const struct field *field, const struct yaml_pair *pair,
		       struct label *label)
{
	const struct yaml_node *value = pair->value;

	if (!label_fine(reader, field, pair->key))
		return false;
	if (value->kind != YAML_SCALAR)
		return reader_error(reader, value, field->name, "wrong-type",
				    "the value of '%.*s' must be a text, not %s", VALUE_ARG(pair->key->text),
				    yaml_what(value));
	if (value->text.len == 0 || yaml_null(value))
		return reader_error(reader, value, field->name, "label-empty",
				    "'%.*s' has no value; Prometheus takes an empty label for none",
				    VALUE_ARG(pair->key->text));
	if (value->text.len > LIMIT_TEXT_BYTES)
		return reader_error(reader, value, field->name, "too-long",
				    "the value of '%.*s' is over %zu bytes long", VALUE_ARG(pair->key->text),
				    LIMIT_TEXT_BYTES);
	label->name = arena_str(reader->arena, pair->key->text);
	label->value = arena_str(reader->arena, value->text);
	return true;
}

static bool read_labels(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct labels labels = {NULL, 0};
	bool ok = true;

	if (node->kind != YAML_MAP)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a map of label names and values, not %s", yaml_what(node));
	if (node->len > LABELS_MAX)
		return reader_error(reader, node, field->name, "too-many", "%zu labels; at most %d are allowed",
				    node->len, LABELS_MAX);
	labels.at = arena_array(reader->arena, node->len, sizeof(*labels.at));
	for (size_t i = 0; i < node->len; i++)
		if (read_label(reader, field, &node->pairs[i], &labels.at[labels.len]))
			labels.len++;
		else
			ok = false;
	labels_sort(labels);
	*(struct labels *)at = labels;
	return ok;
}

static int by_text(const void *a, const void *b)
{
	const struct str *left = a, *right = b;

	return str_cmp(*left, *right);
}

static bool read_group_label(struct reader *reader, const struct field *field, const struct yaml_node *node,
			     struct slo *slo)
{
	if (node->kind != YAML_SCALAR)
		return reader_error(reader, node, field->name, "wrong-type", "wants label names, not %s",
				    yaml_what(node));
	if (!label_fine(reader, field, node))
		return false;
	for (size_t i = 0; i < slo->group_by_len; i++)
		if (str_eq(slo->group_by[i], node->text))
			return reader_error(reader, node, field->name, "duplicate", "'%.*s' stands here twice",
					    VALUE_ARG(node->text));
	slo->group_by[slo->group_by_len++] = arena_str(reader->arena, node->text);
	return true;
}

static bool read_group_by(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct slo *slo = (struct slo *)(void *)((char *)at - field->at);
	bool ok = true;

	if (node->kind != YAML_LIST)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a list of label names such as [instance], not %s", yaml_what(node));
	if (node->len > GROUP_BY_MAX)
		return reader_error(reader, node, field->name, "too-many", "%zu labels; at most %d are allowed",
				    node->len, GROUP_BY_MAX);
	slo->group_by = arena_array(reader->arena, node->len, sizeof(*slo->group_by));
	for (size_t i = 0; i < node->len; i++)
		ok &= read_group_label(reader, field, node->items[i], slo);
	if (slo->group_by_len)
		qsort(slo->group_by, slo->group_by_len, sizeof(*slo->group_by), by_text);
	return ok;
}

static bool read_limit(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct written_limit *limit = at;
	struct str text;

	limit->place = reader_place(reader, node);
	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!num_read_double(text, &limit->number) && !span_read(text, &limit->span))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is neither a duration such as 500ms nor a number in the histogram's unit",
				    VALUE_ARG(text));
	if (!(limit->number > 0) && limit->span.ms <= 0)
		return reader_error(reader, node, field->name, "out-of-range", "'%.*s' must be above 0",
				    VALUE_ARG(text));
	return true;
}

static bool read_list(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	if (node->kind != YAML_LIST)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a list, each item after a '-', not %s", yaml_what(node));
	*(const struct yaml_node **)at = node;
	return true;
}

static bool read_sli(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	*(const struct yaml_node **)at = node;
	return field_map.read(reader, field, node, at);
}

static const struct field_type type_name = {"a name", read_name, NULL};
static const struct field_type type_objective = {"an objective", read_objective, NULL};
static const struct field_type type_window = {"a duration in whole minutes", read_window, NULL};
static const struct field_type type_labels = {"a map of texts", read_labels, NULL};
static const struct field_type type_label_names = {"a list of label names", read_group_by, NULL};
static const struct field_type type_limit = {"a duration or number", read_limit, NULL};
static const struct field_type type_list = {"a list of maps", read_list, NULL};
static const struct field_type type_sli = {"a map", read_sli, NULL};

static const char *const unit_names[] = {"by-name", "s", "ms", "us", "ns", NULL};

#define AT(member) offsetof(struct draft, member)

const struct field native_events[] = {
	{.name = "good",
	 .type = &field_query,
	 .at = AT(good),
	 .help = "What counts the good events. Give either this or `bad`"},
	{.name = "bad",
	 .type = &field_query,
	 .at = AT(bad),
	 .help = "What counts the bad events. No series at all means that there are none"},
	{.name = "total",
	 .type = &field_query,
	 .at = AT(total),
	 .required = true,
	 .help = "What counts all events, good and bad"},
	{.name = NULL},
};

const struct field native_latency[] = {
	{.name = "histogram",
	 .type = &field_query,
	 .at = AT(metric),
	 .required = true,
	 .help = "The histogram: a plain selector, its name without `_bucket`"},
	{.name = "threshold",
	 .type = &type_limit,
	 .at = AT(threshold),
	 .required = true,
	 .help = "Good are observations at or below it. A duration, or a number in the histogram's own unit. For a classic histogram it "
		 "must be one of its buckets"},
	{.name = "native",
	 .type = &field_bool,
	 .at = AT(slo.sli.native),
	 .fallback = "false",
	 .help = "The histogram is a native one: any threshold will do. Exact where it ends a bucket, such as 0.25, 0.5, 1 or 2; "
		 "inside a bucket its observations are taken to be spread evenly"},
	{.name = "unit",
	 .type = &field_choice,
	 .at = AT(unit),
	 .fallback = "by-name",
	 .choices = unit_names,
	 .help = "What the histogram counts in, for a threshold that is a duration. `by-name`: milliseconds where the metric's name ends in "
		 "`_milliseconds` or `_ms`, else seconds"},
	{.name = NULL},
};

const struct field native_threshold[] = {
	{.name = "query",
	 .type = &field_query,
	 .at = AT(metric),
	 .required = true,
	 .help = "What is compared: one sample per step and group"},
	{.name = "operator",
	 .type = &field_choice,
	 .at = AT(comparison),
	 .required = true,
	 .choices = (const char *const[]){"<", "<=", ">", ">=", NULL},
	 .help = "A sample is good where `query operator value` holds"},
	{.name = "value",
	 .type = &field_number,
	 .at = AT(limit),
	 .required = true,
	 .help = "The limit, in the query's own unit"},
	{.name = NULL},
};

const struct field native_ratio[] = {
	{.name = "good",
	 .type = &field_query,
	 .at = AT(good),
	 .help = "A query whose value is the good part, from 0 to 1"},
	{.name = "bad",
	 .type = &field_query,
	 .at = AT(bad),
	 .help = "A query whose value is the bad part, from 0 to 1"},
	{.name = NULL},
};

const struct field native_sli[] = {
	{.name = "events",
	 .type = &field_map,
	 .inner = native_events,
	 .help = "Good or bad events, and all of them. A plain selector is a counter; any PromQL over `$window` is a query"},
	{.name = "latency",
	 .type = &field_map,
	 .inner = native_latency,
	 .help = "Requests faster than a threshold, from a histogram"},
	{.name = "probe",
	 .type = &field_query,
	 .at = AT(metric),
	 .help = "A gauge that is 1 while things are well and 0 while not: a plain selector. Each step is one event"},
	{.name = "threshold",
	 .type = &field_map,
	 .inner = native_threshold,
	 .help = "A query whose value is compared with a limit. Each step is one event"},
	{.name = "ratio",
	 .type = &field_map,
	 .inner = native_ratio,
	 .help = "A query that is already a ratio. It has no weights: it is averaged over time, and every result says so"},
	{.name = NULL},
};

const struct field native_slo[] = {
	{.name = "name",
	 .type = &type_name,
	 .at = AT(slo.name),
	 .required = true,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Unique within the service. History hangs on namespace, service and name"},
	{.name = "description",
	 .type = &field_text,
	 .at = AT(slo.description),
	 .max = (double)LIMIT_TEXT_BYTES,
	 .help = "What is promised, in words for people"},
	{.name = "objective",
	 .type = &type_objective,
	 .at = AT(slo),
	 .required = true,
	 .help = "The part of events that must be good: `99.5%` or `0.995`, above 0 and below 100 %"},
	{.name = "window",
	 .type = &type_window,
	 .at = AT(slo.window),
	 .min = (double)SPAN_HOUR,
	 .max = (double)(365 * SPAN_DAY),
	 .fallback = "30d",
	 .help = "The rolling time that the objective is judged over"},
	{.name = "labels",
	 .type = &type_labels,
	 .at = AT(labels),
	 .help = "On every series of this SLO, beside the file's; of the same name, this one wins"},
	{.name = "groupBy",
	 .type = &type_label_names,
	 .at = AT(slo),
	 .help = "One budget for each combination of these labels' values"},
	{.name = "groupLimit",
	 .type = &field_count,
	 .at = AT(slo.group_limit),
	 .min = 1,
	 .max = LIMIT_GROUPS_MAX,
	 .fallback = "100",
	 .help = "More groups than this are left out, and that is said"},
	{.name = "sli",
	 .type = &type_sli,
	 .at = AT(sli),
	 .required = true,
	 .inner = native_sli,
	 .help = "What is counted: exactly one of the kinds below"},
	{.name = NULL},
};
static_assert(LIMIT_GROUPS_DEFAULT == 100, "the default of groupLimit is written out in the table");

#undef AT
#define AT(member) offsetof(struct head, member)

const struct field native_head[] = {
	{.name = "apiVersion", .type = &field_text, .at = AT(api_version), .required = true, .help = "`wick/v1`"},
	{.name = "kind", .type = &field_text, .at = AT(kind), .required = true, .help = "`ServiceLevels`"},
	{.name = "service",
	 .type = &type_name,
	 .at = AT(service),
	 .required = true,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "The service that the SLOs of this document belong to"},
	{.name = "namespace",
	 .type = &type_name,
	 .at = AT(namespace_),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Keeps services of the same name apart: a team, a cluster, a product"},
	{.name = "labels",
	 .type = &type_labels,
	 .at = AT(labels),
	 .help = "On every series of the SLOs of this document"},
	{.name = "slos",
	 .type = &type_list,
	 .at = AT(slos),
	 .required = true,
	 .inner = native_slo,
	 .help = "The SLOs, at least one"},
	{.name = NULL},
};
