/* slo-generator's error budget policies, which stand in the configuration that SLOs share. */
#ifndef WICK_SLO_FOREIGN_SLO_GENERATOR_POLICY_H
#define WICK_SLO_FOREIGN_SLO_GENERATOR_POLICY_H

#include "model/alerting.h"
#include "slo/field.h"

/* Finds the tiers of the policy and the SLO's window, which is that of its longest step; leaves `alerting` NULL where
 * there is no such policy. False, with an error at `node`, where it may be there but cannot be read. */
bool generator_policy_find(struct reader *reader, struct str name, const struct yaml_node *node, bool per_step,
			   struct span *window, const struct alerting **alerting);

#endif
