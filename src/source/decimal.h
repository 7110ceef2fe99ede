/* Reads short decimals without strtod and rounds them exactly as strtod does. Sample values are nearly all of this
 * kind. */
#ifndef WICK_SOURCE_DECIMAL_H
#define WICK_SOURCE_DECIMAL_H

/* Reads -?digits(.digits)? at `at`, with at most 19 significant digits and 27 decimals, and returns the first byte
 * behind it; NULL where there is no such number. With `value` NULL only the form is looked at. */
const char *decimal_read(const char *at, const char *end, double *value);

#endif
