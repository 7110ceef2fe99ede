/* What lists do not tell of deployments and releases: what a deployment came to, which commit a tag is. */
#include "delivery/reading_parts.h"

#include <stdlib.h>

/* A deployment that has come to nothing for so long will hardly come to something; GitHub ends a run after 35 days. */
#define MAY_CHANGE (35 * SPAN_DAY)
/* A younger one is asked for each time. */
#define FRESH (2 * SPAN_DAY)

const struct fact_attempt *known_attempt(const struct repository_facts *known, struct str source, int64_t id,
					 unsigned number)
{
	size_t low = 0, high = known->attempts_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct fact_attempt *one = &known->attempts[middle];
		int order = str_cmp(one->source, source);

		if (order == 0)
			order = one->id != id ? (one->id < id ? -1 : 1)
					      : (one->number < number ? -1 : one->number > number);
		if (order == 0)
			return one;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct fact_pull *known_pull(const struct repository_facts *known, int64_t number)
{
	size_t low = 0, high = known->pulls_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (known->pulls[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < known->pulls_len && known->pulls[low].number == number ? &known->pulls[low] : NULL;
}

static bool statuses_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct github_statuses *pile = errand->pile, list;

	if (!github_read_statuses(page, &reading->arena, &list, err))
		return false;
	for (size_t i = 0; i < list.len; i++) {
		pile->at = arena_grow(&reading->arena, pile->at, pile->len, sizeof(*pile->at));
		pile->at[pile->len++] = list.at[i];
	}
	return true;
}

static bool statuses_done(struct reading *reading, struct errand *errand, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct fact_attempt *before = known ? known_attempt(known, errand->text, errand->id, 1) : NULL;
	const struct github_statuses *pile = errand->pile;
	struct github_deployment deployment;
	struct fact_attempt attempt;

	if (!before || (pile->len == 0 && errand->same))
		return known;
	deployment = (struct github_deployment){.id = before->id,
						.sha = before->sha,
						.ref = before->ref,
						.created = before->created,
						.url = before->url};
	attempt = *before;
	github_judge_deployment(&deployment, pile, &attempt);
	attempt.source = before->source;
	attempt.number = 1;
	attempt.url = attempt.url.len ? attempt.url : before->url;
	if (!attempt.state.len)
		attempt.state = STR("no status");
	if (before->result == attempt.result && before->finished.ms == attempt.finished.ms &&
	    str_eq(before->state, attempt.state))
		return true;
	return reading_put_attempt(reading, &attempt, err);
}

static const struct errand_kind statuses_kind = {"statuses of a deployment", statuses_page, statuses_done, NULL, NULL};

static bool tag_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct fact_attempt *before = known ? known_attempt(known, errand->text, errand->id, 1) : NULL;
	struct fact_attempt attempt;
	struct fact_commit commit;
	const struct str *files;
	size_t len;

	if (!before || !github_read_commit(page, &reading->arena, &commit, &files, &len, err))
		return false;
	errand->enough = true;
	attempt = *before;
	attempt.sha = commit.sha;
	return reading_put_attempt(reading, &attempt, err);
}

static bool tag_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct fact_attempt *before = known ? known_attempt(known, errand->text, errand->id, 1) : NULL;
	struct fact_attempt attempt;

	if (!before)
		return known;
	attempt = *before;
	attempt.result = ATTEMPT_UNKNOWN;
	attempt.state = STR("tag is gone");
	return reading_put_attempt(reading, &attempt, err);
}

static const struct errand_kind tag_kind = {"commit of a tag", tag_page, NULL, tag_gone, tag_gone};

/* A final one is not asked for again: its first success stays, whatever comes. */
static bool wants_statuses(struct reading *reading, const struct fact_attempt *attempt)
{
	int64_t age = reading->options.now.ms - attempt->created.ms;

	if (attempt->result == ATTEMPT_SUCCESS || (attempt->state.len && age > MAY_CHANGE))
		return false;
	reading->open = true;
	return !attempt->state.len || age <= FRESH || reading->whole;
}

static void want_statuses(struct reading *reading, const struct listing *listing)
{
	for (size_t i = reading->known->attempts_len; i > 0; i--) {
		const struct fact_attempt *one = &reading->known->attempts[i - 1];
		struct errand errand = {
			.kind = &statuses_kind, .kept = true, .of = listing, .text = listing->source, .id = one->id};

		if (!str_eq(one->source, listing->source) || !wants_statuses(reading, one))
			continue;
		errand.pile = arena_alloc(&reading->arena, sizeof(struct github_statuses));
		errand.url = repository_url(reading, "/deployments/%lld/statuses?per_page=100", (long long)one->id);
		errand_last(reading, &errand);
	}
}

static void want_tags(struct reading *reading, const struct listing *listing)
{
	for (size_t i = reading->known->attempts_len; i > 0; i--) {
		const struct fact_attempt *one = &reading->known->attempts[i - 1];
		struct errand errand = {.kind = &tag_kind, .of = listing, .text = listing->source, .id = one->id};

		if (!str_eq(one->source, listing->source) || one->sha.len || one->result != ATTEMPT_SUCCESS)
			continue;
		errand.url = repository_url(reading, "/commits/%.*s", STR_ARG(escaped(reading, one->ref)));
		errand_last(reading, &errand);
	}
}

bool details_fill(struct reading *reading, struct err *err)
{
	if (!reading_known(reading, err))
		return false;
	for (size_t i = 0; i < reading->target->listings_len; i++) {
		const struct listing *listing = &reading->target->listings[i];

		switch (listing->kind) {
		case LISTING_RUNS:
			if (!runs_want(reading, listing, err))
				return false;
			break;
		case LISTING_DEPLOYMENTS:
			want_statuses(reading, listing);
			break;
		case LISTING_RELEASES:
			want_tags(reading, listing);
			break;
		case LISTING_ISSUES:
		case LISTING_PULLS:
			break;
		}
	}
	return true;
}
