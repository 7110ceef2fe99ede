/* What it costs to load one repository's facts: 10,000 commits, 10,000 pull requests, 3,000 attempts, 3,000 ranges.
 *   facts_bench [FILE]      FILE is made where it is not there yet; without it, in memory */
#include "base/limits.h"
#include "facts/facts.h"

#include <stdio.h>
#include <sys/resource.h>

enum { COMMITS = 10000, PULLS = 10000, ATTEMPTS = 3000, PATHS = 5, ROUNDS = 10, BACK = 5000 };

static const struct str repository = STR_INIT("acme/shop");

static struct str sha_of(struct arena *arena, unsigned i)
{
	return arena_fmt(arena, "%08x%08x%08x%08x%08x", i * 2654435761u, i * 40503u, i ^ 0x5bd1e995u, i * 69069u, i);
}

static struct instant at(unsigned minutes) { return (struct instant){1600000000000 + minutes * SPAN_MINUTE}; }

static bool put_commit(struct facts *facts, struct arena *arena, unsigned i, struct err *err)
{
	struct str parent = sha_of(arena, i - 1), files[PATHS];
	struct fact_commit commit = {
		.sha = sha_of(arena, i),
		.author = arena_fmt(arena, "developer-%u", i % 40),
		.authored = at(i * 100),
		.committed = at(i * 100 + 5),
		.subject = arena_fmt(arena, "Cart %u: totals are kept as whole cents (#%u)", i % 977, i),
		.parents = &parent,
		.parents_len = i > 0,
	};

	for (unsigned k = 0; k < PATHS; k++)
		files[k] = arena_fmt(arena, "services/cart/src/part_%u/file_%u.c", (i + k) % 30, (i * 7 + k) % 50);
	return facts_put_commit(facts, repository, &commit, err) &&
	       facts_put_files(facts, repository, commit.sha, files, PATHS, err) &&
	       facts_put_pull_of(facts, repository, commit.sha, i % PULLS + 1, err);
}

static bool put_pull(struct facts *facts, struct arena *arena, unsigned i, struct err *err)
{
	static const struct str labels[] = {STR_INIT("cart"), STR_INIT("ready"), STR_INIT("hotfix")};
	struct fact_pull pull = {
		.number = i + 1,
		.title = arena_fmt(arena, "Cart %u: totals are kept as whole cents", i % 977),
		.head_ref = arena_fmt(arena, "feature/cart-%u", i),
		.base_ref = STR("main"),
		.author = arena_fmt(arena, "developer-%u", i % 40),
		.url = arena_fmt(arena, "https://github.com/acme/shop/pull/%u", i + 1),
		.merge_sha = sha_of(arena, i),
		.opened = at(i * 100 + 6),
		.merged = at(i * 100 + 60),
		.first_commit = at(i * 100),
		.first_review = at(i * 100 + 30),
		.labels = labels,
		.labels_len = i % 4,
	};

	return facts_put_pull(facts, repository, &pull, err);
}

/* A deployment of three commits or four; each 300th has a range that reaches far back. */
static bool put_attempt(struct facts *facts, struct arena *arena, unsigned i, struct err *err)
{
	unsigned from = i * COMMITS / ATTEMPTS, to = (i + 1) * COMMITS / ATTEMPTS,
		 first = i % 300 == 299 && from > BACK ? from - BACK : from;
	struct str *shas = arena_array(arena, to - first, sizeof(*shas));
	struct fact_range range = {.base = sha_of(arena, first), .head = sha_of(arena, to), .commits = shas};
	struct fact_attempt attempt = {
		.source = STR("workflow deploy-production.yml"),
		.id = 7000000000 + i,
		.number = 1,
		.sha = range.head,
		.ref = STR("main"),
		.url = arena_fmt(arena, "https://github.com/acme/shop/actions/runs/%u", 700000 + i),
		.result = ATTEMPT_SUCCESS,
		.state = STR("success"),
		.created = at(to * 100 + 61),
		.started = at(to * 100 + 62),
		.finished = at(to * 100 + 70),
	};

	for (unsigned k = first; k < to; k++)
		shas[range.commits_len++] = sha_of(arena, k + 1);
	return facts_put_attempt(facts, repository, &attempt, err) && facts_put_range(facts, repository, &range, err);
}

static bool fill(struct facts *facts, struct err *err)
{
	struct arena arena;
	bool ok = facts_begin(facts, err);

	arena_init(&arena);
	for (unsigned i = 0; i < COMMITS && ok; i++)
		ok = put_commit(facts, &arena, i, err) && put_pull(facts, &arena, i, err);
	for (unsigned i = 0; i < ATTEMPTS && ok; i++)
		ok = put_attempt(facts, &arena, i, err);
	arena_release(&arena);
	return ok && facts_commit(facts, err);
}

static double ms_since(struct mono then) { return (double)(mono_now().ns - then.ns) / 1e6; }

static size_t map_bytes(const struct map *map) { return map->cap * sizeof(*map->at); }

static bool measure(struct facts *facts, struct err *err)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct mono begin = mono_now();
		struct repository_facts *known = facts_load(facts, repository, err);
		double ms = ms_since(begin);
		size_t maps;

		if (!known)
			return false;
		maps = map_bytes(&known->commits) + map_bytes(&known->ranges) + map_bytes(&known->pulls_of) +
		       map_bytes(&known->files);
		printf("load %d: %.1f ms, %.1f MiB (arena %.1f, maps %.1f): %zu commits, %zu pulls, %zu attempts, %zu "
		       "ranges, %zu pulls of, %zu files\n",
		       i + 1, ms, (double)(known->arena.bytes + maps) / MIB(1), (double)known->arena.bytes / MIB(1),
		       (double)maps / MIB(1), known->commits.len, known->pulls_len, known->attempts_len,
		       known->ranges.len, known->pulls_of.len, known->files.len);
		repository_facts_free(known);
	}
	return true;
}

int main(int argc, char **argv)
{
	struct err err = {0};
	struct mono begin = mono_now();
	struct facts *facts = facts_open(argc > 1 ? argv[1] : NULL, &err);
	struct rusage usage;
	bool ok = facts != NULL;

	for (int i = 0; i < 2 && ok; i++) {
		begin = mono_now();
		ok = fill(facts, &err);
		printf("put %s: %.0f ms, %.1f MiB on disk\n", i ? "again" : "all", ms_since(begin),
		       (double)facts_bytes(facts) / MIB(1));
	}
	ok = ok && measure(facts, &err);
	facts_close(facts);
	getrusage(RUSAGE_SELF, &usage);
	printf("peak memory of the process: %.1f MiB\n", (double)usage.ru_maxrss / 1024);
	if (!ok)
		fprintf(stderr, "%s\n", err.text);
	return ok ? 0 : 1;
}
