#include "base/limits.h"
#include "base/num.h"
#include "slo/draft.h"

static void finish_events(struct reader *reader, struct draft *draft)
{
	bool (*check)(struct reader * reader, const struct written_query *query) =
		draft->counters ? query_is_value : query_is_events;

	check(reader, &draft->good);
	check(reader, &draft->bad);
	check(reader, &draft->total);
}

static void finish_ratio(struct reader *reader, struct draft *draft)
{
	query_is_value(reader, &draft->good);
	query_is_value(reader, &draft->bad);
}

static double in_unit(struct span span, int unit, struct str metric)
{
	double ms = (double)span.ms;

	if (unit == UNIT_BY_NAME)
		unit = str_ends(metric, STR("_milliseconds")) || str_ends(metric, STR("_ms")) ? UNIT_MS : UNIT_S;
	return unit == UNIT_S ? span_seconds(span) : unit == UNIT_MS ? ms : unit == UNIT_US ? ms * 1e3 : ms * 1e6;
}

static void finish_latency(struct reader *reader, struct draft *draft)
{
	const struct written_limit *threshold = &draft->threshold;
	struct sli *sli = &draft->slo.sli;

	query_is_histogram(reader, &draft->metric);
	sli->limit_place = threshold->place;
	sli->limit = threshold->number;
	if (threshold->span.ms && draft->metric.tree) {
		sli->limit = in_unit(threshold->span, draft->unit, selector_metric(draft->metric.tree));
		/* with a unit of the author's own the number is all there is to know */
		sli->latency = draft->unit == UNIT_BY_NAME ? threshold->span : (struct span){0};
	}
}

static void finish_threshold(struct reader *reader, struct draft *draft)
{
	query_is_value(reader, &draft->metric);
	draft->slo.sli.limit = draft->limit;
	draft->slo.sli.limit_place = reader_place(reader, draft->limit_node);
}

void draft_finish_sli(struct reader *reader, struct draft *draft)
{
	struct sli *sli = &draft->slo.sli;

	switch (sli->kind) {
	case SLI_EVENTS:
		finish_events(reader, draft);
		break;
	case SLI_LATENCY:
		finish_latency(reader, draft);
		break;
	case SLI_PROBE:
		query_is_gauge(reader, &draft->metric);
		break;
	case SLI_THRESHOLD:
		finish_threshold(reader, draft);
		break;
	case SLI_RATIO:
		finish_ratio(reader, draft);
		break;
	case SLI_COMPOSITE: /* it has no queries */
		break;
	}
	sli->good = draft->good.query;
	sli->bad = draft->bad.query;
	sli->total = draft->total.query;
	sli->metric = draft->metric.query;
}

/* FNV-1a, 64 bits: small, and fixed for all time. */
static uint64_t fnv1a(uint64_t hash, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.at[i]) * 0x100000001B3u;
	return hash;
}

static void put_query(struct buf *buf, const char *key, const struct written_query *query)
{
	if (!query->tree)
		return;
	buf_fmt(buf, "%s=", key);
	promql_print(buf, query->tree);
	buf_char(buf, '\n');
}

/* The line of a source is the last one: it can be told of later. Without a name there is none. */
uint64_t counts_hash_at(uint64_t hash, struct str source)
{
	if (source.len == 0)
		return hash;
	hash = fnv1a(hash, STR("source="));
	hash = fnv1a(hash, source);
	return fnv1a(hash, STR("\n"));
}

/* One line per part: histories hang on this text, so its form never changes. A composite has no part: nothing is
 * counted for it, so that an edit of its members begins nothing anew. */
uint64_t draft_counts_hash(const struct draft *draft)
{
	const struct slo *slo = &draft->slo;
	struct buf text;
	uint64_t hash;

	buf_init(&text, 4 * LIMIT_PROMQL_PRINTED);
	buf_fmt(&text, "%s%s\n", sli_kind_names[slo->sli.kind], slo->sli.native ? " native" : "");
	put_query(&text, "good", &draft->good);
	put_query(&text, "bad", &draft->bad);
	put_query(&text, "total", &draft->total);
	put_query(&text, "metric", &draft->metric);
	if (slo->sli.kind == SLI_LATENCY || slo->sli.kind == SLI_THRESHOLD) {
		buf_fmt(&text, "limit%s",
			slo->sli.kind == SLI_THRESHOLD ? comparison_signs[slo->sli.comparison] : "<=");
		num_write_double(&text, slo->sli.limit);
		buf_char(&text, '\n');
	}
	for (size_t i = 0; i < slo->group_by_len; i++)
		buf_fmt(&text, "by=%.*s\n", STR_ARG(slo->group_by[i]));
	if (slo->budgeting.method == BUDGET_OCCURRENCES && slo->budgeting.missing != MISSING_IGNORED)
		buf_fmt(&text, "missing=%s\n", slice_missing_names[slo->budgeting.missing]);
	if (slo->budgeting.method != BUDGET_OCCURRENCES) {
		buf_fmt(&text, "%s=%s empty=%s", budgeting_method_names[slo->budgeting.method],
			span_text(slo->budgeting.slice).text, slice_empty_names[slo->budgeting.empty]);
		num_write_double(&text, slo->budgeting.target);
		if (slo->budgeting.missing != MISSING_IGNORED)
			buf_fmt(&text, " missing=%s", slice_missing_names[slo->budgeting.missing]);
		buf_char(&text, '\n');
	}
	hash = fnv1a(0xCBF29CE484222325u, buf_view(&text));
	buf_release(&text);
	return slo->source.soft ? hash : counts_hash_at(hash, slo->source.name);
}
