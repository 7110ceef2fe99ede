#include "count/plan.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/num.h"
#include "promql/addition.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const plan_way_names[] = {[PLAN_BY_SAMPLE] = "sample", [PLAN_BY_EXPRESSION] = "expression"};

static struct promql_node *parse(struct arena *arena, struct str text, struct err *err)
{
	struct promql_error fault;
	struct promql_node *node = promql_parse(arena, text, &fault);

	if (!node)
		err_set(err, "cannot read the query '%.*s': %s at column %u", STR_ARG(text), fault.text, fault.col);
	return node;
}

static struct str printed(struct arena *arena, const struct promql_node *node)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	promql_print(&buf, node);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static struct str metric_name(const struct promql_node *selector)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (selector->matchers[i].op == MATCH_EQ && str_is(selector->matchers[i].name, "__name__"))
			return selector->matchers[i].value;
	return (struct str){NULL, 0};
}

/* The selector with its metric renamed `name` and one more matcher. */
static struct promql_node *derived_selector(struct arena *arena, const struct promql_node *selector, struct str name,
					    const struct promql_matcher *extra)
{
	struct promql_node *node = arena_alloc(arena, sizeof(*node));
	size_t len = selector->matchers_len;

	*node = (struct promql_node){.kind = PROMQL_SELECTOR};
	node->matchers = arena_array(arena, len + 1, sizeof(*node->matchers));
	for (size_t i = 0; i < len; i++) {
		node->matchers[i] = selector->matchers[i];
		if (str_is(node->matchers[i].name, "__name__"))
			node->matchers[i].value = name;
	}
	if (extra)
		node->matchers[len++] = *extra;
	node->matchers_len = len;
	return node;
}

double plan_latency_bound(const struct sli *sli, struct str name)
{
	bool milliseconds = str_ends(name, STR("_milliseconds")) || str_ends(name, STR("_ms"));

	if (sli->latency.ms == 0)
		return sli->limit;
	return milliseconds ? (double)sli->latency.ms : span_seconds(sli->latency);
}

/* The significant digits of a number above 0, without zeros at their end, and the power of ten of the first: the
 * shortest that read back. */
static size_t digits_of(double value, char digits[static 32], int *power)
{
	char text[64];
	size_t len = 0;

	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (num_same(strtod(text, NULL), value))
			break;
	}
	for (const char *at = text; *at != 'e'; at++)
		if (ascii_digit(*at))
			digits[len++] = *at;
	while (len > 1 && digits[len - 1] == '0')
		len--;
	*power = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	return len;
}

static void put_fraction(struct buf *out, const char *digits, size_t len)
{
	if (len)
		buf_fmt(out, "\\.%.*s0*", (int)len, digits);
	else
		buf_cstr(out, "(\\.0+)?");
}

struct str plan_bound_pattern(struct arena *arena, double bound)
{
	char digits[32];
	struct str text;
	struct buf out;
	size_t len;
	int power;

