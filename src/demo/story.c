#include "demo/story.h"

#include <math.h>

enum { KEY_TRAFFIC = 1, KEY_ERRORS = 2 };

static struct instant later(struct instant at, int64_t ms) { return (struct instant){at.ms + ms}; }

/* 0 is Sunday; 1970-01-01 was a Thursday. */
static int weekday(struct instant at) { return (int)((at.ms / SPAN_DAY + 4) % 7); }

/* The given time of the day, `days` ago or a day or two earlier where that was a weekend. */
static struct instant workday(struct instant until, int64_t days, int64_t hour, int64_t minute)
{
	struct instant at = {(until.ms / SPAN_DAY - days) * SPAN_DAY};

	while (weekday(at) == 0 || weekday(at) == 6)
		at.ms -= SPAN_DAY;
	return later(at, hour * SPAN_HOUR + minute * SPAN_MINUTE);
}

static struct stretch stretch_of(struct instant from, int64_t ms) { return (struct stretch){from, later(from, ms)}; }

void story_init(struct story *story, uint64_t seed, struct instant until)
{
	*story = (struct story){.seed = seed, .until = until, .begin = later(until, -STORY_DAYS * SPAN_DAY)};
	story->bad_deployment = stretch_of(workday(until, 11, 14, 10), 40 * SPAN_MINUTE);
	story->outage = stretch_of(workday(until, 5, 10, 25), 20 * SPAN_MINUTE);
	story->slow_week = stretch_of(workday(until, 23, 6, 0), 7 * SPAN_DAY);
	story->hole = stretch_of(workday(until, 15, 15, 0), SPAN_HOUR);
	story->crashing = stretch_of(workday(until, 8, 9, 0), 8 * SPAN_HOUR);
	story->backlog = stretch_of(workday(until, 13, 11, 0), 3 * SPAN_HOUR);
	story->deployments[0] = workday(until, 27, 10, 0);
	story->deployments[1] = workday(until, 19, 9, 30);
	story->deployments[2] = story->bad_deployment.from;
	story->deployments[3] = story->bad_deployment.to;
	story->deployments[4] = workday(until, 3, 13, 20);
}

bool story_fault(struct story *story, const struct fault *fault)
{
	if (story->faults_len == STORY_FAULTS)
		return false;
	if (story->faults_len && fault->from.ms < story->faults[story->faults_len - 1].from.ms)
		return false;
	story->faults[story->faults_len++] = *fault;
	return true;
}

bool stretch_holds(struct stretch stretch, struct instant at)
{
	return stretch.from.ms <= at.ms && at.ms < stretch.to.ms;
}

uint64_t story_bits(const struct story *story, uint64_t key, int64_t number)
{
	/* splitmix64, Steele et al. 2014 */
	uint64_t x = story->seed + key * 0xD1B54A32D192ED03u + (uint64_t)number * 0x9E3779B97F4A7C15u;

	for (int round = 0; round < 2; round++) {
		x += 0x9E3779B97F4A7C15u;
		x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
		x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
		x ^= x >> 31;
	}
	return x;
}

double story_noise(const struct story *story, uint64_t key, int64_t number)
{
	return (double)(story_bits(story, key, number) >> 11) / 9007199254740992.0;
}

static struct fault fault_at(const struct story *story, struct instant at)
{
	for (size_t i = story->faults_len; i > 0; i--)
		if (story->faults[i - 1].from.ms <= at.ms)
			return story->faults[i - 1];
	return (struct fault){.errors = 0};
}

bool story_down(const struct story *story, struct instant at)
{
	return stretch_holds(story->outage, at) || fault_at(story, at).down;
}

/* Requests per second: a bell over the day around 13:30 UTC, quiet nights, a third of it at weekends. */
static double traffic(const struct story *story, struct instant at)
{
	double hour = (double)(at.ms % SPAN_DAY) / (double)SPAN_HOUR;
	double off = (hour - 13.5) / 4.2;
	double day = weekday(at) == 0 || weekday(at) == 6 ? 20 : 60;
	double jitter = 0.9 + 0.2 * story_noise(story, KEY_TRAFFIC, at.ms / SPAN_MINUTE);

	return (1 + day * exp(-off * off)) * jitter;
}

/* A few errors in ten thousand by day, a few in a thousand by night, in bursts (exponential, mean 1). */
static double background_errors(const struct story *story, struct instant at, double requests)
{
	double burst = -log(1 - story_noise(story, KEY_ERRORS, at.ms / SPAN_MINUTE));

	return (requests < 5 ? 0.003 : 0.0004) * burst;
}

struct weather story_weather(const struct story *story, struct instant at)
{
	struct fault fault = fault_at(story, at);
	struct weather weather = {.slowness = 1, .delay = fault.delay};
	struct instant minute = {at.ms / SPAN_MINUTE * SPAN_MINUTE};

	weather.requests = traffic(story, minute);
	weather.errors = background_errors(story, minute, weather.requests);
	if (stretch_holds(story->bad_deployment, at))
		weather.errors = 0.08;
	if (fault.errors > weather.errors)
		weather.errors = fault.errors;
	if (story_down(story, at))
		weather.errors = 1;
	if (stretch_holds(story->slow_week, at))
		weather.slowness = 2.6;
	return weather;
}

struct instant story_next_change(const struct story *story, struct instant at)
{
	struct instant next = {(at.ms / SPAN_MINUTE + 1) * SPAN_MINUTE};

	for (size_t i = 0; i < story->faults_len; i++)
		if (story->faults[i].from.ms > at.ms && story->faults[i].from.ms < next.ms)
			next = story->faults[i].from;
	return next;
}
