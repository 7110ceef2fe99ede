/* What poller.c and poller_results.c share: the poller itself. */
#ifndef WICK_DELIVERY_POLLER_PARTS_H
#define WICK_DELIVERY_POLLER_PARTS_H

#include "delivery/discovery.h"
#include "delivery/lanes.h"
#include "delivery/poller.h"
#include "delivery/reading.h"

/* One repository. */
struct stop {
	const struct target *target;
	struct mono due;   /* ns == 0: at once */
	struct mono ended; /* when it was read last; ns == 0: not yet */
	struct span interval;
	bool read; /* since the set was taken up */
	struct ground *ground;
	struct shelf *shelf;
	bool shelf_old;                 /* something is new since the two were made */
	bool half;                      /* the last reading ended with more to do */
	bool woken;                     /* somebody said that something happened, while it was being read */
	uint64_t print;                 /* what is asked of it (target_print) */
	struct instant begun, known_at; /* the reading under way; as of when all is known; ms == 0: it is not */
	struct instant read_at;
	struct lanes lanes;      /* the same of each environment */
	struct err issues_error; /* what keeps its issues from being known */
};

/* A definition of an organisation. */
struct finder {
	const struct delivery *delivery;
	struct mono due;
	bool looked; /* since the set was taken up */
	char error[sizeof(((struct err *)NULL)->text)];
};

struct poller {
	struct poller_settings settings;
	struct github *github;
	struct facts *facts;
	struct slo_set *set, *wanted; /* `wanted` is taken up as soon as no question is under way */
	struct targets targets;
	struct stop *stops;
	size_t len;
	struct finder *finders; /* of organisations */
	size_t finders_len;

	/* one of the two is under way at the most */
	struct stop *stop;
	struct reading *reading;
	struct finder *finder;
	struct discovery *discovery;
	struct github_call *call; /* the question, NULL: none is put */
	struct github_call *done; /* it came while somebody waited */
	struct mono not_before;
	struct mono forget_at;  /* when what is old is forgotten */
	struct instant horizon; /* nothing older is asked for */
	bool news, found;       /* there is something to show; an organisation has other repositories than before */
	char error[sizeof(((struct err *)NULL)->text)];
};

/* The facts cannot be read or written: that is said, and tried again later. */
void poller_fail(struct poller *poller, struct mono mono, const struct err *err);

#endif
