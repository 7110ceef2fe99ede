#include "slo/templates/parameter.h"

#include "base/limits.h"
#include "base/num.h"
#include "model/labels.h"
#include "promql/literal.h"
#include "promql/regex.h"
#include "slo/draft.h"
#include "slo/native/native_types.h"

const char *const parameter_type_names[PARAMETER_TYPES + 1] = {
	[PARAMETER_TEXT] = "text",         [PARAMETER_REGEX] = "regex",         [PARAMETER_MATCHERS] = "matchers",
	[PARAMETER_METRIC] = "metric",     [PARAMETER_LABEL] = "label",         [PARAMETER_NUMBER] = "number",
	[PARAMETER_DURATION] = "duration", [PARAMETER_THRESHOLD] = "threshold", [PARAMETER_FLAG] = "flag",
};

const char *const parameter_type_helps[PARAMETER_TYPES] = {
	[PARAMETER_TEXT] = "any text; in a query it stands in quotes, and in a regular expression for itself",
	[PARAMETER_REGEX] = "a regular expression, in quotes",
	[PARAMETER_MATCHERS] =
		"label matchers as in PromQL, `job=\"api\",code!=\"404\"`, or a map, `{job: api}`; in braces",
	[PARAMETER_METRIC] = "the name of a metric",
	[PARAMETER_LABEL] = "the name of a label",
	[PARAMETER_NUMBER] = "a number",
	[PARAMETER_DURATION] = "a duration; where a number stands, it is the duration's seconds",
	[PARAMETER_THRESHOLD] = "a duration, or a number in the unit of the histogram",
	[PARAMETER_FLAG] = "`true` or `false`",
};

static const char opening[] = "x{"; /* a selector that matchers are parsed in */

/* A finding at the byte of the node's text that the fault is at; the matchers begin at its byte `begin`. */
static bool matchers_wrong(struct reader *reader, const struct field *field, const struct yaml_node *node,
			   const struct promql_error *fault, size_t begin)
{
	size_t at = fault->offset + begin, before = sizeof(opening) - 1;

	at = at < before ? 0 : at - before < node->text.len ? at - before : node->text.len;
	return reader_error_within(reader, node, at, field->name, "matchers", node->text, fault->text);
}

/* What is between the braces of a selector of nothing but these matchers. */
static bool print_matchers(struct reader *reader, const struct promql_matcher *matchers, size_t len, struct str *text)
{
	struct promql_node selector = {.kind = PROMQL_SELECTOR, .matchers_len = len};
	struct buf buf;

	selector.matchers = arena_array(reader->scratch, len, sizeof(*matchers));
	for (size_t i = 0; i < len; i++)
		selector.matchers[i] = matchers[i];
	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	promql_print(&buf, &selector);
	*text = arena_str(reader->scratch, str_slice(buf_view(&buf), 1, buf.len - 1));
	buf_release(&buf);
	return true;
}

/* The text is parsed between the braces of a selector and printed anew from what was parsed, so that nothing in it can
 * end up outside of them. The line end keeps a comment from taking the brace. */
static bool read_matcher_text(struct reader *reader, const struct field *field, const struct yaml_node *node,
			      struct str *text)
{
	struct str inner = str_trim(node->text);
	bool braces = str_starts(inner, STR("{")) && str_ends(inner, STR("}"));
	struct promql_error fault;
	const struct promql_node *tree;

	if (inner.len > LIMIT_PROMQL_BYTES)
		return reader_error(reader, node, field->name, "too-long", "is %zu bytes long; at most %zu are allowed",
				    inner.len, LIMIT_PROMQL_BYTES);
	if (braces)
		inner = str_slice(inner, 1, inner.len - 1);
	tree = promql_parse(reader->scratch, arena_fmt(reader->scratch, "%s%.*s\n}", opening, STR_ARG(inner)), &fault);
	if (!tree)
		return matchers_wrong(reader, field, node, &fault, (size_t)(inner.at - node->text.at));
	if (!query_plain(tree))
		return reader_error(reader, node, field->name, "matchers",
				    "'%.*s' is more than matchers such as job=\"api\",code!=\"404\"",
				    VALUE_ARG(node->text));
	return print_matchers(reader, tree->matchers + 1, tree->matchers_len - 1, text);
}

static bool read_matcher_map(struct reader *reader, const struct field *field, const struct yaml_node *node,
			     struct str *text)
{
	struct promql_matcher *matchers = arena_array(reader->scratch, node->len, sizeof(*matchers));
	bool ok = true;

