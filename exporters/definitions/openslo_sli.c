/* Indicators: counters are sums without a window, everything else is a query as it stands. */
#include "exporters/definitions/counted.h"
#include "exporters/definitions/openslo.h"
#include "exporters/definitions/query.h"

static void put_metric(struct writing *writing, const char *key, struct str query)
{
	struct yaml_writer *yaml = &writing->yaml;

	yaml_map(yaml, key);
	yaml_map(yaml, "metricSource");
	if (writing->slo->source.name.len)
		yaml_text(yaml, "metricSourceRef", writing->slo->source.name);
	yaml_plain(yaml, "type", "Prometheus");
	yaml_map(yaml, "spec");
	yaml_query(yaml, "query", query);
	yaml_map_end(yaml);
	yaml_map_end(yaml);
	yaml_map_end(yaml);
}

static void put_ratio(struct writing *writing, bool counter, const char *key, struct str part, struct str total)
{
	yaml_map(&writing->yaml, "ratioMetric");
	yaml_bool(&writing->yaml, "counter", counter);
	put_metric(writing, key, part);
	put_metric(writing, "total", total);
	yaml_map_end(&writing->yaml);
}

static void put_raw(struct writing *writing, const char *type, struct str query)
{
	yaml_map(&writing->yaml, "ratioMetric");
	yaml_plain(&writing->yaml, "rawType", type);
	put_metric(writing, "raw", query);
	yaml_map_end(&writing->yaml);
}

/* OpenSLO has no placeholder for a window. */
static struct str without_window(struct writing *writing, const struct query *query)
{
	struct promql_node *tree = query_tree(writing->arena, query);

	if (!promql_has_window(tree))
		return query->text;
	writing_lost(writing, CARRIED_COUNTS, query->place, "openslo has no $window: 5m stands in its place in '%.*s'",
		     VALUE_ARG(query->text));
	return query_canonical(writing->arena,
			       promql_with_window(writing->arena, tree, (struct span){5 * SPAN_MINUTE}));
}

/* Ranges of the author's own stay what they are, groups aside. */
static bool fixed(const struct slo *slo, struct promql_node *part, struct promql_node *total)
{
	return !promql_has_window(part) && !promql_has_window(total) && slo->group_by_len == 0 &&
	       (promql_has_range(part) || promql_has_range(total));
}

static bool put_events(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	const struct sli *sli = &slo->sli;
	struct counted counted = counted_of(writing->arena, slo, false);
	bool by_good = sli->kind == SLI_LATENCY || sli->good.text.len;
	const struct query *query = sli->good.text.len ? &sli->good : &sli->bad;
	struct promql_node *tree = query_tree(writing->arena, query), *all = query_tree(writing->arena, &sli->total);
	struct str part, total;

	if (sli->kind == SLI_EVENTS && fixed(slo, tree, all)) {
		put_ratio(writing, false, by_good ? "good" : "bad", query->text, sli->total.text);
		return true;
	}
	part = counted_query(writing->arena, &counted, by_good ? COUNTED_GOOD : COUNTED_BAD, NULL);
	total = counted_query(writing->arena, &counted, COUNTED_TOTAL, NULL);
	if (!part.len || !total.len)
		return writing_refuse(writing, sli->kind == SLI_LATENCY ? sli->metric.place : sli->total.place,
				      "is no sum of counters, and openslo has no $window");
	put_ratio(writing, true, by_good ? "good" : "bad", part, total);
	return true;
}

static void put_probe(struct writing *writing)
{
	const struct query *gauge = &writing->slo->sli.metric;

	writing_lost(writing, CARRIED_COUNTS, gauge->place, "openslo has no probes: '%.*s' is its ratio of good time",
		     VALUE_ARG(gauge->text));
	put_raw(writing, "success", arena_fmt(writing->arena, "avg(%.*s)", STR_ARG(gauge->text)));
}

static bool put_threshold(struct writing *writing)
{
	const struct slo *slo = writing->slo;

	if (slo->group_by_len)
		return writing_refuse(writing, slo->sli.metric.place,
				      "is one value per group, and openslo has no groups");
	put_metric(writing, "thresholdMetric", without_window(writing, &slo->sli.metric));
	return true;
}

static bool put_ratio_query(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	const struct sli *sli = &slo->sli;
	const struct query *query = sli->good.text.len ? &sli->good : &sli->bad;

	if (slo->group_by_len)
		return writing_refuse(writing, query->place, "is one ratio per group, and openslo has no groups");
	put_raw(writing, sli->good.text.len ? "success" : "failure", without_window(writing, query));
	return true;
}

static bool put_sli(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;

	switch (sli->kind) {
	case SLI_EVENTS:
		return put_events(writing);
	case SLI_LATENCY:
		return sli->native ? writing_refuse(writing, sli->metric.place,
						    "openslo has no latencies of native histograms")
				   : put_events(writing);
	case SLI_PROBE:
		put_probe(writing);
		return true;
	case SLI_THRESHOLD:
		return put_threshold(writing);
	case SLI_RATIO:
		return put_ratio_query(writing);
	case SLI_COMPOSITE:
		return writing_refuse_composite(writing, "openslo");
	}
	return false;
}

bool openslo_put_indicator(struct writing *writing, struct str name)
{
	struct yaml_writer *yaml = &writing->yaml;
	bool fine;

	yaml_map(yaml, "indicator");
	yaml_map(yaml, "metadata");
	yaml_text(yaml, "name", name);
	yaml_map_end(yaml);
	yaml_map(yaml, "spec");
	fine = put_sli(writing);
	yaml_map_end(yaml);
	yaml_map_end(yaml);
	if (fine && writing->slo->group_by_len)
		writing_lost(writing, CARRIED_GROUPS, writing->slo->place,
			     "openslo has no groups: there is one budget for all of them together");
	return fine;
}
