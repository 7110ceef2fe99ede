/* The Link header (RFC 8288): where the next page is. Pure. */
#ifndef WICK_GITHUB_LINK_H
#define WICK_GITHUB_LINK_H

#include "base/str.h"

/* The target of the first link whose relation is "next", as it stands, in `header` itself; empty where there is none.
 * False where the header cannot be read: then there may be another page, and nobody knows where. */
bool link_next(struct str header, struct str *next);

#endif
