/* What the live demo answers: the targets' metrics, the list of targets for Prometheus, faults, and the truth.
 *   GET  /                        what there is, for people
 *   GET  /targets/JOB             for http_sd_configs
 *   GET  /pods/INSTANCE/metrics   /probe?target=URL
 *   GET  /truth[?at=TIME][&window=30d]
 *   GET  /fail                    POST /fail?errors=5%&latency=2s&down=no
 *                                 POST /deploy?errors=5%: the same from a new version on, in new pods
 *   GET  /github/...              the GitHub that the system's code is on (demo/hub.h) */
#ifndef WICK_DEMO_STAGE_H
#define WICK_DEMO_STAGE_H

#include "demo/hub.h"
#include "demo/listener.h"
#include "demo/world.h"

struct stage {
	struct world *world;
	struct hub hub;     /* its repository is owned by whoever owns the world */
	struct str address; /* where Prometheus reaches it: "127.0.0.1:9651" */
	struct instant (*now)(void);
};

void stage_answer(struct stage *stage, const struct request *request, struct reply *reply);

#endif
