#include "demo/world.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum { CRASHES_MAX = 64, KEY_NAME = 300, KEY_CRASH = 400, CRASHING_POD = 2 };
static const struct instant never = {INT64_MAX / 4};

const char *const demo_jobs[] = {"anvila-api", "anvila-worker", "blackbox-http", NULL};
static const char *const probed[DEMO_PROBES] = {"https://anvila.example/", "https://anvila.example/checkout",
						"https://anvila.example/status"};

/* When a process stops, and whether the next one has its name. */
struct stop {
	struct instant at;
	int64_t away_ms; /* 0 where it is replaced by one with a new name */
};

static struct target *add_target(struct world *world, enum process process, unsigned slot, struct instant born)
{
	struct target *target;

	XGROW(world->targets, world->len, world->cap);
	target = &world->targets[world->len++];
	*target = (struct target){.process = process, .slot = slot, .born = born, .died = never, .gone = never};
	tally_init(&target->tally, &world->story, process, slot, born);
	return target;
}

/* Letters and digits without vowels, as orchestrators make up names. */
static void put_suffix(const struct story *story, uint64_t key, int64_t number, unsigned len, char *out)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";

	for (unsigned i = 0; i < len; i++)
		out[i] = letters[(size_t)(story_noise(story, key + i, number) * (sizeof(letters) - 1))];
	out[len] = '\0';
}

static void name_pod(const struct story *story, struct target *pod, size_t generation)
{
	char set[10], own[6];

	put_suffix(story, KEY_NAME, (int64_t)generation, 9, set);
	put_suffix(story, KEY_NAME + 20 + pod->slot * 8, (int64_t)generation, 5, own);
	snprintf(pod->instance, sizeof(pod->instance), "%s-%s-%s", demo_jobs[PROCESS_API], set, own);
}

/* Restarts in place: one pod again and again for a day, every pod once in a few days. */
static size_t crashes(const struct story *story, unsigned slot, struct stop *stops)
{
	size_t len = 0;

	for (int64_t day = 0; day < STORY_DAYS; day++) {
		int64_t number = story->begin.ms / SPAN_DAY + day;
		int64_t at = story->begin.ms + day * SPAN_DAY;

		if (story_noise(story, KEY_CRASH + slot, number) > 0.2)
			continue;
		at += (int64_t)(story_noise(story, KEY_CRASH + 10 + slot, number) * (double)SPAN_DAY);
		/* what a process counts and takes with it while nobody scrapes no one can know: budgets would differ
		 * from the truth by chance */
		if (at >= story->hole.from.ms - 5 * SPAN_MINUTE && at < story->hole.to.ms + 5 * SPAN_MINUTE)
			continue;
		stops[len++] = (struct stop){{at}, 4 * SPAN_SECOND + at % (40 * SPAN_SECOND)};
	}
	if (slot != CRASHING_POD)
		return len;
	for (int64_t at = story->crashing.from.ms; at < story->crashing.to.ms; at += 20 * SPAN_MINUTE) {
		at += (int64_t)(story_noise(story, KEY_CRASH + 20, at) * 40 * (double)SPAN_MINUTE);
		stops[len++] = (struct stop){{at}, 10 * SPAN_SECOND + at % (30 * SPAN_SECOND)};
	}
	return len;
}

/* All stops of a pod in the order of time. */
static size_t stops_of(const struct story *story, unsigned slot, struct stop *stops)
{
	size_t len = crashes(story, slot, stops);

	for (size_t i = 0; i < STORY_DEPLOYMENTS; i++)
		stops[len++] = (struct stop){{story->deployments[i].ms + (int64_t)slot * 45 * SPAN_SECOND}, 0};
	for (size_t i = 1; i < len; i++)
		for (size_t k = i; k > 0 && stops[k].at.ms < stops[k - 1].at.ms; k--) {
			struct stop later = stops[k - 1];

			stops[k - 1] = stops[k];
			stops[k] = later;
		}
	return len;
}

static void add_pod(struct world *world, unsigned slot)
{
	struct stop stops[CRASHES_MAX + STORY_DEPLOYMENTS];
	size_t len = stops_of(&world->story, slot, stops), generation = 0;
	struct instant born = {world->story.begin.ms - 3 * SPAN_DAY + (int64_t)slot * SPAN_MINUTE};

	name_pod(&world->story, add_target(world, PROCESS_API, slot, born), generation);
	for (size_t i = 0; i < len; i++) {
		struct target *old = &world->targets[world->len - 1], *new;
		char instance[INSTANCE_BYTES];

		if (stops[i].at.ms <= old->born.ms || stops[i].at.ms >= world->story.until.ms)
			continue;
		memcpy(instance, old->instance, sizeof(instance));
		old->died = stops[i].at;
		old->gone = (struct instant){stops[i].at.ms + stops[i].away_ms};
		born = old->gone;
		new = add_target(world, PROCESS_API, slot, born);
		if (stops[i].away_ms)
			memcpy(new->instance, instance, sizeof(instance));
		else
			name_pod(&world->story, new, ++generation);
	}
}

void world_init(struct world *world, uint64_t seed, struct instant until)
{
	*world = (struct world){.targets = NULL};
	story_init(&world->story, seed, until);
	for (unsigned slot = 0; slot < DEMO_PODS; slot++)
		add_pod(world, slot);
	for (unsigned slot = 0; slot < DEMO_WORKERS; slot++) {
		struct instant born = {world->story.begin.ms - 9 * SPAN_DAY};
		struct target *target = add_target(world, PROCESS_WORKER, slot, born);

		snprintf(target->instance, sizeof(target->instance), "%s-%u", demo_jobs[PROCESS_WORKER], slot);
	}
	for (unsigned slot = 0; slot < DEMO_PROBES; slot++) {
		struct target *target = add_target(world, PROCESS_BLACKBOX, slot, (struct instant){0});

		snprintf(target->instance, sizeof(target->instance), "%s", probed[slot]);
	}
}

void world_release(struct world *world)
{
	free(world->targets);
	*world = (struct world){.targets = NULL};
}

void world_deploy(struct world *world, struct instant at)
{
	size_t len = world->len; /* more than the story has deployments: nobody has these names yet */

	for (size_t i = 0; i < len; i++) {
		struct target *old = &world->targets[i];

		if (old->process != PROCESS_API || !target_listed(old, at))
			continue;
		if (old->died.ms > at.ms)
			old->died = at;
		old->gone = at;
		name_pod(&world->story, add_target(world, PROCESS_API, old->slot, at), len);
	}
}

struct target *world_target(struct world *world, enum process process, struct str instance, struct instant at)
{
	for (size_t i = 0; i < world->len; i++) {
		struct target *target = &world->targets[i];

		if (target->process == process && target_listed(target, at) && str_is(instance, target->instance))
			return target;
	}
	return NULL;
}

void target_move(struct target *target, const struct story *story, struct instant at)
{
	if (at.ms < target->tally.at.ms)
		tally_init(&target->tally, story, target->process, target->slot, target->born);
	tally_advance(&target->tally, story, at);
}