	len = digits_of(fabs(bound), digits, &power);
	buf_init(&out, LIMIT_TEXT_BYTES);
	buf_cstr(&out, bound < 0 ? "-(" : "(");
	if (power >= 0 && power < 25) {
		size_t before = (size_t)power + 1 < len ? (size_t)power + 1 : len;

		buf_put(&out, digits, before);
		buf_fill(&out, '0', (size_t)power + 1 - before);
		put_fraction(&out, digits + before, len - before);
		buf_char(&out, '|');
	} else if (power < 0 && power > -25) {
		buf_cstr(&out, "0?\\.");
		buf_fill(&out, '0', (size_t)(-power - 1));
		buf_put(&out, digits, len);
		buf_cstr(&out, "0*|");
	}
	buf_put(&out, digits, 1);
	put_fraction(&out, digits + 1, len - 1);
	buf_fmt(&out, "[eE]%s0*%d)", power < 0 ? "-" : "[+]?", abs(power));
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

struct promql_matcher plan_bound_matcher(struct arena *arena, const struct slo *slo, struct str metric)
{
	return (struct promql_matcher){STR("le"), plan_bound_pattern(arena, plan_latency_bound(&slo->sli, metric)),
				       MATCH_RE};
}

static void set_terms(struct arena *arena, struct plan *plan, size_t most)
{
	plan->way = PLAN_BY_SAMPLE;
	plan->exact = true;
	plan->terms = arena_array(arena, most, sizeof(*plan->terms));
	plan->terms_len = 0;
}

static void add_term(struct plan *plan, struct plan_term term) { plan->terms[plan->terms_len++] = term; }

static bool events_by_sample(struct arena *arena, const struct slo *slo, struct plan *plan,
			     const struct promql_node *part, const struct promql_node *total)
{
	bool by_good = slo->sli.good.text.len > 0;
	struct counter_sum parts, all;

	if (!promql_counter_sum(arena, part, slo->group_by, slo->group_by_len, &parts) ||
	    !promql_counter_sum(arena, total, slo->group_by, slo->group_by_len, &all))
		return false;
	set_terms(arena, plan, parts.len + all.len);
	for (size_t i = 0; i < parts.len; i++) {
		double factor = parts.terms[i].factor;

		add_term(plan,
			 (struct plan_term){.selector = parts.terms[i].selector, .bad = by_good ? -factor : factor});
	}
	for (size_t i = 0; i < all.len; i++) {
		double factor = all.terms[i].factor;

		add_term(plan, (struct plan_term){
				       .selector = all.terms[i].selector,
				       .bad = by_good ? factor : 0,
				       .total = factor,
				       .covers = true,
			       });
	}
	return true;
}

static void latency_by_sample(struct arena *arena, const struct slo *slo, struct plan *plan,
			      const struct promql_node *histogram)
{
	struct str name = metric_name(histogram);
	struct str buckets = arena_fmt(arena, "%.*s_bucket", STR_ARG(name));
	struct str count = arena_fmt(arena, "%.*s_count", STR_ARG(name));
	struct promql_matcher le = plan_bound_matcher(arena, slo, name);

	set_terms(arena, plan, 2);
	add_term(plan, (struct plan_term){.selector = derived_selector(arena, histogram, buckets, &le), .bad = -1});
	add_term(plan, (struct plan_term){
			       .selector = derived_selector(arena, histogram, count, NULL),
			       .bad = 1,
			       .total = 1,
			       .covers = true,
		       });
}

/* Both terms read the same samples: one counts the observations, the other those that were fast enough. */
static void native_latency(struct arena *arena, const struct slo *slo, struct plan *plan,
			   const struct promql_node *histogram)
{
	double bound = plan_latency_bound(&slo->sli, metric_name(histogram));

	set_terms(arena, plan, 2);
	add_term(plan, (struct plan_term){.selector = histogram, .bad = -1, .native = true, .bound = bound});
	add_term(plan, (struct plan_term){
			       .selector = histogram,
			       .bad = 1,
			       .total = 1,
			       .covers = true,
			       .native = true,
			       .bound = (double)INFINITY,
		       });
}

static void probe_by_sample(struct arena *arena, struct plan *plan, const struct promql_node *gauge)
{
	set_terms(arena, plan, 1);
	add_term(plan, (struct plan_term){.selector = gauge, .bad = 1, .total = 1, .covers = true, .gauge = true});
}

static void add_query(struct plan *plan, struct str text, enum plan_reading reading)
{
	plan->query[plan->query_len++] = (struct plan_query){text, reading};
}

/* `sum by (group) (inner)` as text: the shape in which an expression has one value per group. */
static struct str summed(struct arena *arena, const struct slo *slo, struct str inner)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	buf_cstr(&buf, "sum");
	for (size_t i = 0; i < slo->group_by_len; i++) {
		buf_cstr(&buf, i ? ", " : " by (");
		buf_str(&buf, slo->group_by[i]);
	}
	buf_cstr(&buf, slo->group_by_len ? ") (" : "(");
	buf_str(&buf, inner);
	buf_char(&buf, ')');
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static struct str increase_of(struct arena *arena, const struct slo *slo, const struct promql_node *selector)
{
	return summed(arena, slo, arena_fmt(arena, "increase(%.*s[$window])", STR_ARG(printed(arena, selector))));
}

/* The selectors that show whether a step had data: those of counters, which have a range where any of them has one. */
struct shown {
	struct arena *arena;
	struct span lookback;
	bool ranged;
	struct map noted; /* what asks for their fresh samples, each once */
	struct buf text;
};

static void note_shown(struct promql_node *node, void *context)
{
	struct shown *shown = context;
	struct promql_node *fresh;
	struct str text;

	if (node->kind != PROMQL_SELECTOR || (shown->ranged && !node->range.set))
		return;
	fresh = promql_copy(shown->arena, node);
	fresh->modifiers = (struct promql_modifiers){0};
	fresh->range = (struct promql_span){.span = shown->lookback, .set = true};
	text = arena_fmt(shown->arena, "present_over_time(%.*s)", STR_ARG(printed(shown->arena, fresh)));
	if (map_get(&shown->noted, text))
		return;
	map_put(&shown->noted, text, shown);
	buf_fmt(&shown->text, "%s%.*s", shown->text.len ? " or " : "", STR_ARG(text));
}

static void note_ranged(struct promql_node *node, void *context)
{
	bool *ranged = context;

	*ranged = *ranged || (node->kind == PROMQL_SELECTOR && node->range.set);
}

/* Data are there in a step if one of the total's counters has a fresh sample. */
static void add_seen_query(struct arena *arena, struct plan *plan, struct promql_node *total,
			   const struct rewrite_options *options)
{
	struct shown shown = {.arena = arena, .lookback = options->lookback};

	map_init(&shown.noted);
	buf_init(&shown.text, LIMIT_PROMQL_PRINTED);
	promql_walk(total, note_ranged, &shown.ranged);
	promql_walk(total, note_shown, &shown);
	if (shown.text.len)
		add_query(plan, arena_fmt(arena, "count(%.*s)", STR_ARG(buf_view(&shown.text))), READ_SEEN);
	buf_release(&shown.text);
	map_release(&shown.noted);
}

static void note_rewriting(struct arena *arena, struct plan *plan, const struct rewritten *rewritten)
{
	if (!rewritten->events) {
		plan->exact = false;
		plan->note = STR("the value of a query is no number of events");
	} else if (!rewritten->exact && plan->exact) {
		plan->exact = false;
		plan->note = arena_str(arena, rewritten->note);
	}
}

static bool add_events(struct arena *arena, struct plan *plan, struct promql_node *node, enum plan_reading reading,
		       const struct rewrite_options *options)
{
	struct rewritten rewritten = promql_rewrite(arena, node, options);
	struct str text = printed(arena, rewritten.node);

	/* A selector by itself has one value per series; what the author has aggregated keeps its shape. */
	if (node->kind == PROMQL_SELECTOR)
		text = summed(arena, plan->slo, text);
	add_query(plan, text, reading);
	note_rewriting(arena, plan, &rewritten);
	return true;
}

static bool events_by_expression(struct arena *arena, const struct slo *slo, struct plan *plan,
				 struct promql_node *part, struct promql_node *total,
				 const struct rewrite_options *options)
{
	plan->exact = true;
	add_events(arena, plan, part, slo->sli.good.text.len ? READ_GOOD : READ_BAD, options);
	add_events(arena, plan, total, READ_TOTAL, options);
	add_seen_query(arena, plan, total, options);
	return true;
}

static bool plan_events(struct arena *arena, const struct slo *slo, const struct plan_options *options,
			struct plan *plan, struct err *err)
{
	const struct query *part = slo->sli.good.text.len ? &slo->sli.good : &slo->sli.bad;
	struct promql_node *part_node = parse(arena, part->text, err);
	struct promql_node *total = part_node ? parse(arena, slo->sli.total.text, err) : NULL;

