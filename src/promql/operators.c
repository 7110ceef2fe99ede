#include "promql/operators.h"

enum { COMPARISON = 3 };

static const struct {
	const char *text;
	unsigned precedence;
} operators[] = {
	{"or", PROMQL_BINDS_LEAST},
	{"and", 2},
	{"unless", 2},
	{"==", COMPARISON},
	{"!=", COMPARISON},
	{"<=", COMPARISON},
	{"<", COMPARISON},
	{">=", COMPARISON},
	{">", COMPARISON},
	{"+", 4},
	{"-", 4},
	{"*", 5},
	{"/", 5},
	{"%", 5},
	{"atan2", 5},
	{"^", PROMQL_BINDS_MOST},
};
enum { OPERATORS = sizeof(operators) / sizeof(operators[0]) };

struct str promql_operator_at(const struct token *token)
{
	for (size_t i = 0; i < OPERATORS; i++)
		if (token_sign(token, operators[i].text) || token_word(token, operators[i].text))
			return str_of(operators[i].text);
	return (struct str){NULL, 0};
}

unsigned promql_precedence(struct str op)
{
	for (size_t i = 0; i < OPERATORS; i++)
		if (str_is(op, operators[i].text))
			return operators[i].precedence;
	return 0;
}

bool promql_is_comparison(struct str op) { return promql_precedence(op) == COMPARISON; }

bool promql_is_set_operator(struct str op) { return str_is(op, "and") || str_is(op, "or") || str_is(op, "unless"); }
