/* What alerts are called, whichever way they are sent. */
#ifndef WICK_EXPORTERS_ALERTING_NAMES_H
#define WICK_EXPORTERS_ALERTING_NAMES_H

#include "model/alerting.h"

extern const char *const alert_names[TIER_KINDS];    /* the label alertname: "ErrorBudgetBurn", ... */
extern const char *const alert_runbooks[TIER_KINDS]; /* the runbook's name: "error-budget-burn", ... */

#endif
