#include "exporters/pages/frame.h"

#include "exporters/pages/parts.h"
#include "format/html.h"

static const struct {
	enum page_place place;
	const char *path, *title;
} places[] = {
	{PLACE_SLOS, "", "Error budgets"},
	{PLACE_CALENDAR, "calendar", "Calendar"},
	{PLACE_DORA, "dora", "Delivery"},
	{PLACE_POLICY, "policy", "Policies"},
	{PLACE_STATUS, "status", "Status"},
	{PLACE_RUNBOOKS, "runbooks/", "Runbooks"},
	{PLACE_DASHBOARDS, "dashboards/", "Dashboards"},
};

void page_up(struct buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_cstr(out, "../");
}

unsigned page_slashes(struct str path)
{
	unsigned count = 0;

	for (size_t i = 0; i < path.len; i++)
		count += path.at[i] == '/';
	return count;
}

static void put_head(struct buf *out, const struct page_frame *frame)
{
	buf_cstr(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	html_write(out, page_cut(frame->title, 100));
	buf_cstr(out, " · wick</title>\n<link rel=\"stylesheet\" href=\"");
	page_up(out, frame->depth);
	buf_cstr(out, "style.css\">\n<script src=\"");
	page_up(out, frame->depth);
	buf_cstr(out, "site.js\" defer></script>\n</head>\n");
}

/* The root by a path that is never empty: an empty link means the page itself. */
static void put_places(struct buf *out, const struct page_frame *frame)
{
	buf_cstr(out, "<a class=\"skip\" href=\"#main\">To the content</a>\n<header><nav aria-label=\"Pages\"><ul>");
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		buf_cstr(out, "<li><a href=\"");
		page_up(out, frame->depth);
		buf_fmt(out, "%s\"%s>%s</a></li>", frame->depth == 0 && !*places[i].path ? "." : places[i].path,
			places[i].place == frame->place ? " aria-current=\"page\"" : "", places[i].title);
	}
	buf_cstr(out, "</ul></nav></header>\n");
}

void page_begin(struct buf *out, const struct page_frame *frame)
{
	put_head(out, frame);
	if (frame->renew)
		buf_fmt(out, "<body data-renew=\"%u\">\n", frame->renew);
	else
		buf_cstr(out, "<body>\n");
	put_places(out, frame);
	buf_cstr(out, "<main id=\"main\">\n");
	if (frame->own_heading)
		return;
	buf_cstr(out, "<h1>");
	page_text(out, frame->title, 600);
	buf_cstr(out, "</h1>\n");
}

void page_end(struct buf *out, const struct page_frame *frame, const char *more)
{
	(void)frame;
	buf_cstr(out, "</main>\n<footer>\n<p id=\"live\" role=\"status\" class=\"warn\"></p>\n<p>");
	if (more)
		buf_fmt(out, "%s · ", more);
	buf_cstr(out,
		 "wick " WICK_VERSION " · <span id=\"zone\">Times are UTC.</span></p>\n</footer>\n</body>\n</html>\n");
}
