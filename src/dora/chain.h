/* From attempts to deployments: the deployments of an environment one after the other, whichever service of the
 * repository they are of, and which commits each brings that were never live before. A commit is live from the first
 * deployment on whose ancestry holds it; clocks do not matter.
 *
 * The comparison with the deployment before says what is new, less what earlier comparisons said. That is all of it as
 * long as the deployment before holds the baseline, whose own commits were live before anything was known. Where it is
 * not known to (an older commit was rolled back to, or another line of history was deployed), one more comparison is
 * needed: with an earlier deployment that holds the baseline, of the same branch if there is one, since what is not in
 * that is in the baseline or was seen. */
#ifndef WICK_DORA_CHAIN_H
#define WICK_DORA_CHAIN_H

#include "base/map.h"
#include "dora/attempts.h"

struct chain_link {
	const struct fact_attempt *success;
	enum exclusion_reason reason; /* of CHAIN_LEFT_OUT, of a baseline, of what is not linear */
	size_t attempts;              /* failures of this commit since the deployment before, and the success */
	bool baseline;                /* which commits it brings is not known */
	bool not_linear;              /* diverged, and it brings nothing new */
	enum range_status range;      /* against the deployment before; says nothing of a baseline */
	/* What it has and the deployment before has not, and the other way round (only looked at where the service is
	 * one of several of the repository, NULL elsewhere); both NULL of a baseline. */
	const struct fact_range *brings, *takes;
	const struct str *fresh; /* of `brings`: never live before; the oldest first, in the chain's arena */
	size_t fresh_len;
};

struct chain {
	const struct dora_case *one;
	struct dora_attempts attempts;
	size_t next;
	bool settled;          /* ranges that are not known will not be: they make a baseline */
	struct str base, head; /* the range that is wanted, of CHAIN_WANTS */
	struct arena *arena;   /* the caller's */
	struct map seen;       /* commits of earlier comparisons */
	struct map tries;      /* sha -> failures since the deployment before */
	struct map deployed;   /* shas since the baseline -> whether they hold it */
	struct map lines; /* branch or tag -> its newest deployment that holds the baseline: a place in `attempts` */
	const struct fact_attempt *live, *holder; /* the newest deployment; the newest that holds the baseline */
	bool live_holds;                          /* `live` is known to hold the baseline */
	size_t deployments;                       /* so far */
};

enum chain_step {
	CHAIN_END,
	CHAIN_LINK,     /* a deployment */
	CHAIN_LEFT_OUT, /* an attempt that is none, though it might have been */
	CHAIN_WANTS,    /* a range has to be known first; the next call looks again */
};

void chain_init(struct chain *chain, const struct dora_case *one, bool settled, struct arena *arena);
void chain_release(struct chain *chain);
enum chain_step chain_next(struct chain *chain, struct chain_link *link);

/* The service is one of several of its repository. */
bool delivery_split(const struct delivery *delivery);

#endif
