/* What a change of definitions means for those who live by them. Pure: two sets in, findings out, notes where nothing
 * is lost and warnings where less is promised, told or remembered than before. */
#ifndef WICK_SLO_CHANGE_CHANGE_H
#define WICK_SLO_CHANGE_CHANGE_H

#include "slo/definitions.h"

enum change_of { CHANGE_SLO, CHANGE_POLICY, CHANGE_CORRECTION, CHANGE_DELIVERY };
enum { CHANGES_OF = CHANGE_DELIVERY + 1 };

/* For machines; beside a finding of the rule that names what changed. */
struct change {
	enum change_of of;
	struct str subject;  /* the SLO's id, the policy's name, the scope of a correction, the service of a delivery */
	struct str from, to; /* as people write it; empty where there was or is nothing */
};

/* Adds them to `changes`, in whose arena all their texts are. `revision` is what people call the set before. */
void changes_find(const struct slo_set *before, const struct slo_set *now, const char *revision,
		  struct findings *changes);

#endif
