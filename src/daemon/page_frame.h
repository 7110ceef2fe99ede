/* What all pages for people begin and end with. */
#ifndef WICK_DAEMON_PAGE_FRAME_H
#define WICK_DAEMON_PAGE_FRAME_H

#include "base/buf.h"
#include "exporters/pages/parts.h"

/* The page's beginning, up to the body. `depth` is how many slashes its path has behind the first one: links go up from
 * there, since all pages may stand behind a prefix. */
void page_begin(struct buf *out, unsigned depth, const char *title);
/* "", "../", "../../": from a page of that depth to the root. */
void page_up(struct buf *out, unsigned depth);
void page_end(struct buf *out);

/* The style sheet: a file of its own, so that the content policy can forbid everything inline. */
extern const char page_style[];

#endif
