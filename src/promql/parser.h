/* The parser's insides, shared by parser.c, parse_selector.c and parse_call.c. All functions return NULL or false after
 * the first error, which is kept; the current token is the first one that is not consumed. */
#ifndef WICK_PROMQL_PARSER_H
#define WICK_PROMQL_PARSER_H

#include "promql/ast.h"
#include "promql/lexer.h"

struct parser {
	struct arena *arena;
	struct lexer lexer;
	struct token token;
	size_t end; /* where the last consumed token ends */
	unsigned depth;
	struct promql_error *error;
	bool failed;
};

void parser_advance(struct parser *p);
/* Sets the error unless there is one; returns NULL. */
void *parser_fail(struct parser *p, size_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "unexpected 'x' <where>, expected <what>", or what the lexer found wrong. */
void *parser_unexpected(struct parser *p, const char *where, const char *what);
bool parser_take_sign(struct parser *p, const char *sign, const char *where);

struct promql_node *parser_node(struct parser *p, enum promql_kind kind, size_t from);
void parser_add_arg(struct parser *p, struct promql_node *node, struct promql_node *arg);
bool parser_string(struct parser *p, struct str *value);

struct promql_node *parse_expression(struct parser *p);
/* name, name{...} or {...}; for the first two the name is consumed already. */
struct promql_node *parse_selector(struct parser *p, const struct token *name);
/* [5m], [1h:5m], offset, @ behind `node`. */
struct promql_node *parse_modifiers(struct parser *p, struct promql_node *node);
bool parse_names(struct parser *p, struct promql_names *names, const char *where);
struct promql_node *parse_call(struct parser *p, const struct token *name);
struct promql_node *parse_aggregate(struct parser *p, const struct token *name);

#endif
