#include "slo/foreign/foreign.h"
#include "slo/foreign/openslo.h"
#include "slo/foreign/quotient.h"
#include "slo/keeping.h"
#include "slo/native/native_types.h"

#include "base/num.h"
#include "model/source_name.h"

#include <stddef.h>
#include <string.h>

/* Where a metric comes from: v1's metricSource, what v2alpha has in its place, v1alpha's flat map. */
struct metric {
	const struct yaml_node *node; /* NULL: not there */
	const struct yaml_node *source, *type, *ref, *spec, *query;
};

struct ratio {
	bool counter;
	const struct yaml_node *good, *bad, *total, *raw;
	int raw_type;
};

struct written_sli {
	const struct yaml_node *threshold, *ratio;
};

static const struct field threshold_or_ratio[] = {
	{.name = "description", .type = &foreign_passed_text},
	{.name = "thresholdMetric", .type = &native_type_later, .at = offsetof(struct written_sli, threshold)},
	{.name = "ratioMetric", .type = &native_type_later, .at = offsetof(struct written_sli, ratio)},
	{.name = NULL},
};

#define AT(member) offsetof(struct ratio, member)

static const struct field ratio_fields[] = {
	{.name = "counter", .type = &field_bool, .at = AT(counter)},
	{.name = "good", .type = &native_type_later, .at = AT(good)},
	{.name = "bad", .type = &native_type_later, .at = AT(bad)},
	{.name = "total", .type = &native_type_later, .at = AT(total)},
	{.name = "raw", .type = &native_type_later, .at = AT(raw)},
	{.name = "rawType",
	 .type = &field_choice,
	 .at = AT(raw_type),
	 .choices = (const char *const[]){"success", "failure", NULL}},
	{.name = NULL},
};

static const struct field alpha_ratio_fields[] = {
	{.name = "incremental", .type = &field_bool, .at = AT(counter)},
	{.name = "counter", .type = &field_bool, .at = AT(counter)},
	{.name = "good", .type = &native_type_later, .at = AT(good)},
	{.name = "bad", .type = &native_type_later, .at = AT(bad)},
	{.name = "total", .type = &native_type_later, .at = AT(total), .required = true},
	{.name = NULL},
};

/* Names of systems and of data sources: texts, which are looked up where they stand. */
static bool read_word(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;

	*(const struct yaml_node **)at = node;
	return field_scalar(reader, field, node, &text);
}

static const struct field_type type_word = {"a text", read_word, NULL, NULL};

#undef AT
#define AT(member) offsetof(struct metric, member)

static const struct field metric_fields[] = {
	{.name = "metricSource", .type = &native_type_later, .at = AT(source)},
	{.name = "dataSourceRef", .type = &type_word, .at = AT(ref)},
	{.name = "dataSourceSpec", .type = &native_type_later, .at = AT(source)},
	{.name = "spec", .type = &native_type_later, .at = AT(spec)},
	{.name = NULL},
};

static const struct field source_fields[] = {
	{.name = "metricSourceRef", .type = &type_word, .at = AT(ref)},
	{.name = "type", .type = &type_word, .at = AT(type)},
	{.name = "spec", .type = &native_type_later, .at = AT(spec), .required = true},
	{.name = NULL},
};

static const struct field source_spec_fields[] = {
	{.name = "type", .type = &type_word, .at = AT(type), .required = true},
	{.name = "description", .type = &foreign_passed_text},
	{.name = "connectionDetails", .type = &foreign_unused, .help = "wick asks the source of its own settings"},
	{.name = NULL},
};

static const struct field alpha_metric_fields[] = {
	{.name = "source", .type = &type_word, .at = AT(type), .required = true},
	{.name = "queryType", .type = &foreign_passed_text},
	{.name = "query", .type = &native_type_later, .at = AT(query), .required = true},
	{.name = "metadata", .type = &foreign_passed},
	{.name = NULL},
};

