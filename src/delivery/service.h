/* One service's environment as src/dora wants it: picks out of what is known of its repository what concerns it. */
#ifndef WICK_DELIVERY_SERVICE_H
#define WICK_DELIVERY_SERVICE_H

#include "delivery/target.h"
#include "dora/dora.h"
#include "facts/facts.h"

/* What the facts say to src/dora: the lookups of one repository. */
struct dora_facts known_lookups(struct repository_facts *known);

/* The case of an environment, without incidents: attempts of its source that its branch, tags and the like let through,
 * in the arena. `known` must outlive what is made of it. */
void service_case(struct arena *arena, struct repository_facts *known, const struct target *target,
		  const struct tracked *service, const struct delivery_environment *environment, struct instant at,
		  struct dora_case *out);

/* Incidents of the rule count in that environment. */
bool incident_rule_concerns(const struct incident_rule *rule, const struct delivery_environment *environment);

/* The incidents that count for it in the environment, in the arena: alerts and issues from the facts (`own`: those of
 * the target), and those written down. Issues of another repository are looked up there. */
bool service_incidents(struct arena *arena, struct facts *facts, struct repository_facts *own,
		       const struct target *target, const struct tracked *service,
		       const struct delivery_environment *environment, struct incident **out, size_t *len,
		       struct err *err);

/* What could not be read of what a service and environment are measured by. */
bool service_unread(struct arena *arena, struct facts *facts, const struct target *target,
		    const struct tracked *service, const struct delivery_environment *environment,
		    struct dora_unread *unread, struct err *err);

#endif
