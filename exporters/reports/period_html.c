/* A period's report as a page that stands alone: without script, without anything from elsewhere, and good on paper. */
#include "base/limits.h"
#include "exporters/pages/assets.h"
#include "exporters/pages/chart.h"
#include "exporters/pages/parts.h"
#include "exporters/reports/period_parts.h"
#include "exporters/reports/period_text.h"
#include "format/html.h"

#include <math.h>
#include <stdio.h>

/* So many budgets are drawn, those with the least left of them: a page of a thousand drawings is read by nobody. */
enum { DRAWN = 24 };

/* What the shared styles do not have. */
static const char style[] =
	"ul.summary{padding-left:1.2rem;font-size:1.05rem}ul.summary li{margin:.3rem 0}"
	"h3{font-size:1rem;margin:1.2rem 0 .2rem}td{white-space:nowrap}td:last-child{white-space:normal}"
	"tbody th[scope]{min-width:5rem}"
	"@page{size:A4 landscape;margin:12mm}@media print{body,ul.summary{font-size:10pt}table{font-size:9pt}"
	"th,td{padding-right:.6rem}td{white-space:normal}tr,figure,li{break-inside:avoid}h2,h3,caption{break-after:avoid}"
	"details:not([open]){display:none}}";

static void escape(struct buf *out, struct str text) { html_write(out, text); }

static void put_list_item(struct buf *out, const struct buf *text, bool *any, const char *open)
{
	if (!text->len)
		return;
	buf_cstr(out, *any ? "<li>" : open);
	buf_str(out, buf_view(text));
	buf_cstr(out, "</li>\n");
	*any = true;
}

static void put_summary(struct buf *out, const struct period_report *report)
{
	struct buf text;
	bool any = false;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; period_summary_write(&text, report, i, escape); i++) {
		put_list_item(out, &text, &any, "<ul class=\"summary\">\n<li>");
		buf_clear(&text);
	}
	buf_cstr(out, any ? "</ul>\n" : "");
	buf_release(&text);
}

/* What is good or bad has a class, and always a text, too. */
static const char *tone_of(const struct report_slo *slo, enum period_column column)
{
	enum period_verdict verdict = report_verdict(&slo->now);

	if (column != PERIOD_VERDICT_ && column != PERIOD_LEFT)
		return "";
	return verdict == PERIOD_MISSED ? " bad" : verdict == PERIOD_MET && !report_partial(&slo->now) ? " good" : "";
}

static bool is_number(enum period_column column)
{
	return column != PERIOD_SLO && column != PERIOD_VERDICT_ && column != PERIOD_LEVEL && column != PERIOD_ORIGIN;
}

static void put_slo(struct buf *out, const struct report_slo *slo)
{
	buf_cstr(out, "<tr>");
	for (int i = 0; i < PERIOD_COLUMNS; i++) {
		enum period_column column = (enum period_column)i;

		if (column == PERIOD_SLO)
			buf_cstr(out, "<th scope=\"row\" class=\"name\">");
		else
			buf_fmt(out, "<td class=\"%s%s\">", is_number(column) ? "num" : "", tone_of(slo, column));
		period_cell_write(out, slo, column, escape);
		buf_cstr(out, column == PERIOD_SLO ? "</th>" : "</td>");
	}
	buf_cstr(out, "</tr>\n");
}

/* Each table of a page has a name of its own, for those who go from one to the next by ear. */
static void begin_table(struct buf *out, const char *what, struct str service, const char *const *titles, size_t len)
{
	struct buf caption;

	buf_init(&caption, LIMIT_NOTE_BYTES);
	buf_fmt(&caption, "%s: %.*s", what, STR_ARG(service));
	page_table(out, buf_view(&caption), titles, len);
	buf_release(&caption);
}

/* "num:Title" for those that are numbers. */
static void put_slos(struct buf *out, const struct report_service *service)
{
	const char *titles[PERIOD_COLUMNS];
	char texts[PERIOD_COLUMNS][48];

	if (!service->slos_len)
		return;
	for (int i = 0; i < PERIOD_COLUMNS; i++) {
		snprintf(texts[i], sizeof(texts[i]), "%s%s", is_number((enum period_column)i) ? "num:" : "",
			 period_titles[i]);
		titles[i] = texts[i];
	}
	begin_table(out, "Service levels, worst first", service->id, titles, PERIOD_COLUMNS);
	for (size_t i = 0; i < service->slos_len; i++)
		put_slo(out, &service->slos[i]);
	page_table_end(out);
}

