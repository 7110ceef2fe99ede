/* The numbers of SLOs under the names that sloth's rules record, so that dashboards and alerts made for those go on
 * working: over the daemon's series as over those that rules record. */
#ifndef WICK_EXPORTERS_ALERTING_SLOTH_NAMES_H
#define WICK_EXPORTERS_ALERTING_SLOTH_NAMES_H

#include "base/when.h"
#include "exporters/alerting/rule_file.h"

/* Recording rules into the group that has been begun: for each window the ratio of bad events, and what sloth says of
 * the budget of SLOs with these windows of their own. */
void sloth_names_write(struct rule_file *file, const struct span *windows, size_t windows_len,
		       const struct span *slo_windows, size_t slo_windows_len);

#endif
