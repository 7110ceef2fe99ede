#include "promql/types.h"

#include "promql/chain.h"
#include "promql/functions.h"
#include "promql/operators.h"

#include <stdarg.h>
#include <stdio.h>

enum promql_type promql_type(const struct promql_node *node)
{
	const struct promql_function *function;

	for (;;) {
		switch (node->kind) {
		case PROMQL_NUMBER:
			return PROMQL_SCALAR;
		case PROMQL_STRING:
			return PROMQL_TEXT;
		case PROMQL_SELECTOR:
			return node->range.set ? PROMQL_MATRIX : PROMQL_VECTOR;
		case PROMQL_SUBQUERY:
			return PROMQL_MATRIX;
		case PROMQL_AGGREGATE:
			return PROMQL_VECTOR;
		case PROMQL_CALL:
			function = promql_function_find(node->text);
			return function ? function->returns : PROMQL_VECTOR;
		case PROMQL_BINARY:
			if (promql_type(node->args[1]) == PROMQL_VECTOR)
				return PROMQL_VECTOR;
			node = node->args[0];
			break;
		case PROMQL_UNARY:
		case PROMQL_PAREN:
			node = node->args[0];
			break;
		}
	}
}

struct checker {
	struct str source;
	struct promql_error *error;
};

static bool check(const struct checker *checker, const struct promql_node *node);

