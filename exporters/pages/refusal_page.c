#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"

static struct str title_of(unsigned status)
{
	switch (status) {
	case 404:
		return STR("There is nothing here");
	case 405:
		return STR("That cannot be done here");
	case 503:
		return STR("Not yet");
	default:
		return STR("This cannot be shown");
	}
}

bool refusal_page_write(struct buf *out, unsigned status, struct str path, struct str why)
{
	unsigned slashes = page_slashes(path);
	struct page_frame frame = {.title = title_of(status), .place = PLACE_NONE, .depth = slashes ? slashes - 1 : 0};

	page_begin(out, &frame);
	buf_cstr(out, "<p>Asked for <code>");
	page_text(out, path, 300);
	buf_cstr(out, "</code>: ");
	page_text(out, why, 300);
	buf_cstr(out, ".</p>\n");
	page_end(out, &frame, NULL);
	return !out->full;
}
