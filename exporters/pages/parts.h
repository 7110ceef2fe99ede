/* Small pieces of HTML that all pages are made of. Texts may be anyone's: they come out inert. */
#ifndef WICK_EXPORTERS_PAGES_PARTS_H
#define WICK_EXPORTERS_PAGES_PARTS_H

#include "base/buf.h"
#include "base/when.h"
#include "model/labels.h"

/* <time datetime="2026-11-21T05:00:00Z">2026-11-21 05:00 UTC</time>: a script may show it in the reader's zone. "-"
 * where ms == 0. */
void page_time(struct buf *out, struct instant at);

/* The first `most` characters. */
struct str page_cut(struct str text, size_t most);
/* Escaped, and cut behind `most` characters, with an ellipsis: for lists, whose pages may not get long by one text. */
void page_text(struct buf *out, struct str text, size_t most);

/* A part of a path or of a query, for a quoted attribute: everything but unreserved characters is percent-encoded, so
 * that no byte of a name ends the attribute or the part. Of a path slashes stay. */
void page_path(struct buf *out, struct str path);
void page_query_text(struct buf *out, struct str text);

/* {route="/items", zone="b"}, escaped; nothing for no labels. */
void page_labels(struct buf *out, struct labels labels);

/* A link to what someone wrote, where that is a web address (http or https, of no more than 2,000 bytes); else only the
 * text. */
void page_link(struct buf *out, struct str url, struct str text);

/* "1 alert fires", "3 alerts fire": the number and the form that goes with it. */
void page_count(struct buf *out, size_t count, const char *one, const char *more);

/* A table that may be wider than the screen: scrolls by itself, by keyboard too. The titles are those of the columns,
 * each with its class: "num:burn 1h"; `caption` is what the table is, and escaped. Ended by page_table_end. */
void page_table(struct buf *out, struct str caption, const char *const *titles, size_t len);
void page_table_end(struct buf *out);

#endif
