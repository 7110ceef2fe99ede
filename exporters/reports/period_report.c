#include "exporters/reports/period_report.h"

#include "exporters/reports/period_parts.h"

const char *const period_format_names[PERIOD_FORMATS] = {
	[PERIOD_HTML] = "html", [PERIOD_MARKDOWN] = "markdown", [PERIOD_JSON] = "json", [PERIOD_CSV] = "csv"};

const char *const period_format_ends[PERIOD_FORMATS] = {
	[PERIOD_HTML] = "html", [PERIOD_MARKDOWN] = "md", [PERIOD_JSON] = "json", [PERIOD_CSV] = "csv"};

bool period_report_write(struct buf *out, const struct period_report *report, enum period_format format)
{
	switch (format) {
	case PERIOD_HTML:
		period_html_write(out, report);
		break;
	case PERIOD_MARKDOWN:
		period_markdown_write(out, report);
		break;
	case PERIOD_JSON:
		period_json_write(out, report);
		break;
	case PERIOD_CSV:
		period_csv_write(out, report);
		break;
	}
	return !out->full;
}
