#include "engine/rehearsal_incident.h"

#include <math.h>

static bool touches(const struct rehearsal_fault *fault, const struct slo *slo)
{
	bool any = !fault->slow || slo->sli.kind == SLI_LATENCY;

	for (size_t i = 0; slo_composed(slo) && i < slo->sli.composite->len && !any; i++)
		any = touches(fault, slo->sli.composite->members[i].slo);
	return any;
}

bool rehearsal_touches(const struct rehearsal_incident *incident, const struct slo *slo)
{
	for (size_t i = 0; i < incident->len; i++)
		if (touches(&incident->faults[i], slo))
			return true;
	return false;
}

void rehearsal_bounds(const struct rehearsal_incident *incident, const struct slo *slo, struct span *begin,
		      struct span *end)
{
	*begin = (struct span){INT64_MAX};
	*end = (struct span){0};
	for (size_t i = 0; i < incident->len; i++) {
		const struct rehearsal_fault *fault = &incident->faults[i];

		if (!touches(fault, slo))
			continue;
		begin->ms = fault->after.ms < begin->ms ? fault->after.ms : begin->ms;
		end->ms = fault->after.ms + fault->length.ms > end->ms ? fault->after.ms + fault->length.ms : end->ms;
	}
}

double rehearsal_ratio(const struct rehearsal_incident *incident, const struct slo *slo, struct span from,
		       struct span to)
{
	double ratio = 0;

	for (size_t i = 0; i < incident->len; i++) {
		const struct rehearsal_fault *fault = &incident->faults[i];
		double begin = (double)fault->after.ms, end = begin + (double)fault->length.ms;
		double covered = fmax(fmin((double)to.ms, end) - fmax((double)from.ms, begin), 0);

		if (touches(fault, slo))
			ratio = fmax(ratio, fault->ratio * covered / (double)(to.ms - from.ms));
	}
	return ratio;
}
