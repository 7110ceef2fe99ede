/* Asks Alertmanagers for their silences now and then, each by itself. Never blocks: the engine's thread calls it
 * whenever it has a moment. */
#ifndef WICK_DAEMON_IMPORTER_H
#define WICK_DAEMON_IMPORTER_H

#include "engine/silences.h"
#include "model/health.h"
#include "net/http.h"

struct importer_settings {
	bool enabled; /* else nothing is asked, and nothing that the store remembers is in force */
	struct silences_settings silences;
	struct http_settings http;
	struct span interval;
};

struct importer;

/* NULL with `err` where the settings cannot be used. Does not connect. The store must outlive it. */
struct importer *importer_new(const struct importer_settings *settings, struct store *store, struct err *err);
void importer_free(struct importer *importer); /* NULL is legal; what is under way is dropped */

/* Goes on with what is under way, and begins what is due. True where importer_over may have something new. `now` is of
 * the clock that SLOs are counted by. */
bool importer_turn(struct importer *importer, struct mono mono, struct instant now);
/* How long there is nothing to do. */
struct span importer_wait(const struct importer *importer, struct mono mono);

/* silences_over. */
struct slo_set *importer_over(struct importer *importer, struct slo_set *base, struct instant now, bool *changed);

/* Texts in the arena. */
void importer_health(const struct importer *importer, struct arena *arena, struct health *health);

#endif
