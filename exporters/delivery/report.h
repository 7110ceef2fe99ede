/* `wick dora report`: delivery results for people and for programs.
 *
 * JSON is an array with one element per service (or team, or group), environment and window; null stands for what is
 * not known. CSV has the same, a line each. Table, Markdown and HTML show the same numbers to people, with the choices
 * of the definitions beside them. `attempts` are those that ended with success or failure; those that were cancelled or
 * skipped are told apart. */
#ifndef WICK_EXPORTERS_DELIVERY_REPORT_H
#define WICK_EXPORTERS_DELIVERY_REPORT_H

#include "exporters/table.h"
#include "model/dora.h"

enum report_format { REPORT_TABLE, REPORT_JSON, REPORT_MARKDOWN, REPORT_CSV, REPORT_HTML };
enum { REPORT_FORMATS = REPORT_HTML + 1 };
extern const char *const report_format_names[REPORT_FORMATS]; /* "table", "json", "markdown", "csv", "html" */

/* False where `out` had not enough room. `style` is for the table alone: its colours; and may be NULL. */
bool dora_report_write(struct buf *out, const struct dora_results *results, enum report_format format,
		       const struct table_style *style);

#endif
