/* What people set right: times that do not count, and events that were counted wrongly. Kept beside the counts and
 * never mixed in: numbers with and without them stand side by side. Plain data; texts live where the definitions live.
 */
#ifndef WICK_MODEL_CORRECTION_H
#define WICK_MODEL_CORRECTION_H

#include "model/labels.h"
#include "model/place.h"
#include "model/recurrence.h"

/* Which SLOs a correction is for: those for which all that is given holds. At least one is given. */
struct correction_scope {
	struct str *slos; /* ids; empty: any */
	size_t slos_len;
	struct place *places;           /* where each of them stands */
	struct str service, namespace_; /* empty: any */
	struct labels labels;           /* all of these, with these values */
	struct str matchers;            /* of an imported silence, and then nothing else is given; `{slo=~"a|b"}` */
};

/* A maintenance, a drill, a day on which nobody works: what happens meanwhile is not counted, and it is no part of any
 * window. Stretches are cut to whole steps of the grid: a step of which any part is excluded is. */
struct exclusion {
	struct correction_scope scope;
	struct recurrence when; /* one that happens once has no rule */
	struct str when_text;   /* as people read it: "2026-03-01T22:00 Europe/Berlin, 2h, FREQ=WEEKLY" */
	struct str reason, author;
	struct place place;
};

/* Belongs to every window that holds `at`; burn rates and the alerts on them are as counted. Any number may be
 * negative.
 */
struct adjustment {
	struct correction_scope scope;
	struct instant at;
	double good, bad;   /* events */
	double bad_minutes; /* minutes of full outage, at the window's own mean traffic; good events become bad ones */
	struct str reason, author;
	struct place place;
};

/* Those of all SLOs, in the order of the files; the lists are on the heap. */
struct correction_list {
	const struct exclusion **exclusions;
	size_t exclusions_len, exclusions_cap;
	const struct adjustment **adjustments;
	size_t adjustments_len, adjustments_cap;
};

void correction_list_release(struct correction_list *list); /* what the lists point to is not its own */
void correction_list_add_exclusion(struct correction_list *list, const struct exclusion *exclusion);
void correction_list_add_adjustment(struct correction_list *list, const struct adjustment *adjustment);
static inline size_t correction_list_len(const struct correction_list *list)
{
	return list->exclusions_len + list->adjustments_len;
}

/* The same with all texts in `arena`; `file` becomes its place's. */
const struct exclusion *exclusion_copy(struct arena *arena, const struct exclusion *exclusion, const char *file);
const struct adjustment *adjustment_copy(struct arena *arena, const struct adjustment *adjustment, const char *file);

/* As people read them: "slo shop/checkout, shop/cart; service shop; namespace eu; labels {team="core"}", of which what
 * is given; of a silence "SLOs {slo=~"a|b"}"; and "bad -120, bad minutes 3". */
bool correction_scope_write(struct buf *buf, const struct correction_scope *scope);
bool adjustment_write(struct buf *buf, const struct adjustment *adjustment);

/* Those of one SLO; of the lists of all. */
struct corrections {
	const struct exclusion *const *exclusions;
	size_t exclusions_len;
	const struct adjustment *const *adjustments;
	size_t adjustments_len;
};

/* Bad events that adjustments from `from` on add up to `until`, of those up to `to`, which add `adjusted_bad` in all.
 * Of minutes of outage only their sum is known in events. */
double corrections_bad_until(const struct corrections *corrections, struct instant from, struct instant until,
			     struct instant to, double adjusted_bad);

#endif