	for (size_t i = 0; i < node->len; i++) {
		const struct yaml_node *key = node->pairs[i].key, *value = node->pairs[i].value;

		matchers[i] = (struct promql_matcher){.name = key->text, .value = value->text, .op = MATCH_EQ};
		if (!label_name_ok(key->text) || str_is(key->text, "__name__"))
			ok = reader_error(reader, key, field->name, "label-name", "'%.*s' is not a legal label name",
					  VALUE_ARG(key->text));
		else if (value->kind != YAML_SCALAR || yaml_null(value))
			ok = reader_error(reader, value, field->name, "wrong-type",
					  "the value of '%.*s' must be a text, not %s", VALUE_ARG(key->text),
					  yaml_what(value));
	}
	return ok && print_matchers(reader, matchers, node->len, text);
}

static bool read_matchers(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct parameter_value *value = at;

	if (node->kind == YAML_MAP)
		return read_matcher_map(reader, field, node, &value->text);
	if (node->kind == YAML_SCALAR)
		return read_matcher_text(reader, field, node, &value->text);
	return reader_error(reader, node, field->name, "wrong-type", "wants %s, not %s", field->type->name,
			    yaml_what(node));
}

static bool read_scalar(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct parameter_value *value = at;

	return field_text.read(reader, field, node, &value->text);
}

static bool read_regex(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	const struct parameter_value *value = at;
	const char *why;

	if (!read_scalar(reader, field, node, at))
		return false;
	why = regex_fault(value->text);
	return !why || reader_error(reader, node, field->name, "regex", "'%.*s' is no regular expression: %s",
				    VALUE_ARG(value->text), why);
}

static bool read_metric(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	const struct parameter_value *value = at;

	return read_scalar(reader, field, node, at) &&
	       (metric_name_ok(value->text) ||
		reader_error(reader, node, field->name, "metric-name", "'%.*s' is not a legal name of a metric",
			     VALUE_ARG(value->text)));
}

static bool read_label(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	const struct parameter_value *value = at;

	return read_scalar(reader, field, node, at) &&
	       (label_name_ok(value->text) || reader_error(reader, node, field->name, "label-name",
							   "'%.*s' is not a legal label name", VALUE_ARG(value->text)));
}

static bool read_number(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct parameter_value *value = at;

	value->text = node->text;
	return field_number.read(reader, field, node, &value->number);
}

static bool read_duration(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct parameter_value *value = at;
	struct span span;

	if (!field_duration.read(reader, field, node, &span))
		return false;
	value->text = str_trim(node->text);
	value->number = span_seconds(span);
	return true;
}

static bool read_threshold(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct parameter_value *value = at;
	struct written_limit limit = {0};

	if (!native_type_limit.read(reader, field, node, &limit))
		return false;
	value->text = node->text;
	value->number = limit.span.ms ? span_seconds(limit.span) : limit.number;
	return true;
}

static bool read_flag(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct parameter_value *value = at;
	bool flag;

	value->text = node->text;
	return field_bool.read(reader, field, node, &flag);
}

bool parameter_value_read(struct reader *reader, const struct yaml_node *node, struct parameter_value *value)
{
	static const struct field_type types[PARAMETER_TYPES] = {
		[PARAMETER_TEXT] = {.name = "a text", .read = read_scalar},
		[PARAMETER_REGEX] = {.name = "a regular expression", .read = read_regex},
		[PARAMETER_MATCHERS] = {.name = "matchers such as job=\"api\", or a map of labels and values",
					.read = read_matchers},
		[PARAMETER_METRIC] = {.name = "the name of a metric", .read = read_metric},
		[PARAMETER_LABEL] = {.name = "the name of a label", .read = read_label},
		[PARAMETER_NUMBER] = {.name = "a number", .read = read_number},
		[PARAMETER_DURATION] = {.name = "a duration", .read = read_duration},
		[PARAMETER_THRESHOLD] = {.name = "a duration or number", .read = read_threshold},
		[PARAMETER_FLAG] = {.name = "true or false", .read = read_flag},
	};
	const struct field_type *type = &types[value->parameter->type];
	struct field field = {.name = value->parameter->name.at, .type = type, .max = (double)LIMIT_TEXT_BYTES};

	if (value->parameter->type >= PARAMETER_NUMBER)
		field.max = 0; /* there it would be the largest number */
	return type->read(reader, &field, node, value);
}
