/* Finds the repositories of an organisation that a definition is for: walks the list that GitHub has, and remembers
 * what fits, so that a restart needs no new walk. Asked like a reading (reading.h). */
#ifndef WICK_DELIVERY_DISCOVERY_H
#define WICK_DELIVERY_DISCOVERY_H

#include "facts/facts.h"
#include "github/github.h"
#include "model/delivery.h"

struct discovery;

/* All three must outlive it. */
struct discovery *discovery_new(struct facts *facts, const struct delivery *delivery);
void discovery_free(struct discovery *discovery); /* NULL is legal */
/* The next question; NULL: it is done. */
struct github_call *discovery_next(struct discovery *discovery, struct err *err);
/* Its answer is in. False where the facts cannot be written. */
bool discovery_take(struct discovery *discovery, struct err *err);
/* Once it is done: why not all could be seen, "" for nothing; and whether the list is another than before. */
const char *discovery_error(const struct discovery *discovery);
bool discovery_changed(const struct discovery *discovery);

/* Where the list of an organisation, or a person, begins, in the arena; and whether one of it is among those that the
 * definition is for: not archived or disabled, and as it chooses. */
struct github_repository;
struct str discovery_url(struct arena *arena, struct str owner, bool person);
bool discovery_fits(const struct delivery *delivery, const struct github_repository *repository);

/* The repositories that were found last, "owner/name" each, in the arena. False where the facts cannot be read. */
bool discovery_found(struct facts *facts, const struct delivery *delivery, struct arena *arena, struct str **out,
		     size_t *len, struct err *err);

#endif