static void put_notes(struct buf *out, const struct report_service *service)
{
	struct buf text, line;
	bool any = false;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	buf_init(&line, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < service->slos_len; i++)
		for (size_t which = 0; period_note_text(&text, &service->slos[i], which, escape); which++) {
			if (text.len) {
				period_slo_name(&line, &service->slos[i], escape);
				buf_cstr(&line, ": ");
				buf_str(&line, buf_view(&text));
			}
			put_list_item(out, &line, &any, "<ul>\n<li>");
			buf_clear(&text);
			buf_clear(&line);
		}
	buf_cstr(out, any ? "</ul>\n" : "");
	buf_release(&text);
	buf_release(&line);
}

static void put_incidents(struct buf *out, const struct report_service *service)
{
	static const char *const titles[INCIDENT_COLUMNS] = {
		[INCIDENT_SLO] = "SLO", [INCIDENT_ALERTS] = "Alerts",     [INCIDENT_BEGIN] = "From",
		[INCIDENT_END] = "To",  [INCIDENT_LASTED] = "num:Lasted", [INCIDENT_COST] = "num:Cost in budget"};

	if (!period_incidents(service))
		return;
	begin_table(out, "Incidents", service->id, titles, INCIDENT_COLUMNS);
	for (size_t i = 0; i < service->slos_len; i++)
		for (size_t k = 0; k < service->slos[i].incidents_len; k++) {
			buf_cstr(out, "<tr>");
			for (int c = 0; c < INCIDENT_COLUMNS; c++) {
				buf_cstr(out, c == INCIDENT_SLO      ? "<th scope=\"row\" class=\"name\">"
					      : c >= INCIDENT_LASTED ? "<td class=\"num\">"
								     : "<td>");
				incident_cell_write(out, &service->slos[i], &service->slos[i].incidents[k],
						    (enum incident_column)c, escape);
				buf_cstr(out, c == INCIDENT_SLO ? "</th>" : "</td>");
			}
			buf_cstr(out, "</tr>\n");
		}
	page_table_end(out);
}

static void put_delivery(struct buf *out, const struct report_service *service, const struct report_delivery *delivery)
{
	const char *titles[PERIOD_DELIVERY_COLUMNS];
	char texts[PERIOD_DELIVERY_COLUMNS][48];
	struct buf caption;

	buf_cstr(out, "<h3>Deliveries to ");
	html_write(out, delivery->environment);
	buf_cstr(out, "</h3>\n");
	if (!delivery->now_known) {
		buf_cstr(out, "<p>Not known: ");
		html_write(out, delivery->reason);
		buf_cstr(out, "</p>\n");
		return;
	}
	for (size_t c = 0; c < PERIOD_DELIVERY_COLUMNS; c++) {
		snprintf(texts[c], sizeof(texts[c]), "%s%s", c ? "num:" : "", period_delivery_title(c));
		titles[c] = texts[c];
	}
	buf_init(&caption, LIMIT_NOTE_BYTES);
	buf_fmt(&caption, "Deliveries of %.*s to %.*s", STR_ARG(service->id), STR_ARG(delivery->environment));
	if (delivery->repository.len)
		buf_fmt(&caption, " (%.*s)", STR_ARG(delivery->repository));
	page_table(out, buf_view(&caption), titles, PERIOD_DELIVERY_COLUMNS);
	buf_release(&caption);
	for (int before = 0; before < 2; before++) {
		buf_cstr(out, "<tr>");
		for (size_t c = 0; c < PERIOD_DELIVERY_COLUMNS; c++) {
			buf_cstr(out, c ? "<td class=\"num\">" : "<th scope=\"row\">");
			period_delivery_cell(out, delivery, before, c);
			buf_cstr(out, c ? "</td>" : "</th>");
		}
		buf_cstr(out, "</tr>\n");
	}
	page_table_end(out);
}

static void plain(struct buf *out, struct str text) { buf_str(out, text); }

