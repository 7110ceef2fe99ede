/* Alertmanager's silences as its API tells them (GET /api/v2/silences), and as they are kept: the same JSON, so there
 * is one reader. Pure. */
#ifndef WICK_SLO_CORRECTIONS_SILENCE_H
#define WICK_SLO_CORRECTIONS_SILENCE_H

#include "base/err.h"
#include "promql/ast.h"

/* What a silence is to a set of definitions. */
enum silence_use {
	SILENCE_IN_FORCE,    /* an exclusion of the SLOs that it matches */
	SILENCE_OF_NONE,     /* it matches no SLO */
	SILENCE_OF_ALERTS,   /* it looks at a label that no SLO has: it is about an alert, or about a part of an SLO */
	SILENCE_NEVER_BEGAN, /* it was taken back before it began */
	SILENCE_PAST,        /* it lies further back than every window of the SLOs that it matches */
	SILENCE_TOO_LONG,    /* than an exclusion may last */
	SILENCE_UNREAD,      /* a regular expression that wick does not read */
	SILENCE_TOO_MANY,    /* over the ceiling of exclusions */
};
enum { SILENCE_USES = SILENCE_TOO_MANY + 1 };

struct silence {
	struct str id;              /* the same on each Alertmanager of a cluster */
	struct str comment, author; /* on one line; cut to what an exclusion may say */
	struct str url;             /* of the Alertmanager that told it, as the operator wrote it */
	struct instant begin, end, updated;
	struct promql_matcher *matchers; /* at least one */
	size_t matchers_len;
	bool kept; /* it was in force once */
	bool lost; /* no Alertmanager knew it any more before it was over: it ended when that was noticed */
	enum silence_use use;
};

struct silence_list {
	struct silence *at; /* with all texts in the arena that they were read into */
	size_t len;
	size_t unread;  /* entries that are no silences */
	struct err why; /* what is wrong with the first of them */
};

/* What an Alertmanager at `url` answered, or where `url` is empty, what silences_write wrote. False with `err` for what
 * is no list; an entry that cannot be read is left out and counted. */
bool silences_read(struct arena *arena, struct str json, struct str url, struct silence_list *list, struct err *err);
bool silences_write(struct buf *buf, const struct silence_list *list);
struct silence silence_copy(struct arena *arena, const struct silence *silence);

/* `{service="shop",slo=~"a|b"}` */
bool silence_matchers_write(struct buf *buf, const struct silence *silence);

#endif
