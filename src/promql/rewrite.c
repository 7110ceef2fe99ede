/* Works on a copy of the query, in place: calls on counters become differences, windows become the step. */
#include "promql/rewrite.h"

#include "promql/addition.h"
#include "promql/build.h"
#include "promql/difference.h"
#include "promql/lexer.h"
#include "promql/operators.h"
#include "promql/scale.h"

enum { NOTE_SELECTOR_BYTES = 120 };

struct rewriting {
	struct arena *arena;
	const struct rewrite_options *options;
	bool plain_counters;
	bool per_second; /* rates stay what they are: the difference is divided by the step */
	unsigned counters;
	struct str note; /* the first reason */
	unsigned more;   /* reasons after that */
};

/* Where a node stands. */
enum standing {
	STANDING_FREE,
	STANDING_NATIVE,   /* inside a function of native histograms */
	STANDING_SUBQUERY, /* evaluated at the subquery's steps, not at ours */
	STANDING_FILTER,   /* where a plain selector is no sum's part */
};

static void rewrite_node(struct rewriting *rw, struct promql_node *node, enum standing standing);

static void rewrite_args(struct rewriting *rw, struct promql_node *node, enum standing standing)
{
	for (size_t i = 0; i < node->args_len; i++)
		rewrite_node(rw, node->args[i], standing);
}

/* "'rate(x[5m])' is ...", or the function alone where that is long. */
static void add_note(struct rewriting *rw, const struct promql_node *node, const char *why)
{
	struct buf buf;
	struct str text;

	if (rw->note.at) {
		rw->more++;
		return;
	}
	buf_init(&buf, NOTE_SELECTOR_BYTES);
	promql_print(&buf, node);
	text = !buf.full ? buf_view(&buf) : node->text.len ? node->text : STR("a selector");
	rw->note = arena_fmt(rw->arena, "'%.*s' %s", STR_ARG(text), why);
	buf_release(&buf);
}

static bool set_window(struct promql_span *range, struct span step)
{
	bool window = range->window;

	if (window)
		*range = (struct promql_span){.span = step, .set = true};
	return window;
}

/* Puts the difference in the place of `node`; a rate beside numbers that are per second has to stay one. */
static void replace(struct rewriting *rw, struct promql_node *node, const struct promql_node *selector, bool rate)
{
	struct promql_node *difference = difference_of(rw->arena, selector, rw->options);

	if (rate && rw->per_second)
		difference = build_binary(rw->arena, "/", difference,
					  build_number(rw->arena, span_seconds(rw->options->step)));
	else if (rw->per_second && selector->range.set && !selector->range.window)
		add_note(rw, node, "stands beside numbers that were meant for its own range, not for a step");
	*node = *difference;
	rw->counters++;
}

static const struct promql_node *matrix_of(const struct promql_node *node)
{
	for (size_t i = 0; i < node->args_len; i++)
		if (promql_type(node->args[i]) == PROMQL_MATRIX)
			return node->args[i];
	return NULL;
}

/* A function over a range that keeps its form. */
static void keep_call(struct rewriting *rw, struct promql_node *node, enum standing standing)
{
	bool window = promql_has_window(matrix_of(node));

	if (standing == STANDING_SUBQUERY && promql_on_counters(node->text))
		add_note(rw, node, "stands inside a subquery, which has steps of its own: it is left as it is");
	else if (standing == STANDING_NATIVE)
		add_note(rw, node, "may be of native histograms, which cannot be subtracted: it is left as it is");
	else if (promql_counter_call(node) == NULL && (str_is(node->text, "rate") || str_is(node->text, "increase")))
		add_note(rw, node, "is not on a plain selector, or has '@': it is left as it is");
	else if (promql_on_counters(node->text))
		add_note(rw, node, "cannot be counted exactly: it is evaluated once a step");
	else if (window)
		add_note(rw, node, "looks at each step by itself");
	rewrite_args(rw, node, standing);
}

/* What a function makes of its arguments: only those that keep sums leave a plain selector part of one. */
static enum standing argument_standing(const struct rewriting *rw, const struct promql_node *call,
				       enum standing standing)
{
	if (promql_takes_native(call))
		return STANDING_NATIVE;
	if (standing == STANDING_FREE && !promql_scale(call, &(struct scale_options){rw->plain_counters}).additive)
		return STANDING_FILTER;
	return standing;
}

