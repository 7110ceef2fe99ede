/* How the reading of a repository goes for each environment that is measured there: what concerns one of them alone is
 * no reason to stop the others. */
#ifndef WICK_DELIVERY_LANES_H
#define WICK_DELIVERY_LANES_H

#include "delivery/faults.h"

struct lane {
	const struct tracked *service; /* both are the target's */
	const struct delivery_environment *environment;
	struct instant known_at, read_at; /* as of when all of it is known, and when that was read; ms == 0: never */
	struct err error;                 /* what could not be had, the last time */
};

struct lanes {
	struct lane *at; /* in the order of the target's services, and their environments */
	size_t len;
};

/* One for each environment; those that were there `before` (NULL: none) keep what is known of them. The target must
 * outlive them. */
void lanes_make(struct lanes *lanes, const struct target *target, const struct lanes *before);
void lanes_release(struct lanes *lanes);

/* A reading has come to its end: what is not concerned by a fault is known as of `known_at`. */
void lanes_read(struct lanes *lanes, const struct target *target, const struct faults *faults, struct instant known_at,
		struct instant read_at);
/* It has not, or not to an end that says anything: what was known stays. */
void lanes_fault(struct lanes *lanes, const struct target *target, const struct faults *faults);
/* The facts cannot be read or written. */
void lanes_fail(struct lanes *lanes, const char *why);

#endif
