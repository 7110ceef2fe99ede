/* Placeholders in the texts of a template: `$name` or `${name}`. `$window` and its other spellings stay as they are,
 * and so does a `$` before anything but a letter; `$$` stands for one `$`. `$groupBy` is known everywhere: the labels
 * that the SLO is grouped by.
 *
 * A value cannot change the structure of the query that it gets into: each type has places where it may stand, which
 * are told apart here as PromQL tells them apart, and text in quotes is quoted anew. */
#ifndef WICK_SLO_TEMPLATES_FILL_H
#define WICK_SLO_TEMPLATES_FILL_H

#include "slo/templates/parameter.h"

struct fill {
	struct arena *scratch;
	struct parameter_value *values; /* of all parameters */
	size_t len;
	const struct str *group_by;
	size_t group_by_len;
};

struct fill_fault {
	size_t offset; /* the byte of the text where the placeholder, or the quoted text around it, begins */
	char text[320];
};

/* A PromQL text. */
bool fill_query(struct fill *fill, struct str text, struct buf *out, struct fill_fault *fault);
/* Any other scalar; in a `number`, durations become seconds. */
bool fill_scalar(struct fill *fill, struct str text, bool number, struct buf *out, struct fill_fault *fault);

#endif
