/* What was delivered in a stretch of the demo's time, counted in the model and not by way of any answer: what delivery
 * metrics are judged by. Counted by what slo/examples/anvila-delivery.yaml defines; alerts of SLOs, which the
 * model does not know, are no incidents here. */
#ifndef WICK_DEMO_DELIVERED_H
#define WICK_DEMO_DELIVERED_H

#include "demo/repository.h"

struct delivered {
	const char *service, *environment;
	size_t deployments, failed;
	size_t changes;      /* that have a lead time */
	double lead_seconds; /* their median; NaN where there are none */
};

enum { DELIVERED = 3 };

/* Of deployments that ended in (from, to]. The repository must have been advanced to `to`. */
void delivered_tell(const struct repository *repository, struct instant from, struct instant to,
		    struct delivered out[DELIVERED]);

#endif
