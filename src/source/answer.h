/* Reads the one shape that Prometheus answers queries in, straight from the bytes and without building a tree: a
 * cycle's answer holds every series of every SLO, and this is where wick would spend its time. Anything else in JSON
 * goes through jansson. */
#ifndef WICK_SOURCE_ANSWER_H
#define WICK_SOURCE_ANSWER_H

#include "source/source.h"

enum answer_status { ANSWER_SUCCESS, ANSWER_ERROR, ANSWER_MALFORMED };

/* Texts are one line each, cut where they are too long. */
struct answer_info {
	char error_type[64], error[512]; /* of an error answer */
	char warning[256];               /* the first warning, or a word about a partial answer, or "" */
	size_t warnings;
	size_t series, samples;
};

/* Two passes over the same bytes: the first (`each` NULL) finds out whether all of it is well-formed; the second hands
 * out the series. `each` false ends the reading: ANSWER_MALFORMED with its error. A scalar as the result is one series
 * without labels, a string one without labels and samples. Members come in any order, unknown ones are passed over; the
 * JSON is read strictly. */
enum answer_status answer_read(struct str body,
			       bool (*each)(void *context, const struct source_series *series, struct err *err),
			       void *context, struct answer_info *info, struct err *err);

/* The same frame around anything: looks that all is well-formed, and gives the bytes of `data`. */
enum answer_status answer_frame(struct str body, struct str *data, struct answer_info *info, struct err *err);

#endif
