#include "engine/buckets.h"

#include "base/limits.h"
#include "base/num.h"
#include "count/plan.h"

#include <math.h>

void bucket_bounds_add(struct bucket_bounds *bounds, struct str le)
{
	double bound;

	if (!num_read_sample(le, &bound))
		return;
	bounds->len++;
	bounds->there |= num_same(bound, bounds->wanted);
	if (bound < bounds->wanted && !(bounds->below >= bound))
		bounds->below = bound;
	if (bound > bounds->wanted && !(bounds->above <= bound))
		bounds->above = bound;
}

static bool on_bound(void *context, const struct source_series *series, struct err *err)
{
	struct arena arena;
	struct labels labels;
	bool ok;

	arena_init(&arena);
	ok = source_series_labels(series, &arena, &labels, err);
	if (ok)
		bucket_bounds_add(context, labels_get(labels, STR("le")));
	arena_release(&arena);
	return ok;
}

/* `group by (le) (last_over_time(name_bucket{...}[1h]))` */
struct str bucket_question(struct arena *arena, const struct slo *slo, struct bucket_bounds *bounds)
{
	struct promql_error error;
	struct promql_node *selector = promql_parse(arena, slo->sli.metric.text, &error);
	struct str text = {NULL, 0};
	struct buf question;

	*bounds = (struct bucket_bounds){.below = (double)NAN, .above = (double)NAN};
	for (size_t i = 0; selector && !text.len && i < selector->matchers_len; i++) {
		struct promql_matcher *matcher = &selector->matchers[i];

		if (!str_is(matcher->name, "__name__") || matcher->op != MATCH_EQ)
			continue;
		bounds->wanted = plan_latency_bound(&slo->sli, matcher->value);
		matcher->value = arena_fmt(arena, "%.*s_bucket", STR_ARG(matcher->value));
		buf_init(&question, LIMIT_PROMQL_PRINTED);
		buf_cstr(&question, "group by (le) (last_over_time(");
		promql_print(&question, selector);
		buf_cstr(&question, "[1h]))");
		text = arena_str(arena, buf_view(&question));
		buf_release(&question);
	}
	return text;
}

static void put_bound(struct buf *reason, double bound)
{
	if (isnan(bound))
		buf_cstr(reason, "none");
	else
		num_write_double(reason, bound);
}

void bucket_reason(struct buf *reason, const struct slo *slo, const struct bucket_bounds *bounds)
{
	buf_cstr(reason, "the threshold ");
	num_write_double(reason, bounds->wanted);
	buf_fmt(reason, " is no bucket bound of %s'%.*s'; the nearest are ", bounds->there ? "all series of " : "",
		STR_ARG(slo->sli.metric.text));
	put_bound(reason, bounds->below);
	buf_cstr(reason, " and ");
	put_bound(reason, bounds->above);
}

static bool on_number(void *context, const struct source_series *series, struct err *err)
{
	double *number = context;

	(void)err;
	if (series->len)
		*number = series->samples[0].value;
	return true;
}

/* `count(name_count{...} unless ignoring (le) name_bucket{...,le=~"..."})`: series all of whose requests would count as
 * bad, since they have no bucket that ends at the threshold. */
static struct str strays_question(struct arena *arena, const struct slo *slo)
{
	struct promql_error error;
	struct promql_node *count = promql_parse(arena, slo->sli.metric.text, &error);
	struct promql_node *bucket = promql_parse(arena, slo->sli.metric.text, &error);
	struct str text = {NULL, 0};
	struct buf question;

	for (size_t i = 0; count && bucket && !text.len && i < count->matchers_len; i++) {
		struct str name = count->matchers[i].value;
		struct promql_matcher *matchers;

		if (!str_is(count->matchers[i].name, "__name__") || count->matchers[i].op != MATCH_EQ)
			continue;
		matchers = arena_array(arena, bucket->matchers_len + 1, sizeof(*matchers));
		memcpy(matchers, bucket->matchers, bucket->matchers_len * sizeof(*matchers));
		matchers[bucket->matchers_len] = plan_bound_matcher(arena, slo, name);
		bucket->matchers = matchers;
		bucket->matchers_len++;
		count->matchers[i].value = arena_fmt(arena, "%.*s_count", STR_ARG(name));
		bucket->matchers[i].value = arena_fmt(arena, "%.*s_bucket", STR_ARG(name));
		buf_init(&question, LIMIT_PROMQL_PRINTED);
		buf_cstr(&question, "count(");
		promql_print(&question, count);
		buf_cstr(&question, " unless ignoring (le) ");
		promql_print(&question, bucket);
		buf_char(&question, ')');
		text = arena_str(arena, buf_view(&question));
		buf_release(&question);
	}
	return text;
}

bool bucket_look_ask(struct bucket_look *look, struct arena *arena, const struct slo *slo, struct instant at,
		     struct ask asks[2])
{
	*look = (struct bucket_look){.slo = slo};
	asks[0] = (struct ask){.promql = bucket_question(arena, slo, &look->bounds),
			       .at = at,
			       .series = on_bound,
			       .context = &look->bounds};
	asks[1] = (struct ask){
		.promql = strays_question(arena, slo), .at = at, .series = on_number, .context = &look->strays};
	return asks[0].promql.len && asks[1].promql.len;
}

bool bucket_look_missing(const struct bucket_look *look, struct buf *reason)
{
	const struct bucket_bounds *bounds = &look->bounds;

	if (bounds->len == 0 || (bounds->there && !(look->strays > 0)))
		return false;
	if (bounds->there)
		buf_fmt(reason, "%.0f of its series have no such bucket: ", look->strays);
	bucket_reason(reason, look->slo, bounds);
	return true;
}
