#include "promql/scale.h"

#include "promql/chain.h"
#include "promql/lexer.h"
#include "promql/operators.h"

#include <math.h>

static const struct promql_node *without_parens(const struct promql_node *node)
{
	while (node->kind == PROMQL_PAREN)
		node = node->args[0];
	return node;
}

const struct promql_node *promql_counter_call(const struct promql_node *node)
{
	const struct promql_node *arg;

	if (node->kind != PROMQL_CALL || (!str_is(node->text, "rate") && !str_is(node->text, "increase")))
		return NULL;
	arg = without_parens(node->args[0]);
	return arg->kind == PROMQL_SELECTOR && arg->modifiers.at == PROMQL_AT_NONE ? arg : NULL;
}

static bool has_le(const struct promql_node *node)
{
	for (size_t i = 0; i < node->grouping.len; i++)
		if (str_is(node->grouping.at[i], "le"))
			return true;
	for (size_t i = 0; i < node->matchers_len; i++)
		if (str_is(node->matchers[i].name, "le") ||
		    (str_is(node->matchers[i].name, "__name__") && str_ends(node->matchers[i].value, STR("_bucket"))))
			return true;
	return false;
}

static bool speaks_of_buckets(const struct promql_node *node)
{
	for (; !has_le(node); node = node->args[0]) { /* chains are long on their left */
		for (size_t i = 1; i < node->args_len; i++)
			if (speaks_of_buckets(node->args[i]))
				return true;
		if (node->args_len == 0)
			return false;
	}
	return true;
}

bool promql_takes_native(const struct promql_node *call)
{
	static const char *const native[] = {
		"histogram_avg",    "histogram_count", "histogram_fraction",  "histogram_stddev",
		"histogram_stdvar", "histogram_sum",   "histogram_quantiles", NULL};

	if (call->kind != PROMQL_CALL)
		return false;
	return word_in(call->text, native) || (str_is(call->text, "histogram_quantile") && !speaks_of_buckets(call));
}

static struct scale gauge(void) { return (struct scale){.homogeneous = true}; }

static bool plain(const struct scale *s) { return s->rates == 0 && s->counts == 0; }

/* Both in one: what is added up, or where one takes the other's place. */
static struct scale joined(struct scale a, struct scale b)
{
	struct scale out = a.zero || plain(&a) ? b : a;

	out.homogeneous =
		a.homogeneous && b.homogeneous && (a.zero || b.zero || (a.rates == b.rates && a.counts == b.counts));
	out.additive = (a.additive || a.zero) && (b.additive || b.zero);
	out.constant = a.constant && b.constant;
	out.zero = a.zero && b.zero;
	return out;
}

static struct scale product(struct scale a, struct scale b, int sign)
{
	struct scale out = {.rates = a.rates + sign * b.rates, .counts = a.counts + sign * b.counts};

	out.homogeneous = a.homogeneous && b.homogeneous;
	/* joins with info metrics multiply by a gauge */
	out.additive = (a.additive && plain(&b)) || (plain(&a) && b.additive && sign > 0);
	out.constant = a.constant && b.constant;
	out.zero = a.zero;
	return out;
}

static struct scale of_binary(const struct promql_node *node, struct scale a, struct scale b)
{
	struct scale out;

	if (str_is(node->text, "*") || str_is(node->text, "/"))
		return product(a, b, str_is(node->text, "*") ? 1 : -1);
	if (str_is(node->text, "+") || str_is(node->text, "-") || str_is(node->text, "or"))
		return joined(a, b);
	if (str_is(node->text, "and") || str_is(node->text, "unless")) {
		a.homogeneous = a.homogeneous && b.homogeneous;
		return a;
	}
	out = joined(a, b);
	out.additive = out.constant = out.zero = false;
	if (!promql_is_comparison(node->text)) { /* % ^ atan2: no number of anything comes of rates */
		out.homogeneous = out.homogeneous && plain(&a) && plain(&b);
		out.rates = out.counts = 0;
	}
	if (node->bool_modifier)
		out.rates = out.counts = 0;
	else if (promql_is_comparison(node->text) &&
		 !a.constant) /* what passes is the vector, or the left one of two */
		out.rates = a.rates, out.counts = a.counts;
	return out;
}

