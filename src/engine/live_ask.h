/* The questions of a live check: gathered, each text once, asked together at one instant, and kept with their answers.
 */
#ifndef WICK_ENGINE_LIVE_ASK_H
#define WICK_ENGINE_LIVE_ASK_H

#include "source/source.h"

enum {
	LIVE_ROWS = 1000,    /* series that are kept of an answer */
	LIVE_SAMPLES = 5000, /* newest samples that are kept of a series */
};

struct live_row {
	struct labels labels;
	struct sample *samples; /* at least one */
	size_t len;
};

struct live_answer {
	enum ask_outcome outcome;
	const char *error; /* where it is not ASK_OK */
	struct live_row *rows;
	size_t len, series; /* rows kept; series of the answer */
	double seconds;     /* that the source took */
};

struct live_asker;

/* Answers live in `arena`. */
struct live_asker *live_asker_new(struct source *source, struct arena *arena, struct instant at);
void live_asker_free(struct live_asker *asker);

/* Puts a question; its answer is there after the next live_ask_all. The same text gives the same answer.
 * The text must live as long as the asker. */
const struct live_answer *live_ask(struct live_asker *asker, struct str question);
/* False where the source does not answer; a question that it refuses or finds too large is no failure. */
bool live_ask_all(struct live_asker *asker, struct err *err);

/* The newest value of the answer's first series; 0 where there is none: made for count(). An answer too large to be
 * given counts as many. NULL counts as 0. */
double live_count(const struct live_answer *answer);

#endif
