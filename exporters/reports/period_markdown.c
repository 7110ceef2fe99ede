/* A period's report as Markdown. */
#include "base/limits.h"
#include "exporters/markdown.h"
#include "exporters/reports/period_parts.h"
#include "exporters/reports/period_text.h"

/* A list item for each text that is not empty. */
static void put_item(struct buf *out, const struct buf *text)
{
	if (!text->len)
		return;
	buf_cstr(out, "- ");
	buf_str(out, buf_view(text));
	buf_char(out, '\n');
}

static void put_head(struct buf *out, const char *const *titles, size_t len)
{
	buf_char(out, '|');
	for (size_t i = 0; i < len; i++)
		buf_fmt(out, " %s |", titles[i]);
	buf_cstr(out, "\n|");
	for (size_t i = 0; i < len; i++)
		buf_cstr(out, i == 0 ? "---|" : "--:|");
	buf_char(out, '\n');
}

static void put_slos(struct buf *out, const struct report_service *service)
{
	if (!service->slos_len)
		return;
	put_head(out, period_titles, PERIOD_COLUMNS);
	for (size_t i = 0; i < service->slos_len; i++) {
		buf_char(out, '|');
		for (size_t c = 0; c < PERIOD_COLUMNS; c++) {
			buf_char(out, ' ');
			period_cell_write(out, &service->slos[i], (enum period_column)c, markdown_text);
			buf_cstr(out, " |");
		}
		buf_char(out, '\n');
	}
	buf_char(out, '\n');
}

static void put_notes(struct buf *out, const struct report_service *service)
{
	size_t before = out->len;
	struct buf text, line;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	buf_init(&line, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < service->slos_len; i++)
		for (size_t which = 0; period_note_text(&text, &service->slos[i], which, markdown_text); which++) {
			if (text.len) {
				period_slo_name(&line, &service->slos[i], markdown_text);
				buf_cstr(&line, ": ");
				buf_str(&line, buf_view(&text));
			}
			put_item(out, &line);
			buf_clear(&text);
			buf_clear(&line);
		}
	if (out->len > before)
		buf_char(out, '\n');
	buf_release(&text);
	buf_release(&line);
}

static void put_incidents(struct buf *out, const struct report_service *service)
{
	if (!period_incidents(service))
		return;
	buf_cstr(out, "### Incidents\n\n");
	put_head(out, incident_titles, INCIDENT_COLUMNS);
	for (size_t i = 0; i < service->slos_len; i++)
		for (size_t k = 0; k < service->slos[i].incidents_len; k++) {
			buf_char(out, '|');
			for (size_t c = 0; c < INCIDENT_COLUMNS; c++) {
				buf_char(out, ' ');
				incident_cell_write(out, &service->slos[i], &service->slos[i].incidents[k],
						    (enum incident_column)c, markdown_text);
				buf_cstr(out, " |");
			}
			buf_char(out, '\n');
		}
	buf_char(out, '\n');
}

static void put_delivery(struct buf *out, const struct report_delivery *delivery)
{
	const char *titles[PERIOD_DELIVERY_COLUMNS];

	buf_cstr(out, "### Deliveries to ");
	markdown_text(out, delivery->environment);
	buf_cstr(out, "\n\n");
	if (!delivery->now_known) {
		buf_cstr(out, "Not known: ");
		markdown_text(out, delivery->reason);
		buf_cstr(out, "\n\n");
		return;
	}
	for (size_t c = 0; c < PERIOD_DELIVERY_COLUMNS; c++)
		titles[c] = period_delivery_title(c);
	put_head(out, titles, PERIOD_DELIVERY_COLUMNS);
	for (int before = 0; before < 2; before++) {
		buf_char(out, '|');
		for (size_t c = 0; c < PERIOD_DELIVERY_COLUMNS; c++) {
			buf_char(out, ' ');
			period_delivery_cell(out, delivery, before, c);
			buf_cstr(out, " |");
		}
		buf_char(out, '\n');
	}
	buf_char(out, '\n');
}

static void put_service(struct buf *out, const struct report_service *service)
{
	buf_cstr(out, "## ");
	markdown_text(out, service->id);
	buf_cstr(out, "\n\n");
	if (service->narrative.len) {
		buf_cstr(out, "*In words:* ");
		markdown_text(out, service->narrative);
		buf_cstr(out, "\n\n");
	}
	put_slos(out, service);
	put_notes(out, service);
	put_incidents(out, service);
	for (size_t i = 0; i < service->deliveries_len; i++)
		put_delivery(out, &service->deliveries[i]);
}

static void put_summary(struct buf *out, const struct period_report *report)
{
	struct buf text;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; period_summary_write(&text, report, i, markdown_text); i++) {
		put_item(out, &text);
		buf_clear(&text);
	}
	buf_release(&text);
	buf_char(out, '\n');
}

static void put_changes(struct buf *out, const struct period_report *report)
{
	if (!report->changes_len)
		return;
	buf_cstr(out, "## Changes of exclusions and adjustments since the period began\n\n");
	for (size_t i = 0; i < report->changes_len; i++) {
		buf_cstr(out, "- ");
		period_change_write(out, &report->changes[i], markdown_text);
		buf_char(out, '\n');
	}
	buf_char(out, '\n');
}

void period_markdown_write(struct buf *out, const struct period_report *report)
{
	struct buf text;

	buf_fmt(out, "# Service levels in %.*s\n\nFrom %s to %s (%.*s), worst first. Made at %s.\n\n",
		STR_ARG(report->name), instant_text(report->period.begin).text, instant_text(report->period.end).text,
		STR_ARG(report->zone), instant_text(report->made_at).text);
	put_summary(out, report);
	for (size_t i = 0; i < report->len; i++)
		put_service(out, &report->services[i]);
	put_changes(out, report);
	buf_cstr(out, "## How to read this\n\n");
	buf_init(&text, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; period_help_write(&text, report, i, markdown_text); i++) {
		put_item(out, &text);
		buf_clear(&text);
	}
	buf_release(&text);
}