	if (!total)
		return false;
	if (options->preference != PLAN_PREFER_EXPRESSION && events_by_sample(arena, slo, plan, part_node, total))
		return true;
	if (options->preference != PLAN_PREFER_EXPRESSION)
		plan->note = STR("the queries are not plain sums of counters");
	return events_by_expression(arena, slo, plan, part_node, total, &options->rewrite);
}

/* The latency as text, so that it is rewritten like any other query. */
static bool latency_by_expression(struct arena *arena, const struct slo *slo, const struct promql_node *histogram,
				  const struct rewrite_options *options, struct plan *plan, struct err *err)
{
	struct str name = metric_name(histogram), good, total;
	struct promql_matcher matcher = plan_bound_matcher(arena, slo, name);
	struct promql_node *good_node, *total_node;

	total = increase_of(arena, slo,
			    derived_selector(arena, histogram, arena_fmt(arena, "%.*s_count", STR_ARG(name)), NULL));
	good = increase_of(
		arena, slo,
		derived_selector(arena, histogram, arena_fmt(arena, "%.*s_bucket", STR_ARG(name)), &matcher));
	good_node = parse(arena, good, err);
	total_node = good_node ? parse(arena, total, err) : NULL;
	if (!total_node)
		return false;
	plan->exact = true;
	add_events(arena, plan, good_node, READ_GOOD, options);
	add_events(arena, plan, total_node, READ_TOTAL, options);
	add_seen_query(arena, plan, total_node, options);
	return true;
}

static bool plan_latency(struct arena *arena, const struct slo *slo, const struct plan_options *options,
			 struct plan *plan, struct err *err)
{
	struct promql_node *histogram = parse(arena, slo->sli.metric.text, err);

