#include "slo/foreign/latency_pair.h"

#include "base/num.h"
#include "slo/foreign/over_window.h"

#include <string.h>

static const struct promql_matcher *matcher_of(const struct promql_node *selector, const char *name)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_is(selector->matchers[i].name, name))
			return &selector->matchers[i];
	return NULL;
}

static bool is_extra(const struct promql_matcher *matcher)
{
	return str_is(matcher->name, "le") || str_is(matcher->name, "__name__");
}

static bool has_same(const struct promql_node *selector, const struct promql_matcher *matcher)
{
	for (size_t i = 0; i < selector->matchers_len; i++) {
		const struct promql_matcher *other = &selector->matchers[i];

		if (str_eq(other->name, matcher->name) && str_eq(other->value, matcher->value) &&
		    other->op == matcher->op)
			return true;
	}
	return false;
}

static bool within(const struct promql_node *left, const struct promql_node *right)
{
	for (size_t i = 0; i < left->matchers_len; i++)
		if (!is_extra(&left->matchers[i]) && !has_same(right, &left->matchers[i]))
			return false;
	return true;
}

/* The name without the suffix, or an empty text. */
static struct str bare(const struct promql_node *selector, struct str suffix)
{
	struct str name = selector_metric(selector);

	return str_ends(name, suffix) ? str_slice(name, 0, name.len - suffix.len) : STR("");
}

static bool same_histogram(const struct promql_node *bucket, const struct promql_node *count)
{
	struct str name = bare(bucket, STR("_bucket"));

	return name.len && str_eq(name, bare(count, STR("_count"))) && within(bucket, count) && within(count, bucket);
}

static bool read_le(struct str text, double *le) { return num_read_double(text, le) && *le > 0; }

/* The histogram of the bucket: its selector without `_bucket` and `le`. */
static void take_histogram(struct reader *reader, const struct written_query *bucket, double le,
			   const struct yaml_node *le_node, struct draft *draft)
{
	struct promql_node *tree = promql_copy(reader->scratch, bucket->tree);
	size_t kept = 0;

	for (size_t i = 0; i < tree->matchers_len; i++) {
		struct promql_matcher matcher = tree->matchers[i];

		if (str_is(matcher.name, "le"))
			continue;
		if (str_is(matcher.name, "__name__"))
			matcher.value = bare(bucket->tree, STR("_bucket"));
		tree->matchers[kept++] = matcher;
	}
	tree->matchers_len = kept;
	draft->slo.sli.kind = SLI_LATENCY;
	draft->metric = *bucket;
	draft->metric.tree = tree;
	draft->metric.query.text = query_canonical(reader->arena, tree);
	draft->threshold = (struct written_limit){.number = le, .place = reader_place(reader, le_node)};
}

static bool is_selector(struct reader *reader, const struct written_query *query, bool offset)
{
	struct promql_node now = *query->tree;

	now.modifiers.has_offset &= !offset;
	return query_plain(&now) || reader_error(reader, query->node, query->key, "query-selector",
						 "'%.*s' must be a plain selector", VALUE_ARG(query->query.text));
}

void latency_pair_take(struct reader *reader, const struct written_query *bucket, const struct written_query *count,
		       struct draft *draft)
{
	const struct promql_matcher *le;
	double threshold;

	if (!is_selector(reader, bucket, true) || !is_selector(reader, count, true))
		return;
	le = matcher_of(bucket->tree, "le");
	if (!le) {
		reader_error(reader, bucket->node, bucket->key, "histogram-le",
			     "'%.*s' does not say which bucket counts: it wants a matcher such as le=\"0.5\"",
			     VALUE_ARG(bucket->query.text));
		return;
	}
	if (le->op == MATCH_EQ && read_le(le->value, &threshold) && query_plain(bucket->tree) &&
	    query_plain(count->tree) && same_histogram(bucket->tree, count->tree)) {
		take_histogram(reader, bucket, threshold, bucket->node, draft);
		return;
	}
	if (le->op == MATCH_EQ && !read_le(le->value, &threshold)) {
		reader_error(reader, bucket->node, bucket->key, "histogram-le", "le=\"%.*s\" is no threshold above 0",
			     VALUE_ARG(le->value));
		return;
	}
	draft->slo.sli.kind = SLI_EVENTS;
	draft->good = *bucket;
	draft->total = *count;
	over_window_take(reader, &draft->good, &draft->slo);
	over_window_take(reader, &draft->total, &draft->slo);
}

void latency_bucket_take(struct reader *reader, const struct written_query *bucket, const struct yaml_node *le,
			 struct draft *draft)
{
	double threshold;

	if (!is_selector(reader, bucket, false))
		return;
	if (bare(bucket->tree, STR("_bucket")).len == 0) {
		reader_error(reader, bucket->node, bucket->key, "histogram-name",
			     "'%.*s' does not name the buckets of a histogram: it wants NAME_bucket",
			     VALUE_ARG(bucket->query.text));
		return;
	}
	if (le->kind != YAML_SCALAR || !read_le(le->text, &threshold)) {
		reader_error(reader, le, "threshold_bucket", "wrong-type", "'%.*s' is no threshold above 0",
			     VALUE_ARG(le->kind == YAML_SCALAR ? le->text : STR(yaml_what(le))));
		return;
	}
	take_histogram(reader, bucket, threshold, le, draft);
}
