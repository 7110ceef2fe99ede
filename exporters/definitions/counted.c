#include "exporters/definitions/counted.h"

#include "base/limits.h"
#include "base/num.h"
#include "count/plan.h"
#include "promql/build.h"

#include <math.h>

/* How a daemon counts by default; only what is counted by sample is looked at, which no setting changes. */
static const struct plan_options options = {
	.rewrite = {.step = {SPAN_MINUTE}, .lookback = {5 * SPAN_MINUTE}, .horizon = {SPAN_HOUR}, .births = true},
};

static bool nothing(double value) { return num_same(value, 0); }

static struct counted_term *term_of(struct counted *counted, const struct promql_node *selector)
{
	for (size_t i = 0; i < counted->len; i++)
		if (promql_equal(counted->terms[i].selector, selector))
			return &counted->terms[i];
	counted->terms[counted->len] = (struct counted_term){.selector = selector};
	return &counted->terms[counted->len++];
}

struct counted counted_of(struct arena *arena, const struct slo *slo, bool groups)
{
	struct counted counted = {.by_sample = false};
	struct slo all = *slo;
	struct plan plan;
	struct err err;

	all.budgeting = (struct budgeting){.method = BUDGET_OCCURRENCES};
	if (!groups)
		all.group_by_len = 0;
	if ((slo->sli.kind != SLI_EVENTS && (slo->sli.kind != SLI_LATENCY || slo->sli.native)) ||
	    !plan_make(arena, &all, &options, &plan, &err) || plan.way != PLAN_BY_SAMPLE)
		return counted;
	counted.by_sample = true;
	counted.terms = arena_array(arena, plan.terms_len, sizeof(*counted.terms));
	for (size_t i = 0; i < plan.terms_len; i++) {
		struct counted_term *term = term_of(&counted, plan.terms[i].selector);

		term->bad += plan.terms[i].bad;
		term->total += plan.terms[i].total;
	}
	return counted;
}

/* A bucket is the same one however its bound is spelled. */
static struct promql_matcher normal(struct arena *arena, struct promql_matcher matcher)
{
	double bound;

	if (str_is(matcher.name, "le") && matcher.op == MATCH_EQ && num_read_double(matcher.value, &bound))
		return (struct promql_matcher){matcher.name, plan_bound_pattern(arena, bound), MATCH_RE};
	return matcher;
}

static bool matches_alike(struct arena *arena, const struct promql_node *a, const struct promql_node *b)
{
	for (size_t i = 0; i < a->matchers_len; i++) {
		struct promql_matcher one = normal(arena, a->matchers[i]);
		bool found = false;

		for (size_t k = 0; k < b->matchers_len && !found; k++) {
			struct promql_matcher other = normal(arena, b->matchers[k]);

			found = str_eq(one.name, other.name) && str_eq(one.value, other.value) && one.op == other.op;
		}
		if (!found)
			return false;
	}
	return true;
}

static bool same_series(struct arena *arena, const struct promql_node *a, const struct promql_node *b)
{
	return matches_alike(arena, a, b) && matches_alike(arena, b, a);
}

static bool has(struct arena *arena, const struct counted *counted, const struct counted_term *term)
{
	for (size_t i = 0; i < counted->len; i++)
		if (same_series(arena, counted->terms[i].selector, term->selector))
			return num_same(counted->terms[i].bad, term->bad) &&
			       num_same(counted->terms[i].total, term->total);
	return nothing(term->bad) && nothing(term->total);
}

static bool within(struct arena *arena, const struct counted *a, const struct counted *b)
{
	for (size_t i = 0; i < a->len; i++)
		if (!has(arena, b, &a->terms[i]))
			return false;
	return true;
}

/* The matcher that `good` has beside all those of `total`, if it is one alone that can be turned around; else NULL. */
static const struct promql_matcher *extra(const struct promql_node *good, const struct promql_node *total)
{
	const struct promql_matcher *found = NULL;

	if (good->matchers_len != total->matchers_len + 1)
		return NULL;
	for (size_t i = 0; i < good->matchers_len; i++) {
		const struct promql_matcher *matcher = &good->matchers[i];
		bool shared = false;

		for (size_t k = 0; k < total->matchers_len && !shared; k++)
			shared = str_eq(matcher->name, total->matchers[k].name) &&
				 str_eq(matcher->value, total->matchers[k].value) &&
				 matcher->op == total->matchers[k].op;
		if (!shared && found)
			return NULL;
		found = shared ? found : matcher;
	}
	return found && !str_is(found->name, "__name__") && !str_is(found->name, "le") ? found : NULL;
}