	if (!histogram)
		return false;
	/* Prometheus 2 cannot subtract histograms: no expression counts native ones without extrapolating. */
	if (slo->sli.native)
		return native_latency(arena, slo, plan, histogram), true;
	if (options->preference != PLAN_PREFER_EXPRESSION)
		return latency_by_sample(arena, slo, plan, histogram), true;
	return latency_by_expression(arena, slo, histogram, &options->rewrite, plan, err);
}

/* A query that is sampled at the grid points: $window in it is the lookback, long enough to hold two scrapes. */
static bool plan_sampled(struct arena *arena, const struct query *query, enum plan_reading reading,
			 const struct plan_options *options, struct plan *plan, struct err *err)
{
	struct promql_node *node = parse(arena, query->text, err);
	struct rewritten rewritten = {.counted = false};

	if (!node)
		return false;
	plan->exact = true;
	/* In a ratio the step's own events stand above and below: both are counted exactly. */
	if (reading != READ_THRESHOLD && promql_has_window(node))
		rewritten = promql_rewrite(arena, node, &options->rewrite);
	if (rewritten.counted)
		node = rewritten.node;
	else if (reading != READ_THRESHOLD)
		node = promql_add_up(arena, node, false).node;
	add_query(plan, printed(arena, promql_with_window(arena, node, options->rewrite.lookback)), reading);
	return true;
}

bool plan_make(struct arena *arena, const struct slo *slo, const struct plan_options *options, struct plan *plan,
	       struct err *err)
{
	const struct sli *sli = &slo->sli;
	struct promql_node *gauge;

	*plan = (struct plan){.slo = slo, .way = PLAN_BY_EXPRESSION};
	switch (sli->kind) {
	case SLI_EVENTS:
		return plan_events(arena, slo, options, plan, err);
	case SLI_LATENCY:
		return plan_latency(arena, slo, options, plan, err);
	case SLI_PROBE:
		gauge = parse(arena, sli->metric.text, err);
		if (gauge)
			probe_by_sample(arena, plan, gauge);
		return gauge != NULL;
	case SLI_THRESHOLD:
		return plan_sampled(arena, &sli->metric, READ_THRESHOLD, options, plan, err);
	case SLI_RATIO:
		if (sli->good.text.len)
			return plan_sampled(arena, &sli->good, READ_GOOD_RATIO, options, plan, err);
		return plan_sampled(arena, &sli->bad, READ_BAD_RATIO, options, plan, err);
	case SLI_COMPOSITE:
		return err_set(err, "a composite is counted by its members");
	}
	return err_set(err, "an SLI of unknown kind");
}
