/* sloth's two languages: `version: prometheus/v1` and the resource PrometheusServiceLevel, which differ in the spelling
 * of their keys, and its catalogues of alert windows. */
#ifndef WICK_SLO_FOREIGN_SLOTH_H
#define WICK_SLO_FOREIGN_SLOTH_H

#include "slo/foreign/foreign.h"

/* One of the two spellings. */
struct sloth_dialect {
	const struct field *head, *slo;
};
extern const struct sloth_dialect sloth_snake, sloth_camel;

/* What a document says of its SLOs: the spec of the resource. */
struct sloth_head {
	struct head head;
	struct str version;
	const struct yaml_node *slos;            /* a list */
	const struct yaml_node *document, *spec; /* of the file they are the same */
};

/* One SLO as it is read by a dialect's tables. */
struct sloth_slo {
	struct draft draft;
	const struct yaml_node *sli, *plugin_id; /* NULL: none */
	struct foreign_alerting alerting;
	const struct yaml_node *alerting_node;
};

/* Periods and default tiers, by a catalogue of windows where there is one, else sloth's default of 30 days. NULL, with
 * an error at `node`, where it cannot be told which catalogue is meant. */
struct sloth_period {
	struct span period;
	const struct alerting *alerting;
};
bool sloth_period_find(struct reader *reader, const struct yaml_node *node, bool per_step, struct sloth_period *period);

#endif
