/* Native histograms in an answer: [time, {"count":"3","sum":"0.5","buckets":[[0,"0.25","0.5","3"]]}]. A bucket's first
 * number tells which of its bounds belong to it; empty buckets are left out. Only for src/source. */
#ifndef WICK_SOURCE_HISTOGRAM_TEXT_H
#define WICK_SOURCE_HISTOGRAM_TEXT_H

#include "model/histogram.h"
#include "source/scan.h"

/* The histogram samples of one series; all zero is an empty one. */
struct histogram_list {
	struct histogram *at;
	size_t len, cap;
	struct histogram_bucket *buckets; /* of all of them in a row */
	size_t buckets_len, buckets_cap;
};

void histogram_list_release(struct histogram_list *list);

/* Take the place of what the list holds: one sample, or a list of them, which may be null. Without `keep` they are
 * looked at and counted in `len` only. */
bool histogram_list_read_one(struct histogram_list *list, struct scan *scan, bool keep);
bool histogram_list_read(struct histogram_list *list, struct scan *scan, bool keep);

/* The samples, with their buckets; NULL where none were kept. */
const struct histogram *histogram_list_finish(struct histogram_list *list);

#endif