static void rewrite_call(struct rewriting *rw, struct promql_node *node, enum standing standing)
{
	const struct promql_node *selector = promql_counter_call(node);

	if (selector && standing != STANDING_NATIVE && standing != STANDING_SUBQUERY)
		replace(rw, node, selector, str_is(node->text, "rate"));
	else if (matrix_of(node))
		keep_call(rw, node, standing);
	else
		rewrite_args(rw, node, argument_standing(rw, node, standing));
}

static void rewrite_selector(struct rewriting *rw, struct promql_node *node, enum standing standing)
{
	if (set_window(&node->range, rw->options->step) || !rw->plain_counters || node->range.set)
		return;
	if (standing == STANDING_FREE && node->modifiers.at == PROMQL_AT_NONE)
		replace(rw, node, promql_copy(rw->arena, node), false);
	else
		add_note(rw, node, "is not part of a plain sum: it is taken for a gauge");
}

/* Which operands of a binary node are summed, and which only filter or scale. */
static enum standing operand_standing(const struct promql_node *node, enum standing standing, bool right)
{
	bool sums = str_is(node->text, "+") || str_is(node->text, "-") || str_is(node->text, "or") ||
		    str_is(node->text, "*") || str_is(node->text, "/") ||
		    (!right && promql_is_set_operator(node->text));

	return standing == STANDING_FREE && !sums ? STANDING_FILTER : standing;
}

static enum standing aggregate_standing(const struct promql_node *node, enum standing standing)
{
	return standing == STANDING_FREE && !str_is(node->text, "sum") ? STANDING_FILTER : standing;
}

static void rewrite_node(struct rewriting *rw, struct promql_node *node, enum standing standing)
{
	for (; node->kind == PROMQL_BINARY; node = node->args[0]) { /* chains are long on their left */
		rewrite_node(rw, node->args[1], operand_standing(node, standing, true));
		standing = operand_standing(node, standing, false);
	}
	switch (node->kind) {
	case PROMQL_NUMBER:
	case PROMQL_STRING:
	case PROMQL_BINARY:
		return;
	case PROMQL_SELECTOR:
		rewrite_selector(rw, node, standing);
		return;
	case PROMQL_CALL:
		rewrite_call(rw, node, standing);
		return;
	case PROMQL_AGGREGATE:
		rewrite_args(rw, node, aggregate_standing(node, standing));
		return;
	case PROMQL_UNARY:
	case PROMQL_PAREN:
		rewrite_args(rw, node, standing);
		return;
	case PROMQL_SUBQUERY:
		set_window(&node->range, rw->options->step);
		set_window(&node->step, rw->options->step);
		rewrite_args(rw, node, STANDING_SUBQUERY);
		return;
	}
}

static void look_for_range(struct promql_node *node, void *context)
{
	bool *found = context;

	*found = *found || node->range.set;
}

struct rewritten promql_rewrite(struct arena *arena, const struct promql_node *query,
				const struct rewrite_options *options)
{
	struct rewriting rw = {.arena = arena, .options = options};
	struct rewritten out = {.node = NULL};
	struct addition addition;
	bool ranged = false;
	struct scale scale;

	promql_walk(promql_copy(arena, query), look_for_range, &ranged);
	rw.plain_counters = !ranged;
	addition = promql_add_up(arena, query, rw.plain_counters);
	out.node = addition.node;
	scale = promql_scale(query, &(struct scale_options){rw.plain_counters});
	out.events = scale.rates + scale.counts == 1 && scale.rates * scale.counts == 0;
	rw.per_second = !scale.homogeneous || (scale.rates != 0 && !out.events);
	rewrite_node(&rw, out.node, STANDING_FREE);
	if (rw.per_second && out.events && scale.rates == 1)
		out.node = build_binary(arena, "*", out.node, build_number(arena, span_seconds(options->step)));
	out.counted = rw.counters > 0 && !rw.note.at;
	if (addition.left_alone)
		add_note(&rw, addition.left_alone,
			 "leaves out what one side lacks: it joins many series to one, or "
			 "stands too deep among other sums");
	if (rw.counters == 0 && !rw.note.at)
		rw.note = STR("there is no counter in it: its value is taken once a step");
	if (rw.more)
		rw.note = arena_fmt(arena, "%.*s, and %u more", STR_ARG(rw.note), rw.more);
	out.counters = rw.counters;
	out.exact = rw.counters > 0 && !rw.note.at;
	out.events = out.events && rw.counters > 0;
	out.note = rw.note;
	return out;
}
