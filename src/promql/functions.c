#include "promql/functions.h"

#include "promql/lexer.h"

#define SCALAR PROMQL_SCALAR
#define VECTOR PROMQL_VECTOR
#define ANY    FUNCTION_ANY_NUMBER

/* In alphabetical order. Which of them a server knows depends on its version and feature flags: that is for the server
 * to say. */
static const struct promql_function functions[] = {
	{"abs", VECTOR, "v", 1, 1},
	{"absent", VECTOR, "v", 1, 1},
	{"absent_over_time", VECTOR, "m", 1, 1},
	{"acos", VECTOR, "v", 1, 1},
	{"acosh", VECTOR, "v", 1, 1},
	{"asin", VECTOR, "v", 1, 1},
	{"asinh", VECTOR, "v", 1, 1},
	{"atan", VECTOR, "v", 1, 1},
	{"atanh", VECTOR, "v", 1, 1},
	{"avg_over_time", VECTOR, "m", 1, 1},
	{"ceil", VECTOR, "v", 1, 1},
	{"changes", VECTOR, "m", 1, 1},
	{"clamp", VECTOR, "vss", 3, 3},
	{"clamp_max", VECTOR, "vs", 2, 2},
	{"clamp_min", VECTOR, "vs", 2, 2},
	{"cos", VECTOR, "v", 1, 1},
	{"cosh", VECTOR, "v", 1, 1},
	{"count_over_time", VECTOR, "m", 1, 1},
	{"day_of_month", VECTOR, "v", 0, 1},
	{"day_of_week", VECTOR, "v", 0, 1},
	{"day_of_year", VECTOR, "v", 0, 1},
	{"days_in_month", VECTOR, "v", 0, 1},
	{"deg", VECTOR, "v", 1, 1},
	{"delta", VECTOR, "m", 1, 1},
	{"deriv", VECTOR, "m", 1, 1},
	{"double_exponential_smoothing", VECTOR, "mss", 3, 3},
	{"end", SCALAR, "", 0, 0},
	{"exp", VECTOR, "v", 1, 1},
	{"first_over_time", VECTOR, "m", 1, 1},
	{"floor", VECTOR, "v", 1, 1},
	{"histogram_avg", VECTOR, "v", 1, 1},
	{"histogram_count", VECTOR, "v", 1, 1},
	{"histogram_fraction", VECTOR, "ssv", 3, 3},
	{"histogram_quantile", VECTOR, "sv", 2, 2},
	{"histogram_quantiles", VECTOR, "vts", 3, 12},
	{"histogram_stddev", VECTOR, "v", 1, 1},
	{"histogram_stdvar", VECTOR, "v", 1, 1},
	{"histogram_sum", VECTOR, "v", 1, 1},
	{"holt_winters", VECTOR, "mss", 3, 3},
	{"hour", VECTOR, "v", 0, 1},
	{"idelta", VECTOR, "m", 1, 1},
	{"increase", VECTOR, "m", 1, 1},
	{"info", VECTOR, "vv", 1, 2},
	{"integral", VECTOR, "ms", 1, 2},
	{"irate", VECTOR, "m", 1, 1},
	{"label_join", VECTOR, "vttt", 3, ANY},
	{"label_replace", VECTOR, "vtttt", 5, 5},
	{"last_over_time", VECTOR, "m", 1, 1},
	{"ln", VECTOR, "v", 1, 1},
	{"log10", VECTOR, "v", 1, 1},
	{"log2", VECTOR, "v", 1, 1},
	{"mad_over_time", VECTOR, "m", 1, 1},
	{"max_over_time", VECTOR, "m", 1, 1},
	{"min_over_time", VECTOR, "m", 1, 1},
	{"minute", VECTOR, "v", 0, 1},
	{"month", VECTOR, "v", 0, 1},
	{"pi", SCALAR, "", 0, 0},
	{"predict_linear", VECTOR, "ms", 2, 2},
	{"present_over_time", VECTOR, "m", 1, 1},
	{"quantile_over_time", VECTOR, "sm", 2, 2},
	{"rad", VECTOR, "v", 1, 1},
	{"range", SCALAR, "", 0, 0},
	{"rate", VECTOR, "m", 1, 1},
	{"resets", VECTOR, "m", 1, 1},
	{"round", VECTOR, "vs", 1, 2},
	{"scalar", SCALAR, "v", 1, 1},
	{"sgn", VECTOR, "v", 1, 1},
	{"sin", VECTOR, "v", 1, 1},
	{"sinh", VECTOR, "v", 1, 1},
	{"sort", VECTOR, "v", 1, 1},
	{"sort_by_label", VECTOR, "vt", 1, ANY},
	{"sort_by_label_desc", VECTOR, "vt", 1, ANY},
	{"sort_desc", VECTOR, "v", 1, 1},
	{"sqrt", VECTOR, "v", 1, 1},
	{"start", SCALAR, "", 0, 0},
	{"stddev_over_time", VECTOR, "m", 1, 1},
	{"stdvar_over_time", VECTOR, "m", 1, 1},
	{"step", SCALAR, "", 0, 0},
	{"sum_over_time", VECTOR, "m", 1, 1},
	{"tan", VECTOR, "v", 1, 1},
	{"tanh", VECTOR, "v", 1, 1},
	{"time", SCALAR, "", 0, 0},
	{"timestamp", VECTOR, "v", 1, 1},
	{"ts_of_first_over_time", VECTOR, "m", 1, 1},
	{"ts_of_last_over_time", VECTOR, "m", 1, 1},
	{"ts_of_max_over_time", VECTOR, "m", 1, 1},
	{"ts_of_min_over_time", VECTOR, "m", 1, 1},
	{"vector", VECTOR, "s", 1, 1},
	{"year", VECTOR, "v", 0, 1},
};
enum { FUNCTIONS = sizeof(functions) / sizeof(functions[0]) };

