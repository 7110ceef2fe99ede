#include "exporters/pages/chart.h"

#include "base/civil.h"
#include "exporters/alerting/text.h"
#include "exporters/pages/parts.h"
#include "exporters/table.h"
#include "format/html.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

const char *const chart_tone_classes[CHART_TONES] = {"plain", "soft", "good", "warn", "bad", "other"};

/* The drawing, in its own units; at the left is room for the scale. */
enum { LEFT = 64, WIDTH = 640, TOP = 10, HEIGHT = 150, BOTTOM = 26, TICKS_MOST = 5, TITLE = 200 };

/* What is drawn, and its scale. */
struct scale {
	double low, high, step;
	bool known; /* a number is known */
};

void chart_number_write(struct buf *out, enum chart_unit unit, double value)
{
	if (isnan(value)) {
		buf_char(out, '-');
		return;
	}
	switch (unit) {
	case CHART_PERCENT:
		table_percent_write(out, value, 1);
		break;
	case CHART_NUMBER:
		/* parts of an event say nothing where there are thousands */
		buf_fmt(out, fabs(value) >= 1000 || fabs(value - round(value)) < 0.005 ? "%.0f" : "%.2f", value);
		break;
	case CHART_RATE:
		table_rate_write(out, value);
		break;
	case CHART_SECONDS:
		alert_time_write(out, value);
		break;
	}
}

/* 1, 2 or 5 times a power of ten, so that `range` has no more than `most` of it. */
static double round_step(double range, int most)
{
	double least = range / most, power = pow(10, floor(log10(least)));

	for (int i = 0; i < 3; i++) {
		static const double factors[] = {1, 2, 5};

		if (factors[i] * power >= least * (1 - 1e-9))
			return factors[i] * power;
	}
	return 10 * power;
}

/* People count time by 60, 24 and 7. */
static double time_step(double range, int most)
{
	static const double steps[] = {1,     5,     15,    60,     300,    900,     1800,    3600,    3 * 3600.0,
				       21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 15552000};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (range / steps[i] <= most)
			return steps[i];
	return round_step(range, most);
}

static struct scale scale_of(const struct chart *chart)
{
	struct scale scale = {.low = chart->low, .high = chart->high};

	for (size_t s = 0; s < chart->series_len; s++) {
		const struct chart_series *series = &chart->series[s];

		for (size_t i = 0; i < chart->len && series->mark != CHART_TOLD; i++) {
			if (!isfinite(series->values[i]))
				continue;
			scale.known |= series->mark != CHART_DASHED;
			scale.low = fmin(scale.low, series->values[i]); /* NaN gives way */
			scale.high = fmax(scale.high, series->values[i]);
			if (series->mark == CHART_BARS) {
				scale.low = fmin(scale.low, 0);
				scale.high = fmax(scale.high, 0);
			}
		}
	}
	if (!scale.known)
		return scale;
	if (!(scale.high > scale.low))
		scale.high = scale.low + (scale.low > 0 ? scale.low : 1);
	scale.step = chart->unit == CHART_SECONDS ? time_step(scale.high - scale.low, TICKS_MOST)
						  : round_step(scale.high - scale.low, TICKS_MOST);
	/* of what is counted there are no halves */
	if (chart->unit == CHART_NUMBER && scale.high - scale.low >= 1)
		scale.step = fmax(scale.step, 1);
	return scale;
}

static double across_time(const struct chart *chart, struct instant at)
{
	double whole = (double)(chart->to.ms - chart->from.ms),
	       part = whole > 0 ? (double)(at.ms - chart->from.ms) / whole : 0;

	return LEFT + (WIDTH - LEFT) * fmin(fmax(part, 0), 1);
}

/* Where a point is, and where its bar begins. */
static double across(const struct chart *chart, size_t i)
{
	if (chart->names)
		return LEFT + (WIDTH - LEFT) * ((double)i + 0.5) / (double)chart->len;
	return across_time(chart, chart->at[i]);
}

static double bar_from(const struct chart *chart, size_t i)
{
	if (chart->names)
		return LEFT + (WIDTH - LEFT) * ((double)i + 0.15) / (double)chart->len;
	return across_time(chart, i ? chart->at[i - 1] : chart->from);
}

static double bar_to(const struct chart *chart, size_t i)
{
	return chart->names ? LEFT + (WIDTH - LEFT) * ((double)i + 0.85) / (double)chart->len : across(chart, i);
}

static double down(const struct scale *scale, double value)
{
	return TOP + HEIGHT * (scale->high - value) / (scale->high - scale->low);
}

static void put_rows(struct buf *out, const struct chart *chart, const struct scale *scale)
{
	for (double at = ceil(scale->low / scale->step - 1e-9); at * scale->step <= scale->high * (1 + 1e-9) + 1e-12;
	     at++) {
		double value = fabs(at) < 0.5 ? 0 : at * scale->step, y = down(scale, value);

		buf_fmt(out, "<line class=\"grid%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
			fabs(at) < 0.5 ? " zero" : "", LEFT, WIDTH, y, y);
		buf_fmt(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 6, y + 4);
		if (chart->unit == CHART_PERCENT)
			buf_fmt(out, "%.*f%%", scale->step < 0.001 ? 2 : scale->step < 0.01 ? 1 : 0, value * 100);
		else if (chart->unit == CHART_SECONDS)
			chart_number_write(out, chart->unit, value);
		else
			buf_fmt(out, "%.6g", value);
		buf_cstr(out, "</text>\n");
	}
}

