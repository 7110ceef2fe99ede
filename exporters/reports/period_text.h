/* What the forms of a period's report share: its sentences and cells, made of its numbers. Plain text, but for what
 * people have written, which the form makes harmless. */
#ifndef WICK_EXPORTERS_REPORTS_PERIOD_TEXT_H
#define WICK_EXPORTERS_REPORTS_PERIOD_TEXT_H

#include "exporters/delivery/report_parts.h"
#include "model/period_report.h"

/* The summary: a sentence for each number, `which` from 0 on; what there is nothing to say of writes nothing. False
 * behind the last. */
bool period_summary_write(struct buf *out, const struct period_report *report, size_t which, report_escape *escape);

enum period_column {
	PERIOD_SLO,
	PERIOD_OBJECTIVE,
	PERIOD_SLI,
	PERIOD_VERDICT_,
	PERIOD_LEFT,
	PERIOD_LEFT_BEFORE,
	PERIOD_EVENTS,
	PERIOD_COVERED,
	PERIOD_LEVEL,
	PERIOD_ORIGIN,
};
enum { PERIOD_COLUMNS = PERIOD_ORIGIN + 1 };
extern const char *const period_titles[PERIOD_COLUMNS];
/* "–" for what is not known. */
void period_cell_write(struct buf *out, const struct report_slo *slo, enum period_column column, report_escape *escape);

enum incident_column { INCIDENT_SLO, INCIDENT_ALERTS, INCIDENT_BEGIN, INCIDENT_END, INCIDENT_LASTED, INCIDENT_COST };
enum { INCIDENT_COLUMNS = INCIDENT_COST + 1 };
extern const char *const incident_titles[INCIDENT_COLUMNS];
void incident_cell_write(struct buf *out, const struct report_slo *slo, const struct report_incident *incident,
			 enum incident_column column, report_escape *escape);

/* A period's deliveries: the columns of other reports of them that are told here, the first being the period. */
enum { PERIOD_DELIVERY_COLUMNS = 9 };
const char *period_delivery_title(size_t column);
void period_delivery_cell(struct buf *out, const struct report_delivery *delivery, bool before, size_t column);

/* Lines about an SLO besides: why its numbers are not known or may not be exact, corrections, pages that are not known.
 * `which` from 0 on; false behind the last. */
bool period_note_text(struct buf *out, const struct report_slo *slo, size_t which, report_escape *escape);
/* One change of a correction. */
void period_change_write(struct buf *out, const struct audit_entry *entry, report_escape *escape);
/* How to read it all: false behind the last. */
bool period_help_write(struct buf *out, const struct period_report *report, size_t which, report_escape *escape);

/* "checkout {route="/pay"}" */
void period_slo_name(struct buf *out, const struct report_slo *slo, report_escape *escape);
size_t period_incidents(const struct report_service *service);

#endif
