/* Alertmanagers' silences that are in force as exclusions: what each of them told last, and what the store remembers of
 * it. Alertmanagers forget what is over after some days; here it stays as long as a window of the SLOs that it is for
 * can hold it. One that does not answer takes nothing away. */
#ifndef WICK_ENGINE_SILENCES_H
#define WICK_ENGINE_SILENCES_H

#include "ledger/store.h"
#include "slo/corrections/import.h"

struct silences;

struct silences_settings {
	const struct str *urls; /* of the Alertmanagers, as the operator wrote them */
	size_t len;
	struct str comment; /* only those whose comment begins so; empty: all */
};

/* Reads what the store remembers; without it where that cannot be read, which is logged. The store must outlive it. */
struct silences *silences_new(const struct silences_settings *settings, struct store *store);
void silences_free(struct silences *silences); /* NULL is legal */

/* What the Alertmanager of that number answered, in place of what it answered before. False with `err` where that is no
 * list of silences: nothing has changed then, but for its having failed. */
bool silences_answered(struct silences *silences, size_t from, struct str json, struct err *err);
void silences_failed(struct silences *silences, size_t from);
/* Something came in since silences_over was called last, or so much time has passed that some may be too old. */
bool silences_due(const struct silences *silences, struct instant now);

/* A reference to a set like `base` with those in force (slo/corrections/import.h); says whether they differ from those
 * of the last call, and remembers them in the store first. A store that refuses is tried again with the next call, and
 * the log says so once. */
struct slo_set *silences_over(struct silences *silences, struct slo_set *base, struct instant now, bool *changed);

/* How many silences there are of a use, as of the last call of silences_over. */
size_t silences_count(const struct silences *silences, enum silence_use use);

#endif
