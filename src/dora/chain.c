#include "dora/chain.h"

/* Values of maps in which only the key matters, or one bit. */
static char yes, no;

struct tries {
	size_t deployments; /* of the chain, when they were counted */
	size_t failures;
};

bool delivery_split(const struct delivery *delivery) { return delivery->paths.len || delivery->pull_labels.len; }

void chain_init(struct chain *chain, const struct dora_case *one, bool settled, struct arena *arena)
{
	*chain = (struct chain){.one = one, .settled = settled, .arena = arena};
	chain->attempts = attempts_known(arena, one);
}

void chain_release(struct chain *chain)
{
	map_release(&chain->seen);
	map_release(&chain->tries);
	map_release(&chain->deployed);
	map_release(&chain->lines);
}

static void count_failure(struct chain *chain, struct str sha)
{
	struct tries *tries = map_get(&chain->tries, sha);

	if (!tries) {
		tries = arena_alloc(chain->arena, sizeof(*tries));
		map_put(&chain->tries, sha, tries);
	}
	if (tries->deployments != chain->deployments)
		*tries = (struct tries){.deployments = chain->deployments};
	tries->failures++;
}

static size_t count_tries(const struct chain *chain, struct str sha)
{
	const struct tries *tries = map_get(&chain->tries, sha);

	return 1 + (tries && tries->deployments == chain->deployments ? tries->failures : 0);
}

/* NULL where it is not known; it is wanted then. */
static const struct fact_range *range_of(struct chain *chain, struct str base, struct str head)
{
	const struct fact_range *range = chain->one->facts.range(chain->one->facts.context, base, head);

	chain->base = base;
	chain->head = head;
	return range;
}

static void make_baseline(struct chain_link *link, enum exclusion_reason reason)
{
	link->baseline = true;
	link->reason = reason;
	link->brings = link->takes = NULL;
	if (reason == LEFT_COMMIT_GONE)
		link->range = RANGE_GONE;
}

static bool brings_unseen(const struct chain *chain, const struct fact_range *brings)
{
	for (size_t i = 0; i < brings->commits_len; i++)
		if (!map_get(&chain->seen, brings->commits[i]))
			return true;
	return false;
}

/* The deployment that tells what of this one is older than the baseline; NULL where the one before tells. */
static const struct fact_attempt *teller_of(const struct chain *chain, const struct chain_link *link)
{
	const struct fact_attempt *const *same_line;

	if (chain->live_holds || map_get(&chain->deployed, link->success->sha) || !brings_unseen(chain, link->brings))
		return NULL;
	same_line = map_get(&chain->lines, link->success->ref);
	return same_line ? *same_line : chain->holder;
}

/* Looks up what has to be known of a deployment, and changes nothing. False: a range is not known. */
static bool compare(struct chain *chain, struct chain_link *link, const struct fact_range **past)
{
	struct str sha = link->success->sha;
	const struct fact_attempt *teller;
	bool gone;

	if (!chain->live) {
		make_baseline(link, LEFT_NO_BASELINE);
		return true;
	}
	if (!sha.len || !chain->live->sha.len) {
		make_baseline(link, LEFT_COMMIT_GONE);
		return true;
	}
	link->brings = range_of(chain, chain->live->sha, sha);
	if (!link->brings)
		return false;
	link->range = link->brings->status;
	gone = link->range == RANGE_GONE;
	if (delivery_split(chain->one->delivery) && (link->range == RANGE_BEHIND || link->range == RANGE_DIVERGED)) {
		link->takes = range_of(chain, sha, chain->live->sha);
		if (!link->takes)
			return false;
		gone = gone || link->takes->status == RANGE_GONE;
	}
	teller = gone ? NULL : teller_of(chain, link);
	if (teller) {
		*past = range_of(chain, teller->sha, sha);
		if (!*past)
			return false;
		gone = (*past)->status == RANGE_GONE;
	}
	if (gone)
		make_baseline(link, LEFT_COMMIT_GONE);
	return true;
}

static void take_fresh(struct chain *chain, struct chain_link *link, const struct fact_range *past)
{
	const struct fact_range *brings = link->brings;
	bool known = map_get(&chain->deployed, link->success->sha) != NULL;
	struct str *fresh = arena_array(chain->arena, brings->commits_len, sizeof(*fresh));
	struct map since_holder;

	map_init(&since_holder);
	for (size_t i = 0; past && i < past->commits_len; i++)
		map_put(&since_holder, past->commits[i], &yes);
	for (size_t i = 0; i < brings->commits_len; i++) {
		struct str sha = brings->commits[i];

		if (map_put(&chain->seen, sha, &yes) || known || (past && !map_get(&since_holder, sha)))
			continue;
		fresh[link->fresh_len++] = sha;
	}
	link->fresh = fresh;
	map_release(&since_holder);
}

static bool leads_on(enum range_status status) { return status == RANGE_AHEAD || status == RANGE_IDENTICAL; }

/* It is live now. */
static void go_live(struct chain *chain, const struct chain_link *link, const struct fact_range *past)
{
	const struct fact_attempt *success = link->success;
	bool holds = link->baseline || (chain->live_holds && leads_on(link->range)) ||
		     (past && leads_on(past->status)) || map_get(&chain->deployed, success->sha) == &yes;

	if (link->baseline) {
		map_release(&chain->deployed);
		map_release(&chain->lines);
	}
	map_put(&chain->deployed, success->sha, holds ? &yes : &no);
	if (holds) {
		map_put(&chain->lines, success->ref, &chain->attempts.at[chain->next]);
		chain->holder = success;
	}
	chain->live = success;
	chain->live_holds = holds;
	chain->deployments++;
}

static enum chain_step deploy(struct chain *chain, struct chain_link *link)
{
	const struct fact_range *past = NULL;

	if (!compare(chain, link, &past)) {
		if (!chain->settled)
			return CHAIN_WANTS;
		past = NULL;
		make_baseline(link, LEFT_NOT_READ);
	}
	link->attempts = count_tries(chain, link->success->sha);
	if (!link->baseline) {
		take_fresh(chain, link, past);
		link->not_linear = link->range == RANGE_DIVERGED && !link->fresh_len;
		if (link->not_linear)
			link->reason = LEFT_NOT_LINEAR;
	}
	go_live(chain, link, past);
	chain->next++;
	return CHAIN_LINK;
}

static enum chain_step leave_out(struct chain *chain, struct chain_link *link, enum exclusion_reason reason)
{
	link->reason = reason;
	chain->next++;
	return CHAIN_LEFT_OUT;
}

enum chain_step chain_next(struct chain *chain, struct chain_link *link)
{
	for (; chain->next < chain->attempts.len; chain->next++) {
		const struct fact_attempt *attempt = chain->attempts.at[chain->next];

		*link = (struct chain_link){.success = attempt};
		switch (attempt->result) {
		case ATTEMPT_UNKNOWN:
			return leave_out(chain, link, LEFT_UNKNOWN_STATE);
		case ATTEMPT_FAILURE:
			count_failure(chain, attempt->sha);
			break;
		case ATTEMPT_SUCCESS:
			/* nobody knows when it has succeeded */
			if (!attempt->finished.ms)
				return leave_out(chain, link, LEFT_UNKNOWN_STATE);
			if (chain->live && attempt->sha.len && str_eq(chain->live->sha, attempt->sha))
				return leave_out(chain, link, LEFT_SAME_COMMIT);
			return deploy(chain, link);
		case ATTEMPT_RUNNING:
		case ATTEMPT_CANCELLED:
		case ATTEMPT_SKIPPED:
			break;
		}
	}
	return CHAIN_END;
}
