/* What a deployment brings, what of it counts, and how long that took (contract: history_parts.h). */
#include "base/glob.h"
#include "dora/history_parts.h"

#include <math.h>

static bool fits_any(const struct delivery_texts *patterns, struct str text)
{
	for (size_t i = 0; i < patterns->len; i++)
		if (glob_matches(patterns->at[i], text))
			return true;
	return false;
}

/* A pattern fits a file, or one of the folders that the file is in: "api", "api/", and as `*` is also any '/', "api/"
 * followed by one `*` or two, all mean everything below. */
static bool path_fits(struct str pattern, struct str path)
{
	if (glob_matches(pattern, path))
		return true;
	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] == '/' &&
		    (glob_matches(pattern, str_slice(path, 0, i)) || glob_matches(pattern, str_slice(path, 0, i + 1))))
			return true;
	return false;
}

/* Names of labels have no case, as at GitHub. */
static bool has_label(const struct fact_pull *pull, const struct delivery_texts *labels)
{
	for (size_t i = 0; i < labels->len; i++)
		for (size_t k = 0; pull && k < pull->labels_len; k++)
			if (str_alike(labels->at[i], pull->labels[k]))
				return true;
	return false;
}

static const struct fact_commit *commit_of(const struct history_maker *maker, struct str sha)
{
	return maker->one->facts.commit(maker->one->facts.context, sha);
}

static bool touches_paths(const struct history_maker *maker, struct str sha)
{
	const struct delivery_texts *paths = &maker->one->delivery->paths;
	const struct str *files = NULL;
	size_t len = 0;

	if (!maker->one->facts.files_of(maker->one->facts.context, sha, &files, &len))
		return false;
	for (size_t i = 0; i < len; i++)
		for (size_t k = 0; k < paths->len; k++)
			if (path_fits(paths->at[k], files[i]))
				return true;
	return false;
}

/* The pull request that brought a commit in, as it was known at the history's end; NULL: none was. */
static struct pull_seen *pull_of(struct history_maker *maker, struct str sha)
{
	const struct fact_pull *pull = maker->one->facts.pull_of(maker->one->facts.context, sha);
	int64_t at = maker->one->at.ms;
	struct pull_seen *seen;
	struct fact_pull *then;
	struct str key;

	if (!pull || pull->opened.ms > at)
		return NULL;
	key = (struct str){(const char *)&pull->number, sizeof(pull->number)};
	seen = map_get(&maker->pulls, key);
	if (seen)
		return seen;
	seen = arena_alloc(maker->arena, sizeof(*seen));
	*seen = (struct pull_seen){.pull = pull, .deployment = SIZE_MAX};
	if (pull->merged.ms > at || pull->first_review.ms > at) {
		then = arena_alloc(maker->arena, sizeof(*then));
		*then = *pull;
		then->merged.ms = pull->merged.ms > at ? 0 : pull->merged.ms;
		then->first_review.ms = pull->first_review.ms > at ? 0 : pull->first_review.ms;
		seen->pull = then;
	}
	map_put(&maker->pulls, key, seen);
	return seen;
}

/* A commit of the service. Where the repository has several, a merge is none of any: it changes nothing by itself, and
 * what it merges has commits of its own. */
static bool is_mine(struct history_maker *maker, struct str sha, const struct pull_seen *pull)
{
	const struct delivery *delivery = maker->one->delivery;
	const struct fact_commit *commit;

	if (!delivery_split(delivery))
		return true;
	commit = commit_of(maker, sha);
	if (commit && commit->parents_len > 1)
		return false;
	if (delivery->pull_labels.len && !has_label(pull ? pull->pull : NULL, &delivery->pull_labels))
		return false;
	return !delivery->paths.len || touches_paths(maker, sha);
}

static bool any_mine(struct history_maker *maker, const struct fact_range *range)
{
	for (size_t i = 0; range && i < range->commits_len; i++)
		if (is_mine(maker, range->commits[i], pull_of(maker, range->commits[i])))
			return true;
	return false;
}

bool changes_touch(struct history_maker *maker, const struct chain_link *link)
{
	return !delivery_split(maker->one->delivery) || link->baseline || any_mine(maker, link->brings) ||
	       any_mine(maker, link->takes);
}

