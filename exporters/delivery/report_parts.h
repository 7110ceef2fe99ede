/* What the forms of a report share: its columns, and what is said of each result besides. */
#ifndef WICK_EXPORTERS_DELIVERY_REPORT_PARTS_H
#define WICK_EXPORTERS_DELIVERY_REPORT_PARTS_H

#include "exporters/delivery/report.h"

enum report_column {
	REPORT_WINDOW,
	REPORT_DEPLOYMENTS,
	REPORT_ATTEMPTS,
	REPORT_PER_DAY,
	REPORT_LEAD_P50,
	REPORT_LEAD_P75,
	REPORT_LEAD_P90,
	REPORT_FAILED,
	REPORT_FAILURE_RATIO,
	REPORT_RECOVERY,
	REPORT_REWORK,
};
enum { REPORT_COLUMNS = REPORT_REWORK + 1 };
extern const char *const report_titles[REPORT_COLUMNS];

/* Plain ASCII, but for what is not known: `unknown`. */
void report_cell_write(struct buf *out, const struct dora_result *result, size_t window, enum report_column column,
		       const char *unknown);

/* What people or hosts have written, made harmless for the form. */
typedef void report_escape(struct buf *out, struct str text);

/* "shop production (acme/shop)", "team platform production (2 services)" */
void report_name_write(struct buf *out, const struct dora_result *result, report_escape *escape);

/* Lines about a result beside its numbers; those that there is nothing to say for write nothing. */
enum report_detail {
	REPORT_DETAIL_STATE, /* not read, not complete, never seen */
	REPORT_DETAIL_LEVELS,
	REPORT_DETAIL_STAGES,
	REPORT_DETAIL_EVIDENCE,
	REPORT_DETAIL_OPEN,
	REPORT_DETAIL_LEFT_OUT,
};
enum { REPORT_DETAILS = REPORT_DETAIL_LEFT_OUT + 1 };
void report_detail_write(struct buf *out, const struct dora_result *result, enum report_detail detail,
			 report_escape *escape);

/* Sentences about all of the report; the last of them is followed by nothing. Returns false behind it. */
bool report_note_write(struct buf *out, const struct dora_results *results, size_t which, report_escape *escape);

void report_table_write(struct buf *out, const struct dora_results *results, const struct table_style *style);
void report_json_write(struct buf *out, const struct dora_results *results);
void report_csv_write(struct buf *out, const struct dora_results *results);
void report_markdown_write(struct buf *out, const struct dora_results *results);
void report_html_write(struct buf *out, const struct dora_results *results);

#endif
