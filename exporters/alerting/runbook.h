/* Runbooks: what to do about an alert, written per kind of alert and kind of SLI and filled with the SLO's own names
 * and queries. Plain data first, so that Markdown and HTML say the same. */
#ifndef WICK_EXPORTERS_ALERTING_RUNBOOK_H
#define WICK_EXPORTERS_ALERTING_RUNBOOK_H

#include "base/buf.h"
#include "model/slo.h"

#include <stddef.h>

enum { RUNBOOK_SECTIONS = 6 }; /* what it means, likely causes, first steps, resolution, roll back, escalate */

/* One alert's runbook. In its texts {slo}, {service}, {objective}, {window}, {promise}, {bad}, {total} and {metric}
 * stand for what the SLO says. */
struct runbook {
	const char *name; /* as in the address: "error-budget-burn" */
	const char *title;
	const char *const *sections[RUNBOOK_SECTIONS]; /* NULL-terminated lists of paragraphs or steps */
};

extern const char *const runbook_headings[RUNBOOK_SECTIONS];

/* A list of paragraphs or steps. */
#define RUNBOOK_LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The texts; each table ends with a row without name. `own_runbooks` are those of SLOs' alerts and about wick itself,
 * the others those of the packs. */
extern const struct runbook own_runbooks[], host_runbooks[], blackbox_runbooks[], delivery_runbooks[],
	prometheus_runbooks[];

/* All there are, by their place: those of SLOs' alerts first. NULL behind the last. */
const struct runbook *runbook_at(size_t place);
/* NULL where there is none of this name. */
const struct runbook *runbook_named(struct str name);

/* The runbook for an SLO, or, with `slo` NULL, in general. */
bool runbook_write_markdown(struct buf *out, const struct runbook *runbook, const struct slo *slo);
/* The body of a page: headings, paragraphs, lists; everything from the SLO is escaped. */
bool runbook_write_html(struct buf *out, const struct runbook *runbook, const struct slo *slo);

#endif
