/* A PromQL expression as a tree: the language that Prometheus 2.42 to 3.x accept. Plain data in the arena it was parsed
 * into; texts are unescaped copies. Made by promql_parse, or by hand for rewriting. */
#ifndef WICK_PROMQL_AST_H
#define WICK_PROMQL_AST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "model/labels.h"

enum promql_kind {
	PROMQL_NUMBER, /* 0.99, Inf, NaN, 0x1F; in 3.x a duration may stand for its seconds */
	PROMQL_STRING,
	PROMQL_SELECTOR,  /* metric{...}, with modifiers; a vector, or with `range` a matrix */
	PROMQL_SUBQUERY,  /* expr[range:step], with modifiers */
	PROMQL_CALL,      /* function(args) */
	PROMQL_AGGREGATE, /* sum by (x) (param, expr) */
	PROMQL_BINARY,    /* left op right, with matching */
	PROMQL_UNARY,     /* -expr, +expr */
	PROMQL_PAREN,     /* (expr) */
};

enum match_op { MATCH_EQ, MATCH_NE, MATCH_RE, MATCH_NRE }; /* = != =~ !~ */

struct promql_matcher {
	struct str name, value; /* the metric name is the matcher __name__ = */
	enum match_op op;
};

enum promql_at { PROMQL_AT_NONE, PROMQL_AT_TIME, PROMQL_AT_START, PROMQL_AT_END };

/* A duration that may be the placeholder `$window` (also `$__window`, `{{.window}}` with any blanks): then `window` is
 * true. */
struct promql_span {
	struct span span;
	bool set, window;
};

/* `offset 5m`, `@ 123`, in either order, on a selector or a subquery. */
struct promql_modifiers {
	struct span offset; /* may be negative */
	bool has_offset;
	enum promql_at at;
	double at_seconds;
};

enum promql_cardinality { PROMQL_ONE_TO_ONE, PROMQL_GROUP_LEFT, PROMQL_GROUP_RIGHT };

struct promql_names {
	struct str *at;
	size_t len;
};

struct promql_node {
	enum promql_kind kind;
	size_t from, to; /* bytes of the source that this node covers; 0, 0 for nodes made by hand */

	double number;                   /* NUMBER */
	struct str text;                 /* STRING: its value; CALL, AGGREGATE: the name; BINARY, UNARY: the operator
					       as written in lower case ("+", "and", "atan2", "=~" never) */
	struct promql_matcher *matchers; /* SELECTOR, in source order; `name{...}` gives __name__ first */
	size_t matchers_len;
	struct promql_span range, step;    /* SELECTOR (range), SUBQUERY (both; step may be unset) */
	struct promql_modifiers modifiers; /* SELECTOR, SUBQUERY */

	struct promql_node **args; /* CALL: arguments; AGGREGATE: [param,] expr; BINARY: left, right;
					       UNARY, PAREN, SUBQUERY: one */
	size_t args_len;

	bool without;                 /* AGGREGATE: without instead of by */
	bool has_grouping;            /* AGGREGATE: by () differs from nothing */
	struct promql_names grouping; /* AGGREGATE: by/without */

	bool bool_modifier;    /* BINARY */
	bool has_matching, on; /* BINARY: on (...) or ignoring (...) given; which */
	struct promql_names matching;
	enum promql_cardinality cardinality;
	struct promql_names include; /* BINARY: labels of group_left/group_right */
};

enum promql_type { PROMQL_SCALAR, PROMQL_TEXT, PROMQL_VECTOR, PROMQL_MATRIX };

struct promql_error {
	char text[400];     /* what is wrong, lower case, no position in it */
	size_t offset;      /* the byte of the source where it is wrong */
	unsigned line, col; /* of the expression's own text, from 1; columns in characters */
};

/* Parses and type-checks one expression (comments allowed). On failure NULL, with `error` filled in. */
struct promql_node *promql_parse(struct arena *arena, struct str source, struct promql_error *error);

enum promql_type promql_type(const struct promql_node *node);

/* The canonical spelling: one line, one blank around binary operators, matchers and groupings in source order, the
 * fewest quotes; parsing it gives the same tree (positions apart), and Prometheus 2.42 and 3.x accept it where they
 * accept the source (UTF-8 names in quotes only where they are needed). `$window` prints as itself. */
bool promql_print(struct buf *buf, const struct promql_node *node);

/* A deep copy into `arena`. */
struct promql_node *promql_copy(struct arena *arena, const struct promql_node *node);

/* The same expression, whatever their positions in a source. */
bool promql_equal(const struct promql_node *a, const struct promql_node *b);

/* Calls `visit` for each node, parents first, then from left to right. */
void promql_walk(struct promql_node *node, void (*visit)(struct promql_node *node, void *context), void *context);

/* True if there is a range or a subquery in it, $window or another. */
bool promql_has_range(struct promql_node *node);
/* True if the expression holds a $window placeholder. */
bool promql_has_window(const struct promql_node *node);
/* A copy in which each $window is `window`. */
struct promql_node *promql_with_window(struct arena *arena, const struct promql_node *node, struct span window);

#endif
