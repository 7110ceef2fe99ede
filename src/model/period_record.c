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

double period_consumed(const struct period_record *record)
{
	double known = period_known(record);

	if (!(known > 0))
		return (double)NAN;
	return record->counts.total > 0
		       ? fmax(record->counts.bad, 0) / ((1 - record->objective) * record->counts.total / known)
		       : 0;
}
