/* Which pull request brought a commit in, when that was begun and first reviewed, and which paths a commit changed. */
#include "base/mem.h"
#include "delivery/lineage.h"
#include "delivery/reading_parts.h"

#include <stdio.h>
#include <stdlib.h>

/* Everything that is deployed, in the order in which it came: commits of all ranges, and pull requests by the commit
 * that merged them. */
struct shipped {
	struct map merges; /* struct fact_pull * by merge sha */
	struct lineage ways;
	bool merges_told;     /* the host tells merge shas */
	struct instant reach; /* pull requests that were touched since are all known */
};

static bool put_pull_of(struct reading *reading, struct str sha, const struct fact_pull *pull, struct err *err)
{
	union {
		const struct fact_pull *in;
		void *out;
	} value = {.in = pull ? pull : &fact_no_pull}; /* a map hands its values on as they were put in */

	const void *before = map_get(&reading->known->pulls_of, sha);

	/* one that belonged to nothing when it was deployed may have been merged since */
	if (before && (before != &fact_no_pull || !pull))
		return true;
	map_put(&reading->known->pulls_of, sha, value.out);
	return reading_put(reading, facts_put_pull_of(reading->facts, reading->target->repository, sha,
						      pull ? pull->number : 0, err));
}

static bool pull_of_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	const struct fact_pull *merged = NULL, *known;
	struct github_pulls list;
	struct fact_pull *copy;

	if (!github_read_pulls(page, &reading->arena, &list, err))
		return false;
	errand->enough = true;
	/* of several the first that was merged: it brought the commit in */
	for (size_t i = 0; i < list.len; i++)
		if (list.at[i].merged.ms && (!merged || list.at[i].merged.ms < merged->merged.ms))
			merged = &list.at[i];
	if (!merged)
		return put_pull_of(reading, errand->text, NULL, err);
	known = known_pull(reading->known, merged->number);
	if (known)
		return put_pull_of(reading, errand->text, known, err);
	copy = arena_alloc(&reading->arena, sizeof(*copy));
	*copy = *merged;
	return reading_put(reading, facts_put_pull(reading->facts, reading->target->repository, copy, err)) &&
	       put_pull_of(reading, errand->text, copy, err);
}

static bool pull_of_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	return put_pull_of(reading, errand->text, NULL, err);
}

static const struct errand_kind pull_of_kind = {"pull requests of a commit", pull_of_page, NULL, pull_of_gone,
						pull_of_gone};

static void ask_pull_of(struct reading *reading, struct str sha)
{
	struct errand errand = {.kind = &pull_of_kind, .text = sha};

	/* ranges of several environments hold the same commits */
	for (const struct errand *asked = reading->first; asked; asked = asked->next)
		if (asked->kind == &pull_of_kind && str_eq(asked->text, sha))
			return;
	errand.url = repository_url(reading, "/commits/%.*s/pulls?per_page=100", STR_ARG(sha));
	errand_last(reading, &errand);
}

static const struct fact_commit *commit_of(const struct reading *reading, struct str sha)
{
	return map_get(&reading->known->commits, sha);
}

static bool has_pull(const struct reading *reading, struct str sha)
{
	const void *pull = map_get(&reading->known->pulls_of, sha);

	return pull && pull != &fact_no_pull;
}

/* What a merge brought in beside its first parent: the way back from its other parents, to what is on its own way or
 * has come with another pull request. */
static bool follow_merge(struct reading *reading, struct shipped *shipped, const struct fact_commit *merge,
			 const struct fact_pull *pull, struct err *err)
{
	struct str *todo = NULL;
	size_t len = 0, cap = 0;
	bool ok = true;

	for (size_t i = 1; i < merge->parents_len; i++) {
		XGROW(todo, len, cap);
		todo[len++] = merge->parents[i];
	}
	while (ok && len > 0) {
		const struct fact_commit *commit = commit_of(reading, todo[--len]);

		if (!commit || has_pull(reading, commit->sha) || lineage_leads(&shipped->ways, merge->sha, commit->sha))
			continue;
		ok = put_pull_of(reading, commit->sha, pull, err);
		for (size_t i = 0; i < commit->parents_len; i++) {
			XGROW(todo, len, cap);
			todo[len++] = commit->parents[i];
		}
	}
	free(todo);
	return ok;
}

struct named {
	const struct fact_commit *merge;
	const struct fact_pull *pull;
	size_t place; /* among those that were found */
};

struct named_list {
	struct named *at;
	size_t len, cap;
};

