/* What is found of one service, as a narrator is told it: names and numbers, and no texts that people have written
 * beside names. JSON: whatever a name is, it is a value and nothing else. */
#ifndef WICK_EXPORTERS_REPORTS_FINDINGS_H
#define WICK_EXPORTERS_REPORTS_FINDINGS_H

#include "base/buf.h"
#include "model/period_report.h"

/* Of many SLOs the worst. */
enum { FINDINGS_SLOS = 20 };

void report_findings_write(struct buf *out, const struct period_report *report, const struct report_service *service);

#endif
