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
	buf_fmt(reason, " is no bucket bound of '%.*s'; the nearest are ", STR_ARG(slo->sli.metric.text));
	put_bound(reason, bounds->below);
	buf_cstr(reason, " and ");
	put_bound(reason, bounds->above);
}

bool bucket_missing(struct source *source, const struct slo *slo, struct instant at, struct buf *reason)
{
	struct bucket_bounds bounds;
	struct ask ask = {.at = at, .series = on_bound, .context = &bounds};
	struct arena arena;
	bool missing = false;

	arena_init(&arena);
	ask.promql = bucket_question(&arena, slo, &bounds);
	if (ask.promql.len) {
		source_ask(source, &ask, 1);
		missing = ask.outcome == ASK_OK && bounds.len > 0 && !bounds.there;
	}
	if (missing)
		bucket_reason(reason, slo, &bounds);
	arena_release(&arena);
	return missing;
}
