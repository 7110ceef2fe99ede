/* What a lead needs to become a proposal: codes that tell bad events, bounds of buckets, instances of probes. */
#include "base/num.h"
#include "propose/survey_parts.h"

#include <math.h>
#include <stdlib.h>

enum { VALUES_SHOWN = 12, RECENT_PER_DAY = 24 * 6 };

static bool has_label(const struct find *find, struct str name)
{
	for (size_t i = 0; i < find->labels->len; i++)
		if (str_eq(find->labels->at[i], name))
			return true;
	return false;
}

static struct str buckets_of(struct arena *arena, const struct lead *lead)
{
	return arena_fmt(arena, "%.*s_bucket", STR_ARG(lead->proposal.metric));
}

static void ask_outcomes(struct surveying *surveying, struct lead *lead, struct str selector)
{
	struct str rest = str_of(lead->find->convention->outcomes), word;

	while (convention_word(&rest, &word) && lead->outcomes_len < SURVEY_OUTCOMES) {
		if (!has_label(lead->find, word))
			continue;
		lead->outcomes[lead->outcomes_len] = word;
		lead->values[lead->outcomes_len++] =
			inquiry_list(surveying->inquiry, ASK_VALUES, word, selector, SURVEY_VALUES);
	}
}

void survey_ask_lead(struct surveying *surveying, struct lead *lead)
{
	struct arena *arena = surveying->arena;
	struct str selector = proposal_selector(arena, &lead->proposal, STR(""), false);

	switch (lead->proposal.kind) {
	case PROPOSE_AVAILABILITY:
		ask_outcomes(surveying, lead, selector);
		return;
	case PROPOSE_LATENCY:
		selector = proposal_selector(arena, &lead->proposal, buckets_of(arena, lead), false);
		lead->bounds = inquiry_query(surveying->inquiry, "count by (le) (%.*s)", STR_ARG(selector));
		return;
	case PROPOSE_PROBE:
		if (has_label(lead->find, STR("instance")))
			lead->groups = inquiry_query(surveying->inquiry, "count(count by (instance) (%.*s))",
						     STR_ARG(selector));
	}
}

/* "200, 404, 500 and 3 more" */
static struct str shown(struct arena *arena, const struct listed *values)
{
	struct str text = STR("");
	size_t taken = 0;

	for (size_t i = 0; i < values->len && taken < VALUES_SHOWN; i++) {
		if (values->at[i].len == 0 || !proposal_plain(values->at[i]))
			continue;
		text = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(text), taken ? ", " : "", STR_ARG(values->at[i]));
		taken++;
	}
	if (values->len > taken)
		text = arena_fmt(arena, "%.*s%s%zu more", STR_ARG(text), taken ? " and " : "", values->len - taken);
	return text;
}

static bool judge_availability(struct surveying *surveying, struct lead *lead)
{
	struct proposal *proposal = &lead->proposal;
	struct str seen = STR("");

	for (size_t i = 0; i < lead->outcomes_len; i++) {
		const struct listed *values = lead->values[i];

		if (bad_codes_of(surveying->arena, proposal->convention->codes, values->at, values->len,
				 &proposal->bad)) {
			proposal->outcome = lead->outcomes[i];
			proposal->outcomes = shown(surveying->arena, values);
			return true;
		}
		if (values->len)
			seen = arena_fmt(surveying->arena, "%.*s%s'%.*s' holds %.*s", STR_ARG(seen),
					 seen.len ? "; " : ": ", STR_ARG(lead->outcomes[i]),
					 STR_ARG(shown(surveying->arena, values)));
	}
	survey_remark(surveying->survey, "'%.*s' of %.*s has no label whose values tell bad events from good ones%.*s",
		      STR_ARG(proposal->counted), STR_ARG(proposal->service), STR_ARG(seen));
	return false;
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Bounds that are spelled in two ways are one. */
static void take_bounds(struct arena *arena, const struct live_answer *answer, struct proposal *proposal)
{
	size_t kept = 0;

	proposal->bounds = arena_array(arena, answer->len + 1, sizeof(*proposal->bounds));
	for (size_t i = 0; i < answer->len; i++) {
		const struct live_row *row = &answer->rows[i];
		double bound;

		proposal->series += row->samples[row->len - 1].value;
		if (num_read_sample(labels_get(row->labels, STR("le")), &bound) && isfinite(bound) && bound > 0)
			proposal->bounds[proposal->bounds_len++] = bound;
	}
	qsort(proposal->bounds, proposal->bounds_len, sizeof(*proposal->bounds), by_size);
	for (size_t i = 0; i < proposal->bounds_len; i++)
		if (kept == 0 || proposal->bounds[kept - 1] < proposal->bounds[i])
			proposal->bounds[kept++] = proposal->bounds[i];
	proposal->bounds_len = kept;
}

static bool judge_latency(struct surveying *surveying, struct lead *lead)
{
	struct proposal *proposal = &lead->proposal;
	const char *fault = lead->bounds->error;

	if (!fault) {
		take_bounds(surveying->arena, lead->bounds, proposal);
		if (proposal->bounds_len == 0)
			fault = "its buckets have no bounds now";
		else if (proposal->bounds_len > SURVEY_BOUNDS)
			fault = "it has too many bounds to try each of them";
	}
	if (fault)
		survey_remark(surveying->survey, "no latency from '%.*s' of %.*s: %s", STR_ARG(proposal->metric),
			      STR_ARG(proposal->service), fault);
	return !fault;
}

static void judge_probe(struct lead *lead)
{
	double groups = live_count(lead->groups);

	lead->proposal.groups = groups < 1e6 ? (size_t)groups : 0;
}

bool survey_judge_lead(struct surveying *surveying, struct lead *lead)
{
	double recent = live_count(lead->find->recent);
	bool ok = true;

	switch (lead->proposal.kind) {
	case PROPOSE_AVAILABILITY:
		ok = judge_availability(surveying, lead);
		break;
	case PROPOSE_LATENCY:
		ok = judge_latency(surveying, lead);
		break;
	case PROPOSE_PROBE:
		judge_probe(lead);
	}
	lead->proposal.samples = isfinite(recent) ? recent * RECENT_PER_DAY * lead->proposal.series : 0;
	return ok;
}
