/* What a check has to say about a file: where, how bad, and what. Collected, never printed here. */
#ifndef WICK_SLO_FINDING_H
#define WICK_SLO_FINDING_H

#include "base/arena.h"
#include "model/slo.h"

#include <stdarg.h>

enum finding_level {
	FINDING_ERROR,
	FINDING_WARNING,
	FINDING_NOTE, /* nothing is wrong: what was made of a field, for those who ask (check --verbose) */
};
enum { FINDING_LEVELS = FINDING_NOTE + 1 };

struct finding {
	enum finding_level level;
	struct place place;
	struct str text;             /* "objective: '100%' leaves no budget; it must be above 0 and below 100 %" */
	struct str key;              /* the key it is about, or empty */
	const char *rule;            /* a stable name for machine formats: "unknown-key", "objective-range", ... */
	const struct change *change; /* what changed (slo/change/change.h), or NULL */
};

/* The findings of one file or one run: counted beyond the limit, kept up to it. */
struct findings {
	struct arena *arena; /* owns the texts */
	struct finding *at;  /* on the heap */
	size_t len, cap, limit;
	size_t dropped, errors; /* `errors` counts those that were dropped too */
};

void findings_init(struct findings *findings, struct arena *arena, size_t limit);
void findings_release(struct findings *findings);
void findings_add(struct findings *findings, enum finding_level level, struct place place, struct str key,
		  const char *rule, const char *format, ...) __attribute__((format(printf, 6, 7)));
void findings_vadd(struct findings *findings, enum finding_level level, struct place place, struct str key,
		   const char *rule, const char *format, va_list args) __attribute__((format(printf, 6, 0)));

/* By file, line and column; errors before warnings of the same place. */
void findings_sort(struct finding *findings, size_t len);
/* Sorts them, and keeps one of those that say the same of the same place: a part that several SLOs refer to is read for
 * each of them. */
void findings_settle(struct findings *findings);

/* "file:line:col", without what is not known; for messages. */
struct str place_text(struct arena *arena, struct place place);

/* Values from outside are shown up to this many bytes. */
enum { FINDING_VALUE_BYTES = 80 };
#define VALUE_ARG(s) (int)((s).len < FINDING_VALUE_BYTES ? (s).len : FINDING_VALUE_BYTES), (s).at ? (s).at : ""

#endif
