/* Alerts as Alertmanager's API v2 takes them (POST /api/v2/alerts). Pure: the same input gives the same bytes. */
#ifndef WICK_EXPORTERS_ALERTING_ALERTMANAGER_H
#define WICK_EXPORTERS_ALERTING_ALERTMANAGER_H

#include "base/buf.h"
#include "exporters/alerting/own_alerts.h"
#include "exporters/alerting/told.h"
#include "model/result.h"

struct alertmanager_options {
	struct instant now;
	struct span hold;     /* a firing alert is taken for over when no word comes for so long */
	struct span resolved; /* one that is over is told for so long afterwards */
	struct str link;      /* wick's own address, for people; empty: none */
	struct told *told;    /* what was told before, which it goes on with; NULL: nothing was */
};

/* All alerts that fire, and those that ended lately, as a JSON array: those of the results, those that were told and
 * are not among them any more, those that wick has about
 * itself (`own` are OWN_ALERTS states), and the watchdog, which always fires. */
bool alertmanager_write(struct buf *out, const struct results *results, const struct health *health,
			const struct alert_state *own, const struct alertmanager_options *options);

#endif
