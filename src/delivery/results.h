/* What is shown of all deliveries: made anew whenever something is new, and when time has moved the windows. Immutable
 * and counted, since the server's thread reads it while the next is made. */
#ifndef WICK_DELIVERY_RESULTS_H
#define WICK_DELIVERY_RESULTS_H

#include "delivery/target.h"
#include "facts/facts.h"
#include "github/github.h"
#include "model/dora.h"
#include "slo/definitions.h"

/* The facts of one repository, as src/dora wants them; whatever moment they are asked for. Counted. */
struct ground;

/* Reads the facts of the target. NULL where they cannot be read. `settled`: the facts fit together; else
 * nothing is known yet, and nothing is shown but that. The set is the one that the target's definitions are from; it is
 * kept alive. */
struct ground *ground_make(struct facts *facts, const struct target *target, struct slo_set *set, bool settled,
			   struct err *err);
void ground_unref(struct ground *ground); /* NULL is legal */

/* The histories of its services. Counted: results of later moments share them while nothing is new. */
struct shelf;

/* Works the histories out, as of `at`; complete are those that are known since `horizon`, and nothing before `cut` is
 * looked at. The ground is kept alive. */
struct shelf *shelf_make(struct ground *ground, struct instant at, struct instant horizon, struct instant cut);
void shelf_unref(struct shelf *shelf); /* NULL is legal */

/* How the reading goes for one environment of a service. */
struct row_state {
	struct str service, environment;
	struct instant read_at, at; /* at: where its windows end */
	struct str error;
};

/* How the reading of a target goes. */
struct shelf_state {
	struct shelf *shelf; /* NULL: nothing is known yet, and nothing is shown */
	/* Of the environments that are defined now. The shelf may be of before: what is not defined any more is not
	 * shown. */
	struct row_state *rows;
	size_t rows_len;
	bool behind; /* not all of it was read yet */
};

struct delivery_results {
	struct arena arena;
	struct dora_results results;
	struct str host;                          /* of GitHub: "api.github.com" */
	struct github_health github;              /* texts in the arena */
	bool asked;                               /* GitHub is asked at all */
	size_t repositories, repositories_behind; /* to be read; of which not all was read yet */
	struct shelf **shelves;
	size_t shelves_len;
	int references; /* atomic */
};

/* The metrics of all windows, of services, teams and groups; those of a team end with the one of its services that ends
 * first. One reference. */
struct delivery_results *delivery_results_make(const struct shelf_state *states, size_t len);
struct delivery_results *delivery_results_ref(struct delivery_results *results); /* NULL is legal */
void delivery_results_unref(struct delivery_results *results);                   /* thread-safe; NULL is legal */

#endif