static void put_moment(struct buf *out, const struct chart *chart, struct instant at, bool days)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil civil = civil_of_seconds(at.ms / 1000);
	double x = across_time(chart, at);

	buf_fmt(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, TOP + HEIGHT,
		TOP + HEIGHT + 4);
	buf_fmt(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" data-%s=\"%s\">", x, TOP + HEIGHT + BOTTOM - 6,
		days ? "day" : "time", instant_text(at).text);
	if (days)
		buf_fmt(out, "%.3s %u</text>\n", months + 3 * (civil.month - 1), civil.day);
	else
		buf_fmt(out, "%02u:%02u</text>\n", civil.hour, civil.minute);
}

/* Moments on whole steps of UTC; none so near to an end that its text would be cut. */
static void put_moments(struct buf *out, const struct chart *chart)
{
	int64_t whole = chart->to.ms - chart->from.ms;
	int64_t step = (int64_t)(time_step((double)whole / 1000, TICKS_MOST) * 1000);

	for (int64_t at = (chart->from.ms / step + 1) * step; at < chart->to.ms; at += step)
		if ((chart->to.ms - at) * 25 > whole)
			put_moment(out, chart, (struct instant){at}, step >= SPAN_DAY);
}

/* As many as there is room for. */
static void put_names(struct buf *out, const struct chart *chart)
{
	size_t every = (chart->len + TICKS_MOST) / (TICKS_MOST + 1);

	for (size_t i = 0; i < chart->len; i += every) {
		buf_fmt(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", across(chart, i),
			TOP + HEIGHT + BOTTOM - 6);
		html_write(out, page_cut(chart->names[i], 16));
		buf_cstr(out, "</text>\n");
	}
}

/* A pointer that rests there is told what it is. */
static void put_band(struct buf *out, const struct chart *chart, const struct chart_band *band)
{
	double from = across_time(chart, band->from), to = across_time(chart, band->to);

	if (band->to.ms <= chart->from.ms || band->from.ms >= chart->to.ms)
		return;
	buf_fmt(out, "<rect class=\"band %s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>",
		chart_tone_classes[band->tone], from, TOP, fmax(to - from, 1.5), HEIGHT);
	html_write(out, page_cut(band->title, TITLE));
	buf_cstr(out, "</title></rect>\n");
}

static void put_event(struct buf *out, const struct chart *chart, const struct chart_event *event)
{
	double x = across_time(chart, event->at);

	if (event->at.ms < chart->from.ms || event->at.ms > chart->to.ms)
		return;
	buf_fmt(out, "<path class=\"event %s\" d=\"M%.1f %dv%dm-4 0h8l-4 -7z\"><title>",
		chart_tone_classes[event->tone], x, TOP, HEIGHT);
	html_write(out, page_cut(event->title, TITLE));
	buf_cstr(out, "</title></path>\n");
}

/* Points without a neighbour, which no line would show. */
static void put_dots(struct buf *out, const struct chart *chart, const struct scale *scale,
		     const struct chart_series *series)
{
	bool any = false, before = false;

	for (size_t i = 0; i < chart->len; i++) {
		bool known = isfinite(series->values[i]), next = i + 1 < chart->len && isfinite(series->values[i + 1]);

		if (known && !before && !next) {
			if (!any)
				buf_fmt(out, "<path class=\"dots %s\" d=\"", chart_tone_classes[series->tone]);
			buf_fmt(out, "M%.1f %.1fh.1", across(chart, i), down(scale, series->values[i]));
			any = true;
		}
		before = known;
	}
	buf_cstr(out, any ? "\"/>\n" : "");
}

/* Where nothing is known the line is broken. */
static void put_line(struct buf *out, const struct chart *chart, const struct scale *scale,
		     const struct chart_series *series)
{
	bool drawn = false;

	buf_fmt(out, "<path class=\"%s %s\" d=\"", series->mark == CHART_DASHED ? "dashed" : "line",
		chart_tone_classes[series->tone]);
	for (size_t i = 0; i < chart->len; i++) {
		double value = series->values[i];
		bool known = isfinite(value), next = i + 1 < chart->len && isfinite(series->values[i + 1]);

		if (known && (drawn || next))
			buf_fmt(out, "%c%.1f %.1f", drawn ? 'L' : 'M', across(chart, i), down(scale, value));
		drawn = known;
	}
	buf_cstr(out, "\"/>\n");
	put_dots(out, chart, scale, series);
}