static bool fault(const struct checker *checker, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static bool fault(const struct checker *checker, size_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(checker->error->text, sizeof(checker->error->text), format, args);
	va_end(args);
	checker->error->offset = offset;
	return false;
}

static const char *type_name(enum promql_type type)
{
	switch (type) {
	case PROMQL_SCALAR:
		return "a scalar";
	case PROMQL_TEXT:
		return "a string";
	case PROMQL_VECTOR:
		return "an instant vector";
	case PROMQL_MATRIX:
		return "a range vector";
	}
	return "nothing";
}

static bool expect(const struct checker *checker, const struct promql_node *node, enum promql_type want,
		   const char *where, struct str of)
{
	enum promql_type got;

	if (!check(checker, node))
		return false;
	got = promql_type(node);
	if (got == want)
		return true;
	return fault(checker, node->from, "%s '%.*s' must be %s, got %s", where, STR_ARG(of), type_name(want),
		     type_name(got));
}

static bool check_call(const struct checker *checker, const struct promql_node *node)
{
	const struct promql_function *function = promql_function_find(node->text);
	char where[40];

	if (node->args_len < function->least || node->args_len > function->most) {
		if (function->least == function->most)
			return fault(checker, node->from, "'%s' takes %u arguments, got %zu", function->name,
				     function->least, node->args_len);
		if (node->args_len < function->least)
			return fault(checker, node->from, "'%s' takes at least %u arguments, got %zu", function->name,
				     function->least, node->args_len);
		return fault(checker, node->from, "'%s' takes at most %u arguments, got %zu", function->name,
			     function->most, node->args_len);
	}
	for (size_t i = 0; i < node->args_len; i++) {
		snprintf(where, sizeof(where), "argument %zu of", i + 1);
		if (!expect(checker, node->args[i], promql_function_arg(function, i), where, node->text))
			return false;
	}
	return true;
}

static bool check_aggregate(const struct checker *checker, const struct promql_node *node)
{
	const struct promql_aggregation *aggregation = promql_aggregation_find(node->text);

	if (!expect(checker, node->args[node->args_len - 1], PROMQL_VECTOR, "the operand of", node->text))
		return false;
	return !aggregation->has_param ||
	       expect(checker, node->args[0], aggregation->param, "the parameter of", node->text);
}

/* The operator stands behind the left operand and blanks; comments between them are rare enough. */
static size_t operator_offset(const struct checker *checker, const struct promql_node *node)
{
	size_t offset = node->args[0]->to;

	while (offset < checker->source.len && ascii_space(checker->source.at[offset]))
		offset++;
	return offset;
}

static bool same_name(const struct promql_node *node, struct str *name)
{
	for (size_t i = 0; i < node->matching.len; i++)
		for (size_t k = 0; k < node->include.len; k++)
			if (str_eq(node->matching.at[i], node->include.at[k])) {
				*name = node->matching.at[i];
				return true;
			}
	return false;
}

static bool check_operator(const struct checker *checker, const struct promql_node *node, bool scalar_left)
{
	bool scalar_right = promql_type(node->args[1]) == PROMQL_SCALAR;
	size_t offset = operator_offset(checker, node);
	struct str name;

	if (node->bool_modifier && !promql_is_comparison(node->text))
		return fault(checker, offset, "'bool' can only follow a comparison, not '%.*s'", STR_ARG(node->text));
	if (promql_is_comparison(node->text) && !node->bool_modifier && scalar_left && scalar_right)
		return fault(checker, offset, "'%.*s' between two scalars needs 'bool'", STR_ARG(node->text));
	if (node->on && same_name(node, &name))
		return fault(checker, offset, "label '%.*s' stands in 'on' and in the group modifier at once",
			     STR_ARG(name));
	if ((scalar_left || scalar_right) && promql_is_set_operator(node->text))
		return fault(checker, offset, "'%.*s' needs an instant vector on both sides, got a scalar",
			     STR_ARG(node->text));
	if ((scalar_left || scalar_right) && node->matching.len > 0)
		return fault(checker, offset, "label matching needs an instant vector on both sides, got a scalar");
	if (node->cardinality != PROMQL_ONE_TO_ONE && promql_is_set_operator(node->text))
		return fault(checker, offset, "'%.*s' cannot have 'group_left' or 'group_right'", STR_ARG(node->text));
	return true;
}

static bool check_operand(const struct checker *checker, const struct promql_node *node,
			  const struct promql_node *operand)
{
	enum promql_type type;

	if (!check(checker, operand))
		return false;
	type = promql_type(operand);
	if (type == PROMQL_SCALAR || type == PROMQL_VECTOR)
		return true;
	return fault(checker, operand->from, "an operand of '%.*s' must be a scalar or an instant vector, got %s",
		     STR_ARG(node->text), type_name(type));
}

/* From the innermost link outwards; the type of what stands to the left is carried along. */
static bool check_chain(const struct checker *checker, const struct promql_node *node)
{
	struct promql_chain chain = promql_chain_of(node);
	const struct promql_node *first = chain.at[chain.len - 1];
	bool ok = check_operand(checker, first, first->args[0]);
	bool scalar = ok && promql_type(first->args[0]) == PROMQL_SCALAR;

	for (size_t i = chain.len; i-- > 0 && ok;) {
		const struct promql_node *link = chain.at[i];

		ok = check_operand(checker, link, link->args[1]) && check_operator(checker, link, scalar);
		scalar = scalar && promql_type(link->args[1]) == PROMQL_SCALAR;
	}
	promql_chain_release(&chain);
	return ok;
}

static bool check(const struct checker *checker, const struct promql_node *node)
{
	switch (node->kind) {
	case PROMQL_NUMBER:
	case PROMQL_STRING:
	case PROMQL_SELECTOR:
		return true;
	case PROMQL_SUBQUERY:
		return expect(checker, node->args[0], PROMQL_VECTOR, "the operand of", STR("a subquery"));
	case PROMQL_CALL:
		return check_call(checker, node);
	case PROMQL_AGGREGATE:
		return check_aggregate(checker, node);
	case PROMQL_BINARY:
		return check_chain(checker, node);
	case PROMQL_UNARY:
		return check_operand(checker, node, node->args[0]);
	case PROMQL_PAREN:
		return check(checker, node->args[0]);
	}
	return false;
}

bool promql_check_types(const struct promql_node *node, struct str source, struct promql_error *error)
{
	return check(&(struct checker){source, error}, node);
}
