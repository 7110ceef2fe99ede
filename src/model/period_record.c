#include "model/period_record.h"

#include <math.h>

bool period_corrected(const struct period_record *record)
{
	return record->excluded_steps > 0 || fabs(record->adjusted_good) > 0 || fabs(record->adjusted_bad) > 0;
}

double period_sli(const struct period_record *record)
{
	double total = record->counts.total;

	return total > 0 ? 1 - fmin(fmax(record->counts.bad / total, 0), 1) : (double)NAN;
}

double period_coverage(const struct period_record *record)
{
	return record->steps > 0 ? fmin(record->counts.covered / record->steps, 1) : 0;
}

double period_known(const struct period_record *record)
{
	double known = record->counts.covered + record->counts.bridged;

	return record->steps > 0 ? fmin(known / record->steps, 1) : 0;
}

bool period_partial(const struct period_record *record) { return period_known(record) < 0.99; }

double period_allowed(const struct period_record *record)
{
	double known = period_known(record);

	return known > 0 ? (1 - record->objective) * record->counts.total / known : (double)NAN;
}

double period_consumed(const struct period_record *record)
{
	double allowed = period_allowed(record);

	return allowed > 0 ? fmax(record->counts.bad, 0) / allowed : isnan(allowed) ? allowed : 0;
}

/* What is equal on paper shall not depend on the last bit of 1 - 0.9. */
#define SLACK 1e-9

enum period_verdict period_verdict(const struct period_record *record)
{
	double consumed = period_consumed(record);

	if (isnan(consumed))
		return PERIOD_UNKNOWN;
	if (consumed > 1 + SLACK)
		return PERIOD_MISSED;
	return consumed <= period_known(record) * (1 + SLACK) ? PERIOD_MET : PERIOD_UNKNOWN;
}

const struct period_record *period_last(const struct period_record *const *list, size_t len, struct str window,
					struct instant at)
{
	for (size_t i = len; i-- > 0;)
		if (str_eq(list[i]->window, window) && list[i]->closed_at.ms <= at.ms)
			return list[i];
	return NULL;
}
