/* Texts of alerts with places to be filled in: the part of Prometheus's template language that is read the same
 * everywhere, {{ $labels.NAME }} and {{ $value }}. */
#ifndef WICK_FORMAT_TEMPLATE_H
#define WICK_FORMAT_TEMPLATE_H

#include "base/err.h"
#include "model/labels.h"

/* Whether every place can be filled in: says which one cannot, and what could be. */
bool template_check(struct str text, struct err *err);
/* The text with its places filled in; a label that is not there is empty, and a place that is not known stays as it
 * is. */
bool template_write(struct buf *out, struct str text, struct labels labels, struct str value);
/* The text so that Prometheus's and Alertmanager's templates give it back as it is. */
bool template_literal_write(struct buf *out, struct str text);

/* For a Prometheus that fills in the rest: the text with the places of these labels filled in. */
bool template_write_some(struct buf *out, struct str text, struct labels labels);

/* The text with the places of these labels replaced by what they have for values: texts with places themselves. */
bool template_replace(struct buf *out, struct str text, struct labels labels);
/* The first label in the text whose name begins so; empty where there is none. */
struct str template_label(struct str text, struct str prefix);

#endif
