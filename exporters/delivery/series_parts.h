/* What series.c and backfill.c share: the labels of each result, and the samples of a single metric. */
#ifndef WICK_EXPORTERS_DELIVERY_SERIES_PARTS_H
#define WICK_EXPORTERS_DELIVERY_SERIES_PARTS_H

#include "exporters/delivery/families.h"
#include "exporters/sample_page.h"

/* By result: `{environment="a",service="b"`, escaped; no two of one scope are alike. */
struct dora_identities {
	struct buf text;
	struct dora_identity {
		size_t at, len; /* in `text` */
		bool shown;
	} * list;
	size_t len, conflicts;
};

void dora_identities_init(struct dora_identities *identities, const struct dora_results *results);
void dora_identities_release(struct dora_identities *identities);
struct str dora_identity_of(const struct dora_identities *identities, size_t result);

/* How many metrics the family can have of one result. */
size_t dora_family_metrics(const struct dora_family *row);
/* The samples of one of them, those that are known. The page has the family's name. */
void dora_metric_put(struct sample_page *page, const struct dora_family *row, const struct dora_result *result,
		     struct str identity, size_t metric);

#endif
