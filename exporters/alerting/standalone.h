/* Recording and alerting rules that do what the daemon does, for a Prometheus that is to do without one: series of the
 * same names, weighted by events. Each SLO has a few rules that count it; everything else is worked out by rules that
 * all SLOs share. docs/alerting.md says what only a daemon can do. */
#ifndef WICK_EXPORTERS_ALERTING_STANDALONE_H
#define WICK_EXPORTERS_ALERTING_STANDALONE_H

#include "base/err.h"
#include "exporters/alerting/rules.h"
#include "exporters/alerting/step_events.h"

struct standalone_options {
	struct step_events_options counting;
	const struct rules_options *rules; /* the resource and the runbooks */
	bool sloth;                        /* the numbers under sloth's names, too */
};

/* The rules of these SLOs as a file. False where one of them cannot be counted by rules, with the reason, or `out` is
 * too small. */
bool standalone_write(struct buf *out, const struct slo *slos, size_t len, const struct standalone_options *options,
		      struct err *err);

#endif
