/* The error budget policy of services: what each one's SLOs come to together, for the policy page, the API and `wick
 * gate`. */
#ifndef WICK_EXPORTERS_POLICY_H
#define WICK_EXPORTERS_POLICY_H

#include "base/buf.h"
#include "model/result.h"

/* One service that has at least one SLO. */
struct policy_service {
	struct str namespace_, service;
	enum policy_level level; /* the highest of its SLOs; unknown where that of none is known */
	const struct slo_result
		*worst; /* whose level that is, the one with the least budget; NULL: none has a policy */
	const struct slo_result **slos; /* those with a policy, as results have them */
	size_t slos_len, slos_cap;
	size_t unsure; /* SLOs among them whose budget is not known, or was last known a while ago */
};

/* The services of the results, worst first; in the arena, as the results' texts they point to are not. */
struct policy_service *policy_services(struct arena *arena, const struct results *results, size_t *len);

/* True where the level of the SLO is not known, or the budget behind it is old. */
bool policy_unsure(const struct slo_result *result);

/* {"at":…,"services":[…]}: all services, or those that `service` names, "[namespace/]service"; without a namespace it
 * names those of every namespace. `found`, unless NULL, is how many there are. `results` may be NULL. */
bool policy_json_write(struct buf *out, const struct results *results, const struct str *service, size_t *found);

#endif
