/* What every page of a running daemon says above all else. */
#include "exporters/health_text.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"

enum { COMPLAINTS_MOST = 8, COMPLAINT = 300 };

static void put_complaints(struct buf *out, const struct health *health)
{
	struct complaint *complaints;
	struct arena arena;
	size_t len;

	arena_init(&arena);
	len = health_complaints(&arena, health, &complaints);
	for (size_t i = 0; i < len && i < COMPLAINTS_MOST; i++) {
		buf_fmt(out, "<p class=\"%s\">", complaints[i].serious ? "bad" : "warn");
		page_text(out, complaints[i].text, COMPLAINT);
		buf_cstr(out, "</p>\n");
	}
	if (len > COMPLAINTS_MOST) {
		buf_cstr(out, "<p class=\"warn\">And ");
		page_count(out, len - COMPLAINTS_MOST, "thing more is", "things more are");
		buf_cstr(out, " wrong.</p>\n");
	}
	arena_release(&arena);
}

bool page_state(struct buf *out, const struct page_source *source)
{
	if (!source->results) {
		buf_cstr(out, "<p class=\"warn\">Nothing is worked out yet; wick has just started.</p>\n");
		return false;
	}
	buf_cstr(out, "<p class=\"soft\">As of ");
	page_time(out, source->results->at);
	if (source->health->counted_to.ms) {
		buf_cstr(out, ", counted to ");
		page_time(out, source->health->counted_to);
	}
	buf_cstr(out, ".</p>\n");
	put_complaints(out, source->health);
	return true;
}

unsigned page_renewal(const struct page_source *source)
{
	int64_t seconds = source->results ? source->results->step.ms / 1000 : 2;

	return (unsigned)(seconds < 2 ? 2 : seconds > 60 ? 60 : seconds);
}
