/* OpenSLO: openslo/v1, openslo.com/v2alpha and openslo/v1alpha. The three differ in names and in how a metric says
 * where it comes from; what they mean is the same. */
#ifndef WICK_SLO_FOREIGN_OPENSLO_H
#define WICK_SLO_FOREIGN_OPENSLO_H

#include "slo/draft.h"
#include "slo/parts.h"

/* What documents are declared as, whichever version they are of. */
extern const char openslo_sli[], openslo_source[], openslo_policy[], openslo_condition[];

struct openslo_metadata {
	struct str name, display_name;
	struct labels labels;
	const struct yaml_node *annotations; /* NULL: none */
};

/* A document, or one that stands inside of another. */
struct openslo_object {
	struct str api_version, kind;
	struct openslo_metadata metadata;
	const struct yaml_node *spec; /* NULL: missing, which has been said */
};
extern const struct field openslo_object[];  /* kind and version are required */
extern const struct field openslo_inlined[]; /* they are not */

/* The value of an annotation, or an empty text. */
struct str openslo_annotation(const struct openslo_metadata *metadata, const char *name);

/* Says that an object other than an SLO has no use of what stands in its metadata beside the name. */
void openslo_metadata_unused(struct reader *reader, const struct yaml_node *object);
/* The annotation that gives a condition a second window, which OpenSLO has not. */
extern const char openslo_short_window[];

/* A durations of OpenSLO: N with m, h, d, w, M, Q or Y; `m` is minutes and `M` months. */
struct openslo_duration {
	unsigned count;
	char unit;
};
bool openslo_duration_read(struct str text, struct openslo_duration *duration);
/* The same as a length, which for months, quarters and years is a nominal one. */
struct span openslo_duration_span(struct openslo_duration duration);
extern const struct field_type openslo_span; /* struct span: those with a fixed length */

/* What an SLO says of its indicator, by the time its objectives are known. */
struct openslo_indicator {
	struct reader reader;         /* for the file that it stands in */
	const struct yaml_node *spec; /* of an SLI: thresholdMetric or ratioMetric */
	const struct yaml_node *node; /* where the SLO refers to it */
};

/* An objective, as all versions have it. */
struct openslo_objective {
	struct draft draft;
	struct str display_name;
	int op; /* enum comparison; COMPARISONS: none */
	double value;
	const struct yaml_node *node, *value_node;
	double slice_target;
	double weight; /* in a composite */
	struct span slice;
	const struct yaml_node *indicator, *indicator_ref, *ratio_metrics;
};

/* Reads an SLI's spec into the objective's draft. False where the SLO is left out: what is wrong, or that its metrics
 * are those of another system, has been said. */
bool openslo_sli_read(struct reader *reader, const struct openslo_indicator *indicator,
		      struct openslo_objective *objective);
/* The same of v1alpha's `ratioMetrics` and `thresholdMetric`. */
bool openslo_alpha_sli_read(struct reader *reader, const struct yaml_node *ratio, const struct yaml_node *threshold,
			    struct openslo_objective *objective);

/* `timeWindow` (a list of one) of v1 and v2alpha, and `timeWindows` of v1alpha. */
void openslo_window_read(struct reader *reader, const struct yaml_node *list, bool alpha, struct draft *draft);

/* Tiers by the SLO's alert policies: NULL where it has none. */
const struct alerting *openslo_alerting_read(struct reader *reader, const struct yaml_node *policies,
					     const struct alerting_basis *basis);

/* Keeps the policies whole where there is more to them than their tiers say. */
void openslo_policies_keep(struct reader *reader, const struct yaml_node *policies);

/* The spec of an AlertPolicy or an AlertCondition by itself, for what is wrong with it. */
void openslo_policy_check(struct reader *reader, const struct openslo_object *object);
void openslo_condition_check(struct reader *reader, const struct openslo_object *object);
void openslo_sli_check(struct reader *reader, const struct openslo_object *object);

/* An SLO: one for each of its objectives; and one of them all, where each has an indicator of its own. */
void openslo_slo_load(struct reader *reader, const struct yaml_node *document, const struct openslo_object *object,
		      struct loaded *loaded);

#endif
