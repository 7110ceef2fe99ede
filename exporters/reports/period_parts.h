/* The forms of a period's report (period_report.h). */
#ifndef WICK_EXPORTERS_REPORTS_PERIOD_PARTS_H
#define WICK_EXPORTERS_REPORTS_PERIOD_PARTS_H

#include "exporters/reports/period_report.h"

void period_json_write(struct buf *out, const struct period_report *report);
void period_csv_write(struct buf *out, const struct period_report *report);
void period_markdown_write(struct buf *out, const struct period_report *report);
void period_html_write(struct buf *out, const struct period_report *report);

#endif
