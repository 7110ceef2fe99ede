/* The inside of the repository, shared by repository*.c alone: events that are still to come, and who makes them. */
#ifndef WICK_DEMO_REPOSITORY_PARTS_H
#define WICK_DEMO_REPOSITORY_PARTS_H

#include "demo/repository.h"

enum event_kind {
	EVENT_OPEN,     /* a pull request */
	EVENT_END,      /* it is merged or closed, as soon as that can be */
	EVENT_TRAIN,    /* all that is merged goes live */
	EVENT_ISSUE,    /* one is opened */
	EVENT_ROLLBACK, /* what was live before is rolled out again */
};

struct event {
	struct instant at;
	uint64_t order;
	enum event_kind kind;
	uint32_t which; /* the pull request; of an issue its title */
	bool incident;  /* EVENT_ISSUE */
	struct instant
		until; /* EVENT_ISSUE: when it is closed; EVENT_ROLLBACK: when it ends, where the story says so */
};

void event_push(struct repository *repository, const struct event *event);
/* A pull request that is still to be opened, with its events. */
uint32_t pull_plan(struct repository *repository, const struct made_pull *pull);

/* What people have in mind for a day, in repository_plan.c; and what the story tells, once. */
void plan_day(struct repository *repository, int64_t day);
void plan_story(struct repository *repository);
/* Where a merge at that time has to wait for what the story tells: until then; else the time itself. */
struct instant plan_after_story(const struct story *story, struct instant at);
/* What comes of a deployment that ended then, where it turns out to be bad; the repository waits for that. */
void plan_trouble(struct repository *repository, uint32_t run, struct instant at);
/* How things are done at that time. */
bool plan_is_continuous(const struct story *story, struct instant at); /* each merge goes live by itself */
double plan_roughness(const struct story *story, struct instant at);   /* from 0, today, to 1, two years ago */

/* Runs, in repository_runs.c. A push to a branch, or by hand: with a failed attempt now and then, if `flaky`. Returns
 * when it is over. */
struct run_order {
	enum made_workflow workflow;
	uint32_t commit;
	struct instant created;
	struct instant ends; /* ms == 0: when it has done its work */
	bool by_hand, flaky;
	unsigned actor;
};
struct instant run_add(struct repository *repository, const struct run_order *order);
/* All of it again; false where it was run too often already. */
bool run_again(struct repository *repository, uint32_t run, struct instant created, struct instant ends);
/* Whatever runs at that time is cancelled, and what was to be run again is not. */
void run_cancel_all(struct repository *repository, struct instant at);

#endif
