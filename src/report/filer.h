/* Writes the report of each period to a folder, once: an hour after its end, or later where the ledgers are not caught
 * up by then. The engine's thread owns it; it asks nobody. */
#ifndef WICK_REPORT_FILER_H
#define WICK_REPORT_FILER_H

#include "engine/snapshot.h"
#include "exporters/reports/period_report.h"
#include "ledger/store.h"

struct filer_settings {
	const char *folder; /* NULL: none are written */
	struct calendar calendar;
	enum period_format format;
};

struct filer;

/* Both must outlive it. */
struct filer *filer_new(const struct filer_settings *settings, struct store *store);
void filer_free(struct filer *filer); /* NULL is legal */

/* Looks whether a report is due, and writes it. That it was written is kept in the store, so that a file that somebody
 * moves away does not come back. A folder that cannot be written is told once, and tried again. */
void filer_take(struct filer *filer, const struct snapshot *snapshot, struct instant now);

#endif