/* The even pace: all of the budget at the beginning, nothing at the end. */
static void put_chart(struct buf *out, const struct period_report *report, const struct report_slo *slo, size_t number)
{
	struct instant at[64];
	double left[64], even[64];
	struct chart_band bands[32];
	struct buf title, summary;
	char id[32];
	size_t len = 1, bands_len = 0;
	const struct chart_series series[] = {
		{.title = STR("Budget left"), .tone = TONE_PLAIN, .unit = CHART_PERCENT, .values = left},
		{.title = STR("Even pace"),
		 .mark = CHART_DASHED,
		 .tone = TONE_SOFT,
		 .unit = CHART_PERCENT,
		 .values = even},
	};

	at[0] = report->period.begin;
	left[0] = even[0] = 1;
	for (size_t i = 0; i < slo->curve_len && len < 64; i++, len++) {
		at[len] = slo->curve[i].at;
		left[len] = slo->curve[i].left;
		even[len] = 1 - (double)(i + 1) / (double)slo->curve_len;
	}
	for (size_t i = 0; i < slo->incidents_len && bands_len < 32; i++)
		bands[bands_len++] = (struct chart_band){slo->incidents[i].begin, slo->incidents[i].end,
							 slo->incidents[i].tiers, TONE_BAD};
	buf_init(&title, LIMIT_NOTE_BYTES);
	buf_init(&summary, LIMIT_NOTE_BYTES);
	buf_cstr(&title, "Error budget left: ");
	period_slo_name(&title, slo, plain);
	buf_cstr(&summary, "At the end of the period: ");
	period_cell_write(&summary, slo, PERIOD_LEFT, plain);
	buf_fmt(&summary, "; %zu incident%s.", slo->incidents_len, slo->incidents_len == 1 ? "" : "s");
	snprintf(id, sizeof(id), "budget-%zu", number);
	chart_write(out, &(struct chart){.id = id,
					 .title = buf_view(&title),
					 .summary = buf_view(&summary),
					 .axis = STR("Until"),
					 .from = report->period.begin,
					 .to = report->period.end,
					 .at = at,
					 .len = len,
					 .series = series,
					 .series_len = sizeof(series) / sizeof(*series),
					 .unit = CHART_PERCENT,
					 .low = 0,
					 .high = 1,
					 .bands = bands,
					 .bands_len = bands_len});
	buf_release(&title);
	buf_release(&summary);
}

static void put_charts(struct buf *out, const struct period_report *report, const struct report_service *service,
		       size_t *drawn)
{
	for (size_t i = 0; i < service->slos_len && *drawn < DRAWN; i++)
		if (service->slos[i].curve_len)
			put_chart(out, report, &service->slos[i], ++*drawn);
}

static void put_service(struct buf *out, const struct period_report *report, size_t number, size_t *drawn)
{
	const struct report_service *service = &report->services[number];

	buf_fmt(out, "<section class=\"service\" aria-labelledby=\"s%zu\">\n<h2 id=\"s%zu\">", number, number);
	html_write(out, service->id);
	buf_cstr(out, "</h2>\n");
	if (service->narrative.len) {
		buf_cstr(out, "<p class=\"narrative\"><em>In words:</em> ");
		html_write(out, service->narrative);
		buf_cstr(out, "</p>\n");
	}
	put_slos(out, service);
	put_notes(out, service);
	put_incidents(out, service);
	put_charts(out, report, service, drawn);
	for (size_t i = 0; i < service->deliveries_len; i++)
		put_delivery(out, service, &service->deliveries[i]);
	buf_cstr(out, "</section>\n");
}

static void put_changes(struct buf *out, const struct period_report *report)
{
	if (!report->changes_len)
		return;
	buf_cstr(out, "<h2>Changes of exclusions and adjustments since the period began</h2>\n<ul>\n");
	for (size_t i = 0; i < report->changes_len; i++) {
		buf_cstr(out, "<li>");
		period_change_write(out, &report->changes[i], escape);
		buf_cstr(out, "</li>\n");
	}
	buf_cstr(out, "</ul>\n");
}

static void put_help(struct buf *out, const struct period_report *report)
{
	struct buf text;
	bool any = false;

	buf_cstr(out, "<h2>How to read this</h2>\n");
	buf_init(&text, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; period_help_write(&text, report, i, escape); i++) {
		put_list_item(out, &text, &any, "<ul>\n<li>");
		buf_clear(&text);
	}
	buf_release(&text);
	buf_fmt(out, "<li>Drawn are the %d budgets of which the least is left, at most.</li>\n</ul>\n", DRAWN);
}

static void put_begin(struct buf *out, const struct period_report *report)
{
	buf_fmt(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>wick: service levels in %.*s</title>\n<style>\n",
		STR_ARG(report->name));
	buf_str(out, page_asset("site.css"));
	buf_str(out, page_asset("chart.css"));
	buf_fmt(out, "%s\n</style>\n</head>\n<body>\n<main>\n<h1>Service levels in %.*s</h1>\n<p class=\"soft\">From ",
		style, STR_ARG(report->name));
	page_time(out, report->period.begin);
	buf_cstr(out, " to ");
	page_time(out, report->period.end);
	buf_fmt(out, " (%.*s), worst first. Made at ", STR_ARG(report->zone));
	page_time(out, report->made_at);
	buf_cstr(out, ".</p>\n");
}

void period_html_write(struct buf *out, const struct period_report *report)
{
	size_t drawn = 0;

	put_begin(out, report);
	put_summary(out, report);
	for (size_t i = 0; i < report->len; i++)
		put_service(out, report, i, &drawn);
	put_changes(out, report);
	put_help(out, report);
	buf_cstr(out, "</main>\n</body>\n</html>\n");
}