static struct promql_node *turned(struct arena *arena, const struct promql_node *selector,
				  const struct promql_matcher *matcher)
{
	static const enum match_op others[] = {
		[MATCH_EQ] = MATCH_NE, [MATCH_NE] = MATCH_EQ, [MATCH_RE] = MATCH_NRE, [MATCH_NRE] = MATCH_RE};
	struct promql_node *copy = promql_copy(arena, selector);

	copy->matchers[matcher - selector->matchers].op = others[matcher->op];
	return copy;
}

struct counted counted_by_bad(struct arena *arena, const struct counted *counted)
{
	struct counted made = *counted;
	struct counted_term *good, *total;
	const struct promql_matcher *matcher;

	if (counted->len != 2)
		return made;
	made.terms = arena_array(arena, 2, sizeof(*made.terms));
	made.terms[0] = counted->terms[0];
	made.terms[1] = counted->terms[1];
	good = nothing(made.terms[0].total) ? &made.terms[0] : &made.terms[1];
	total = good == &made.terms[0] ? &made.terms[1] : &made.terms[0];
	matcher = extra(good->selector, total->selector);
	if (!matcher || !nothing(good->total) || !num_same(good->bad, -1) || !num_same(total->bad, 1) ||
	    !num_same(total->total, 1))
		return made;
	good->selector = turned(arena, good->selector, matcher);
	good->bad = 1;
	total->bad = 0;
	return made;
}

bool counted_equal(struct arena *arena, const struct counted *a, const struct counted *b)
{
	struct counted left = counted_by_bad(arena, a), right = counted_by_bad(arena, b);

	return a->by_sample && b->by_sample && within(arena, &left, &right) && within(arena, &right, &left);
}

static double factor_of(const struct counted_term *term, enum counted_part part)
{
	switch (part) {
	case COUNTED_BAD:
		return term->bad;
	case COUNTED_GOOD:
		return term->total - term->bad;
	case COUNTED_TOTAL:
		return term->total;
	}
	return 0;
}

static struct promql_node *aggregate(struct arena *arena, struct promql_node *node)
{
	struct promql_node *sum = arena_alloc(arena, sizeof(*sum));

	sum->kind = PROMQL_AGGREGATE;
	sum->text = STR("sum");
	sum->args = arena_array(arena, 1, sizeof(*sum->args));
	sum->args[0] = node;
	sum->args_len = 1;
	return sum;
}

static struct promql_node *term_query(struct arena *arena, const struct counted_term *term, const char *function)
{
	struct promql_node *node = promql_copy(arena, term->selector);

	if (!function)
		return aggregate(arena, node);
	node->range = (struct promql_span){.set = true, .window = true};
	return aggregate(arena, build_call(arena, function, node, NULL));
}

/* A sum is nothing at all where one of its terms has no series: all but the first are 0 then. */
static struct promql_node *add(struct arena *arena, struct promql_node *sum, struct promql_node *more, double factor)
{
	double times = fabs(factor);

	if (sum)
		more = build_binary(arena, "or", more, build_call(arena, "vector", build_number(arena, 0), NULL));
	if (!num_same(times, 1))
		more = build_binary(arena, "*", more, build_number(arena, times));
	return sum ? build_binary(arena, factor < 0 ? "-" : "+", sum, more) : more;
}

struct str counted_query(struct arena *arena, const struct counted *counted, enum counted_part part,
			 const char *function)
{
	struct promql_node *sum = NULL;
	struct buf text;
	struct str query;

	/* what is added comes first: a query cannot begin with a minus and no number */
	for (int sign = 1; sign >= -1; sign -= 2)
		for (size_t i = 0; i < counted->len; i++) {
			double factor = factor_of(&counted->terms[i], part);

			if (factor * sign > 0 && (sum || sign > 0))
				sum = add(arena, sum, term_query(arena, &counted->terms[i], function), factor);
		}
	if (!sum)
		return STR("");
	buf_init(&text, LIMIT_PROMQL_PRINTED);
	promql_print(&text, sum);
	query = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return query;
}

const struct promql_node *counted_selector(const struct counted *counted, enum counted_part part)
{
	const struct promql_node *found = NULL;

	for (size_t i = 0; i < counted->len; i++) {
		double factor = factor_of(&counted->terms[i], part);

		if (nothing(factor))
			continue;
		if (found || !num_same(factor, 1))
			return NULL;
		found = counted->terms[i].selector;
	}
	return found;
}