/* "Grafana Mimir", "prometheus", "Amazon Managed Service for Prometheus": what speaks PromQL. */
static bool speaks_promql(struct str type)
{
	static const char *const known[] = {"prom", "thanos", "mimir", "cortex", "victoriametrics"};
	char lower[64];
	size_t len = 0;

	for (size_t i = 0; i < type.len && len < sizeof(lower) - 1; i++)
		lower[len++] = ascii_lower(type.at[i]);
	lower[len] = '\0';
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strstr(lower, known[i]))
			return true;
	return false;
}

static bool is_text(const struct yaml_node *node) { return node && node->kind == YAML_SCALAR; }

/* The text at which the metric says what system it is of, by itself or by its DataSource; NULL: nowhere. */
static const struct yaml_node *type_of(struct reader *reader, const struct metric *metric)
{
	const struct part *part;

	if (metric->type)
		return metric->type;
	if (!is_text(metric->ref))
		return NULL;
	part = parts_find(reader->parts, openslo_source, metric->ref->text);
	if (part)
		return foreign_get(yaml_get(part->node, "spec"), "type");
	reader_warn(reader, metric->ref, "dataSourceRef", "unknown-source",
		    "no DataSource '%.*s' is defined here; the query is taken for PromQL",
		    VALUE_ARG(metric->ref->text));
	return NULL;
}

