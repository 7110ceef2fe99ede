/* What delivery metrics cost: a straight history of 10,000 commits, two in each of 5,000 deployments, every fiftieth of
 * which is rolled back. Prints the time of asking for all ranges one by one, of the history, and of four windows. */
#include "base/map.h"
#include "base/mem.h"
#include "dora/dora.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DEPLOYMENTS = 5000, COMMITS = 2 * DEPLOYMENTS, PER_PULL = 2 };
#define BEGIN (INT64_C(1600000000000))

struct facts {
	struct arena arena;
	struct str shas[COMMITS];
	struct fact_commit commits[COMMITS];
	struct fact_pull pulls[COMMITS / PER_PULL];
	struct map by_sha, ranges, known;
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct str pair_of(char text[static 128], struct str base, struct str head)
{
	return (struct str){text, (size_t)snprintf(text, 128, "%.*s...%.*s", STR_ARG(base), STR_ARG(head))};
}

static const struct fact_range *range(void *context, struct str base, struct str head)
{
	char text[128];

	return map_get(&((struct facts *)context)->known, pair_of(text, base, head));
}

static const struct fact_commit *commit(void *context, struct str sha)
{
	return map_get(&((struct facts *)context)->by_sha, sha);
}

static const struct fact_pull *pull_of(void *context, struct str sha)
{
	struct facts *facts = context;

	return &facts->pulls[(commit(facts, sha) - facts->commits) / PER_PULL];
}

static bool files_of(void *context, struct str sha, const struct str **files, size_t *len)
{
	static const struct str path = STR_INIT("api/server.c");

	(void)context;
	(void)sha;
	*files = &path;
	*len = 1;
	return true;
}

static void add_range(struct facts *facts, size_t base, size_t head)
{
	struct fact_range *one = arena_alloc(&facts->arena, sizeof(*one));
	char text[128];

	*one = (struct fact_range){.base = facts->shas[base], .head = facts->shas[head], .status = RANGE_BEHIND};
	if (head > base)
		*one = (struct fact_range){one->base, one->head, RANGE_AHEAD, &facts->shas[base + 1], head - base};
	map_put(&facts->ranges, arena_str(&facts->arena, pair_of(text, one->base, one->head)), one);
}

static struct facts *facts_new(void)
{
	struct facts *facts = xcalloc(1, sizeof(*facts));

	for (size_t i = 0; i < COMMITS; i++) {
		struct instant at = {BEGIN + (int64_t)i * SPAN_HOUR};

		facts->shas[i] = arena_fmt(&facts->arena, "%040zx", i * 2654435761);
		facts->commits[i] = (struct fact_commit){.sha = facts->shas[i], .authored = at, .committed = at};
		facts->pulls[i / PER_PULL] = (struct fact_pull){.number = (int64_t)(i / PER_PULL) + 1,
								.opened = at,
								.merged = {at.ms + SPAN_HOUR},
								.first_commit = {at.ms - SPAN_HOUR},
								.head_ref = STR("topic")};
		map_put(&facts->by_sha, facts->shas[i], &facts->commits[i]);
	}
	return facts;
}

/* Deployment i is of commit 2i + 1, or, where it is rolled back, of the one before. */
static size_t commit_at(size_t i) { return 2 * (i % 50 == 49 ? i - 1 - 1 : i) + 1; }

static struct dora_case case_of(struct facts *facts, const struct delivery *delivery,
				const struct delivery_environment *environment, struct fact_attempt *attempts)
{
	for (size_t i = 0; i < DEPLOYMENTS; i++) {
		struct instant at = {BEGIN + (int64_t)i * 2 * SPAN_HOUR + 3 * SPAN_HOUR};

		attempts[i] = (struct fact_attempt){.id = (int64_t)i + 1,
						    .number = 1,
						    .sha = facts->shas[commit_at(i)],
						    .ref = STR("main"),
						    .result = ATTEMPT_SUCCESS,
						    .created = at,
						    .started = at,
						    .finished = {at.ms + SPAN_MINUTE}};
		if (i) {
			add_range(facts, commit_at(i - 1), commit_at(i));
			add_range(facts, commit_at(i), commit_at(i - 1));
		}
	}
	return (struct dora_case){.delivery = delivery,
				  .environment = environment,
				  .attempts = attempts,
				  .attempts_len = DEPLOYMENTS,
				  .facts = {facts, range, commit, pull_of, files_of},
				  .at = {BEGIN + (int64_t)COMMITS * SPAN_HOUR}};
}

static size_t ask_all(struct facts *facts, const struct dora_case *one)
{
	struct dora_wants *wants = dora_wants_new(one);
	struct str base, head;
	char text[128];
	size_t asked = 0;

	for (; dora_wants_next(wants, &base, &head); asked++) {
		struct fact_range *found = map_get(&facts->ranges, pair_of(text, base, head));

		map_put(&facts->known, arena_str(&facts->arena, pair_of(text, base, head)), found);
	}
	dora_wants_free(wants);
	return asked;
}

int main(void)
{
	struct str path = STR("api/");
	const struct delivery delivery = {.attribution = {SPAN_DAY}, .paths = {.at = &path, .len = 1}};
	const struct delivery_environment environment = {.name = STR("production")};
	struct facts *facts = facts_new();
	struct fact_attempt *attempts = xcalloc(DEPLOYMENTS, sizeof(*attempts));
	struct dora_case one = case_of(facts, &delivery, &environment, attempts);
	struct arena arena;
	struct dora_metrics metrics[DORA_WINDOWS + 1];
	struct dora_window windows[DORA_WINDOWS + 1];
	const struct dora_history *history;
	double begin = seconds(), asked_by, made_by, measured_by;
	size_t asked = ask_all(facts, &one);

	asked_by = seconds();
	arena_init(&arena);
	history = dora_history_make(&arena, &one);
	made_by = seconds();
	dora_windows(one.at, windows);
	windows[DORA_WINDOWS] = (struct dora_window){STR("all"), {0}, one.at};
	for (int i = 0; i <= DORA_WINDOWS; i++)
		dora_measure(&history, 1, &windows[i], &metrics[i]);
	measured_by = seconds();
	printf("%zu ranges asked for one by one: %.1f ms\n", asked, (asked_by - begin) * 1e3);
	printf("history of %zu deployments, %zu failed: %.1f ms, %zu KiB\n", history->deployments_len,
	       metrics[DORA_WINDOWS].failed, (made_by - asked_by) * 1e3, arena.bytes / 1024);
	printf("four windows, %zu lead times in all: %.1f ms\n", metrics[DORA_WINDOWS].lead.count,
	       (measured_by - made_by) * 1e3);
	arena_release(&arena);
	arena_release(&facts->arena);
	map_release(&facts->by_sha);
	map_release(&facts->ranges);
	map_release(&facts->known);
	free(attempts);
	free(facts);
	return 0;
}
