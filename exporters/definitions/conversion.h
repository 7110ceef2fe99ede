/* Definitions in another language: SLOs in, a file of that language out, and a list of what it cannot say. Pure. What
 * has been written is read back and held against what it was made from, so that nothing is lost in silence. */
#ifndef WICK_EXPORTERS_DEFINITIONS_CONVERSION_H
#define WICK_EXPORTERS_DEFINITIONS_CONVERSION_H

#include "base/buf.h"
#include "base/map.h"
#include "slo/definitions.h"

/* What there is of an SLO to be carried over. */
enum carried {
	CARRIED_SLO, /* the whole of it */
	CARRIED_NAME,
	CARRIED_DESCRIPTION,
	CARRIED_DISPLAY_NAME,
	CARRIED_OBJECTIVE,
	CARRIED_WINDOWS,
	CARRIED_BUDGETING,
	CARRIED_LABELS,
	CARRIED_COUNTS,
	CARRIED_SOURCE,
	CARRIED_GROUPS,
	CARRIED_GROUP_LIMIT,
	CARRIED_GROUP_TOP,
	CARRIED_ALERTS,
	CARRIED_RUNBOOK,
	CARRIED_POLICY,
	CARRIED_CORRECTIONS, /* exclusions and adjustments */
	CARRIED_DOCUMENT,    /* of another tool, which defines no SLO */
};
enum { CARRIED = CARRIED_DOCUMENT + 1 };
/* The rules of findings: "lost-slo", "lost-name", ... */
extern const char *const carried_rules[CARRIED];
/* That of what came back otherwise though nothing was said of it: a fault of the writer's. */
extern const char conversion_fault[];

struct definition_language;
extern const struct definition_language *const definition_languages[]; /* NULL-terminated */
const char *definition_language_name(const struct definition_language *language);
/* Names for a choice, NULL-terminated. */
const char *const *definition_language_names(void);

struct conversion {
	const struct definition_language *to;
	const struct slo_set *set;
	struct arena arena;
	struct findings lost; /* warnings, at the places that they are about; the texts are the arena's */
	unsigned *lost_of;    /* by SLO of the set: bits of enum carried */
	struct str *id_of;    /* by SLO of the set: its id in what was written; empty where it is not */
	struct map names;     /* what SLOs are called -> how many are called so (write.h) */
	struct map taken;     /* names that the other language has by now */
	bool *stands;         /* by SLO of the set: its document is written as it stood */
	/* What is kept (keep.h): places of what has been written again, of what has not, and documents by their names
	 */
	struct map carried, dropped, parts;
};

/* The set must outlive the conversion. */
void conversion_init(struct conversion *conversion, const struct definition_language *to, const struct slo_set *set);
void conversion_release(struct conversion *conversion);

/* What stands there is no loss: it means nothing to wick, and has been written again. After the writing. */
bool conversion_carries(struct conversion *conversion, struct place place);

/* What the file defines, or all of the set for NULL; nothing where there is nothing to write. Each SLO is to be written
 * once. */
void conversion_write(struct conversion *conversion, const char *file, struct buf *out);

/* What differs, as bits of enum carried. The same counts are those that come from the same samples, however the query
 * is spelled; the same alerts are those of the same tiers in any order. */
unsigned slo_differences(const struct slo *a, const struct slo *b);

#endif
