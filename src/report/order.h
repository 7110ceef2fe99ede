/* The order of a report, and its sum. */
#ifndef WICK_REPORT_ORDER_H
#define WICK_REPORT_ORDER_H

#include "model/period_report.h"

/* SLOs worst first: what is spent, from the most on; then what is not known; then what is left. Services by the worst
 * of theirs; those without SLOs come last. */
void report_order(struct period_report *report);
/* Adds up what is there. */
void report_sum_up(struct period_report *report);

#endif
