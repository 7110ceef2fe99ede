#include "exporters/backtest_page.h"

#include "exporters/alerting/text.h"
#include "exporters/backtest.h"
#include "format/html.h"

#include <math.h>

/* The drawing, in its own units; at the left is room for the scale. */
enum { LEFT = 64, WIDTH = 900, TOP = 8, HEIGHT = 160, BOTTOM = 22 };

static const char style[] =
	":root{color-scheme:light dark;--fg:#1c1c1c;--soft:#5c5c5c;--bg:#fff;--line:#ccc;--curve:#1f5fa8;--page:#d33;--ticket:#e09000;--other:#7a5bc0}"
	"@media(prefers-color-scheme:dark){:root{--fg:#e6e6e6;--soft:#a8a8a8;--bg:#16181b;--line:#444;--curve:#7db4f0}}"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:70rem;margin:2rem auto;padding:0 1rem}"
	"h2{margin:2.5rem 0 0}p{margin:.3rem 0}.soft,svg text{color:var(--soft);fill:var(--soft)}svg{width:100%;height:auto;display:block;margin:.6rem 0}"
	"svg text{font-size:12px}.grid{stroke:var(--line)}.curve{fill:none;stroke:var(--curve);stroke-width:2}"
	".page{fill:var(--page)}.ticket{fill:var(--ticket)}.other{fill:var(--other)}rect{opacity:.35}"
	"i{display:inline-block;width:.9em;height:.9em;opacity:.45;margin:0 .2em 0 .8em}i.page{background:var(--page)}"
	"i.ticket{background:var(--ticket)}i.other{background:var(--other)}"
	"table{border-collapse:collapse}th,td{text-align:right;padding:.15rem .9rem .15rem 0;border-bottom:1px solid var(--line)}"
	"th:first-child,td:first-child,th:nth-child(2),td:nth-child(2),th:nth-child(3),td:nth-child(3){text-align:left}";

void backtest_page_begin(struct buf *out)
{
	buf_fmt(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>wick: backtest</title>\n"
		"<style>%s</style>\n</head>\n<body>\n<main>\n<h1>Which alerts would have fired</h1>\n"
		"<p class=\"soft\">The line is the error budget that is left. Behind it, while they would have fired:"
		"<i class=\"page\"></i>pages<i class=\"ticket\"></i>tickets<i class=\"other\"></i>other alerts</p>\n",
		style);
}

bool backtest_page_end(struct buf *out) { return buf_cstr(out, "</main>\n</body>\n</html>\n"); }

static double across(const struct backtest *backtest, struct instant at)
{
	double part = (double)(at.ms - backtest->from.ms) / (double)(backtest->to.ms - backtest->from.ms);

	return LEFT + (WIDTH - LEFT) * fmin(fmax(part, 0), 1);
}

/* The scale goes from all of the budget down to nothing of it, or to where it was at worst. */
static double down(const struct backtest *backtest, double remaining)
{
	double lowest = fmin(backtest->least, 0);

	return TOP + HEIGHT * (1 - remaining) / (1 - lowest);
}

static void put_scale(struct buf *out, const struct backtest *backtest, double remaining)
{
	double y = down(backtest, remaining);

	buf_fmt(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH, y, y);
	buf_fmt(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f %%</text>\n", LEFT - 6, y + 4,
		remaining * 100);
}

static const char *colour_of(struct str severity)
{
	return str_is(severity, "page") ? "page" : str_is(severity, "ticket") ? "ticket" : "other";
}

/* While it fired; a pointer that rests there is told which one it is. */
static void put_band(struct buf *out, const struct backtest *backtest, const struct backtest_alert *alert)
{
	double from = across(backtest, backtest_from(backtest, alert)),
	       to = across(backtest, alert->over_at.ms ? alert->over_at : backtest->to);

	buf_fmt(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>",
		colour_of(alert->tier->severity), from, TOP, fmax(to - from, 1.5), HEIGHT);
	html_write(out, alert->tier->name);
	buf_fmt(out, ", %s</title></rect>\n", alert->already ? "already firing" : instant_text(alert->fired_at).text);
}

/* Where nothing is known the line is broken. */
static void put_curve(struct buf *out, const struct backtest *backtest)
{
	bool drawn = false;

	buf_cstr(out, "<path class=\"curve\" d=\"");
	for (size_t i = 0; i < backtest->curve_len; i++) {
		const struct backtest_point *point = &backtest->curve[i];

		if (!isnan(point->remaining))
			buf_fmt(out, "%c%.1f %.1f", drawn ? 'L' : 'M', across(backtest, point->at),
				down(backtest, point->remaining));
		drawn = !isnan(point->remaining);
	}
	buf_cstr(out, "\"/>\n");
}

