#include "exporters/reports/period_parts.h"
void period_html_write(struct buf *out, const struct period_report *report)
{
	(void)out;
	(void)report;
}
