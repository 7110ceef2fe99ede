#include "daemon/dashboards_page.h"

#include "daemon/page_frame.h"
#include "exporters/dashboards/dashboards.h"
#include "format/html.h"

static void write_list(struct buf *out)
{
	page_begin(out, 1, "dashboards");
	buf_cstr(out, "<h1>Grafana dashboards</h1>\n"
		      "<p>To import one: download it, and in Grafana choose Dashboards, New, Import. "
		      "<code>wick dashboards --push URL</code> does so with all.</p>\n<ul>\n");
	for (size_t i = 0; dashboards[i]; i++) {
		buf_fmt(out, "<li><a href=\"%s.json\">", dashboards[i]->name);
		html_write(out, str_of(dashboards[i]->title));
		buf_cstr(out, "</a>: ");
		html_write(out, str_of(dashboards[i]->summary));
		buf_cstr(out, "</li>\n");
	}
	buf_cstr(out, "</ul>\n<p class=\"soft\"><a href=\"");
	page_up(out, 1);
	buf_cstr(out, "\">error budgets</a></p>\n");
	page_end(out);
}

bool dashboards_page_write(struct buf *out, struct str rest, struct str wick_url, bool *json)
{
	const struct dashboard *one = str_ends(rest, STR(".json")) ? dashboard_named(rest) : NULL;

	while (str_ends(wick_url, STR("/")))
		wick_url.len--;
	*json = one != NULL;
	if (one)
		dash_write(out, one, wick_url.len ? wick_url : DASHBOARDS_WICK_URL);
	else if (rest.len == 0)
		write_list(out);
	else
		return false;
	return !out->full;
}