static void put_drawing(struct buf *out, const struct backtest *backtest)
{
	buf_fmt(out,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"The error budget that is left, %.1f %% at worst, and "
		"%zu alerts\">\n",
		WIDTH + 4, TOP + HEIGHT + BOTTOM, backtest->least * 100, backtest->len);
	for (size_t i = 0; i < backtest->len; i++)
		put_band(out, backtest, &backtest->alerts[i]);
	put_scale(out, backtest, 1);
	put_scale(out, backtest, 0);
	if (backtest->least < -0.2)
		put_scale(out, backtest, backtest->least);
	put_curve(out, backtest);
	buf_fmt(out, "<text x=\"%d\" y=\"%d\">%s</text>", LEFT, TOP + HEIGHT + BOTTOM - 4,
		instant_text(backtest->from).text);
	buf_fmt(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n</svg>\n", WIDTH,
		TOP + HEIGHT + BOTTOM - 4, instant_text(backtest->to).text);
}

static void put_alert(struct buf *out, const struct backtest *backtest, const struct backtest_alert *alert)
{
	buf_cstr(out, "<tr><td>");
	html_write(out, alert->tier->name);
	buf_cstr(out, "</td><td>");
	html_write(out, alert->tier->severity);
	buf_fmt(out, "</td><td>%s</td><td>", alert->already ? "already firing" : instant_text(alert->fired_at).text);
	alert_time_write(out, backtest_seconds(backtest, alert));
	buf_cstr(out, alert->over_at.ms ? "</td><td>" : " so far</td><td>");
	backtest_ratio_write(out, alert->spent);
	buf_cstr(out, "</td><td>");
	backtest_ratio_write(out, alert->left);
	buf_cstr(out, "</td><td>");
	if (alert->tier->kind == TIER_BURN)
		buf_fmt(out, "%.3g", alert->worst);
	else
		buf_char(out, '-');
	buf_cstr(out, "</td></tr>\n");
}

static void put_heading(struct buf *out, const struct backtest *backtest, struct str version)
{
	buf_cstr(out, "<section>\n<h2>");
	html_write(out, backtest->slo->id);
	if (backtest->group.len) {
		struct buf group;

		buf_init(&group, out->ceiling);
		labels_write(&group, backtest->group);
		buf_char(out, ' ');
		html_write(out, buf_view(&group));
		buf_release(&group);
	}
	if (version.len) {
		buf_cstr(out, " <small class=\"soft\">");
		html_write(out, version);
		buf_cstr(out, "</small>");
	}
	buf_fmt(out, "</h2>\n<p>%.*s over %.*s. %.0f of %.0f events were bad; ", STR_ARG(backtest->slo->objective_text),
		STR_ARG(backtest->slo->windows->name), backtest->counts.bad, backtest->counts.total);
	backtest_ratio_write(out, backtest->known);
	buf_cstr(out, " of the time is known.</p>\n");
}

static void put_budget(struct buf *out, const struct backtest *backtest)
{
	buf_cstr(out, "<p>Of the error budget ");
	backtest_ratio_write(out, backtest->least);
	buf_fmt(out, " was left at worst, %s; an objective of ", instant_text(backtest->least_at).text);
	table_percent_write(out, backtest_objective_met(backtest), table_sli_decimals(backtest->slo->objective));
	buf_cstr(out, " would have been met throughout.</p>\n");
	put_drawing(out, backtest);
}

void backtest_page_write(struct buf *out, const struct backtest *backtest, struct str version)
{
	put_heading(out, backtest, version);
	if (!isnan(backtest->least))
		put_budget(out, backtest);
	if (backtest->len == 0) {
		buf_cstr(out, "<p>No alert would have fired.</p>\n</section>\n");
		return;
	}
	buf_cstr(
		out,
		"<table>\n<thead><tr><th>Alert</th><th>Severity</th><th>Would have fired</th><th>For</th><th>Spent</th>"
		"<th>Left</th><th>Burn rate</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < backtest->len; i++)
		put_alert(out, backtest, &backtest->alerts[i]);
	buf_cstr(out, "</tbody>\n</table>\n</section>\n");
}
