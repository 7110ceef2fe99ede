#include "propose/trial.h"

#include "base/map.h"
#include "propose/document.h"
#include "propose/ladder.h"

#include <math.h>

#define TRIAL_SAMPLES 150e6 /* that are read in a minute or two */

static double samples_of(const struct survey *survey, struct span span)
{
	double samples = 0;

	for (size_t i = 0; i < survey->len; i++)
		samples += survey->list[i].samples;
	return samples * (double)span.ms / (double)SPAN_DAY;
}

/* Those that are largest go, until the rest can be read. */
static void take_out(struct survey *survey, struct span span)
{
	while (survey->len > 1 && samples_of(survey, span) > TRIAL_SAMPLES) {
		size_t most = 0;

		for (size_t i = 1; i < survey->len; i++)
			if (survey->list[i].samples > survey->list[most].samples)
				most = i;
		survey_remark(survey,
			      "'%.*s' of %.*s has about %.0f samples a day, too many to try: give it --since to do so",
			      STR_ARG(survey->list[most].counted), STR_ARG(survey->list[most].service),
			      survey->list[most].samples);
		for (size_t i = most; i + 1 < survey->len; i++)
			survey->list[i] = survey->list[i + 1];
		survey->len--;
	}
}

struct span trial_span(struct survey *survey, struct span since)
{
	static const struct span shorter[] = {{14 * SPAN_DAY}, {7 * SPAN_DAY}, {3 * SPAN_DAY}, {SPAN_DAY}};
	struct span span = since;

	for (size_t i = 0; i < sizeof(shorter) / sizeof(shorter[0]) && samples_of(survey, span) > TRIAL_SAMPLES; i++)
		if (shorter[i].ms < span.ms)
			span = shorter[i];
	if (span.ms != since.ms)
		survey_remark(survey,
			      "the last %s alone were tried, since %s would be about %.0f samples; --since sets it",
			      span_text(span).text, span_text(since).text, samples_of(survey, since));
	take_out(survey, span);
	return span;
}

static void write_slo(struct buf *out, const struct survey *survey, size_t i, size_t bound, struct span since)
{
	const struct proposal *proposal = &survey->list[i];

	buf_fmt(out, "  - name: p%zu", i);
	if (proposal->kind == PROPOSE_LATENCY)
		buf_fmt(out, "-%zu", bound);
	buf_fmt(out, "\n    objective: 99%%\n    window: %s\n", span_text(since).text);
	document_write_groups(out, proposal);
	buf_cstr(out, "    sli:\n");
	if (proposal->kind != PROPOSE_LATENCY) {
		document_write_sli(out, survey->arena, proposal, STR(""));
		return;
	}
	document_write_sli(out, survey->arena, proposal, document_number(survey->arena, proposal->bounds[bound]));
}

bool trial_write(struct buf *out, const struct survey *survey, struct span since)
{
	buf_cstr(out, "apiVersion: wick/v1\nkind: ServiceLevels\nservice: trial\nalerting: {disable: true}\n");
	document_write_source(out, survey);
	buf_cstr(out, "slos:\n");
	for (size_t i = 0; i < survey->len; i++)
		for (size_t b = 0; b < (survey->list[i].kind == PROPOSE_LATENCY ? survey->list[i].bounds_len : 1); b++)
			write_slo(out, survey, i, b, since);
	return !out->full;
}

/* The results of one proposal, or of one bound of it: `*len` of them from the one that is returned. */
static const struct slo_result *results_of(const struct results *results, const struct map *by_name, struct str name,
					   size_t *len)
{
	const struct slo_result *first = map_get(by_name, name);

	*len = 0;
	while (first && first + *len < results->list + results->len && first[*len].slo == first->slo)
		++*len;
	return first;
}

static struct measured measure(struct arena *arena, const struct slo_result *result, struct span since)
{
	struct measured measured = {.doubt = STR("nothing is known of it")};
	const struct budget *budget = result ? &result->budgets[0] : NULL;

	if (!result)
		return measured;
	if (result->state == DATA_ERROR) {
		measured.doubt = proposal_shown(arena, result->reason);
		return measured;
	}
	measured = (struct measured){
		.bad = isfinite(budget->bad) ? budget->bad : 0,
		.total = isfinite(budget->total) ? budget->total : 0,
		.known = isfinite(budget->known) ? budget->known : 0,
	};
	ladder_judge(&measured, since);
	return measured;
}

/* 99 % of the requests met the threshold. */
static bool is_fast(const struct measured *measured)
{
	return measured->total > 0 && measured->bad * 100 <= measured->total;
}

/* The smallest bound that is fast enough, or the largest that can be counted. */
static void judge_latency(struct survey *survey, size_t i, const struct results *results, const struct map *by_name,
			  struct span since)
{
	struct proposal *proposal = &survey->list[i];

	proposal->measured.doubt = STR("nothing is known of it");
	for (size_t b = 0; b < proposal->bounds_len && !proposal->fast_enough; b++) {
		struct str name = arena_fmt(survey->arena, "p%zu-%zu", i, b);
		size_t len;
		const struct slo_result *result = results_of(results, by_name, name, &len);
		struct measured measured = measure(survey->arena, result, since);

		if (!(measured.total > 0) && proposal->threshold > 0)
			continue;
		proposal->threshold = proposal->bounds[b];
		proposal->measured = measured;
		proposal->fast_enough = is_fast(&measured);
	}
}

static bool worse(const struct measured *a, const struct measured *b)
{
	if (!a->objective || !b->objective)
		return !a->objective && b->objective;
	return a->bad * b->total > b->bad * a->total;
}

/* The worst instance sets the objective; those that are too young to tell have no say where there are others. */
static void judge_probe(struct survey *survey, size_t i, const struct results *results, const struct map *by_name,
			struct span since)
{
	struct proposal *proposal = &survey->list[i];
	size_t len, told = 0;
	const struct slo_result *first = results_of(results, by_name, arena_fmt(survey->arena, "p%zu", i), &len);

	proposal->measured = measure(survey->arena, first, since);
	for (size_t k = 0; k < len; k++) {
		struct measured measured = measure(survey->arena, &first[k], since);

		if (!(measured.total > 0) || measured.known * (double)since.ms < ladder_least_known(since)) {
			proposal->unknown++;
			continue;
		}
		if (told++ == 0 || worse(&measured, &proposal->measured)) {
			proposal->measured = measured;
			proposal->worst = arena_str(survey->arena, labels_get(first[k].group, STR("instance")));
		}
	}
}

void trial_judge(struct survey *survey, const struct results *results, struct span since)
{
	struct map by_name;

	map_init(&by_name);
	for (size_t i = results->len; i-- > 0;)
		map_put(&by_name, results->list[i].slo->name, &results->list[i]);
	for (size_t i = 0; i < survey->len; i++) {
		size_t len;

		switch (survey->list[i].kind) {
		case PROPOSE_AVAILABILITY:
			survey->list[i].measured = measure(
				survey->arena, results_of(results, &by_name, arena_fmt(survey->arena, "p%zu", i), &len),
				since);
			break;
		case PROPOSE_LATENCY:
			judge_latency(survey, i, results, &by_name, since);
			break;
		case PROPOSE_PROBE:
			judge_probe(survey, i, results, &by_name, since);
		}
	}
	map_release(&by_name);
}
