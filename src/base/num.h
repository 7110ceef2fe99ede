/* Numbers from and to text. The whole input must be the number; nothing depends on a locale. */
#ifndef WICK_BASE_NUM_H
#define WICK_BASE_NUM_H

#include "base/buf.h"

/* Decimal, with optional sign, fraction and exponent. Refuses blanks, hex, "inf", "nan" and what overflows. */
bool num_read_double(struct str s, double *value);
/* The same, scaled by 10^exponent before rounding: "99.9" with -2 is exactly the double 0.999. */
bool num_read_scaled(struct str s, int exponent, double *value);
/* As Prometheus writes sample values: num_read_double's, and NaN, Inf, +Inf, -Inf in any case. */
bool num_read_sample(struct str s, double *value);
bool num_read_u64(struct str s, uint64_t *value);
bool num_read_i64(struct str s, int64_t *value);

/* The shortest decimal that reads back as the same double; NaN, +Inf, -Inf as Prometheus writes them. */
bool num_write_double(struct buf *buf, double value);
/* The same into a text of one's own, without a NUL behind it; returns its length. */
enum { NUM_TEXT = 32 };
size_t num_text(char text[static NUM_TEXT], double value);

/* True where the double is a whole number that is stored exactly (below 2^53). */
bool num_whole(double value);
/* Equal as doubles; says at the place of use that exact equality is meant. */
static inline bool num_same(double a, double b) { return !(a < b) && !(a > b); }

#endif
