/* One time that an alert fired, as it is written down. */
#ifndef WICK_MODEL_FIRING_H
#define WICK_MODEL_FIRING_H

#include "base/arena.h"
#include "base/when.h"
#include "model/labels.h"

struct firing {
	struct str slo_id, service;
	struct labels group;
	struct str tier, severity;
	struct instant fired_at, resolved_at; /* resolved_at.ms == 0: it fires */
};

bool firing_is_of(const struct firing *firing, struct str slo_id, struct labels group);

/* All that are known, the oldest first. */
struct firing_list {
	struct firing *at;
	size_t len;
	struct instant since; /* each that fired from then on is among them; ms == 0: none is known to be */
};

/* Immutable and counted: the engine makes a new one, those who show it keep the one they have. */
struct firing_book {
	struct arena arena; /* owns the list and its texts */
	struct firing_list list;
	int references; /* atomic */
};

struct firing_book *firing_book_new(void); /* empty, with one reference; whoever makes it fills it */
struct firing_book *firing_book_ref(struct firing_book *book);
void firing_book_unref(struct firing_book *book); /* thread-safe; NULL is legal */

#endif
