/* Hands alerts to Alertmanagers, each by itself: a page does not depend on anybody's scrape. What is sent is the state
 * of all alerts and not what has changed, so that nothing is lost while one of them is away, and nothing is doubled.
 * Never blocks: the engine's thread calls it whenever it has a moment, also while it waits for the source. */
#ifndef WICK_DAEMON_PAGER_H
#define WICK_DAEMON_PAGER_H

#include "base/err.h"
#include "engine/snapshot.h"
#include "net/http.h"

struct pager_settings {
	const struct str *urls; /* of Alertmanagers, with their path prefixes; each is sent everything */
	size_t len;
	struct http_settings http;
	struct span resend; /* the same state is sent again after so long */
	struct str link;    /* wick's own address, for people; empty: none */
};

struct pager;

/* NULL with `err` where the settings cannot be used. Does not connect. `len` 0 is legal: then there is nothing to do.
 */
struct pager *pager_new(const struct pager_settings *settings, struct err *err);
void pager_free(struct pager *pager); /* NULL is legal; what is under way is dropped */

/* The state of all alerts as of now, and of those about wick itself: goes out to every Alertmanager as soon as it can.
 */
void pager_take(struct pager *pager, const struct snapshot *snapshot, struct instant now);
/* The state has to be taken anew, since nobody has for `resend`: Alertmanagers forget what is not repeated. */
bool pager_wants(const struct pager *pager, struct mono now);
/* Goes on with what is under way, and begins what is due. */
void pager_turn(struct pager *pager, struct mono now);
/* How long there is nothing to do. */
struct span pager_wait(const struct pager *pager, struct mono now);

/* How each Alertmanager is; texts live as long as the pager. */
size_t pager_health(const struct pager *pager, struct arena *arena, const struct health_pager **out);

#endif
