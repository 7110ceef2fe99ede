#include "engine/buckets.h"

#include "base/limits.h"
#include "base/num.h"
#include "count/plan.h"

#include <math.h>

/* The bounds next to the threshold. */
struct bounds {
	double wanted, below, above; /* NaN where there is none */
	bool there;
	size_t len;
};

static bool on_bound(void *context, const struct source_series *series, struct err *err)
{
	struct bounds *bounds = context;
	struct arena arena;
	struct labels labels;
	double bound;
	bool ok;

	arena_init(&arena);
	ok = source_series_labels(series, &arena, &labels, err);
	if (ok && num_read_sample(labels_get(labels, STR("le")), &bound)) {
		bounds->len++;
		bounds->there |= num_same(bound, bounds->wanted);
		if (bound < bounds->wanted && !(bounds->below >= bound))
			bounds->below = bound;
		if (bound > bounds->wanted && !(bounds->above <= bound))
			bounds->above = bound;
	}
	arena_release(&arena);
	return ok;
}

/* `group by (le) (last_over_time(name_bucket{...}[1h]))` */
static bool bound_question(struct arena *arena, const struct slo *slo, struct buf *question, double *wanted)
{
	struct promql_error error;
	struct promql_node *selector = promql_parse(arena, slo->sli.metric.text, &error);

	for (size_t i = 0; selector && i < selector->matchers_len; i++) {
		struct promql_matcher *matcher = &selector->matchers[i];

		if (!str_is(matcher->name, "__name__") || matcher->op != MATCH_EQ)
			continue;
		*wanted = plan_latency_bound(&slo->sli, matcher->value);
		matcher->value = arena_fmt(arena, "%.*s_bucket", STR_ARG(matcher->value));
		buf_cstr(question, "group by (le) (last_over_time(");
		promql_print(question, selector);
		return buf_cstr(question, "[1h]))");
	}
	return false;
}

static void put_bound(struct buf *reason, double bound)
{
	if (isnan(bound))
		buf_cstr(reason, "none");
	else
		num_write_double(reason, bound);
}

static void write_reason(struct buf *reason, const struct slo *slo, const struct bounds *bounds)
{
	buf_cstr(reason, "the threshold ");
	num_write_double(reason, bounds->wanted);
	buf_fmt(reason, " is no bucket bound of '%.*s'; the nearest are ", STR_ARG(slo->sli.metric.text));
	put_bound(reason, bounds->below);
	buf_cstr(reason, " and ");
	put_bound(reason, bounds->above);
}

bool bucket_missing(struct source *source, const struct slo *slo, struct instant at, struct buf *reason)
{
	struct bounds bounds = {.below = (double)NAN, .above = (double)NAN};
	struct ask ask = {.at = at, .series = on_bound, .context = &bounds};
	struct arena arena;
	struct buf question;
	bool missing = false;

	arena_init(&arena);
	buf_init(&question, LIMIT_PROMQL_PRINTED);
	if (bound_question(&arena, slo, &question, &bounds.wanted)) {
		ask.promql = buf_view(&question);
		source_ask(source, &ask, 1);
		missing = ask.outcome == ASK_OK && bounds.len > 0 && !bounds.there;
	}
	if (missing)
		write_reason(reason, slo, &bounds);
	buf_release(&question);
	arena_release(&arena);
	return missing;
}
