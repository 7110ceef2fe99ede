/* What a live check knows of each SLO beside what is wrong with it. */
#include "engine/live_check.h"

#include "format/json_write.h"

#include <math.h>

static struct str reason_of(const struct live_slo *slo)
{
	if (slo->plan.note.len)
		return slo->plan.note;
	return slo->plan.way == PLAN_BY_SAMPLE ? STR("the queries are sums of counters")
					       : STR("the source works the query out");
}

/* Rewritten queries can be pages long: people see how they begin, JSON has the whole. */
enum { QUERY_SHOWN = 160 };

static void write_query(struct buf *out, struct str query)
{
	size_t len = query.len;

	if (len > QUERY_SHOWN)
		for (len = QUERY_SHOWN; len > 0 && query.at[len] != ' ';)
			len--;
	buf_fmt(out, "  asks %.*s%s\n", (int)len, query.at, len < query.len ? " ..." : "");
}

/* Nothing is asked for a composite itself. */
static void write_composite(struct buf *out, const struct slo *slo)
{
	buf_fmt(out, "%.*s: by its members", STR_ARG(slo->id));
	for (size_t i = 0; i < slo->sli.composite->len; i++)
		buf_fmt(out, "%s %.*s", i ? "," : "", STR_ARG(slo->sli.composite->members[i].id));
	buf_cstr(out, "\n");
}

static void write_one(struct buf *out, const struct live_slo *slo)
{
	if (slo_composed(slo->slo)) {
		write_composite(out, slo->slo);
		return;
	}
	if (slo->plan.way == PLAN_BY_SAMPLE && slo->slo->sli.kind == SLI_PROBE)
		buf_fmt(out, "%.*s: by sample (the query is a plain gauge)", STR_ARG(slo->slo->id));
	else
		buf_fmt(out, "%.*s: by %s%s (%.*s)", STR_ARG(slo->slo->id), plan_way_names[slo->plan.way],
			slo->plan.exact ? "" : ", not exact", STR_ARG(reason_of(slo)));
	buf_fmt(out, "\n  %.0f series", slo->series);
	if (!isnan(slo->interval))
		buf_fmt(out, ", a sample every %s", span_text((struct span){llround(slo->interval * 1000)}).text);
	if (!isnan(slo->samples))
		buf_fmt(out, ", about %.0f samples per step", slo->samples);
	if (slo->sharing > 1)
		buf_fmt(out, ", in questions shared by %zu SLOs", slo->sharing);
	buf_cstr(out, "\n");
	for (size_t i = 0; i < slo->queries_len; i++)
		write_query(out, slo->queries[i]);
}

bool live_report_write(struct buf *out, const struct live_report *report)
{
	for (size_t i = 0; i < report->len; i++)
		write_one(out, &report->slos[i]);
	return !out->full;
}

static void json_one(struct json_writer *json, const struct live_slo *slo)
{
	json_object(json);
	json_key(json, "id");
	json_str(json, slo->slo->id);
	json_key(json, "way");
	if (slo_composed(slo->slo))
		json_null(json);
	else
		json_cstr(json, plan_way_names[slo->plan.way]);
	json_key(json, "exact");
	json_bool(json, slo->plan.exact);
	json_key(json, "note");
	json_str(json, slo->plan.note);
	json_key(json, "series");
	json_num(json, slo->series);
	json_key(json, "scrape_interval_seconds");
	json_num(json, slo->interval);
	json_key(json, "samples_per_step");
	json_num(json, slo->samples);
	json_key(json, "shared_by_slos");
	json_int(json, (int64_t)slo->sharing);
	json_key(json, "queries");
	json_array(json);
	for (size_t i = 0; i < slo->queries_len; i++)
		json_str(json, slo->queries[i]);
	json_array_end(json);
	json_object_end(json);
}

void live_report_json(struct json_writer *json, const struct live_report *report)
{
	json_array(json);
	for (size_t i = 0; i < report->len; i++)
		json_one(json, &report->slos[i]);
	json_array_end(json);
}
