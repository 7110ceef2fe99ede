/* The native language, wick/v1 ServiceLevels: its tables of fields, for the loader, the reference page and the
 * schema (slo/schema.h). */
#ifndef WICK_SLO_NATIVE_NATIVE_H
#define WICK_SLO_NATIVE_NATIVE_H

#include "slo/draft.h"

/* One SLO as it is read by native_slo. */
struct native_draft {
	struct draft draft;
	int comparison;
	const struct yaml_node *objectives; /* several: a list, read by native_objective; NULL: none */
	const struct yaml_node *sli;        /* NULL: none */
	struct str template_name;           /* in the sli, and what it says `with` */
	const struct yaml_node *with;
	const struct yaml_node *kept; /* NULL: none */
};

/* One of several objectives of an SLO, read by native_objective. */
struct native_objective {
	struct slo slo; /* the objective and its text */
	struct str name, description;
};

/* The head of a document, read by native_head. */
struct native_document {
	struct head head;
	int api_version, kind;
	const struct yaml_node *slos; /* a list */
	const struct yaml_node *kept; /* NULL: none */
};

extern const struct field native_head[], native_slo[], native_objective[], native_sli[], native_events[],
	native_latency[], native_threshold[], native_ratio[];

/* Finds the one kind that `sli` has, and finishes it. */
void native_sli_read(struct reader *reader, const struct yaml_node *sli, struct draft *draft);

#endif
