/* The labels of an alert, which are the same on /metrics, in the API and at Alertmanager. */
#ifndef WICK_EXPORTERS_ALERTING_LABELS_H
#define WICK_EXPORTERS_ALERTING_LABELS_H

#include "model/result.h"

/* What an alert has beside the labels of its SLO's series: tier, kind, severity, of a burn tier long, short and factor,
 * of a missed objective window and period, and the author's own, but for names that the SLO's series have already.
 * Without `alert` what is different each time, the period, is left out. Texts in the arena. */
struct labels alert_own_labels(struct arena *arena, const struct slo_result *result, const struct tier *tier,
			       const struct alert *alert);
/* The annotations that the definitions give the tier's alert, slo_description and runbook_url among them, with its
 * labels filled in and `$value` for its number; without those that its labels have as "annotation_NAME". In the arena.
 */
struct labels alert_given(struct arena *arena, const struct slo_result *result, const struct tier *tier,
			  const struct alert *alert);

#endif
