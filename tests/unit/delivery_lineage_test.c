/* First-parent ways against walking them step by step, on forests made by chance. */
#include "delivery/lineage.h"
#include "model/fact.h"
#include "unit.h"

#include <stdio.h>

enum { COMMITS = 400, NAME = 8 };

struct forest {
	struct fact_commit commits[COMMITS];
	struct str parents[COMMITS][2];
	char names[COMMITS][NAME];
	struct map by_sha;
};

static uint32_t next_random(uint32_t *state) { return *state = *state * 1664525u + 1013904223u; }

static void grow(struct forest *forest, uint32_t seed)
{
	map_init(&forest->by_sha);
	for (size_t i = 0; i < COMMITS; i++) {
		struct fact_commit *commit = &forest->commits[i];
		/* mostly the commit before: long ways, with branches off them; a few have nothing before them */
		size_t back = next_random(&seed) >> 16 & 7 ? 1 : (next_random(&seed) >> 16) % 50 + 1;

		snprintf(forest->names[i], NAME, "%zu", i);
		*commit = (struct fact_commit){.sha = str_of(forest->names[i])};
		map_put(&forest->by_sha, commit->sha, commit);
		if (i < back)
			continue;
		forest->parents[i][0] = forest->commits[i - back].sha;
		forest->parents[i][1] = forest->commits[(next_random(&seed) >> 16) % i].sha;
		commit->parents = forest->parents[i];
		commit->parents_len = 1 + (next_random(&seed) >> 16) % 2;
	}
}

static bool walk(const struct forest *forest, struct str tip, struct str sha)
{
	const struct fact_commit *commit = map_get(&forest->by_sha, tip);

	while (commit && !str_eq(commit->sha, sha))
		commit = commit->parents_len ? map_get(&forest->by_sha, commit->parents[0]) : NULL;
	return commit;
}

START_TEST(ways_are_what_walking_them_says)
{
	struct forest *forest = calloc(1, sizeof(*forest));
	struct lineage lineage;
	uint32_t seed = (uint32_t)_i + 1;

	grow(forest, seed);
	lineage_init(&lineage, &forest->by_sha);
	for (size_t n = 0; n < 20000; n++) {
		struct str tip = forest->commits[(next_random(&seed) >> 16) % COMMITS].sha;
		struct str sha = forest->commits[(next_random(&seed) >> 16) % COMMITS].sha;

		ck_assert_msg(lineage_leads(&lineage, tip, sha) == walk(forest, tip, sha), "from %.*s to %.*s",
			      STR_ARG(tip), STR_ARG(sha));
	}
	ck_assert(!lineage_leads(&lineage, STR("unknown"), forest->commits[0].sha));
	ck_assert(!lineage_leads(&lineage, forest->commits[0].sha, STR("unknown")));
	lineage_release(&lineage);
	map_release(&forest->by_sha);
	free(forest);
}
END_TEST

START_TEST(a_way_ends_where_commits_are_not_known_and_a_circle_is_left)
{
	static const struct str first = STR_INIT("a"), second = STR_INIT("b"), lost = STR_INIT("lost");
	struct fact_commit a = {.sha = first, .parents = &second, .parents_len = 1};
	struct fact_commit b = {.sha = second, .parents = &first, .parents_len = 1};
	struct fact_commit c = {.sha = STR("c"), .parents = &lost, .parents_len = 1};
	struct lineage lineage;
	struct map commits;

	map_init(&commits);
	map_put(&commits, a.sha, &a);
	map_put(&commits, b.sha, &b);
	map_put(&commits, c.sha, &c);
	lineage_init(&lineage, &commits);
	ck_assert(lineage_leads(&lineage, a.sha, b.sha));
	ck_assert(lineage_leads(&lineage, c.sha, c.sha));
	ck_assert(!lineage_leads(&lineage, c.sha, lost));
	lineage_release(&lineage);
	map_release(&commits);
}
END_TEST

int main(void)
{
	TCase *cases = tcase_create("lineage");

	tcase_add_loop_test(cases, ways_are_what_walking_them_says, 0, 5);
	tcase_add_test(cases, a_way_ends_where_commits_are_not_known_and_a_circle_is_left);
	return unit_run("lineage", cases);
}
