/* When GitHub may be asked: its primary limit (so many requests an hour), its secondary ones, and pauses after
 * failures. Pure: the time is handed in.
 *
 * Source: docs.github.com, "Rate limits for the REST API", "Best practices for using the REST API". */
#ifndef WICK_GITHUB_QUOTA_H
#define WICK_GITHUB_QUOTA_H

#include "base/err.h"
#include "base/when.h"

/* 900 points a minute is the secondary limit of the REST API, and a GET is one: so far apart are two starts of calls.
 */
#define QUOTA_SPACING ((struct span){70})

struct quota {
	unsigned reserve;
	bool told; /* of the primary limit */
	double limit, remaining;
	struct instant reset; /* by our own clock */
	struct instant pause_until;
	struct span pause;         /* the whole of it: where the clock is set back, it is not longer than that */
	unsigned failures, limits; /* one after the other: limits that did not say for how long */
	struct span skew;          /* the server's clock less ours */
	uint64_t random;
};

/* What an answer says of all this; texts are those of headers, empty where none came. */
struct quota_answer {
	long status;
	struct str limit, remaining, reset, date;
	struct span retry_after; /* 0: none */
	bool limit_named;        /* the answer's text speaks of a limit */
};

void quota_init(struct quota *quota, unsigned reserve);

/* The server's time. Off by more than an hour its clock is not believed. */
struct instant quota_server_time(const struct quota *quota, struct instant now);
/* Compares the clocks. */
void quota_note_date(struct quota *quota, struct str date, struct instant now);
/* Takes over what is left; nothing where the host does not tell (Enterprise Server need not). */
void quota_note(struct quota *quota, const struct quota_answer *answer, struct instant now);

/* True where the answer (403, 429) is a limit; then a pause is set, and `err` says which it is: until the reset where
 * nothing remains, as long as retry-after says, or else a minute, twice as long each time, up to 15. */
bool quota_limited(struct quota *quota, const struct quota_answer *answer, struct instant now, struct err *err);
/* Something went wrong: a pause of 1 s, twice as long each time, up to 5 min, with some chance in it so that many do
 * not come back at once; no shorter than retry-after. */
void quota_failed(struct quota *quota, struct span retry_after, struct instant now);
/* A call was answered: the next pause is a short one again. */
void quota_well(struct quota *quota);

/* True where no more than the reserve is left, of an hour that is not over. One call may take several requests (a
 * redirect, a new token), so it ends a few before that. A reserve of more than half the quota counts as half. */
bool quota_spent(const struct quota *quota, struct instant now);
/* When something may be asked again, which may be over by now; ms == 0: there is no pause. */
struct instant quota_paused_until(const struct quota *quota);
/* How long nothing may be asked; 0 where something may. */
struct span quota_wait(const struct quota *quota, struct instant now);

#endif
