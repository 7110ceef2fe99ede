/* A label set as Prometheus knows it: plain data, sorted by name in byte order, each name once. */
#ifndef WICK_MODEL_LABELS_H
#define WICK_MODEL_LABELS_H

#include "base/arena.h"
#include "base/buf.h"

struct label {
	struct str name, value;
};

struct labels {
	struct label *at; /* owned by whoever owns the arena that it was made in */
	size_t len;
};

/* The value, or an empty text with at == NULL: in Prometheus a label that is not there equals an empty one. */
struct str labels_get(struct labels labels, struct str name);
void labels_sort(struct labels labels);
int labels_cmp(struct labels a, struct labels b);
static inline bool labels_eq(struct labels a, struct labels b) { return labels_cmp(a, b) == 0; }
struct labels labels_copy(struct arena *arena, struct labels labels);
/* Both together, sorted; of the same name that of `more` wins. Texts are not copied. */
struct labels labels_over(struct arena *arena, struct labels base, struct labels more);

/* [a-zA-Z_][a-zA-Z0-9_]*, as the text format 0.0.4 wants label names */
bool label_name_ok(struct str name);
/* [a-zA-Z_:][a-zA-Z0-9_:]* */
bool metric_name_ok(struct str name);

/* `{a="b",c="d"}`, values escaped as in the exposition format and PromQL; `{}` for none. The canonical spelling. */
bool labels_write(struct buf *buf, struct labels labels);
/* One value with \\, \" and \n escaped, without quotes: the escaper for label values. */
bool label_value_write(struct buf *buf, struct str value);

#endif
