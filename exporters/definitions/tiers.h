/* The alerts of an SLO, held against those that another language's definition would have. */
#ifndef WICK_EXPORTERS_DEFINITIONS_TIERS_H
#define WICK_EXPORTERS_DEFINITIONS_TIERS_H

#include "exporters/definitions/write.h"

/* The fields of a tier, as bits. */
enum tier_part {
	TIER_PART_KIND,
	TIER_PART_SEVERITY,
	TIER_PART_LONG,
	TIER_PART_SHORT,
	TIER_PART_FACTOR,
	TIER_PART_CONSUMED,
	TIER_PART_WITHIN,
	TIER_PART_WINDOW,
	TIER_PART_FOR,
	TIER_PART_KEEP,
	TIER_PART_MIN_BAD,
	TIER_PART_MIN_EVENTS,
	TIER_PART_LABELS,
	TIER_PART_ANNOTATIONS,
};
enum { TIER_PARTS = TIER_PART_ANNOTATIONS + 1 };
extern const char *const tier_part_names[TIER_PARTS]; /* the native language's keys */

/* Which fields differ. `runbook` as an annotation says what the runbook of the alerting says, and is no difference. */
unsigned tier_differences(const struct tier *a, const struct tier *b, struct str runbook);

/* The same tiers in any order. */
bool tiers_equal(const struct alerting *a, const struct alerting *b);

/* Notes what the SLO's tiers have and those that the other language's definition makes have not, and the other way
 * round. */
void tiers_note(struct writing *writing, const struct alerting *made);

/* An empty alerting with room for so many tiers. */
struct alerting *tiers_new(struct arena *arena, size_t most, struct tier **tiers);

/* The default tiers of the SLO. */
const struct alerting *tiers_default(struct arena *arena, const struct slo *slo);

/* The labels, or annotations, that all tiers of the list have alike. */
enum tier_texts { TIER_LABELS, TIER_ANNOTATIONS };
struct labels tiers_common(struct arena *arena, const struct tier *const *tiers, size_t len, enum tier_texts which);
/* Without those that are in `less` with the same value. */
struct labels labels_beyond(struct arena *arena, struct labels labels, struct labels less);

#endif
