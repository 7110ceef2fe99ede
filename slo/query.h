/* The PromQL of definitions: read where it stands in the file, and held to what its place asks of it. */
#ifndef WICK_SLO_QUERY_H
#define WICK_SLO_QUERY_H

#include "promql/ast.h"
#include "slo/field.h"

/* A query as it stands in a definition. */
struct written_query {
	struct query query;
	const struct yaml_node *node; /* NULL where there is none */
	struct promql_node *tree;     /* NULL where it does not parse */
	const char *key;              /* what the author calls it, for messages */
};

extern const struct field_type field_query; /* struct written_query */

/* Each says what is wrong with the query for its place and returns false; true for a query that is not there or did not
 * parse, since that has been said. */
bool query_is_events(struct reader *reader, const struct written_query *query);
bool query_is_gauge(struct reader *reader, const struct written_query *query);
bool query_is_value(struct reader *reader, const struct written_query *query);
/* Takes a `_bucket` at the end of the name away. */
bool query_is_histogram(struct reader *reader, struct written_query *query);
/* An aggregation must leave the labels that its SLO is grouped by. */
bool query_keeps(struct reader *reader, const struct written_query *query, const struct str *labels, size_t len);

/* A finding at the byte `offset` of a scalar's value, which may lie inside of a query. Returns false. */
bool reader_error_within(struct reader *reader, const struct yaml_node *node, size_t offset, const char *key,
			 const char *rule, struct str value, const char *text);

/* The metric's name where the selector gives one with `=`, or an empty text. */
struct str selector_metric(const struct promql_node *selector);
/* A selector that stands for itself: no range, no offset, no @. */
bool query_plain(const struct promql_node *node);
/* The canonical spelling, in `arena`. */
struct str query_canonical(struct arena *arena, const struct promql_node *node);

#endif
