/* The canonical spelling. Parentheses are written where the tree has them, and where a tree made by hand needs them. */
#include "base/num.h"
#include "promql/ast.h"
#include "promql/chain.h"
#include "promql/literal.h"
#include "promql/operators.h"

#include <math.h>

static bool print(struct buf *buf, const struct promql_node *node);

static bool has_minus(double number) { return !isnan(number) && signbit(number); }

static bool print_number(struct buf *buf, double number)
{
	if (has_minus(number) && !buf_char(buf, '-'))
		return false;
	if (isinf(number))
		return buf_cstr(buf, "Inf"); /* without a plus, which would be an operator */
	return num_write_double(buf, fabs(number));
}

static bool print_label_name(struct buf *buf, struct str name)
{
	static const char *const numbers[] = {"inf", "nan", NULL};

	return label_name_ok(name) && !word_in(name, numbers) ? buf_str(buf, name) : string_write(buf, name);
}

static bool print_names(struct buf *buf, const struct promql_names *names)
{
	bool ok = buf_char(buf, '(');

	for (size_t i = 0; i < names->len && ok; i++)
		ok = (i == 0 || buf_cstr(buf, ", ")) && print_label_name(buf, names->at[i]);
	return ok && buf_char(buf, ')');
}

static bool print_span(struct buf *buf, const struct promql_span *span)
{
	return span->window ? buf_cstr(buf, "$window") : span_write(buf, span->span);
}

static bool print_modifiers(struct buf *buf, const struct promql_modifiers *modifiers)
{
	bool ok = true;

	switch (modifiers->at) {
	case PROMQL_AT_NONE:
		break;
	case PROMQL_AT_TIME:
		ok = buf_cstr(buf, " @ ") && num_write_double(buf, modifiers->at_seconds);
		break;
	case PROMQL_AT_START:
		ok = buf_cstr(buf, " @ start()");
		break;
	case PROMQL_AT_END:
		ok = buf_cstr(buf, " @ end()");
		break;
	}
	return ok && (!modifiers->has_offset || (buf_cstr(buf, " offset ") && span_write(buf, modifiers->offset)));
}

/* A name may stand before the braces if it is a plain one, no word that means something else there, and the only
 * one. */
static bool name_stands_before(const struct promql_node *node)
{
	static const char *const taken[] = {"bool",  "on",  "ignoring", "group_left", "group_right",
					    "atan2", "inf", "nan",      NULL};

	for (size_t i = 0; i < node->matchers_len; i++)
		if (str_is(node->matchers[i].name, "__name__") != (i == 0))
			return false;
	return node->matchers_len > 0 && node->matchers[0].op == MATCH_EQ && metric_name_ok(node->matchers[0].value) &&
	       !word_in(node->matchers[0].value, taken);
}

/* Inside of braces no word is a keyword. */
static bool print_matcher(struct buf *buf, const struct promql_matcher *matcher)
{
	static const char *const ops[] = {[MATCH_EQ] = "=", [MATCH_NE] = "!=", [MATCH_RE] = "=~", [MATCH_NRE] = "!~"};

	return (label_name_ok(matcher->name) ? buf_str(buf, matcher->name) : string_write(buf, matcher->name)) &&
	       buf_cstr(buf, ops[matcher->op]) && string_write(buf, matcher->value);
}

static bool print_selector(struct buf *buf, const struct promql_node *node)
{
	size_t first = name_stands_before(node);
	bool ok = !first || buf_str(buf, node->matchers[0].value);

	if (node->matchers_len > first || !first) {
		ok = ok && buf_char(buf, '{');
		for (size_t i = first; i < node->matchers_len && ok; i++)
			ok = (i == first || buf_char(buf, ',')) && print_matcher(buf, &node->matchers[i]);
		ok = ok && buf_char(buf, '}');
	}
	if (node->range.set)
		ok = ok && buf_char(buf, '[') && print_span(buf, &node->range) && buf_char(buf, ']');
	return ok && print_modifiers(buf, &node->modifiers);
}

/* An operand, in parentheses where it would bind less tightly than `precedence` without them. */
static bool print_operand(struct buf *buf, const struct promql_node *node, unsigned precedence)
{
	unsigned own = PROMQL_BINDS_MOST + 1;

	if (node->kind == PROMQL_BINARY)
		own = promql_precedence(node->text);
	else if (node->kind == PROMQL_UNARY || (node->kind == PROMQL_NUMBER && has_minus(node->number)))
		own = PROMQL_BINDS_MOST - 1;
	if (own >= precedence)
		return print(buf, node);
	return buf_char(buf, '(') && print(buf, node) && buf_char(buf, ')');
}

