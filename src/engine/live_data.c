/* Do the numbers of an SLO make sense: its ratio, the values of its queries, the spacing of its samples. */
#include "base/limits.h"
#include "engine/live_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What increase() extrapolates may put a part a little over its whole. */
#define TOLERANCE 1.05

void live_data_values(struct live *live, struct live_look *look)
{
	look->interval = look->gap = (double)NAN;
	look->terms = arena_array(live->arena, look->plan.terms_len + 1, sizeof(struct live_answer *));
	for (size_t i = 0; i < look->plan.query_len; i++)
		look->values[i] = live_ask(live->asker, look->plan.query[i].text);
	if (look->slo->sli.kind == SLI_PROBE)
		look->odd = live_askf(live, "count(%.*s != 0 != 1)", STR_ARG(look->slo->sli.metric.text));
	for (size_t i = 0; i < look->plan.terms_len; i++)
		look->terms[i] = live_askf(live, "count(%.*s)",
					   STR_ARG(live_printed(live->arena, look->plan.terms[i].selector)));
}

/* The query's value over a span, with a row per group: for people's sense of size, not for counting. */
static const struct live_answer *ask_over(struct live *live, const struct slo *slo, const struct query *query,
					  struct span span)
{
	struct promql_error error;
	struct promql_node *node = promql_parse(live->arena, query->text, &error);
	struct buf by;
	struct str text;

	if (!node)
		return NULL;
	if (node->kind != PROMQL_SELECTOR || node->range.set)
		return live_ask(live->asker, live_printed(live->arena, promql_with_window(live->arena, node, span)));
	buf_init(&by, LIMIT_PROMQL_PRINTED);
	for (size_t i = 0; i < slo->group_by_len; i++)
		buf_fmt(&by, "%s%.*s", i ? ", " : "", STR_ARG(slo->group_by[i]));
	text = arena_fmt(live->arena, "sum by (%.*s) (increase(%.*s[%s]))", STR_ARG(buf_view(&by)),
			 STR_ARG(live_printed(live->arena, node)), span_text(span).text);
	buf_release(&by);
	return live_ask(live->asker, text);
}

static const struct query *part_of(const struct sli *sli) { return sli->good.text.len ? &sli->good : &sli->bad; }

/* `count(part unless total)`, where both are plain selectors of one metric. */
static void ask_strays(struct live *live, struct live_look *look)
{
	const struct live_selector *part = NULL, *total = NULL;

	for (size_t i = 0; i < look->len; i++) {
		const struct live_selector *at = &look->selectors[i];

		if (at->query == &look->slo->sli.total)
			total = total ? NULL : at;
		else
			part = part ? NULL : at;
	}
	if (look->len == 2 && part && total && part->metric.len && str_eq(part->metric, total->metric))
		look->strays = live_askf(live, "count(%.*s unless %.*s)", STR_ARG(part->text), STR_ARG(total->text));
}

void live_data_events(struct live *live, struct live_look *look)
{
	const struct sli *sli = &look->slo->sli;

	if (!look->main)
		return;
	/* without its metric's name an answer shows histograms, too, and its labels do for asking on */
	look->densest = live_askf(live, "topk(%d, count_over_time(%.*s[10m]))", LIVE_SPACED, STR_ARG(look->main->text));
	if (sli->kind != SLI_EVENTS)
		return;
	look->span = (struct span){SPAN_HOUR};
	look->part = ask_over(live, look->slo, part_of(sli), look->span);
	look->total = ask_over(live, look->slo, &sli->total, look->span);
	ask_strays(live, look);
}

double live_last(const struct live_row *row) { return row->samples[row->len - 1].value; }

static bool nothing_happened(const struct live_answer *total)
{
	for (size_t i = 0; total && i < total->len; i++)
		if (live_last(&total->rows[i]) > 0)
			return false;
	return true;
}

static struct span sampled_span(const struct live *live)
{
	int64_t least = 4 * live->options->counting.lookback.ms;

	return (struct span){least > SPAN_HOUR ? least : SPAN_HOUR};
}

