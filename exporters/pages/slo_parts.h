/* The parts of an SLO's page (slo_page.c), each a section of its own with its heading. */
#ifndef WICK_EXPORTERS_PAGES_SLO_PARTS_H
#define WICK_EXPORTERS_PAGES_SLO_PARTS_H

#include "exporters/pages/pages.h"

/* What a section is written from. */
struct slo_view {
	const struct page_source *source;
	const struct slo_result *result;
	unsigned depth; /* of the page: links go up from there */
	struct arena *arena;
};

/* "Budget left" over the window with the even pace, and its events: two drawings. */
void slo_history_write(struct buf *out, const struct slo_view *view);
/* The burn rate of every window beside what the alerts allow. */
void slo_burn_write(struct buf *out, const struct slo_view *view);
void slo_alerts_write(struct buf *out, const struct slo_view *view);
/* What was deployed in the window; nothing where nothing of deliveries is known. */
void slo_deployments_write(struct buf *out, const struct slo_view *view);
/* Exclusions and adjustments, and what they have changed. */
void slo_corrections_write(struct buf *out, const struct slo_view *view);
/* The other windows, and the periods that are closed. */
void slo_windows_write(struct buf *out, const struct slo_view *view);
/* "Why is this number so". */
void slo_why_write(struct buf *out, const struct slo_view *view);

/* What was deployed to the environment that the SLO is measured in; NULL where nothing is known. */
const struct dora_history *slo_deployments_of(const struct slo_view *view);

#endif
