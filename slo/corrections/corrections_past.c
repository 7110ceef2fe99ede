#include "slo/corrections/corrections_past.h"

#include "base/limits.h"
#include "slo/corrections/corrections.h"

static int64_t reach_of(const struct slo *slo, struct instant now)
{
	int64_t begin = now.ms;

	for (size_t i = 0; i < slo->windows_len; i++) {
		const struct slo_window *window = &slo->windows[i];
		int64_t from = window->calendar ? 0 : now.ms - window->span.ms;

		begin = from < begin ? from : begin;
	}
	return begin;
}

/* Its own windows, and those of the composites that are read through it. */
struct instant corrections_reach(const struct slo *slo, struct instant now)
{
	int64_t begin = reach_of(slo, now);

	for (size_t i = 0; i < slo->above_len; i++) {
		int64_t above = reach_of(slo->above[i], now);

		begin = above < begin ? above : begin;
	}
	return (struct instant){begin};
}

/* What ends behind the latest begin is in each window: only of the rest the SLOs have to be looked at. */
static int64_t latest_begin(const struct slo_set *set, struct instant now)
{
	int64_t latest = INT64_MIN;

	for (size_t i = 0; i < set->len; i++) {
		int64_t begin = corrections_reach(&set->slos[i], now).ms;

		latest = begin > latest ? begin : latest;
	}
	return latest;
}

static int64_t earliest_begin(const struct slo_set *set, const struct correction_scope *scope, struct instant now)
{
	int64_t earliest = INT64_MAX;

	for (size_t i = 0; i < set->len; i++) {
		int64_t begin;

		if (!correction_is_for(scope, &set->slos[i]))
			continue;
		begin = corrections_reach(&set->slos[i], now).ms;
		earliest = begin < earliest ? begin : earliest;
	}
	return earliest;
}

static bool excludes_behind(const struct exclusion *exclusion, int64_t begin)
{
	struct instant end = {begin + LIMIT_RECURRENCE_YEARS * 366 * SPAN_DAY};
	struct recurrence_walk walk = recurrence_between(&exclusion->when, (struct instant){begin}, end);
	struct period stretch;

	return recurrence_next(&walk, &stretch);
}

static void note(struct findings *findings, struct place place, const char *what)
{
	findings_add(
		findings, FINDING_NOTE, place, STR(""), "past",
		"the %s lies further back than every window of the SLOs that it is for: it changes no budget, and may go",
		what);
}

void corrections_past(const struct slo_set *set, struct instant now, struct findings *findings)
{
	const struct correction_list *list = &set->corrections;
	int64_t latest = latest_begin(set, now);

	/* one that is for no SLO has a finding of its own */
	for (size_t i = 0; i < list->exclusions_len; i++) {
		const struct exclusion *exclusion = list->exclusions[i];
		int64_t begin;

		if (excludes_behind(exclusion, latest))
			continue;
		begin = earliest_begin(set, &exclusion->scope, now);
		if (begin != INT64_MAX && !excludes_behind(exclusion, begin))
			note(findings, exclusion->place, "exclusion");
	}
	for (size_t i = 0; i < list->adjustments_len; i++) {
		const struct adjustment *adjustment = list->adjustments[i];
		int64_t begin;

		if (adjustment->at.ms >= latest)
			continue;
		begin = earliest_begin(set, &adjustment->scope, now);
		if (begin != INT64_MAX && adjustment->at.ms < begin)
			note(findings, adjustment->place, "adjustment");
	}
}
