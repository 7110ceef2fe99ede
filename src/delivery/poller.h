/* Keeps what is known of all repositories up to date: reads them one after the other, each as often as it is worth, and
 * makes the results. Never blocks but in poller_await: the engine's thread calls it whenever it has a moment. */
#ifndef WICK_DELIVERY_POLLER_H
#define WICK_DELIVERY_POLLER_H

#include "delivery/results.h"

struct poller_settings {
	struct github_settings github;
	const char *facts;    /* the file; NULL: memory only */
	struct span interval; /* between two readings of a repository where something happens */
	struct span history;  /* how far back */
	/* A report: each reading looks at all that may still change, since somebody waits for the truth, and what is
	 * older than `history` is not known. Else all that ever was read stays known. */
	bool whole;
	struct instant at; /* everything is read as of this moment; ms == 0: as of now */
};

struct poller;

/* NULL with `err` where the settings or the file cannot be used. Connects to nothing. The settings' texts must
 * outlive it. */
struct poller *poller_new(const struct poller_settings *settings, struct err *err);
void poller_free(struct poller *poller); /* NULL is legal; what is under way is dropped */

/* Takes up the deliveries of a set, also in place of the one before: repositories that stay are not read anew. Takes a
 * reference. */
void poller_load(struct poller *poller, struct slo_set *set);

/* Goes on with what is under way, and begins what is due. True where poller_results would have something new. `now` is
 * the time that is asked as of. */
bool poller_turn(struct poller *poller, struct mono mono, struct instant now);
/* How long there is nothing to do. */
struct span poller_wait(const struct poller *poller, struct mono mono);
/* Waits for an answer, so long at the most, or until `fd` (-1: none) is readable. */
void poller_await(struct poller *poller, struct span wait, int fd);

/* The repository is read next: somebody (a webhook) says that something has happened there. Empty: all of them. */
void poller_wake(struct poller *poller, struct str repository);

/* Every repository was read since poller_load, as far as it can be. */
bool poller_all_read(const struct poller *poller);

/* Alerts of SLOs that fire or have ended: incidents. To be told once, and again when one ends; all are written down, or
 * none. */
bool poller_put_alerts(struct poller *poller, const struct fact_alert *alerts, size_t len, struct err *err);
/* Those that were told of, also before the last start, and of which it was not told that they ended; in the arena. */
bool poller_open_alerts(struct poller *poller, struct arena *arena, struct fact_alert **out, size_t *len,
			struct err *err);

/* As of `at`; one reference. What is known is worked out as of the first moment that is asked for after something was
 * new, and windows move with `at`: moments do not go back. */
struct delivery_results *poller_results(struct poller *poller, struct instant at);
/* What was known at a moment of the past, whichever: all is worked out anew. */
struct delivery_results *poller_results_then(struct poller *poller, struct instant at);

/* Why the repositories of an organisation are not known, "" for nothing: the first of them. */
const char *poller_organisation_error(const struct poller *poller);

/* How GitHub answers; texts live until the next turn. */
struct github_health poller_github(const struct poller *poller);

/* The last thing that went wrong with the facts, "" for nothing. */
const char *poller_error(const struct poller *poller);

#endif