static void put_bars(struct buf *out, const struct chart *chart, const struct scale *scale,
		     const struct chart_series *series)
{
	double zero = down(scale, 0);

	buf_fmt(out, "<path class=\"bars %s\" d=\"", chart_tone_classes[series->tone]);
	for (size_t i = 0; i < chart->len; i++) {
		double from = bar_from(chart, i), width = fmax(bar_to(chart, i) - from - 0.6, 0.6);
		double value = series->values[i];

		/* something is never drawn as nothing */
		if (isfinite(value) && fabs(value) > 0) {
			double height = zero - down(scale, value);

			height = fabs(height) < 1 ? copysign(1, value) : height;
			buf_fmt(out, "M%.1f %.1fh%.1fv%.1fh%.1fz", from, zero, width, -height, -width);
		}
	}
	buf_cstr(out, "\"/>\n");
}

static void put_drawing(struct buf *out, const struct chart *chart, const struct scale *scale)
{
	buf_fmt(out, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-s\">\n",
		WIDTH + 4, TOP + HEIGHT + BOTTOM, chart->id, chart->id);
	for (size_t i = 0; i < chart->bands_len && !chart->names; i++)
		put_band(out, chart, &chart->bands[i]);
	put_rows(out, chart, scale);
	if (chart->names)
		put_names(out, chart);
	else
		put_moments(out, chart);
	for (size_t i = 0; i < chart->series_len; i++)
		if (chart->series[i].mark == CHART_BARS)
			put_bars(out, chart, scale, &chart->series[i]);
	for (size_t i = 0; i < chart->events_len && !chart->names; i++)
		put_event(out, chart, &chart->events[i]);
	for (size_t i = 0; i < chart->series_len; i++)
		if (chart->series[i].mark == CHART_LINE || chart->series[i].mark == CHART_DASHED)
			put_line(out, chart, scale, &chart->series[i]);
	buf_cstr(out, "</svg>\n");
}

/* One series says what it is by the title. */
static void put_legend(struct buf *out, const struct chart *chart)
{
	static const char *const drawings[] = {[CHART_LINE] = "<path class=\"line %s\" d=\"M0 5H20\"/>",
					       [CHART_DASHED] = "<path class=\"dashed %s\" d=\"M0 5H20\"/>",
					       [CHART_BARS] = "<path class=\"bars %s\" d=\"M2 0H18V10H2z\"/>"};
	size_t drawn = 0;

	for (size_t i = 0; i < chart->series_len; i++)
		drawn += chart->series[i].mark != CHART_TOLD;
	if (drawn < 2)
		return;
	buf_cstr(out, "<ul class=\"legend\">");
	for (size_t i = 0; i < chart->series_len; i++) {
		const struct chart_series *series = &chart->series[i];

		if (series->mark == CHART_TOLD)
			continue;
		buf_cstr(out, "<li><svg viewBox=\"0 0 20 10\" aria-hidden=\"true\">");
		for (const char *at = drawings[series->mark]; *at; at++)
			if (*at == '%')
				buf_cstr(out, chart_tone_classes[series->tone]), at++;
			else
				buf_char(out, *at);
		buf_cstr(out, "</svg> ");
		html_write(out, series->title);
		buf_cstr(out, "</li>");
	}
	buf_cstr(out, "</ul>\n");
}

static void put_cells(struct buf *out, const struct chart *chart, size_t i)
{
	buf_cstr(out, "<tr><th scope=\"row\">");
	if (chart->names)
		page_text(out, chart->names[i], 200);
	else
		page_time(out, chart->at[i]);
	buf_cstr(out, "</th>");
	for (size_t s = 0; s < chart->series_len; s++) {
		buf_cstr(out, "<td class=\"num\">");
		chart_number_write(out, chart->series[s].unit, chart->series[s].values[i]);
		buf_cstr(out, "</td>");
	}
	buf_cstr(out, "</tr>\n");
}

static void put_numbers(struct buf *out, const struct chart *chart)
{
	buf_fmt(out,
		"<details%s><summary>The numbers</summary>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-labelledby=\"%s-t\"><table>\n<thead><tr><th scope=\"col\">",
		chart->open ? " open" : "", chart->id);
	html_write(out, chart->axis);
	for (size_t s = 0; s < chart->series_len; s++) {
		buf_cstr(out, "</th><th scope=\"col\" class=\"num\">");
		html_write(out, chart->series[s].title);
	}
	buf_cstr(out, "</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < chart->len; i++)
		put_cells(out, chart, i);
	buf_cstr(out, "</tbody></table></div>\n</details>\n");
}

void chart_write(struct buf *out, const struct chart *chart)
{
	struct scale scale = scale_of(chart);

	assert((chart->at != NULL) != (chart->names != NULL) || chart->len == 0);
	buf_fmt(out, "<figure id=\"%s\">\n<figcaption><strong id=\"%s-t\">", chart->id, chart->id);
	html_write(out, chart->title);
	buf_fmt(out, "</strong> <span id=\"%s-s\">", chart->id);
	if (scale.known)
		html_write(out, chart->summary);
	else
		buf_cstr(out, "Nothing is known: there is nothing to draw.");
	buf_cstr(out, "</span></figcaption>\n");
	if (scale.known) {
		put_drawing(out, chart, &scale);
		put_legend(out, chart);
		put_numbers(out, chart);
	}
	buf_cstr(out, "</figure>\n");
}