void live_data_samples(struct live *live, struct live_look *look)
{
	if (look->total && nothing_happened(look->total)) {
		look->span = (struct span){SPAN_DAY};
		look->part = ask_over(live, look->slo, part_of(&look->slo->sli), look->span);
		look->total = ask_over(live, look->slo, &look->slo->sli.total, look->span);
	}
	for (size_t i = 0; look->densest && i < look->densest->len && i < LIVE_SPACED; i++) {
		struct buf labels;

		if (!metric_name_ok(look->main->metric))
			return;
		buf_init(&labels, LIMIT_PROMQL_PRINTED);
		labels_write(&labels, look->densest->rows[i].labels);
		look->spaced[i] = live_askf(live, "%.*s%.*s[%s]", STR_ARG(look->main->metric),
					    STR_ARG(buf_view(&labels)), span_text(sampled_span(live)).text);
		buf_release(&labels);
	}
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* The median distance of a series' samples, and the largest. */
static void measure(struct live *live, struct live_look *look, const struct live_row *row)
{
	double *gaps = arena_array(live->arena, row->len, sizeof(*gaps)), median, largest;
	size_t len = row->len - 1;

	if (len < 2)
		return;
	for (size_t i = 0; i < len; i++)
		gaps[i] = (double)(row->samples[i + 1].ms - row->samples[i].ms) / 1000;
	qsort(gaps, len, sizeof(*gaps), by_size);
	median = round(gaps[len / 2]);
	largest = gaps[len - 1];
	if (!(look->interval >= median))
		look->interval = median;
	if (!(look->gap >= largest))
		look->gap = largest;
}

static void judge_interval(struct live *live, struct live_look *look)
{
	double lookback = span_seconds(live->options->counting.lookback);
	double step = span_seconds(live->options->counting.step);
	struct str text = look->main->text;
	struct place place = look->main->query->place;
	struct span interval;

	for (size_t i = 0; i < LIVE_SPACED; i++)
		for (size_t r = 0; look->spaced[i] && r < look->spaced[i]->len; r++)
			measure(live, look, &look->spaced[i]->rows[r]);
	interval = (struct span){isnan(look->interval) ? 0 : llround(look->interval * 1000)};
	if (look->interval > lookback / 2)
		findings_add(
			live->findings, FINDING_WARNING, place, STR(""), "scrape-interval",
			"'%.*s' has a sample every %s: one missed scrape is a hole for a lookback of %s; scrape more "
			"often, or set --lookback to %s at least",
			VALUE_ARG(text), span_text(interval).text, span_text(live->options->counting.lookback).text,
			span_text((struct span){2 * interval.ms}).text);
	else if (look->interval > step)
		findings_add(
			live->findings, FINDING_WARNING, place, STR(""), "scrape-interval",
			"'%.*s' has a sample every %s, and a step is %s: some steps have none, and burn rates over "
			"short windows jump; scrape more often, or count in larger steps with --step",
			VALUE_ARG(text), span_text(interval).text, span_text(live->options->counting.step).text);
	else if (look->gap > lookback)
		findings_add(live->findings, FINDING_WARNING, place, STR(""), "gaps",
			     "the samples of '%.*s' have gaps of up to %s within the last %s", VALUE_ARG(text),
			     span_text((struct span){llround(look->gap) * 1000}).text,
			     span_text(sampled_span(live)).text);
}

static const struct live_row *row_like(const struct live_answer *answer, struct labels labels)
{
	for (size_t i = 0; answer && i < answer->len; i++)
		if (labels_eq(answer->rows[i].labels, labels))
			return &answer->rows[i];
	return NULL;
}

static void judge_events(struct live *live, const struct live_look *look)
{
	const struct query *query = part_of(&look->slo->sli);
	const char *which = query == &look->slo->sli.good ? "good" : "bad";

	for (size_t i = 0; look->total && i < look->total->len; i++) {
		const struct live_row *part = row_like(look->part, look->total->rows[i].labels);
		double total = live_last(&look->total->rows[i]);

		if (part && live_last(part) > total * TOLERANCE) {
			findings_add(live->findings, FINDING_ERROR, query->place, STR(""), "ratio",
				     "over the last %s there were %.4g %s events of %.4g in total: '%s' is no part of "
				     "'total'",
				     span_text(look->span).text, live_last(part), which, total, which);
			return;
		}
	}
	if (live_count(look->strays) > 0)
		findings_add(
			live->findings, FINDING_ERROR, query->place, STR(""), "ratio",
			"%.0f series of '%s' are not among those of 'total': every event of one must be an event of "
			"the other",
			live_count(look->strays), which);
}

/* The labels, but for those of groupBy, in which rows differ. */
static struct str differing(struct live *live, const struct live_answer *answer)
{
	struct labels first = answer->rows[0].labels;
	struct buf out;
	struct str text;

	buf_init(&out, 200);
	for (size_t i = 0; i < first.len; i++)
		for (size_t r = 1; r < answer->len; r++)
			if (!str_eq(labels_get(answer->rows[r].labels, first.at[i].name), first.at[i].value)) {
				buf_fmt(&out, "%s'%.*s'", out.len ? ", " : "", STR_ARG(first.at[i].name));
				break;
			}
	text = arena_str(live->arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static bool same_group(const struct slo *slo, const struct live_row *a, const struct live_row *b)
{
	for (size_t i = 0; i < slo->group_by_len; i++)
		if (!str_eq(labels_get(a->labels, slo->group_by[i]), labels_get(b->labels, slo->group_by[i])))
			return false;
	return true;
}

static bool several_for_one(const struct slo *slo, const struct live_answer *answer)
{
	for (size_t i = 1; i < answer->len; i++)
		for (size_t before = 0; before < i; before++)
			if (same_group(slo, &answer->rows[i], &answer->rows[before]))
				return true;
	return false;
}

static const struct query *query_of(const struct sli *sli, enum plan_reading reading)
{
	switch (reading) {
	case READ_BAD:
	case READ_BAD_RATIO:
		return &sli->bad;
	case READ_GOOD:
	case READ_GOOD_RATIO:
		return &sli->good;
	case READ_TOTAL:
	case READ_SEEN:
		return &sli->total;
	case READ_THRESHOLD:
		break;
	}
	return &sli->metric;
}

static void judge_value(struct live *live, struct place place, enum plan_reading reading, double value)
{
	bool ratio = reading == READ_BAD_RATIO || reading == READ_GOOD_RATIO;

	if (isinf(value))
		findings_add(live->findings, FINDING_ERROR, place, STR(""), "not-finite", "the query gives %s",
			     value > 0 ? "+Inf" : "-Inf");
	else if (isnan(value) && !ratio) /* a ratio of 0/0 is a step in which nothing happened */
		findings_add(live->findings, FINDING_WARNING, place, STR(""), "not-finite",
			     "the query gives NaN, which counts as no data");
	else if (ratio && (value < 0 || value > 1))
		findings_add(live->findings, FINDING_ERROR, place, STR(""), "ratio",
			     "the ratio is %.4g; it must lie between 0 and 1", value);
	else if (!ratio && reading != READ_THRESHOLD && value < 0)
		findings_add(live->findings, FINDING_ERROR, place, STR(""), "ratio",
			     "the query gives %.4g events; a number of events cannot be negative", value);
}

static void judge_answer(struct live *live, const struct live_look *look, const struct plan_query *query,
			 const struct live_answer *answer)
{
	const struct query *asked = query_of(&look->slo->sli, query->reading);
	struct place place = asked->text.len ? asked->place : look->slo->sli.metric.place;

	if (answer->outcome == ASK_REFUSED)
		findings_add(live->findings, FINDING_ERROR, place, STR(""), "refused", "%s", answer->error);
	else if (answer->outcome == ASK_TOO_LARGE)
		findings_add(live->findings, FINDING_WARNING, place, STR(""), "too-large", "%s", answer->error);
	else if (query->reading != READ_SEEN && several_for_one(look->slo, answer))
		findings_add(
			live->findings, FINDING_ERROR, place, STR(""), "several-series",
			"the query returns %zu series%s, which differ in %.*s; aggregate them with sum(), or name their "
			"labels in groupBy",
			answer->series, look->slo->group_by_len ? "" : " where one is wanted",
			STR_ARG(differing(live, answer)));
	else
		for (size_t i = 0; i < answer->len; i++)
			judge_value(live, place, query->reading, live_last(&answer->rows[i]));
}

static void judge_probe(struct live *live, const struct live_look *look)
{
	if (look->odd && live_count(look->odd) > 0)
		findings_add(live->findings, FINDING_ERROR, look->slo->sli.metric.place, STR(""), "not-a-probe",
			     "%.0f series of the probe are neither 0 nor 1", live_count(look->odd));
}

static void judge_exactness(struct live *live, const struct live_look *look)
{
	if (!look->plan.exact && look->plan.query_len)
		findings_add(live->findings, FINDING_WARNING, look->slo->place, STR(""), "not-exact",
			     "not every event is counted once: %.*s", STR_ARG(look->plan.note));
}

void live_data_judge(struct live *live, struct live_look *look)
{
	judge_probe(live, look);
	judge_exactness(live, look);
	if (look->main)
		judge_interval(live, look);
	judge_events(live, look);
	for (size_t i = 0; i < look->plan.query_len; i++)
		judge_answer(live, look, &look->plan.query[i], look->values[i]);
}