/* Systems keep the query under names of their own. */
static const struct yaml_node *query_of(const struct yaml_node *spec)
{
	static const char *const names[] = {"query", "promql", "expr"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (foreign_get(spec, names[i]))
			return foreign_get(spec, names[i]);
	return NULL;
}

/* v1 has the spec inside of the source, v2alpha beside it. */
static void beside(struct reader *reader, const struct yaml_node *node)
{
	const struct yaml_node *source = yaml_get(node, "metricSource");

	if (source)
		reader_error(reader, yaml_get(node, "spec"), "spec", "good-and-bad",
			     "stands beside metricSource; it belongs inside of it");
}

static void read_metric(struct reader *reader, const struct yaml_node *node, bool alpha, const char *key,
			struct metric *metric)
{
	*metric = (struct metric){.node = node};
	if (alpha) {
		fields_read(reader, alpha_metric_fields, node, key, metric);
		return;
	}
	fields_read(reader, metric_fields, node, key, metric);
	if (metric->source && metric->spec)
		beside(reader, node);
	if (metric->source && yaml_get(node, "metricSource"))
		fields_read(reader, source_fields, metric->source, "metricSource", metric);
	else if (metric->source)
		fields_read(reader, source_spec_fields, metric->source, "dataSourceSpec", metric);
	metric->query = query_of(metric->spec);
	for (size_t i = 0; metric->spec && metric->spec->kind == YAML_MAP && i < metric->spec->len; i++)
		if (metric->spec->pairs[i].value != metric->query)
			reader_unused(reader, metric->spec->pairs[i].value,
				      arena_str(reader->arena, metric->spec->pairs[i].key->text).at,
				      "only the query is asked");
	if (is_text(metric->type) && !str_is(metric->type->text, "Prometheus"))
		reader_keep(reader, metric->type);
	reader_keep(reader, metric->ref);
}

static bool parses(struct reader *reader, const struct yaml_node *query)
{
	struct promql_error fault;

	return is_text(query) && promql_parse(reader->scratch, query->text, &fault);
}

/* A DataSource that is referred to is a wish for the settings' source of that name. An SLO is counted at one source. */
static void take_source(struct reader *reader, const struct metric *metric, struct source_ref *source)
{
	struct str name = is_text(metric->ref) ? metric->ref->text : STR("");

	if (!name_legal(name) || str_is(name, SOURCE_DEFAULT_NAME) || str_eq(name, source->name))
		return;
	if (source->name.len)
		reader_warn(reader, metric->ref, "metricSource", "two-sources",
			    "an SLO is counted at one source, here '%.*s', and not at '%.*s' as well",
			    VALUE_ARG(source->name), VALUE_ARG(name));
	else
		*source = (struct source_ref){arena_str(reader->arena, name), true, reader_place(reader, metric->ref)};
}

/* False where it is another system's, with a warning, or wrong. */
static bool take_query(struct reader *reader, const struct yaml_node *node, bool alpha, const char *key,
		       struct written_query *query, struct source_ref *source)
{
	const struct field field = {.name = key, .type = &field_query};
	const struct yaml_node *type;
	struct metric metric;

	read_metric(reader, node, alpha, key, &metric);
	if (node->kind != YAML_MAP)
		return false;
	type = type_of(reader, &metric);
	if (is_text(type) && !speaks_promql(type->text)) {
		if (!parses(reader, metric.query)) {
			reader_warn(reader, type, "type", "other-source",
				    "'%.*s' is no Prometheus: an SLO of it is left out", VALUE_ARG(type->text));
			return false;
		}
		reader_warn(reader, type, "type", "other-source",
			    "'%.*s' is not known to speak PromQL, which its query is taken for", VALUE_ARG(type->text));
	}
	if (!metric.query) {
		const struct yaml_node *spec = metric.spec ? metric.spec : yaml_get(node, "spec");

		return reader_error(reader, spec ? spec : node, key, "missing-key", "has no query");
	}
	take_source(reader, &metric, source);
	return field_query.read(reader, &field, metric.query, query);
}

static void find_counter(struct promql_node *node, void *found)
{
	static const char *const ends[] = {"_total", "_count", "_bucket", "_sum"};

	if (node->kind != PROMQL_SELECTOR)
		return;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		*(bool *)found |= str_ends(selector_metric(node), str_of(ends[i]));
}

/* What is no counter has a value at any time, and no events: the quotient of both values is a ratio. */
static void take_gauges(struct reader *reader, struct written_query *part, const struct written_query *total,
			struct draft *draft)
{
	struct str text =
		arena_fmt(reader->arena, "(%.*s) / (%.*s)", STR_ARG(part->query.text), STR_ARG(total->query.text));
	struct promql_error fault;

	part->query.text = text;
	part->tree = promql_parse(reader->scratch, text, &fault);
	draft->slo.sli.kind = SLI_RATIO;
	draft->total = (struct written_query){.node = NULL};
	reader_note(reader, part->node, part->key, "gauges",
		    "is no counter: the quotient of the values is averaged over time");
}

static void take_counts(struct reader *reader, const struct ratio *ratio, bool counter_said, struct draft *draft)
{
	struct written_query *part = draft->good.node ? &draft->good : &draft->bad;
	bool range, counter = ratio->counter;

	if (!part->tree || !draft->total.tree)
		return;
	range = promql_has_range(part->tree) || promql_has_range(draft->total.tree);
	if (!counter_said && !range) {
		promql_walk(draft->total.tree, find_counter, &counter);
		reader_warn(reader, draft->total.node, "counter", "counter",
			    "is not said, and so the metric is taken for a %s by its name; write 'counter: %s'",
			    counter ? "counter" : "gauge", counter ? "true" : "false");
	}
	draft->counters = true;
	if (!counter && !range)
		take_gauges(reader, part, &draft->total, draft);
}

static bool read_ratio(struct reader *reader, const struct yaml_node *node, bool alpha, struct ratio *ratio)
{
	size_t errors = reader->findings->errors;

	*ratio = (struct ratio){.raw = NULL};
	fields_read(reader, alpha ? alpha_ratio_fields : ratio_fields, node, "ratioMetric", ratio);
	if (reader->findings->errors != errors)
		return false;
	if (ratio->raw && (ratio->good || ratio->bad || ratio->total))
		return reader_error(reader, ratio->raw, "raw", "good-and-bad", "stands beside good, bad or total");
	if (ratio->raw)
		return foreign_get(node, "rawType") ||
		       reader_error(reader, node, "rawType", "missing-key", "is missing");
	if (!ratio->good == !ratio->bad)
		return reader_error(reader, node, "ratioMetric", "good-and-bad",
				    ratio->good ? "has both good and bad" : "has neither good, bad nor raw");
	return ratio->total || reader_error(reader, node, "total", "missing-key", "is missing");
}

static bool take_ratio(struct reader *reader, const struct yaml_node *node, bool alpha, struct draft *draft)
{
	struct ratio ratio;
	bool counter_said = foreign_get(node, "counter") || foreign_get(node, "incremental"), fine = true;

	if (!read_ratio(reader, node, alpha, &ratio))
		return false;
	if (ratio.raw) {
		draft->slo.sli.kind = SLI_RATIO;
		fine = take_query(reader, ratio.raw, alpha, "raw", ratio.raw_type == 0 ? &draft->good : &draft->bad,
				  &draft->slo.source);
		quotient_take(reader, draft);
		return fine;
	}
	draft->slo.sli.kind = SLI_EVENTS;
	if (ratio.good)
		fine &= take_query(reader, ratio.good, alpha, "good", &draft->good, &draft->slo.source);
	else
		fine &= take_query(reader, ratio.bad, alpha, "bad", &draft->bad, &draft->slo.source);
	fine &= take_query(reader, ratio.total, alpha, "total", &draft->total, &draft->slo.source);
	if (fine)
		take_counts(reader, &ratio, counter_said, draft);
	return fine;
}

static bool take_threshold(struct reader *reader, const struct yaml_node *node, bool alpha,
			   struct openslo_objective *objective)
{
	struct draft *draft = &objective->draft;

	draft->slo.sli.kind = SLI_THRESHOLD;
	if (!take_query(reader, node, alpha, "thresholdMetric", &draft->metric, &draft->slo.source))
		return false;
	if (!objective->value_node || objective->op == COMPARISONS)
		return reader_error(reader, objective->node, objective->value_node ? "op" : "value", "missing-key",
				    "is missing, and a threshold wants it");
	draft->slo.sli.comparison = (enum comparison)objective->op;
	draft->limit = objective->value;
	draft->limit_node = objective->value_node;
	return true;
}

static bool has_one(struct reader *reader, const struct yaml_node *ratio, const struct yaml_node *threshold,
		    const struct yaml_node *node)
{
	return !ratio != !threshold || reader_error(reader, node, "spec", "sli-kinds",
						    ratio ? "has both a ratio and a threshold metric"
							  : "has neither a ratio nor a threshold metric");
}

static bool take(struct reader *reader, const struct yaml_node *ratio, const struct yaml_node *threshold, bool alpha,
		 const struct yaml_node *node, struct openslo_objective *objective)
{
	bool fine;

	if (!has_one(reader, ratio, threshold, node))
		return false;
	fine = ratio ? take_ratio(reader, ratio, alpha, &objective->draft)
		     : take_threshold(reader, threshold, alpha, objective);
	if (fine)
		draft_finish_sli(reader, &objective->draft);
	return fine;
}

bool openslo_sli_read(struct reader *reader, const struct openslo_indicator *indicator,
		      struct openslo_objective *objective)
{
	struct reader within = indicator->reader;
	struct written_sli sli = {.ratio = NULL};

	within.findings = reader->findings;
	fields_read(&within, threshold_or_ratio, indicator->spec, "spec", &sli);
	return indicator->spec->kind == YAML_MAP &&
	       take(&within, sli.ratio, sli.threshold, false, indicator->spec, objective);
}

bool openslo_alpha_sli_read(struct reader *reader, const struct yaml_node *ratio, const struct yaml_node *threshold,
			    struct openslo_objective *objective)
{
	return take(reader, ratio, threshold, true, objective->node, objective);
}

/* By itself an SLI is fine whatever system it is of; what an SLO makes of it is said there. */
void openslo_sli_check(struct reader *reader, const struct openslo_object *object)
{
	struct written_sli sli = {.ratio = NULL};
	struct ratio ratio = {.raw = NULL};
	struct metric metric;

	fields_read(reader, threshold_or_ratio, object->spec, "spec", &sli);
	if (object->spec->kind != YAML_MAP || !has_one(reader, sli.ratio, sli.threshold, object->spec))
		return;
	if (sli.ratio && !read_ratio(reader, sli.ratio, false, &ratio))
		return;
	if (sli.threshold)
		read_metric(reader, sli.threshold, false, "thresholdMetric", &metric);
	if (ratio.raw)
		read_metric(reader, ratio.raw, false, "raw", &metric);
	if (ratio.good)
		read_metric(reader, ratio.good, false, "good", &metric);
	if (ratio.bad)
		read_metric(reader, ratio.bad, false, "bad", &metric);
	if (ratio.total)
		read_metric(reader, ratio.total, false, "total", &metric);
}
