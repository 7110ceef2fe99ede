/* With N the newest value, O the newest one a step ago, max and min over the step:
 *
 *   (N unless (N < max or min < O)) - O             it grew, or nothing came in
 *   or N + clamp_min(max * (max > bool N) - O, 0)   it fell: what it has since, and what it gained before it fell
 *   or 0 + N unless O and on (job, instance) (...)  it is new, with evidence that it started at 0
 *
 * N looks back over missed scrapes; where no sample came in, N equals O and the step has 0 events. O looks back over
 * the whole horizon, so that a series that was away is not taken for new. What is 0 + N loses the metric's name, as
 * rate() does. */
#include "promql/difference.h"

#include "promql/build.h"

struct difference {
	struct arena *arena;
	const struct promql_node *selector;
	const struct rewrite_options *options;
};

static struct span longer(struct span a, struct span b) { return a.ms > b.ms ? a : b; }

static struct promql_node *newest(const struct difference *d)
{
	struct span lookback = longer(d->options->lookback, d->options->step);

	return build_call(d->arena, "last_over_time", build_selector(d->arena, d->selector, lookback, (struct span){0}),
			  NULL);
}

/* A range query goes through the whole range at every step: a week would cost the source hundreds of times as much. */
static struct span horizon_of(const struct rewrite_options *options)
{
	struct span horizon = longer(options->horizon, longer(options->lookback, options->step));

	return horizon.ms > REWRITE_HORIZON_MAX.ms ? REWRITE_HORIZON_MAX : horizon;
}

static struct promql_node *a_step_ago(const struct difference *d)
{
	struct span horizon = horizon_of(d->options);

	return build_call(d->arena, "last_over_time", build_selector(d->arena, d->selector, horizon, d->options->step),
			  NULL);
}

static struct promql_node *over_step(const struct difference *d, const char *function)
{
	return build_call(d->arena, function, build_selector(d->arena, d->selector, d->options->step, (struct span){0}),
			  NULL);
}

static struct promql_node *grown(const struct difference *d)
{
	struct arena *arena = d->arena;
	struct promql_node *fell = build_binary(arena, "<", newest(d), over_step(d, "max_over_time"));
	struct promql_node *restarted = build_binary(arena, "<", over_step(d, "min_over_time"), a_step_ago(d));
	struct promql_node *steady =
		build_binary(arena, "unless", newest(d), build_binary(arena, "or", fell, restarted));

	return build_binary(arena, "-", steady, a_step_ago(d));
}

/* The highest value of the step counts as the one before the fall only if the newest is below it. */
static struct promql_node *fallen(const struct difference *d)
{
	struct arena *arena = d->arena;
	struct promql_node *above = build_binary(arena, ">", over_step(d, "max_over_time"), newest(d));
	struct promql_node *peak = build_binary(arena, "*", over_step(d, "max_over_time"), above);
	struct promql_node *gained = build_binary(arena, "-", peak, a_step_ago(d));

	above->bool_modifier = true;
	return build_binary(arena, "+", newest(d), build_call(arena, "clamp_min", gained, build_number(arena, 0)));
}

static bool names_target(struct str label) { return str_is(label, "job") || str_is(label, "instance"); }

/* A metric of the same targets, as far as the selector names them. */
static struct promql_node *of_targets(const struct difference *d, const char *metric)
{
	struct promql_node *node = promql_copy(d->arena, d->selector);
	struct promql_matcher *matchers = arena_array(d->arena, d->selector->matchers_len + 1, sizeof(*matchers));
	size_t len = 0;

	matchers[len++] = (struct promql_matcher){STR("__name__"), str_of(metric), MATCH_EQ};
	for (size_t i = 0; i < d->selector->matchers_len; i++)
		if (names_target(d->selector->matchers[i].name))
			matchers[len++] = node->matchers[i];
	node->matchers = matchers;
	node->matchers_len = len;
	return node;
}

/* Its target was scraped before, without the series: it began at 0 since then, even behind an outage. */
static struct promql_node *scraped_before(const struct difference *d)
{
	struct span horizon = horizon_of(d->options);
	struct promql_node *up = build_selector(d->arena, of_targets(d, "up"), horizon, d->options->step);

	return build_binary(d->arena, "==", build_call(d->arena, "max_over_time", up, NULL), build_number(d->arena, 1));
}

static struct promql_node *started_lately(const struct difference *d)
{
	struct span since = longer(d->options->lookback, d->options->step), none = {0};
	struct promql_node *started = build_selector(d->arena, of_targets(d, "process_start_time_seconds"), none, none);
	struct promql_node *age = build_binary(d->arena, "-", build_call(d->arena, "time", NULL, NULL), started);

	since.ms += d->selector->modifiers.offset.ms;
	return build_binary(d->arena, "<", age, build_number(d->arena, span_seconds(since)));
}

static struct promql_node *born(const struct difference *d)
{
	struct arena *arena = d->arena;
	struct promql_node *value = build_binary(arena, "+", build_number(arena, 0), newest(d));
	struct promql_node *fresh = build_binary(arena, "unless", value, a_step_ago(d));
	struct promql_node *evidence = build_binary(arena, "or", scraped_before(d), started_lately(d));
	struct promql_node *node = build_binary(arena, "and", fresh, evidence);

	node->has_matching = node->on = true;
	node->matching.len = 2;
	node->matching.at = arena_array(arena, 2, sizeof(struct str));
	node->matching.at[0] = STR("job");
	node->matching.at[1] = STR("instance");
	return node;
}

struct promql_node *difference_of(struct arena *arena, const struct promql_node *selector,
				  const struct rewrite_options *options)
{
	const struct difference d = {arena, selector, options};
	struct promql_node *node = build_binary(arena, "or", grown(&d), fallen(&d));

	return options->births ? build_binary(arena, "or", node, born(&d)) : node;
}
