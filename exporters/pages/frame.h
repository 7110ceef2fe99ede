/* What all pages for people begin and end with: the head, the links between them, the foot. Nothing is inline, so that
 * the content policy can forbid that; without script and style a page is still whole. */
#ifndef WICK_EXPORTERS_PAGES_FRAME_H
#define WICK_EXPORTERS_PAGES_FRAME_H

#include "base/buf.h"

enum page_place {
	PLACE_SLOS,
	PLACE_DORA,
	PLACE_CALENDAR,
	PLACE_POLICY,
	PLACE_STATUS,
	PLACE_RUNBOOKS,
	PLACE_DASHBOARDS,
	PLACE_NONE /* of no page that there is */
};

struct page_frame {
	struct str title;
	enum page_place place;
	unsigned depth;   /* how many slashes the path has behind the first one: links go up from there, since all pages
			     may stand behind a prefix */
	unsigned renew;   /* seconds after which a script asks for the page anew; 0: never */
	bool own_heading; /* the page writes it itself */
};

/* Up to the heading, which is the title. */
void page_begin(struct buf *out, const struct page_frame *frame);
/* `more`: links of this page's own, HTML without an end: "<a href=\"api/v1/slos\">JSON</a>"; or NULL. */
void page_end(struct buf *out, const struct page_frame *frame, const char *more);

/* "", "../", "../../": from a page of that depth to the root. */
void page_up(struct buf *out, unsigned depth);
/* How many slashes a path has. */
unsigned page_slashes(struct str path);

#endif
