#include "slo/query.h"

#include "base/limits.h"
#include "slo/field_schema.h"

bool reader_error_within(struct reader *reader, const struct yaml_node *node, size_t offset, const char *key,
			 const char *rule, struct str value, const char *text)
{
	struct place place = reader_place(reader, node);

	if (reader->source.len)
		yaml_locate(reader->source, node, offset, &place.line, &place.col);
	findings_add(reader->findings, FINDING_ERROR, place, str_of(key), rule, "%s: %s in '%.*s'", key, text,
		     VALUE_ARG(value));
	return false;
}

static bool read_query(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct written_query *written = at;
	struct promql_error fault;
	struct str text;

	written->node = node;
	written->key = field->name;
	if (!field_scalar(reader, field, node, &text))
		return false;
	if (str_trim(text).len == 0)
		return reader_error(reader, node, field->name, "empty", "is empty; it wants a PromQL expression");
	if (text.len > LIMIT_PROMQL_BYTES)
		return reader_error(reader, node, field->name, "too-long", "is %zu bytes long; at most %zu are allowed",
				    text.len, LIMIT_PROMQL_BYTES);
	written->tree = promql_parse(reader->scratch, text, &fault);
	if (!written->tree)
		return reader_error_within(reader, node, fault.offset, field->name, "promql", text, fault.text);
	written->query.text = arena_str(reader->arena, str_trim(text));
	written->query.place = reader_place(reader, node);
	return true;
}

/* A metric may be called true; nobody means it. */
static void schema_query(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_STRING | SCHEMA_NUMBER);
	schema_pattern(json, field, "[^ \\t\\r\\n]");
	schema_key_int(json, "maxLength", LIMIT_PROMQL_BYTES);
}

const struct field_type field_query = {"a PromQL expression", read_query, NULL, schema_query};

struct str selector_metric(const struct promql_node *selector)
{
	for (size_t i = 0; selector->kind == PROMQL_SELECTOR && i < selector->matchers_len; i++)
		if (selector->matchers[i].op == MATCH_EQ && str_is(selector->matchers[i].name, "__name__"))
			return selector->matchers[i].value;
	return STR("");
}

bool query_plain(const struct promql_node *node)
{
	return node->kind == PROMQL_SELECTOR && !node->range.set && !node->range.window &&
	       !node->modifiers.has_offset && node->modifiers.at == PROMQL_AT_NONE;
}

struct str query_canonical(struct arena *arena, const struct promql_node *node)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	promql_print(&buf, node);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* A text, a number or a whole range is no value over time that could be counted. */
static bool is_series(struct reader *reader, const struct written_query *query)
{
	switch (promql_type(query->tree)) {
	case PROMQL_VECTOR:
		return true;
	case PROMQL_SCALAR:
		return reader_error(reader, query->node, query->key, "query-type",
				    "'%.*s' is a number; it must select series", VALUE_ARG(query->query.text));
	case PROMQL_TEXT:
		return reader_error(reader, query->node, query->key, "query-type",
				    "'%.*s' is a text in quotes; it must select series", VALUE_ARG(query->query.text));
	case PROMQL_MATRIX:
		return reader_error(
			reader, query->node, query->key, "query-type",
			"'%.*s' is a range of samples; leave the range away, or put a function such as increase() around it",
			VALUE_ARG(query->query.text));
	}
	return false;
}

bool query_is_events(struct reader *reader, const struct written_query *query)
{
	if (!query->tree)
		return true;
	if (!is_series(reader, query))
		return false;
	if (query_plain(query->tree) || promql_has_range(query->tree))
		return true;
	if (query->tree->kind == PROMQL_SELECTOR)
		return reader_error(reader, query->node, query->key, "query-modifier",
				    "'%.*s' has an offset or @; a counter must be a selector without",
				    VALUE_ARG(query->query.text));
	return reader_error(reader, query->node, query->key, "query-window",
			    "'%.*s' is neither a plain selector nor a query over $window: write "
			    "sum(increase(...[$window])) around the counter, or the counter alone",
			    VALUE_ARG(query->query.text));
}

bool query_is_gauge(struct reader *reader, const struct written_query *query)
{
	if (!query->tree || query_plain(query->tree))
		return true;
	return reader_error(reader, query->node, query->key, "query-selector",
			    "'%.*s' must be a plain selector such as probe_success{job=\"web\"}",
			    VALUE_ARG(query->query.text));
}

bool query_is_value(struct reader *reader, const struct written_query *query)
{
	return !query->tree || is_series(reader, query);
}

static bool has_matcher(const struct promql_node *selector, const char *name)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_is(selector->matchers[i].name, name))
			return true;
	return false;
}

static void strip_bucket(struct reader *reader, struct written_query *query)
{
	struct str name = selector_metric(query->tree), bare = str_slice(name, 0, name.len - strlen("_bucket"));

	reader_warn(reader, query->node, query->key, "bucket-suffix",
		    "'%.*s' is the histogram '%.*s': leave '_bucket' away", VALUE_ARG(name), VALUE_ARG(bare));
	for (size_t i = 0; i < query->tree->matchers_len; i++)
		if (str_is(query->tree->matchers[i].name, "__name__"))
			query->tree->matchers[i].value = bare;
	query->query.text = query_canonical(reader->arena, query->tree);
}

bool query_is_histogram(struct reader *reader, struct written_query *query)
{
	struct str name;

	if (!query->tree)
		return true;
	if (!query_plain(query->tree))
		return reader_error(
			reader, query->node, query->key, "query-selector",
			"'%.*s' must be a plain selector such as http_request_duration_seconds{job=\"web\"}",
			VALUE_ARG(query->query.text));
	name = selector_metric(query->tree);
	if (name.len == 0)
		return reader_error(reader, query->node, query->key, "histogram-name",
				    "'%.*s' does not name the histogram", VALUE_ARG(query->query.text));
	if (has_matcher(query->tree, "le"))
		return reader_error(
			reader, query->node, query->key, "histogram-le",
			"'%.*s' selects buckets by 'le'; leave it away, the threshold says which bucket counts",
			VALUE_ARG(query->query.text));
	if (str_ends(name, STR("_bucket")) && name.len > strlen("_bucket"))
		strip_bucket(reader, query);
	else if (str_ends(name, STR("_count")) || str_ends(name, STR("_sum")))
		reader_warn(reader, query->node, query->key, "histogram-name",
			    "'%.*s' looks like a part of a histogram; its name has neither '_count' nor '_sum'",
			    VALUE_ARG(name));
	return true;
}

static bool listed(struct promql_names names, struct str name)
{
	for (size_t i = 0; i < names.len; i++)
		if (str_eq(names.at[i], name))
			return true;
	return false;
}

bool query_keeps(struct reader *reader, const struct written_query *query, const struct str *labels, size_t len)
{
	const struct promql_node *node = query->tree;
	bool ok = true;

	while (node && node->kind == PROMQL_PAREN)
		node = node->args[0];
	if (!node || node->kind != PROMQL_AGGREGATE || str_is(node->text, "topk") || str_is(node->text, "bottomk"))
		return true;
	for (size_t i = 0; i < len; i++) {
		bool kept = node->has_grouping && listed(node->grouping, labels[i]) != node->without;

		if (!kept)
			ok = reader_error(
				reader, query->node, query->key, "group-label",
				"%.*s() drops the label '%.*s' that the SLO is grouped by: write %.*s by (%.*s) (...)",
				STR_ARG(node->text), VALUE_ARG(labels[i]), STR_ARG(node->text), VALUE_ARG(labels[i]));
	}
	return ok;
}
