/* The deployment that came before something: what alerts, annotations and /api/v1/slos say of a burn. */
#ifndef WICK_EXPORTERS_DELIVERY_BEFORE_H
#define WICK_EXPORTERS_DELIVERY_BEFORE_H

#include "format/json_write.h"
#include "model/dora.h"

struct deployment_before {
	const struct dora_result *result;         /* the service and environment */
	const struct dora_deployment *deployment; /* NULL: none is known */
	struct span age;                          /* from its end to the moment in question */
};

/* The environment that a service's SLO is measured in, as far as can be told: the one that its labels name as
 * `environment` or `env`, else one that is called production or begins so, else the first of the service's definition.
 * Empty where the service has no deliveries. */
struct str deployment_environment(const struct dora_results *results, struct str service, struct labels labels);

/* The latest deployment of the service at or before `at`; with an environment only of that one. */
struct deployment_before deployment_before(const struct dora_results *results, struct str service,
					   struct str environment, struct instant at);

/* Whether it came so shortly before that incidents count against it. */
bool deployment_before_near(const struct deployment_before *before);

/* "abc1234 deployed to production 12m before"; nothing where none is known. */
bool deployment_before_write(struct buf *out, const struct deployment_before *before);

/* {"sha", "environment", "repository", "at", "seconds_before", "url", "failed"}, or null where none is known. */
void deployment_before_json(struct json_writer *json, const struct deployment_before *before);

#endif