static bool is_hotfix(const struct delivery *delivery, const struct fact_pull *pull)
{
	return fits_any(&delivery->hotfix_branches, pull->head_ref) || has_label(pull, &delivery->hotfix_labels);
}

static double seconds_between(struct instant from, struct instant to)
{
	return from.ms && to.ms && to.ms >= from.ms ? (double)(to.ms - from.ms) / 1000 : NAN;
}

static void no_stages(struct dora_change *change)
{
	for (int i = 0; i < DORA_STAGES; i++)
		change->stage_seconds[i] = NAN;
}

/* Of each pull request once, with its first change that counts. */
static void fill_stages(struct dora_change *change, struct pull_seen *seen, const struct fact_attempt *success)
{
	const struct fact_pull *pull = seen->pull;

	if (seen->staged)
		return;
	seen->staged = true;
	change->stage_seconds[STAGE_CODING] = seconds_between(pull->first_commit, pull->opened);
	change->stage_seconds[STAGE_PICKUP] = seconds_between(pull->opened, pull->first_review);
	change->stage_seconds[STAGE_REVIEW] = seconds_between(pull->first_review, pull->merged);
	change->stage_seconds[STAGE_WAITING] = seconds_between(pull->merged, success->started);
	change->stage_seconds[STAGE_DEPLOY] = seconds_between(success->started, success->finished);
}

/* Gives it its lead time, or the reason why it has none. `left` is what is known against it: -1 for nothing. */
static void settle(struct dora_change *change, int left, struct instant from, struct instant to)
{
	if (left < 0 && !from.ms)
		left = LEFT_NO_DATE;
	if (left < 0 && from.ms > to.ms)
		left = LEFT_CLOCK_SKEW;
	change->counts = left < 0;
	if (change->counts)
		change->lead_seconds = (double)(to.ms - from.ms) / 1000;
	else
		change->reason = (enum exclusion_reason)left;
}

static int against(const struct delivery *delivery, bool bot, struct str author, bool mine)
{
	if (bot && delivery->bots_out)
		return LEFT_BOT;
	if (fits_any(&delivery->authors_out, author))
		return LEFT_AUTHOR;
	return mine ? -1 : LEFT_OTHER_SERVICE;
}

/* A commit by itself: what is counted, or what has no pull request to be counted with. */
static void commit_change(struct history_maker *maker, struct dora_change *change, const struct fact_commit *commit,
			  struct pull_seen *seen, bool mine)
{
	const struct dora_deployment *deployment = &maker->deployments[maker->len - 1];
	int left = commit->parents_len > 1 ? LEFT_MERGE_COMMIT
					   : against(maker->one->delivery, commit->bot, commit->author, mine);

	*change = (struct dora_change){.commit = commit, .pull = seen ? seen->pull : NULL};
	no_stages(change);
	if (left < 0 && maker->one->delivery->lead_time != LEAD_COMMIT)
		left = LEFT_NO_PULL;
	settle(change, left, commit->authored, deployment->at);
	if (change->counts && seen)
		fill_stages(change, seen, deployment->success);
	if (!change->counts)
		leave_out(maker, deployment->at, change->reason, commit->sha);
}

/* A commit of a pull request: the first opens the change, the others belong to it. `change` is the next free one;
 * false where it stays free. */
static bool pull_change(struct history_maker *maker, struct dora_change *changes, size_t next,
			const struct fact_commit *commit, struct pull_seen *seen, bool mine)
{
	bool first = seen->deployment == SIZE_MAX;

	if (first) {
		seen->deployment = maker->len - 1;
		seen->change = next;
		changes[next] = (struct dora_change){.pull = seen->pull};
		no_stages(&changes[next]);
	}
	if (seen->deployment == maker->len - 1) {
		struct dora_change *change = &changes[seen->change];

		seen->mine = seen->mine || mine;
		if (!change->commit || !str_eq(change->commit->sha, seen->pull->merge_sha))
			change->commit = commit;
	}
	return first;
}