static int by_merge(const void *left, const void *right)
{
	const struct named *a = left, *b = right;

	if (a->pull->merged.ms != b->pull->merged.ms)
		return a->pull->merged.ms < b->pull->merged.ms ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* Merges and squashes that the host names: no question is needed for them. */
static bool name_merges(struct reading *reading, const struct shipped *shipped, const struct fact_range *range,
			struct named_list *named, struct err *err)
{
	for (size_t i = 0; i < range->commits_len; i++) {
		const struct fact_commit *commit = commit_of(reading, range->commits[i]);
		const struct fact_pull *pull = map_get(&shipped->merges, range->commits[i]);

		if (!commit)
			continue;
		if (!pull)
			pull = map_get(&reading->known->pulls_of, commit->sha);
		if (!pull || pull == &fact_no_pull)
			continue;
		if (!put_pull_of(reading, commit->sha, pull, err))
			return false;
		if (commit->parents_len < 2)
			continue;
		XGROW(named->at, named->len, named->cap);
		named->at[named->len] = (struct named){commit, pull, named->len};
		named->len++;
	}
	return true;
}

/* The oldest come first, so that a branch that was merged into another belongs to its own pull request. */
static bool follow_merges(struct reading *reading, struct shipped *shipped, struct err *err)
{
	struct named_list named = {0};
	bool ok = true;

	for (struct map_entry *entry = NULL; ok && (entry = map_next(&reading->known->ranges, entry));)
		ok = name_merges(reading, shipped, entry->value, &named, err);
	if (named.len)
		qsort(named.at, named.len, sizeof(*named.at), by_merge);
	for (size_t i = 0; ok && i < named.len; i++)
		ok = follow_merge(reading, shipped, named.at[i].merge, named.at[i].pull, err);
	free(named.at);
	return ok;
}

/* Whether the list would have told of the pull request that brought this one in: the host names merges, and it was not
 * merged before what the list was read back to. */
static bool would_be_told(const struct shipped *shipped, const struct fact_commit *commit)
{
	return shipped->merges_told && (!commit || commit->committed.ms >= shipped->reach.ms);
}

/* A rebase leaves its other commits right below the one that is named: those are asked for, from the top down, until
 * one belongs to nothing; everything below that was pushed. Where the host does not name merges, and of commits that
 * are older than the list is known, each of the main way is asked for, before what it may have brought along. */
static bool ask_rest(struct reading *reading, struct shipped *shipped, const struct fact_range *range, struct err *err)
{
	bool below = false; /* something that is named */

	for (size_t i = range->commits_len; i > 0; i--) {
		struct str sha = range->commits[i - 1];
		const struct fact_pull *pull = map_get(&reading->known->pulls_of, sha);
		bool on_main = lineage_leads(&shipped->ways, range->head, sha);
		bool told = would_be_told(shipped, commit_of(reading, sha));

		if (pull) {
			below = on_main ? pull != &fact_no_pull : below;
		} else if (on_main && (below || !told)) {
			ask_pull_of(reading, sha);
			return true;
		} else if (!on_main && !told) {
			ask_pull_of(reading, sha);
		} else if (!put_pull_of(reading, sha, NULL, err)) {
			return false;
		}
	}
	return true;
}

static void shipped_make(struct reading *reading, struct shipped *shipped, struct instant reach)
{
	struct repository_facts *known = reading->known;

	*shipped = (struct shipped){.merges_told = true, .reach = reach};
	map_init(&shipped->merges);
	lineage_init(&shipped->ways, &known->commits);
	for (size_t i = 0; i < known->pulls_len; i++) {
		if (known->pulls[i].merge_sha.len)
			map_put(&shipped->merges, known->pulls[i].merge_sha, &known->pulls[i]);
		else if (known->pulls[i].merged.ms)
			shipped->merges_told = false;
	}
}

/* Filled again and again, until no commit is left that nobody has been asked about: an answer often makes the next
 * question needless. */
bool pulls_of_fill(struct reading *reading, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	struct shipped shipped;
	struct instant reach;
	bool ok;

	/* without the list nobody can say that a commit belongs to no pull request */
	if (!known || !reading_mark(reading, STR("pulls"), "reach", &reach, err))
		return false;
	if (!reach.ms)
		return true;
	shipped_make(reading, &shipped, reach);
	ok = follow_merges(reading, &shipped, err);
	for (struct map_entry *entry = NULL; ok && (entry = map_next(&known->ranges, entry));)
		ok = ask_rest(reading, &shipped, entry->value, err);
	map_release(&shipped.merges);
	lineage_release(&shipped.ways);
	return ok;
}

/* A pull request that was deployed, and its commits that were. */
struct way {
	struct fact_pull pull;
	size_t commits;
	bool merge; /* merged by a merge commit: its commits are those of the pull request */
	struct instant first;
};

static struct way *way_of(struct reading *reading, struct map *ways, const struct fact_pull *pull)
{
	struct str key = arena_fmt(&reading->arena, "%lld", (long long)pull->number);
	struct way *way = map_get(ways, key);

	if (way)
		return way;
	way = arena_alloc(&reading->arena, sizeof(*way));
	way->pull = *pull;
	map_put(ways, key, way);
	return way;
}

static void gather_ways(struct reading *reading, struct map *ways)
{
	for (struct map_entry *entry = NULL; (entry = map_next(&reading->known->pulls_of, entry));) {
		const struct fact_commit *commit = commit_of(reading, entry->key);
		struct way *way;

		if (entry->value == &fact_no_pull || !commit)
			continue;
		way = way_of(reading, ways, entry->value);
		if (commit->parents_len > 1) {
			way->merge = true;
			continue;
		}
		way->commits++;
		if (commit->authored.ms && (!way->first.ms || commit->authored.ms < way->first.ms))
			way->first = commit->authored;
	}
}

static bool first_commit_page(struct reading *reading, struct errand *errand, const struct json_tree *page,
			      struct err *err)
{
	struct way *way = errand->pile;
	struct instant first;

	(void)reading;
	if (!github_read_first_commit(page, &first, err))
		return false;
	if (first.ms && (!way->pull.first_commit.ms || first.ms < way->pull.first_commit.ms))
		way->pull.first_commit = first;
	return true;
}

static bool nothing_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	(void)reading;
	(void)errand;
	(void)err;
	return true;
}

