/* What wick says of itself to an Alertmanager, where it posts by itself: a Prometheus that is dead evaluates no rule
 * about the wick that asks it. The rest of wick's health is for rules (rules.h), which see what wick cannot: that it is
 * down. */
#ifndef WICK_EXPORTERS_ALERTING_OWN_ALERTS_H
#define WICK_EXPORTERS_ALERTING_OWN_ALERTS_H

#include "base/buf.h"
#include "model/alert.h"
#include "model/health.h"

enum { OWN_ALERTS = 5 };

struct own_alert {
	const char *name, *severity, *runbook, *summary; /* as the rule of that name has them */
	struct span for_;                                /* true for so long before it fires */
	bool (*holds)(const struct health *health);
	void (*describe)(struct buf *out, const struct health *health);
};

extern const struct own_alert own_alerts[OWN_ALERTS];

/* True for the name of one of them. */
bool own_alert_named(const char *name);

#endif