static bool print_subquery(struct buf *buf, const struct promql_node *node)
{
	return print_operand(buf, node->args[0], PROMQL_BINDS_MOST + 1) && buf_char(buf, '[') &&
	       print_span(buf, &node->range) && buf_char(buf, ':') &&
	       (!node->step.set || print_span(buf, &node->step)) && buf_char(buf, ']') &&
	       print_modifiers(buf, &node->modifiers);
}

static bool print_args(struct buf *buf, const struct promql_node *node)
{
	bool ok = buf_char(buf, '(');

	for (size_t i = 0; i < node->args_len && ok; i++)
		ok = (i == 0 || buf_cstr(buf, ", ")) && print(buf, node->args[i]);
	return ok && buf_char(buf, ')');
}

static bool print_aggregate(struct buf *buf, const struct promql_node *node)
{
	bool ok = buf_str(buf, node->text);

	if (node->has_grouping)
		ok = ok && buf_cstr(buf, node->without ? " without " : " by ") && print_names(buf, &node->grouping) &&
		     buf_char(buf, ' ');
	return ok && print_args(buf, node);
}

/* " op bool on (a) group_left (b) right" */
static bool print_link(struct buf *buf, const struct promql_node *node)
{
	unsigned precedence = promql_precedence(node->text);
	const struct promql_node *right = node->args[1];
	bool ok = buf_char(buf, ' ') && buf_str(buf, node->text) && buf_char(buf, ' ');
	bool sign = right->kind == PROMQL_UNARY || right->kind == PROMQL_NUMBER; /* needs no parentheses on the right */

	if (node->bool_modifier)
		ok = ok && buf_cstr(buf, "bool ");
	if (node->has_matching)
		ok = ok && buf_cstr(buf, node->on ? "on " : "ignoring ") && print_names(buf, &node->matching) &&
		     buf_char(buf, ' ');
	if (node->cardinality != PROMQL_ONE_TO_ONE)
		ok = ok && buf_cstr(buf, node->cardinality == PROMQL_GROUP_LEFT ? "group_left " : "group_right ") &&
		     print_names(buf, &node->include) && buf_char(buf, ' ');
	if (sign)
		return ok && print(buf, right);
	return ok && print_operand(buf, right, precedence + (precedence < PROMQL_BINDS_MOST));
}

/* Whether the left operand of `node` needs parentheses: it binds less, or as much where ^ groups to the right. */
static unsigned left_least(const struct promql_node *node)
{
	unsigned precedence = promql_precedence(node->text);

	return precedence + (precedence == PROMQL_BINDS_MOST);
}

static bool print_chain(struct buf *buf, const struct promql_node *node)
{
	struct promql_chain chain = promql_chain_of(node);
	size_t start = 0; /* from here inwards, the next link is in parentheses and printed as an operand */
	bool ok;

	while (start + 1 < chain.len && promql_precedence(chain.at[start + 1]->text) >= left_least(chain.at[start]))
		start++;
	ok = print_operand(buf, chain.at[start]->args[0], left_least(chain.at[start]));
	for (size_t i = start + 1; i-- > 0 && ok;)
		ok = print_link(buf, chain.at[i]);
	promql_chain_release(&chain);
	return ok;
}

static bool print_unary(struct buf *buf, const struct promql_node *node)
{
	const struct promql_node *operand = node->args[0];

	if (!buf_str(buf, node->text))
		return false;
	return operand->kind == PROMQL_UNARY ? print(buf, operand) : print_operand(buf, operand, PROMQL_BINDS_MOST);
}

static bool print(struct buf *buf, const struct promql_node *node)
{
	switch (node->kind) {
	case PROMQL_NUMBER:
		return print_number(buf, node->number);
	case PROMQL_STRING:
		return string_write(buf, node->text);
	case PROMQL_SELECTOR:
		return print_selector(buf, node);
	case PROMQL_SUBQUERY:
		return print_subquery(buf, node);
	case PROMQL_CALL:
		return buf_str(buf, node->text) && print_args(buf, node);
	case PROMQL_AGGREGATE:
		return print_aggregate(buf, node);
	case PROMQL_BINARY:
		return print_chain(buf, node);
	case PROMQL_UNARY:
		return print_unary(buf, node);
	case PROMQL_PAREN:
		return buf_char(buf, '(') && print(buf, node->args[0]) && buf_char(buf, ')');
	}
	return false;
}

bool promql_print(struct buf *buf, const struct promql_node *node) { return print(buf, node); }
