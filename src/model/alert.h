/* How one alert tier of one SLO and group stands: plain data. */
#ifndef WICK_MODEL_ALERT_H
#define WICK_MODEL_ALERT_H

#include "model/period_record.h"

/* As Prometheus names them. An alert that has fired and is over is inactive, with the time of its end. */
enum alert_phase { ALERT_INACTIVE, ALERT_PENDING, ALERT_FIRING };
enum { ALERT_PHASES = ALERT_FIRING + 1 };
extern const char *const alert_phase_names[ALERT_PHASES]; /* "inactive", "pending", "firing" */

/* What is remembered from step to step; ms == 0: never. All zeros is the beginning. */
struct alert_state {
	enum alert_phase phase;
	struct instant active_at;   /* pending or firing: when it became true */
	struct instant fired_at;    /* when it fired last */
	struct instant false_at;    /* firing: since when it is not true any more */
	struct instant resolved_at; /* when its last firing ended */
};

/* With the numbers behind it; NaN where there are none. */
struct alert {
	struct alert_state state;
	/* TIER_BURN: the burn rate of the long window; TIER_BUDGET: the part of the budget that is consumed;
	 * TIER_EXHAUSTS: seconds until it is empty; TIER_MISSED: the part of the period's budget that was used; else
	 * NaN */
	double value;
	double value_short; /* TIER_BURN: the burn rate of the short window */
	double bad, total;  /* events in the window that it looks at */
	/* TIER_MISSED: the closed period that it is about; NULL: none. Not owned: it lives as long as the records */
	const struct period_record *period;
};

#endif
