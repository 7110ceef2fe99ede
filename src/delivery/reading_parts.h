/* The inside of a reading, shared by reading.c (the queue) and reading_*.c (what is asked, and what its answers mean)
 * alone. */
#ifndef WICK_DELIVERY_READING_PARTS_H
#define WICK_DELIVERY_READING_PARTS_H

#include "delivery/faults.h"
#include "delivery/reading.h"
#include "dora/dora.h"
#include "github/read.h"

/* A question with all its pages. */
struct errand {
	struct errand *next;
	const struct errand_kind *kind;
	struct str url; /* of the present page */
	bool kept;      /* its pages are asked again some day: their ETags are kept */
	bool walked;    /* the list was walked to its end once: where it begins as it did then, it is as it was */
	bool last, all; /* LISTING_RUNS: the last window of those that are walked again; they are all that may change */
	bool enough;    /* set by a page: those behind it are not wanted */
	bool same;      /* a page was as it had been, and brought nothing */
	bool full;      /* the list is walked all the way, though it is known: what has gone from it is looked for */
	bool fresh;     /* what its pages said before does not count: no ETag is sent */
	bool bottom;    /* it was walked down to `depth` */
	unsigned pages; /* that were taken */

	/* what it is about; which of these, its kind knows */
	const struct listing *listing;
	const struct listing *of;                       /* details: of an entry of that list */
	const struct delivery_environment *environment; /* a comparison: that it is for */
	struct str text, head;                          /* a source, a sha, a branch */
	int64_t id;
	unsigned number;
	struct instant from,
		to;           /* LISTING_RUNS: of the window; of other lists: `to` is the newest update that was seen */
	struct instant depth; /* lists other than of runs: what is older is not wanted */
	struct instant walk;  /* likewise: the depth of the walk that their pages are kept from */
	void *pile;           /* what its pages have brought; in the reading's arena */
};

struct errand_kind {
	const char *what; /* for messages: "workflow runs" */
	/* Takes a page: what it says is written down at once, or piled up for `done`. False with `err` where it is not
	 * what GitHub says it should be, or the facts cannot be written (`reading->broken`). */
	bool (*page)(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err);
	/* All pages are there; NULL: nothing is left to do. */
	bool (*done)(struct reading *reading, struct errand *errand, struct err *err);
	/* It is not there; NULL: that is noted as something that cannot be had. */
	bool (*gone)(struct reading *reading, struct errand *errand, struct err *err);
	/* It cannot be asked like that; NULL: likewise. */
	bool (*unfit)(struct reading *reading, struct errand *errand, struct err *err);
};

enum reading_stage {
	STAGE_LISTINGS,
	STAGE_DETAILS,
	STAGE_RANGES,
	STAGE_PULLS_OF,
	STAGE_PULLS,
	STAGE_FILES,
	STAGE_ENDED,
};

/* An environment whose ranges are asked for; which of them was asked for last. */
struct range_case {
	struct dora_case one;
	struct str base, head;
};

struct reading {
	struct facts *facts;
	const struct target *target;
	struct reading_options options;
	struct arena arena;
	struct errand *first;
	enum reading_stage stage;
	bool filled;  /* the stage has put its errands into the queue */
	bool whole;   /* lists are walked all the way that may still change */
	bool open;    /* details may change that no list tells of */
	bool changed; /* something was written down */
	bool broken;  /* the facts cannot be read or written */
	bool more, unanswered;
	bool contents; /* commits may be read: what is not there does not exist */
	bool stuck;    /* a stage that is filled again and again would ask for the same for ever */
	size_t asked;
	unsigned later, lost; /* tries of the question without an answer; questions in a row that had none */
	struct github_call call;
	struct buf etag, link; /* of the page that is asked */
	struct repository_facts *known;
	struct range_case *cases; /* STAGE_RANGES */
	size_t cases_len, case_at;
	struct faults faults; /* what could not be had */
};

/* Puts one in front of the queue, or behind it: a copy, in the arena. */
struct errand *errand_first(struct reading *reading, const struct errand *errand);
struct errand *errand_last(struct reading *reading, const struct errand *errand);

/* "/repos/owner/name" and what follows, in the arena. */
struct str repository_url(struct reading *reading, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Percent-encoded, in the arena. */
struct str escaped(struct reading *reading, struct str text);

/* What is known of the repository, read once and again after `reading_forget`; NULL: it cannot be read. */
struct repository_facts *reading_known(struct reading *reading, struct err *err);
void reading_forget(struct reading *reading);

/* Writes, and remembers that something has changed; false sets `broken`. */
bool reading_put_attempt(struct reading *reading, const struct fact_attempt *attempt, struct err *err);
bool reading_put(struct reading *reading, bool ok); /* the same for any facts_put_* */

/* Marks that are instants; ms == 0: not there. */
bool reading_mark(struct reading *reading, struct str key, const char *which, struct instant *at, struct err *err);
bool reading_put_mark(struct reading *reading, struct str key, const char *which, struct instant at, struct err *err);

/* What a stage has to ask: fills the queue. */
bool listings_fill(struct reading *reading, struct err *err);
bool details_fill(struct reading *reading, struct err *err);
bool ranges_fill(struct reading *reading, struct err *err);   /* is called again until it has nothing more */
bool pulls_of_fill(struct reading *reading, struct err *err); /* likewise */
/* A comparison that was given up is not asked for again in this reading; what is no comparison stays as it is. */
bool ranges_skip(struct reading *reading, const struct errand *errand, struct err *err);
bool pulls_fill(struct reading *reading, struct err *err);
bool files_fill(struct reading *reading, struct err *err);

/* Puts what has to be asked of the runs of a list into the queue. */
bool runs_want(struct reading *reading, const struct listing *listing, struct err *err);

/* A listing cannot be had; and so it may be with what was known by it. */
bool listing_missing(struct reading *reading, const struct errand *errand, struct err *err);

/* Notes what a page of a list holds; and once the list is walked, asks for what is known and was not in it, one by one:
 * a list that has its items moved while it is read may leave one out. */
void vanished_note(struct reading *reading, struct errand *errand, int64_t id);
void vanished_note_page(struct reading *reading, struct errand *errand);
bool vanished_ask(struct reading *reading, struct errand *errand, struct err *err);

/* The attempt that is known under the three, or NULL. */
const struct fact_attempt *known_attempt(const struct repository_facts *known, struct str source, int64_t id,
					 unsigned number);
const struct fact_pull *known_pull(const struct repository_facts *known, int64_t number);

#endif