/* Once all of its commits were seen. */
static void settle_pull(struct history_maker *maker, struct dora_change *change)
{
	const struct dora_deployment *deployment = &maker->deployments[maker->len - 1];
	const struct delivery *delivery = maker->one->delivery;
	const struct fact_pull *pull = change->pull;
	struct pull_seen *seen = pull_of(maker, change->commit->sha);

	settle(change, against(delivery, pull->bot, pull->author, seen->mine),
	       delivery->lead_time == LEAD_MERGE ? pull->merged : pull->first_commit, deployment->at);
	if (change->counts)
		fill_stages(change, seen, deployment->success);
	else
		leave_out(maker, deployment->at, change->reason,
			  arena_fmt(maker->arena, "#%lld", (long long)pull->number));
}

static void take_back(struct history_maker *maker, struct instant at, struct str what)
{
	maker->reverting = arena_grow(maker->arena, maker->reverting, maker->reverting_len, sizeof(*maker->reverting));
	maker->reverting[maker->reverting_len++] = (struct reverting){maker->len - 1, at, what};
}

static void remember(struct history_maker *maker, struct dora_deployment *deployment, const struct fact_commit *commit,
		     struct pull_seen *seen)
{
	if (seen && is_hotfix(maker->one->delivery, seen->pull))
		deployment->hotfix = true;
	if (!commit->reverts.len)
		return;
	if (seen)
		seen->reverting = true;
	take_back(maker, commit->committed, commit->reverts);
}

static struct str pull_key(struct history_maker *maker, int64_t number)
{
	return arena_fmt(maker->arena, "#%lld", (long long)number);
}

/* What pull requests say, where none of their commits has said it. */
static void remember_pulls(struct history_maker *maker, const struct chain_link *link)
{
	for (size_t i = 0; i < link->fresh_len; i++) {
		const struct fact_commit *commit = commit_of(maker, link->fresh[i]);
		struct pull_seen *seen = pull_of(maker, link->fresh[i]);

		if (!commit || !seen || seen->reverting || !seen->pull->reverts ||
		    !is_mine(maker, link->fresh[i], seen))
			continue;
		seen->reverting = true;
		take_back(maker, seen->pull->merged.ms ? seen->pull->merged : commit->committed,
			  pull_key(maker, seen->pull->reverts));
	}
}

/* In which deployment a commit, and with it its pull request, was live first. */
static void note_brought(struct history_maker *maker, struct dora_deployment *deployment, struct str sha,
			 struct pull_seen *seen)
{
	map_put(&maker->brought, sha, deployment);
	if (!seen || seen->brought)
		return;
	seen->brought = true;
	map_put(&maker->brought, pull_key(maker, seen->pull->number), deployment);
}

void changes_make(struct history_maker *maker, const struct chain_link *link)
{
	struct dora_deployment *deployment = &maker->deployments[maker->len - 1];
	struct dora_change *changes = arena_array(maker->arena, link->fresh_len, sizeof(*changes));
	bool per_pull = maker->one->delivery->lead_time != LEAD_COMMIT;
	size_t len = 0;

	deployment->hotfix = fits_any(&maker->one->delivery->hotfix_branches, link->success->ref);
	for (size_t i = 0; i < link->fresh_len; i++) {
		struct str sha = link->fresh[i];
		const struct fact_commit *commit = commit_of(maker, sha);
		struct pull_seen *seen = pull_of(maker, sha);
		bool mine = is_mine(maker, sha, seen);

		note_brought(maker, deployment, sha, seen);
		if (!commit) {
			leave_out(maker, deployment->at, LEFT_NO_DATE, sha);
			continue;
		}
		if (mine)
			remember(maker, deployment, commit, seen);
		if (per_pull && seen && seen->pull->merged.ms)
			len += pull_change(maker, changes, len, commit, seen, mine);
		else
			commit_change(maker, &changes[len++], commit, seen, mine);
	}
	remember_pulls(maker, link);
	for (size_t i = 0; per_pull && i < len; i++)
		if (changes[i].pull && changes[i].pull->merged.ms)
			settle_pull(maker, &changes[i]);
	deployment->changes = changes;
	deployment->changes_len = len;
}
