/* The functions and aggregations of PromQL, 2.42 to 3.x, with the types that they take. */
#ifndef WICK_PROMQL_FUNCTIONS_H
#define WICK_PROMQL_FUNCTIONS_H

#include "promql/ast.h"

enum { FUNCTION_ANY_NUMBER = 255 };

struct promql_function {
	const char *name;
	enum promql_type returns;
	const char *args; /* a letter each: s scalar, t text, v instant vector, m range vector; the last one repeats */
	unsigned char least, most; /* how many there may be */
};

const struct promql_function *promql_function_find(struct str name);
const char *promql_function_nearest(struct str name);
/* The type of the argument at `index` (from 0). */
enum promql_type promql_function_arg(const struct promql_function *function, size_t index);

struct promql_aggregation {
	const char *name;
	bool has_param;
	enum promql_type param;
};

/* By its name in any case. */
const struct promql_aggregation *promql_aggregation_find(struct str name);

#endif
