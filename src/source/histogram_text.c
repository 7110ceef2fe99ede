#include "source/histogram_text.h"

#include "base/mem.h"
#include "source/point.h"

#include <stdlib.h>

void histogram_list_release(struct histogram_list *list)
{
	free(list->at);
	free(list->buckets);
	*list = (struct histogram_list){0};
}

/* [0,"0.25","0.5","3"] */
static bool read_bucket(struct histogram_list *list, struct scan *scan, bool keep)
{
	struct histogram_bucket bucket;
	struct str rule;

	if (!scan_take(scan, '[') || !scan_number(scan, &rule) || !scan_take(scan, ',') ||
	    !point_value(scan, &bucket.lower) || !scan_take(scan, ',') || !point_value(scan, &bucket.upper) ||
	    !scan_take(scan, ',') || !point_value(scan, &bucket.count) || !scan_take(scan, ']'))
		return false;
	if (!(bucket.lower <= bucket.upper))
		return scan_fail(scan, "a bucket whose bounds are in the wrong order");
	if (!keep)
		return true;
	XGROW(list->buckets, list->buckets_len, list->buckets_cap);
	list->buckets[list->buckets_len++] = bucket;
	return true;
}

static bool read_buckets(struct histogram_list *list, struct scan *scan, bool keep)
{
	if (scan_peek(scan) == 'n')
		return scan_null(scan);
	if (!scan_take(scan, '['))
		return false;
	for (bool first = true; scan_more(scan, ']', &first);)
		if (!read_bucket(list, scan, keep))
			return false;
	return !scan->failed;
}

enum { SEEN_COUNT = 1, SEEN_BUCKETS = 2 };

static bool read_member(struct histogram_list *list, struct scan *scan, bool keep, struct histogram *histogram,
			unsigned *seen)
{
	struct str key;
	unsigned member;

	if (!scan_key(scan, &key))
		return false;
	member = str_is(key, "count") ? SEEN_COUNT : str_is(key, "buckets") ? SEEN_BUCKETS : 0;
	if (*seen & member)
		return scan_fail(scan, "a member that comes twice");
	*seen |= member;
	if (member == SEEN_COUNT)
		return point_value(scan, &histogram->count);
	return member == SEEN_BUCKETS ? read_buckets(list, scan, keep) : scan_skip(scan);
}

/* One sample, put behind those of the list. */
static bool add(struct histogram_list *list, struct scan *scan, bool keep)
{
	size_t before = list->buckets_len;
	struct histogram histogram = {0};
	unsigned seen = 0;

	if (!scan_take(scan, '[') || !point_time(scan, &histogram.ms) || !scan_take(scan, ',') || !scan_take(scan, '{'))
		return false;
	for (bool first = true; scan_more(scan, '}', &first);)
		if (!read_member(list, scan, keep, &histogram, &seen))
			return false;
	if (scan->failed || !scan_take(scan, ']'))
		return false;
	if (!(seen & SEEN_COUNT))
		return scan_fail(scan, "a histogram without 'count'");
	if (keep) {
		XGROW(list->at, list->len, list->cap);
		histogram.len = list->buckets_len - before;
		list->at[list->len] = histogram;
	}
	list->len++;
	return true;
}

bool histogram_list_read_one(struct histogram_list *list, struct scan *scan, bool keep)
{
	list->len = list->buckets_len = 0;
	return add(list, scan, keep);
}

bool histogram_list_read(struct histogram_list *list, struct scan *scan, bool keep)
{
	list->len = list->buckets_len = 0;
	if (scan_peek(scan) == 'n')
		return scan_null(scan);
	if (!scan_take(scan, '['))
		return false;
	for (bool first = true; scan_more(scan, ']', &first);)
		if (!add(list, scan, keep))
			return false;
	return !scan->failed;
}

const struct histogram *histogram_list_finish(struct histogram_list *list)
{
	size_t from = 0;

	/* Only now: the buckets moved while more of them came. None at all is no array. */
	for (size_t i = 0; list->at && list->buckets && i < list->len; i++) {
		list->at[i].buckets = list->buckets + from;
		from += list->at[i].len;
	}
	return list->at;
}
