/* A page of samples while it is written: heads of families and lines, in the text format 0.0.4 or in OpenMetrics 1.0.
 * A number that is NaN has no line, and a family without lines has no head. */
#ifndef WICK_EXPORTERS_SAMPLE_PAGE_H
#define WICK_EXPORTERS_SAMPLE_PAGE_H

#include "base/when.h"
#include "exporters/families.h"

enum exposition_format { EXPOSITION_TEXT, EXPOSITION_OPENMETRICS };
enum { EXPOSITION_FORMATS = EXPOSITION_OPENMETRICS + 1 };

/* What the format calls the type, and what a sample's name ends in. */
extern const char *const metric_type_names[EXPOSITION_FORMATS][METRIC_TYPES];
extern const char *const metric_suffixes[METRIC_TYPES];

struct sample_page {
	struct buf *out;
	enum exposition_format format;
	struct instant at; /* goes out with each sample; ms == 0: none does */
	char name[128];    /* of the family's samples */
	size_t name_len;
	size_t before, after; /* in `out`, around the family's head */
};

/* Writes the head. A family that turns out to have no samples takes it back in sample_family_end. */
void sample_family_begin(struct sample_page *page, const struct family *family);
void sample_family_end(struct sample_page *page);
/* The same without a head: the lines alone. */
void sample_family_name(struct sample_page *page, const struct family *family);

/* One line. `labels` begins with a brace or is empty, `more` begins with a comma or is empty; the closing brace is
 * written here. `part` goes behind the family's name: "_bucket", or "". */
void sample_put_part(struct sample_page *page, const char *part, struct str labels, struct str more, double value);
void sample_put(struct sample_page *page, struct str labels, struct str more, double value);

/* One line with one label, escaped here. */
void sample_put_labelled(struct sample_page *page, const char *label, struct str text, struct str more, double value);

#endif
