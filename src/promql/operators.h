/* The binary operators of PromQL. */
#ifndef WICK_PROMQL_OPERATORS_H
#define WICK_PROMQL_OPERATORS_H

#include "promql/lexer.h"

enum { PROMQL_BINDS_LEAST = 1, PROMQL_BINDS_MOST = 6 };

/* The operator that a token is, in lower case and for ever; at == NULL where it is none. */
struct str promql_operator_at(const struct token *token);
/* How tightly it binds: PROMQL_BINDS_LEAST (or) to PROMQL_BINDS_MOST (^, the only one that groups to the right); 0 for
 * what is none. */
unsigned promql_precedence(struct str op);
bool promql_is_comparison(struct str op);
bool promql_is_set_operator(struct str op);

#endif
