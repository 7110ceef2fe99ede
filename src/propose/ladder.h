/* Which objective a history would have met. Pure. */
#ifndef WICK_PROPOSE_LADDER_H
#define WICK_PROPOSE_LADDER_H

#include "propose/proposal.h"

/* Finds the strictest objective of 90, 95, 99, 99.5, 99.9, 99.95 and 99.99 % of whose budget `measured` would have left
 * at least a tenth, and whose budget is not so small that a few events of chance are all of it. Where there is none, or
 * less than a day (or less than `since`, where that is shorter) is known, `doubt` says so. */
void ladder_judge(struct measured *measured, struct span since);

/* How many milliseconds of `since` have to be known. */
double ladder_least_known(struct span since);

#endif
