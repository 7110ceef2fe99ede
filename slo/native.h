/* The native language, wick/v1 ServiceLevels: its tables of fields, for the loader, the reference page and the
 * schema. */
#ifndef WICK_SLO_NATIVE_H
#define WICK_SLO_NATIVE_H

#include "slo/query.h"

/* A threshold of a latency SLI: a duration, or a number in the histogram's own unit. */
struct written_limit {
	double number; /* where `span` is 0 */
	struct span span;
	struct place place;
};

/* One SLO as it is read: what the author wrote beside what is made of it. */
struct draft {
	struct slo slo;
	const struct yaml_node *node;
	struct labels labels; /* the SLO's own */
	struct written_query good, bad, total, metric;
	struct written_limit threshold; /* latency */
	int unit;                       /* of the histogram: a place in latency_units, which begins with "not said" */
	int comparison;
	double limit;                           /* threshold */
	const struct yaml_node *sli, *alerting; /* NULL: none */
};

/* The head of a document. */
struct head {
	struct str api_version, kind, service, namespace_;
	struct labels labels;
	struct policy_ref policy;
	const struct yaml_node *slos;     /* a list */
	const struct yaml_node *alerting; /* NULL: none */
};

extern const struct field native_head[], native_slo[], native_sli[], native_events[], native_latency[],
	native_threshold[], native_ratio[];

/* Turns what the author wrote for `sli` into draft->slo.sli. */
void draft_finish_sli(struct reader *reader, struct draft *draft);
/* Says what is legal but hardly meant. */
void draft_lint(struct reader *reader, const struct draft *draft);
/* What is counted, as 64 bits that are the same everywhere and always. */
uint64_t draft_counts_hash(const struct draft *draft);

#endif
