/* What Alertmanagers were told that fires, from one state to the next: an alert whose SLO is deleted, or whose tier or
 * labels are edited, is in no state any more, and has to be told as over all the same. Not kept over restarts. */
#ifndef WICK_EXPORTERS_ALERTING_TOLD_H
#define WICK_EXPORTERS_ALERTING_TOLD_H

#include "base/when.h"
#include "model/labels.h"

struct told_alert {
	const char *name;     /* static */
	struct labels labels; /* all others, sorted */
	struct str slo_id;
	struct instant fired_at;
	struct instant seen_at;  /* when it was last told as firing */
	struct instant ended_at; /* when it was not there any more; ms == 0: it is */
};

struct told;

struct told *told_new(void);
void told_free(struct told *told); /* NULL is legal */

/* A new state is written down: what the last one had is what may be gone. */
void told_begin(struct told *told);
/* The state has this alert, as firing, or else as over. Copied. */
void told_note(struct told *told, const struct told_alert *alert, bool fires);
/* The state has this SLO, but not up to date: what was told of its alerts is not taken back. */
void told_late(struct told *told, struct str slo_id);
/* When all is noted: the alerts that are gone, for so long as `resolved` from when they were; they live until the next
 * told_begin. What is not told any more is forgotten after `hold`, as Alertmanagers do. */
size_t told_gone(struct told *told, struct instant now, struct span hold, struct span resolved,
		 const struct told_alert **list);

#endif
