#include "exporters/dashboards/dashboards.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "format/html.h"

bool dashboards_page_write(struct buf *out, const struct page_source *source)
{
	struct page_frame frame = {STR("Grafana dashboards"), PLACE_DASHBOARDS, 1, 0, false};

	(void)source;
	page_begin(out, &frame);
	buf_cstr(out, "<p>To import one: download it, and in Grafana choose Dashboards, New, Import. "
		      "<code>wick dashboards --push URL</code> does so with all.</p>\n<ul>\n");
	for (size_t i = 0; dashboards[i]; i++) {
		buf_fmt(out, "<li><a href=\"%s.json\">", dashboards[i]->name);
		html_write(out, str_of(dashboards[i]->title));
		buf_cstr(out, "</a>: ");
		html_write(out, str_of(dashboards[i]->summary));
		buf_cstr(out, "</li>\n");
	}
	buf_cstr(out, "</ul>\n");
	page_end(out, &frame, NULL);
	return !out->full;
}
