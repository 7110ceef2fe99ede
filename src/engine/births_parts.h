/* The inside of births.c: what is found out about births, and how answers are taken in (births_answers.c). */
#ifndef WICK_ENGINE_BIRTHS_PARTS_H
#define WICK_ENGINE_BIRTHS_PARTS_H

#include "base/map.h"
#include "engine/births.h"

/* One birth and what was found out about it. */
struct question {
	struct tally_birth birth;
	struct labels labels;
	struct family *family;
	bool was_there; /* it has samples before, within the horizon */
	bool dated;     /* `before` is its newest one */
	struct level before;
};

/* The births of one target at one instant under one watch: asked about together. */
struct family {
	struct str metric, job, instance;
	struct instant at;
	struct question **questions;
	size_t len, cap;
	bool target;                /* job and instance are known */
	bool remembered;            /* the newest sample before is known of each */
	bool refused;               /* the source would not answer: what is not known otherwise stays unknown */
	bool evidence;              /* its series started at 0 */
	int64_t scraped_ms;         /* newest scrape of the target before, within the lookback; 0: none */
	double process_start;       /* seconds since 1970; NaN where there is none */
	bool unwatched;             /* nothing of its job was scraped since then */
	bool watched_before;        /* but it had been, before: the hole has two ends */
	struct instant last_scrape; /* of the target, before; ms == 0: none within the horizon */
};

struct births {
	struct tally *tally;
	const struct births_options *options;
	struct arena arena;
	struct question *questions;
	size_t len;
	struct family **families;
	size_t families_len, families_cap;
	struct map by_key;
	struct ask *asks;
	size_t asks_len, asks_cap;
	unsigned round; /* that comes next */
};

/* Who asked: the family, and the question where only one is meant. */
struct asker {
	struct births *births;
	struct family *family;
	struct question *question; /* NULL: the answer's series are matched by their labels */
};

/* Histograms are counted per bound, numbers are not. */
static inline bool is_native(const struct question *question) { return question->birth.first.below != NULL; }

/* One series of an answer, into what is known of the asker (the context). */
bool births_on_was_there(void *context, const struct source_series *series, struct err *err);
bool births_on_newest(void *context, const struct source_series *series, struct err *err);
bool births_on_date(void *context, const struct source_series *series, struct err *err);
bool births_on_up(void *context, const struct source_series *series, struct err *err);
bool births_on_process_start(void *context, const struct source_series *series, struct err *err);
bool births_on_watched(void *context, const struct source_series *series, struct err *err);
bool births_on_watched_before(void *context, const struct source_series *series, struct err *err);
bool births_on_last_scrape(void *context, const struct source_series *series, struct err *err);
bool births_on_sibling(void *context, const struct source_series *series, struct err *err);

#endif
