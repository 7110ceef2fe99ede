/* What a reading could not have, and whom that concerns: one list that cannot be read changes nothing of the others. */
#ifndef WICK_DELIVERY_FAULTS_H
#define WICK_DELIVERY_FAULTS_H

#include "base/err.h"
#include "delivery/target.h"

struct fault {
	const char *what;
	/* The list, or the one that the entry is of. NULL: of no list; it concerns the environment or, where there is
	 * none, all of the repository. Both are the target's. */
	const struct listing *listing;
	const struct delivery_environment *environment;
	struct err why;
};

struct faults {
	struct fault *at;
	size_t len, cap;
};

void faults_release(struct faults *faults);

/* `what` are things of one kind ("jobs", static): of several of one kind that concern the same, the first stays. */
void faults_add(struct faults *faults, const char *what, const struct listing *listing,
		const struct delivery_environment *environment, const char *why);

/* Something of that list could not be had. */
bool faults_hold(const struct faults *faults, const struct listing *listing);

/* What concerns an environment of one of the target's services, one sentence after the other, each once; empty:
 * nothing.
 */
void faults_say(const struct faults *faults, const struct target *target, const struct tracked *service,
		const struct delivery_environment *environment, struct err *out);
/* What concerns incidents of other repositories' services: the first fault of a list of issues, or of everything. */
const char *faults_of_issues(const struct faults *faults);

#endif
