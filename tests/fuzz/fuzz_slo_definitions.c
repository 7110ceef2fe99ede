/* Any bytes as a definition file: what is taken is whole, what is not has a reason. */
#include "slo/definitions.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool composed(const struct composite *composite)
{
	for (size_t i = 0; i < composite->len; i++)
		if (!composite->members[i].slo || !(composite->members[i].weight > 0))
			return false;
	return composite->len > 0;
}

static bool whole(const struct slo *slo)
{
	if (slo_composed(slo) && !composed(slo->sli.composite))
		return false;
	return slo->id.len && slo->name.len && slo->service.len && slo->objective > 0 && slo->objective < 1 &&
	       slo->window.ms > 0 && slo->window.ms % SPAN_MINUTE == 0 && slo->group_limit > 0 &&
	       (slo->sli.metric.text.len || slo->sli.good.text.len || slo->sli.bad.text.len || slo_composed(slo));
}

static bool corrected(const struct corrections *corrections)
{
	for (size_t i = 0; corrections && i < corrections->exclusions_len; i++) {
		const struct exclusion *exclusion = corrections->exclusions[i];
		struct recurrence_walk walk =
			recurrence_between(&exclusion->when, (struct instant){0}, (struct instant){4102444800000});
		struct period stretch;

		if (!exclusion->reason.len || !exclusion->author.len || !exclusion->when_text.len ||
		    (recurrence_next(&walk, &stretch) && stretch.begin.ms % SPAN_MINUTE))
			return false;
	}
	for (size_t i = 0; corrections && i < corrections->adjustments_len; i++)
		if (!corrections->adjustments[i]->reason.len || !corrections->adjustments[i]->author.len)
			return false;
	return true;
}

/* One of repository and organisation, and an environment or more, each with where it is seen. */
static bool delivered(const struct delivery *delivery)
{
	bool fine = delivery->environments_len && delivery->attribution.ms >= 0 &&
		    !delivery->repository.len == !!delivery->organisation.len &&
		    !delivery->service.len == !delivery->repository.len;

	for (size_t i = 0; i < delivery->environments_len && fine; i++)
		fine = delivery->environments[i].name.len && delivery->environments[i].from.len;
	for (size_t i = 0; i < delivery->incidents_len && fine; i++) {
		const struct incident_rule *rule = &delivery->incidents[i];

		fine = rule->source == INCIDENTS_SLO      ? rule->severity.len > 0
		       : rule->source == INCIDENTS_ISSUES ? rule->labels.len > 0
							  : rule->entries_len > 0 && rule->entries[0].name.len > 0;
	}
	return fine;
}

/* Names are looked up when all is read, and what stands beside a wrong one stays. */
static bool by_name(const struct slo_set *set)
{
	static const char *const rules[] = {"unknown-policy", "unknown-member", "broken-member",
					    "circle",         "too-deep",       "too-many"};
	bool found = false;

	for (size_t i = 0; i < set->findings_len; i++)
		for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++)
			found |= strcmp(set->findings[i].rule, rules[k]) == 0;
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slo_set *set = slo_set_read("fuzz.yaml", (struct str){(const char *)data, size});

	if ((set->len || set->deliveries_len || correction_list_len(&set->corrections)) && slo_set_errors(set) &&
	    !by_name(set))
		abort();
	for (size_t i = 0; i < set->len; i++)
		if (!whole(&set->slos[i]) || !corrected(set->slos[i].corrections) ||
		    (i && str_cmp(set->slos[i - 1].id, set->slos[i].id) >= 0))
			abort();
	for (size_t i = 0; i < set->deliveries_len; i++)
		if (!delivered(set->deliveries[i]))
			abort();
	for (size_t i = 0; i < set->findings_len; i++)
		if (!str_utf8(set->findings[i].text) || set->findings[i].text.len == 0 || !set->findings[i].rule)
			abort();
	slo_set_unref(set);
	return 0;
}
