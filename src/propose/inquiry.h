/* The questions of a survey: lists of what a source has, and queries, a round of them together. A refusal or an answer
 * that is too large concerns its question alone; a source that does not answer ends the survey. */
#ifndef WICK_PROPOSE_INQUIRY_H
#define WICK_PROPOSE_INQUIRY_H

#include "engine/live_ask.h"

struct listed {
	struct str *at;    /* in the order of the answer */
	struct str *types; /* of metadata */
	size_t len;
	bool cut;          /* there are more */
	const char *error; /* NULL: it was answered */
};

struct inquiry;

/* Answers live in `arena`; lists are those of (from, at], queries as of `at`. */
struct inquiry *inquiry_new(struct source *source, struct arena *arena, struct instant from, struct instant at);
void inquiry_free(struct inquiry *inquiry);

/* A list of the source, of at most `most` lines. The answer is there after the next inquiry_ask. `label` and `match`
 * must live as long as the inquiry. */
const struct listed *inquiry_list(struct inquiry *inquiry, enum ask_list list, struct str label, struct str match,
				  size_t most);
const struct live_answer *inquiry_query(struct inquiry *inquiry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* False with a sentence where the source does not answer. */
bool inquiry_ask(struct inquiry *inquiry, struct err *err);

#endif
