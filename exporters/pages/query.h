/* The query of a page's address: what a reader has searched, filtered and sorted by. Read from the address, and written
 * again into every link of the page, so that a link that is passed on shows the same. */
#ifndef WICK_EXPORTERS_PAGES_QUERY_H
#define WICK_EXPORTERS_PAGES_QUERY_H

#include "base/arena.h"
#include "base/buf.h"

enum { PAGE_PARAMETERS = 32, PAGE_QUERY = 1000 }; /* so many, of so many bytes; the rest is not looked at */

struct page_query {
	struct page_parameter {
		struct str name, value; /* decoded */
	} at[PAGE_PARAMETERS];
	size_t len;
};

/* "a=1&b=x%20y+z", in the arena. What is not percent-encoded as it should be, and what is empty, is left out. */
struct page_query page_query_read(struct arena *arena, struct str text);

/* The first of that name, or an empty text. */
struct str page_query_get(const struct page_query *query, const char *name);
/* The same as a number from 1 on; 1 for what is none. */
size_t page_query_number(const struct page_query *query, const char *name);

/* Without the parameters of that name. */
struct page_query page_query_without(const struct page_query *query, const char *name);

/* "?a=1&amp;b=x%20y", for a quoted attribute: as it is, but for one parameter that gets another value; empty takes it
 * away. "?" alone where nothing is left: a link without it would keep the address's own query. */
void page_query_write(struct buf *out, const struct page_query *query, const char *name, struct str value);

/* Of a long list one part is shown, the one that the parameter `page` says; past the end, the last. */
struct page_part {
	size_t from, to; /* [from, to) */
	size_t number, parts;
};
struct page_part page_part_of(const struct page_query *query, size_t len, size_t each);
/* Links to the other parts, where there are some. */
void page_part_links(struct buf *out, const struct page_query *query, const struct page_part *part);

/* %41 becomes A. False for a percent sign without two hex digits, and for NUL. Of a query also + a blank. */
bool percent_decode(struct str text, bool query, struct buf *out);

#endif
