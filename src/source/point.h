/* The two halves of a sample in an answer: [1700000000.123,"0.5"]. Only for src/source. */
#ifndef WICK_SOURCE_POINT_H
#define WICK_SOURCE_POINT_H

#include "source/scan.h"

/* Seconds, as milliseconds. */
bool point_time(struct scan *scan, int64_t *ms);
/* A number in quotes. With `value` NULL only the form is looked at. */
bool point_value(struct scan *scan, double *value);

#endif
