/* Corrections as texts, for what is said of them and kept of them: what was added, removed and changed between two
 * lists, of which one may have been written down long ago. Pure. */
#ifndef WICK_MODEL_CORRECTION_LINE_H
#define WICK_MODEL_CORRECTION_LINE_H

#include "model/correction.h"

enum correction_kind { CORRECTION_EXCLUSION, CORRECTION_ADJUSTMENT };
enum { CORRECTION_KINDS = CORRECTION_ADJUSTMENT + 1 };
extern const char *const correction_kind_names[CORRECTION_KINDS]; /* "exclusion", "adjustment" */

struct correction_line {
	enum correction_kind kind;
	struct str scope;  /* correction_scope_write's */
	struct str when;   /* an exclusion's when_text; when an adjustment is */
	struct str amount; /* adjustment_write's; empty for exclusions */
	struct str reason, author;
	struct str file;
	unsigned line; /* 0: not known */
};

struct correction_lines {
	struct correction_line *at; /* in the arena that they were made in */
	size_t len;
};

/* One per correction: the exclusions, then the adjustments. */
struct correction_lines correction_lines_of(struct arena *arena, const struct correction_list *list);
struct correction_line correction_line_copy(struct arena *arena, const struct correction_line *line);
/* True where nothing but the place differs. */
bool correction_line_same(const struct correction_line *a, const struct correction_line *b);
/* "2026-07-20T00:00 UTC, 1h, for service shop, by ops: database upgrade" */
bool correction_line_write(struct buf *buf, const struct correction_line *line);
/* What makes it the one that it is, for maps: kind, scope and time. */
struct str correction_line_key(struct arena *arena, const struct correction_line *line);

/* What became of a correction: the places in the two lists, SIZE_MAX where it is not in one. */
struct correction_pair {
	size_t before, now;
};
struct correction_pairs {
	struct correction_pair *at; /* in the arena; as many as there are corrections at most */
	size_t len;
};
/* Each line is in one pair. Those are one correction that are for the same SLOs at the same time; or, where only one of
 * the two is as it was, have the reason in common. First the lines of `now`, in their order, then what is gone. */
struct correction_pairs correction_lines_pair(struct arena *arena, const struct correction_lines *before,
					      const struct correction_lines *now);

#endif
