/* The delivery metrics in the daemon: has GitHub asked (delivery/poller.h), hands it the alerts that fire as incidents,
 * and puts what is known onto the snapshot. Never blocks on GitHub: the engine's thread calls it whenever it has a
 * moment. */
#ifndef WICK_DAEMON_TRACKER_H
#define WICK_DAEMON_TRACKER_H

#include "delivery/poller.h"
#include "engine/firings.h"
#include "engine/snapshot.h"

struct tracker_settings {
	bool enabled; /* else nothing is asked, and nothing is shown */
	struct poller_settings poller;
};

struct tracker;

/* NULL with `err` where the settings or the file of facts cannot be used. Does not connect. */
struct tracker *tracker_new(const struct tracker_settings *settings, struct err *err);
void tracker_free(struct tracker *tracker); /* NULL is legal; what is under way is dropped */

/* Goes on with the definitions of that set. Takes a reference. */
void tracker_load(struct tracker *tracker, struct slo_set *set);

/* Goes on with what is under way, and begins what is due. True where there is something new to show. `now` is of the
 * clock that SLOs are counted by. */
bool tracker_turn(struct tracker *tracker, struct mono mono, struct instant now);
/* How long there is nothing to do. */
struct span tracker_wait(const struct tracker *tracker, struct mono mono);

/* The repository is read next: somebody says that something has happened there. Empty: all of them. */
void tracker_wake(struct tracker *tracker, struct str repository);

/* Takes what fired up to the snapshot for incidents, and gives it what is known of deliveries. Before it is published.
 */
void tracker_take(struct tracker *tracker, const struct firings *firings, struct snapshot *snapshot,
		  struct instant now);

#endif
