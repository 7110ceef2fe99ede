/* An SLO as a loader puts it together, whatever the language of its file: what the author wrote beside what is made of
 * it. A loader fills in what its language says; draft_take does what all languages share. */
#ifndef WICK_SLO_DRAFT_H
#define WICK_SLO_DRAFT_H

#include "base/map.h"
#include "slo/loader.h"
#include "slo/query.h"

/* A threshold of a latency SLI: a duration, or a number in the histogram's own unit. */
struct written_limit {
	double number; /* where `span` is 0 */
	struct span span;
	struct place place;
};

struct draft {
	/* By the loader: name, description, objective and its text, grouping, policy, and of the SLI
	 * its kind, comparison and `native`; alerting where the language says it all. Labels, id and the rest come by
	 * draft_take. */
	struct slo slo;
	const struct yaml_node *node;                      /* the map that defines the SLO */
	const struct yaml_node *name, *objective, *window; /* where they stand; NULL: they are not written */
	const struct yaml_node *group_by;
	struct labels labels;                          /* the SLO's own */
	struct written_query good, bad, total, metric; /* as struct sli has them */
	struct written_limit threshold;                /* SLI_LATENCY */
	int unit;                                      /* of the histogram: enum draft_unit */
	double limit;                                  /* SLI_THRESHOLD */
	const struct yaml_node *limit_node;
	bool counters; /* SLI_EVENTS: a query without any range is one of counters, whatever it does with them */
	const struct yaml_node *alerting;       /* the native language's; NULL: none */
	struct slo_window windows[SLO_WINDOWS]; /* by draft_add_window; none: 30 days */
	size_t windows_len;
};

/* The units of a histogram; by its name: milliseconds for *_milliseconds and *_ms, else seconds. */
enum draft_unit { UNIT_BY_NAME, UNIT_S, UNIT_MS, UNIT_US, UNIT_NS };

/* What the SLOs of a document share. */
struct head {
	struct str service, namespace_;
	struct labels labels;
	struct policy_ref policy;
	struct source_ref source;
	const struct yaml_node *alerting; /* the native language's; NULL: none */
	struct map names;                 /* name -> struct place, of the SLOs so far: draft_take's */
};

void head_init(struct head *head);
void head_release(struct head *head);

/* Checks the draft as a whole, completes its SLO and adds it to `loaded`. `errors` is the reader's count of errors from
 * before the SLO was read: where there are more by now, the SLO is left out. */
void draft_take(struct reader *reader, struct head *head, struct draft *draft, size_t errors, struct loaded *loaded);

/* One more window, named and held to the limits; `node` is where it stands, `key` what its author calls it. */
bool draft_add_window(struct reader *reader, struct draft *draft, const struct yaml_node *node, const char *key,
		      struct slo_window window);

/* Steps of draft_take, one file each. Turn what the author wrote into draft->slo.sli. */
void draft_finish_sli(struct reader *reader, struct draft *draft);
/* Says what is legal but hardly meant. */
void draft_lint(struct reader *reader, const struct draft *draft);
/* What is counted, as 64 bits that are the same everywhere and always. */
uint64_t draft_counts_hash(const struct draft *draft);
/* The same with a source's name, for what had none. */
uint64_t counts_hash_at(uint64_t hash, struct str source);

#endif
