/* Reads the lists that a source gives of what it has: ["a","b"] of names and values, {"metric":[{"type":..}]} of
 * metadata. Only for src/source. */
#ifndef WICK_SOURCE_LISTING_H
#define WICK_SOURCE_LISTING_H

#include "source/answer.h"

/* As answer_read: the first pass, without `each`, finds out whether all of it is well-formed, and counts the lines as
 * series; the second hands them out. */
enum answer_status listing_read(enum ask_list list, struct str body,
				bool (*each)(void *context, const struct source_item *item, struct err *err),
				void *context, struct answer_info *info, struct err *err);

#endif
