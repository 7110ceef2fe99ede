/* Between the files of slo/change/change.h. */
#ifndef WICK_SLO_CHANGE_CHANGE_PARTS_H
#define WICK_SLO_CHANGE_CHANGE_PARTS_H

#include "slo/change/change.h"

struct comparing {
	const struct slo_set *before, *now;
	const char *revision;
	struct findings *changes;
	struct arena *arena; /* the changes' */
};

/* Adds one; `key` is what changed in it, or "". */
void change_say(struct comparing *comparing, enum finding_level level, struct place place, const char *key,
		const char *rule, struct change change, const char *format, ...) __attribute__((format(printf, 7, 8)));

/* The file of something that is not in it any more: it has no line to point at. */
static inline struct place change_gone(struct place place) { return (struct place){place.file, 0, 0}; }

/* The file is broken in that set: nothing is known of what it defines. */
bool change_unknown(const struct slo_set *set, const char *path);

/* Each compares one thing of an SLO that was and is there. */
void change_counted(struct comparing *comparing, const struct slo *old, const struct slo *new);
void change_windows(struct comparing *comparing, const struct slo *old, const struct slo *new);
void change_alerting(struct comparing *comparing, const struct slo *old, const struct slo *new);
void change_policy(struct comparing *comparing, const struct slo *old, const struct slo *new);

/* The policies themselves. */
void change_policies(struct comparing *comparing);

/* Exclusions and adjustments, and which SLOs they are for. */
void change_corrections(struct comparing *comparing);

/* What is counted as deployments, changes and failures. */
void change_deliveries(struct comparing *comparing);

#endif
