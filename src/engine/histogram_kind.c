#include "engine/histogram_kind.h"

#include "base/limits.h"
#include "promql/parser.h"

static bool on_count(void *context, const struct source_series *series, struct err *err)
{
	bool *there = context;

	(void)err;
	*there |= series->len > 0 && series->samples[0].value > 0;
	return true;
}

static struct str count_of(struct arena *arena, const char *of, const struct promql_node *selector)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	buf_fmt(&buf, "count(%s(", of);
	promql_print(&buf, selector);
	buf_cstr(&buf, "))");
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* The question for the histogram itself, as which a native one comes, and for its buckets, as which a classic one does.
 * False where the SLO's metric is no selector with a name. */
static bool write_questions(struct arena *arena, const struct slo *slo, struct str *native, struct str *classic)
{
	struct promql_error error;
	struct promql_node *selector = promql_parse(arena, slo->sli.metric.text, &error);

	for (size_t i = 0; selector && i < selector->matchers_len; i++) {
		struct promql_matcher *matcher = &selector->matchers[i];

		if (!str_is(matcher->name, "__name__") || matcher->op != MATCH_EQ)
			continue;
		*native = count_of(arena, "histogram_count", selector); /* a gauge of that name has none */
		matcher->value = arena_fmt(arena, "%.*s_bucket", STR_ARG(matcher->value));
		*classic = count_of(arena, "", selector);
		return true;
	}
	return false;
}

bool kind_look_ask(struct kind_look *look, struct arena *arena, const struct slo *slo, struct instant at,
		   struct ask asks[2])
{
	*look = (struct kind_look){.slo = slo};
	asks[0] = (struct ask){.at = at, .series = on_count, .context = &look->native};
	asks[1] = (struct ask){.at = at, .series = on_count, .context = &look->classic};
	return write_questions(arena, slo, &asks[0].promql, &asks[1].promql);
}

bool kind_look_wrong(const struct kind_look *look, struct buf *reason)
{
	const struct slo *slo = look->slo;

	if (slo->sli.native ? !look->classic || look->native : !look->native || look->classic)
		return false;
	buf_fmt(reason,
		slo->sli.native ? "'%.*s' is a classic histogram: it has buckets as series; leave 'native' out"
				: "'%.*s' is a native histogram: it has no buckets as series; set 'native: true'",
		STR_ARG(slo->sli.metric.text));
	return true;
}
