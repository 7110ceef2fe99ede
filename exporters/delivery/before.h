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

/* The latest deployment of the service at or before `at`; with an environment only of that one. */
struct deployment_before deployment_before(const struct dora_results *results, struct str service,
					   struct str environment, struct instant at);

/* "deployment of sha abc1234 (production) 12m before"; nothing where none is known. */
bool deployment_before_write(struct buf *out, const struct deployment_before *before);

/* {"sha", "environment", "repository", "at", "seconds_before", "url", "failed"}, or null where none is known. */
void deployment_before_json(struct json_writer *json, const struct deployment_before *before);

#endif
