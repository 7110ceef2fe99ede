/* What happens in the demo's made-up system, and when: 31 days that end at `until`, and all the time after. Pure: the
 * same seed and `until` give the same story, whichever process asks, so that history and live scrapes join without a
 * seam. */
#ifndef WICK_DEMO_STORY_H
#define WICK_DEMO_STORY_H

#include "base/when.h"

enum { STORY_DAYS = 31, STORY_FAULTS = 256, STORY_DEPLOYMENTS = 5 };

/* From..to, without the end. */
struct stretch {
	struct instant from, to;
};

/* What a person told the live demo to do, from an instant on until the next fault. */
struct fault {
	struct instant from;
	double errors; /* share of the requests that fail; 0 leaves it to the story */
	double delay;  /* seconds added to every request */
	bool down;     /* every request fails, and every probe */
};

struct story {
	uint64_t seed;
	struct instant begin, until;
	/* Every pod gets a new name. What else goes live (demo/repository.h) does so without one: whatever a pod counts
	 * between its last scrape and its end is in no sample, and that part has to stay small. */
	struct instant deployments[STORY_DEPLOYMENTS];
	struct stretch bad_deployment; /* errors until it is rolled back */
	struct stretch outage;         /* nothing works */
	struct stretch slow_week;
	struct stretch hole;               /* Prometheus is down, the service is not */
	struct stretch crashing;           /* one pod falls over again and again */
	struct stretch backlog;            /* a worker does not keep up */
	struct fault faults[STORY_FAULTS]; /* in the order of time */
	size_t faults_len;
};

void story_init(struct story *story, uint64_t seed, struct instant until);
/* False where there were STORY_FAULTS already, or it lies before the last one. */
bool story_fault(struct story *story, const struct fault *fault);

bool stretch_holds(struct stretch stretch, struct instant at);

/* The same bits for the same story and key, and the same number in [0, 1). */
uint64_t story_bits(const struct story *story, uint64_t key, int64_t number);
double story_noise(const struct story *story, uint64_t key, int64_t number);

/* How things are at an instant. Constant from there to story_next_change(). */
struct weather {
	double requests; /* per second, the whole service */
	double errors;   /* share of the requests that fail */
	double slowness; /* factor on every latency */
	double delay;    /* seconds added to every latency */
};
struct weather story_weather(const struct story *story, struct instant at);
struct instant story_next_change(const struct story *story, struct instant at);
bool story_down(const struct story *story, struct instant at);

#endif