static const struct promql_aggregation aggregations[] = {
	{"avg", false, SCALAR},        {"bottomk", true, SCALAR},
	{"count", false, SCALAR},      {"count_values", true, PROMQL_TEXT},
	{"group", false, SCALAR},      {"limitk", true, SCALAR},
	{"limit_ratio", true, SCALAR}, {"max", false, SCALAR},
	{"min", false, SCALAR},        {"quantile", true, SCALAR},
	{"stddev", false, SCALAR},     {"stdvar", false, SCALAR},
	{"sum", false, SCALAR},        {"topk", true, SCALAR},
};
enum { AGGREGATIONS = sizeof(aggregations) / sizeof(aggregations[0]) };

const struct promql_function *promql_function_find(struct str name)
{
	for (size_t i = 0; i < FUNCTIONS; i++)
		if (str_is(name, functions[i].name))
			return &functions[i];
	return NULL;
}

const char *promql_function_nearest(struct str name)
{
	const char *names[FUNCTIONS + AGGREGATIONS];

	for (size_t i = 0; i < FUNCTIONS; i++)
		names[i] = functions[i].name;
	for (size_t i = 0; i < AGGREGATIONS; i++)
		names[FUNCTIONS + i] = aggregations[i].name;
	return str_nearest(name, names, FUNCTIONS + AGGREGATIONS);
}

enum promql_type promql_function_arg(const struct promql_function *function, size_t index)
{
	size_t len = strlen(function->args);

	switch (function->args[index < len ? index : len - 1]) {
	case 's':
		return PROMQL_SCALAR;
	case 't':
		return PROMQL_TEXT;
	case 'm':
		return PROMQL_MATRIX;
	}
	return PROMQL_VECTOR;
}

const struct promql_aggregation *promql_aggregation_find(struct str name)
{
	for (size_t i = 0; i < AGGREGATIONS; i++)
		if (word_in(name, (const char *const[]){aggregations[i].name, NULL}))
			return &aggregations[i];
	return NULL;
}
