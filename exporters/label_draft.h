/* A series' label set while it is put together: labels of ours first, then those that people or sources gave. A name
 * that is taken already gets "exported_" before it, as Prometheus does it on scraping; names that begin with "__" are
 * left out. Sorted by name once it is written. */
#ifndef WICK_EXPORTERS_LABEL_DRAFT_H
#define WICK_EXPORTERS_LABEL_DRAFT_H

#include "model/labels.h"

struct label_draft {
	struct label *at;
	size_t len, cap;
	struct arena names;          /* of those that had to be changed */
	const char *const *reserved; /* names that count as taken: those that families add */
	size_t reserved_len;
};

void label_draft_init(struct label_draft *draft, const char *const *reserved, size_t reserved_len);
void label_draft_release(struct label_draft *draft);

/* One of ours: as it is. */
void label_draft_put(struct label_draft *draft, struct str name, struct str value);
/* One that may be empty, which is the same as not there, or have any name. */
void label_draft_add(struct label_draft *draft, struct str name, struct str value);

/* Sorts; texts are not copied, and names that were changed live as long as the draft. */
struct labels label_draft_sorted(struct label_draft *draft);
/* `{a="b",c="d"` of a sorted set, values escaped; the brace stays open for what a family adds. */
void label_set_write(struct buf *out, struct labels labels);
/* `,name="value"` or `{name="value"`, by what stands before. */
void label_write(struct buf *out, char before, struct str name, struct str value);

/* A label's value, escaped; what is not UTF-8, and NUL, becomes U+FFFD: one bad byte would make the whole page
 * unreadable. */
void label_text_write(struct buf *out, struct str value);

#endif