static const struct errand_kind first_commit_kind = {"commits of a pull request", first_commit_page, NULL, nothing_gone,
						     nothing_gone};

static bool reviews_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct way *way = errand->pile;
	struct instant first;

	(void)reading;
	if (!github_read_first_review(page, way->pull.author, &first, err))
		return false;
	if (first.ms && (!way->pull.first_review.ms || first.ms < way->pull.first_review.ms))
		way->pull.first_review = first;
	return true;
}

static struct str read_key(struct reading *reading, int64_t number)
{
	return arena_fmt(&reading->arena, "pull %lld", (long long)number);
}

static bool reviews_done(struct reading *reading, struct errand *errand, struct err *err)
{
	struct way *way = errand->pile;

	return reading_put(reading, facts_put_pull(reading->facts, reading->target->repository, &way->pull, err)) &&
	       reading_put_mark(reading, read_key(reading, way->pull.number), "read", reading->options.now, err);
}

static const struct errand_kind reviews_kind = {"reviews of a pull request", reviews_page, reviews_done, reviews_done,
						reviews_done};

static bool want_way(struct reading *reading, struct way *way, struct err *err)
{
	struct errand errand = {.kind = &reviews_kind, .id = way->pull.number, .pile = way};
	struct instant read;

	if (way->pull.first_commit.ms && way->pull.first_review.ms)
		return true;
	if (!reading_mark(reading, read_key(reading, way->pull.number), "read", &read, err))
		return false;
	if (read.ms)
		return true;
	errand.url = repository_url(reading, "/pulls/%lld/reviews?per_page=100", (long long)way->pull.number);
	errand_first(reading, &errand);
	/* a squash has left nothing of its commits behind */
	if (way->merge || way->commits > 1) {
		way->pull.first_commit = way->first;
		return true;
	}
	errand.kind = &first_commit_kind;
	errand.url = repository_url(reading, "/pulls/%lld/commits?per_page=100", (long long)way->pull.number);
	errand_first(reading, &errand);
	return true;
}

bool pulls_fill(struct reading *reading, struct err *err)
{
	struct map ways;
	bool ok = true;

	if (!reading_known(reading, err))
		return false;
	map_init(&ways);
	gather_ways(reading, &ways);
	for (struct map_entry *entry = NULL; ok && (entry = map_next(&ways, entry));)
		ok = want_way(reading, entry->value, err);
	map_release(&ways);
	return ok;
}

struct files_pile {
	struct str *at;
	size_t len;
};

static bool files_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct files_pile *pile = errand->pile;
	struct fact_commit commit;
	const struct str *files;
	size_t len;

	if (!github_read_commit(page, &reading->arena, &commit, &files, &len, err))
		return false;
	for (size_t i = 0; i < len; i++) {
		pile->at = arena_grow(&reading->arena, pile->at, pile->len, sizeof(*pile->at));
		pile->at[pile->len++] = files[i];
	}
	return true;
}

static bool files_done(struct reading *reading, struct errand *errand, struct err *err)
{
	const struct files_pile *pile = errand->pile;

	return reading_put(reading, facts_put_files(reading->facts, reading->target->repository, errand->text, pile->at,
						    pile->len, err));
}

static const struct errand_kind files_kind = {"files of a commit", files_page, files_done, files_done, files_done};

bool files_fill(struct reading *reading, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);

	if (!known || !reading->target->files)
		return known;
	for (struct map_entry *entry = NULL; (entry = map_next(&known->commits, entry));) {
		const struct fact_commit *commit = entry->value;
		struct errand errand = {.kind = &files_kind, .text = commit->sha};

		if (commit->parents_len > 1 || map_get(&known->files, commit->sha))
			continue;
		errand.pile = arena_alloc(&reading->arena, sizeof(struct files_pile));
		errand.url = repository_url(reading, "/commits/%.*s?per_page=100", STR_ARG(commit->sha));
		errand_first(reading, &errand);
	}
	return true;
}
