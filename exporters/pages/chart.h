/* Drawings of numbers over time, or by name: SVG within HTML, and behind each a real table with every number of it.
 * Readable aloud (a title and a sentence instead of the drawing), without colour, on paper and on a phone. Pure.
 *
 * What is not known is NaN: the line is broken there, the bar left out, and the table has a dash. Texts may be
 * anyone's: all of them come out inert. How it looks is the file chart.css (exporters/pages/assets.h), which is good
 * for a page that stands alone, too; there is nothing inline. */
#ifndef WICK_EXPORTERS_PAGES_CHART_H
#define WICK_EXPORTERS_PAGES_CHART_H

#include "base/buf.h"
#include "base/when.h"

/* What the numbers are, and how they are written. */
enum chart_unit {
	CHART_PERCENT, /* ratios: 0.25 is 25 % */
	CHART_NUMBER,  /* events, deployments */
	CHART_RATE,    /* burn rates: 14.4 */
	CHART_SECONDS, /* "2d 4h" */
};
enum { CHART_UNITS = CHART_SECONDS + 1 };

enum chart_mark {
	CHART_LINE,
	CHART_DASHED, /* a line to compare with: an ideal, a threshold */
	CHART_BARS,   /* of the time from the point before (or `from`) to the point */
	CHART_TOLD,   /* in the table alone */
};

/* What a colour stands for; beside it there is always a text. */
enum chart_tone { TONE_PLAIN, TONE_SOFT, TONE_GOOD, TONE_WARN, TONE_BAD, TONE_OTHER };
enum { CHART_TONES = TONE_OTHER + 1 };
extern const char *const chart_tone_classes[CHART_TONES]; /* "plain", "soft", ... */

struct chart_series {
	struct str title;
	enum chart_mark mark;
	enum chart_tone tone;
	enum chart_unit unit; /* what is drawn has the chart's; what is only told may have another */
	const double *values; /* chart->len of them; NaN: not known */
};

/* Behind the drawing, from one moment to another: an alert that fired, time that does not count. */
struct chart_band {
	struct instant from, to;
	struct str title;
	enum chart_tone tone;
};

/* A moment: a deployment. */
struct chart_event {
	struct instant at;
	struct str title;
	enum chart_tone tone;
};

struct chart {
	const char *id;           /* unique in the page, [a-z0-9-]+ */
	struct str title;         /* what is drawn: "Error budget left" */
	struct str summary;       /* what there is to see, in a sentence that holds the numbers */
	struct str axis;          /* the table's first column: "Until", "Month" */
	struct instant from, to;  /* the drawing's ends; not looked at where there are names */
	const struct instant *at; /* by point, rising; or */
	const struct str *names;  /* by point, side by side; the other one is NULL */
	size_t len;
	const struct chart_series *series;
	size_t series_len;
	enum chart_unit unit;
	double low, high; /* the scale shows these at least; NaN: as the numbers are. Bars always stand on 0 */
	const struct chart_band *bands;
	size_t bands_len;
	const struct chart_event *events;
	size_t events_len;
	bool open; /* the table is shown at once, not on demand: for what is printed */
};

/* A <figure>. Where no number is known a sentence says so, and nothing is drawn. */
void chart_write(struct buf *out, const struct chart *chart);

/* A number as the table has it; "-" for what is not known. */
void chart_number_write(struct buf *out, enum chart_unit unit, double value);

#endif
