/* `wick report`: what became of a period, for people and for programs. Markdown and HTML show the same numbers; the
 * page stands alone, needs no script and prints. JSON has all of them, null for what is not known. CSV has a line for
 * each error budget, and one for each environment that is delivered to. */
#ifndef WICK_EXPORTERS_REPORTS_PERIOD_REPORT_H
#define WICK_EXPORTERS_REPORTS_PERIOD_REPORT_H

#include "format/json_write.h"
#include "model/period_report.h"

enum period_format { PERIOD_HTML, PERIOD_MARKDOWN, PERIOD_JSON, PERIOD_CSV };
enum { PERIOD_FORMATS = PERIOD_CSV + 1 };
extern const char *const period_format_names[PERIOD_FORMATS]; /* "html", "markdown", "json", "csv" */
extern const char *const period_format_ends[PERIOD_FORMATS];  /* of files: "html", "md", "json", "csv" */

/* False where `out` had not enough room. */
bool period_report_write(struct buf *out, const struct period_report *report, enum period_format format);

#endif