static struct scale of_aggregate(const struct promql_node *node, const struct scale_options *options)
{
	static const char *const numbers_only[] = {"count", "group", "count_values", NULL};
	struct scale scale = promql_scale(node->args[node->args_len - 1], options);

	if (str_is(node->text, "sum"))
		return scale;
	scale.additive = scale.zero = scale.constant = false;
	if (word_in(node->text, numbers_only))
		scale.rates = scale.counts = 0;
	if (str_is(node->text, "stdvar"))
		scale.rates *= 2, scale.counts *= 2;
	return scale;
}

static bool zero_clamp(const struct promql_node *node, const struct scale_options *options)
{
	return (str_is(node->text, "clamp_min") || str_is(node->text, "clamp_max")) &&
	       promql_scale(node->args[1], options).zero;
}

static struct scale of_call(const struct promql_node *node, const struct scale_options *options)
{
	static const char *const keep_all[] = {"label_replace", "label_join",    "sort",
					       "sort_desc",     "sort_by_label", "sort_by_label_desc",
					       "scalar",        "vector",        NULL};
	static const char *const drop_all[] = {"absent", "sgn", NULL};
	/* what they compare with or round to is a number per second */
	static const char *const beside_numbers[] = {"clamp", "clamp_min", "clamp_max", "ceil", "floor", "round", NULL};
	struct scale scale = gauge();

	if (promql_counter_call(node)) {
		scale.additive = true;
		*(str_is(node->text, "rate") ? &scale.rates : &scale.counts) = 1;
		return scale;
	}
	if (promql_takes_native(node))
		return scale; /* what is inside is not rewritten */
	if (word_in(node->text, keep_all))
		return promql_scale(node->args[0], options);
	if (str_is(node->text, "abs") || zero_clamp(node, options)) {
		scale = promql_scale(node->args[0], options);
		scale.additive = scale.constant = false;
		return scale;
	}
	if (word_in(node->text, beside_numbers)) {
		scale = promql_scale(node->args[0], options);
		scale.homogeneous = scale.homogeneous && plain(&scale);
		scale.additive = scale.constant = scale.zero = false;
		return scale;
	}
	for (size_t i = 0; i < node->args_len; i++) {
		struct scale arg = promql_scale(node->args[i], options);
		bool free_of_scale = word_in(node->text, drop_all) || str_is(node->text, "histogram_quantile");

		scale.homogeneous = scale.homogeneous && arg.homogeneous && (free_of_scale || plain(&arg));
	}
	return scale;
}

static struct scale of_chain(const struct promql_node *node, const struct scale_options *options)
{
	struct promql_chain chain = promql_chain_of(node);
	struct scale scale = promql_scale(chain.at[chain.len - 1]->args[0], options);

	for (size_t i = chain.len; i-- > 0;)
		scale = of_binary(chain.at[i], scale, promql_scale(chain.at[i]->args[1], options));
	promql_chain_release(&chain);
	return scale;
}

struct scale promql_scale(const struct promql_node *node, const struct scale_options *options)
{
	struct scale scale = gauge();

	switch (node->kind) {
	case PROMQL_NUMBER:
		scale.constant = true;
		scale.zero = !(fabs(node->number) > 0) && !isnan(node->number);
		return scale;
	case PROMQL_SELECTOR:
		if (options->plain_counters && !node->range.set)
			scale.counts = 1, scale.additive = true;
		return scale;
	case PROMQL_UNARY:
	case PROMQL_PAREN:
		return promql_scale(node->args[0], options);
	case PROMQL_CALL:
		return of_call(node, options);
	case PROMQL_AGGREGATE:
		return of_aggregate(node, options);
	case PROMQL_BINARY:
		return of_chain(node, options);
	case PROMQL_STRING:
	case PROMQL_SUBQUERY:
		return scale; /* subqueries are not rewritten inside */
	}
	return scale;
}
